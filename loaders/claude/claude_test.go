package claude

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/leastagency/leastagency"
)

// known is what the tests know of the world: little, and their own.
var known = &leastagency.Knowledge{
	Commands: []leastagency.KnownCommand{
		{Program: "curl", Can: []leastagency.Capability{leastagency.ReadUntrusted, leastagency.Send}, Breadth: leastagency.Everything, Why: "requests any URL"},
		{Program: "find", Can: []leastagency.Capability{leastagency.ReadPrivate}, Breadth: leastagency.Machine, Why: "lists files"},
		{Program: "find", Open: true, Can: []leastagency.Capability{leastagency.Execute}, Runner: true, Why: "runs commands with -exec"},
		{Program: "git", Sub: []string{"push"}, Can: []leastagency.Capability{leastagency.WriteState, leastagency.Send}, Breadth: leastagency.Service, Why: "pushes commits"},
		{Program: "rm", Can: []leastagency.Capability{leastagency.WriteFiles, leastagency.Destroy}, Why: "removes files"},
	},
	Secrets: []leastagency.SecretShape{{Kind: "GitHub personal access token", Service: "github", Prefix: "ghp_", Charset: "alnum", Min: 36, Max: 36}},
	Variables: []leastagency.KnownVariable{
		{Name: "ANTHROPIC_BASE_URL", Switch: leastagency.SwitchEndpoint},
		{Name: "CLAUDE_CODE_SUBPROCESS_ENV_SCRUB", Switch: leastagency.SwitchHardening, Values: []string{"1"}},
		{Name: "HTTPS_PROXY", Switch: leastagency.SwitchProxy},
		{Name: "NODE_TLS_REJECT_UNAUTHORIZED", Switch: leastagency.SwitchTLSOff, Values: []string{"0"}},
	},
}

// token has the shape of a secret and is none.
const token = "ghp_" + "k3Vq9ZtR7mXw2LbN8sYc4HdJ6fPgA1uE5oQi"

// read loads a tree.
func read(t testing.TB, fsys fs.FS) *leastagency.System {
	t.Helper()
	linter := leastagency.Linter{Loaders: []leastagency.Loader{Loader()}, Policy: &leastagency.Policy{Knowledge: known}}
	report, err := linter.Lint(t.Context(), fsys)
	if err != nil {
		t.Fatal(err)
	}
	return report.System
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
	var b strings.Builder
	for _, p := range list {
		fmt.Fprintf(&b, "problem %s %s: %s\n", where(p.At), problemNames[p.Kind], p.Text)
	}
	return b.String()
}

var problemNames = map[leastagency.ProblemKind]string{leastagency.ProblemSyntax: "syntax", leastagency.ProblemDuplicateKey: "duplicate", leastagency.ProblemLimit: "limit",
	leastagency.ProblemEncoding: "encoding", leastagency.ProblemType: "type", leastagency.ProblemUnknownKey: "key", leastagency.ProblemUnreadable: "unreadable"}

// TestFiles runs testdata/*.txtar: a tree, and in the file "want" the layers that it gives.
func TestFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			tree := fstest.MapFS{}
			want := ""
			for _, f := range archive.Files {
				if f.Name == "want" {
					want = string(f.Data)
					continue
				}
				tree[f.Name] = &fstest.MapFile{Data: bytes.ReplaceAll(f.Data, []byte("@TOKEN@"), []byte(token))}
			}
			sys := read(t, tree)
			var b strings.Builder
			for _, l := range sys.Layers {
				writeLayer(&b, l)
			}
			b.WriteString(problems(sys.Problems))
			if got := strings.ReplaceAll(b.String(), token, "@TOKEN@"); got != want {
				if os.Getenv("LEASTAGENCY_UPDATE") == "" {
					t.Fatalf("layers differ (-want +got), LEASTAGENCY_UPDATE=1 rewrites them:\n%s", cmp.Diff(want, got))
				}
				archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
				archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func where(at leastagency.Span) string {
	if at.IsZero() {
		return "nowhere"
	}
	from, to := at.From(), at.To()
	if from.Line == to.Line {
		return fmt.Sprintf("%s:%d:%d-%d", at.File.Path, from.Line, from.Column, to.Column)
	}
	return fmt.Sprintf("%s:%d:%d-%d:%d", at.File.Path, from.Line, from.Column, to.Line, to.Column)
}

var (
	kinds     = []string{"?", "session", "subagent", "skill", "command", "plugin"}
	scopes    = []string{"?", "plugin", "user", "project", "local", "managed"}
	modeOf    = []string{"?", "ask", "acceptEdits", "plan", "classifier", "denyRest", "bypass"}
	says      = []string{"?", "deny", "ask", "allow"}
	acts      = []string{"?", "any", "shell", "read", "write", "fetch", "search", "server", "spawn", "skill", "other"}
	can       = []string{"?", "read.untrusted", "read.private", "read.secret", "write.files", "write.state", "destroy", "send", "execute", "spawn", "configure", "remember", "decide", "pay"}
	wide      = []string{"?", "one", "project", "service", "machine", "everything"}
	from      = []string{"?", "literal", "placeholder", "reference", "default", "broken", "prompt", "helper", "login", "environment"}
	pins      = []string{"?", "unpinned", "versioned", "digested", "local"}
	runs      = []string{"?", "command", "http", "tool", "model"}
	textKinds = []string{"?", "instructions", "description", "prompt"}
	turns     = []string{"?", "trusts-servers", "enables-server", "trusts-self", "endpoint", "proxy", "tls-off", "tls-trust", "telemetry-off", "telemetry-target", "hooks-off", "config-home", "loader", "hardening", "shell-without-trust", "safety-off"}
)

func effectsOf(list []leastagency.Effect) string {
	var out []string
	for _, e := range list {
		out = append(out, can[e.Capability]+"@"+wide[e.Reach.Breadth])
	}
	return strings.Join(out, " ")
}

func writeLayer(b *strings.Builder, l *leastagency.Layer) {
	fmt.Fprintf(b, "%s %q scope %s root %s at %s\n", kinds[l.Kind], l.Name, scopes[l.Scope], l.Root, where(l.At))
	if l.Product != product {
		fmt.Fprintf(b, "\tproduct %s\n", l.Product)
	}
	if l.Description.Set {
		fmt.Fprintf(b, "\tdescription %q\n", l.Description.V)
	}
	if l.Mode.Set {
		fmt.Fprintf(b, "\tmode %s at %s\n", modeOf[l.Mode.V], where(l.Mode.At))
	}
	if l.ToolsSet {
		fmt.Fprintf(b, "\ttools are listed\n")
	}
	rule := func(what string, r *leastagency.Rule) {
		fmt.Fprintf(b, "\t%s %s %q at %s: %s", what, says[r.Decision], r.Text, where(r.At), acts[r.Action.Kind])
		if r.Action.Server != "" {
			fmt.Fprintf(b, " %s/%s", r.Action.Server, r.Action.Tool)
		}
		if r.Action.Pattern != "" {
			fmt.Fprintf(b, " %q", r.Action.Pattern)
		}
		if r.Action.Open {
			b.WriteString(" open")
		}
		if e := effectsOf(r.Effects); e != "" {
			b.WriteString(" can " + e)
		}
		if r.Inert != "" {
			b.WriteString(" INERT " + r.Inert)
		}
		b.WriteString("\n")
	}
	for _, r := range l.Tools {
		rule("tool", r)
	}
	for _, r := range l.Rules {
		rule("rule", r)
	}
	for _, d := range l.Directories {
		fmt.Fprintf(b, "\tdirectory %s at %s\n", d.V, where(d.At))
	}
	if s := l.Sandbox; s != nil {
		fmt.Fprintf(b, "\tsandbox at %s\n", where(s.At))
		for _, v := range []struct {
			name string
			v    leastagency.Value[bool]
		}{{"enabled", s.Enabled}, {"fail-closed", s.FailClosed}, {"retry", s.Retry}, {"auto-allow", s.AutoAllow}} {
			if v.v.Set {
				fmt.Fprintf(b, "\t\t%s %v at %s\n", v.name, v.v.V, where(v.v.At))
			}
		}
		for _, r := range s.Excluded {
			b.WriteString("\t")
			rule("excluded", r)
		}
		for _, v := range []struct {
			name string
			list []leastagency.Value[string]
		}{{"writable", s.Writable}, {"unwritable", s.Unwritable}, {"unreadable", s.Unreadable}, {"readable", s.Readable}, {"host", s.Hosts}, {"denied host", s.DeniedHosts}, {"socket", s.Sockets}, {"weakened", s.Weakened}} {
			for _, item := range v.list {
				fmt.Fprintf(b, "\t\t%s %s at %s\n", v.name, item.V, where(item.At))
			}
		}
		if s.HostsSet {
			b.WriteString("\t\thosts are listed\n")
		}
	}
	for _, h := range l.Hooks {
		fmt.Fprintf(b, "\thook %s %s at %s:", h.Event.V, runs[h.Kind], where(h.At))
		if h.All {
			b.WriteString(" all")
		}
		for _, k := range h.Matches {
			b.WriteString(" " + acts[k])
		}
		for _, v := range []struct {
			on   bool
			name string
		}{{h.UnknownEvent, "UNKNOWN-EVENT"}, {h.Blocking, "blocking"}, {h.Async, "async"}, {h.Guard, "guard"}} {
			if v.on {
				b.WriteString(" " + v.name)
			}
		}
		if h.Condition.Set {
			fmt.Fprintf(b, " if %s", h.Condition.V)
		}
		if h.Script != nil {
			fmt.Fprintf(b, " script %s", h.Script.Path)
		}
		if h.FailsOpen != "" {
			fmt.Fprintf(b, " OPEN %s", h.FailsOpen)
		}
		b.WriteString("\n")
	}
	for _, s := range l.Servers {
		fmt.Fprintf(b, "\tserver %s at %s\n", s.Name, where(s.At))
	}
	for _, c := range l.Commands {
		fmt.Fprintf(b, "\tcommand %q at %s\n", c.Text, where(c.At))
	}
	for _, c := range l.AllCredentials() {
		fmt.Fprintf(b, "\tcredential %s %s at %s\n", c.Name, from[c.Source], where(c.At))
	}
	for _, s := range l.Switches {
		fmt.Fprintf(b, "\tswitch %s %s %q at %s\n", turns[s.Kind], s.Name, s.Target, where(s.At))
	}
	for _, p := range l.Plugins {
		fmt.Fprintf(b, "\tplugin %q from %s:%s@%s %s at %s", p.Name, p.Source.Ecosystem, p.Source.Name, p.Source.Version, pins[p.Source.Pin], where(p.At))
		for _, v := range []struct {
			on   bool
			name string
		}{{!p.Enabled, "disabled"}, {p.Market, "market"}, {p.Updates, "updates"}, {p.Allowlist, "allowlist"}} {
			if v.on {
				b.WriteString(" " + v.name)
			}
		}
		b.WriteString("\n")
	}
	for _, x := range l.Texts {
		fmt.Fprintf(b, "\ttext %s at %s", textKinds[x.Kind], where(x.At))
		for _, i := range x.Imports {
			fmt.Fprintf(b, " imports %s at %s", i.V, where(i.At))
		}
		if x.Raw && x.At.Text() != x.Body {
			b.WriteString(" NOT RAW")
		}
		b.WriteString("\n")
	}
	if l.Limits.Turns.Set {
		fmt.Fprintf(b, "\tturns %d\n", l.Limits.Turns.V)
	}
	if l.Limits.Depth.Set {
		fmt.Fprintf(b, "\tdepth %d\n", l.Limits.Depth.V)
	}
	for _, tr := range l.Triggers {
		fmt.Fprintf(b, "\ttrigger %s at %s\n", tr.Name, where(tr.At))
	}
}

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
			t.Errorf("%q: kind %d scope %s root %q, want kind %d scope %s root %q", row.path, got.kind, scopes[got.scope], got.root, row.kind, scopes[row.scope], row.root)
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
			var b strings.Builder
			for _, l := range sys.Layers {
				writeLayer(&b, l)
			}
			t.Errorf("%s gives\n%s%s", path, &b, problems(sys.Problems))
		}
	}
}
