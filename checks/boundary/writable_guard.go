package boundary

import "github.com/leastagency/leastagency"

// WritableGuard finds guard hooks whose script the agent may change unasked: one finding for each
// permission that opens them.
var WritableGuard = leastagency.Check{Rule: "boundary/writable-guard", Run: func(p *leastagency.Pass) {
	found := map[leastagency.Failure]*leastagency.Finding{}
	guards(p, func(_ *leastagency.Agent, b *leastagency.Boundary) {
		fail, ok := failed(b, 5)
		switch {
		case !ok:
		case found[fail] != nil:
			found[fail].Also(hookPlace(b.Hook), "and the one that checks its %s calls", leastagency.Quote(b.Hook.Event.V))
		default:
			found[fail] = p.Reportf(hookPlace(b.Hook), "the agent can rewrite the guard that checks its %s calls: %s", leastagency.Quote(b.Hook.Event.V), fail.Why).
				Because(fail.At, "%s", fail.Why)
		}
	})
}}
