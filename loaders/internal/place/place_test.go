package place

import (
	"testing"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// TestText: each byte of a text is found in the file, however YAML writes it.
func TestText(t *testing.T) {
	for name, yaml := range map[string]string{
		"literal": "a: |\n    one\n      two\n\n    WORD (x)\n", "folded": "a: >-\n  one\n  two WORD\n  three\n", "plain": "a: one\n  WORD two\n",
		"single": "a: 'one WORD'\n", "double": "a: \"one WORD\"\n", "strip": "a: |-\n  WORD\n", "keep": "a: |2+\n    WORD\n\n",
	} {
		docs, _ := node.ParseYAML(leastagency.NewFile("w.yml", []byte(yaml)))
		text := TextOf(docs[0].Root.Get("a"))
		if at := text.Find("WORD"); at.Text() != "WORD" {
			t.Errorf("%s: found %q", name, at.Text())
		}
	}
}

func TestJSON(t *testing.T) {
	yaml := "a: |\n  {\n    \"n\": ${{ vars.N }},\n    \"list\": [\"${{ x }}\", \"b\"]\n  }\n"
	file := leastagency.NewFile("w.yml", []byte(yaml))
	docs, _ := node.ParseYAML(file)
	root, problems := TextOf(docs[0].Root.Get("a")).JSON()
	if len(problems) > 0 {
		t.Fatalf("%v", problems[0].Text)
	}
	b := root.Get("list").Items[1]
	if b.At.File != file || b.At.Text() != `"b"` {
		t.Errorf("%q in %p", b.At.Text(), b.At.File)
	}
	if root.Get("list").Items[0].Text != "${{ x }}" {
		t.Errorf("%q", root.Get("list").Items[0].Text)
	}
}

func TestWords(t *testing.T) {
	got := Words("--a 'b c' \\\n  --d=\"e\\\"f\" # no\n# a comment\n${{ x y }}z")
	want := []string{"--a", "b c", `--d=e"f`, "#", "no", "${{ x y }}z"}
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i := range got {
		if got[i].Text != want[i] {
			t.Errorf("%q, want %q", got[i].Text, want[i])
		}
	}
}

func FuzzWords(f *testing.F) {
	f.Add("--a 'b c' \\\n --d=\"e\\\"f\" ${{ x }")
	f.Fuzz(func(t *testing.T, text string) {
		for _, w := range Words(text) {
			if w.Start >= w.End || w.End > len(text) {
				t.Fatalf("%+v", w)
			}
		}
	})
}
