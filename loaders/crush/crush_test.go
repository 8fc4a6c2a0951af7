package crush

import (
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

var files = []string{"crush.json", ".crush.json", "home/ann/.config/crush/crush.json", ".crushrc"}

func TestFiles(t *testing.T)   { layertest.Files(t, Loader()) }
func TestHostile(t *testing.T) { layertest.Hostile(t, Loader(), files) }

func FuzzLoad(f *testing.F) {
	layertest.Fuzz(f, Loader(), files,
		`{"permissions": {"allowed_tools": ["bash", "mcp_a_b"]}, "mcp": {"a": {"type": "stdio", "command": "x", "env": {"A": "$(b $(c))"}}}, "hooks": {"pre_tool_use": [{"matcher": "(", "command": "exit 2"}]}}`,
		"permissions allow bash\nmcp add x --command y --args z --env A b --header C\nhook add PreToolUse --command 'exit 2'\nif [[ $X ]]; then provider add p --api-key \"$(op read x)\"; fi\n",
		`{"providers": {"a": {"api_key": "$(", "base_url": "$)"}}}`)
}

// TestPermissions holds what each name of a tool lets happen.
func TestPermissions(t *testing.T) {
	const config = `{"mcp": {"github": {"type": "stdio", "command": "x"}, "my_db": {"type": "http", "url": "https://x"}},
		"permissions": {"allowed_tools": ["bash", "bash:execute", "view", "ls", "grep", "edit", "edit:write", "multiedit", "write", "fetch", "agentic_fetch", "download", "web_search", "sourcegraph", "agent", "todos",
			"mcp_github_create_issue", "mcp_my_db_query", "mcp_other_tool", "Bash", "custom"]},
		"options": {"disabled_tools": ["sourcegraph", "fetch", "bashh"]}}`
	sys := layertest.Read(t, Loader(), fstest.MapFS{"crush.json": {Data: []byte(config)}})
	if len(sys.Layers) != 1 || len(sys.Problems) != 0 {
		t.Fatal(layertest.String(sys))
	}
	const deny, allow = leastagency.Deny, leastagency.Allow
	layertest.Rules(t, sys.Layers[0], []layertest.Row{
		{Rule: "bash", Says: allow, Want: "shell can execute@everything"},
		{Rule: "bash:execute", Says: allow, Want: "shell can execute@everything"},
		{Rule: "view", Says: allow, Want: "read can read.private@machine read.secret@machine"},
		{Rule: "ls", Says: allow, Want: "read can read.private@machine read.secret@machine"},
		{Rule: "grep", Says: allow, Want: "read can read.private@machine read.secret@machine"},
		{Rule: "edit", Says: allow, Want: "write can write.files@machine configure@machine remember@machine"},
		{Rule: "edit:write", Says: allow, Want: "write can write.files@machine configure@machine remember@machine"},
		{Rule: "multiedit", Says: allow, Want: "write can write.files@machine configure@machine remember@machine"},
		{Rule: "write", Says: allow, Want: "write can write.files@machine configure@machine remember@machine"},
		{Rule: "fetch", Says: allow, Want: "fetch can read.untrusted@everything send@everything"},
		{Rule: "agentic_fetch", Says: allow, Want: "fetch can read.untrusted@everything send@everything"},
		{Rule: "download", Says: allow, Want: "fetch can read.untrusted@everything send@everything"},
		{Rule: "web_search", Says: allow, Want: "search can read.untrusted@everything"},
		{Rule: "sourcegraph", Says: allow, Want: "search can read.untrusted@everything"},
		{Rule: "agent", Says: allow, Want: "spawn can spawn@?"},
		{Rule: "todos", Says: allow, Want: "other"},
		{Rule: "mcp_github_create_issue", Says: allow, Want: "server github/create_issue"},
		{Rule: "mcp_my_db_query", Says: allow, Want: "server my_db/query"},
		{Rule: "mcp_other_tool", Says: allow, Want: "server other/tool"},
		{Rule: "Bash", Says: allow, Want: "inert"},
		{Rule: "custom", Says: allow, Want: "unknown"},
		{Rule: "sourcegraph", Says: deny, Want: "search can read.untrusted@everything"},
		{Rule: "fetch", Says: deny, Want: "fetch can read.untrusted@everything send@everything"},
		{Rule: "bashh", Says: deny, Want: "inert"},
	})
}

// TestServers holds how servers of the script are started and reached.
func TestServers(t *testing.T) {
	const script = `mcp add github \
  --type http --url "https://api.example.com/mcp/" \
  --header Authorization "Bearer $GITHUB_TOKEN"
mcp add files --command npx --args -y --args "@example/files" --env ROOT /srv --disabled true
mcp add
`
	sys := layertest.Read(t, Loader(), fstest.MapFS{".crushrc": {Data: []byte(script)}})
	const want = "github http https://api.example.com/mcp/ Authorization\nfiles stdio npx -y @example/files ROOT disabled\n"
	if got := layertest.Servers(sys.Layers[0]); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
