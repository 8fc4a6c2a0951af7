package escalation

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// GuardsOff finds shared files that switch off the hooks of everyone who opens the project.
var GuardsOff = leastagency.Check{Rule: "escalation/guards-off", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		for _, s := range layer.Switches {
			if s.Kind == leastagency.SwitchHooksOff && each.Shared(layer) {
				p.Reportf(s.At, "%s in a shared file switches off every hook, also those with which its users guard their machines", leastagency.Quote(s.Name))
			}
		}
	}
}}
