package boundary

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// ForeignGuard finds guards whose program comes from the pull request that they guard against.
var ForeignGuard = leastagency.Check{Rule: "boundary/foreign-guard", Run: func(p *leastagency.Pass) {
	for layer := range each.Job(p) {
		var from *leastagency.Input
		for _, in := range layer.Inputs {
			if in.Kind == leastagency.InputWorkspace && in.Untrusted {
				from = in
			}
		}
		if from == nil {
			continue
		}
		for _, h := range layer.Hooks {
			if !h.Blocking || h.UnknownEvent || h.Command == nil || len(h.Command.Files) == 0 {
				continue
			}
			f := p.Reportf(hookPlace(h), "the guard on %s is a script of the checkout, and the checkout is a stranger's pull request: its author rewrites the guard, and the new one runs with the job's secrets", leastagency.Quote(h.Event.V))
			for _, s := range from.Way {
				f.Because(s.At, "%s", s.Text)
			}
			f.Because(from.At, "%s", from.Says())
		}
	}
}}
