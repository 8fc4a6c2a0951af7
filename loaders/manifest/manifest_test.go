package manifest

import (
	"os"
	"slices"
	"testing"
	"testing/fstest"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/encoding/yaml"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

// paths are one of each kind of file.
var paths = []string{"agents.yaml", "tasks.yaml", "crew.jsonc", "agents/a.json", "root_agent.yaml", "compose.yaml", "flow.yaml", "agency.yaml", "server.json", "openclaw.json", "langgraph.json"}

func TestFiles(t *testing.T)   { layertest.Files(t, Loader()) }
func TestHostile(t *testing.T) { layertest.Hostile(t, Loader(), paths) }

func FuzzLoad(f *testing.F) {
	layertest.Fuzz(f, Loader(), paths,
		"permissions: {allow: ['shell:cmd=a*:b=c', 'mcp::x', '*'], deny: [read_*]}\nagents:\n  root: {instruction: a, toolsets: [{type: mcp, ref: 'docker:x'}, {type: shell}], sub_agents: ['a:b/c', 'http://x/y']}\n",
		"apiVersion: kagent.dev/v1alpha2\nkind: Agent\nspec: {declarative: {tools: [{mcpServer: {name: a}}, {agent: {}}]}, skills: {gitRefs: [{url: x}], refs: [y]}}\n",
		"apiVersion: agents.x-k8s.io/v1\nkind: Sandbox\nmetadata: {name: {{ .x }}}\nspec:\n  {{- if .y }}\n  podTemplate: {spec: {containers: [{image: '{{ .z }}'}]}}\n",
		"a: {role: '{x}', goal: b, backstory: c, mcps: ['x#y', {command: z}], tools: [A, {name: B}], sub_agents: {c: {role: a, goal: b}}}\n",
		"schema: crewai.flow/v1\nmethods: {a: {do: {call: each, steps: [{do: {call: script, code: x}}]}}}\n",
		"name: a\ninstruction: '{b}'\ntools: [{name: McpToolset, args: [{name: stdio_server_params, value: {command: x}}]}, {name: AgentTool, args: {agent: {config_path: ../a}}}]\n",
		"services: {agent: {image: 'claude-code', environment: [A], volumes: ['/:/x', {type: bind, source: /y}], command: 'a mcp --servers=b,c'}, b: {image: docker/mcp-gateway, command: [--servers=b, --tools=c]}}\n",
		"leastagency: v1\nagents: {a: {tools: [{name: x, can: [pay]}, y], sandbox: {kind: none}, delegates: [{name: b, hands_over: typed}], triggers: [{name: m, who: anyone}]}}\n",
		"registry: {a: {image: 'mcp/a', remote: {url: x}}}\n", "version: 1\nid: x\nservers: [{type: image, image: y}]\n", "name: x\ntype: server\nabout: {}\nimage: mcp/x\nsource: {project: 'https://a/b'}\n")
}

const deny, ask, allow = leastagency.Deny, leastagency.Ask, leastagency.Allow

// TestDockerPermissions holds what a list of permissions decides: deny before allow before ask, whole
// command lines, and readers that nobody is asked for.
func TestDockerPermissions(t *testing.T) {
	const file = `
permissions:
  deny: ["shell:cmd=sudo*", "write_file:path=/etc/*", "remove_directory", "mcp:github:delete_*"]
  allow: ["shell:cmd=git status", "shell:cmd=ls *", "edit_file:path=docs/*", "mcp:github:get_*", "fetch", "add_memory", "weather"]
  ask: ["read_file", "think"]
agents:
  root:
    instruction: x
    toolsets: [{type: shell}, {type: filesystem}]
`
	sys := layertest.Read(t, Loader(), fstest.MapFS{"a.yaml": {Data: []byte(file)}})
	if len(sys.Layers) != 1 || len(sys.Problems) != 0 {
		t.Fatal(layertest.String(sys))
	}
	for _, c := range []struct {
		call leastagency.Action
		want leastagency.Decision
	}{
		{leastagency.Action{Kind: leastagency.ActionShell, Pattern: "sudo rm -rf /"}, deny},
		{leastagency.Action{Kind: leastagency.ActionShell, Pattern: "git status"}, allow},
		{leastagency.Action{Kind: leastagency.ActionShell, Pattern: "git status --short"}, 0},
		{leastagency.Action{Kind: leastagency.ActionShell, Pattern: "ls -la; rm x"}, allow},
		{leastagency.Action{Kind: leastagency.ActionShell, Pattern: "sudo ls"}, deny},
		{leastagency.Action{Kind: leastagency.ActionShell, Pattern: "make"}, 0},
		{leastagency.Action{Kind: leastagency.ActionWrite, Pattern: "//etc/passwd"}, 0}, // edit_file still gets there, after a question
		{leastagency.Action{Kind: leastagency.ActionWrite, Pattern: "docs/a.md"}, allow},
		{leastagency.Action{Kind: leastagency.ActionWrite, Pattern: "src/a.go"}, 0},
		{leastagency.Action{Kind: leastagency.ActionRead, Pattern: "src/a.go"}, ask},
		{leastagency.Action{Kind: leastagency.ActionServer, Server: "github", Tool: "get_issue"}, allow},
		{leastagency.Action{Kind: leastagency.ActionServer, Server: "github", Tool: "delete_repo"}, deny},
		{leastagency.Action{Kind: leastagency.ActionServer, Server: "github", Tool: "merge"}, 0},
		{leastagency.Action{Kind: leastagency.ActionServer, Server: "maps", Tool: "weather"}, allow},
		{leastagency.Action{Kind: leastagency.ActionFetch, Pattern: "acme.dev"}, allow},
		{leastagency.Action{Kind: leastagency.ActionOther, Name: "think"}, ask},
		{leastagency.Action{Kind: leastagency.ActionOther, Name: "create_todo"}, allow},
		{leastagency.Action{Kind: leastagency.ActionOther, Name: "add_memory"}, allow},
		{leastagency.Action{Kind: leastagency.ActionOther, Name: "delete_memory"}, 0},
		{leastagency.Action{Kind: leastagency.ActionOther, Name: "remove_directory"}, deny},
		{leastagency.Action{Kind: leastagency.ActionSpawn}, allow},
	} {
		if got := layertest.Decide(sys.Layers[0], c.call); got != c.want {
			t.Errorf("%s %q %s: %s, want %s", c.call.Kind, c.call.Pattern, c.call.Name+c.call.Tool, got, c.want)
		}
	}
}

// TestSchema holds the schema of the project's own manifest against manifests that are one and that are none.
func TestSchema(t *testing.T) {
	text, err := os.ReadFile("../../schema/manifest.cue")
	if err != nil {
		t.Fatal(err)
	}
	ctx := cuecontext.New()
	schema := ctx.CompileBytes(text)
	if schema.Err() != nil {
		t.Fatal(schema.Err())
	}
	template, err := os.ReadFile("../../cmd/leastagency/templates/manifest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for file, ok := range map[string]bool{
		string(template): true, // that init writes
		"leastagency: v1\nname: a\npurpose: b\ntools: [x, {name: y, can: [send], scope: one, approval: never}]\n":                         true,
		"leastagency: v1\nagents: {a: {delegates: [b, {name: c, hands_over: typed}], sandbox: {kind: container, network: [acme.dev]}}}\n": true,
		"leastagency: v1\nname: a\ntools: [{name: y, can: [fly]}]\n":                                                                      false,
		"leastagency: v1\nname: a\nowners: b\n":                                                                                           false,
		"name: a\n":                                                                                                                       false,
	} {
		parsed, err := yaml.Extract("agent.yaml", file)
		if err != nil {
			t.Fatal(err)
		}
		v := schema.LookupPath(cue.ParsePath("#Manifest")).Unify(ctx.BuildFile(parsed))
		if err := v.Validate(cue.Concrete(true)); (err == nil) != ok {
			t.Errorf("%s: %v, want valid %v", file, err, ok)
		}
	}
}

// TestTooLarge holds that of what is too large to look into, only a file is missed whose name alone
// makes it a manifest.
func TestTooLarge(t *testing.T) {
	large := &fstest.MapFile{Data: make([]byte, leastagency.MaxFileSize+1)}
	sys := layertest.Read(t, Loader(), fstest.MapFS{"data/rows.yaml": large, "package-lock.json": large, "config/agents.yaml": large, "openclaw.json": large})
	var got []string
	for _, p := range sys.Problems {
		got = append(got, p.Path)
	}
	if want := []string{"config/agents.yaml", "openclaw.json"}; !slices.Equal(got, want) {
		t.Errorf("missed %q, want %q", got, want)
	}
}
