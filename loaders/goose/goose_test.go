package goose

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

var files = []string{".config/goose/config.yaml", "home/ann/.config/goose/permission.yaml", ".config/goose/secrets.yaml", ".goose/recipes/a.yaml", "recipes/b.json"}

func TestFiles(t *testing.T)   { layertest.Files(t, Loader()) }
func TestHostile(t *testing.T) { layertest.Hostile(t, Loader(), files) }

func FuzzLoad(f *testing.F) {
	layertest.Fuzz(f, Loader(), files,
		"GOOSE_MODE: auto\nextensions:\n  a: {type: stdio, cmd: x, args: [y], envs: {A: b}, env_keys: [C]}\n  b: {type: inline_python, code: 'x', dependencies: [y]}\n",
		"user:\n  always_allow: [developer__shell, a__b]\n  never_allow: []\n",
		"title: a\ndescription: b\nprompt: '{{ x'\nretry: {checks: [{type: shell, command: 'test {{ a }} && {{'}], on_failure: rm}\nsub_recipes: [{name: x, path: y}]\n")
}

// TestPermissions holds how each mode and each list decides.
func TestPermissions(t *testing.T) {
	const permission = "user:\n  always_allow: [developer__shell, developer__text_editor, github__create_issue, delegate, computercontroller__web_scrape, strange, both]\n" +
		"  ask_before: [shell, tree, edit, slack__post, todo__todo_write, load]\n  never_allow: [computercontroller__automation_script, github__merge, write, computercontroller__web_search, both]\n"
	const deny, ask, allow = leastagency.Deny, leastagency.Ask, leastagency.Allow
	rows := []layertest.Row{
		{Rule: "developer__shell", Says: allow, Want: "shell priority 2 can execute@everything"},
		{Rule: "developer__text_editor", Says: allow, Want: "write priority 2 can write.files@machine configure@machine remember@machine"},
		{Rule: "github__create_issue", Says: allow, Want: "server github/create_issue priority 2"},
		{Rule: "delegate", Says: allow, Want: "spawn priority 2 can spawn@?"},
		{Rule: "computercontroller__web_scrape", Says: allow, Want: "fetch priority 2 can read.untrusted@everything send@everything"},
		{Rule: "strange", Says: allow, Want: "unknown priority 2"},
		{Rule: "shell", Says: ask, Want: "shell priority 1 can execute@everything"},
		{Rule: "tree", Says: ask, Want: "read priority 1 can read.private@machine read.secret@machine"},
		{Rule: "edit", Says: ask, Want: "write priority 1 can write.files@machine configure@machine remember@machine"},
		{Rule: "slack__post", Says: ask, Want: "server slack/post priority 1"},
		{Rule: "todo__todo_write", Says: ask, Want: "other priority 1"},
		{Rule: "load", Says: ask, Want: "skill priority 1"},
		{Rule: "computercontroller__automation_script", Says: deny, Want: "shell priority 3 can execute@everything"},
		{Rule: "github__merge", Says: deny, Want: "server github/merge priority 3"},
		{Rule: "write", Says: deny, Want: "write priority 3 can write.files@machine configure@machine remember@machine"},
		{Rule: "computercontroller__web_search", Says: deny, Want: "search priority 3 can read.untrusted@everything"},
		{Rule: "both", Says: deny, Want: "unknown priority 3"},
	}
	for config, consulted := range map[string]bool{"": true, "GOOSE_MODE: approve\n": true, "GOOSE_MODE: smart_approve\n": true, "GOOSE_MODE: auto\n": false, "GOOSE_PROVIDER: x\n": false} {
		tree := fstest.MapFS{".config/goose/permission.yaml": {Data: []byte(permission)}}
		if config != "" {
			tree[".config/goose/config.yaml"] = &fstest.MapFile{Data: []byte(config)}
		}
		sys := layertest.Read(t, Loader(), tree)
		l := sys.Layers[len(sys.Layers)-1]
		if len(l.Rules) != 18 {
			t.Fatalf("%q: %s", config, layertest.String(sys))
		}
		if consulted {
			layertest.Rules(t, l, rows)
			continue
		}
		for _, r := range l.Rules {
			if !strings.Contains(r.Inert, "auto") {
				t.Errorf("%q: %s is consulted", config, r.Text)
			}
		}
	}
	for mode, want := range modes {
		sys := layertest.Read(t, Loader(), fstest.MapFS{".config/goose/config.yaml": {Data: []byte("GOOSE_MODE: " + mode + "\n")}})
		if got := sys.Layers[0].Mode.V; got != want {
			t.Errorf("%s is %s, want %s", mode, got, want)
		}
	}
}

// TestServers holds how extensions are started, whatever they call it.
func TestServers(t *testing.T) {
	const config = `GOOSE_MODE: approve
extensions:
  developer: {type: builtin}
  github: {type: stdio, cmd: npx, args: [-y, "@example/github@1.0.0"], envs: {GITHUB_TOKEN: x, LD_PRELOAD: /tmp/x.so}, env_keys: [REGION]}
  remote: {type: streamable_http, uri: "https://mcp.example.com/mcp", headers: {Authorization: Bearer $T}}
  gone: {type: sse, uri: "https://old.example.com/sse"}
  python: {type: inline_python, code: "print(1)", dependencies: [pandas]}
`
	sys := layertest.Read(t, Loader(), fstest.MapFS{".config/goose/config.yaml": {Data: []byte(config)}})
	const want = `developer in-process
github stdio npx -y @example/github@1.0.0 GITHUB_TOKEN LD_PRELOAD REGION
remote http https://mcp.example.com/mcp Authorization
gone sse https://old.example.com/sse disabled
python stdio uv run --with pandas python -c 'print(1)'
`
	l := sys.Layers[0]
	if got := layertest.Servers(l); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if l.Absent != leastagency.ModeBypass || l.Order != leastagency.HighestPriority {
		t.Errorf("without a mode it is %s, order %d", l.Absent, l.Order)
	}
	if python := l.Servers[4].Command; python.Inline != "print(1)" || len(python.Artifacts) != 1 {
		t.Errorf("inline %q, fetches %v", python.Inline, python.Artifacts)
	}
}
