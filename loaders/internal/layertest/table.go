package layertest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
)

// A Row is one permission rule as a table test states it: what the layer shows, and what the product decides.
type Row struct {
	Rule string // the rule's text as the layer shows it
	Says leastagency.Decision
	Want string // what it speaks of, as [Action] writes it; "inert" when the product never consults it
}

// Rules compares the rules of a layer with a table, in any order; each row must find its rule.
func Rules(t *testing.T, l *leastagency.Layer, rows []Row) {
	t.Helper()
	for _, row := range rows {
		i := slices.IndexFunc(l.Rules, func(r *leastagency.Rule) bool { return r.Text == row.Rule && r.Decision == row.Says })
		if i < 0 {
			t.Errorf("no rule %s %q", row.Says, row.Rule)
			continue
		}
		got := Action(l.Rules[i])
		if l.Rules[i].Inert != "" {
			got = "inert"
		}
		if got != row.Want {
			t.Errorf("%s %q: %s, want %s", row.Says, row.Rule, got, row.Want)
		}
	}
}

var syntaxes = []string{"", " raw", " glob", " regexp"}

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
	out += syntaxes[a.Syntax]
	if a.Open {
		out += " open"
	}
	if r.Priority != 0 {
		out += fmt.Sprintf(" priority %d", r.Priority)
	}
	if e := EffectsOf(r.Effects); e != "" {
		out += " can " + e
	}
	return out
}

// Servers writes the servers of a layer, one on each line: how they are started or reached.
func Servers(l *leastagency.Layer) string {
	var b strings.Builder
	for _, s := range l.Servers {
		fmt.Fprintf(&b, "%s %s", s.Name, s.Transport)
		if s.Command != nil {
			fmt.Fprintf(&b, " %s", strings.TrimSpace(strings.ReplaceAll(s.Command.Text, Token, "@TOKEN@")))
		}
		if s.URL.Set {
			b.WriteString(" " + s.URL.V)
		}
		for _, v := range slices.Concat(s.Env, s.Headers) {
			fmt.Fprintf(&b, " %s", v.V.Name)
		}
		if s.Disabled {
			b.WriteString(" disabled")
		}
		b.WriteString("\n")
	}
	return b.String()
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
			checkAll(t, sys)
		}
	})
}

// Hostile reads what is made to hurt as every kind of a loader's files.
func Hostile(t *testing.T, loader leastagency.Loader, paths []string) {
	for name, text := range map[string]string{
		"deep json": strings.Repeat("[", 1<<20),
		"deep yaml": strings.Repeat("{a: ", 1<<14),
		"long line": `{"a": "` + strings.Repeat("x", 1<<20) + `"}`,
		"not utf-8": "\xff\xfe{\x00}\x00",
		"control":   "{\"\x1b[31m::error::\": \"](javascript:x)\u202e\"}",
		"bomb":      "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e]\n",
		"null":      "null",
		"scalar":    `"x"`,
	} {
		for _, p := range paths {
			sys := Read(t, loader, fstest.MapFS{p: {Data: []byte(text)}})
			checkAll(t, sys)
			if t.Failed() {
				t.Fatalf("%s as %s", name, p)
			}
		}
	}
}

func checkAll(t testing.TB, sys *leastagency.System) {
	t.Helper()
	for _, l := range sys.Layers {
		Check(t, l)
	}
	for _, p := range sys.Problems {
		if p.At.IsZero() && p.Path == "" || p.Text == "" {
			t.Errorf("problem without a place or a text: %+v", p)
		}
	}
}
