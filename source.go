package leastagency

import (
	"bytes"
	"path"
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// A File is one file of the scanned tree, as read. It is immutable once built by NewFile.
type File struct {
	// Path is where the file is in force: slash-separated, relative to the scanned root.
	Path string
	// Real is where its bytes lie when Path leads through a link inside the root, else equal to Path.
	// Reports show Real, because code hosts do not show results on links.
	Real string
	// Data is the whole file, byte-order mark included.
	Data []byte
	// Role tells a working file from an example of one; see RoleOf.
	Role Role

	once  sync.Once
	lines []int // byte offset at which each line starts
}

// NewFile returns the file with its role told from path.
func NewFile(path string, data []byte) *File {
	return &File{Path: path, Real: path, Data: data, Role: RoleOf(path)}
}

// A Role says how seriously a file means what it says.
type Role uint8

const (
	RoleUnknown  Role = iota
	RoleWorking       // in force where it lies
	RoleTemplate      // copied elsewhere before it is in force: templates, examples, samples, documentation
	RoleFixture       // input of tests
)

// RoleOf tells a file's role from the folders it lies in.
// A template is judged one severity lower; findings in fixtures are counted, and shown on request.
func RoleOf(p string) Role {
	role := RoleWorking
	for dir := range strings.SplitSeq(strings.ToLower(path.Dir(p)), "/") {
		switch dir {
		case "testdata", "fixtures", "__fixtures__", "__tests__", "__snapshots__":
			return RoleFixture
		case "examples", "example", "samples", "sample", "templates", "template", "docs", "doc", "tests", "test", "cookbook", "tutorials":
			role = RoleTemplate
		}
	}
	for _, mark := range []string{".example", ".sample", ".template", ".dist"} {
		if strings.Contains(strings.ToLower(path.Base(p)), mark) {
			role = RoleTemplate
		}
	}
	return role
}

// A Position is a place in a file as people and editors count it.
type Position struct {
	Line   int // 1-based
	Column int // 1-based, in UTF-16 code units, as SARIF and editors count; a byte-order mark takes no column
	Rune   int // 1-based, in Unicode code points, for terminals
}

// Position converts a byte offset, which is clamped into the file.
func (f *File) Position(offset int) Position {
	offset = max(0, min(offset, len(f.Data)))
	lines := f.lineStarts()
	line := sort.SearchInts(lines, offset+1) // the number of lines that start at or before offset
	start := lines[line-1]
	if line == 1 && bytes.HasPrefix(f.Data, bom) {
		start = min(len(bom), offset)
	}
	pos := Position{Line: line, Column: 1, Rune: 1}
	for rest := f.Data[start:offset]; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		pos.Rune++
		pos.Column++
		if r >= 0x10000 {
			pos.Column++
		}
	}
	return pos
}

// Line returns the bytes of a line (1-based) without its line end; nil when there is no such line.
func (f *File) Line(n int) []byte {
	lines := f.lineStarts()
	if n < 1 || n > len(lines) {
		return nil
	}
	end := len(f.Data)
	if n < len(lines) {
		end = lines[n] - 1
	}
	return bytes.TrimSuffix(f.Data[lines[n-1]:end], []byte{'\r'})
}

// Lines returns the number of lines; a file that ends in a line end has an empty last one.
func (f *File) Lines() int { return len(f.lineStarts()) }

// LineStart returns the byte offset at which a line (1-based) starts, clamped into the file.
func (f *File) LineStart(n int) int {
	lines := f.lineStarts()
	return lines[max(1, min(n, len(lines)))-1]
}

var bom = []byte("\xef\xbb\xbf")

func (f *File) lineStarts() []int {
	f.once.Do(func() {
		f.lines = append(make([]int, 0, 1+bytes.Count(f.Data, []byte{'\n'})), 0)
		for i := 0; ; {
			n := bytes.IndexByte(f.Data[i:], '\n')
			if n < 0 {
				return
			}
			i += n + 1
			f.lines = append(f.lines, i)
		}
	})
	return f.lines
}

// Span returns the range of bytes [start, end) of the file.
func (f *File) Span(start, end int) Span { return Span{File: f, Start: start, End: end} }

// Whole returns the span of the first line, where a statement about the whole file is shown.
func (f *File) Whole() Span { return f.Span(0, len(f.Line(1))) }

// A Span is a half-open range of bytes in one file. The zero Span is no place.
type Span struct {
	File       *File
	Start, End int
}

// IsZero reports whether the span is no place at all.
func (s Span) IsZero() bool { return s.File == nil }

// From and To return the ends of the span as line and column; To is exclusive.
func (s Span) From() Position { return s.File.Position(s.Start) }
func (s Span) To() Position   { return s.File.Position(max(s.Start, s.End)) }

// Text returns the bytes under the span. They may hold a secret: never print them unseen.
func (s Span) Text() string {
	if s.File == nil {
		return ""
	}
	start := max(0, min(s.Start, len(s.File.Data)))
	return string(s.File.Data[start:max(start, min(s.End, len(s.File.Data)))])
}

// Compare orders spans by path, start and end; a zero span comes first.
func (s Span) Compare(t Span) int {
	switch {
	case s.File == nil || t.File == nil:
		return btoi(s.File != nil) - btoi(t.File != nil)
	case s.File.Path != t.File.Path:
		return strings.Compare(s.File.Path, t.File.Path)
	case s.Start != t.Start:
		return s.Start - t.Start
	}
	return s.End - t.End
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// A Value is something a file states, with the place that states it. Absent (Set false) is not zero.
type Value[T any] struct {
	V   T
	At  Span
	Set bool
}

// ValueAt returns a stated value.
func ValueAt[T any](v T, at Span) Value[T] { return Value[T]{V: v, At: at, Set: true} }

// Is reports whether the value is stated and equal to v.
func Is[T comparable](value Value[T], v T) bool { return value.Set && value.V == v }
