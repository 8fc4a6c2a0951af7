package opencode

import (
	"testing"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

func TestFiles(t *testing.T) { layertest.Files(t, Loader()) }

func TestPlaces(t *testing.T) {
	for _, row := range []struct {
		path  string
		kind  kind
		scope leastagency.Scope
		root  string
		name  string
	}{
		{"opencode.json", kindConfig, leastagency.ScopeProject, ".", ""},
		{"opencode.jsonc", kindConfig, leastagency.ScopeProject, ".", ""},
		{"app/opencode.json", kindConfig, leastagency.ScopeProject, "app", ""},
		{"opencode.example.json", kindConfig, leastagency.ScopeProject, ".", ""},
		{"opencode.json.example", kindConfig, leastagency.ScopeProject, ".", ""},
		{".opencode/opencode.json", kindConfig, leastagency.ScopeProject, ".", ""},
		{"app/.opencode/opencode.jsonc", kindConfig, leastagency.ScopeProject, "app", ""},
		{"home/me/.config/opencode/opencode.json", kindConfig, leastagency.ScopeUser, "home/me", ""},
		{".config/opencode/config.json", kindConfig, leastagency.ScopeUser, ".", ""},
		{"dotfiles/.opencode/opencode.json", kindConfig, leastagency.ScopeUser, "dotfiles", ""},
		{"home/me/.opencode/opencode.json", kindConfig, leastagency.ScopeUser, "home/me", ""},
		{"etc/opencode/opencode.json", kindConfig, leastagency.ScopeManaged, ".", ""},
		{"Library/Application Support/opencode/opencode.json", kindConfig, leastagency.ScopeManaged, ".", ""},
		{"config.json", kindNone, 0, "", ""},
		{"opencode/package.json", kindNone, 0, "", ""},
		{".opencode/agents/review.md", kindAgent, leastagency.ScopeProject, ".", "review"},
		{".opencode/agent/team/review.md", kindAgent, leastagency.ScopeProject, ".", "team/review"},
		{".config/opencode/agents/review.md", kindAgent, leastagency.ScopeUser, ".", "review"},
		{".opencode/modes/careful.md", kindAgent, leastagency.ScopeProject, ".", "careful"},
		{".opencode/commands/git/commit.md", kindCommand, leastagency.ScopeProject, ".", "git/commit"},
		{".opencode/plugins/guard.ts", kindCode, leastagency.ScopeProject, ".", "guard"},
		{".opencode/plugin/lib/util.ts", kindNone, 0, "", ""},
		{".opencode/tool/deploy.js", kindCode, leastagency.ScopeProject, ".", "deploy"},
		{".opencode/agents/notes.txt", kindNone, 0, "", ""},
		{"agents/review.md", kindNone, 0, "", ""},
		{"src/opencode/agents/review.md", kindNone, 0, "", ""},
		{"", kindNone, 0, "", ""},
	} {
		got := placeOf(row.path)
		if got.kind != row.kind || row.kind != kindNone && (got.scope != row.scope || got.root != row.root || got.name != row.name) {
			t.Errorf("%q: %+v, want %+v", row.path, got, row)
		}
	}
}
