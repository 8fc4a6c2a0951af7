// Package loadertest runs the fixtures of loaders: a tree of files, and the layers that they give.
package loadertest

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

// Known is what the tests know of the world: little, and their own.
var Known = &leastagency.Knowledge{
	Commands: []leastagency.KnownCommand{
		{Program: "cat", Can: []leastagency.Capability{leastagency.ReadPrivate}, Breadth: leastagency.Machine, Why: "reads files"},
		{Program: "curl", Can: []leastagency.Capability{leastagency.ReadUntrusted, leastagency.Send}, Breadth: leastagency.Everything, Why: "requests any URL"},
		{Program: "git", Sub: []string{"push"}, Can: []leastagency.Capability{leastagency.WriteState, leastagency.Send}, Breadth: leastagency.Service, Why: "pushes commits"},
		{Program: "rm", Can: []leastagency.Capability{leastagency.WriteFiles, leastagency.Destroy}, Why: "removes files"},
	},
	Secrets: []leastagency.SecretShape{{Kind: "GitHub personal access token", Service: "github", Prefix: "ghp_", Charset: "alnum", Min: 36, Max: 36}},
	Variables: []leastagency.KnownVariable{
		{Name: "ANTHROPIC_BASE_URL", Switch: leastagency.SwitchEndpoint},
		{Name: "HTTPS_PROXY", Switch: leastagency.SwitchProxy},
		{Name: "NODE_OPTIONS", Switch: leastagency.SwitchLoader},
		{Name: "NODE_TLS_REJECT_UNAUTHORIZED", Switch: leastagency.SwitchTLSOff, Values: []string{"0"}},
	},
}

// Token has the shape of a secret and is none. Fixtures write @TOKEN@ for it.
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
// LEASTAGENCY_UPDATE=1 rewrites them.
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
			got := Dump(Read(t, loader, tree))
			if strings.Contains(got, Token) {
				t.Errorf("the token is shown")
			}
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

// A Row is one permission rule as a table test states it: what is asked, and what the product decides.
type Row struct {
	Rule string // the rule's text as the layer shows it
	Says leastagency.Decision
	Want string // action as [Action] writes it; "inert" when the product never consults it
}

// Rules compares the rules of a layer with a table, in any order; each row must find its rule.
func Rules(t *testing.T, l *leastagency.Layer, rows []Row) {
	t.Helper()
	for _, row := range rows {
		i := slices.IndexFunc(l.Rules, func(r *leastagency.Rule) bool { return r.Text == row.Rule })
		if i < 0 {
			t.Errorf("no rule %q", row.Rule)
			continue
		}
		got := Action(l.Rules[i])
		if l.Rules[i].Inert != "" {
			got = "inert"
		}
		if got != row.Want || l.Rules[i].Decision != row.Says {
			t.Errorf("%q: %s %s, want %s %s", row.Rule, l.Rules[i].Decision, got, row.Says, row.Want)
		}
	}
}

// Action writes what a rule speaks of and lets happen on one line.
func Action(r *leastagency.Rule) string {
	a := r.Action
	out := a.Kind.String()
	if a.Server != "" {
		out += fmt.Sprintf(" %s/%s", a.Server, a.Tool)
	}
	if a.Pattern != "" {
		out += fmt.Sprintf(" %q", a.Pattern)
	}
	if a.Syntax != leastagency.WordPrefix {
		out += " " + syntaxes[a.Syntax]
	}
	if a.Open {
		out += " open"
	}
	if r.Priority != 0 {
		out += fmt.Sprintf(" priority %d", r.Priority)
	}
	var can []string
	for _, e := range r.Effects {
		can = append(can, e.Capability.String()+"@"+e.Reach.Breadth.String())
	}
	if len(can) > 0 {
		out += " can " + strings.Join(can, " ")
	}
	return out
}

var (
	syntaxes  = []string{"words", "raw", "glob", "regexp"}
	hookKinds = []string{"?", "command", "http", "tool", "model"}
	textKinds = []string{"?", "instructions", "description", "prompt"}
	orders    = []string{"?", "strictest", "first-match", "last-match", "highest-priority"}
	switches  = []string{"?", "trusts-servers", "enables-server", "trusts-self", "endpoint", "proxy", "tls-off", "tls-trust", "telemetry-off", "telemetry-target", "hooks-off",
		"config-home", "loader", "hardening", "shell-without-trust", "safety-off", "program"}
	problemKinds = []string{"?", "syntax", "duplicate", "limit", "encoding", "type", "key", "unreadable", "ignored"}
)

func name(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return fmt.Sprint(i)
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

// Dump writes the layers and problems of a system. Secrets must not be in what it writes: commands,
// which may hold them, are shown with the token masked.
func Dump(sys *leastagency.System) string {
	var b strings.Builder
	for _, l := range sys.Layers {
		layer(&b, l)
	}
	for _, p := range sys.Problems {
		fmt.Fprintf(&b, "problem %s %s: %s\n", where(p.At), name(problemKinds, int(p.Kind)), p.Text)
	}
	return b.String()
}

func layer(b *strings.Builder, l *leastagency.Layer) {
	fmt.Fprintf(b, "%s %s %q scope %s root %s at %s\n", l.Product, l.Kind, l.Name, l.Scope, l.Root, where(l.At))
	line := func(format string, args ...any) { fmt.Fprintf(b, "\t"+format+"\n", args...) }
	if l.Description.Set {
		line("description %q", l.Description.V)
	}
	if l.Mode.Set {
		line("mode %s at %s", l.Mode.V, where(l.Mode.At))
	}
	if l.Absent != leastagency.ModeUnknown {
		line("absent %s", l.Absent)
	}
	if l.Order != leastagency.OrderUnknown {
		line("order %s", name(orders, int(l.Order)))
	}
	if l.ToolsSet {
		line("tools are listed")
	}
	if l.NoToolList {
		line("no tool list")
	}
	rule := func(what string, r *leastagency.Rule) {
		out := fmt.Sprintf("%s %s %q at %s: %s", what, r.Decision, r.Text, where(r.At), Action(r))
		if r.Inert != "" {
			out += " INERT " + r.Inert
		}
		line("%s", out)
	}
	for _, r := range l.Tools {
		rule("tool", r)
	}
	for _, r := range l.Rules {
		rule("rule", r)
	}
	for _, d := range l.Directories {
		line("directory %s at %s", d.V, where(d.At))
	}
	if s := l.Sandbox; s != nil {
		line("sandbox at %s", where(s.At))
		for _, v := range []struct {
			name string
			v    leastagency.Value[bool]
		}{{"enabled", s.Enabled}, {"fail-closed", s.FailClosed}, {"retry", s.Retry}, {"auto-allow", s.AutoAllow}} {
			if v.v.Set {
				line("\t%s %v at %s", v.name, v.v.V, where(v.v.At))
			}
		}
		for _, v := range []struct {
			name string
			list []leastagency.Value[string]
		}{{"writable", s.Writable}, {"host", s.Hosts}, {"weakened", s.Weakened}} {
			for _, item := range v.list {
				line("\t%s %s at %s", v.name, item.V, where(item.At))
			}
		}
		if s.HostsSet {
			line("\thosts are listed")
		}
	}
	for _, h := range l.Hooks {
		hook(line, h)
	}
	for _, s := range l.Servers {
		server(line, s)
	}
	for _, c := range l.Commands {
		line("command %q at %s", strings.ReplaceAll(c.Text, Token, "@TOKEN@"), where(c.At))
	}
	for _, c := range l.AllCredentials() {
		line("credential %s %s %q at %s", c.Name, c.Source, c.Reference, where(c.At))
	}
	for _, s := range l.Switches {
		line("switch %s %s %q at %s", name(switches, int(s.Kind)), s.Name, s.Target, where(s.At))
	}
	for _, p := range l.Plugins {
		line("plugin %q from %s:%s@%s %s at %s market %v", p.Name, p.Source.Ecosystem, p.Source.Name, p.Source.Version, p.Source.Pin, where(p.At), p.Market)
	}
	for _, x := range l.Texts {
		line("text %s at %s", name(textKinds, int(x.Kind)), where(x.At))
	}
	if l.Limits.Turns.Set {
		line("turns %d", l.Limits.Turns.V)
	}
	if l.Limits.Seconds.Set {
		line("seconds %d", l.Limits.Seconds.V)
	}
}

func hook(line func(string, ...any), h *leastagency.Hook) {
	out := fmt.Sprintf("hook %s %s at %s:", h.Event.V, name(hookKinds, int(h.Kind)), where(h.At))
	if h.All {
		out += " all"
	}
	for _, k := range h.Matches {
		out += " " + k.String()
	}
	for _, v := range []struct {
		on   bool
		name string
	}{{h.UnknownEvent, "UNKNOWN-EVENT"}, {h.Blocking, "blocking"}, {h.Async, "async"}, {h.Guard, "guard"}, {h.Inherent, "inherent"}} {
		if v.on {
			out += " " + v.name
		}
	}
	if h.Matcher.Set {
		out += fmt.Sprintf(" matcher %q", h.Matcher.V)
	}
	if h.Script != nil {
		out += " script " + h.Script.Path
	}
	if h.FailsOpen != "" {
		out += " OPEN " + h.FailsOpen
	}
	line("%s", out)
}

func server(line func(string, ...any), s *leastagency.Server) {
	out := fmt.Sprintf("server %s at %s %s", s.Name, where(s.At), s.Transport)
	if s.Command != nil {
		out += fmt.Sprintf(" command %q", strings.ReplaceAll(s.Command.Text, Token, "@TOKEN@"))
		if s.Command.Inline != "" {
			out += " inline"
		}
		for _, a := range s.Command.Artifacts {
			out += fmt.Sprintf(" fetches %s:%s@%s", a.Ecosystem, a.Name, a.Version)
		}
	}
	if s.URL.Set {
		out += " url " + s.URL.V
	}
	for _, v := range []struct {
		name string
		list []leastagency.Value[string]
	}{{"approved", s.AutoApproved}, {"included", s.Included}, {"excluded", s.Excluded}} {
		for _, item := range v.list {
			out += fmt.Sprintf(" %s %s", v.name, item.V)
		}
	}
	if s.Disabled {
		out += " disabled"
	}
	if leastagency.Is(s.Trusted, true) {
		out += " trusted"
	}
	line("%s", out)
}

// Check holds what is true of every system that a loader makes, however hostile the files.
func Check(t testing.TB, sys *leastagency.System) {
	t.Helper()
	for _, l := range sys.Layers {
		if l.At.IsZero() || l.Product == "" || l.Kind == leastagency.KindUnknown || l.Root == "" {
			t.Errorf("layer without a place, product, kind or root: %+v", l)
		}
		for _, x := range l.Texts {
			if x.At.IsZero() || x.Raw && x.At.Text() != x.Body {
				t.Errorf("text at %v is not what stands there", x.At)
			}
		}
		for _, r := range append(slices.Clone(l.Rules), l.Tools...) {
			if r.At.IsZero() || r.Decision == leastagency.DecisionUnknown {
				t.Errorf("rule %q without place or decision", r.Text)
			}
			if r.Inert != "" && len(r.Effects) > 0 {
				t.Errorf("rule %q is inert and has effects", r.Text)
			}
		}
		for _, h := range l.Hooks {
			if h.At.IsZero() || !h.Event.Set {
				t.Error("hook without place or event")
			}
		}
		for _, c := range l.AllCredentials() {
			if c.At.IsZero() {
				t.Errorf("credential %q without a place", c.Name)
			}
		}
		for _, s := range l.Switches {
			if s.At.IsZero() || s.Name == "" {
				t.Errorf("switch %q without a place", s.Name)
			}
		}
	}
	for _, p := range sys.Problems {
		if p.At.IsZero() && p.Path == "" || p.Text == "" {
			t.Errorf("problem without a place or a text: %+v", p)
		}
	}
}

// Fuzz reads arbitrary bytes as every kind of a loader's files.
func Fuzz(f *testing.F, loader leastagency.Loader, paths []string, seeds ...string) {
	for _, s := range append(seeds, "", "\xef\xbb\xbf{", "[[[[", "---\n---\n", "a: &a [*a]", `{"a": {"a": 1, "a": 2}}`, "\xff\x00") {
		f.Add([]byte(s))
	}
	for _, p := range paths {
		if !loader.Match(p) {
			f.Errorf("%s is not one of the loader's files", p)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, p := range paths {
			sys := &leastagency.System{Knowledge: Known}
			loader.Load(leastagency.NewFile(p, data), sys)
			Check(t, sys)
		}
	})
}

// Hostile reads what is made to hurt as every kind of a loader's files.
func Hostile(t *testing.T, loader leastagency.Loader, paths []string) {
	long := strings.Repeat("(a|b)*.{1,9}", 1<<12)
	for name, text := range map[string]string{
		"deep json":  strings.Repeat("[", 1<<20),
		"deep yaml":  strings.Repeat("{a: ", 1<<14),
		"long line":  `{"a": "` + strings.Repeat("x", 1<<20) + `"}`,
		"long regex": `{"agent": {"tool_permissions": {"tools": {"terminal": {"always_allow": [{"pattern": "` + long + `"}]}}}}}`,
		"not utf-8":  "\xff\xfe{\x00}\x00",
		"control":    "{\"\x1b[31m::error::\": \"](javascript:x)\u202e\"}",
		"bomb":       "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e]\n",
		"empty":      "",
		"null":       "null",
		"scalar":     `"x"`,
	} {
		for _, p := range paths {
			sys := Read(t, loader, fstest.MapFS{p: {Data: []byte(text)}})
			if t.Failed() {
				t.Fatalf("%s as %s", name, p)
			}
			Check(t, sys)
		}
	}
}
