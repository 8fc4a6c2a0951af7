package vscode

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

func TestFiles(t *testing.T) { layertest.Files(t, Loader()) }

func TestPlaces(t *testing.T) {
	for _, row := range []struct {
		path string
		want place
	}{
		{".vscode/settings.json", place{kindSettings, leastagency.ScopeProject, "."}},
		{"app/.vscode/settings.json", place{kindSettings, leastagency.ScopeProject, "app"}},
		{".vscode/tasks.json", place{kindTasks, leastagency.ScopeProject, "."}},
		{".vscode/launch.json", place{}},
		{"settings.json", place{}},
		{".claude/settings.json", place{}},
		{"a/b.code-workspace", place{kindWorkspace, leastagency.ScopeProject, "a"}},
		{".devcontainer/devcontainer.json", place{kindContainer, leastagency.ScopeProject, "."}},
		{"x/.devcontainer/go/devcontainer.json", place{kindContainer, leastagency.ScopeProject, "x"}},
		{".devcontainer.json", place{kindContainer, leastagency.ScopeProject, "."}},
		{"devcontainer.json", place{}},
		{"home/me/.config/Code/User/settings.json", place{kindSettings, leastagency.ScopeUser, "home/me/.config"}},
		{"Code/User/profiles/a1/settings.json", place{kindSettings, leastagency.ScopeUser, "."}},
		{"home/me/.vscode-server/data/Machine/settings.json", place{kindSettings, leastagency.ScopeUser, "home/me"}},
		{"dotfiles/vscode/settings.json", place{kindSettings, leastagency.ScopeUser, "dotfiles"}},
		{"src/vscode/settings.json", place{}},
	} {
		if got := placeOf(row.path); got != row.want {
			t.Errorf("%s: %+v, want %+v", row.path, got, row.want)
		}
	}
}

// TestApproval asks what a key of the map of commands speaks of.
func TestApproval(t *testing.T) {
	for _, row := range []struct {
		key     string
		line    bool
		pattern string
		open    bool
		runner  bool // runs any code
		inert   bool
	}{
		{"git status", false, "git status", true, false, false},
		{"bin/test.sh", false, "bin/test.sh", true, false, false},
		{"/.*/", false, "", true, false, false},
		{"/^/", false, "", true, false, false},
		{"/.+/", false, "", true, false, false},
		{"/./", false, "", true, false, false},
		{"/^.*$/", false, "", false, false, true}, // matches the empty text, which the editor refuses
		{"/(git)?/", false, "", false, false, true},
		{"/a(/", false, "", false, false, true},
		{"", false, "", false, false, true},
		{"/git status/", false, "git status", true, true, false}, // anywhere in the command: also behind another one's name
		{"/^git status$/", false, "git status", false, false, false},
		{"/^git status\\b/", false, "git status", true, false, false},
		{"/^git\\s+status\\b.*/", false, "git status", true, false, false},
		{"/^git (status|show\\b.*)$/", false, "^git (status|show\\b.*)$", true, false, false},
		{"/^npm (run )?test$/", false, "^npm (run )?test$", false, false, false},
		{"/^Get-ChildItem\\b/i", false, "get-childitem", true, false, false},
		{"/^git (?!push)/", false, "^git (?!push)", true, false, false},
		{"/^[ab]c$/", false, "^[ab]c$", false, false, false},
		{"make", true, "^make\\b", true, true, false},
		{"/^make$/", true, "^make$", false, false, false},
		{"/^make\\b/", true, "^make\\b", true, true, false},
		{"/^(git|npm test)/", false, "^(git|npm test)", true, false, false},
		{"/^git|npm/", false, "^git|npm", true, true, false}, // only the first alternative is held to the beginning
	} {
		r := newReader(leastagency.NewFile("x", []byte("{}")), &leastagency.System{Knowledge: layertest.Known}, place{})
		a, inert := r.shell(row.key, row.line, leastagency.Allow)
		if a.Kind != leastagency.ActionShell || (inert != "") != row.inert {
			t.Errorf("%q: %+v, inert %q", row.key, a, inert)
			continue
		}
		if row.inert {
			continue
		}
		if a.Pattern != row.pattern || a.Open != row.open {
			t.Errorf("%q: pattern %q open %v", row.key, a.Pattern, a.Open)
		}
		if got := a.Command != nil && a.Command.Runner != "" && leastagency.Has(a.Command.Effects, leastagency.Execute); got != row.runner {
			t.Errorf("%q: runs any code = %v", row.key, got)
		}
		if row.line && a.Syntax != leastagency.Regexp {
			t.Errorf("%q: compared with the whole line, syntax %d", row.key, a.Syntax)
		}
	}
}

// TestAsk holds that a question is asked for no more than the text that an expression finds.
func TestAsk(t *testing.T) {
	for key, whole := range map[string]bool{"/\\.ps1/i": false, "/.*/": true, "/^rm (-r|-f)/": false} {
		r := newReader(leastagency.NewFile("x", []byte("{}")), &leastagency.System{Knowledge: layertest.Known}, place{})
		if a, _ := r.shell(key, true, leastagency.Ask); a.Whole() != whole || a.Command != nil {
			t.Errorf("%q: %+v", key, a)
		}
	}
}

func TestLeaks(t *testing.T) {
	for pattern, want := range map[string]bool{
		`^make\b`: true, `^make$`: false, `^make( [a-z]+)?$`: false, `^cargo (build|test)(\s[^;|&]*)?$`: true, "^cargo test(\\s[^;|&$`]*)?$": false, `^a.*$`: true, `(`: true,
	} {
		if got := leaks(pattern); got != want {
			t.Errorf("%s: %v", pattern, got)
		}
	}
}

// TestHeads asks how the commands begin that an expression matches.
func TestHeads(t *testing.T) {
	for pattern, want := range map[string]string{
		"^git (status|log)$":      "git status.|git log.",
		"^npm (run )?(test|lint)": "npm test|npm run test|npm lint|npm run lint",
		`^go\s+test\b`:            "go test",
		`^a[bc]$`:                 "ab.|ac.",
		`^ls( -la)?$`:             "ls.|ls -la.",
		`^x\d+ y`:                 "x",
	} {
		heads, ok := headsOf(pattern, "")
		var got []string
		for _, h := range heads {
			text := h.text
			if !h.open {
				text += "."
			}
			got = append(got, text)
		}
		if joined := strings.Join(got, "|"); !ok || joined != want {
			t.Errorf("%s: %s, want %s", pattern, joined, want)
		}
	}
}

func TestShadows(t *testing.T) {
	for path, want := range map[string]bool{
		"${env:PATH}": false, "${workspaceFolder}/bin:${env:PATH}": true, "./bin:/usr/bin": true, "${workspaceFolder}/node_modules/.bin:${env:PATH}": false,
		"${workspaceFolder}/.venv/bin:${env:PATH}": false, "/usr/bin": false, "": false,
	} {
		if got := shadows(path); got != want {
			t.Errorf("%q: %v", path, got)
		}
	}
}

// TestHostile reads what is made to hurt.
func TestHostile(t *testing.T) {
	wide := `{"chat.tools.terminal.autoApprove": {` + strings.Repeat(`"/^(a|b)(c|d)(e|f)(g|h)(i|j)(k|l)(m|n)(o|p)/": true,`, 2000) + `"x": true}}`
	loop := `{"tasks": [{"label": "a", "command": "x", "dependsOn": "b", "runOptions": {"runOn": "folderOpen"}}, {"label": "b", "command": "y", "dependsOn": ["a", "b"]}]}`
	tree := fstest.MapFS{
		".vscode/settings.json":   {Data: []byte(wide)},
		"a/.vscode/settings.json": {Data: []byte(strings.Repeat(`{"a":`, 1<<16))},
		"b/.vscode/settings.json": {Data: []byte(`{"chat.tools.terminal.autoApprove": {"/` + strings.Repeat("(", 5000) + `/": true, "/^` + strings.Repeat("(?!", 400) + `/": true, "/^` + strings.Repeat("a?", 400) + `/": true`)},
		"c/.vscode/tasks.json":    {Data: []byte(loop)},
		"d/x.code-workspace":      {Data: []byte("\xff\xfe")},
		"e/.vscode/settings.json": {Data: []byte(`[1, 2]`)},
	}
	sys := layertest.Read(t, Loader(), tree)
	for _, l := range sys.Layers {
		layertest.Check(t, l)
		switch l.Root {
		case ".":
			if n := len(l.Rules); n < 2 || n > 100 { // equal keys count once
				t.Errorf("%d rules", n)
			}
		case "c":
			if len(l.Hooks) != 2 {
				t.Errorf("%d hooks, want the task and the one it needs", len(l.Hooks))
			}
		}
	}
	for _, want := range []string{"a/", "b/", "d/"} {
		if !slices.ContainsFunc(sys.Problems, func(p *leastagency.Problem) bool { return strings.HasPrefix(p.At.File.Path, want) }) {
			t.Errorf("nothing is said of %s", want)
		}
	}
}

// FuzzSettings reads arbitrary bytes as every kind of file.
func FuzzSettings(f *testing.F) {
	for _, s := range []string{
		`{"chat.tools.terminal.autoApprove": {"/^git (a|b)?/i": {"approve": true, "matchCommandLine": true}, "x": 1}, "chat.agent.sandbox.enabled": "on"}`,
		`{"settings": {"chat.tools.edits.autoApprove": {"**/{a,b": true}}, "tasks": {"tasks": [{"command": {"value": ["x", "y"]}, "args": [{"value": "z"}]}]}}`,
		`{"customizations": {"vscode": {"settings": {"terminal.integrated.env.linux": {"PATH": "."}}, "mcp": {"servers": {"a": {}}}}}}`,
		`{"tasks": [{"label": "a", "type": "npm", "script": "b", "dependsOn": "a", "runOptions": {"runOn": "folderOpen"}}]}`, "{", "[]", "\xef\xbb\xbf{}",
	} {
		f.Add([]byte(s))
	}
	paths := []string{".vscode/settings.json", "Code/User/settings.json", "a.code-workspace", ".vscode/tasks.json", ".devcontainer.json"}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, p := range paths {
			sys := &leastagency.System{Knowledge: layertest.Known}
			load(leastagency.NewFile(p, data), sys)
			for _, l := range sys.Layers {
				layertest.Check(t, l)
			}
		}
	})
}

// FuzzApproval holds that no key brings the grammar down, and that an inert one has no command.
func FuzzApproval(f *testing.F) {
	for _, s := range []string{"git status", "/^a|b/", "/(?!x)(?<=y)[/", "/.*/", "/\\/g", "/^(((a?)*)+)$/i", "//", "/"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, key string, line bool) {
		r := newReader(leastagency.NewFile("x", []byte("{}")), &leastagency.System{Knowledge: layertest.Known}, place{})
		a, inert := r.shell(key, line, leastagency.Allow)
		if inert != "" && a.Command != nil {
			t.Errorf("%q is inert and has a command", key)
		}
		heads, _ := headsOf(key, "i")
		if len(heads) > most*8 {
			t.Errorf("%q: %d heads", key, len(heads))
		}
	})
}
