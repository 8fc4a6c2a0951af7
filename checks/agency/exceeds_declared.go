package agency

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// ExceedsDeclared finds agents that have more than the policy declares for them: a capability, a
// server, a host, a score, or a promised control that is not there. The first step is what is declared.
var ExceedsDeclared = leastagency.Check{Rule: "agency/exceeds-declared", Run: func(p *leastagency.Pass) {
	if p.Policy.Declarations == nil {
		return
	}
	for _, a := range p.Agents {
		if a.At.IsZero() || a.At.File.Role == leastagency.RoleFixture || a.Kind == leastagency.KindCatalog {
			continue
		}
		d := p.Policy.Declared(a)
		switch {
		case d == nil && a.Parent == nil && (len(a.Grants) > 0 || len(a.Servers) > 0):
			f := p.Reportf(a.At, "agent %s is declared nowhere in the policy, which leaves it nothing", leastagency.Quote(a.ID))
			for _, other := range p.Policy.Declarations[:min(1, len(p.Policy.Declarations))] {
				f.Because(other.At, "agents are declared here")
			}
		case d != nil:
			e := excess{p, a, d, nil}
			if a.Parent != nil && p.Policy.Declared(a.Parent) == d {
				e.session = a.Parent // what a child has from its session is the session's excess
			}
			e.capabilities()
			e.servers()
			e.hosts()
			e.score()
			e.controls()
		}
	}
}}

// An excess compares one agent with what is declared for it.
type excess struct {
	*leastagency.Pass
	agent   *leastagency.Agent
	allowed *leastagency.Declaration
	session *leastagency.Agent // whose excess is not told again; nil for none
}

// capabilities reports what is used more freely than declared: what one place brings about is one finding.
func (e *excess) capabilities() {
	if !e.allowed.Capabilities.Set {
		return
	}
	type over struct {
		says     []string
		declared []leastagency.Step
		by       *leastagency.Grant
	}
	var places []leastagency.Span
	found := map[leastagency.Span]*over{}
	for c := leastagency.ReadUntrusted; c <= leastagency.Pay; c++ {
		use, by := e.agent.Uses(c)
		limit, at := e.limit(c)
		if use <= limit || len(by.Evidence) == 0 {
			continue
		}
		place := by.Evidence[0].At
		if found[place] == nil {
			found[place] = &over{by: by}
			places = append(places, place)
		}
		o := found[place]
		o.says = append(o.says, fmt.Sprintf("%s (%s, declared %s)", c, use, limit))
		step := leastagency.Step{At: at, Text: fmt.Sprintf("declared: %s: %s", c, limit)}
		if at == e.allowed.Capabilities.At {
			step.Text = "nothing else is declared"
		}
		if !slices.Contains(o.declared, step) {
			o.declared = append(o.declared, step)
		}
	}
	for _, place := range places {
		o := found[place]
		f := e.Reportf(place, "agent %s has more than the policy declares: %s", leastagency.Quote(e.agent.ID), strings.Join(o.says, ", ")).Sure(o.by.Confidence)
		for _, step := range slices.Concat(o.declared, o.by.Evidence) {
			f.Because(step.At, "%s", step.Text)
		}
	}
}

// limit returns how freely a capability may be used, and the place that says so.
func (e *excess) limit(c leastagency.Capability) (leastagency.Use, leastagency.Span) {
	limit, at := leastagency.Unused, e.allowed.Capabilities.At
	for _, allowance := range e.allowed.Capabilities.V {
		if allowance.Capability == c {
			limit, at = allowance.Use, allowance.At
		}
	}
	if e.session != nil {
		had, _ := e.session.Uses(c)
		limit = max(limit, had)
	}
	return limit, at
}

func (e *excess) servers() {
	if !e.allowed.Servers.Set {
		return
	}
	for _, s := range e.agent.Servers {
		if e.session != nil && slices.Contains(e.session.Servers, s) {
			continue
		}
		at, says := e.allowed.Servers.At, "and the policy declares no server of that name"
		ok := slices.ContainsFunc(e.allowed.Servers.V, func(v leastagency.Value[string]) bool {
			name, identity, exact := strings.Cut(v.V, "=")
			if !leastagency.Wildcard(name, s.Name) {
				return false
			}
			if exact && !leastagency.Wildcard(identity, s.Identity()) {
				at, says = v.At, "which is "+leastagency.Quote(s.Identity())+" and the policy declares "+leastagency.Quote(identity)
				return false
			}
			return true
		})
		if !ok {
			e.Reportf(s.At, "agent %s has server %s, %s", leastagency.Quote(e.agent.ID), leastagency.Quote(s.Name), says).Because(at, "declared here")
		}
	}
}

func (e *excess) hosts() {
	if !e.allowed.Hosts.Set {
		return
	}
	var had []leastagency.Value[string]
	if e.session != nil {
		had = e.session.Hosts()
	}
	for _, host := range e.agent.Hosts() {
		covers := func(v leastagency.Value[string]) bool { return leastagency.Wildcard(strings.ToLower(v.V), host.V) }
		if !slices.ContainsFunc(e.allowed.Hosts.V, covers) && !slices.ContainsFunc(had, covers) {
			e.Reportf(host.At, "agent %s reaches %s without asking, and the policy declares no such host", leastagency.Quote(e.agent.ID), leastagency.Quote(host.V)).
				Because(e.allowed.Hosts.At, "declared here")
		}
	}
}

func (e *excess) score() {
	limit, points := e.allowed.Score, e.agent.Score.Points
	if !limit.Set || points <= float64(limit.V) || e.session != nil && points <= e.session.Score.Points {
		return
	}
	f := e.Reportf(e.agent.At, "agent %s scores %.1f and the policy declares %d at most", leastagency.Quote(e.agent.ID), points, limit.V)
	f.Because(limit.At, "declared here")
	for _, c := range e.agent.Score.Contributions[:min(3, len(e.agent.Score.Contributions))] {
		f.Because(c.At, "%.1f points: %s", c.Points, c.Text)
	}
}

func (e *excess) controls() {
	if e.session != nil {
		return
	}
	for _, want := range e.allowed.Controls {
		at, why := e.agent.At, "there is none"
		held := slices.ContainsFunc(e.agent.Boundaries, func(b *leastagency.Boundary) bool {
			if b.Kind == want.V && b.Hardness != leastagency.Hard && len(b.Fails) > 0 {
				at, why = b.At, "this one is soft: "+b.Fails[0].Why
			}
			return b.Kind == want.V && b.Hardness == leastagency.Hard
		})
		if !held {
			e.Reportf(at, "agent %s must have a hard control of kind %s, and %s", leastagency.Quote(e.agent.ID), want.V, why).Because(want.At, "declared here")
		}
	}
}
