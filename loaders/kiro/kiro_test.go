package kiro

import (
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

var files = []string{".kiro/agents/a.json", ".kiro/agents/b.md", ".amazonq/cli-agents/c.json", "home/ann/.kiro/settings/permissions.yaml", ".kiro/settings/permissions.yaml",
	".kiro/hooks/d.json", ".kiro/hooks/e.kiro.hook"}

func TestFiles(t *testing.T)   { layertest.Files(t, Loader()) }
func TestHostile(t *testing.T) { layertest.Hostile(t, Loader(), files) }

func FuzzLoad(f *testing.F) {
	layertest.Fuzz(f, Loader(), files,
		`{"name": "a", "tools": ["*"], "allowedTools": ["fs_*", "@a/b"], "toolsSettings": {"shell": {"allowedCommands": ["git .*"], "denyByDefault": true}}, "hooks": {"preToolUse": [{"command": "x", "matcher": "fs_*"}]}}`,
		"---\nname: a\ntools: [read]\npermissions:\n  rules:\n    - {capability: shell, effect: deny, match: ['rm *']}\n---\nBody\n",
		`{"version": "v1", "hooks": [{"name": "a", "trigger": "PreToolUse", "matcher": "(", "action": {"type": "command", "command": "exit 2"}}]}`,
		"rules:\n  - {capability: fs_read, effect: allow, match: '**'}\n", `{"when": {"type": "fileEdited"}, "then": {"type": "askAgent", "prompt": "x"}}`)
}

const deny, ask, allow = leastagency.Deny, leastagency.Ask, leastagency.Allow

// TestAgent holds how the lists of an agent in JSON decide.
func TestAgent(t *testing.T) {
	const agent = `{"name": "a", "tools": ["*"],
		"allowedTools": ["*", "fs_read", "web_*", "@github", "@git/status", "@db/read_*", "execute_bash", "use_aws", "knowledge", "delegate", "nonsense"],
		"toolsSettings": {
			"shell": {"allowedCommands": ["git status"], "deniedCommands": ["git push .*", "rm -rf .*", "("], "denyByDefault": true},
			"fs_write": {"allowedPaths": ["./src/**", "~/notes", "/etc/app.conf"], "deniedPaths": [".env", "**/*.pem"]},
			"fs_read": {"allowedPaths": ["src/**"], "deniedPaths": ["~/.ssh"]},
			"aws": {"allowedServices": ["s3"], "deniedServices": ["iam"]},
			"web_fetch": {"trusted": ["https://docs\\.rs/.*"], "blocked": [".*"]}}}`
	sys := layertest.Read(t, Loader(), fstest.MapFS{".kiro/agents/a.json": {Data: []byte(agent)}})
	if len(sys.Layers) != 1 || len(sys.Problems) != 1 {
		t.Fatal(layertest.String(sys))
	}
	layertest.Rules(t, sys.Layers[0], []layertest.Row{
		{Rule: "*", Says: allow, Want: "inert"},
		{Rule: "fs_read", Says: allow, Want: "read priority 2 can read.private@machine read.secret@machine"},
		{Rule: "web_*", Says: allow, Want: "fetch priority 2 can read.untrusted@everything send@everything"},
		{Rule: "@github", Says: allow, Want: "server github/ priority 2"},
		{Rule: "@git/status", Says: allow, Want: "server git/status priority 2"},
		{Rule: "@db/read_*", Says: allow, Want: "server db/read_* open priority 2"},
		{Rule: "execute_bash", Says: allow, Want: "shell priority 2 can execute@everything"},
		{Rule: "use_aws", Says: allow, Want: "other priority 2 can read.private@service write.state@service"},
		{Rule: "knowledge", Says: allow, Want: "other priority 2"},
		{Rule: "delegate", Says: allow, Want: "spawn priority 2 can spawn@?"},
		{Rule: "nonsense", Says: allow, Want: "unknown priority 2"},
		{Rule: "shell(git status)", Says: allow, Want: "inert"},
		{Rule: "shell(git push .*)", Says: deny, Want: `shell "^(?:git push .*)$" regexp open priority 4 can write.state@service send@service`},
		{Rule: "shell(rm -rf .*)", Says: deny, Want: `shell "^(?:rm -rf .*)$" regexp open priority 4 can write.files@? destroy@?`},
		{Rule: "shell", Says: deny, Want: "shell priority 1 can execute@everything"},
		{Rule: "fs_write(./src/**)", Says: allow, Want: `write "./src/**" open priority 2 can write.files@project`},
		{Rule: "fs_write(~/notes)", Says: allow, Want: `write "~/notes" priority 2 can write.files@project`},
		{Rule: "fs_write(/etc/app.conf)", Says: allow, Want: `write "//etc/app.conf" priority 2 can write.files@machine`},
		{Rule: "fs_write(.env)", Says: deny, Want: `write ".env" priority 4 can write.files@one`},
		{Rule: "fs_write(**/*.pem)", Says: deny, Want: `write "**/*.pem" priority 4 can write.files@project`},
		{Rule: "fs_read(src/**)", Says: allow, Want: "inert"},
		{Rule: "fs_read(~/.ssh)", Says: deny, Want: `read "~/.ssh" priority 4 can read.private@project read.secret@project`},
		{Rule: "aws(s3)", Says: allow, Want: "inert"},
		{Rule: "aws(iam)", Says: deny, Want: `other "iam" priority 4 can read.private@service write.state@service`},
		{Rule: `web_fetch(https://docs\.rs/.*)`, Says: allow, Want: "inert"},
		{Rule: "web_fetch(.*)", Says: deny, Want: "fetch priority 4 can read.untrusted@everything send@everything"},
	})
}

// TestCapabilities holds how rules on capabilities decide.
func TestCapabilities(t *testing.T) {
	const permissions = `rules:
  - {capability: fs_read, effect: allow}
  - {capability: fs_write, effect: allow, match: ["src/**", "**"]}
  - {capability: fs_write, effect: deny, match: ["**/.env", "/etc/**"]}
  - {capability: shell, effect: allow, match: ["npm *", "git status*", "*"]}
  - {capability: shell, effect: ask, match: "git push*"}
  - {capability: shell, effect: deny, match: ["*sudo*"]}
  - {capability: web_fetch, effect: allow, match: ["https://docs.rs/*", "*.example.com/*"]}
  - {capability: web_search, effect: ask}
  - {capability: mcp, effect: allow, match: ["github/*", "db/query"]}
  - {capability: mcp, effect: deny, match: ["*"], exclude: ["github/*"]}
  - {capability: subagent, effect: deny}
  - {capability: skill, effect: allow, match: ["review"]}
  - {capability: shel, effect: deny}
  - {capability: model_use, effect: deny}
  - {capability: shell, effect: block}
`
	sys := layertest.Read(t, Loader(), fstest.MapFS{"home/ann/.kiro/settings/permissions.yaml": {Data: []byte(permissions)}})
	if len(sys.Layers) != 1 || len(sys.Problems) != 2 {
		t.Fatal(layertest.String(sys))
	}
	layertest.Rules(t, sys.Layers[0], []layertest.Row{
		{Rule: "fs_read", Says: allow, Want: "read priority 2 can read.private@machine read.secret@machine"},
		{Rule: "fs_write(src/**)", Says: allow, Want: `write "src/**" open priority 2 can write.files@project`},
		{Rule: "fs_write(**)", Says: allow, Want: "write priority 2 can write.files@machine configure@machine remember@machine"},
		{Rule: "fs_write(**/.env)", Says: deny, Want: `write "**/.env" priority 4 can write.files@project`},
		{Rule: "fs_write(/etc/**)", Says: deny, Want: `write "//etc/**" open priority 4 can write.files@machine`},
		{Rule: "shell(npm *)", Says: allow, Want: `shell "npm *" glob open priority 2`},
		{Rule: "shell(git status*)", Says: allow, Want: `shell "git status*" glob open priority 2`},
		{Rule: "shell(*)", Says: allow, Want: "shell priority 2 can execute@everything"},
		{Rule: "shell(git push*)", Says: ask, Want: `shell "git push*" glob open priority 3 can write.state@service send@service`},
		{Rule: "shell(*sudo*)", Says: deny, Want: `shell "*sudo*" glob open priority 4`},
		{Rule: "web_fetch(https://docs.rs/*)", Says: allow, Want: `fetch "https://docs.rs/*" glob open priority 2 can read.untrusted@one send@one`},
		{Rule: "web_fetch(*.example.com/*)", Says: allow, Want: `fetch "*.example.com/*" glob open priority 2 can read.untrusted@everything send@everything`},
		{Rule: "web_search", Says: ask, Want: "search priority 3 can read.untrusted@everything"},
		{Rule: "mcp(github/*)", Says: allow, Want: "server github/ open priority 2"},
		{Rule: "mcp(db/query)", Says: allow, Want: "server db/query priority 2"},
		{Rule: "mcp(*)", Says: deny, Want: `other "*" priority 4`},
		{Rule: "subagent", Says: deny, Want: "spawn priority 4 can spawn@?"},
		{Rule: "skill(review)", Says: allow, Want: `skill "review" priority 2`},
	})
}
