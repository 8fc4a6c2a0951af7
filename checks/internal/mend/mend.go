// Package mend makes the edits of fixes: of a value within its quotes, or of a whole member of a map. What
// stands around them stays byte for byte.
package mend

import (
	"strings"

	"github.com/leastagency/leastagency"
)

// Inside replaces what stands between the quotes at a place; all of it where there are none.
func Inside(at leastagency.Span, text string) leastagency.Edit {
	if isQuoted(at.Text()) {
		at.Start, at.End = at.Start+1, at.End-1
	}
	return leastagency.Edit{At: at, New: text}
}

// Unquoted returns what stands at a place, without its quotes.
func Unquoted(at leastagency.Span) string {
	text := at.Text()
	if isQuoted(text) {
		return text[1 : len(text)-1]
	}
	return text
}

func isQuoted(text string) bool {
	n := len(text)
	return n >= 2 && text[0] == text[n-1] && (text[0] == '"' || text[0] == '\'')
}

// Off returns the fix that makes false of a true that stands at a place, or behind the key there, and On the
// other way round; nil where neither stands there.
func Off(at leastagency.Span, text string) *leastagency.Fix { return flip(at, "true", "false", text) }

// On is the opposite of Off.
func On(at leastagency.Span, text string) *leastagency.Fix { return flip(at, "false", "true", text) }

func flip(at leastagency.Span, from, to, text string) *leastagency.Fix {
	data := string(at.File.Data)
	if next := skip(data, at.End); next < len(data) && data[next] == ':' {
		start := skip(data, next+1)
		at = at.File.Span(start, max(start, value(data, start)))
	}
	if Unquoted(at) != from {
		return nil
	}
	return &leastagency.Fix{Text: text, Edits: []leastagency.Edit{Inside(at, to)}}
}

// Before returns the edit that puts a member in front of the one whose value stands at a place, in the line of
// that one or in one of its own, as that one is; false where no key of JSON stands before the value.
func Before(at leastagency.Span, member string) (leastagency.Edit, bool) {
	data := string(at.File.Data)
	start := key(data, at.Start)
	if start < 0 {
		return leastagency.Edit{}, false
	}
	line := strings.LastIndexByte(data[:start], '\n') + 1
	between := data[line:start]
	if strings.TrimLeft(between, " \t") != "" {
		between = " "
	} else if line >= 2 && data[line-2] == '\r' {
		between = "\r\n" + between
	} else {
		between = "\n" + between
	}
	return leastagency.Edit{At: at.File.Span(start, start), New: member + "," + between}, true
}

// Remove takes out the member of a JSON object whose key or plain value stands at a place, with one of the
// commas around it; false where it does not understand what stands there.
func Remove(at leastagency.Span) (leastagency.Edit, bool) {
	data := string(at.File.Data)
	start, end := at.Start, at.End
	if next := skip(data, end); next < len(data) && data[next] == ':' { // it is the key
		if end = value(data, skip(data, next+1)); end < 0 {
			return leastagency.Edit{}, false
		}
	} else if start = key(data, start); start < 0 {
		return leastagency.Edit{}, false
	}
	before, after := back(data, start), skip(data, end)
	if before < 0 || after >= len(data) || strings.Contains(data[1+strings.LastIndexByte(data[:before], '\n'):before+1], "//") {
		return leastagency.Edit{}, false // what stands before it may be a comment
	}
	switch {
	case data[before] != ',' && data[before] != '{':
		return leastagency.Edit{}, false
	case data[after] == ',' && strings.Contains(data[before:start], "\n"): // the next member takes its place
		start, end = before+1, after+1
	case data[after] == ',':
		end = after + 1
		end += len(data[end:]) - len(strings.TrimLeft(data[end:], " \t"))
	case data[before] == ',' && data[after] == '}': // the last one: the comma before it goes too
		start = before
	case data[before] == '{' && data[after] == '}':
		start, end = before+1, after
	default:
		return leastagency.Edit{}, false
	}
	return leastagency.Edit{At: at.File.Span(start, end)}, true
}

const blank = " \t\r\n"

// skip returns where the next text stands, back where the one before does.
func skip(data string, at int) int {
	return len(data) - len(strings.TrimLeft(data[at:], blank))
}

func back(data string, at int) int {
	return len(strings.TrimRight(data[:at], blank)) - 1
}

// key returns where the key of a value starts; -1 when there is none without escapes.
func key(data string, at int) int {
	colon := back(data, at)
	if colon < 0 || data[colon] != ':' {
		return -1
	}
	end := back(data, colon)
	if end < 1 || data[end] != '"' {
		return -1
	}
	start := strings.LastIndexByte(data[:end], '"')
	if start < 0 || strings.ContainsAny(data[start:end], "\\\n") {
		return -1
	}
	return start
}

// value returns where a string without escapes, a number or a word that starts here ends; -1 for anything else.
func value(data string, at int) int {
	if at >= len(data) {
		return -1
	}
	if data[at] == '"' {
		n := strings.IndexAny(data[at+1:], "\"\\\n")
		if n < 0 || data[at+1+n] != '"' {
			return -1
		}
		return at + n + 2
	}
	n := strings.IndexAny(data[at:], ",}]"+blank)
	if n <= 0 || strings.ContainsAny(data[at:at+n], "{[") {
		return -1
	}
	return at + n
}
