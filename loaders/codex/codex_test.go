package codex

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

func TestFiles(t *testing.T) { layertest.Files(t, Loader()) }

// read loads a tree of one file.
func read(t testing.TB, path, text string) *leastagency.System {
	t.Helper()
	return layertest.Read(t, Loader(), fstest.MapFS{path: {Data: []byte(text)}})
}

func TestPlaces(t *testing.T) {
	for _, row := range []struct {
		path  string
		kind  kind
		scope leastagency.Scope
		root  string
	}{
		{".codex/config.toml", kindConfig, leastagency.ScopeProject, "."},
		{"app/.codex/config.toml", kindConfig, leastagency.ScopeProject, "app"},
		{".codex/config.toml.example", kindConfig, leastagency.ScopeProject, "."},
		{".codex/config.example.toml", kindConfig, leastagency.ScopeProject, "."},
		{"home/me/.codex/config.toml", kindConfig, leastagency.ScopeUser, "home/me"},
		{"home/me/.codex/review.config.toml", kindProfile, leastagency.ScopeUser, "home/me"},
		{".codex/review.config.toml", kindNone, leastagency.ScopeProject, "."},
		{"dot_codex/config.toml", kindConfig, leastagency.ScopeUser, "."},
		{"config/codex/hooks.json", kindHooks, leastagency.ScopeUser, "."},
		{"codex/.codex/config.toml", kindConfig, leastagency.ScopeUser, "codex"},
		{"codex/config.toml", kindNone, 0, ""},
		{".codex/hooks.json", kindHooks, leastagency.ScopeProject, "."},
		{".codex/hooks/config.toml", kindNone, leastagency.ScopeProject, "."},
		{".codex/rules/default.rules", kindRules, leastagency.ScopeProject, "."},
		{".codex/agents/reviewer.toml", kindRole, leastagency.ScopeProject, "."},
		{"etc/codex/config.toml", kindConfig, leastagency.ScopeUser, "."},
		{"image/etc/codex/requirements.toml", kindRequirements, leastagency.ScopeManaged, "image"},
		{"etc/codex/managed_config.toml", kindConfig, leastagency.ScopeManaged, "."},
		{"ProgramData/OpenAI/Codex/requirements.toml", kindRequirements, leastagency.ScopeManaged, "."},
		{".codex/requirements.toml", kindNone, leastagency.ScopeProject, "."},
		{"requirements.toml", kindNone, 0, ""},
		{"plugins/a/.codex-plugin/plugin.json", kindPlugin, leastagency.ScopePlugin, "plugins/a"},
		{".codex/auth.json", kindNone, leastagency.ScopeProject, "."},
		{"src/config.toml", kindNone, 0, ""},
	} {
		if got := placeOf(row.path); got.kind != row.kind || got.kind != kindNone && (got.scope != row.scope || got.root != row.root) {
			t.Errorf("%s: kind %d scope %d root %q, want %d %d %q", row.path, got.kind, got.scope, got.root, row.kind, row.scope, row.root)
		}
	}
}

// TestHostile: broken, huge and deep files give problems, and neither panic nor stall.
func TestHostile(t *testing.T) {
	for name, row := range map[string]struct{ path, text string }{
		"broken toml":     {".codex/config.toml", "sandbox_mode = \"read-only\"\n[permissions\n"},
		"wrong kinds":     {".codex/config.toml", "approval_policy = 3\nsandbox_mode = [1]\n[permissions]\nallow = [\"Bash\"]\n"},
		"not utf-8":       {".codex/config.toml", "developer_instructions = \"\xff\"\n"},
		"broken json":     {".codex/hooks.json", `{"hooks": {"PreToolUse": [`},
		"broken starlark": {".codex/rules/a.rules", "prefix_rule(pattern=[\"git\"])\nprefix_rule(pattern=[\"rm\"\n"},
		"deep starlark":   {".codex/rules/a.rules", "prefix_rule(pattern=" + strings.Repeat("[", 5000) + ")"},
		"binary starlark": {".codex/rules/a.rules", "\x00\xff\xfe prefix_rule"},
		"computed":        {".codex/rules/a.rules", "prefix_rule(pattern=[x], decision=\"forbidden\")\n"},
		"many words":      {".codex/rules/a.rules", "prefix_rule(pattern=[" + strings.Repeat(`["a","b"],`, 12) + "])"},
	} {
		sys := read(t, row.path, row.text)
		if len(sys.Problems) == 0 {
			t.Errorf("%s: no problem", name)
		}
	}
	many := read(t, ".codex/rules/a.rules", strings.Repeat("prefix_rule(pattern=[\"ls\"])\n", maxRules+5))
	if len(many.Layers[0].Rules) != maxRules || len(many.Problems) != 1 {
		t.Errorf("%d rules and %d problems", len(many.Layers[0].Rules), len(many.Problems))
	}
	loop := read(t, "home/me/.codex/config.toml", "default_permissions = \"a\"\n[permissions.a]\nextends = \"b\"\n[permissions.b]\nextends = \"a\"\n")
	if s := loop.Layers[0].Sandbox; s == nil || !leastagency.Is(s.Enabled, true) {
		t.Error("profiles that extend each other are no sandbox")
	}
	kept := read(t, ".codex/rules/a.rules", "prefix_rule(pattern=[\"git\", \"push\"], decision=\"forbidden\")\nprefix_rule(pattern=[\"rm\"\n")
	if len(kept.Layers[0].Rules) != 1 {
		t.Errorf("%d rules before the break, want 1", len(kept.Layers[0].Rules))
	}
}

// FuzzLoad reads arbitrary bytes as every kind of file.
func FuzzLoad(f *testing.F) {
	for _, s := range []string{
		"approval_policy = \"never\"\nsandbox_mode = \"danger-full-access\"\n[mcp_servers.a]\ncommand = \"npx\"\nenv_vars = [\"A\", {name = \"B\"}]\n",
		"default_permissions = \"x\"\n[permissions.x.filesystem]\n\":workspace_roots\" = {\".\" = \"write\", \".env\" = \"deny\"}\n[permissions.x.network]\nenabled = true\n",
		`{"hooks": {"PreToolUse": [{"matcher": "^Bash$", "hooks": [{"type": "command", "command": "python3 .codex/hooks/x.py || true"}]}]}}`,
		"prefix_rule(pattern=[\"git\", [\"push\", \"fetch\"]], decision=\"prompt\")\nhost_executable(name=\"git\")\nx = [1]\n",
		`{"name": "a", "mcpServers": {"b": {"command": "c"}}, "hooks": ["./x.json"]}`,
		"[rules]\nprefix_rules = [{pattern = [{token = \"rm\"}, {any_of = [\"-r\"]}], decision = \"forbidden\"}]\n",
		"[agents.a]\nconfig_file = \"../../x.toml\"\n", "\xef\xbb\xbf", "(((((", "é = \"ü\"\nprefix_rule(pattern=[\"é\", \"ü\"])",
	} {
		f.Add([]byte(s))
	}
	paths := []string{".codex/config.toml", "home/a/.codex/config.toml", "home/a/.codex/p.config.toml", ".codex/agents/a.toml", ".codex/hooks.json",
		".codex/rules/a.rules", "etc/codex/requirements.toml", "etc/codex/managed_config.toml", "p/.codex-plugin/plugin.json"}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, p := range paths {
			sys := &leastagency.System{Knowledge: layertest.Known}
			load(leastagency.NewFile(p, data), sys)
			for _, l := range sys.Layers {
				layertest.Check(t, l)
			}
			for _, problem := range sys.Problems {
				if problem.At.IsZero() || problem.Text == "" {
					t.Errorf("%s: problem without a place or a text: %+v", p, problem)
				}
			}
		}
	})
}
