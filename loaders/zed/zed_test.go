package zed

import (
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

var files = []string{".zed/settings.json", "home/ann/.config/zed/settings.json"}

func TestFiles(t *testing.T)   { layertest.Files(t, Loader()) }
func TestHostile(t *testing.T) { layertest.Hostile(t, Loader(), files) }

func FuzzLoad(f *testing.F) {
	layertest.Fuzz(f, Loader(), files,
		`{"agent": {"tool_permissions": {"default": "allow", "tools": {"terminal": {"always_allow": [{"pattern": "^a(b|c)"}]}, "mcp:a:b": {"default": "deny"}}}}}`,
		`{"agent": {"profiles": {"p": {"tools": {"fetch": true}, "context_servers": {"s": {"tools": {"t": false}}}}}, "sandbox_permissions": {"network_hosts": ["*"]}}}`,
		`{"context_servers": {"a": {"command": {"path": "x", "args": ["y"]}, "settings": {"token": "z"}}}, "lsp": {"go": {"binary": {"path": "./x"}}}}`)
}

// TestPermissions holds what each pattern lets happen.
func TestPermissions(t *testing.T) {
	const settings = `{"agent": {"tool_permissions": {"tools": {
		"terminal": {"default": "confirm",
			"always_allow": [{"pattern": "^cargo\\s+(build|test)\\b"}, {"pattern": "^git status$"}, {"pattern": "npm test"}, {"pattern": ".*"}, {"pattern": "^rm -rf build$"}, {"pattern": "^git\\s+push"}],
			"always_deny": [{"pattern": "rm\\s+-rf\\s+(/|~)"}, {"pattern": "^sudo\\s"}, {"pattern": "^$"}],
			"always_confirm": [{"pattern": "git\\s+push"}]},
		"edit_file": {"always_allow": [{"pattern": "^src/"}, {"pattern": "\\.md$"}, {"pattern": "^/etc/"}], "always_deny": [{"pattern": "\\.env"}]},
		"delete_path": {"default": "deny"},
		"read_file": {"default": "allow"},
		"fetch": {"always_allow": [{"pattern": "^https://docs\\.rs/"}, {"pattern": "github\\.com"}], "always_deny": [{"pattern": "internal\\.example"}]},
		"web_search": {"default": "allow"},
		"spawn_agent": {"default": "allow"},
		"mcp:github:create_issue": {"default": "allow", "always_deny": [{"pattern": "secret"}, {"pattern": ".*"}]},
		"mcp:github:merge": {"default": "deny"}
	}}}}`
	sys := layertest.Read(t, Loader(), fstest.MapFS{"home/ann/.config/zed/settings.json": {Data: []byte(settings)}})
	if len(sys.Layers) != 1 || len(sys.Problems) != 0 {
		t.Fatal(layertest.String(sys))
	}
	const deny, ask, allow = leastagency.Deny, leastagency.Ask, leastagency.Allow
	layertest.Rules(t, sys.Layers[0], []layertest.Row{
		{Rule: "terminal", Says: ask, Want: "shell priority 1 can execute@everything"},
		{Rule: `terminal(^cargo\s+(build|test)\b)`, Says: allow, Want: `shell "^cargo\\s+(build|test)\\b" regexp open priority 2`},
		{Rule: "terminal(^git status$)", Says: allow, Want: `shell "^git status$" regexp priority 2`},
		{Rule: "terminal(npm test)", Says: allow, Want: `shell "npm test" regexp open priority 2 can execute@machine`},
		{Rule: "terminal(.*)", Says: allow, Want: "shell priority 2 can execute@everything"},
		{Rule: "terminal(^rm -rf build$)", Says: allow, Want: `shell "^rm -rf build$" regexp priority 2 can write.files@? destroy@?`},
		{Rule: `terminal(^git\s+push)`, Says: allow, Want: `shell "^git\\s+push" regexp open priority 2 can write.state@service send@service`},
		{Rule: `terminal(rm\s+-rf\s+(/|~))`, Says: deny, Want: `shell "rm\\s+-rf\\s+(/|~)" regexp open priority 4 can write.files@? destroy@?`},
		{Rule: `terminal(^sudo\s)`, Says: deny, Want: `shell "^sudo\\s" regexp open priority 4`},
		{Rule: `terminal(git\s+push)`, Says: ask, Want: `shell "git\\s+push" regexp open priority 3 can write.state@service send@service`},
		{Rule: "edit_file(^src/)", Says: allow, Want: `write "^src/" regexp priority 2 can write.files@project`},
		{Rule: `edit_file(\.md$)`, Says: allow, Want: `write "\\.md$" regexp priority 2 can write.files@project remember@project`},
		{Rule: "edit_file(^/etc/)", Says: allow, Want: `write "^/etc/" regexp priority 2 can write.files@machine`},
		{Rule: `edit_file(\.env)`, Says: deny, Want: `write "\\.env" regexp priority 4 can write.files@project`},
		{Rule: "delete_path", Says: deny, Want: "write priority 1 can write.files@machine configure@machine remember@machine"},
		{Rule: "read_file", Says: allow, Want: "read priority 1 can read.private@machine read.secret@machine"},
		{Rule: `fetch(^https://docs\.rs/)`, Says: allow, Want: `fetch "^https://docs\\.rs/" regexp priority 2 can read.untrusted@one send@one`},
		{Rule: `fetch(github\.com)`, Says: allow, Want: `fetch "github\\.com" regexp priority 2 can read.untrusted@everything send@everything`},
		{Rule: `fetch(internal\.example)`, Says: deny, Want: `fetch "internal\\.example" regexp priority 4 can read.untrusted@service send@service`},
		{Rule: "web_search", Says: allow, Want: "search priority 1 can read.untrusted@everything"},
		{Rule: "spawn_agent", Says: allow, Want: "spawn priority 1 can spawn@?"},
		{Rule: "mcp:github:create_issue", Says: allow, Want: "server github/create_issue priority 1"},
		{Rule: "mcp:github:create_issue(secret)", Says: deny, Want: "inert"},
		{Rule: "mcp:github:create_issue(.*)", Says: deny, Want: "server github/create_issue priority 4"},
		{Rule: "mcp:github:merge", Says: deny, Want: "server github/merge priority 1"},
	})
}
