package escalation

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
	"github.com/leastagency/leastagency/checks/internal/mend"
)

// GuardsOff finds shared files that switch off the hooks of everyone who opens the project, and jobs that
// switch off the checks of their platform.
var GuardsOff = leastagency.Check{Rule: "escalation/guards-off", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		for _, s := range layer.Switches {
			if s.Kind == leastagency.SwitchSafetyOff && layer.Kind == leastagency.KindJob {
				p.Reportf(s.At, "%s switches off a check of job %s that its platform makes by itself: what the agent hands over is no longer searched", leastagency.Quote(s.Name), leastagency.Quote(layer.Name))
			}
			if s.Kind == leastagency.SwitchHooksOff && each.Shared(layer) {
				p.Reportf(s.At, "%s in a shared file switches off every hook, also those with which its users guard their machines", leastagency.Quote(s.Name)).
					Fix = mend.Off(s.At, "leave the hooks on")
			}
		}
	}
}}
