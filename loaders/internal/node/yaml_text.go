package node

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// This file finds in YAML's text what its parser does not tell: where things end, and comments.

// match returns the end of what gives value when it is read from start on. Outside of quotes YAML
// changes nothing but white space, so the rest must be the same, character for character.
func (r *yamlReader) match(start int, value string) int {
	i, end := start, start
	for j := 0; j < len(value); {
		if w := blankWidth(value[j:]); w > 0 {
			j += w
			continue
		}
		for i < len(r.text) {
			w := blankWidth(r.text[i:])
			if w == 0 {
				break
			}
			i += w
		}
		if i >= len(r.text) || r.text[i] != value[j] {
			break
		}
		i, j = i+1, j+1
		end = i
	}
	return end
}

// quoted returns the end of the quoted scalar at start.
func (r *yamlReader) quoted(start int) int {
	if start >= len(r.text) {
		return len(r.text)
	}
	mark := r.text[start]
	for i := start + 1; i < len(r.text); i++ {
		switch {
		case r.text[i] == '\\' && mark == '"':
			i++
		case r.text[i] == mark && mark == '\'' && r.is(i+1, mark):
			i++
		case r.text[i] == mark:
			return i + 1
		}
	}
	return len(r.text)
}

// closing returns the offset behind the bracket that closes a flow list or map whose last child ends at i.
func (r *yamlReader) closing(i int, bracket byte) int {
	for i < len(r.text) {
		j := r.blank(i)
		if r.is(j, bracket) {
			return j + 1
		}
		if !r.is(j, ',') && !r.is(j, ':') && !r.is(j, '?') {
			return i
		}
		i = j + 1
	}
	return len(r.text)
}

// content skips anchors and tags, and what stands between them and the value.
func (r *yamlReader) content(i int) int {
	for r.is(i, '&') || r.is(i, '!') {
		i = r.blank(r.property(i))
	}
	return i
}

// property returns the end of the anchor or tag at i.
func (r *yamlReader) property(i int) int {
	anchor := r.text[i] == '&'
	for i++; i < len(r.text) && blankWidth(r.text[i:]) == 0; i++ {
		if c := r.text[i]; anchor && !(c == '_' || c == '-' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z') {
			break
		}
	}
	return i
}

// blank skips white space, line ends and comments.
func (r *yamlReader) blank(i int) int {
	for i < len(r.text) {
		w := blankWidth(r.text[i:])
		switch {
		case w > 0:
			i += w
		case r.text[i] == '#' && r.commentAt(i):
			i = r.lineEnd(i)
		default:
			return i
		}
	}
	return i
}

func (r *yamlReader) is(i int, c byte) bool { return i < len(r.text) && r.text[i] == c }

// commentAt reports whether a '#' at i begins a comment, given that it stands in no scalar.
func (r *yamlReader) commentAt(i int) bool {
	return i == 0 || blankWidth(r.text[i-1:]) > 0 || r.text[i-1] >= utf8.RuneSelf
}

func (r *yamlReader) lineEnd(i int) int {
	for i < len(r.text) && !isBreak(r.text, i) {
		i++
	}
	return i
}

// comments calls yield for every comment, in order.
func (r *yamlReader) comments(yield func(Comment)) {
	slices.SortFunc(r.taken, func(a, b [2]int) int { return a[0] - b[0] })
	i := 0
	for _, taken := range append(r.taken, [2]int{len(r.text), len(r.text)}) {
		for i < taken[0] {
			n := bytes.IndexByte(r.text[i:taken[0]], '#')
			if n < 0 {
				break
			}
			i += n
			if !r.commentAt(i) {
				i++
				continue
			}
			end := r.lineEnd(i)
			at := r.at(i, end)
			yield(Comment{At: at, Text: strings.TrimSpace(strings.TrimLeft(at.Text(), "#"))})
			i = end
		}
		i = max(i, taken[1])
	}
}

// offset returns where a node starts. Asked for in order it is linear, also within one long line.
func (r *yamlReader) offset(n *yaml.Node) int {
	line := max(1, min(n.Line, len(r.lines)))
	c := &r.cursor
	if c.line != line || c.column > n.Column {
		c.line, c.column, c.offset = line, 1, r.lines[line-1]
	}
	for c.column < n.Column && c.offset < len(r.text) {
		_, size := utf8.DecodeRune(r.text[c.offset:])
		c.offset += size
		c.column++
	}
	return c.offset
}

// yamlLines returns the offsets at which lines start as go.yaml.in/yaml counts them.
func yamlLines(text []byte) []int {
	lines := []int{0}
	for i := 0; i < len(text); i++ {
		if !isBreak(text, i) || text[i] == '\r' && i+1 < len(text) && text[i+1] == '\n' {
			continue
		}
		_, size := utf8.DecodeRune(text[i:])
		lines = append(lines, i+size)
	}
	return lines
}

// isBreak reports whether a line end begins at i. YAML 1.1 has five: CR, LF, NEL, LS and PS.
func isBreak(text []byte, i int) bool {
	switch text[i] {
	case '\n', '\r':
		return true
	case 0xc2:
		return bytes.HasPrefix(text[i:], []byte("\u0085"))
	case 0xe2:
		return bytes.HasPrefix(text[i:], []byte("\u2028")) || bytes.HasPrefix(text[i:], []byte("\u2029"))
	}
	return false
}

// blankWidth returns the width of the space, tab or line end at the start of the text; 0 when it is something else.
func blankWidth[T string | []byte](text T) int {
	switch text[0] {
	case ' ', '\t', '\n', '\r':
		return 1
	case 0xc2:
		if len(text) > 1 && text[1] == 0x85 {
			return 2
		}
	case 0xe2:
		if len(text) > 2 && text[1] == 0x80 && (text[2] == 0xa8 || text[2] == 0xa9) {
			return 3
		}
	}
	return 0
}
