package gemini

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

var paths = []string{".gemini/settings.json", ".qwen/settings.json", "home/a/.gemini/settings.json", "etc/gemini-cli/system-defaults.json", "home/a/.gemini/trustedFolders.json",
	".gemini/policies/a.toml", "home/a/.gemini/policies/a.toml", ".gemini/extensions/e/policies/a.toml", ".gemini/commands/a.toml", ".qwen/commands/a.md", ".gemini/agents/a.md",
	".qwen/agents/a.md", ".gemini/.env", "GEMINI.md", "gemini-extension.json", ".gemini/extensions/e/hooks/hooks.json"}

// FuzzFiles reads arbitrary bytes as every kind of file.
func FuzzFiles(f *testing.F) {
	for _, s := range []string{
		`{"tools": {"core": ["run_shell_command(git)"], "allowed": [1, "x("], "sandbox": {"enabled": true}}, "mcp": {"allowed": ["*"]}, "security": {"folderTrust": {"enabled": false}}}`,
		`{"permissions": {"allow": ["Bash(git:* push)", "Read(//x", "mcp__*__"], "deny": "x"}, "hooks": {"PreToolUse": [{"matcher": "(", "hooks": [{"type": "command", "command": "x ${/}"}]}]}}`,
		`{"hooks": {"BeforeTool": [{"hooks": [{"type": "command", "command": "exit 2", "timeout": -1}]}]}, "mcpServers": {"a": {"trust": 1, "command": ["x"]}}, "telemetry": {"otlpEndpoint": "://"}}`,
		"[[rule]]\ntoolName = [\"a\", \"*\"]\ncommandPrefix = [\"x\"]\ndecision = \"allow\"\npriority = 1\n[[rule]]\ncommandRegex = \"(((\"\n", "prompt = \"\"\"!{a {b} !{c\"\"\"",
		"---\nname: a\ntools: [x, 1, \"*\"]\nauth: {key: $X}\n---\n@a.md @b/c !{}", "A=b\nexport B = \"c\"\n=\nGITHUB_TOKEN=$X", "\xef\xbb\xbf{", "[[[[",
		`{"name": "x", "settings": [1, {"envVar": "A_KEY"}], "excludeTools": ["a(b)"], "contextFileName": ["../x", "y"]}`, `{"/home/x": "TRUST_PARENT", "C:\\Users\\x": "TRUST_FOLDER"}`,
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
		".gemini/settings.json":            {Data: []byte(strings.Repeat(`{"tools":`, 1<<18))},
		"a/.qwen/settings.json":            {Data: []byte(`{"permissions": {"deny": ["Bash(` + strings.Repeat("* ", 20000) + `)", "Read(` + strings.Repeat("**/", 20000) + `x)"]}}`)},
		"b/.gemini/settings.json":          {Data: []byte(`{"tools": {"exclude": ["web_fetch"], "exclude": []}}`)},
		"c/.gemini/settings.json":          {Data: []byte(`{"policyPaths": ["../../etc/a.toml", "/etc/b.toml", "c.toml"], "context": {"fileName": ["../x.md", "/etc/passwd"]}}`)},
		"home/d/.gemini/policies/x.toml":   {Data: []byte("[[rule]]\ntoolName = \"run_shell_command\"\ndecision = \"deny\"\npriority = 1\ncommandRegex = '" + strings.Repeat("(a+)+", 5000) + "'\n")},
		"e/.gemini/settings.json":          {Data: []byte(`{"hooks": {"BeforeTool": [{"matcher": "` + strings.Repeat("(a|", 5000) + `", "hooks": [{"type": "command", "command": "exit 2"}]}]}}`)},
		"f/GEMINI.md":                      {Data: []byte(strings.Repeat("@a.md @b.md @../f/GEMINI.md ", 50000))},
		"f/a.md":                           {Data: []byte("@b.md @a.md")},
		"f/b.md":                           {Data: []byte("@a.md @GEMINI.md")},
		"g/.gemini/commands/x.toml":        {Data: []byte("prompt = '''" + strings.Repeat("!{", 100000) + "'''")},
		"h/.gemini/settings.json":          {Data: []byte("\xff\xfe{\x00}\x00")},
		"i/.gemini/.env":                   {Data: []byte(strings.Repeat("A_TOKEN=${A_TOKEN}\n", 50000))},
		"j/.gemini/agents/x.md":            {Data: []byte("---\nname: &a [*a]\n---\n")},
		"home/k/.gemini/policies/a.toml":   {Data: []byte("[[rule]]\ntoolName = \"web_fetch\"\ndecision = \"deny\"\npriority = 1\n[[rule]\n")},
		"home/k/.gemini/policies/b/c.toml": {Data: []byte("[[rule]]\n")},
	})
	for _, l := range sys.Layers {
		layertest.Check(t, l)
		switch {
		case l.Root == "f" && len(l.Texts) != 3:
			t.Errorf("f: %d texts, want the file and its two imports once", len(l.Texts))
		case l.Root == "c" && (len(l.Rules) != 0 || len(l.Texts) != 0):
			t.Errorf("c: something was read from outside the tree")
		}
	}
	text := layertest.String(sys)
	for _, want := range []string{"problem .gemini/settings.json:1:", "problem b/.gemini/settings.json:1:38-47 duplicate", "problem h/.gemini/settings.json:1:", "problem home/k/.gemini/policies/a.toml:"} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing is said of %s", want)
		}
	}
}
