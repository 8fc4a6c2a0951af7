package claude

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
)

// FuzzPermission holds that no rule brings the grammar down, and that an inert rule has no effects.
func FuzzPermission(f *testing.F) {
	for _, s := range []string{"Bash(npm run *)", "Bash(git:* push)", `Read(//**/\(.env)`, "mcp__a__b*", "WebFetch(domain:*.x.y)", "Edit(~/.claude/**)",
		"Agent(model:opus)", "*", "B*", "(", "Bash(()", "Bash(rm -rf $HOME)", "Tool(\x00)", "mcp__", "Read([a-)", "Bash(\xff*)"} {
		for d := range uint8(4) {
			f.Add(s, d)
		}
	}
	f.Fuzz(func(t *testing.T, text string, d uint8) {
		r := newReader(leastagency.NewFile("x", nil), &leastagency.System{Knowledge: known}, ofScope(leastagency.Scope(d%6)))
		for _, in := range []list{listSettings, listGranted, listOffered} {
			rule := r.rule(text, leastagency.Span{}, leastagency.Decision(d%4), in)
			if rule.Text != text {
				t.Errorf("rule keeps %q of %q", rule.Text, text)
			}
			if rule.Inert != "" && len(rule.Effects) > 0 {
				t.Errorf("%q is inert and has effects", text)
			}
		}
		for _, at := range splitTools(text) {
			if at[0] >= at[1] || at[1] > len(text) {
				t.Errorf("splitTools(%q) = %v", text, at)
			}
		}
	})
}

// FuzzSettings reads arbitrary bytes as every kind of file.
func FuzzSettings(f *testing.F) {
	for _, s := range []string{
		`{"permissions": {"allow": ["Bash"], "defaultMode": "plan"}, "hooks": {"PreToolUse": [{"hooks": [{"type": "command", "command": "x"}]}]}}`,
		`{"sandbox": {"network": {"allowedDomains": []}}, "env": {"A": 1}, "enabledPlugins": {"a@b": true}}`,
		"---\nname: a\ndescription: b\ntools: Read, Bash(x\n---\nBody @x.md !`cmd` ```!\nx\n```\n",
		`{"name": "a", "plugins": [{"name": "b", "source": {"source": "github"}}], "hooks": "./x.json", "agents": ["../y.md"]}`,
		"\xef\xbb\xbf{", "[[[[", "---\n---\n", "`` ` @a\n~~~\n@b", "{\"hooks\": {\"x\": {\"command\": \"\\u0000\"}}}",
	} {
		f.Add([]byte(s))
	}
	paths := []string{".claude/settings.json", "etc/claude-code/managed-settings.json", "home/a/.claude/settings.json", "home/a/.claude.json", ".claude/agents/a.md",
		"agents/a.md", ".claude/skills/a/SKILL.md", ".codex/skills/a/SKILL.md", ".claude/commands/a.md", ".claude/rules/a.md", "CLAUDE.md", "p/.claude-plugin/plugin.json",
		".claude-plugin/marketplace.json", "p/hooks/hooks.json", "p/.lsp.json", "p/monitors/monitors.json", ".claude/launch.json"}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, p := range paths {
			sys := &leastagency.System{Knowledge: known}
			file := leastagency.NewFile(p, data)
			load(file, sys)
			for _, l := range sys.Layers {
				check(t, l)
			}
			for _, problem := range sys.Problems {
				if problem.At.IsZero() || problem.Text == "" {
					t.Errorf("%s: problem without a place or a text: %+v", p, problem)
				}
			}
		}
	})
}

// check holds what is true of every layer: it has a place, and what is called raw is.
func check(t *testing.T, l *leastagency.Layer) {
	t.Helper()
	if l.At.IsZero() || l.Product == "" || l.Kind == leastagency.KindUnknown || l.Root == "" {
		t.Errorf("layer without a place, product, kind or root: %+v", l)
	}
	for _, x := range l.Texts {
		if x.At.IsZero() || x.Raw && x.At.Text() != x.Body {
			t.Errorf("text at %v is not what stands there", x.At)
		}
	}
	for _, r := range append(l.Rules, l.Tools...) {
		if r.At.IsZero() || r.Decision == leastagency.DecisionUnknown {
			t.Errorf("rule %q without place or decision", r.Text)
		}
	}
	for _, h := range l.Hooks {
		if h.At.IsZero() || !h.Event.Set {
			t.Errorf("hook without place or event")
		}
	}
	for _, c := range l.Credentials {
		if c.At.IsZero() {
			t.Errorf("credential %q without a place", c.Name)
		}
	}
}

// TestHostile reads what is made to hurt.
func TestHostile(t *testing.T) {
	deep := strings.Repeat("[", 1<<20)
	wide := `{"permissions": {"allow": [` + strings.Repeat(`"Bash(a:*)",`, 20000) + `"Read"]}}`
	stars := `{"permissions": {"deny": ["Read(` + strings.Repeat("**/*", 5000) + `)", "Bash(` + strings.Repeat("* ", 5000) + `)"]}}`
	var ticks strings.Builder
	for i := range 2000 {
		ticks.WriteString(strings.Repeat("`", i+1) + " ")
	}
	tree := fstest.MapFS{
		"j/CLAUDE.md":                  {Data: []byte(ticks.String())},
		".claude/settings.json":        {Data: []byte(deep)},
		"a/.claude/settings.json":      {Data: []byte(wide)},
		"b/.claude/settings.json":      {Data: []byte(stars)},
		"c/.claude/settings.json":      {Data: []byte(`{"permissions": {"allow": ["Bash"], "allow": ["Read"]}}`)},
		"d/.claude/settings.json":      {Data: []byte(`{"permissions": {"deny": ["Bash"`)},
		"e/.claude/settings.json":      {Data: []byte("\xff\xfe{\x00}\x00")},
		"f/CLAUDE.md":                  {Data: []byte(strings.Repeat("@a.md @b.md @../f/CLAUDE.md ", 50000))},
		"f/a.md":                       {Data: []byte("@b.md @a.md")},
		"f/b.md":                       {Data: []byte("@a.md @CLAUDE.md")},
		"g/.claude/skills/x/SKILL.md":  {Data: []byte("---\nname: x\n---\n" + strings.Repeat("!`a` ", 100000) + strings.Repeat("`", 100000))},
		"h/.claude/agents/x.md":        {Data: []byte("---\nname: &a [*a]\ndescription: \x1b[31m::error::\ntools: [[[Read]]]\n---\n")},
		"i/.claude-plugin/plugin.json": {Data: []byte(`{"name": "x", "hooks": ["../../../etc/passwd.json", "./../i/.claude-plugin/plugin.json"], "agents": "../../x.md"}`)},
	}
	sys := read(t, tree)
	for _, l := range sys.Layers {
		check(t, l)
	}
	text := problems(sys.Problems)
	for _, want := range []string{".claude/settings.json:1:", "c/.claude/settings.json:1:37-44 duplicate", "d/.claude/settings.json:1:", "e/.claude/settings.json:1:1-1 encoding"} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing is said of %s:\n%.3000s", want, text)
		}
	}
	for _, l := range sys.Layers {
		switch l.Root {
		case "a":
			if len(l.Rules) != 20001 {
				t.Errorf("a: %d rules", len(l.Rules))
			}
		case "c": // the last of two equal keys counts
			if len(l.Rules) != 1 || l.Rules[0].Text != "Read" {
				t.Errorf("c: %d rules", len(l.Rules))
			}
		case "d": // what stands before the break is kept
			if len(l.Rules) != 1 || l.Rules[0].Decision != leastagency.Deny {
				t.Errorf("d: %d rules", len(l.Rules))
			}
		case "f":
			if len(l.Texts) != 3 {
				t.Errorf("f: %d texts, want the file and its two imports once", len(l.Texts))
			}
		}
	}
}
