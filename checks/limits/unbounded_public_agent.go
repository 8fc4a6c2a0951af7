package limits

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// UnboundedPublicAgent finds agents that strangers start and that nothing ends.
var UnboundedPublicAgent = leastagency.Check{Rule: "limits/unbounded-public-agent", Run: func(p *leastagency.Pass) {
	for layer := range each.Job(p) {
		if t := public(layer); t != nil && unbounded(layer) {
			p.Reportf(layer.At, "strangers start %s by %s, and neither a turn limit nor timeout-minutes ends it: each start may cost up to six hours of model and machine", each.JobName(layer), t.Name).
				Because(t.At, "strangers cause %s", t.Name).Because(layer.At, "the agent that runs on")
		}
	}
}}

func public(layer *leastagency.Layer) *leastagency.Trigger {
	for _, t := range layer.Triggers {
		if t.Untrusted {
			return t
		}
	}
	return nil
}

func unbounded(layer *leastagency.Layer) bool {
	return !layer.Limits.Turns.Set && !layer.Limits.Seconds.Set
}
