package injection

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// UntrustedTrigger finds jobs and agents of manifests that strangers start and that can act. Where a setting took the
// check of the actor away, injection/open-actor-gate speaks of it.
var UntrustedTrigger = leastagency.Check{Rule: "injection/untrusted-trigger", Run: func(p *leastagency.Pass) {
	for layer, agent := range each.Job(p) {
		var open []*leastagency.Trigger
		opened := false
		for _, t := range layer.Triggers {
			if t.Untrusted {
				open = append(open, t)
				for _, g := range t.Gates {
					opened = opened || g.Opened
				}
			}
		}
		acts := each.Acts(agent)
		if len(open) == 0 || len(acts) == 0 || opened {
			continue
		}
		f := p.Reportf(open[0].At, "anybody can start %s by %s, and nothing checks who that is: %s", each.JobName(layer), names(open), acts[0].Text)
		each.Witness(f, agent, open[0], layer.Inputs)
		for _, t := range open[1:] {
			f.Also(t.At, "so does %s", t.Name)
		}
	}
	written(p)
}}

// written reports agents of manifests that act on what strangers send them: one finding for an agent, at
// the first way in. Of doors without a lock, injection/unauthenticated-endpoint speaks.
func written(p *leastagency.Pass) {
	for layer, agent := range each.Manifest(p) {
		var f *leastagency.Finding
		for _, t := range layer.Triggers {
			acts := each.Acts(agent)
			switch {
			case !t.Untrusted || t.Unauthenticated || len(acts) == 0:
			case f != nil:
				f.Also(t.At, "so do %s", leastagency.Quote(t.Name))
			default:
				f = p.Reportf(t.At, "%s reaches %s from anybody, and the agent acts on it by itself: %s", leastagency.Quote(t.Name), each.AgentName(layer), acts[0].Text).Sure(leastagency.Inferred)
				for _, s := range acts {
					f.Because(s.At, "%s", s.Text)
				}
			}
		}
	}
}

// names lists events.
func names(triggers []*leastagency.Trigger) string {
	var out []string
	for _, t := range triggers {
		out = append(out, t.Name)
	}
	if n := len(out) - 1; n > 0 {
		return strings.Join(out[:n], ", ") + " or " + out[n]
	}
	return out[0]
}
