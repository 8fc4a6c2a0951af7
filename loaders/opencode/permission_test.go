package opencode

import (
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

// TestDecisions holds what the product decides: the last matching rule counts, "*" stands for any text,
// and the tools that change files ask under one name.
func TestDecisions(t *testing.T) {
	const text = `{
		"tools": {"websearch": false, "write": true},
		"permission": {
			"*": "ask",
			"bash": {"*": "ask", "git *": "allow", "git push *": "deny", "npm test": "allow", "make*": "allow", "rm -rf *": "deny"},
			"read": {"*": "allow", "*.env": "deny", "secrets/*": "deny", "secrets/public/*": "allow"},
			"glob": "allow",
			"edit": {"src/*": "allow", "src/gen/*": "deny", "~/notes/*": "ask"},
			"webfetch": {"*": "deny", "https://docs.example.org/*": "allow"},
			"web*": "deny",
			"task": {"*": "deny", "review": "allow"},
			"files_*": "allow",
			"files_delete": "deny",
			"write": "deny"
		},
		"mcp": {"files": {"type": "local", "command": ["files"]}}
	}`
	sys := layertest.Read(t, Loader(), fstest.MapFS{"opencode.json": {Data: []byte(text)}})
	l := sys.Layers[0]
	if l.Order != leastagency.LastMatch || l.Absent != leastagency.ModeBypass || l.Mode.V != leastagency.ModeAsk {
		t.Errorf("order %d, absent %d, mode %d", l.Order, l.Absent, l.Mode.V)
	}
	shell := func(line string) leastagency.Action {
		return leastagency.Action{Kind: leastagency.ActionShell, Pattern: line}
	}
	read := func(path string) leastagency.Action {
		return leastagency.Action{Kind: leastagency.ActionRead, Name: "read", Pattern: path}
	}
	edit := func(path string) leastagency.Action {
		return leastagency.Action{Kind: leastagency.ActionWrite, Pattern: path}
	}
	fetch := leastagency.Action{Kind: leastagency.ActionFetch, Pattern: "docs.example.org"}
	server := func(tool string) leastagency.Action {
		return leastagency.Action{Kind: leastagency.ActionServer, Server: "files", Tool: tool}
	}
	for _, row := range []struct {
		call leastagency.Action
		want leastagency.Decision
	}{
		{shell("git status"), leastagency.Allow},
		{shell("git"), leastagency.Allow}, // a space and a star behind the last word may be missing
		{shell("git push origin"), leastagency.Deny},
		{shell("git push"), leastagency.Deny},
		{shell("gitk"), leastagency.Ask},
		{shell("npm test"), leastagency.Allow},
		{shell("npm test --watch"), leastagency.Ask}, // without a star the whole line is meant
		{shell("makeshift"), leastagency.Allow},
		{shell("rm -rf /"), leastagency.Deny},
		{shell("curl x"), leastagency.Ask},
		{read("main.go"), leastagency.Allow},
		{read(".env"), leastagency.Deny},
		{read("app/.env"), leastagency.Deny},
		{read("secrets/deep/key"), leastagency.Deny}, // a star crosses folders
		{read("secrets/public/deep/key"), leastagency.Allow},
		{leastagency.Action{Kind: leastagency.ActionRead, Name: "glob", Pattern: "secrets/key"}, leastagency.Allow},
		{leastagency.Action{Kind: leastagency.ActionRead, Name: "grep", Pattern: "main.go"}, leastagency.Ask},
		{edit("src/a/b.go"), leastagency.Allow},
		{edit("src/gen/b.go"), leastagency.Deny},
		{edit("README.md"), leastagency.Ask}, // "*" stands behind what "tools" turned on; "write" is never asked for
		{edit("~/notes/a"), leastagency.Ask},
		{fetch, leastagency.Deny}, // "web*" comes last
		{leastagency.Action{Kind: leastagency.ActionSearch, Name: "websearch"}, leastagency.Deny},
		{leastagency.Action{Kind: leastagency.ActionSpawn, Pattern: "review"}, leastagency.Allow},
		{leastagency.Action{Kind: leastagency.ActionSpawn, Pattern: "build"}, leastagency.Deny},
		{server("read"), leastagency.Allow},
		{server("delete"), leastagency.Deny},
		{leastagency.Action{Kind: leastagency.ActionServer, Server: "other", Tool: "x"}, leastagency.Ask},
	} {
		if got := layertest.Decide(l, row.call); got != row.want {
			t.Errorf("%+v: decision %d, want %d", row.call, got, row.want)
		}
	}
}

func TestIgnored(t *testing.T) {
	for pattern, want := range map[string]string{
		"*.env": "*.env", "src/*": "src/**", "src/*.ts": "src/**/*.ts", "**/*.ts": "**/*.ts", "src/**/x": "src/**/x", "$HOME/x/*": "~/x/**", "~/x": "~/x",
		"/etc/*": "//etc/**", "a/b": "a/b", "*": "**", "": "",
	} {
		if got := ignored(pattern); got != want {
			t.Errorf("ignored(%q) = %q, want %q", pattern, got, want)
		}
	}
}

func TestGlob(t *testing.T) {
	for _, row := range []struct {
		pattern, name string
		want          bool
	}{{"*", "", true}, {"a*c", "abbc", true}, {"a*c", "abb", false}, {"a?c", "abc", true}, {"web*", "webfetch", true}, {"", "a", false}, {"**b", "aab", true}, {"*a*b*", "xxaxxbxx", true}} {
		if got := glob(row.pattern, row.name); got != row.want {
			t.Errorf("glob(%q, %q) = %v", row.pattern, row.name, got)
		}
	}
}
