package node

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leastagency/leastagency"
)

// ParseJSON5 reads JSON5: JSON with comments, commas before closing brackets, bare keys, strings in
// single quotes that may go on behind the end of a line, and the numbers of JavaScript. What stands
// before a break is kept.
//
// Source: spec.json5.org.
func ParseJSON5(f *leastagency.File) (*Document, []*leastagency.Problem) {
	s := open(f)
	doc := &Document{}
	if s.text == nil && len(f.Data) > 0 {
		return doc, s.sorted()
	}
	p := &json5{source: s, doc: doc}
	p.space()
	switch {
	case p.at == len(p.text):
		p.broken(p.at, "a value is missing: the file is empty")
	default:
		doc.Root = p.value(0)
		if p.space(); !p.stopped && p.at < len(p.text) {
			p.broken(p.at, "something follows the value")
		}
	}
	return doc, s.sorted()
}

// A json5 is a text that is being read. It stops at the first break, and all that is open ends there.
type json5 struct {
	*source
	doc     *Document
	at      int
	nodes   int
	stopped bool
}

// broken reports the break, at one character.
func (p *json5) broken(at int, why string) {
	if !p.stopped {
		p.report(leastagency.ProblemSyntax, at, at+1, "JSON5 does not parse: %s", why)
	}
	p.stopped = true
}

// peek returns the next byte; 0 at the end and behind a break.
func (p *json5) peek() byte {
	if p.stopped || p.at >= len(p.text) {
		return 0
	}
	return p.text[p.at]
}

// space skips white space and comments.
func (p *json5) space() {
	for !p.stopped && p.at < len(p.text) {
		r, size := utf8.DecodeRune(p.text[p.at:])
		switch {
		case unicode.IsSpace(r) || r == '\uFEFF' || r == '\u2028' || r == '\u2029':
			p.at += size
		case r == '/':
			end := json5Comment(p.text, p.at)
			if end < 0 {
				p.broken(p.at, "comment is not closed")
				return
			}
			if end == p.at {
				return // a lone slash is no value either
			}
			p.doc.Comments = append(p.doc.Comments, p.jsonComment([2]int{p.at, end}))
			p.at = end
		default:
			return
		}
	}
}

// json5Comment returns the end of the comment that starts at i: i when there is none, -1 when it is not closed.
func json5Comment(text []byte, i int) int {
	switch {
	case bytes.HasPrefix(text[i:], []byte("//")):
		if n := bytes.IndexAny(text[i:], "\r\n\u2028\u2029"); n >= 0 {
			return i + n
		}
		return len(text)
	case bytes.HasPrefix(text[i:], []byte("/*")):
		if n := bytes.Index(text[i+2:], []byte("*/")); n >= 0 {
			return i + 2 + n + 2
		}
		return -1
	}
	return i
}

// counted says that one more value or key may be read.
func (p *json5) counted() bool {
	if p.nodes++; p.nodes > maxNodes {
		p.tooMany(p.at)
		p.stopped = true
	}
	return !p.stopped
}

func (p *json5) value(depth int) *Node {
	start := p.at
	if !p.counted() {
		return &Node{At: p.span(start, start)}
	}
	switch c := p.peek(); {
	case c == '{' || c == '[':
		if depth >= maxDepth {
			p.tooDeep(p.at)
			p.stopped = true
			return &Node{At: p.span(start, start)}
		}
		p.at++
		if c == '{' {
			return p.object(start, depth+1)
		}
		return p.array(start, depth+1)
	case c == '"' || c == '\'':
		return p.quoted(c)
	}
	return p.word()
}

// closes skips the closing bracket when it is next. What has none ends at the break.
func (p *json5) closes(bracket byte) bool {
	p.space()
	if p.peek() == bracket {
		p.at++
		return true
	}
	if !p.stopped && p.at >= len(p.text) {
		p.broken(len(p.text), "'"+string(bracket)+"' is missing at the end")
	}
	return p.stopped
}

// comma skips the comma behind an item; without one there, the bracket has to follow.
func (p *json5) comma(bracket byte) {
	p.space()
	switch p.peek() {
	case ',':
		p.at++
	case bracket, 0:
	default:
		p.broken(p.at, "a comma or '"+string(bracket)+"' is missing")
	}
}

func (p *json5) object(start, depth int) *Node {
	n := &Node{Kind: Map}
	for !p.closes('}') {
		at := p.at
		var key *Node
		if c := p.peek(); c == '"' || c == '\'' {
			key = p.quoted(c)
		} else {
			key = p.name()
		}
		if !p.counted() {
			break
		}
		if p.space(); p.peek() != ':' {
			p.broken(p.at, "':' is missing behind a key")
			break
		}
		p.at++
		p.space()
		if p.at >= len(p.text) {
			p.broken(at, "a key has no value")
			break
		}
		n.Members = append(n.Members, Member{Key: key.Text, At: key.At, Value: p.value(depth)})
		p.comma('}')
	}
	n.At = p.span(start, p.at)
	p.duplicates(n.Members)
	return n
}

func (p *json5) array(start, depth int) *Node {
	n := &Node{Kind: List}
	for !p.closes(']') {
		n.Items = append(n.Items, p.value(depth))
		p.comma(']')
	}
	n.At = p.span(start, p.at)
	return n
}

// run returns the end of the characters behind at that can stand in a bare word.
func (p *json5) run() int {
	end := p.at
	for end < len(p.text) {
		r, size := utf8.DecodeRune(p.text[end:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) && !strings.ContainsRune("_$\u200c\u200d+-.", r) {
			break
		}
		end += size
	}
	return end
}

// name reads a bare key.
func (p *json5) name() *Node {
	start, end := p.at, p.run()
	text := string(p.text[start:end])
	if text == "" || strings.ContainsAny(text, "+-.") || text[0] >= '0' && text[0] <= '9' {
		p.broken(start, "a key is missing, or it needs quotes")
		return &Node{At: p.span(start, start)}
	}
	p.at = end
	return p.scalar(String, text, start, end, 0)
}

// word reads a number, a boolean or null.
func (p *json5) word() *Node {
	start, end := p.at, p.run()
	text := string(p.text[start:end])
	p.at = end
	switch {
	case text == "true" || text == "false":
		return p.scalar(Bool, text, start, end, 0)
	case text == "null":
		return p.scalar(Null, text, start, end, 0)
	case json5Number(text):
		return p.scalar(Number, text, start, end, 0)
	}
	p.at = start
	p.broken(start, "bare word that is no number, true, false or null")
	return &Node{At: p.span(start, start)}
}

func json5Number(text string) bool {
	digits := strings.TrimPrefix(strings.TrimPrefix(text, "+"), "-")
	if len(text)-len(digits) > 1 {
		return false
	}
	if digits == "Infinity" || digits == "NaN" {
		return true
	}
	if hex, ok := strings.CutPrefix(strings.ToLower(digits), "0x"); ok {
		return hex != "" && strings.Trim(hex, "0123456789abcdef") == ""
	}
	if len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9' || strings.Trim(digits, "0123456789.eE+-") != "" {
		return false
	}
	_, err := strconv.ParseFloat(digits, 64)
	return err == nil || strings.Contains(err.Error(), "range")
}

// escapes are the characters behind a backslash that stand for others.
var escapes = map[byte]string{'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v", '0': "\x00"}

// quoted reads a string in quotes of one kind.
func (p *json5) quoted(quote byte) *Node {
	start := p.at
	var b strings.Builder
	for p.at++; p.at < len(p.text); {
		switch c := p.text[p.at]; c {
		case quote:
			p.at++
			return p.scalar(String, b.String(), start, p.at, 1)
		case '\n', '\r':
			return p.unclosed(start, b.String())
		case '\\':
			p.escape(&b)
		default:
			b.WriteByte(c)
			p.at++
		}
	}
	return p.unclosed(start, b.String())
}

func (p *json5) unclosed(start int, text string) *Node {
	p.broken(start, "string is not closed")
	return &Node{Kind: String, At: p.span(start, p.at), Text: strings.ToValidUTF8(text, "\uFFFD")}
}

// escape reads what begins with a backslash: a character by its number or letter, the end of a line
// that is left out, or any other character by itself.
func (p *json5) escape(b *strings.Builder) {
	p.at++
	rest := p.text[p.at:]
	switch {
	case len(rest) == 0:
		return
	case bytes.HasPrefix(rest, []byte("\r\n")):
		p.at += 2
		return
	case rest[0] == 'x' || rest[0] == 'u':
		if r, size := codePoint(rest); size > 0 {
			b.WriteRune(r)
			p.at += size
			return
		}
		p.broken(p.at, "an escape is not complete")
		p.at++
		return
	}
	if s, ok := escapes[rest[0]]; ok {
		b.WriteString(s)
		p.at++
		return
	}
	r, size := utf8.DecodeRune(rest)
	if r != '\n' && r != '\r' && r != '\u2028' && r != '\u2029' {
		b.WriteRune(r)
	}
	p.at += size
}

// codePoint reads x and two digits, or u and four, a second half of a pair with it; size is 0 when it is neither.
func codePoint(text []byte) (r rune, size int) {
	digits := 2
	if text[0] == 'u' {
		digits = 4
	}
	number := func(text []byte) (rune, bool) {
		if len(text) < digits {
			return 0, false
		}
		n, err := strconv.ParseUint(string(text[:digits]), 16, 32)
		return rune(n), err == nil
	}
	r, ok := number(text[1:])
	if !ok {
		return 0, 0
	}
	size = 1 + digits
	if r >= 0xd800 && r < 0xdc00 && bytes.HasPrefix(text[size:], []byte(`\u`)) {
		if low, ok := number(text[size+2:]); ok && low >= 0xdc00 && low < 0xe000 {
			return (r-0xd800)<<10 + low - 0xdc00 + 0x10000, size + 2 + digits
		}
	}
	return r, size // half a pair is written as the replacement character
}
