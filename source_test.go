package leastagency_test

import (
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/leastagency/leastagency"
)

func TestPosition(t *testing.T) {
	for _, test := range []struct {
		name, text, at string // the place is where at starts
		want           leastagency.Position
	}{
		{"start", "abc", "a", leastagency.Position{Line: 1, Column: 1, Rune: 1}},
		{"second line", "a\nbc", "c", leastagency.Position{Line: 2, Column: 2, Rune: 2}},
		{"CRLF", "a\r\nbc", "c", leastagency.Position{Line: 2, Column: 2, Rune: 2}},
		{"tab is one column", "\tx", "x", leastagency.Position{Line: 1, Column: 2, Rune: 2}},
		{"two bytes, one unit", "éx", "x", leastagency.Position{Line: 1, Column: 2, Rune: 2}},
		{"four bytes, two units", "😀x", "x", leastagency.Position{Line: 1, Column: 3, Rune: 2}},
		{"BOM takes no column", "\ufeff{x", "x", leastagency.Position{Line: 1, Column: 2, Rune: 2}},
		{"BOM only at the start", "a\n\ufeffx", "x", leastagency.Position{Line: 2, Column: 2, Rune: 2}},
		{"broken bytes count", "\xff\xfex", "x", leastagency.Position{Line: 1, Column: 3, Rune: 3}},
		{"line end", "ab\nc", "\n", leastagency.Position{Line: 1, Column: 3, Rune: 3}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := leastagency.NewFile("x", []byte(test.text))
			if got := f.Position(strings.Index(test.text, test.at)); got != test.want {
				t.Errorf("Position = %+v, want %+v", got, test.want)
			}
		})
	}
	f := leastagency.NewFile("x", []byte("ab\n"))
	if got, want := f.Position(-5), (leastagency.Position{Line: 1, Column: 1, Rune: 1}); got != want {
		t.Errorf("before the file: %+v, want %+v", got, want)
	}
	if got, want := f.Position(99), (leastagency.Position{Line: 2, Column: 1, Rune: 1}); got != want {
		t.Errorf("behind the file: %+v, want %+v", got, want)
	}
	empty := leastagency.NewFile("x", nil)
	if got, want := empty.Position(0), (leastagency.Position{Line: 1, Column: 1, Rune: 1}); got != want {
		t.Errorf("empty file: %+v, want %+v", got, want)
	}
}

// FuzzPosition compares with a count from the start of the line by other means.
func FuzzPosition(f *testing.F) {
	for _, seed := range []string{"", "a\r\nb\rc\n", "\ufeff{\"é\": \"😀\"}\n", "\xff\n\xc3", "\n\n\n"} {
		f.Add([]byte(seed), 3)
	}
	f.Fuzz(func(t *testing.T, data []byte, offset int) {
		file := leastagency.NewFile("x", data)
		got := file.Position(offset)
		offset = max(0, min(offset, len(data)))
		before := string(data[:offset])
		line := strings.Count(before, "\n") + 1
		if got.Line != line {
			t.Fatalf("line %d, want %d", got.Line, line)
		}
		rest := before[strings.LastIndexByte(before, '\n')+1:]
		if line == 1 {
			if rest = strings.TrimPrefix(rest, "\ufeff"); strings.HasPrefix(string(data), "\ufeff") && offset < 3 {
				rest = "" // inside the mark
			}
		}
		if want := utf8.RuneCountInString(rest) + 1; got.Rune != want {
			t.Fatalf("rune %d, want %d", got.Rune, want)
		}
		if want := len(utf16.Encode([]rune(rest))) + 1; got.Column != want {
			t.Fatalf("column %d, want %d", got.Column, want)
		}
		if n := file.LineStart(got.Line); n > offset {
			t.Fatalf("line %d starts at %d, behind %d", got.Line, n, offset)
		}
	})
}

func TestLine(t *testing.T) {
	f := leastagency.NewFile("x", []byte("a\r\nb\n"))
	for n, want := range map[int]string{0: "", 1: "a", 2: "b", 3: "", 4: ""} {
		if got := string(f.Line(n)); got != want {
			t.Errorf("Line(%d) = %q, want %q", n, got, want)
		}
	}
	if got := f.Lines(); got != 3 {
		t.Errorf("Lines() = %d, want 3", got)
	}
}

func TestRoleOf(t *testing.T) {
	for path, want := range map[string]leastagency.Role{
		".mcp.json":                        leastagency.RoleWorking,
		"services/a/.claude/settings.json": leastagency.RoleWorking,
		"testing.json":                     leastagency.RoleWorking,
		"pkg/testdata/.mcp.json":           leastagency.RoleFixture,
		"docs/testdata/x/.mcp.json":        leastagency.RoleFixture,
		"Examples/basic/.mcp.json":         leastagency.RoleTemplate,
		"docs/mcp.json":                    leastagency.RoleTemplate,
		".mcp.json.example":                leastagency.RoleTemplate,
		"mcp.sample.json":                  leastagency.RoleTemplate,
	} {
		if got := leastagency.RoleOf(path); got != want {
			t.Errorf("RoleOf(%q) = %d, want %d", path, got, want)
		}
	}
}

func TestSpan(t *testing.T) {
	a, b := leastagency.NewFile("a", []byte("0123456789")), leastagency.NewFile("b", nil)
	ordered := []leastagency.Span{{}, a.Span(0, 1), a.Span(0, 2), a.Span(1, 1), b.Span(0, 0)}
	for i := range ordered {
		for j := range ordered {
			got := ordered[i].Compare(ordered[j])
			if got < 0 != (i < j) || got > 0 != (i > j) {
				t.Errorf("Compare(%d, %d) = %d", i, j, got)
			}
		}
	}
	for _, test := range []struct {
		start, end int
		want       string
	}{{2, 4, "23"}, {8, 99, "89"}, {-3, 2, "01"}, {5, 3, ""}, {50, 60, ""}} {
		if got := a.Span(test.start, test.end).Text(); got != test.want {
			t.Errorf("Text of [%d,%d) = %q, want %q", test.start, test.end, got, test.want)
		}
	}
	if got := (leastagency.Span{}).Text(); got != "" {
		t.Errorf("Text of no place = %q", got)
	}
}
