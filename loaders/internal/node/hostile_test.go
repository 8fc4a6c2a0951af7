package node

import (
	"fmt"
	"strings"
	"testing"

	"github.com/leastagency/leastagency"
)

// TestHostile holds that no input holds a parser up or makes it use memory without bound, and that
// what is cut off is reported.
func TestHostile(t *testing.T) {
	const mib = 1 << 20
	fill := func(unit string, size int) string { return strings.Repeat(unit, size/len(unit)) }
	front := func(text string) string { return "---\n" + text + "\n---\n" }
	tests := []struct {
		name, format, text string
		want               leastagency.ProblemKind // that there must be one of; unknown when there may be none at all
	}{
		{"brackets", "json", fill("[", 64*mib), leastagency.ProblemLimit},
		{"objects", "json", fill(`{"a":`, 64*mib), leastagency.ProblemLimit},
		{"values", "json", "[" + fill("1,", 8*mib) + "1]", leastagency.ProblemLimit},
		{"open string", "json", `"` + fill("x", 8*mib), leastagency.ProblemSyntax},
		{"open comment", "jsonc", fill("/*", 8*mib), leastagency.ProblemSyntax},

		{"brackets", "json5", fill("[", 64*mib), leastagency.ProblemLimit},
		{"objects", "json5", fill("{a:", 64*mib), leastagency.ProblemLimit},
		{"values", "json5", "[" + fill("1,", 8*mib) + "1]", leastagency.ProblemLimit},
		{"open string", "json5", "'" + fill("x", 8*mib), leastagency.ProblemSyntax},
		{"lines that go on", "json5", "'" + fill("\\\n", 8*mib) + "'", 0},
		{"long line", "json", `{"a": "` + fill("x", 20*mib) + `"}`, 0},
		{"long escapes", "json", `{"a": "` + fill(`\n`, 20*mib) + `"}`, 0},
		{"duplicates", "json", "{" + fill(`"a":1,`, 1*mib) + `"a":1}`, leastagency.ProblemDuplicateKey},
		{"bad bytes", "json", fill("\xff", 8*mib), leastagency.ProblemEncoding},

		{"brackets", "yaml", fill("[", 64*mib), leastagency.ProblemLimit},
		{"few brackets", "yaml", strings.Repeat("[", 1000) + strings.Repeat("]", 1000), leastagency.ProblemLimit},
		{"dashes", "yaml", fill("- ", 8*mib), leastagency.ProblemLimit},
		{"few dashes", "yaml", strings.Repeat("- ", 1000), leastagency.ProblemLimit},
		{"questions", "yaml", fill("? ", 8*mib), leastagency.ProblemLimit},
		{"long line", "yaml", "a: " + fill("some longer words ", 20*mib), 0},
		{"long flow line", "yaml", "[" + fill("a: b, ", 1*mib) + "]", 0},
		{"open quotes", "yaml", fill("a: b\n", 1*mib) + "c: \"x", leastagency.ProblemSyntax},
		{"open at the start", "yaml", "a: [\n" + fill("b: c\n", 1*mib), leastagency.ProblemSyntax},
		{"line ends", "yaml", fill("\r\n", 8*mib), leastagency.ProblemLimit},
		{"unknown aliases", "yaml", fill("- *a\n", 1*mib), leastagency.ProblemSyntax},
		{"aliases without end", "yaml", "&a\n" + fill("- *a\n", 1*mib), leastagency.ProblemLimit},
		{"control characters", "yaml", fill("\x01", 8*mib), leastagency.ProblemSyntax},

		{"brackets", "toml", "a = " + fill("[", 64*mib), leastagency.ProblemLimit},
		{"few brackets", "toml", "a = " + strings.Repeat("[", 1000) + strings.Repeat("]", 1000), leastagency.ProblemLimit},
		{"inline tables", "toml", "a = " + strings.Repeat("{a=", 1000) + "1" + strings.Repeat("}", 1000), leastagency.ProblemLimit},
		{"dots", "toml", strings.Repeat("a.", 1000) + "a = 1", leastagency.ProblemLimit},
		{"dots in a header", "toml", "[" + strings.Repeat("a.", 1000) + "a]\nb = 1", leastagency.ProblemLimit},
		{"dots below dots", "toml", "[" + strings.Repeat("a.", 150) + "a]\n" + strings.Repeat("b.", 150) + "b = 1", leastagency.ProblemLimit},
		{"many tables", "toml", fill("[a.b]\n", 8*mib), leastagency.ProblemDuplicateKey},
		{"long line", "toml", `a = "` + fill("x", 20*mib) + `"`, 0},

		{"front matter without end", "markdown", "---\n" + fill("a: b\n", 8*mib), leastagency.ProblemSyntax},
		{"front matter of brackets", "markdown", front("a: " + fill("[", 64*mib)), leastagency.ProblemLimit},
		{"broken lines", "markdown", front(fill("a: b: c\n", 8*mib)), leastagency.ProblemLimit},
		{"broken list", "markdown", front("a: b: c\n" + fill("- x\n", 8*mib)), leastagency.ProblemSyntax},
	}
	for _, test := range tests {
		t.Run(test.format+"/"+test.name, func(t *testing.T) {
			f := leastagency.NewFile("x", []byte(test.text))
			docs, problems := parsers[test.format](f)
			verify(t, f, test.format, docs, problems)
			if len(problems) > 2*maxTwice {
				t.Errorf("%d problems", len(problems))
			}
			have := test.want == 0 && len(problems) == 0
			for _, p := range problems {
				have = have || p.Kind == test.want
			}
			if !have {
				t.Errorf("want a problem of kind %q, have:\n%.1000s", problemNames[test.want], list(problems))
			}
		})
	}
}

// TestAliasBomb holds that aliases of aliases do not multiply, and that the tree stays one that can be walked.
func TestAliasBomb(t *testing.T) {
	bomb := "a0: &a0 [x, x]\n"
	for i := 1; i < 60; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [*a%d, *a%d, *a%d]\n", i, i, i-1, i-1, i-1)
	}
	merges := "m0: &m0 {a: 1}\n"
	for i := 1; i < 60; i++ {
		merges += fmt.Sprintf("m%d: &m%d\n  <<: [*m%d, *m%d, *m%d]\n  k%d: *m%d\n", i, i, i-1, i-1, i-1, i, i-1)
	}
	chain := "c0: &c0 x\n"
	for i := 1; i < 1000; i++ {
		chain += fmt.Sprintf("c%d: &c%d [*c%d]\n", i, i, i-1)
	}
	for name, text := range map[string]string{"lists": bomb, "merges": merges, "chain": chain} {
		docs, problems := parse(t, "yaml", text)
		if len(problems) != 1 || problems[0].Kind != leastagency.ProblemLimit {
			t.Errorf("%s: %s", name, list(problems))
		}
		if len(docs) != 1 || docs[0].Root.Member("a0") == nil && docs[0].Root.Member("m0") == nil && docs[0].Root.Member("c0") == nil {
			t.Errorf("%s: what stands before the limit is not there", name)
		}
		count := 0
		var walk func(n *Node)
		walk = func(n *Node) {
			count++
			for _, m := range n.Members {
				walk(m.Value)
			}
			for _, item := range n.Items {
				walk(item)
			}
		}
		walk(docs[0].Root)
		if count > 3*maxNodes {
			t.Errorf("%s: a walk meets %d values", name, count)
		}
	}
}
