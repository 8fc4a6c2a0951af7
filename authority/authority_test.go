package authority

import (
	"slices"
	"testing"

	la "github.com/leastagency/leastagency"
	"pgregory.net/rapid"
)

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"a", "a", true}, {"a", "ab", false}, {"*", "", true}, {"*", "x", true}, {"a*", "abc", true}, {"*c", "abc", true},
		{"a*c", "abc", true}, {"a*c", "ab", false}, {"a*b*c", "aXbYc", true}, {"a*b*c", "acb", false}, {"get_*", "get_issue", true}, {"get_*", "list_get_", false},
		{"a*a", "a", false},
	} {
		if got := glob(c.pattern, c.name); got != c.want {
			t.Errorf("glob(%q, %q) = %v", c.pattern, c.name, got)
		}
	}
}

func shell(pattern string, open bool) la.Action {
	return la.Action{Kind: la.ActionShell, Pattern: pattern, Open: open}
}

func TestCovers(t *testing.T) {
	server := func(s, tool string) la.Action { return la.Action{Kind: la.ActionServer, Server: s, Tool: tool} }
	read := func(p string) la.Action { return la.Action{Kind: la.ActionRead, Pattern: p} }
	fetch := func(p string) la.Action { return la.Action{Kind: la.ActionFetch, Pattern: p} }
	for _, c := range []struct {
		a, b la.Action
		want bool
	}{
		{shell("", true), shell("git push", false), true},
		{shell("git", true), shell("git push", true), true},
		{shell("git", true), shell("gitk", false), false},
		{shell("git", false), shell("git", true), false},
		{shell("git push", true), shell("git", true), false},
		{shell("git push", false), shell("git push", false), true},
		{shell("git * main", false), shell("git push main", false), true},
		{server("gh", ""), server("gh", "x"), true},
		{server("gh", "x"), server("gh", ""), false},
		{server("gh", "get_*"), server("gh", "get_issue"), true},
		{server("*", ""), server("gh", ""), true},
		{read(""), read("./.env"), true},
		{read("./.env"), read(".env"), true},
		{read("secrets/**"), read("secrets/prod/key"), true},
		{read("secrets/**"), read("src/**"), false},
		{read("**"), read("src/**"), true},
		{read("**"), read("//etc/passwd"), false},
		{fetch("domain:*.example.com"), fetch("domain:api.example.com"), true},
		{fetch("domain:*.example.com"), fetch("domain:example.com"), false},
		{fetch("domain:a.com"), fetch(""), false},
		{la.Action{Kind: la.ActionAny}, read("x"), true},
		{shell("", true), read("x"), false},
	} {
		if got := covers(c.a, c.b); got != c.want {
			t.Errorf("covers(%+v, %+v) = %v", c.a, c.b, got)
		}
	}
}

func TestMatchPath(t *testing.T) {
	for _, c := range []struct {
		pattern, file string
		want          bool
	}{
		{".env", "a/b/.env", true}, {"*.md", "docs/x.md", true}, {"src/*.go", "src/a.go", true}, {"src/*.go", "src/a/b.go", false},
		{"src/**", "src/a/b.go", true}, {"**/hooks/**", "a/hooks/b", true}, {"docs/", "docs/a", true}, {"docs", "src/a", false},
	} {
		if got := matchPath(c.pattern, c.file); got != c.want {
			t.Errorf("matchPath(%q, %q) = %v", c.pattern, c.file, got)
		}
	}
}

var file = la.NewFile(".claude/settings.json", []byte("{}\n{}\n{}\n"))

func allow(at int, action la.Action, can ...la.Capability) *la.Rule {
	r := &la.Rule{At: file.Span(at, at+1), Text: action.Pattern, Decision: la.Allow, Action: action}
	for _, c := range can {
		r.Effects = append(r.Effects, la.Effect{Capability: c})
	}
	return r
}

func deny(at int, action la.Action) *la.Rule {
	return &la.Rule{At: file.Span(at, at+1), Text: action.Pattern, Decision: la.Deny, Action: action}
}

func infer(layers ...*la.Layer) *la.System {
	sys := &la.System{Layers: layers}
	policy := &la.Policy{Knowledge: &la.Knowledge{Servers: []la.KnownServer{
		{ID: "tracker", Title: "Tracker", Match: []string{"npm:tracker-mcp", "url:mcp.tracker.example"}, Tools: []la.KnownTools{
			{Names: []string{"list_issues"}, Can: []la.Capability{la.ReadUntrusted}},
			{Names: []string{"create_issue"}, Can: []la.Capability{la.WriteState, la.Send}},
		}, ReadOnly: &la.KnownSwitch{Args: []string{"--read-only"}, Env: []string{"READ_ONLY=1"}}},
	}}, Combinations: []la.Combination{{Name: "trifecta", Legs: []la.Leg{{Role: "in", Any: []la.Capability{la.ReadUntrusted}}, {Role: "data", Any: []la.Capability{la.ReadPrivate}}, {Role: "out", Any: []la.Capability{la.Send}}}}}}
	for _, step := range All() {
		step.Run(sys, policy)
	}
	return sys
}

func layer(scope la.Scope, rules ...*la.Rule) *la.Layer {
	return &la.Layer{Product: "claude-code", Kind: la.KindSession, Scope: scope, Root: ".", At: file.Whole(), Rules: rules}
}

func tracker(args ...string) *la.Server {
	s := &la.Server{Name: "tracker", At: file.Span(3, 4), Transport: la.Stdio, Command: &la.Command{Artifacts: []la.Artifact{{Ecosystem: "npm", Name: "tracker-mcp"}}}}
	for _, a := range args {
		s.Args = append(s.Args, la.ValueAt(a, file.Span(4, 5)))
	}
	return s
}

func TestSessionsJoinLayersByPrecedence(t *testing.T) {
	project, local := layer(la.ScopeProject, allow(0, shell("a", false))), layer(la.ScopeLocal)
	project.Mode = la.ValueAt(la.ModePlan, file.Span(0, 1))
	local.Mode = la.ValueAt(la.ModeBypass, file.Span(1, 2))
	local.Servers = []*la.Server{tracker("--read-only")}
	project.Servers = []*la.Server{tracker()}
	other := layer(la.ScopeProject)
	other.Root = "packages/a"
	agent := &la.Layer{Product: "claude-code", Kind: la.KindSubagent, Scope: la.ScopeProject, Root: "packages/a", Name: "reviewer", At: file.Whole()}
	sys := infer(project, local, other, agent)
	var ids []string
	for _, a := range sys.Agents {
		ids = append(ids, a.ID)
	}
	if want := []string{"claude-code", "claude-code:packages/a", "claude-code/agents/reviewer:packages/a"}; !slices.Equal(ids, want) {
		t.Fatalf("agents %q, want %q", ids, want)
	}
	a := sys.Agents[0]
	if a.Mode.V != la.ModeBypass || len(a.Servers) != 1 || a.Servers[0] != local.Servers[0] || len(a.Rules) != 1 {
		t.Errorf("mode %v, %d servers, %d rules", a.Mode.V, len(a.Servers), len(a.Rules))
	}
	if sys.Agents[2].Parent != sys.Agents[1] {
		t.Errorf("parent of the sub-agent is %v", sys.Agents[2].Parent)
	}
}

func TestServerSwitches(t *testing.T) {
	for _, c := range []struct {
		args []string
		want int // effects left
	}{{nil, 3}, {[]string{"--read-only"}, 1}, {[]string{"--read-only=true"}, 1}, {[]string{"--read-only", "false"}, 3}, {[]string{"--read-only=false"}, 3}} {
		l := layer(la.ScopeProject)
		l.Servers = []*la.Server{tracker(c.args...)}
		infer(l)
		if got := len(l.Servers[0].Effects); got != c.want {
			t.Errorf("%q leaves %d effects, want %d", c.args, got, c.want)
		}
	}
}

func TestChain(t *testing.T) {
	l := layer(la.ScopeProject, allow(0, la.Action{Kind: la.ActionRead}, la.ReadPrivate))
	l.Servers = []*la.Server{tracker()}
	sys := infer(l)
	if c := sys.Agents[0].Chains; len(c) != 1 || len(c[0].Steps) != 3 || c[0].Unattended {
		t.Fatalf("chains: %+v", c)
	}
	l = layer(la.ScopeProject, allow(0, la.Action{Kind: la.ActionRead}, la.ReadPrivate), deny(1, la.Action{Kind: la.ActionServer, Server: "tracker", Tool: "create_issue"}))
	l.Servers = []*la.Server{tracker()}
	if c := infer(l).Agents[0].Chains; len(c) != 0 {
		t.Fatalf("the way out is denied, still: %+v", c[0])
	}
	if c := infer(layer(la.ScopeProject, allow(0, shell("python3", true), la.Execute))).Agents[0].Chains; len(c) != 0 {
		t.Fatalf("one permission is no combination: %+v", c[0])
	}
}

func TestDenyWalkedAround(t *testing.T) {
	env := la.Action{Kind: la.ActionRead, Pattern: "./.env"}
	for _, c := range []struct {
		name  string
		other *la.Rule
		hard  bool
	}{
		{"interpreter", allow(0, shell("node", true), la.Execute), false},
		{"named test", allow(0, shell("go test", true)), true},
	} {
		a := infer(layer(la.ScopeProject, c.other, deny(1, env))).Agents[0]
		i := slices.IndexFunc(a.Boundaries, func(b *la.Boundary) bool { return b.Kind == la.BoundaryDeny })
		if got := a.Boundaries[i].Hardness == la.Hard; got != c.hard {
			t.Errorf("%s: hard = %v: %+v", c.name, got, a.Boundaries[i])
		}
	}
}

// TestDenyNeverAdds: adding a deny rule never gives an agent anything.
func TestDenyNeverAdds(t *testing.T) {
	patterns := []string{"", "git", "git push", "node", "rm -rf", "./.env", "src/**", "domain:a.example"}
	kinds := []la.ActionKind{la.ActionShell, la.ActionRead, la.ActionWrite, la.ActionFetch, la.ActionAny}
	rapid.Check(t, func(t *rapid.T) {
		var rules []*la.Rule
		action := func() la.Action {
			return la.Action{Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Pattern: rapid.SampledFrom(patterns).Draw(t, "pattern"), Open: rapid.Bool().Draw(t, "open")}
		}
		for i := range rapid.IntRange(0, 5).Draw(t, "rules") {
			rules = append(rules, allow(i, action(), rapid.SampledFrom([]la.Capability{la.Execute, la.Send, la.ReadPrivate, la.ReadUntrusted}).Draw(t, "can")))
		}
		before := allowed(infer(layer(la.ScopeProject, rules...)).Agents[0])
		after := allowed(infer(layer(la.ScopeProject, append(slices.Clone(rules), deny(8, action()))...)).Agents[0])
		for c, n := range after {
			if n > before[c] {
				t.Fatalf("a deny rule added %v", c)
			}
		}
	})
}

func allowed(a *la.Agent) map[la.Capability]int {
	n := map[la.Capability]int{}
	for _, g := range a.Grants {
		if g.Decision == la.Allow {
			n[g.Capability]++
		}
	}
	return n
}
