package gemini

import (
	"testing"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

func TestFiles(t *testing.T) { layertest.Files(t, Loader()) }

func TestPlaces(t *testing.T) {
	for _, row := range []struct {
		path    string
		product string
		kind    kind
		scope   leastagency.Scope
		root    string
		name    string
	}{
		{".gemini/settings.json", "gemini", kindSettings, leastagency.ScopeProject, ".", ""},
		{"app/.qwen/settings.json", "qwen", kindSettings, leastagency.ScopeProject, "app", ""},
		{"home/me/.gemini/settings.json", "gemini", kindSettings, leastagency.ScopeUser, "home/me", ""},
		{"dot_gemini/settings.json", "gemini", kindSettings, leastagency.ScopeUser, ".", ""},
		{"etc/gemini-cli/settings.json", "gemini", kindSettings, leastagency.ScopeManaged, ".", ""},
		{"image/etc/qwen-code/settings.json", "qwen", kindSettings, leastagency.ScopeManaged, "image", ""},
		{"etc/gemini-cli/system-defaults.json", "gemini", kindSettings, leastagency.ScopePlugin, ".", ""},
		{"Library/Application Support/GeminiCli/policies/a.toml", "gemini", kindPolicy, leastagency.ScopeManaged, ".", "a"},
		{".gemini/policies/a.toml", "gemini", kindPolicy, leastagency.ScopeProject, ".", "a"},
		{"home/me/.gemini/policies/a.toml", "gemini", kindPolicy, leastagency.ScopeUser, "home/me", "a"},
		{"home/me/.gemini/trustedFolders.json", "gemini", kindTrust, leastagency.ScopeUser, "home/me", ""},
		{".gemini/trustedFolders.json", "", kindNone, 0, "", ""},
		{".gemini/commands/git/commit.toml", "gemini", kindCommand, leastagency.ScopeProject, ".", "git/commit"},
		{".qwen/commands/x.md", "qwen", kindCommand, leastagency.ScopeProject, ".", "x"},
		{".gemini/agents/review.md", "gemini", kindAgent, leastagency.ScopeProject, ".", "review"},
		{".gemini/.env", "gemini", kindVariables, leastagency.ScopeProject, ".", ""},
		{"GEMINI.md", "gemini", kindMemory, leastagency.ScopeProject, ".", ""},
		{"app/QWEN.md", "qwen", kindMemory, leastagency.ScopeProject, "app", ""},
		{"home/me/.gemini/GEMINI.md", "gemini", kindMemory, leastagency.ScopeUser, "home/me", ""},
		{"gemini-extension.json", "gemini", kindExtension, leastagency.ScopePlugin, ".", ""},
		{"x/qwen-extension.json", "qwen", kindExtension, leastagency.ScopePlugin, "x", ""},
		{"x/hooks/hooks.json", "gemini", kindHooks, leastagency.ScopePlugin, "x", ""},
		{"x/commands/a/b.toml", "gemini", kindCommand, leastagency.ScopePlugin, "x", "a/b"},
		{".gemini/extensions/e/commands/a.toml", "gemini", kindCommand, leastagency.ScopePlugin, ".gemini/extensions/e", "a"},
		{".gemini/extensions/e/gemini-extension.json", "gemini", kindExtension, leastagency.ScopePlugin, ".gemini/extensions/e", ""},
		{"x/commands/a.md", "", kindNone, 0, "", ""},
		{"settings.json", "", kindNone, 0, "", ""},
		{".gemini/skills/a/SKILL.md", "", kindNone, 0, "", ""},
		{".gemini/settings.json.bak", "", kindNone, 0, "", ""},
		{"", "", kindNone, 0, "", ""},
	} {
		p, got := placeOf(row.path)
		id := ""
		if p != nil {
			id = p.id
		}
		if id != row.product || got.kind != row.kind || row.kind != kindNone && (got.scope != row.scope || got.root != row.root || got.name != row.name) {
			t.Errorf("%q: %s %+v, want %+v", row.path, id, got, row)
		}
	}
}
