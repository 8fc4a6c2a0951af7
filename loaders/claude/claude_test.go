package claude

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

// known is what the tests of loaders know of the world.
var known = layertest.Known

// read loads a tree.
func read(t testing.TB, fsys fs.FS) *leastagency.System {
	t.Helper()
	return layertest.Read(t, Loader(), fsys)
}

// readOne loads a tree of one file and returns its layer.
func readOne(t testing.TB, path, text string) (*leastagency.Layer, []*leastagency.Problem) {
	t.Helper()
	sys := read(t, fstest.MapFS{path: {Data: []byte(text)}})
	if len(sys.Layers) != 1 {
		t.Fatalf("%s: %d layers, want 1; problems %s", path, len(sys.Layers), problems(sys.Problems))
	}
	return sys.Layers[0], sys.Problems
}

func problems(list []*leastagency.Problem) string {
	return layertest.String(&leastagency.System{Problems: list})
}

func TestFiles(t *testing.T) { layertest.Files(t, Loader()) }

func TestPlaces(t *testing.T) {
	for _, row := range []struct {
		path  string
		kind  kind
		scope leastagency.Scope
		root  string
	}{
		{".claude/settings.json", kindSettings, leastagency.ScopeProject, "."},
		{"app/.claude/settings.json", kindSettings, leastagency.ScopeProject, "app"},
		{".claude/settings.local.json", kindSettings, leastagency.ScopeLocal, "."},
		{".claude/settings.json.bak", kindNone, 0, ""},
		{".claude/sub/settings.json", kindNone, 0, ""},
		{"home/me/.claude/settings.json", kindSettings, leastagency.ScopeUser, "home/me"},
		{"home/me/.claude/settings.local.json", kindSettings, leastagency.ScopeLocal, "home/me"},
		{"dot_claude/settings.json", kindSettings, leastagency.ScopeUser, "."},
		{"private_dot_claude/agents/a.md", kindAgent, leastagency.ScopeUser, "."},
		{"dotfiles/ai/.claude/settings.json", kindSettings, leastagency.ScopeUser, "dotfiles/ai"},
		{"claude/.claude/settings.json", kindSettings, leastagency.ScopeUser, "claude"},
		{"config/claude/agents/a.md", kindAgent, leastagency.ScopeUser, "."},
		{".config/claude/settings.json", kindSettings, leastagency.ScopeUser, "."},
		{"src/claude/settings.json", kindPluginSettings, leastagency.ScopePlugin, "src/claude"},
		{"etc/claude-code/managed-settings.json", kindSettings, leastagency.ScopeManaged, "."},
		{"image/etc/claude-code/managed-settings.d/10-base.json", kindSettings, leastagency.ScopeManaged, "image"},
		{"Library/Application Support/ClaudeCode/managed-settings.json", kindSettings, leastagency.ScopeManaged, "."},
		{"etc/claude-code/CLAUDE.md", kindMemory, leastagency.ScopeManaged, "."},
		{"etc/claude-code/notes.json", kindNone, leastagency.ScopeManaged, "."},
		{".claude/agents/deep/er/a.md", kindAgent, leastagency.ScopeProject, "."},
		{".claude/commands/db/migrate.md", kindCommand, leastagency.ScopeProject, "."},
		{".claude/skills/deploy/SKILL.md", kindSkill, leastagency.ScopeProject, "."},
		{".claude/rules/go/style.md", kindRule, leastagency.ScopeProject, "."},
		{".claude/output-styles/brief.md", kindStyle, leastagency.ScopeProject, "."},
		{".claude/agent-memory/reviewer/MEMORY.md", kindMemory, leastagency.ScopeProject, "."},
		{".claude/launch.json", kindLaunch, leastagency.ScopeProject, "."},
		{"CLAUDE.md", kindMemory, leastagency.ScopeProject, "."},
		{"app/CLAUDE.local.md", kindMemory, leastagency.ScopeLocal, "app"},
		{".claude/CLAUDE.md", kindMemory, leastagency.ScopeProject, "."},
		{"home/me/.claude/CLAUDE.md", kindMemory, leastagency.ScopeUser, "home/me"},
		{"home/me/.claude.json", kindState, leastagency.ScopeUser, "home/me"},
		{"p/.claude-plugin/plugin.json", kindPlugin, leastagency.ScopePlugin, "p"},
		{".claude-plugin/marketplace.json", kindMarket, leastagency.ScopePlugin, "."},
		{"p/hooks/hooks.json", kindHooks, leastagency.ScopePlugin, "p"},
		{".cursor/hooks/hooks.json", kindNone, 0, ""},
		{"p/.lsp.json", kindServers, leastagency.ScopePlugin, "p"},
		{"p/monitors/monitors.json", kindMonitors, leastagency.ScopePlugin, "p"},
		{"p/agents/a.md", kindAgent, leastagency.ScopeUnknown, "p"},
		{"p/agents/README.md", kindNone, 0, ""},
		{"agents/a.agent.md", kindNone, 0, ""},
		{".opencode/commands/a.md", kindNone, 0, ""},
		{".gemini/skills/a/SKILL.md", kindSkill, leastagency.ScopeUnknown, ".gemini"},
		{"README.md", kindNone, 0, ""},
		{"settings.json", kindNone, 0, ""},
		{"", kindNone, 0, ""},
	} {
		got := placeOf(row.path)
		if got.kind != row.kind || row.kind != kindNone && (got.scope != row.scope || got.root != row.root) {
			t.Errorf("%q: kind %d scope %s root %q, want kind %d scope %s root %q", row.path, got.kind, got.scope, got.root, row.kind, row.scope, row.root)
		}
	}
}

// TestStrangers holds that files of other formats give nothing at all.
func TestStrangers(t *testing.T) {
	for path, text := range map[string]string{
		"docs/agents/routing.md":            "---\ntitle: Routing\ndescription: How requests find agents\n---\nText.\n",
		"agents/essay.md":                   "# Agents\n\nAn essay.\n",
		".claude/agents/README.md":          "# Our agents\n",
		".claude/agents/nameless.md":        "---\ndescription: has no name\n---\nBody\n",
		"hooks/hooks.json":                  `{"version": 1, "hooks": {"preToolUse": [{"type": "command", "bash": "x.sh"}]}}`,
		"ext/hooks/hooks.json":              `{"hooks": {"SessionStart": [{"hooks": [{"type": "command", "command": "node ${extensionPath}/x.js"}]}]}}`,
		"ui/hooks/hooks.json":               `[{"name": "useState"}]`,
		"app/settings.json":                 `{"permissions": {"allow": ["Bash"]}}`,
		"x/.claude-plugin/plugin.json":      `{"description": "no name"}`,
		"x/.claude-plugin/marketplace.json": `{"agents": [{"name": "a"}]}`,
		"home/me/.claude.json":              `{"theme": "dark"}`,
		".lsp.json":                         `{"a": 1}`,
		"monitors/monitors.json":            `{"grafana": []}`,
		"docs/commands/build.md":            "---\ntitle: build\n---\nRuns the build.\n",
		"CLAUDE.md":                         " \n",
		"skills/x/SKILL.md":                 "# A page without a head\n",
	} {
		sys := read(t, fstest.MapFS{path: {Data: []byte(text)}})
		if len(sys.Layers) > 0 || len(sys.Problems) > 0 {
			t.Errorf("%s gives\n%s", path, layertest.String(sys))
		}
	}
}
