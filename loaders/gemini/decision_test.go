package gemini

import (
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

func shell(line string) leastagency.Action {
	return leastagency.Action{Kind: leastagency.ActionShell, Pattern: line}
}

func own(kind leastagency.ActionKind, name string) leastagency.Action {
	return leastagency.Action{Kind: kind, Name: name, Pattern: "src/main.go"}
}

func server(name, tool string) leastagency.Action {
	return leastagency.Action{Kind: leastagency.ActionServer, Server: name, Tool: tool}
}

type decisions []struct {
	call leastagency.Action
	want leastagency.Decision
}

func (rows decisions) check(t *testing.T, l *leastagency.Layer) {
	t.Helper()
	for _, row := range rows {
		if got := layertest.Decide(l, row.call); got != row.want {
			t.Errorf("%+v: decision %d, want %d", row.call, got, row.want)
		}
	}
}

// only reads one file and returns its only layer.
func only(t *testing.T, path, text string) *leastagency.Layer {
	t.Helper()
	sys := layertest.Read(t, Loader(), fstest.MapFS{path: {Data: []byte(text)}})
	if len(sys.Layers) != 1 {
		t.Fatalf("%d layers", len(sys.Layers))
	}
	return sys.Layers[0]
}

// TestLists holds what the lists of Gemini CLI's settings decide: each is a set of rules with a number.
func TestLists(t *testing.T) {
	l := only(t, ".gemini/settings.json", `{
		"tools": {
			"core": ["read_file", "write_file", "replace", "run_shell_command(git)", "web_fetch"],
			"allowed": ["run_shell_command(npm test)", "mcp_files_read"],
			"confirmationRequired": ["replace"],
			"exclude": ["web_fetch", "run_shell_command(git push)"]
		},
		"mcp": {"allowed": ["db"], "excluded": ["old"]}
	}`)
	if l.Order != leastagency.HighestPriority || l.Absent != leastagency.ModeAsk || l.Mode.Set {
		t.Errorf("order %d, absent %d", l.Order, l.Absent)
	}
	decisions{
		{own(leastagency.ActionRead, "read_file"), leastagency.Allow},
		{own(leastagency.ActionRead, "glob"), leastagency.Deny}, // not among the core tools
		{own(leastagency.ActionWrite, "write_file"), leastagency.Allow},
		{own(leastagency.ActionWrite, "replace"), leastagency.Ask}, // what must be confirmed is
		{shell("npm test"), leastagency.Allow},
		{shell("npm test --watch"), leastagency.Allow},
		{shell("npm testify"), leastagency.Deny},
		{shell("git status"), leastagency.Deny}, // a list of allowed command lines denies the others
		{shell("git push"), leastagency.Deny},
		{shell("ls"), leastagency.Deny},
		{leastagency.Action{Kind: leastagency.ActionFetch, Pattern: "a.example"}, leastagency.Deny},
		{leastagency.Action{Kind: leastagency.ActionSearch}, leastagency.Deny},
		{server("files", "read"), leastagency.Allow},
		{server("files", "write"), leastagency.Deny},
		{server("db", "drop"), leastagency.Deny}, // the core list is a stronger rule
		{server("old", "x"), leastagency.Deny},
	}.check(t, l)
}

// TestExclude holds that a command in brackets excludes nothing.
func TestExclude(t *testing.T) {
	l := only(t, ".gemini/settings.json", `{"tools": {"exclude": ["run_shell_command(rm)", "ShellTool(curl)", "Edit", "write_file"]}, "mcp": {"allowed": ["db"]}}`)
	decisions{
		{shell("rm -rf /"), leastagency.DecisionUnknown},
		{shell("curl x"), leastagency.DecisionUnknown},
		{own(leastagency.ActionWrite, "replace"), leastagency.DecisionUnknown},
		{own(leastagency.ActionWrite, "write_file"), leastagency.Deny},
		{server("db", "drop"), leastagency.Allow},
	}.check(t, l)
}

// TestPolicies holds that the rule with the highest number counts, and what a rule is compared with.
func TestPolicies(t *testing.T) {
	const text = `
[[rule]]
toolName = "run_shell_command"
decision = "ask_user"
priority = 10

[[rule]]
toolName = "run_shell_command"
commandPrefix = ["git", "npm run"]
decision = "allow"
priority = 100

[[rule]]
toolName = "run_shell_command"
commandPrefix = "git push"
decision = "deny"
priority = 200

[[rule]]
toolName = "run_shell_command"
commandRegex = "git (reset|clean)"
decision = "deny"
priority = 150

[[rule]]
toolName = "write_file"
decision = "deny"
priority = 5

[[rule]]
toolName = ["write_file", "replace"]
decision = "allow"
priority = 50

[[rule]]
toolName = "*"
mcpName = "files"
decision = "allow"
priority = 50

[[rule]]
toolName = "delete"
mcpName = "files"
decision = "deny"
priority = 60

[[rule]]
toolName = "mcp_*"
decision = "ask_user"
priority = 1

[[rule]]
toolName = "glob"
decision = "deny"
priority = 999
modes = ["plan"]

[[rule]]
toolName = "web_fetch"
decision = "deny"
priority = 7
interactive = false
`
	l := only(t, "home/me/.gemini/policies/a.toml", text)
	decisions{
		{shell("ls"), leastagency.Ask},
		{shell("git status"), leastagency.Allow},
		{shell("git"), leastagency.Allow},
		{shell("gitk"), leastagency.Ask}, // a prefix ends at a word
		{shell("npm run build"), leastagency.Allow},
		{shell("npm install"), leastagency.Ask},
		{shell("git push origin"), leastagency.Deny},
		{shell("git reset --hard"), leastagency.Deny},
		{shell("git clean"), leastagency.Deny},
		{shell("echo git clean"), leastagency.Ask}, // an expression starts with the command
		{own(leastagency.ActionWrite, "write_file"), leastagency.Allow},
		{own(leastagency.ActionWrite, "replace"), leastagency.Allow},
		{server("files", "read"), leastagency.Allow},
		{server("files", "delete"), leastagency.Deny},
		{server("other", "read"), leastagency.Ask},
		{own(leastagency.ActionRead, "glob"), leastagency.DecisionUnknown},
		{leastagency.Action{Kind: leastagency.ActionFetch, Pattern: "a.example"}, leastagency.DecisionUnknown},
	}.check(t, l)
	for path, want := range map[string]leastagency.Decision{".gemini/policies/a.toml": leastagency.DecisionUnknown, "etc/gemini-cli/policies/a.toml": leastagency.Deny} {
		if got := layertest.Decide(only(t, path, text), shell("git push")); got != want {
			t.Errorf("%s: decision %d, want %d", path, got, want)
		}
	}
	if a, b := only(t, "etc/gemini-cli/policies/a.toml", text).Rules[0], l.Rules[0]; a.Priority <= 4999 || b.Priority != 4010 {
		t.Errorf("priorities %d and %d: the administrator's must be above every one of the user's", a.Priority, b.Priority)
	}
}

// TestPermissions holds what Qwen Code's rules decide: the strictest counts, and a command without a
// wildcard is a beginning.
func TestPermissions(t *testing.T) {
	l := only(t, ".qwen/settings.json", `{"permissions": {
		"allow": ["Bash(git)", "Bash(npm run *)", "Bash(make*)", "Bash(* --help)", "Read(/src/**)", "Edit", "WebFetch(domain:example.org)", "mcp__files__read_*", "mcp__db", "run_shell_command(ls:*)", "Agent(review)"],
		"ask": ["Bash(git push)", "Write(./docs/**)"],
		"deny": ["Bash(git push --force)", "Read(.env)", "mcp__db__drop", "Bash (rm)"]
	}}`)
	if l.Order != leastagency.Strictest {
		t.Errorf("order %d", l.Order)
	}
	path := func(kind leastagency.ActionKind, name, p string) leastagency.Action {
		return leastagency.Action{Kind: kind, Name: name, Pattern: p}
	}
	fetch := func(host string) leastagency.Action {
		return leastagency.Action{Kind: leastagency.ActionFetch, Pattern: host}
	}
	decisions{
		{shell("git status"), leastagency.Allow},
		{shell("gitk"), leastagency.DecisionUnknown},
		{shell("git push"), leastagency.Ask},
		{shell("git push --force"), leastagency.Deny},
		{shell("npm run build"), leastagency.Allow},
		{shell("npm run"), leastagency.Allow},
		{shell("npm install"), leastagency.DecisionUnknown},
		{shell("makefile"), leastagency.Allow},
		{shell("go --help"), leastagency.Allow},
		{shell("ls -l"), leastagency.Allow},
		{shell("rm x"), leastagency.Deny},
		{path(leastagency.ActionRead, "read_file", "src/a/b.go"), leastagency.Allow},
		{path(leastagency.ActionRead, "glob", "src/a"), leastagency.Allow}, // Read means every tool that reads
		{path(leastagency.ActionRead, "read_file", "lib/a"), leastagency.DecisionUnknown},
		{path(leastagency.ActionRead, "read_file", ".env"), leastagency.Deny},
		{path(leastagency.ActionWrite, "write_file", "a"), leastagency.Allow},
		{path(leastagency.ActionWrite, "write_file", "docs/a"), leastagency.Ask},
		{path(leastagency.ActionWrite, "replace", "docs/a"), leastagency.Allow}, // Write means write_file alone
		{fetch("example.org"), leastagency.Allow},
		{fetch("docs.example.org"), leastagency.Allow},
		{fetch("badexample.org"), leastagency.DecisionUnknown},
		{server("files", "read_all"), leastagency.Allow},
		{server("files", "write"), leastagency.DecisionUnknown},
		{server("db", "select"), leastagency.Allow},
		{server("db", "drop"), leastagency.Deny},
		{leastagency.Action{Kind: leastagency.ActionSpawn, Pattern: "review"}, leastagency.Allow},
		{leastagency.Action{Kind: leastagency.ActionSpawn, Pattern: "build"}, leastagency.DecisionUnknown},
	}.check(t, l)
}
