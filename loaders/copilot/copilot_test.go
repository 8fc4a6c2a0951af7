package copilot

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

func TestFiles(t *testing.T) { layertest.Files(t, Loader()) }

func TestPlaces(t *testing.T) {
	project, user := leastagency.ScopeProject, leastagency.ScopeUser
	for _, row := range []struct {
		path string
		want place
	}{
		{".github/copilot-instructions.md", place{kindInstructions, project, ".", false}},
		{"app/.github/instructions/a/b.instructions.md", place{kindInstructions, project, "app", false}},
		{"instructions/b.instructions.md", place{kindInstructions, project, "instructions", true}},
		{".github/agents/a.md", place{kindAgent, project, ".", false}},
		{".github/agents/README.md", place{kind: kindNone, scope: project, root: "."}},
		{"agents/a.agent.md", place{kindAgent, project, "agents", true}},
		{"agents/a.md", place{kind: kindNone, scope: project, root: "agents", loose: true}},
		{".github/chatmodes/a.chatmode.md", place{kindAgent, project, ".", false}},
		{".github/prompts/a.prompt.md", place{kindPrompt, project, ".", false}},
		{".github/hooks/a.json", place{kindHooks, project, ".", false}},
		{".github/hooks/deep/a.json", place{kind: kindNone, scope: project, root: "."}},
		{".github/hooks/deep/hooks.json", place{kindLooseHooks, leastagency.ScopePlugin, ".github/hooks/deep", true}},
		{"p/hooks/hooks.json", place{kindLooseHooks, leastagency.ScopePlugin, "p", true}},
		{".cursor/hooks.json", place{}},
		{".claude/agents/a.agent.md", place{}},
		{".github/copilot/settings.json", place{kindRepository, project, ".", false}},
		{".github/copilot/settings.local.json", place{kindRepository, leastagency.ScopeLocal, ".", false}},
		{".github/workflows/copilot-setup-steps.yml", place{kindSetup, project, ".", false}},
		{".github/workflows/ci.yml", place{kind: kindNone, scope: project, root: "."}},
		{"home/me/.copilot/settings.json", place{kindUser, user, "home/me", false}},
		{"home/me/.copilot/hooks/a.json", place{kindHooks, user, "home/me", false}},
		{"home/me/.copilot/mcp-config.json", place{kind: kindNone, scope: user, root: "home/me"}},
		{"etc/github-copilot/managed-settings.json", place{kindManaged, leastagency.ScopeManaged, ".", false}},
		{"etc/github-copilot/policy.d/a.json", place{kindHooks, leastagency.ScopeManaged, ".", false}},
		{"etc/github-copilot/other.json", place{}},
	} {
		if got := placeOf(row.path); got != row.want {
			t.Errorf("%s: %+v, want %+v", row.path, got, row.want)
		}
	}
}

// TestRule asks what a rule of an administrator speaks of.
func TestRule(t *testing.T) {
	r := newReader(leastagency.NewFile("x", nil), &leastagency.System{Knowledge: layertest.Known}, place{})
	for _, row := range []struct {
		text    string
		kind    leastagency.ActionKind
		pattern string
		open    bool
		inert   bool
		can     leastagency.Capability
	}{
		{"Shell(git push *)", leastagency.ActionShell, "git push", true, false, leastagency.Send},
		{"Shell(git push)", leastagency.ActionShell, "git push", false, false, leastagency.Send},
		{"Bash(rm -rf *)", leastagency.ActionShell, "rm -rf", true, false, leastagency.Destroy},
		{"PowerShell(Get-Item *)", leastagency.ActionShell, "Get-Item", true, false, 0},
		{"Shell(*)", leastagency.ActionShell, "", false, false, leastagency.Execute},
		{"Read(~/.ssh/**)", leastagency.ActionRead, "~/.ssh/**", true, false, leastagency.ReadSecret},
		{"Read(/src/**)", leastagency.ActionRead, "./src/**", true, false, leastagency.ReadPrivate},
		{"Read(./.env)", leastagency.ActionRead, "./.env", false, false, leastagency.ReadSecret},
		{"Edit(//etc/**)", leastagency.ActionWrite, "//etc/**", true, false, leastagency.WriteFiles},
		{"Write(/.github/**)", leastagency.ActionWrite, "./.github/**", true, false, leastagency.Configure},
		{"Edit(**)", leastagency.ActionWrite, "**", true, false, leastagency.Remember},
		{"Domain(*.example.com)", leastagency.ActionFetch, "domain:*.example.com", true, false, leastagency.Send},
		{"Domain(api.GitHub.com)", leastagency.ActionFetch, "domain:api.github.com", false, false, leastagency.Send},
		{"Domain(https://a.example/x)", leastagency.ActionFetch, "domain:a.example", false, false, leastagency.ReadUntrusted},
		{"Domain(*)", leastagency.ActionFetch, "", false, false, leastagency.Send},
		{"Shell", 0, "", false, true, 0},
		{"Shell(ls", 0, "", false, true, 0},
		{"WebFetch(x)", 0, "", false, true, 0},
		{"shell(ls)", 0, "", false, true, 0},
		{"", 0, "", false, true, 0},
	} {
		rule := r.rule(&node.Node{Kind: node.String, Text: row.text}, leastagency.Deny)
		if rule.Action.Kind != row.kind || rule.Action.Pattern != row.pattern || rule.Action.Open != row.open || (rule.Inert != "") != row.inert {
			t.Errorf("%q: %+v, inert %q", row.text, rule.Action, rule.Inert)
		}
		if row.can != 0 && !leastagency.Has(rule.Effects, row.can) {
			t.Errorf("%q cannot %d: %+v", row.text, row.can, rule.Effects)
		}
	}
}

// TestMatchers asks which actions a hook sees.
func TestMatchers(t *testing.T) {
	for _, row := range []struct {
		event, matcher string
		all            bool
		matches        []leastagency.ActionKind
	}{
		{"preToolUse", "", true, nil},
		{"preToolUse", ".*", true, nil},
		{"preToolUse", "*", true, nil}, // no expression: the hook is skipped
		{"PreToolUse", "*", true, nil},
		{"preToolUse", "bash", false, []leastagency.ActionKind{leastagency.ActionShell}},
		{"preToolUse", "bash|edit", false, []leastagency.ActionKind{leastagency.ActionShell, leastagency.ActionWrite}},
		{"preToolUse", "Bash", false, nil},
		{"PreToolUse", "Bash", false, []leastagency.ActionKind{leastagency.ActionShell}},
		{"PreToolUse", "Edit|Write", false, []leastagency.ActionKind{leastagency.ActionWrite}},
		{"PreToolUse", "Web.*", false, []leastagency.ActionKind{leastagency.ActionFetch, leastagency.ActionSearch}},
		{"preToolUse", "ba", false, nil}, // the whole name must match
		{"sessionStart", "x", true, nil},
	} {
		r := newReader(nil, &leastagency.System{}, place{})
		h := &leastagency.Hook{Event: leastagency.ValueAt(row.event, leastagency.Span{}), Matcher: leastagency.ValueAt(row.matcher, leastagency.Span{}), All: true}
		skipped := r.match(h, findEvent(row.event))
		if row.event == "preToolUse" && row.matcher == "*" {
			if skipped == "" {
				t.Errorf("%s %q is not skipped", row.event, row.matcher)
			}
			continue
		}
		if h.All != row.all || !slices.Equal(h.Matches, row.matches) {
			t.Errorf("%s %q: all %v, %v", row.event, row.matcher, h.All, h.Matches)
		}
	}
}

// TestHostile reads what is made to hurt.
func TestHostile(t *testing.T) {
	tree := fstest.MapFS{
		".github/hooks/a.json":               {Data: []byte(`{"hooks": {"preToolUse": [` + strings.Repeat(`{"bash": "x", "matcher": "((((a*)*)*)*)*"},`, 3000) + `{}]}}`)},
		".github/hooks/b.json":               {Data: []byte(strings.Repeat("[", 1<<18))},
		".github/agents/a.agent.md":          {Data: []byte("---\ndescription: &a [*a]\ntools: [" + strings.Repeat("a/b, ", 30000) + "]\n---\n")},
		".github/agents/b.md":                {Data: []byte("---\ntools: " + strings.Repeat("x,", 50000) + "\ndescription: \x1b[31m\n---\nx")},
		".github/copilot/settings.json":      {Data: []byte(`{"hooks": {"preToolUse": [{"hooks": [{"hooks": [1]}]}]}, "enabledPlugins": []}`)},
		"h/.copilot/permissions-config.json": {Data: []byte(`{"locations": {"": {"tool_approvals": [1, {"kind": "commands", "commandIdentifiers": ["` + strings.Repeat("((", 9000) + `"]}]}}}`)},
	}
	sys := layertest.Read(t, Loader(), tree)
	for _, l := range sys.Layers {
		layertest.Check(t, l)
		if len(l.Tools) > 1000 {
			t.Errorf("%s: %d tools", l.Name, len(l.Tools))
		}
	}
	if !slices.ContainsFunc(sys.Problems, func(p *leastagency.Problem) bool { return p.At.File.Path == ".github/hooks/b.json" }) {
		t.Error("nothing is said of brackets without end")
	}
}

// FuzzFiles reads arbitrary bytes as every kind of file.
func FuzzFiles(f *testing.F) {
	for _, s := range []string{
		`{"version": 1, "hooks": {"preToolUse": [{"bash": "x", "matcher": "a|b"}], "PreToolUse": [{"hooks": [{"command": "y"}]}]}}`,
		`{"permissions": {"allow": ["Shell(a *)", "Read(b)"]}, "sandbox": {"enabled": true}, "allowedUrls": ["http://u@h/p"]}`,
		"---\nname: a\ndescription: b\ntools: [x/y, '*']\nmcp-servers: {a: {command: b}}\n---\nBody\n", "---\n---\n", "{", "",
		`{"locations": {"a": {"tool_approvals": [{"kind": "mcp", "serverName": "s", "toolName": null}]}}}`,
	} {
		f.Add([]byte(s))
	}
	paths := []string{".github/copilot-instructions.md", ".github/agents/a.md", "a.prompt.md", ".github/hooks/a.json", "hooks.json", ".github/copilot/settings.json",
		".copilot/settings.json", ".copilot/permissions-config.json", "etc/github-copilot/managed-settings.json", ".github/workflows/copilot-setup-steps.yml"}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, p := range paths {
			sys := &leastagency.System{Knowledge: layertest.Known}
			load(leastagency.NewFile(p, data), sys)
			for _, l := range sys.Layers {
				if l.Kind != leastagency.KindUnknown {
					layertest.Check(t, l)
				}
			}
		}
	})
}
