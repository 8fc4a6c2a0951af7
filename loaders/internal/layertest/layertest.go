// Package layertest tells in lines of text what a loader makes of a tree, for the tests of loaders.
package layertest

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/effect"
)

// Known is what the tests know of the world: little, and their own.
var Known = &leastagency.Knowledge{
	Commands: []leastagency.KnownCommand{
		{Program: "claude", Sub: []string{"setup-token"}, Can: []leastagency.Capability{leastagency.ReadSecret}, Why: "prints a token"},
		{Program: "codex", Sub: []string{"login"}, Can: []leastagency.Capability{leastagency.ReadSecret}, Why: "stores a token"},
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
		{Name: "GOOGLE_GEMINI_BASE_URL", Switch: leastagency.SwitchEndpoint},
		{Name: "HTTPS_PROXY", Switch: leastagency.SwitchProxy},
		{Name: "NODE_TLS_REJECT_UNAUTHORIZED", Switch: leastagency.SwitchTLSOff, Values: []string{"0"}},
	},
}

// Token has the shape of a secret and is none. In fixtures it is written @TOKEN@.
const Token = "ghp_" + "k3Vq9ZtR7mXw2LbN8sYc4HdJ6fPgA1uE5oQi"

// Read loads a tree.
func Read(t testing.TB, loader leastagency.Loader, fsys fs.FS) *leastagency.System {
	t.Helper()
	linter := leastagency.Linter{Loaders: []leastagency.Loader{loader}, Policy: &leastagency.Policy{Knowledge: Known}}
	report, err := linter.Lint(t.Context(), fsys)
	if err != nil {
		t.Fatal(err)
	}
	return report.System
}

// Files runs testdata/*.txtar: a tree, and in the file "want" the layers that it gives.
func Files(t *testing.T, loader leastagency.Loader) {
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
				tree[f.Name] = &fstest.MapFile{Data: bytes.ReplaceAll(f.Data, []byte("@TOKEN@"), []byte(Token))}
			}
			got := strings.ReplaceAll(String(Read(t, loader, tree)), Token, "@TOKEN@")
			if got == want {
				return
			}
			if os.Getenv("LEASTAGENCY_UPDATE") == "" {
				t.Fatalf("layers differ (-want +got), LEASTAGENCY_UPDATE=1 rewrites them:\n%s", cmp.Diff(want, got))
			}
			archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
			archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(got)})
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// String returns the layers and problems of a system, one statement a line.
func String(sys *leastagency.System) string {
	var b strings.Builder
	for _, l := range sys.Layers {
		writeLayer(&b, l)
	}
	for _, p := range sys.Problems {
		fmt.Fprintf(&b, "problem %s %s: %s\n", where(p.At), problemKinds[min(int(p.Kind), len(problemKinds)-1)], p.Text)
	}
	return b.String()
}

// Check holds what is true of every layer: it has a place, and what is called raw is.
func Check(t testing.TB, l *leastagency.Layer) {
	t.Helper()
	if l.At.IsZero() || l.Product == "" || l.Kind == leastagency.KindUnknown || l.Root == "" {
		t.Errorf("layer without a place, product, kind or root: %+v", l)
	}
	for _, x := range l.Texts {
		if x.At.IsZero() || x.Raw && x.At.Text() != x.Body {
			t.Errorf("text at %v is not what stands there", x.At)
		}
	}
	for _, r := range slices.Concat(l.Rules, l.Tools) {
		if r.At.IsZero() || r.Decision == leastagency.DecisionUnknown {
			t.Errorf("rule %q without place or decision", r.Text)
		}
		if r.Inert != "" && len(r.Effects) > 0 {
			t.Errorf("rule %q is inert and has effects", r.Text)
		}
	}
	for _, h := range l.Hooks {
		if h.At.IsZero() || !h.Event.Set {
			t.Errorf("hook without place or event")
		}
	}
	for _, c := range l.AllCredentials() {
		if c.At.IsZero() {
			t.Errorf("credential %q without a place", c.Name)
		}
	}
}

// Decide returns what a layer's rules decide for one call, in the order of its product; unknown when none
// speaks of it.
func Decide(l *leastagency.Layer, call leastagency.Action) leastagency.Decision {
	var best *leastagency.Rule
	for _, r := range l.Rules {
		if r.Inert != "" || !speaks(r.Action, call) {
			continue
		}
		switch {
		case best == nil, l.Order == leastagency.LastMatch, l.Order == leastagency.HighestPriority && r.Priority > best.Priority:
			best = r
		case l.Order == leastagency.HighestPriority && r.Priority < best.Priority, l.Order == leastagency.FirstMatch:
		case r.Decision < best.Decision:
			best = r
		}
	}
	if best == nil {
		return leastagency.DecisionUnknown
	}
	return best.Decision
}

// speaks reports whether a rule's action holds one call, whose pattern is the command, path or host itself.
func speaks(a, call leastagency.Action) bool {
	switch {
	case a.Kind == leastagency.ActionAny:
		return true
	case a.Kind != call.Kind || a.Name != "" && a.Name != call.Name:
		return false
	case a.Kind == leastagency.ActionServer:
		return glob(a.Server, call.Server) && (a.Tool == "" || glob(a.Tool, call.Tool))
	case a.Pattern == "":
		return true
	case a.Syntax == leastagency.Regexp:
		found, err := regexp.MatchString(a.Pattern, call.Pattern)
		return err == nil && found
	case a.Syntax == leastagency.Glob:
		return glob(a.Pattern, call.Pattern) || glob(strings.TrimSuffix(a.Pattern, " *"), call.Pattern)
	case a.Kind == leastagency.ActionRead || a.Kind == leastagency.ActionWrite:
		return effect.Matches(a.Pattern, call.Pattern)
	case a.Kind == leastagency.ActionFetch:
		host := strings.TrimPrefix(a.Pattern, "domain:")
		return call.Pattern == host || strings.HasSuffix(call.Pattern, "."+host)
	case strings.Contains(a.Pattern, "*"):
		return glob(a.Pattern, call.Pattern)
	}
	return call.Pattern == a.Pattern || a.Open && strings.HasPrefix(call.Pattern, a.Pattern+" ")
}

// glob reports whether a text matches a pattern in which "*" stands for any text.
func glob(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	found, err := regexp.MatchString("(?s)^"+strings.Join(parts, ".*")+"$", text)
	return err == nil && found
}

var problemKinds = []string{"?", "syntax", "duplicate", "limit", "encoding", "type", "key", "unreadable", "ignored"}

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
	kinds     = []string{"?", "session", "subagent", "skill", "command", "plugin", "manifest", "job", "script", "program", "catalog"}
	scopes    = []string{"?", "plugin", "user", "project", "local", "managed"}
	modeOf    = []string{"?", "ask", "acceptEdits", "plan", "classifier", "denyRest", "bypass", "contained"}
	says      = []string{"?", "deny", "ask", "allow"}
	acts      = []string{"?", "any", "shell", "read", "write", "fetch", "search", "server", "spawn", "skill", "other"}
	can       = []string{"?", "read.untrusted", "read.private", "read.secret", "write.files", "write.state", "destroy", "send", "execute", "spawn", "configure", "remember", "decide", "pay"}
	wide      = []string{"?", "one", "project", "service", "machine", "everything"}
	from      = []string{"?", "literal", "placeholder", "reference", "default", "broken", "prompt", "helper", "login", "environment"}
	pins      = []string{"?", "unpinned", "versioned", "digested", "local"}
	runs      = []string{"?", "command", "http", "tool", "model"}
	textKinds = []string{"?", "instructions", "description", "prompt"}
	turns     = []string{"?", "trusts-servers", "enables-server", "trusts-self", "endpoint", "proxy", "tls-off", "tls-trust", "telemetry-off", "telemetry-target", "hooks-off", "config-home", "loader", "hardening", "shell-without-trust", "safety-off", "program", "request", "any-origin", "unsafe-state", "full-log"}
)

// EffectsOf returns effects as the fixtures write them.
func EffectsOf(list []leastagency.Effect) string {
	var out []string
	for _, e := range list {
		out = append(out, can[e.Capability]+"@"+wide[e.Reach.Breadth])
	}
	return strings.Join(out, " ")
}

func writeLayer(b *strings.Builder, l *leastagency.Layer) {
	fmt.Fprintf(b, "%s %s %q scope %s root %s at %s\n", l.Product, kinds[l.Kind], l.Name, scopes[l.Scope], l.Root, where(l.At))
	if len(l.AlsoReadBy) > 0 {
		fmt.Fprintf(b, "\talso read by %s\n", strings.Join(l.AlsoReadBy, " "))
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
		if e := EffectsOf(r.Effects); e != "" {
			b.WriteString(" can " + e)
		}
		if r.Priority != 0 {
			fmt.Fprintf(b, " priority %d", r.Priority)
		}
		if r.Implied {
			b.WriteString(" implied")
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
		}{{"enabled", s.Enabled}, {"whole", s.Whole}, {"fail-closed", s.FailClosed}, {"retry", s.Retry}, {"auto-allow", s.AutoAllow}, {"open network", s.OpenNetwork}} {
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
		}{{"writable", s.Writable}, {"unwritable", s.Unwritable}, {"unreadable", s.Unreadable}, {"readable", s.Readable}, {"host", s.Hosts}, {"denied host", s.DeniedHosts}, {"socket", s.Sockets}, {"weakened", s.Weakened}, {"mount", s.Mounts}} {
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
		fmt.Fprintf(b, "\tserver %s at %s", s.Name, where(s.At))
		if s.Disabled {
			b.WriteString(" disabled")
		}
		if leastagency.Is(s.Trusted, true) {
			b.WriteString(" trusted")
		}
		for _, v := range []struct {
			name string
			list []leastagency.Value[string]
		}{{"approved", s.AutoApproved}, {"only", s.Included}, {"without", s.Excluded}} {
			for _, tool := range v.list {
				fmt.Fprintf(b, " %s %s", v.name, tool.V)
			}
		}
		b.WriteString("\n")
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
	if l.Limits.Seconds.Set {
		fmt.Fprintf(b, "\tseconds %d\n", l.Limits.Seconds.V)
	}
	if l.Limits.Depth.Set {
		fmt.Fprintf(b, "\tdepth %d\n", l.Limits.Depth.V)
	}
	for _, c := range l.Calls {
		fmt.Fprintf(b, "\tcalls %s at %s\n", c.V, where(c.At))
	}
	for _, s := range l.Way {
		fmt.Fprintf(b, "\tway %s: %s\n", where(s.At), s.Text)
	}
	for _, tr := range l.Triggers {
		fmt.Fprintf(b, "\ttrigger %s at %s", tr.Name, where(tr.At))
		for _, v := range []struct {
			on   bool
			name string
		}{{tr.Public, "public"}, {tr.Powerless, "powerless"}, {tr.Untrusted, "UNTRUSTED"}} {
			if v.on {
				b.WriteString(" " + v.name)
			}
		}
		b.WriteString("\n")
		for _, g := range tr.Gates {
			state := "unsure"
			switch {
			case g.Holds:
				state = "holds"
			case g.Opened:
				state = "opened: " + g.Fails
			case g.Fails != "":
				state = "fails: " + g.Fails
			}
			fmt.Fprintf(b, "\t\tgate at %s: %s: %s\n", where(g.At), g.Text, state)
		}
	}
	for _, in := range l.Inputs {
		fmt.Fprintf(b, "\tinput at %s: %s\n", where(in.At), in.Says())
		for _, s := range in.Way {
			fmt.Fprintf(b, "\t\tby %s: %s\n", where(s.At), s.Text)
		}
		if in.Tamed != "" {
			fmt.Fprintf(b, "\t\ttamed: %s\n", in.Tamed)
		}
	}
	for _, p := range l.Powers {
		fmt.Fprintf(b, "\tpower %s at %s can %s\n", p.Name, where(p.At), EffectsOf(p.Effects))
	}
	for _, s := range l.Answers {
		fmt.Fprintf(b, "\tanswer at %s: %s\n", where(s.At), s.Text)
	}
	for _, d := range l.Delegates {
		fmt.Fprintf(b, "\tdelegate %s at %s", d.Name, where(d.At))
		if d.Typed {
			b.WriteString(" typed")
		}
		b.WriteString("\n")
	}
	if l.Limits.Open != "" {
		fmt.Fprintf(b, "\tno limit without %s\n", l.Limits.Open)
	}
}
