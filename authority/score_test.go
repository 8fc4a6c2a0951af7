package authority

import (
	"slices"
	"testing"

	la "github.com/leastagency/leastagency"
	"pgregory.net/rapid"
)

// drawGrant makes any grant that inference could.
func drawGrant(t *rapid.T) *la.Grant {
	g := &la.Grant{
		Capability: la.Capability(rapid.IntRange(int(la.ReadUntrusted), int(la.Pay)).Draw(t, "capability")),
		Reach:      la.Reach{Breadth: la.Breadth(rapid.IntRange(0, int(la.Everything)).Draw(t, "breadth"))},
		Decision:   rapid.SampledFrom([]la.Decision{la.DecisionUnknown, la.Ask, la.Allow, la.Deny}).Draw(t, "decision"),
		Route:      la.Route(rapid.IntRange(0, int(la.RouteConfig)).Draw(t, "route")),
		Contained:  rapid.Bool().Draw(t, "contained"),
		Confidence: la.Inferred,
		Evidence:   []la.Step{{At: file.Span(1, 2), Text: "there"}},
	}
	if rapid.Bool().Draw(t, "ruled") {
		g.Rule = &la.Rule{Text: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "rule"), Decision: la.Allow}
	}
	return g
}

func drawBoundary(t *rapid.T, h la.Hardness) *la.Boundary {
	b := &la.Boundary{
		Kind:     la.BoundaryKind(rapid.IntRange(0, int(la.BoundaryReceiver)).Draw(t, "kind")),
		Hardness: h,
		Covers:   []la.Capability{la.Capability(rapid.IntRange(1, int(la.Pay)).Draw(t, "covers")), la.Execute},
		Action:   la.Action{Kind: la.ActionKind(rapid.IntRange(0, int(la.ActionOther)).Draw(t, "action"))},
	}
	if rapid.Bool().Draw(t, "by a rule") {
		b.Rule = &la.Rule{Decision: la.Deny}
	}
	return b
}

func drawCredential(t *rapid.T) *la.Credential {
	return &la.Credential{Name: rapid.SampledFrom([]string{"TOKEN", "ADMIN_KEY", "X"}).Draw(t, "name"), Admin: rapid.Bool().Draw(t, "admin"),
		Source:   la.CredentialSource(rapid.IntRange(0, int(la.SourceWholeEnvironment)).Draw(t, "source")),
		Lifetime: la.Lifetime(rapid.IntRange(0, int(la.Static)).Draw(t, "lifetime"))}
}

func drawTrigger(t *rapid.T) *la.Trigger {
	return &la.Trigger{Name: "issues", Untrusted: rapid.Bool().Draw(t, "untrusted"), Unauthenticated: rapid.Bool().Draw(t, "open")}
}

func drawAgent(t *rapid.T) *la.Agent {
	layer := &la.Layer{At: file.Whole()}
	a := &la.Agent{ID: "x", At: file.Whole(), Layers: []*la.Layer{layer}}
	for range rapid.IntRange(0, 12).Draw(t, "grants") {
		a.Grants = append(a.Grants, drawGrant(t))
	}
	for range rapid.IntRange(0, 4).Draw(t, "boundaries") {
		a.Boundaries = append(a.Boundaries, drawBoundary(t, la.Hardness(rapid.IntRange(0, int(la.Soft)).Draw(t, "hardness"))))
	}
	for range rapid.IntRange(0, 3).Draw(t, "credentials") {
		layer.Credentials = append(layer.Credentials, drawCredential(t))
	}
	for range rapid.IntRange(0, 2).Draw(t, "triggers") {
		layer.Triggers = append(layer.Triggers, drawTrigger(t))
	}
	if rapid.Bool().Draw(t, "limited") {
		layer.Limits.Turns = la.ValueAt(10, file.Whole())
	}
	return a
}

// with returns the agent with a copy of its layer to change.
func with(a *la.Agent, change func(*la.Agent, *la.Layer)) *la.Agent {
	b, layer := *a, *a.Layers[0]
	b.Layers = []*la.Layer{&layer}
	b.Grants, b.Boundaries, b.Memory = slices.Clone(a.Grants), slices.Clone(a.Boundaries), slices.Clone(a.Memory)
	layer.Credentials, layer.Triggers = slices.Clone(layer.Credentials), slices.Clone(layer.Triggers)
	change(&b, &layer)
	return &b
}

func points(a *la.Agent) float64 { return score(a, la.Builtin().Weights).Points }

// TestScoreLaws holds the laws of docs/score.md on agents of every kind.
func TestScoreLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawAgent(t)
		before := points(a)
		if before < 0 || before > 100 {
			t.Fatalf("score %g", before)
		}
		for _, more := range []struct {
			name  string
			agent *la.Agent
		}{
			{"grant", with(a, func(a *la.Agent, _ *la.Layer) { a.Grants = append(a.Grants, drawGrant(t)) })},
			{"credential", with(a, func(_ *la.Agent, l *la.Layer) { l.Credentials = append(l.Credentials, drawCredential(t)) })},
			{"trigger", with(a, func(_ *la.Agent, l *la.Layer) { l.Triggers = append(l.Triggers, drawTrigger(t)) })},
			{"memory", with(a, func(a *la.Agent, _ *la.Layer) {
				a.Memory = append(a.Memory, &la.Memory{Name: "CLAUDE.md", Writers: []*la.Grant{drawGrant(t)}})
			})},
			{"yes", with(a, func(a *la.Agent, _ *la.Layer) { // a question less
				for i, g := range a.Grants {
					if g.Decision == la.Ask {
						allowed := *g
						allowed.Decision = la.Allow
						a.Grants[i] = &allowed
						break
					}
				}
			})},
		} {
			if after := points(more.agent); after < before {
				t.Fatalf("one more %s lowers the score from %g to %g", more.name, before, after)
			}
		}
		hard := with(a, func(a *la.Agent, _ *la.Layer) { a.Boundaries = append(a.Boundaries, drawBoundary(t, la.Hard)) })
		if after := points(hard); after > before {
			t.Fatalf("a hard boundary raises the score from %g to %g", before, after)
		}
		soft := with(a, func(a *la.Agent, _ *la.Layer) { a.Boundaries = append(a.Boundaries, drawBoundary(t, la.Soft)) })
		if after := points(soft); after != before {
			t.Fatalf("a soft boundary changes the score from %g to %g", before, after)
		}
		ajar := with(a, func(a *la.Agent, _ *la.Layer) { // a wall that a person may be asked to open
			a.Boundaries = append(a.Boundaries, &la.Boundary{Kind: la.BoundarySandbox, Hardness: la.Soft, Fails: []la.Failure{{Probe: 3}}})
		})
		if after := points(ajar); after > before || after < before-20.1 { // and what rounding does
			t.Fatalf("a wall to ask out of changes the score from %g to %g", before, after)
		}
		asked := with(a, func(a *la.Agent, _ *la.Layer) { // a person is asked for everything
			for i, g := range a.Grants {
				if g.Decision == la.Allow {
					ask := *g
					ask.Decision = la.Ask
					a.Grants[i] = &ask
				}
			}
		})
		if after := points(asked); before-after > float64(la.Builtin().Weights.Approval)+0.1 { // and what rounding does
			t.Fatalf("questions lower the score from %g to %g", before, after)
		}
	})
}

// TestScoreShares: the contributions explain the score, each in its place.
func TestScoreShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := score(drawAgent(t), la.Builtin().Weights)
		sum := 0.0
		for i, c := range s.Contributions {
			sum += c.Points
			if c.Side == la.SideUnknown || c.Text == "" || c.Points < 0 {
				t.Fatalf("contribution %+v", c)
			}
			if i > 0 && c.Points > s.Contributions[i-1].Points {
				t.Fatalf("contributions are not in order")
			}
		}
		if diff := sum - s.Points; diff > 0.051 || diff < -0.051 {
			t.Fatalf("contributions add up to %.2f, the score is %g", sum, s.Points)
		}
	})
}

// TestScoreOfFiles holds the laws where they start, at what files state.
func TestScoreOfFiles(t *testing.T) {
	action := func(t *rapid.T) la.Action {
		return rapid.SampledFrom([]la.Action{shell("", true), shell("git", true), shell("git push", true), shell("make", true), {Kind: la.ActionRead}, {Kind: la.ActionWrite, Pattern: "src/**"},
			{Kind: la.ActionFetch}, {Kind: la.ActionFetch, Pattern: "domain:a.example"}, {Kind: la.ActionServer, Server: "tracker"}, {Kind: la.ActionSpawn}}).Draw(t, "action")
	}
	effects := func(t *rapid.T) []la.Capability {
		return rapid.SliceOfN(rapid.SampledFrom([]la.Capability{la.Execute, la.ReadPrivate, la.Send, la.ReadUntrusted, la.WriteFiles, la.Destroy}), 0, 3).Draw(t, "effects")
	}
	rapid.Check(t, func(t *rapid.T) {
		base := layer(la.ScopeProject)
		says := func(body string) []*la.Text {
			return []*la.Text{{Kind: la.TextInstructions, At: file.Whole(), Body: body}}
		}
		base.Texts = says("This is a shop.")
		for i := range rapid.IntRange(0, 6).Draw(t, "rules") {
			if rapid.Bool().Draw(t, "allow") {
				base.Rules = append(base.Rules, allow(i, action(t), effects(t)...))
			} else {
				base.Rules = append(base.Rules, deny(i, action(t)))
			}
		}
		if rapid.Bool().Draw(t, "server") {
			base.Servers = []*la.Server{tracker()}
		}
		scoreOf := func(l *la.Layer) float64 {
			sys := infer(l)
			scores(sys, la.Builtin())
			return sys.Agents[0].Score.Points
		}
		before := scoreOf(base)
		more := *base
		more.Rules = append(slices.Clone(base.Rules), allow(7, action(t), effects(t)...))
		if after := scoreOf(&more); after < before {
			t.Fatalf("an allow rule lowers the score from %g to %g", before, after)
		}
		prose := *base
		prose.Texts = says("Never push. Never delete files. Ask before you run anything.")
		if after := scoreOf(&prose); after != before {
			t.Fatalf("prose changes the score from %g to %g", before, after)
		}
		wall := *base
		on := func(v bool) la.Value[bool] { return la.ValueAt(v, file.Whole()) }
		wall.Sandbox = &la.Sandbox{At: file.Whole(), Enabled: on(true), FailClosed: on(true), Retry: on(false), HostsSet: true}
		if after := scoreOf(&wall); after > before {
			t.Fatalf("a hard sandbox raises the score from %g to %g", before, after)
		}
		less := *base
		less.Rules = append(slices.Clone(base.Rules), deny(8, rapid.SampledFrom([]la.Action{shell("", true), {Kind: la.ActionRead}, {Kind: la.ActionWrite}, {Kind: la.ActionFetch}}).Draw(t, "denied")))
		if after := scoreOf(&less); after > before {
			t.Fatalf("a tool that is withheld raises the score from %g to %g", before, after)
		}
	})
}
