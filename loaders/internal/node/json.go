package node

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/leastagency/leastagency"
	"github.com/tailscale/hujson"
)

// ParseJSON reads strict JSON: comments and trailing commas are read all the same, and the first of
// them is reported as a syntax problem.
func ParseJSON(f *leastagency.File) (*Document, []*leastagency.Problem) { return parseJSON(f, true) }

// ParseJSONC reads JSON with comments and trailing commas.
func ParseJSONC(f *leastagency.File) (*Document, []*leastagency.Problem) { return parseJSON(f, false) }

func parseJSON(f *leastagency.File, strict bool) (*Document, []*leastagency.Problem) {
	s := open(f)
	if s.text == nil && len(f.Data) > 0 {
		return &Document{}, s.sorted()
	}
	outline := outlineJSON(s.text)
	cut := len(s.text)
	text := append(s.text, '\n') // without it a comment at the very end is an error to hujson
	switch outline.limit {
	case limitDepth:
		s.tooDeep(outline.end)
		text, cut = outline.closed(s.text), outline.safe
	case limitNodes:
		s.tooMany(outline.end)
		text, cut = outline.closed(s.text), outline.safe
	}
	value, err := hujson.Parse(text)
	if err != nil {
		at, why := jsonError(text, err)
		outline = outlineJSON(s.text[:min(at, len(s.text))])
		s.jsonProblem(outline, at, why)
		cut = outline.safe
		value, err = hujson.Parse(outline.closed(s.text))
	}
	doc := &Document{}
	if err == nil && value.Value != nil {
		doc.Root = s.json(value, cut)
	}
	for _, c := range outline.comments {
		doc.Comments = append(doc.Comments, s.jsonComment(c))
	}
	if strict {
		s.jsonStrict(outline)
	}
	return doc, s.sorted()
}

// json turns a parsed value into a node. The depth was capped before. The file was read up to cut:
// what is still open there ends there.
func (s *source) json(v hujson.Value, cut int) *Node {
	n := &Node{At: s.span(v.StartOffset, min(v.EndOffset, cut))}
	switch value := v.Value.(type) {
	case *hujson.Object:
		n.Kind = Map
		n.Members = make([]Member, 0, len(value.Members))
		for _, m := range value.Members {
			name := s.json(m.Name, cut)
			n.Members = append(n.Members, Member{Key: name.Text, At: name.At, Value: s.json(m.Value, cut)})
		}
		s.duplicates(n.Members)
	case *hujson.Array:
		n.Kind = List
		n.Items = make([]*Node, 0, len(value.Elements))
		for _, e := range value.Elements {
			n.Items = append(n.Items, s.json(e, cut))
		}
	case hujson.Literal:
		switch value.Kind() {
		case '"':
			return s.scalar(String, value.String(), v.StartOffset, v.EndOffset, 1)
		case 't', 'f':
			return s.scalar(Bool, string(value), v.StartOffset, v.EndOffset, 0)
		case 'n':
			return s.scalar(Null, string(value), v.StartOffset, v.EndOffset, 0)
		default:
			return s.scalar(Number, string(value), v.StartOffset, v.EndOffset, 0)
		}
	}
	return n
}

// A jsonOutline is what a look at the tokens tells: enough to cap what hujson is given, to close
// what a break leaves open, and to find comments.
type jsonOutline struct {
	open     []int    // offsets of the brackets that are open at the end
	safe     int      // where the text can be cut so that closing these brackets gives valid JSON
	unclosed int      // start of a string or comment that has no end; -1 when there is none
	end      int      // where the look ended
	limit    int      // why it ended early
	comments [][2]int // start and end of each, marks included
	trailing int      // the first comma before a closing bracket; -1 when there is none
}

const (
	limitNone = iota
	limitDepth
	limitNodes
)

// outlineJSON looks at the tokens of the text without recursion and in linear time. In line
// comments it replaces the line separators that hujson does not take there.
func outlineJSON(text []byte) *jsonOutline {
	o := &jsonOutline{unclosed: -1, trailing: -1}
	nodes := 0
	value := true // a value may stand here, rather than a key
	comma := -1   // offset of the last token when that is a comma
	for i := 0; i < len(text); o.end = i {
		o.end = i
		c := text[i]
		switch c {
		case ' ', '\t', '\r', '\n':
			i++
			continue
		case '/':
			end := jsonCommentEnd(text, i)
			if end < 0 {
				o.unclosed = i
				return o
			}
			if end == i {
				return o // a lone slash: hujson says what is wrong with it
			}
			o.comments = append(o.comments, [2]int{i, end})
			i = end
			continue
		case '{', '[':
			if len(o.open) == maxDepth {
				o.limit = limitDepth
				return o
			}
			o.open = append(o.open, i)
			i++
			o.safe, value = i, c == '['
			nodes++
		case '}', ']':
			if len(o.open) == 0 || text[o.open[len(o.open)-1]] != c-2 {
				return o
			}
			if comma >= 0 && o.trailing < 0 {
				o.trailing = comma
			}
			o.open = o.open[:len(o.open)-1]
			i++
			o.safe, value = i, false
		case ',':
			comma = i
			i++
			o.safe, value = i, len(o.open) > 0 && text[o.open[len(o.open)-1]] == '['
			continue
		case ':':
			i++
			value = true
		default:
			end := jsonScalarEnd(text, i)
			if end < 0 {
				o.unclosed = i
				return o
			}
			i = end
			if value {
				o.safe, value = i, false
			}
			nodes++
		}
		comma = -1
		if nodes > maxNodes {
			o.limit = limitNodes
			return o
		}
	}
	return o
}

// closed returns the text up to the last place where it can be cut, with its open brackets closed.
func (o *jsonOutline) closed(text []byte) []byte {
	out := slices.Clip(text[:o.safe])
	for _, at := range slices.Backward(o.open) {
		out = append(out, text[at]+2) // in ASCII the closing bracket is two behind the opening one
	}
	return append(out, '\n')
}

// jsonScalarEnd returns the end of the string or bare word that starts at i; -1 when a string has none.
func jsonScalarEnd(text []byte, i int) int {
	if text[i] != '"' {
		if n := bytes.IndexAny(text[i+1:], " \t\r\n{}[],:/\""); n >= 0 {
			return i + 1 + n
		}
		return len(text)
	}
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// jsonCommentEnd returns the end of the comment that starts at i: i when there is none, -1 when it
// is not closed. JavaScript readers end a line comment at a carriage return too, and at nothing else
// but a line feed; hujson is made to see it their way.
func jsonCommentEnd(text []byte, i int) int {
	switch {
	case bytes.HasPrefix(text[i:], []byte("//")):
		end := len(text)
		if n := bytes.IndexAny(text[i:], "\r\n"); n >= 0 {
			end = i + n
			if text[end] == '\r' && (end+1 == len(text) || text[end+1] != '\n') {
				text[end] = '\n'
			}
		}
		for j := i; j < end; j++ {
			if bytes.HasPrefix(text[j:end], []byte("\u2028")) || bytes.HasPrefix(text[j:end], []byte("\u2029")) {
				copy(text[j:], "???")
			}
		}
		return end
	case bytes.HasPrefix(text[i:], []byte("/*")):
		n := bytes.Index(text[i+2:], []byte("*/"))
		if n < 0 {
			return -1
		}
		return i + 2 + n + 2
	}
	return i
}

func (s *source) jsonComment(at [2]int) Comment {
	c := Comment{At: s.span(at[0], at[1])}
	c.Text = c.At.Text()[2:]
	if s.text[at[0]+1] == '*' {
		c.Text = strings.TrimSuffix(c.Text, "*/")
	}
	c.Text = strings.TrimSpace(c.Text)
	return c
}

// jsonStrict reports the first thing that only JSON with comments allows.
func (s *source) jsonStrict(o *jsonOutline) {
	comment := len(o.comments) > 0
	switch {
	case comment && (o.trailing < 0 || o.comments[0][0] < o.trailing):
		s.report(leastagency.ProblemSyntax, o.comments[0][0], o.comments[0][1], "comment in a JSON file: strict readers reject the whole file")
	case o.trailing >= 0:
		s.report(leastagency.ProblemSyntax, o.trailing, o.trailing+1, "comma before a closing bracket: strict readers reject the whole file")
	}
}

// jsonError returns the byte offset at which hujson stopped, and why.
func jsonError(text []byte, err error) (at int, why string) {
	var line, column int
	if _, err := fmt.Sscanf(err.Error(), "hujson: line %d, column %d:", &line, &column); err != nil {
		return 0, "does not parse"
	}
	for ; line > 1; line-- {
		at += 1 + bytes.IndexByte(text[at:], '\n')
	}
	_, why, _ = strings.Cut(err.Error(), "column "+strconv.Itoa(column)+": ")
	return min(at+column-1, len(text)), why
}

// jsonProblem reports a syntax error. The words are ours where hujson's would repeat the text.
func (s *source) jsonProblem(o *jsonOutline, at int, why string) {
	rest := s.text[min(at, len(s.text)):]
	start, size := at, 1
	switch {
	case bytes.HasPrefix(rest, []byte("/*")):
		size, why = 2, "comment is not closed"
	case o.unclosed >= 0:
		start, why = o.unclosed, "string is not closed"
	case len(rest) > 0 && strings.HasPrefix(why, "invalid literal") && rest[0] == '"':
		why = "string holds a control character or an escape that JSON does not know"
		size = max(1, jsonScalarEnd(rest, 0))
	case len(rest) > 0 && strings.HasPrefix(why, "invalid literal"):
		why = "bare word that is no number, true, false or null"
		size = jsonScalarEnd(rest, 0)
	case len(rest) > 0:
		_, size = utf8.DecodeRune(rest)
	case len(o.open) > 0:
		start = o.open[len(o.open)-1]
		why = "'" + string(s.text[start]) + "' is not closed"
	default:
		why = "a value is missing: the file is empty"
	}
	s.report(leastagency.ProblemSyntax, start, start+size, "JSON does not parse: %s", why)
}
