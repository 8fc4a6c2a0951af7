package authority

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// scores gives every agent its agency score. docs/score.md says why it is built like this.
func scores(sys *leastagency.System, policy *leastagency.Policy) {
	if policy.Weights == nil {
		return
	}
	for _, a := range sys.Agents {
		a.Score = score(a, policy.Weights)
	}
}

// score adds up what an agent can do, how much that reaches and how long it stays possible. Every
// reason is a chance that harm is done, and reasons add up as independent chances do: 1 - Π(1 - x), so
// that a reason more never lowers the sum and a hundred small ones do not drown a large one.
//
// Questions to a person are a soft control. What they take away of the score that the agent has when
// each is answered with yes comes closer and closer to Weights.Approval points, and never gets there.
func score(a *leastagency.Agent, w *leastagency.Weights) leastagency.Score {
	asking := scorer{agent: a, weights: w}
	asking.run()
	clicking := scorer{agent: a, weights: w, yes: true}
	clicking.run()
	yes, most := clicking.points(), float64(w.Approval)
	points := yes
	if most > 0 {
		points -= most * (1 - math.Exp((asking.points()-yes)/most))
	}
	s := leastagency.Score{Points: math.Round(10*points) / 10, Contributions: asking.out}
	sum := 0.0
	for _, c := range s.Contributions {
		sum += c.Points
	}
	for _, c := range s.Contributions { // shares of the sum become shares of the score
		c.Points *= points / sum
	}
	slices.SortStableFunc(s.Contributions, func(x, y *leastagency.Contribution) int { return cmp.Compare(y.Points, x.Points) })
	return s
}

// A scorer collects the reasons. Until they are shared out, Contribution.Points is -ln(1-x), which
// adds up where chances multiply.
type scorer struct {
	agent   *leastagency.Agent
	weights *leastagency.Weights
	yes     bool // every question is answered with yes
	out     []*leastagency.Contribution
}

func (s *scorer) run() {
	grants := s.open()
	for c := leastagency.ReadUntrusted; c <= leastagency.Pay; c++ {
		s.capability(c, grants)
	}
	s.unseen()
	for c := leastagency.ReadUntrusted; c <= leastagency.Pay; c++ {
		s.data(c, grants)
	}
	s.time(grants)
}

// points returns the score of what was collected.
func (s *scorer) points() float64 {
	sum := 0.0
	for _, c := range s.out {
		sum += c.Points
	}
	return 100 * (1 - math.Exp(-sum))
}

// A reason is a chance of harm between 0 and 1, with what brings it about.
type reason struct {
	x    float64
	text string
	at   leastagency.Span
}

// add combines reasons of one kind: the largest counts in full, each further one for a part of itself.
func (s *scorer) add(side leastagency.Side, title string, reasons []reason) {
	reasons = slices.DeleteFunc(reasons, func(r reason) bool { return r.x <= 0 })
	if len(reasons) == 0 {
		return
	}
	slices.SortStableFunc(reasons, func(a, b reason) int { return cmp.Compare(b.x, a.x) })
	sum := 0.0
	for i, r := range reasons {
		x := min(r.x, 0.99)
		if i > 0 {
			x *= percent(s.weights.Further)
		}
		sum -= math.Log(1 - x)
	}
	text := title + reasons[0].text
	if n := len(reasons) - 1; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	s.out = append(s.out, &leastagency.Contribution{Side: side, Points: sum, Text: text, At: reasons[0].at})
}

func percent(n int) float64 { return float64(n) / 100 }

func entry(table []int, i int) float64 {
	if i >= len(table) {
		i = 0
	}
	return percent(table[i])
}

// open returns the grants that something may come of. What a soft wall contains, it does not contain:
// code behind it reads, writes and sends, after asking where the wall is soft for that alone.
func (s *scorer) open() []*leastagency.Grant {
	var out []*leastagency.Grant
	for _, g := range s.agent.Grants {
		if g.Decision == leastagency.Deny || g.Decision == leastagency.Ask && s.agent.Kind == leastagency.KindJob { // nobody is there to be asked
			continue
		}
		if g.Contained && g.Rule == nil && g.Decision == leastagency.Allow && s.asksToLeave() {
			asked := *g
			asked.Decision = leastagency.Ask
			g = &asked
		}
		out = append(out, g)
		if g.Capability == leastagency.Execute && g.Contained && !s.walled() {
			for _, c := range implied {
				more := *g
				more.Capability, more.Implied, more.Reach = c, true, leastagency.Reach{Breadth: leastagency.Machine}
				out = append(out, &more)
			}
		}
	}
	return out
}

// implied is what code does that no wall contains.
var implied = []leastagency.Capability{leastagency.ReadPrivate, leastagency.ReadSecret, leastagency.WriteFiles, leastagency.Send}

func (s *scorer) walled() bool {
	return slices.ContainsFunc(s.agent.Boundaries, func(b *leastagency.Boundary) bool {
		return b.Kind == leastagency.BoundarySandbox && b.Hardness == leastagency.Hard
	})
}

// asksToLeave reports whether all that makes the wall soft is that a person may be asked to open it.
func (s *scorer) asksToLeave() bool {
	return slices.ContainsFunc(s.agent.Boundaries, func(b *leastagency.Boundary) bool {
		return b.Kind == leastagency.BoundarySandbox && b.Hardness == leastagency.Soft && len(b.Fails) > 0 &&
			!slices.ContainsFunc(b.Fails, func(f leastagency.Failure) bool { return f.Probe != 3 })
	})
}

// autonomy tells how freely a grant acts.
func (s *scorer) autonomy(g *leastagency.Grant) float64 {
	d := g.Decision
	if s.yes && d == leastagency.Ask {
		d = leastagency.Allow
	}
	return entry(s.weights.Autonomy, int(d))
}

// held tells what hard boundaries leave of a grant.
func (s *scorer) held(g *leastagency.Grant) float64 {
	left := 1.0
	for _, b := range s.agent.Boundaries {
		if b.Hardness != leastagency.Hard || !slices.Contains(b.Covers, g.Capability) {
			continue
		}
		switch b.Kind {
		case leastagency.BoundaryDeny, leastagency.BoundaryReceiver:
			if b.Rule == nil || routes[b.Action.Kind] == g.Route {
				left = min(left, percent(s.weights.Denied))
			}
		case leastagency.BoundaryHook:
			left = min(left, percent(s.weights.Guarded))
		}
	}
	if g.Contained && s.walled() {
		left = min(left, percent(s.weights.Contained))
	}
	return left
}

// exposure tells how much of what the agent may do is open to strangers.
func (s *scorer) exposure(grants []*leastagency.Grant) float64 {
	e := s.weights.Exposure.Hidden
	for _, g := range grants {
		if g.Capability != leastagency.ReadUntrusted {
			continue
		}
		if g.Decision == leastagency.Allow || s.yes {
			return percent(s.weights.Exposure.Open)
		}
		e = s.weights.Exposure.Asked
	}
	for _, l := range s.agent.Layers {
		if slices.ContainsFunc(l.Triggers, stranger) || slices.ContainsFunc(l.Inputs, func(in *leastagency.Input) bool { return in.Untrusted }) {
			return percent(s.weights.Exposure.Open)
		}
	}
	return percent(e)
}

func stranger(t *leastagency.Trigger) bool { return t.Untrusted || t.Unauthenticated }

// capability adds what the agent can do with one capability: weight × autonomy × exposure.
func (s *scorer) capability(c leastagency.Capability, grants []*leastagency.Grant) {
	exposure := s.exposure(grants)
	s.add(leastagency.SideCapability, c.String()+": ", s.strongest(c, grants, func(g *leastagency.Grant) float64 {
		return entry(s.weights.Capabilities, int(c)) * s.autonomy(g) * exposure * s.held(g)
	}))
}

// unseen adds the servers of which nothing is known: what they can do is not nothing.
func (s *scorer) unseen() {
	var out []reason
	for _, server := range s.agent.Servers {
		if server.Disabled || server.Known != nil || len(server.Effects) > 0 {
			continue
		}
		d, _ := (&granter{agent: s.agent}).serverDecision(server, leastagency.KnownTools{})
		if d != leastagency.Deny {
			use := &leastagency.Grant{Server: server, Decision: d}
			out = append(out, reason{percent(s.weights.Unseen) * s.autonomy(use), source(use) + freely(use), server.At})
		}
	}
	s.add(leastagency.SideCapability, "what it can do is not visible: ", out)
}

// losing are the capabilities whose harm grows with what they reach.
var losing = []leastagency.Capability{leastagency.ReadPrivate, leastagency.ReadSecret, leastagency.WriteFiles, leastagency.WriteState, leastagency.Destroy, leastagency.Remember}

// data adds how much a capability reaches.
func (s *scorer) data(c leastagency.Capability, grants []*leastagency.Grant) {
	if !slices.Contains(losing, c) {
		return
	}
	s.add(leastagency.SideData, "reach of "+c.String()+": ", s.strongest(c, grants, func(g *leastagency.Grant) float64 {
		return entry(s.weights.Reach, int(g.Reach.Breadth)) * s.autonomy(g) * s.held(g)
	}))
}

// strongest returns one reason for each rule, server or tool of the product that brings a capability.
func (s *scorer) strongest(c leastagency.Capability, grants []*leastagency.Grant, x func(*leastagency.Grant) float64) []reason {
	var out []reason
	seen := map[string]int{}
	for _, g := range grants {
		if g.Capability != c {
			continue
		}
		name := source(g)
		r := reason{x: x(g), text: name + freely(g)}
		if len(g.Evidence) > 0 {
			r.at = g.Evidence[0].At
		}
		i, again := seen[name]
		switch {
		case !again:
			seen[name] = len(out)
			out = append(out, r)
		case r.x > out[i].x:
			out[i] = r
		}
	}
	return out
}

// source names what brings a grant.
func source(g *leastagency.Grant) string {
	switch {
	case g.Server != nil:
		return "server " + leastagency.Quote(g.Server.Name)
	case g.Rule != nil:
		return leastagency.Quote(g.Rule.Text)
	case g.Input != nil:
		return leastagency.Quote(g.Input.Name)
	case g.Power != nil:
		return leastagency.Quote(g.Power.Name)
	}
	return "the product's own tools by " + g.Route.String()
}

// freely says what stands between a grant and its use.
func freely(g *leastagency.Grant) string {
	switch {
	case g.Contained:
		return ", inside the sandbox"
	case g.Decision == leastagency.Ask:
		return ", after asking"
	case g.Decision == leastagency.Allow:
		return ", unasked"
	}
	return ""
}

// time adds how long it stays possible: credentials that live on, a start by strangers, no limit, and
// what it tells itself for next time.
func (s *scorer) time(grants []*leastagency.Grant) {
	a, w := s.agent, s.weights
	var credentials, starts, memories []reason
	for _, c := range a.AllCredentials() {
		credentials = append(credentials, reason{s.credential(c), leastagency.Quote(c.Name) + ", " + c.Source.String(), c.At})
	}
	bounded := false
	for _, l := range a.Layers {
		for _, t := range l.Triggers {
			if stranger(t) {
				starts = append(starts, reason{percent(w.Triggered), t.Name, t.At})
			}
		}
		bounded = bounded || l.Limits.Turns.Set || l.Limits.Seconds.Set
	}
	for _, m := range a.Memory {
		if len(m.Writers) > 0 {
			memories = append(memories, reason{percent(w.Remembers), leastagency.Quote(m.Name), m.At})
		}
	}
	s.add(leastagency.SideTime, "credential: ", credentials)
	s.add(leastagency.SideTime, "strangers can start it: ", starts)
	s.add(leastagency.SideTime, "changes unasked what it reads next time: ", memories)
	if !bounded && len(grants) > 0 {
		s.add(leastagency.SideTime, "", []reason{{percent(w.Unlimited), "no limit of turns or time is stated", a.At}})
	}
}

// credential tells what it is worth to hold a copy.
func (s *scorer) credential(c *leastagency.Credential) float64 {
	x := entry(s.weights.Lifetimes, int(c.Lifetime))
	switch c.Source {
	case leastagency.SourcePlaceholder, leastagency.SourceBroken:
		return 0
	case leastagency.SourceLiteral, leastagency.SourceDefault, leastagency.SourceWholeEnvironment:
		x *= 2
	case leastagency.SourcePrompt, leastagency.SourceSessionLogin, leastagency.SourceHelper:
		x /= 2
	}
	if c.Admin || strings.Contains(strings.ToLower(c.Name), "admin") {
		x *= 1.5
	}
	return x
}
