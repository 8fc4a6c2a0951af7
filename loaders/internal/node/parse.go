package node

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/leastagency/leastagency"
)

const (
	maxDepth = 200     // of brackets, indentation and dotted keys
	maxNodes = 1 << 18 // values and keys of one file, aliases counted as often as they stand
	maxKey   = 200     // bytes of a key that is itself a list or map
	maxTwice = 100     // duplicate keys that are reported in one file
	maxRough = 1000    // keys of front matter that is read line by line
)

var bom = []byte("\xef\xbb\xbf")

// A source is the part of a file that is parsed, with what was found wrong in it.
type source struct {
	file     *leastagency.File
	base     int    // offset in the file of text[0]
	text     []byte // byte for byte the part of the file, except that what no parser takes is replaced by '?'
	problems []*leastagency.Problem
	twice    int // duplicate keys so far
}

// open returns the file without its byte-order mark. The text may be changed: it is a copy.
// A byte that is not UTF-8 is reported once and replaced, so that the rest can be read.
func open(f *leastagency.File) *source {
	s := &source{file: f}
	if bytes.HasPrefix(f.Data, bom) {
		s.base = len(bom)
	}
	if bytes.HasPrefix(f.Data, []byte("\xff\xfe")) || bytes.HasPrefix(f.Data, []byte("\xfe\xff")) {
		s.report(leastagency.ProblemEncoding, 0, 2, "the file is UTF-16, not UTF-8: most readers reject it")
		s.base = len(f.Data)
		return s
	}
	s.text = bytes.Clone(f.Data[s.base:])
	first := -1
	for i := 0; i < len(s.text); {
		if s.text[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(s.text[i:])
		if r == utf8.RuneError && size == 1 {
			if first < 0 {
				first = i
			}
			s.text[i] = '?'
		}
		i += size
	}
	if first >= 0 {
		s.report(leastagency.ProblemEncoding, first, first+1, "byte 0x%02x is not UTF-8", f.Data[s.base+first])
	}
	return s
}

// span returns the place of text[start:end] in the file.
func (s *source) span(start, end int) leastagency.Span {
	start = max(0, min(start, len(s.text)))
	end = max(start, min(end, len(s.text)))
	return s.file.Span(s.base+start, s.base+end)
}

// report adds a problem at the characters that text[start:end] touches.
func (s *source) report(kind leastagency.ProblemKind, start, end int, format string, args ...any) {
	for start > 0 && start < len(s.text) && !utf8.RuneStart(s.text[start]) {
		start--
	}
	for end < len(s.text) && !utf8.RuneStart(s.text[end]) {
		end++
	}
	s.problems = append(s.problems, &leastagency.Problem{At: s.span(start, end), Kind: kind, Text: fmt.Sprintf(format, args...)})
}

// limit reports a cap, once a file: what is cut off behind the first place is not worth a list.
func (s *source) limit(start, end int, format string, args ...any) {
	for _, p := range s.problems {
		if p.Kind == leastagency.ProblemLimit {
			return
		}
	}
	s.report(leastagency.ProblemLimit, start, end, format, args...)
}

func (s *source) tooDeep(start int) {
	s.limit(start, start+1, "nested more than %d levels deep: not read from here on", maxDepth)
}

func (s *source) tooMany(start int) {
	s.limit(start, start+1, "more than %d values: not read from here on", maxNodes)
}

func (s *source) duplicate(m Member) {
	if s.twice++; s.twice > maxTwice {
		return
	}
	s.problems = append(s.problems, &leastagency.Problem{At: m.At, Kind: leastagency.ProblemDuplicateKey,
		Text: fmt.Sprintf("key %s stands twice in one map: readers disagree which one counts", quote(m.Key))})
}

// duplicates reports every key of a map that was there before.
func (s *source) duplicates(members []Member) {
	if len(members) < 2 {
		return
	}
	seen := make(map[string]bool, len(members))
	for _, m := range members {
		if seen[m.Key] {
			s.duplicate(m)
		}
		seen[m.Key] = true
	}
}

// sorted returns the problems in order of place.
func (s *source) sorted() []*leastagency.Problem {
	slices.SortStableFunc(s.problems, func(a, b *leastagency.Problem) int { return a.At.Compare(b.At) })
	return s.problems
}

// scalar returns a scalar that stands at text[start:end] between quotes of the given width.
// Where a parser was given '?' instead of the file's bytes, those are put back.
func (s *source) scalar(kind Kind, text string, start, end, quotes int) *Node {
	n := &Node{Kind: kind, At: s.span(start, end), Text: text}
	inside := s.span(start+quotes, end-quotes)
	if string(s.text[inside.Start-s.base:inside.End-s.base]) == text {
		original := inside.Text()
		n.Text = strings.ToValidUTF8(original, "\uFFFD")
		n.Raw = n.Text == original
	}
	return n
}

// busiest returns the offset at which the text has shown more of the marks that may begin a value
// than a file may have values; the length of the text when it does not.
func busiest(text []byte, marks string) int {
	count := 0
	for i, c := range text {
		if strings.IndexByte(marks, c) >= 0 {
			if count++; count > maxNodes {
				return i
			}
		}
	}
	return len(text)
}

// quote returns a name from a file as it may stand in a message.
func quote(name string) string {
	const most = 60
	if len(name) > most {
		name = strings.ToValidUTF8(name[:most], "") + "…"
	}
	return strconv.QuoteToGraphic(name)
}
