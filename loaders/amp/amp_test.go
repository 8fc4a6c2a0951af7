package amp

import (
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

var files = []string{".amp/settings.json", "home/ann/.config/amp/settings.jsonc", "etc/ampcode/managed-settings.json"}

func TestFiles(t *testing.T)   { layertest.Files(t, Loader()) }
func TestHostile(t *testing.T) { layertest.Hostile(t, Loader(), files) }

func FuzzLoad(f *testing.F) {
	layertest.Fuzz(f, Loader(), files,
		`{"amp.permissions": [{"tool": "Bash", "matches": {"cmd": ["git *", "/^a/", "/(/"]}, "action": "ask"}, {"tool": "*", "action": "delegate", "to": "x"}], "amp.mcpServers": {"a": {"command": "b"}}, "amp.mcpPermissions": [{"matches": {"command": "*"}, "action": "reject"}]}`,
		`{"amp.permissions": [{"tool": "m*", "matches": {"n": 1}, "action": "allow", "context": "subagent"}], "amp.tools.disable": ["builtin:Bash", "*"], "amp.guardedFiles.allowlist": ["/**"]}`)
}

const deny, ask, allow = leastagency.Deny, leastagency.Ask, leastagency.Allow

// TestPermissions holds how each rule decides.
func TestPermissions(t *testing.T) {
	const settings = `{
		"amp.tools.disable": ["builtin:repl", "mcp__slack__*", "web_search"],
		"amp.permissions": [
			{"tool": "Bash", "matches": {"cmd": "*git commit*"}, "action": "ask"},
			{"tool": "Bash", "matches": {"cmd": ["git push *", "/\\brm\\s+-rf\\b/"]}, "action": "reject"},
			{"tool": "Bash", "matches": {"cmd": "git status"}, "action": "allow"},
			{"tool": "Bash", "matches": {"cmd": "curl *"}, "action": "allow"},
			{"tool": "Bash", "matches": {"cmd": "/npm test/"}, "action": "allow"},
			{"tool": "Bash", "matches": {"cmd": "*"}, "action": "allow"},
			{"tool": "edit_file", "matches": {"path": "src/*"}, "action": "allow"},
			{"tool": "create_file", "matches": {"path": ["*.env", "/etc/*"]}, "action": "reject"},
			{"tool": "Read", "action": "allow"},
			{"tool": "read_web_page", "matches": {"url": "https://docs.rs/*"}, "action": "allow"},
			{"tool": "mcp__github__*", "action": "allow"},
			{"tool": "mcp__db__query", "action": "ask"},
			{"tool": "Task", "action": "allow"},
			{"tool": "edit_*", "action": "ask"},
			{"tool": "oracle", "matches": {"depth": 3}, "action": "ask"},
			{"tool": "*", "action": "reject"},
			{"tool": "Grep", "action": "allow"}
		],
		"amp.guardedFiles.allowlist": ["$HOME/.config/**", "/**"]}`
	sys := layertest.Read(t, Loader(), fstest.MapFS{".amp/settings.json": {Data: []byte(settings)}})
	if len(sys.Layers) != 1 || len(sys.Problems) != 0 {
		t.Fatal(layertest.String(sys))
	}
	l := sys.Layers[0]
	layertest.Rules(t, l, []layertest.Row{
		{Rule: "builtin:repl", Says: deny, Want: "shell can execute@everything"},
		{Rule: "mcp__slack__*", Says: deny, Want: "server slack/"},
		{Rule: "web_search", Says: deny, Want: "search can read.untrusted@everything"},
		{Rule: "Bash(*git commit*)", Says: ask, Want: `shell "*git commit*" glob open`},
		{Rule: "Bash(git push *)", Says: deny, Want: `shell "git push *" glob open can write.state@service send@service`},
		{Rule: `Bash(/\brm\s+-rf\b/)`, Says: deny, Want: `shell "\\brm\\s+-rf\\b" regexp open can write.files@? destroy@?`},
		{Rule: "Bash(git status)", Says: allow, Want: `shell "git status" glob`},
		{Rule: "Bash(curl *)", Says: allow, Want: `shell "curl *" glob open can read.untrusted@everything send@everything`},
		{Rule: "Bash(/npm test/)", Says: allow, Want: `shell "npm test" regexp open can execute@machine`},
		{Rule: "Bash(*)", Says: allow, Want: "shell can execute@everything"},
		{Rule: "edit_file(src/*)", Says: allow, Want: `write "src/*" glob open can write.files@project`},
		{Rule: "create_file(*.env)", Says: deny, Want: `write "*.env" glob can write.files@project`},
		{Rule: "create_file(/etc/*)", Says: deny, Want: `write "/etc/*" glob open can write.files@machine`},
		{Rule: "Read", Says: allow, Want: "read can read.private@machine read.secret@machine"},
		{Rule: "read_web_page(https://docs.rs/*)", Says: allow, Want: `fetch "https://docs.rs/*" glob open can read.untrusted@one send@one`},
		{Rule: "mcp__github__*", Says: allow, Want: "server github/"},
		{Rule: "mcp__db__query", Says: ask, Want: "server db/query"},
		{Rule: "Task", Says: allow, Want: "spawn can spawn@?"},
		{Rule: "edit_*", Says: ask, Want: "write can write.files@machine configure@machine remember@machine"},
		{Rule: "oracle", Says: ask, Want: `other "depth"`},
		{Rule: "*", Says: deny, Want: "any can execute@everything read.private@machine read.secret@machine write.files@machine read.untrusted@everything send@everything spawn@?"},
		{Rule: "Grep", Says: allow, Want: "inert"},
		{Rule: "guarded file $HOME/.config/**", Says: allow, Want: `write "~/.config/**" open can write.files@machine`},
		{Rule: "guarded file /**", Says: allow, Want: "write can write.files@machine configure@machine remember@machine"},
	})
	if l.Order != leastagency.FirstMatch || l.Absent != leastagency.ModeAsk || l.Mode.Set {
		t.Errorf("order %d, absent %s, mode %v", l.Order, l.Absent, l.Mode)
	}
}

// TestModes holds which settings ask nobody.
func TestModes(t *testing.T) {
	for settings, want := range map[string]leastagency.Mode{
		`{}`:                                 leastagency.ModeUnknown,
		`{"amp.dangerouslyAllowAll": true}`:  leastagency.ModeBypass,
		`{"amp.dangerouslyAllowAll": false}`: leastagency.ModeUnknown,
		`{"amp.permissions": [{"tool": "Bash", "action": "ask"}, {"tool": "*", "action": "allow"}]}`:                   leastagency.ModeBypass,
		`{"amp.permissions": [{"tool": "*", "action": "ask"}, {"tool": "*", "action": "allow"}]}`:                      leastagency.ModeUnknown,
		`{"amp.permissions": [{"tool": "*", "matches": {"cmd": "ls *"}, "action": "allow"}]}`:                          leastagency.ModeUnknown,
		`{"amp.permissions": [{"tool": "*", "action": "allow", "context": "subagent"}]}`:                               leastagency.ModeUnknown,
		`{"amp.permissions": [{"tool": "*", "action": "delegate", "to": "decide"}, {"tool": "*", "action": "allow"}]}`: leastagency.ModeUnknown,
	} {
		sys := layertest.Read(t, Loader(), fstest.MapFS{".amp/settings.json": {Data: []byte(settings)}})
		if got := sys.Layers[0].Mode.V; got != want {
			t.Errorf("%s: mode %s, want %s", settings, got, want)
		}
	}
}

func TestGlob(t *testing.T) {
	for _, row := range []struct {
		pattern, text string
		want          bool
	}{
		{"*", "", true}, {"npx @a/*", "npx @a/b c", true}, {"npx @a/*", "npx @b/c", false}, {"a*b*c", "axxbyyc", true}, {"a*b*c", "axxc", false}, {"x", "x", true}, {"x", "xy", false},
	} {
		if got := leastagency.Wildcard(row.pattern, row.text); got != row.want {
			t.Errorf("%q matches %q: %v", row.pattern, row.text, got)
		}
	}
}
