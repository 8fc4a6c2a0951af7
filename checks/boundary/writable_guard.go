package boundary

import "github.com/leastagency/leastagency"

// WritableGuard finds guard hooks whose script the agent may change unasked.
var WritableGuard = leastagency.Check{Rule: "boundary/writable-guard", Run: func(p *leastagency.Pass) {
	guards(p, func(_ *leastagency.Agent, b *leastagency.Boundary) {
		if fail, ok := failed(b, 5); ok {
			p.Reportf(hookPlace(b.Hook), "the agent can rewrite the guard that checks its %s calls: %s", leastagency.Quote(b.Hook.Event.V), fail.Why).
				Because(fail.At, "%s", fail.Why)
		}
	})
}}
