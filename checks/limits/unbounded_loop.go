package limits

import "github.com/leastagency/leastagency"

// UnboundedLoop finds loops of programs around the calls of a model that only the model ends.
var UnboundedLoop = leastagency.Check{Rule: "limits/unbounded-loop", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		for _, run := range layer.Runs {
			if run.Loop && run.Limits.Open != "" {
				p.Reportf(run.At, "only the model ends the loop of %s: one that goes on calling tools acts, and is paid for, without end", leastagency.Quote(run.Name)).Sure(leastagency.Inferred)
			}
		}
	}
}}
