package authority

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// chains finds the combinations of rules.cue in what each agent holds, with the grants that make
// them as witness. A sub-agent, skill or command has a chain only when something of its own is part
// of it: the rest is its session's.
func chains(sys *leastagency.System, policy *leastagency.Policy) {
	ways := handoffs(sys)
	for _, a := range sys.Agents {
		others := received(a, ways)
		for _, combination := range policy.Combinations {
			c := find(a, combination, nil, policy.Knowledge.OpenHosts)
			if c == nil && len(others) > 0 {
				c = find(a, combination, others, policy.Knowledge.OpenHosts)
			}
			if c != nil {
				a.Chains = append(a.Chains, c)
			}
		}
	}
}

// find returns the chain that an agent's own grants make, with those of others that hand on what they read.
func find(a *leastagency.Agent, combination leastagency.Combination, others []*leastagency.Grant, openHosts []string) *leastagency.Chain {
	legs := make([][]*leastagency.Grant, len(combination.Legs))
	for i, leg := range combination.Legs {
		for _, g := range slices.Concat(a.Grants, others) {
			if slices.Contains(leg.Any, g.Capability) && counts(g) && !chosen(g, openHosts) && !purpose(a, g) {
				legs[i] = append(legs[i], g)
			}
		}
		if len(legs[i]) == 0 {
			return nil
		}
		slices.SortStableFunc(legs[i], func(x, y *leastagency.Grant) int { return cmp.Compare(weight(a, y), weight(a, x)) })
	}
	chain := &leastagency.Chain{Name: combination.Name, Unattended: true, Confidence: leastagency.Declared}
	for i := range legs {
		g := pick(a, legs[i], chain.Grants)
		chain.Grants = append(chain.Grants, g)
		for n, step := range g.Evidence {
			if n == 0 {
				step.Text = combination.Legs[i].Role + ": " + step.Text
			}
			chain.Steps = append(chain.Steps, step)
		}
		if g.Decision != leastagency.Allow {
			chain.Unattended = false
		}
		chain.Confidence = min(chain.Confidence, g.Confidence)
	}
	if oneCause(chain.Grants) || a.Parent != nil && !slices.ContainsFunc(chain.Grants, func(g *leastagency.Grant) bool { return own(a, g) }) {
		return nil
	}
	chain.Cut = cut(legs, func(leg int) bool { return bringsUnasked(a, combination.Legs[leg].Any) })
	return chain
}

// counts reports whether a grant is a leg: one that nobody is asked for, or a server or tool that was
// attached for it. What every session of the product can do after asking is no combination.
func counts(g *leastagency.Grant) bool {
	return !g.Default && !g.Contained && g.Confidence != leastagency.Guessed && (g.Decision == leastagency.Allow || (g.Server != nil || g.Offered) && g.Decision != leastagency.Deny)
}

// chosen reports whether a grant reaches one host that the owner named, and on which not everybody
// may publish: its text is no stranger's, and what is sent there is not out.
func chosen(g *leastagency.Grant, openHosts []string) bool {
	if g.Route != leastagency.RouteFetch || g.Reach.Breadth != leastagency.One {
		return false
	}
	host := strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(g.Reach.Pattern), "domain:"), "*.")
	return host != "" && !slices.ContainsFunc(openHosts, func(open string) bool { return host == open || strings.HasSuffix(host, "."+open) })
}

// weight orders the candidates of a leg: what is granted for itself, unasked, by the agent's own file comes first.
func weight(a *leastagency.Agent, g *leastagency.Grant) int {
	w := 0
	if !g.Implied {
		w += 4
	}
	if g.Decision == leastagency.Allow {
		w += 2
	}
	if own(a, g) {
		w++
	}
	return w
}

// pick returns, of the candidates that are as good as the first, one that stands in a file of its
// own, else at a place of its own: a witness shows as much of the session as there is. Of a job, what
// stands in its own file comes first: it is what its owner changes.
func pick(a *leastagency.Agent, candidates, taken []*leastagency.Grant) *leastagency.Grant {
	here := func(g *leastagency.Grant) bool {
		return a.Kind != leastagency.KindJob || g.Evidence[0].At.File == a.At.File
	}
	if i := slices.IndexFunc(candidates, func(g *leastagency.Grant) bool {
		return here(g) && g.Implied == candidates[0].Implied && g.Decision == candidates[0].Decision
	}); i > 0 {
		candidates = candidates[i:]
	}
	best, bestNews := candidates[0], -1
	for _, g := range candidates {
		if g.Implied != best.Implied || g.Decision != best.Decision || here(g) != here(candidates[0]) {
			break
		}
		news := 2
		for _, t := range taken {
			switch {
			case t.Evidence[0].At == g.Evidence[0].At:
				news = 0
			case t.Evidence[0].At.File == g.Evidence[0].At.File:
				news = min(news, 1)
			}
		}
		if news > bestNews {
			best, bestNews = g, news
		}
	}
	return best
}

// oneCause reports whether all legs follow from one permission to execute code: that is a finding of
// its own, and no combination.
func oneCause(grants []*leastagency.Grant) bool {
	implied := false
	for _, g := range grants {
		if g.Rule == nil || g.Rule != grants[0].Rule {
			return false
		}
		implied = implied || g.Implied || g.Capability == leastagency.Execute
	}
	return implied
}

// own reports whether a grant stands in the agent's own file.
func own(a *leastagency.Agent, g *leastagency.Grant) bool {
	return slices.ContainsFunc(a.Layers, func(l *leastagency.Layer) bool {
		return g.Rule != nil && slices.Contains(l.Rules, g.Rule) || g.Server != nil && slices.Contains(l.Servers, g.Server) ||
			g.Input != nil && slices.Contains(l.Inputs, g.Input)
	})
}

// cut names the cheapest change that breaks the chain: the leg with the fewest grants, among those that
// the product does not bring unasked by itself; empty when there is none.
func cut(legs [][]*leastagency.Grant, comesAnyway func(leg int) bool) string {
	var best []*leastagency.Grant
	for i, leg := range legs {
		if !comesAnyway(i) && (best == nil || sources(leg) < sources(best)) {
			best = leg
		}
	}
	if best == nil {
		return ""
	}
	what := ""
	switch g := best[0]; {
	case g.Rule != nil:
		what = leastagency.Quote(g.Rule.Text)
	case g.Server != nil || g.Input != nil || g.Power != nil:
		what = source(g)
	}
	if n := sources(best); n > 1 && what != "" {
		return fmt.Sprintf("%s and %d more", what, n-1)
	}
	return what
}

// sources counts the different rules and servers behind grants.
func sources(grants []*leastagency.Grant) int {
	seen := map[any]bool{}
	for _, g := range grants {
		switch {
		case g.Rule != nil:
			seen[g.Rule] = true
		case g.Server != nil:
			seen[g.Server] = true
		case g.Input != nil:
			seen[g.Input] = true
		case g.Power != nil:
			seen[g.Power] = true
		}
	}
	return len(seen)
}
