package boundary

import (
	"slices"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// final are the capabilities of which one use is enough.
var final = []leastagency.Capability{leastagency.Destroy, leastagency.Pay, leastagency.Decide, leastagency.Execute}

// RateLimitOnly finds agents that ask nobody, behind no wall, hook or rule, where a cap on turns or time is
// all that anybody wrote down against what they may do (probe P10: a cap is friction).
var RateLimitOnly = leastagency.Check{Rule: "boundary/rate-limit-only", Run: func(p *leastagency.Pass) {
	told := map[leastagency.Span]bool{}
	for _, layer := range p.Layers {
		limit, name := layer.Limits.Turns, "turns"
		if !limit.Set {
			limit, name = layer.Limits.Seconds, "seconds"
		}
		if !limit.Set || told[limit.At] || layer.Limits.Implied {
			continue // a default of the product is nobody's control
		}
		for _, a := range each.Agents(p, layer) {
			if !leastagency.Is(a.Mode, leastagency.ModeBypass) || len(a.Boundaries) > 0 || layer.Kind == leastagency.KindJob && strangers(a) {
				continue // what strangers start has a finding of its own
			}
			i := slices.IndexFunc(a.Grants, func(g *leastagency.Grant) bool {
				return slices.Contains(final, g.Capability) && g.Decision == leastagency.Allow && !g.Contained
			})
			if i < 0 {
				continue
			}
			told[limit.At] = true
			p.Reportf(limit.At, "a limit of %d %s is all that stands before %s: one is enough", limit.V, name, does(a.Grants[i])).
				Because(a.Mode.At, "nobody is asked").Sure(leastagency.Inferred)
			break
		}
	}
}}

func strangers(a *leastagency.Agent) bool {
	return slices.ContainsFunc(a.Layers, func(l *leastagency.Layer) bool {
		return slices.ContainsFunc(l.Triggers, func(t *leastagency.Trigger) bool { return t.Untrusted })
	})
}

// does names what lets it happen.
func does(g *leastagency.Grant) string {
	if g.Rule != nil || g.Server != nil {
		return each.By(g)
	}
	return "its shell"
}
