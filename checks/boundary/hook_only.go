package boundary

import (
	"cmp"

	"github.com/leastagency/leastagency"
)

// HookOnly finds guard hooks that cannot stop what they watch: the event comes too late, or the client does not wait.
var HookOnly = leastagency.Check{Rule: "boundary/hook-only", Run: func(p *leastagency.Pass) {
	guards(p, func(_ *leastagency.Agent, b *leastagency.Boundary) {
		fail, ok := failed(b, 2)
		if ok && b.Hook.Kind != leastagency.HookModel && (!b.Hook.Blocking || b.Hook.Async) {
			p.Reportf(hookPlace(b.Hook), "the guard cannot stop anything: %s", cmp.Or(b.Hook.FailsOpen, fail.Why)).
				Because(b.Hook.Event.At, "runs on %s", leastagency.Quote(b.Hook.Event.V)).Sure(leastagency.Inferred)
		}
	})
}}
