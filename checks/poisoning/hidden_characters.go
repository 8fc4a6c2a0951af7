package poisoning

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leastagency/leastagency"
)

// HiddenCharacters finds characters that a reader does not see and a model reads: tag characters,
// direction overrides, runs of zero-width characters, and terminal escapes. One finding per file.
var HiddenCharacters = leastagency.Check{Rule: "poisoning/hidden-characters", Run: func(p *leastagency.Pass) {
	found := map[*leastagency.File]*leastagency.Finding{}
	report := func(at leastagency.Span, h hidden, where string) {
		f := found[at.File]
		switch {
		case f == nil:
			found[at.File] = p.Reportf(at, "%s%s", h.says(), where)
		case f.At != at && len(f.Related) < maxRelated:
			f.Also(at, "%s", h.says())
		}
	}
	scanned := map[*leastagency.File]bool{}
	file := func(f *leastagency.File) {
		if f == nil || scanned[f] {
			return
		}
		scanned[f] = true
		here := hiding(string(f.Data))
		for _, h := range here {
			report(f.Span(h.start, h.end), h, "")
		}
		if len(here) > 0 {
			found[f].Fix = removal(f, here)
		}
	}
	for _, layer := range p.Layers {
		file(layer.At.File)
		for _, l := range labels(layer) {
			if h, ok := inName(l.name); ok && !l.at.IsZero() {
				report(l.at, h, fmt.Sprintf(" in the %s %s", l.what, leastagency.Quote(l.name)))
			}
		}
	}
	for text := range texts(p) {
		file(text.At.File)
		if text.Raw {
			continue
		}
		if here := hiding(text.Body); len(here) > 0 && len(hiding(text.At.Text())) == 0 { // written as escapes
			report(text.At, here[0], " once the escapes in this text are decoded")
		}
	}
}}

// removal takes out all that hides in a file; nil where more than the characters themselves would be left of it.
func removal(f *leastagency.File, list []hidden) *leastagency.Fix {
	fix := &leastagency.Fix{Text: "take out the characters that do not show"}
	for _, h := range list {
		if h.kind == escape {
			return nil
		}
		fix.Edits = append(fix.Edits, leastagency.Edit{At: f.Span(h.start, h.end)})
		if h.kind == override {
			if end, ok := closes(string(f.Data), h.end); ok {
				fix.Edits = append(fix.Edits, leastagency.Edit{At: f.Span(end, end+3)})
			}
		}
	}
	return fix
}

// closes returns where in its line a direction override ends, at a character that shows as little.
func closes(text string, start int) (int, bool) {
	rest, _, _ := strings.Cut(text[start:], "\n")
	end := strings.IndexAny(rest, "\u202c\u2069\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
	return start + end, end >= 0 && (strings.HasPrefix(rest[end:], "\u202c") || strings.HasPrefix(rest[end:], "\u2069"))
}

// maxRelated bounds the further places of one finding.
const maxRelated = 8

// hidden is a run of characters that do not show.
type hidden struct {
	start, end int
	kind       string
	count      int
	spells     string // what the run says, when it is text in disguise
}

func (h hidden) says() string {
	switch {
	case h.spells != "":
		return fmt.Sprintf("%d invisible %s spell %s: the model reads what you do not see", h.count, h.kind, leastagency.Quote(h.spells))
	case h.kind == override:
		return "a direction override shows this text in another order than the model reads it"
	case h.kind == escape:
		return "a terminal escape hides or repaints what a terminal shows of this text"
	case h.count == 1:
		return "an invisible character splits a word: the model reads another text than you see"
	}
	return fmt.Sprintf("%d invisible characters in a row carry what you do not see", h.count)
}

const (
	tags      = "tag characters"
	selectors = "variation selectors"
	override  = "direction override"
	escape    = "terminal escape"
	zero      = "zero-width characters"
)

// minRun is how many zero-width characters in a row no script and no emoji needs.
const minRun = 4

// hiding returns the runs of a text that hide something. What scripts and emoji need stays silent:
// joiners between letters of other scripts and between emoji, flags of regions, presentation
// selectors, marks of right-to-left text, and a byte-order mark at the start.
func hiding(text string) []hidden {
	var out []hidden
	for i := 0; i < len(text); {
		if text[i] >= 0x20 && text[i] < 0x7f || text[i] == '\n' { // most of any file
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == '\U0001F3F4' {
			i += size + flag(text[i+size:])
			continue
		}
		kind := kindOf(r)
		if kind == "" {
			i += size
			continue
		}
		h := hidden{start: i, kind: kind}
		for i < len(text) {
			r, size := utf8.DecodeRuneInString(text[i:])
			if kindOf(r) != kind {
				break
			}
			h.count++
			h.spells += spell(r)
			i += size
		}
		h.end = i
		if h.suspicious(text) {
			out = append(out, h)
		}
	}
	return out
}

// kindOf returns the kind of a character that does not show; empty for others.
func kindOf(r rune) string {
	switch {
	case r >= 0xE0000 && r <= 0xE007F:
		return tags
	case r >= 0xE0100 && r <= 0xE01EF:
		return selectors
	case r == 0x202D || r == 0x202E || r == 0x202B || r == 0x2067:
		return override
	case r == 0x1B || r == 0x9B || r == 0x08:
		return escape
	case r == 0x200B, r == 0x200C, r == 0x200D, r >= 0x2060 && r <= 0x2064, r >= 0x206A && r <= 0x206F, r == 0xFEFF, r >= 0xFE00 && r <= 0xFE0F,
		r == 0x034F, r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0:
		return zero
	}
	return ""
}

// spell returns the letter that a tag character or selector stands for in disguise.
func spell(r rune) string {
	switch {
	case r >= 0xE0020 && r <= 0xE007E:
		return string(r - 0xE0000)
	case r >= 0xE0110 && r <= 0xE016E: // selectors 17 on carry bytes from 16 on
		return string(r - 0xE0100 + 16)
	}
	return ""
}

func (h hidden) suspicious(text string) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:h.start])
	after, _ := utf8.DecodeRuneInString(text[h.end:])
	switch h.kind {
	case tags, escape:
		return true
	case selectors:
		return h.count > 1 || !unicode.Is(unicode.Han, before)
	case override:
		first, _ := utf8.DecodeRuneInString(text[h.start:])
		return first == 0x202D || first == 0x202E || !rightToLeft(line(text, h.start))
	}
	if strings.HasPrefix(text[h.start:], "\ufeff") && h.start == 0 {
		h.count--
	}
	return h.count >= minRun || h.count > 0 && latin(before) && latin(after) && !strings.HasPrefix(text[h.start:], "\ufe0e") && !strings.HasPrefix(text[h.start:], "\ufe0f")
}

// latin reports whether a letter is one that no joiner stands beside.
func latin(r rune) bool { return r < utf8.RuneSelf && unicode.IsLetter(r) }

// flag returns the length of the tag sequence of a region's flag (England, Scotland, Wales) at the start of s.
func flag(s string) int {
	const most = 7
	for n, i := 0, 0; i < len(s) && n <= most; n++ {
		r, size := utf8.DecodeRuneInString(s[i:])
		if i += size; r == 0xE007F {
			return i
		}
		if r < 0xE0030 || r > 0xE007A {
			return 0
		}
	}
	return 0
}

func line(text string, at int) string {
	start := strings.LastIndexByte(text[:at], '\n') + 1
	if end := strings.IndexByte(text[at:], '\n'); end >= 0 {
		return text[start : at+end]
	}
	return text[start:]
}

func rightToLeft(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana)
	})
}

// inName returns what hides in a name, where nothing invisible has a place.
func inName(name string) (hidden, bool) {
	if here := hiding(name); len(here) > 0 {
		return here[0], true
	}
	for i, r := range name {
		if r == 0x200B || r == 0x2060 || r == 0xFEFF || r == 0x202A || r == 0x202C || r == 0x2066 || r == 0x2068 || r == 0x2069 {
			return hidden{start: i, kind: zero, count: 1}, true
		}
	}
	return hidden{}, false
}
