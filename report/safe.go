package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leastagency/leastagency"
)

// A mask hides one secret: its bytes [start, end) of a file are shown as text.
type mask struct {
	start, end int
	text       string
}

// unknownSecret stands for a secret without a telling prefix.
const unknownSecret = "***"

// collectSecrets fills the masks from the literal credentials of the scan.
func (v *view) collectSecrets() {
	v.masks = map[*leastagency.File][]mask{}
	values := map[string]string{}
	for _, at := range v.report.Secrets {
		start, end := max(0, at.Start), min(at.End, len(at.File.Data))
		if end-start >= 2 && quote(at.File.Data[start]) && at.File.Data[start] == at.File.Data[end-1] {
			start, end = start+1, end-1
		}
		if start >= end {
			continue
		}
		value := string(at.File.Data[start:end])
		text := unknownSecret
		if found := v.Policy.Knowledge.FindSecrets(value); len(found) > 0 && found[0].Start == 0 {
			text = found[0].Shape.Prefix + "…"
		}
		v.masks[at.File] = append(v.masks[at.File], mask{start, end, text})
		if distinct(value) {
			values[value] = text
		}
	}
	for _, list := range v.masks {
		slices.SortFunc(list, func(a, b mask) int { return a.start - b.start })
	}
	v.secrets = replacer(values)
}

// distinct reports whether a secret cannot be an ordinary word, so that it may be masked in any text.
func distinct(value string) bool {
	return len(value) >= 8 && (strings.ContainsAny(value, "0123456789") || leastagency.Entropy(value) > 3.2)
}

// replacer replaces whole values, the longest first where one starts with another.
func replacer(values map[string]string) *strings.Replacer {
	if len(values) == 0 {
		return nil
	}
	var pairs []string
	for value := range values {
		pairs = append(pairs, value)
	}
	slices.SortFunc(pairs, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	var old []string
	for _, value := range pairs {
		old = append(old, value, values[value])
	}
	return strings.NewReplacer(old...)
}

func quote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

// text returns a message or a name in a form that is safe to show: secrets masked, and everything
// that a reader would not see written as an escape. It is one line.
func (v *view) text(s string) string {
	if v.secrets != nil {
		s = v.secrets.Replace(s)
	}
	return Visible(v.Policy.Knowledge.Redact(s))
}

// edits returns the edits of a fix; none when one has no place, or would put a secret into the report.
// Their text is what a reader is to write into a file, so it cannot be masked as messages are.
func (v *view) edits(fix *leastagency.Fix) []leastagency.Edit {
	if fix == nil {
		return nil
	}
	for _, edit := range fix.Edits {
		secret := v.secrets != nil && v.secrets.Replace(edit.New) != edit.New
		if edit.At.IsZero() || secret || len(v.Policy.Knowledge.FindSecrets(edit.New)) > 0 {
			return nil
		}
	}
	return fix.Edits
}

// Visible writes what steers a terminal, a log or the eye as an escape: control, bidirectional and
// invisible characters, bytes that are no UTF-8, and what a CI runner takes for a command.
func Visible(s string) string {
	command := strings.HasPrefix(strings.TrimLeftFunc(s, unicode.IsSpace), "::") // where a line starts with it
	if !command && !strings.ContainsFunc(s, suspicious) {
		return s
	}
	if command {
		blank, rest, _ := strings.Cut(s, ":")
		return Visible(blank) + `\x3a` + Visible(rest)
	}
	var b strings.Builder
	var before rune
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		b.WriteString(glyph(before, r, size, s))
		before, s = r, s[size:]
	}
	return b.String()
}

// suspicious reports whether glyph may change the rune. A bare U+FFFD may stand for a broken byte.
func suspicious(r rune) bool { return r == '#' || r == utf8.RuneError || hidden(r) }

// glyph returns what to show for the rune r of size bytes at the start of rest.
func glyph(before, r rune, size int, rest string) string {
	switch {
	case r == utf8.RuneError && size <= 1:
		return fmt.Sprintf(`\x%02x`, rest[0])
	case r == '#' && strings.HasPrefix(rest, "##["): // the older workflow commands work anywhere in a line
		return `\x23`
	case r == emojiStyle && (unicode.IsSymbol(before) || unicode.IsDigit(before)):
		return string(r)
	case !hidden(r):
		return rest[:size]
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// emojiStyle asks for the coloured form of the symbol before it. Alone it is a hidden character.
const emojiStyle = '\ufe0f'

// blanks are letters and marks that Unicode calls graphic and no font shows.
const blanks = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"

// hidden reports whether a rune cannot be seen, or changes how others are seen.
func hidden(r rune) bool {
	switch {
	case r < 0x20 || r == 0x7f:
		return true
	case r < 0x7f:
		return false
	case r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef: // variation selectors
		return true
	}
	return !unicode.IsGraphic(r) || strings.ContainsRune(blanks, r)
}

// width returns how many terminal columns a visible rune takes.
func width(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r):
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff,
		r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6,
		r >= 0x1f300 && r <= 0x1f64f, r >= 0x1f680 && r <= 0x1f6ff, r >= 0x1f900 && r <= 0x1faff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

// asciiSafe rewrites encoded JSON without changing what it says: hidden characters and workflow
// commands become \u escapes. Both only occur inside strings there.
func asciiSafe(encoded []byte) []byte {
	if !strings.ContainsFunc(string(encoded), func(r rune) bool { return r >= 0x7f || r == '#' }) {
		return encoded
	}
	out := make([]byte, 0, len(encoded)+64)
	for len(encoded) > 0 {
		r, size := utf8.DecodeRune(encoded)
		switch {
		case r == '#' && strings.HasPrefix(string(encoded[:min(3, len(encoded))]), "##["):
			out = append(out, `\u0023`...)
		case r < 0x7f || !hidden(r):
			out = append(out, encoded[:size]...)
		case r < 0x10000:
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		}
		encoded = encoded[size:]
	}
	return out
}
