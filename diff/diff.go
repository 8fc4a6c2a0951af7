// Package diff compares the models of one tree at two times: what each agent gained and lost, and what
// is newly wrong. It compares what things are and not where they stand, so that moved lines, another
// layout of a file and a move to another file of the same scope are no change.
package diff

import (
	"cmp"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// Of returns what changed between two reports of one root. Neither is changed. Bare returns the agent as
// its product makes it when nothing is written down, with which a new session is compared: to configure
// what could be used all along grants nothing by itself.
func Of(before, after *leastagency.Report, bare func(*leastagency.Agent) *leastagency.Agent) *leastagency.Difference {
	d := &leastagency.Difference{Agents: agents(before.System, after.System, bare)}
	d.New, _, d.Mended = Findings(before, after)
	return d
}

// agents returns the agents that changed, the largest growth first.
func agents(before, after *leastagency.System, bare func(*leastagency.Agent) *leastagency.Agent) []*leastagency.AgentChange {
	list := pairs(before.Agents, after.Agents)
	of := map[*leastagency.Agent]*pair{}
	for _, p := range list {
		p.had, p.has = traits(p.before), traits(p.after)
		switch {
		case p.before == nil && p.after.Kind == leastagency.KindSession:
			p.usual = bare(p.after)
		case p.after == nil && p.before.Kind == leastagency.KindSession:
			p.usual = bare(p.before)
		}
		of[p.before], of[p.after] = p, p
	}
	delete(of, nil)
	var changed []*leastagency.AgentChange
	for _, p := range list {
		session := of[cmp.Or(p.after, p.before).Parent]
		if c := p.change(session); c != nil {
			changed = append(changed, c)
		}
	}
	slices.SortStableFunc(changed, func(a, b *leastagency.AgentChange) int {
		return cmp.Or(cmp.Compare(b.Growth, a.Growth), strings.Compare(a.Agent().ID, b.Agent().ID))
	})
	return changed
}

// A pair is one agent at both times; nil where it is not there.
type pair struct {
	before, after *leastagency.Agent
	usual         *leastagency.Agent  // what its product makes of it, for a session that is there once only
	had, has      []leastagency.Trait // all of it, also what it has by its session
}

// pairs joins agents of the same id. Several may share one: those of the same file are joined first,
// the others in their order. Those of test fixtures are left out.
func pairs(before, after []*leastagency.Agent) (list []*pair) {
	left := map[string][]*leastagency.Agent{}
	for _, a := range before {
		if !fixture(a) {
			left[a.ID] = append(left[a.ID], a)
		}
	}
	take := func(p *pair, same func(*leastagency.Agent) bool) {
		id := p.after.ID
		if i := slices.IndexFunc(left[id], same); i >= 0 && p.before == nil {
			p.before = left[id][i]
			left[id] = slices.Delete(left[id], i, i+1)
		}
	}
	for _, a := range after {
		if !fixture(a) {
			p := &pair{after: a}
			take(p, func(b *leastagency.Agent) bool { return filePath(a) == filePath(b) })
			list = append(list, p)
		}
	}
	for _, p := range list {
		take(p, func(*leastagency.Agent) bool { return true })
	}
	for _, a := range before {
		if slices.Contains(left[a.ID], a) {
			list = append(list, &pair{before: a})
		}
	}
	return list
}

func filePath(a *leastagency.Agent) string {
	if a.At.IsZero() {
		return ""
	}
	return a.At.File.Path
}

func role(a *leastagency.Agent) leastagency.Role {
	if a.At.IsZero() {
		return leastagency.RoleWorking
	}
	return a.At.File.Role
}

func fixture(a *leastagency.Agent) bool { return role(a) == leastagency.RoleFixture }

// change returns what changed for the agent itself; nil when nothing did. Session is the one that
// starts it; nil for none.
func (p *pair) change(session *pair) *leastagency.AgentChange {
	c := &leastagency.AgentChange{Before: p.before, After: p.after, Gained: without(p.has, p.had), Lost: without(p.had, p.has)}
	had, has := points(p.before), points(p.after)
	switch {
	case p.usual != nil:
		had = points(p.usual)
		c.Gained, c.Lost = without(c.Gained, traits(p.usual)), without(c.Lost, traits(p.usual))
	case session == nil:
	case p.before == nil:
		had = points(session.after)
		c.Gained = without(c.Gained, session.has)
	case p.after == nil:
		c.Lost = without(c.Lost, session.had)
	default:
		c.Gained, c.Lost = without(c.Gained, without(session.has, session.had)), without(c.Lost, without(session.had, session.has))
	}
	if p.before != nil && p.after != nil && len(c.Gained)+len(c.Lost) == 0 && (session != nil || had == has) {
		return nil
	}
	if role(c.Agent()) == leastagency.RoleWorking {
		c.Growth = max(0, has-had)
	}
	return c
}

func points(a *leastagency.Agent) float64 {
	if a == nil {
		return 0
	}
	return a.Score.Points
}

// without returns the traits of a list that are not in another, or are used less freely there.
func without(list, other []leastagency.Trait) (out []leastagency.Trait) {
	type identity struct {
		kind leastagency.TraitKind
		text string
	}
	there := map[identity]leastagency.Use{}
	for _, t := range other {
		there[identity{t.Kind, t.Text}] = t.Use
	}
	for _, t := range list {
		if use, known := there[identity{t.Kind, t.Text}]; !known || use < t.Use {
			out = append(out, t)
		}
	}
	return out
}
