package leastagency_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/audit"
)

// marked is a linter that finds each "BAD" by test/bad, each file that holds "WORSE" once by test/worse
// with every place of it, and what comments accept nothing.
func marked() *leastagency.Linter {
	places := func(f *leastagency.File, word string) (list []leastagency.Span) {
		for at := 0; ; {
			i := strings.Index(string(f.Data[at:]), word)
			if i < 0 {
				return list
			}
			list = append(list, f.Span(at+i, at+i+len(word)))
			at += i + len(word)
		}
	}
	files := func(p *leastagency.Pass, do func(*leastagency.File)) {
		for _, layer := range p.Layers {
			do(layer.At.File)
		}
	}
	return &leastagency.Linter{
		Today: time.Date(2027, 3, 31, 23, 0, 0, 0, time.UTC),
		Policy: &leastagency.Policy{
			Rules: []leastagency.RuleInfo{
				{ID: "audit/void-ignore", Severity: leastagency.Low},
				{ID: "test/bad", Severity: leastagency.High},
				{ID: "test/fixed", Severity: leastagency.High, Fixed: true},
				{ID: "test/unjudged", Severity: leastagency.High},
				{ID: "test/worse", Severity: leastagency.High},
			},
			Knowledge: &leastagency.Knowledge{},
		},
		Loaders: []leastagency.Loader{{
			Name:  "any",
			Match: func(string) bool { return true },
			Load: func(f *leastagency.File, s *leastagency.System) {
				s.Layers = append(s.Layers, &leastagency.Layer{At: f.Whole()})
			},
		}},
		Checks: []leastagency.Check{
			audit.VoidIgnore,
			{Rule: "test/bad", Run: func(p *leastagency.Pass) {
				files(p, func(f *leastagency.File) {
					for _, at := range places(f, "BAD") {
						p.Reportf(at, "bad")
					}
				})
			}},
			{Rule: "test/worse", Run: func(p *leastagency.Pass) {
				files(p, func(f *leastagency.File) {
					var first *leastagency.Finding
					for _, at := range places(f, "WORSE") {
						if first == nil {
							first = p.Reportf(at, "worse")
							continue
						}
						first.Also(at, "worse too")
					}
				})
			}},
		},
	}
}

func TestIgnoreComments(t *testing.T) {
	const bad = "leastagency:ignore test/bad -- known"
	tests := map[string]struct {
		file, text string
		want       []string // "line rule" of what is found, "line ignored" of what is not, "line: why" of comments that are void
	}{
		"behind":             {"a.yaml", "BAD # " + bad + "\nBAD\n", []string{"1 ignored", "2 test/bad"}},
		"above":              {"a.yaml", "# " + bad + "\n\nBAD\nBAD\n", []string{"3 ignored", "4 test/bad"}},
		"stacked":            {"a.toml", "#" + bad + "\n  # leastagency:ignore test/worse -- known\nBAD WORSE\n", []string{"3 ignored", "3 ignored"}},
		"several rules":      {"Dockerfile", "# leastagency:ignore test/bad, test/worse expires=2027-03-31 -- known\nBAD WORSE\n", []string{"2 ignored", "2 ignored"}},
		"slashes":            {"a.jsonc", "{\"a\": \"BAD\"} // " + bad + "\n", []string{"1 ignored"}},
		"block":              {"a.go", "/* " + bad + " */\nBAD /* " + bad + " */\n", []string{"2: nothing is found here that it accepts", "2 ignored"}},
		"block before code":  {"a.go", "/* " + bad + " */ BAD\nBAD\n", []string{"1 ignored", "2 test/bad"}},
		"markup":             {"a.md", "<!-- " + bad + " -->\n\nBAD\nBAD <!-- " + bad + " -->\n", []string{"3 ignored", "4 ignored"}},
		"front matter":       {"a.mdc", "---\na: BAD # " + bad + "\n---\nBAD # " + bad + "\n", []string{"2 ignored", "4 test/bad"}},
		"fence":              {"a.md", "````sh\n```\n# " + bad + "\n<!-- " + bad + " -->\nBAD\n````\nBAD\n", []string{"5 test/bad", "7 test/bad"}},
		"rules of a product": {".cursorrules", "<!-- " + bad + " -->\nBAD\n", []string{"2 ignored"}},
		"no comment":         {"a.yaml", "BAD: " + bad + "\nBAD: a#" + bad + "\nBAD: \"# " + bad + "\"\nBAD: it's # " + bad + "\n", []string{"1 test/bad", "2 test/bad", "3 test/bad", "4 ignored"}},
		"in a string":        {"a.json", "{\"a\": \"BAD \\\" // " + bad + "\"}\n", []string{"1 test/bad"}},
		"another language":   {"a.json", "{\"a\": \"BAD\"} # " + bad + "\n", []string{"1 test/bad"}},
		"CRLF":               {"a.yaml", "# " + bad + "\r\n\r\nBAD\r\n", []string{"3 ignored"}},
		"other rule":         {"a.yaml", "BAD # leastagency:ignore test/worse -- known\n", []string{"1 test/bad", "1: nothing is found here that it accepts"}},
		"not judged":         {"a.yaml", "# leastagency:ignore test/unjudged -- known\n", nil},
		"last day over":      {"a.yaml", "BAD # leastagency:ignore test/bad expires=2027-03-30 -- known\n", []string{"1 test/bad", "1: it expired on 2027-03-30"}},
		"no reason":          {"a.yaml", "BAD # leastagency:ignore test/bad --\n", []string{"1 test/bad", "1: it gives no reason: write \"-- \" and why behind the rule"}},
		"unknown":            {"a.yaml", "BAD # leastagency:ignore test/baad -- known\n", []string{"1 test/bad", "1: there is no rule \"test/baad\"; did you mean \"test/bad\"?"}},
		"fixed":              {"a.yaml", "# leastagency:ignore test/fixed -- known\n", []string{"1: test/fixed is fixed: no comment ignores it"}},
		"itself":             {"a.yaml", "x # leastagency:ignore test/bad, audit/void-ignore -- known\n", []string{"1: nothing is found here that it accepts"}},
		"at the end":         {"a.yaml", "BAD\n# " + bad, []string{"1 test/bad", "2: nothing is found here that it accepts"}},
		"all places":         {"a.yaml", "WORSE # leastagency:ignore test/worse -- known\nWORSE # leastagency:ignore test/worse -- known\n", []string{"1 ignored"}},
		"one of two places":  {"a.yaml", "WORSE # leastagency:ignore test/worse -- known\nWORSE\n", []string{"1 test/worse and 2"}},
		"the other place":    {"a.yaml", "WORSE\nWORSE # leastagency:ignore test/worse -- known\n", []string{"1 test/worse"}},
		"too many":           {"a.yaml", strings.Repeat("BAD # "+bad+"\n", 1001), tooMany()},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			report, err := marked().Lint(t.Context(), fstest.MapFS{test.file: {Data: []byte(test.text)}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, outcome(report)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			strict := marked()
			strict.Policy.NoInline = true
			report, err = strict.Lint(t.Context(), fstest.MapFS{test.file: {Data: []byte(test.text)}})
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(test.text, "BAD"); len(report.Ignored) > 0 || count(report, "test/bad") != n {
				t.Errorf("without comments %d of %d are found, and %d ignored", count(report, "test/bad"), n, len(report.Ignored))
			}
		})
	}
}

func tooMany() (want []string) {
	for n := range 1000 {
		want = append(want, fmt.Sprint(n+1, " ignored"))
	}
	return append(want, "1001 test/bad", "1001: a file holds 1000 of them at most, and what stands behind is not read")
}

func count(r *leastagency.Report, rule string) (n int) {
	for _, f := range r.Findings {
		if f.Rule.ID == rule {
			n++
		}
	}
	return n
}

// outcome lists by line what is found, ignored and void.
func outcome(r *leastagency.Report) []string {
	type item struct {
		line int
		text string
	}
	var items []item
	for _, f := range r.Findings {
		line := f.At.From().Line
		if why, void := strings.CutPrefix(f.Message, "this comment ignores nothing: "); void {
			items = append(items, item{line, fmt.Sprintf("%d: %s", line, why)})
			continue
		}
		text := fmt.Sprintf("%d %s", line, f.Rule.ID)
		for _, step := range f.Related {
			text += fmt.Sprintf(" and %d", step.At.From().Line)
		}
		items = append(items, item{line, text})
	}
	for _, f := range r.Ignored {
		line := f.At.From().Line
		if f.By == nil || f.By.Reason != "known" || !f.By.Inline() {
			items = append(items, item{line, "no reason"})
		}
		items = append(items, item{line, fmt.Sprintf("%d ignored", line)})
	}
	slices.SortStableFunc(items, func(a, b item) int { return a.line - b.line })
	var out []string
	for _, i := range items {
		out = append(out, i.text)
	}
	return out
}

// TestIgnoreElsewhere: a comment speaks of its own file.
func TestIgnoreElsewhere(t *testing.T) {
	tree := fstest.MapFS{"a.yaml": {Data: []byte("BAD # leastagency:ignore test/bad -- known\n")}, "b.yaml": {Data: []byte("BAD\n")}}
	report, err := marked().Lint(t.Context(), tree)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Ignored) != 1 || count(report, "test/bad") != 1 || report.Findings[0].At.File.Path != "b.yaml" {
		t.Errorf("a comment in one file counts in another: %v", outcome(report))
	}
}
