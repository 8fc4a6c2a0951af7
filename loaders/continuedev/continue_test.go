package continuedev

import (
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

var files = []string{".continue/config.yaml", ".continue/config.json", "home/ann/.continue/permissions.yaml", ".continue/mcpServers/a.json", ".continue/prompts/b.md", "blocks/agent.yaml"}

func TestFiles(t *testing.T)   { layertest.Files(t, Loader()) }
func TestHostile(t *testing.T) { layertest.Hostile(t, Loader(), files) }

func FuzzLoad(f *testing.F) {
	layertest.Fuzz(f, Loader(), files,
		"name: a\nversion: 1\nschema: v1\nmcpServers:\n  - {name: x, command: y, requestOptions: {headers: {A: b}}}\n  - uses: a/b@1\n    with: {K: v}\nmodels: [{apiKey: '${{ secrets.A }}', apiBase: x}]\nrules: [a, {rule: b}]\n",
		"allow: ['Bash(git *)', '*', 'Read(']\nexclude: [Write]\nask: []\n",
		`{"models": [{"apiKey": "x"}], "experimental": {"modelContextProtocolServers": [{"transport": {"command": "x"}}]}, "mcpServers": {"a": {"command": "b"}}}`)
}

// TestPermissions holds how each rule decides.
func TestPermissions(t *testing.T) {
	const permissions = `allow: [Read, "Bash(npm test)", "Bash(git *)", "Bash(ls*)", "Bash(*)", "Write(src/**)", Edit, "Fetch(https://docs.rs/*)", Fetch, Subagent, "mcp__*", bash, Search]
ask: ["Bash(git push*)", "Bash(rm *)", Write, List]
exclude: ["Bash(curl *)", MultiEdit, "Read(.env)", "*"]
`
	sys := layertest.Read(t, Loader(), fstest.MapFS{"home/ann/.continue/permissions.yaml": {Data: []byte(permissions)}})
	if len(sys.Layers) != 1 || len(sys.Problems) != 0 {
		t.Fatal(layertest.String(sys))
	}
	const deny, ask, allow = leastagency.Deny, leastagency.Ask, leastagency.Allow
	l := sys.Layers[0]
	layertest.Rules(t, l, []layertest.Row{
		{Rule: "Read", Says: allow, Want: "read can read.private@machine read.secret@machine"},
		{Rule: "Bash(npm test)", Says: allow, Want: `shell "npm test" glob`},
		{Rule: "Bash(git *)", Says: allow, Want: `shell "git *" glob open can write.state@service send@service`},
		{Rule: "Bash(ls*)", Says: allow, Want: `shell "ls*" glob open`},
		{Rule: "Bash(*)", Says: allow, Want: "shell can execute@everything"},
		{Rule: "Write(src/**)", Says: allow, Want: `write "src/**" glob open can write.files@project`},
		{Rule: "Edit", Says: allow, Want: "write can write.files@machine configure@machine remember@machine"},
		{Rule: "Fetch(https://docs.rs/*)", Says: allow, Want: `fetch "https://docs.rs/*" glob open can read.untrusted@one send@one`},
		{Rule: "Fetch", Says: allow, Want: "fetch can read.untrusted@everything send@everything"},
		{Rule: "Subagent", Says: allow, Want: "spawn can spawn@?"},
		{Rule: "mcp__*", Says: allow, Want: "unknown"},
		{Rule: "bash", Says: allow, Want: "inert"},
		{Rule: "Search", Says: allow, Want: "read can read.private@machine read.secret@machine"},
		{Rule: "Bash(git push*)", Says: ask, Want: `shell "git push*" glob open can write.state@service send@service`},
		{Rule: "Bash(rm *)", Says: ask, Want: `shell "rm *" glob open can write.files@? destroy@?`},
		{Rule: "Write", Says: ask, Want: "write can write.files@machine configure@machine remember@machine"},
		{Rule: "List", Says: ask, Want: "read can read.private@machine read.secret@machine"},
		{Rule: "Bash(curl *)", Says: deny, Want: `shell "curl *" glob open can read.untrusted@everything send@everything`},
		{Rule: "MultiEdit", Says: deny, Want: "write can write.files@machine configure@machine remember@machine"},
		{Rule: "Read(.env)", Says: deny, Want: `read ".env" glob can read.private@one read.secret@one`},
		{Rule: "*", Says: deny, Want: "any can execute@everything read.private@machine read.secret@machine write.files@machine read.untrusted@everything send@everything spawn@?"},
	})
	if l.Order != leastagency.FirstMatch || l.Rules[0].Decision != deny || l.Rules[len(l.Rules)-1].Decision != allow {
		t.Error("the strictest list is not asked first")
	}
	sys = layertest.Read(t, Loader(), fstest.MapFS{"home/ann/.continue/permissions.yaml": {Data: []byte("allow: ['*']\n")}})
	if m := sys.Layers[0].Mode; !leastagency.Is(m, leastagency.ModeBypass) {
		t.Errorf("allowing everything is mode %s", m.V)
	}
	for _, broken := range []string{"allow: [Read]\ndeny: [Bash]\n", "allow: Read\n"} {
		sys = layertest.Read(t, Loader(), fstest.MapFS{"home/ann/.continue/permissions.yaml": {Data: []byte(broken)}})
		if len(sys.Layers) != 0 || len(sys.Problems) != 1 {
			t.Errorf("%q: %s", broken, layertest.String(sys))
		}
	}
}

// TestServers holds how the list of servers is read.
func TestServers(t *testing.T) {
	const config = `mcpServers:
  - {name: a, command: npx, args: [x], env: {K: v}}
  - {name: b, type: sse, url: "https://b.example.com/sse", requestOptions: {headers: {Authorization: y}}}
  - {name: c, url: "https://c.example.com/mcp", apiKey: z}
  - {command: nameless}
`
	sys := layertest.Read(t, Loader(), fstest.MapFS{".continue/config.yaml": {Data: []byte(config)}})
	const want = "a stdio npx x K\nb sse https://b.example.com/sse Authorization\nc http https://c.example.com/mcp\n"
	if got := layertest.Servers(sys.Layers[0]); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
