package effect

import (
	"strings"
	"testing"

	"github.com/leastagency/leastagency"
)

func TestMatches(t *testing.T) {
	for _, row := range []struct {
		pattern, file string
		want          bool
	}{
		{".env", ".env", true},
		{".env", "a/b/.env", true},
		{"./.env", "a/.env", false},
		{"**/.env", "a/.env", true},
		{"src/**", "src/a.go", true},
		{"src/**", "lib/src/a.go", false},
		{"src", "src/deep/a.go", true},
		{"src/*.go", "src/deep/a.go", false},
		{"~/**", "~/.ssh/id_rsa", true},
		{"~", "~/.ssh/id_rsa", true},
		{"~/.aws", "~/.ssh/id_rsa", false},
		{"//**", "~/.ssh/id_rsa", true},
		{"//**/.env", ".env", true},
		{"//home/me/**", "~/.ssh/id_rsa", true},
		{"//Users/**", "~/.ssh/id_rsa", true},
		{"//tmp/**", "~/.ssh/id_rsa", false},
		{"//etc/**", "//etc/shadow", true},
		{"src/**", "~/.ssh/id_rsa", false},
		{"[", "a", false},
		{strings.Repeat("**/", 60) + "x", "a/b/c", false},
		{strings.Repeat("a/", 100), "a", false},
	} {
		if got := Matches(row.pattern, row.file); got != row.want {
			t.Errorf("Matches(%q, %q) = %v", row.pattern, row.file, got)
		}
	}
}

func TestOf(t *testing.T) {
	protected := []string{".claude/settings.json", ".mcp.json", ".git/hooks/pre-commit", ".vscode/tasks.json", "CLAUDE.md"}
	for _, row := range []struct {
		action    leastagency.Action
		protected []string
		can       leastagency.Capability
		want      bool
	}{
		{leastagency.Action{Kind: leastagency.ActionShell}, nil, leastagency.Execute, true},
		{leastagency.Action{Kind: leastagency.ActionShell, Pattern: "ls"}, nil, leastagency.Execute, false},
		{leastagency.Action{Kind: leastagency.ActionRead, Pattern: "src/**"}, nil, leastagency.ReadSecret, false},
		{leastagency.Action{Kind: leastagency.ActionRead, Pattern: "**/.env"}, nil, leastagency.ReadSecret, true},
		{leastagency.Action{Kind: leastagency.ActionWrite, Pattern: ".claude/**"}, nil, leastagency.Configure, true},
		{leastagency.Action{Kind: leastagency.ActionWrite, Pattern: ".claude/settings.json"}, protected, leastagency.Configure, false},
		{leastagency.Action{Kind: leastagency.ActionWrite, Pattern: "*.md"}, protected, leastagency.Remember, true},
		{leastagency.Action{Kind: leastagency.ActionWrite, Pattern: "./CLAUDE.md"}, protected, leastagency.Remember, false},
		{leastagency.Action{Kind: leastagency.ActionFetch}, nil, leastagency.Send, true},
		{leastagency.Action{Kind: leastagency.ActionSearch}, nil, leastagency.Send, false},
		{leastagency.Action{Kind: leastagency.ActionSpawn}, nil, leastagency.Spawn, true},
		{leastagency.Action{Kind: leastagency.ActionAny}, nil, leastagency.Execute, true},
		{leastagency.Action{Kind: leastagency.ActionServer, Server: "x"}, nil, leastagency.Execute, false},
	} {
		if got := leastagency.Has(Of(row.action, row.protected...), row.can); got != row.want {
			t.Errorf("%+v: has capability %d = %v", row.action, row.can, got)
		}
	}
}
