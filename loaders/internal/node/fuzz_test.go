package node

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/leastagency/leastagency"
)

// fuzz checks for any text what verify checks, and that it is read twice in the same way.
func fuzz(f *testing.F, format string, seeds []string, also func(t *testing.T, text string, problems []*leastagency.Problem)) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		docs, problems := parse(t, format, string(text))
		again, problemsAgain := parse(t, format, string(text))
		if dump(docs...) != dump(again...) || list(problems) != list(problemsAgain) {
			t.Errorf("read twice:\n%s%s\n%s%s", dump(docs...), list(problems), dump(again...), list(problemsAgain))
		}
		if also != nil {
			also(t, string(text), problems)
		}
	})
}

// has reports whether there is a problem of the kind.
func has(problems []*leastagency.Problem, kind leastagency.ProblemKind) bool {
	for _, p := range problems {
		if p.Kind == kind {
			return true
		}
	}
	return false
}

func FuzzJSON(f *testing.F) {
	fuzz(f, "json", []string{
		`{"a": [1, "two", {"b": null}], "c": {"d": "é😀", "e": [[]]}, "f": true}`,
		"\ufeff// x\n{\"a\": 1,}\r\n", `{"a" 1}`, `[1 2]`, `{"a": "x`, `{"a": 1 /*`, "{\"\xff\": 1}", `{"a": 1, "\u0061": 2}`, `[-0.1e+2, tru]`, `[}`, "//\r{}", "//\u2028\n1", `"\ud800"`, "",
	}, func(t *testing.T, text string, problems []*leastagency.Problem) {
		if !utf8.ValidString(text) || has(problems, leastagency.ProblemLimit) || len(text) >= 3 && text[:3] == "\ufeff" {
			return
		}
		if valid := json.Valid([]byte(text)); valid == has(problems, leastagency.ProblemSyntax) {
			t.Errorf("encoding/json says valid %v of %q, problems:\n%s", valid, text, list(problems))
		}
	})
}

func FuzzYAML(f *testing.F) {
	fuzz(f, "yaml", []string{
		"a: plain # c\nb: 'it''s'\nc: \"x\\ny\"\nd: |\n  one\n  two\ne: >-\n  three\n",
		"- &a {b: [c, d: e], f: }\n- *a\n- <<: *a\n  g: h\n", "? [a]\n: b\n? c\n", "--- a\n---\nb: c\n...\n", "a: !t &x b\nc: !!int '1'\n",
		"a: one\n  two\n\n  three\n", "a: [\nb", "a: \"b\nc", "a: b: c\n", "a: *b\n", "&a [*a]", "é: 😀\r\nb: [ü, '€']\r\n", "a: b\u0085c: d\u2028e: f\rg: h", "\t", "a:\n- b\n-\n- - c\n", "{a: [}, b]}", "\ufeffa: \ufeff\n", "a: |2-\n   b\n", "&0:00", "[!a, &b]", "0\a\n0",
	}, nil)
}

func FuzzTOML(f *testing.F) {
	fuzz(f, "toml", []string{
		"a = \"x\" # c\n[b.c]\nd.e = [1, {f = 'g'}, # h\n]\n[[i]]\nj = \"\"\"\nk\"\"\"\n[[i]]\n", "a = 1\na = 2\n[a]\n[a]\n[[a]]", "a = ", "a = [", "a = {b = {}}\n[a.b.c]\n", "\ufeff\"é\" = '''\n😀'''\r\n", "a = 2024-01-01 00:00:00\nb = nan\nc = +1_0", "a.b = 1\na.b.c = 2\n[a]\n", "[[a.b]]\n[a.b.c]\n[[a.b]]\n", "[a\n", "😀",
	}, nil)
}

func FuzzMarkdown(f *testing.F) {
	fuzz(f, "markdown", []string{
		"---\nname: x # c\ntools: [Read, 'Bash(ls:*)']\n---\nbody", "\ufeff---\r\na: b: c\r\n  d\r\ne:\r\n- *f\r\n---\r\n", "---\n---", "---\na: b", "text\n---\na: b\n---\n", "---\na: \"b\" c\"\nd: 'e\n---\n", "---\nprose\n---\n", "---\na: &x b\nc: *x\nd: e: f\n---\n", "---\na: |\n ---\n---",
	}, nil)
}
