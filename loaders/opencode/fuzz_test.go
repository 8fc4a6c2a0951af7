package opencode

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

var paths = []string{"opencode.json", ".opencode/opencode.jsonc", "home/a/.config/opencode/config.json", "etc/opencode/opencode.json", ".opencode/agents/a.md",
	".opencode/modes/a.md", ".opencode/commands/a.md", ".opencode/plugins/a.ts"}

// FuzzFiles reads arbitrary bytes as every kind of file.
func FuzzFiles(f *testing.F) {
	for _, s := range []string{
		`{"permission": {"*": "ask", "bash": {"git *": "allow"}}, "tools": {"write": false}, "agent": {"a": {"permission": "deny", "prompt": "{file:x}"}}}`,
		`{"mcp": {"a": {"command": ["x"], "environment": {"A": "{env:B}"}}, "b": 1, "c": {"enabled": false}}, "plugin": ["a@1", ["b"], 1, "git+https://x#y"]}`,
		`{"provider": {"openai": {"options": {"baseURL": "://", "apiKey": 1}}}, "instructions": ["https://a?b=c", "../x"], "share": 1, "server": {"hostname": "::"}}`,
		"---\npermission:\n  bash: allow\ntools: 1\nsteps: x\n---\n!`a` !` !``", "const a = { 'tool.execute.before': () => { throw 1 } }", "\xef\xbb\xbf{", "[[[[",
		`{"permission": {"*a*b*?": {"**": "allow", "/**/": "deny"}, "": "ask"}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, p := range paths {
			sys := &leastagency.System{Knowledge: layertest.Known}
			load(leastagency.NewFile(p, data), sys)
			for _, l := range sys.Layers {
				layertest.Check(t, l)
			}
			for _, problem := range sys.Problems {
				if problem.At.IsZero() || problem.Text == "" {
					t.Errorf("%s: problem without a place or a text: %+v", p, problem)
				}
			}
		}
	})
}

// TestHostile reads what is made to hurt.
func TestHostile(t *testing.T) {
	sys := layertest.Read(t, Loader(), fstest.MapFS{
		"opencode.json":           {Data: []byte(strings.Repeat(`{"permission":`, 1<<18))},
		"a/opencode.json":         {Data: []byte(`{"permission": {"bash": {` + strings.Repeat(`"`+strings.Repeat("* ", 500)+`x": "allow",`, 500) + `"y": "deny"}}}`)},
		"b/opencode.json":         {Data: []byte(`{"permission": {"bash": "allow", "bash": "deny"}}`)},
		"c/opencode.json":         {Data: []byte(`{"instructions": ["../../etc/passwd", "/etc/passwd", "` + strings.Repeat("a/../", 5000) + `x"], "agent": {"x": {"prompt": "{file:../../../x}"}}}`)},
		"d/.opencode/agents/x.md": {Data: []byte("---\nmode: [[[\npermission: &a [*a]\n---\n" + strings.Repeat("!`a` ", 100000))},
		"e/opencode.json":         {Data: []byte("\xff\xfe{\x00}\x00")},
		"f/opencode.json":         {Data: []byte(`{"permission": {"` + strings.Repeat("*", 100000) + `": "deny"}}`)},
	})
	for _, l := range sys.Layers {
		layertest.Check(t, l)
		switch l.Root {
		case "b": // the last of two equal keys counts
			if len(l.Rules) != 1 || l.Rules[0].Decision != leastagency.Deny {
				t.Errorf("b: %d rules", len(l.Rules))
			}
		case "c":
			if len(l.Texts) != 0 {
				t.Errorf("c: %d texts from outside the tree", len(l.Texts))
			}
		}
	}
	text := layertest.String(sys)
	for _, want := range []string{"problem opencode.json:1:", "problem b/opencode.json:1:34-40 duplicate", "problem e/opencode.json:1:"} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing is said of %s", want)
		}
	}
}
