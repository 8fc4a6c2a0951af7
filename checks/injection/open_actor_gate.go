package injection

import (
	"slices"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// OpenActorGate finds settings that take away a product's own check of who starts its agent.
var OpenActorGate = leastagency.Check{Rule: "injection/open-actor-gate", Run: func(p *leastagency.Pass) {
	for layer, agent := range each.Job(p) {
		told := map[leastagency.Span]*leastagency.Finding{}
		for _, t := range layer.Triggers {
			for _, g := range t.Gates {
				if !g.Opened || t.Powerless || stopped(layer, t) {
					continue
				}
				if f := told[g.At]; f != nil {
					f.Also(t.At, "strangers also cause %s", t.Name)
					continue
				}
				f := p.Reportf(g.At, "%s no longer checks who starts its agent: %s", each.JobName(layer), g.Fails)
				told[g.At] = f
				each.Witness(f, agent, t, layer.Inputs)
			}
		}
	}
}}

// stopped reports whether something beside the action itself keeps strangers away from a trigger.
func stopped(layer *leastagency.Layer, t *leastagency.Trigger) bool {
	return slices.ContainsFunc(t.Gates, func(g *leastagency.Gate) bool { return g.Holds && g.At != layer.At })
}
