package escalation

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// ConfigRedirect finds shared files that move the agent's configuration or the code of every program it starts.
var ConfigRedirect = leastagency.Check{Rule: "escalation/config-redirect", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		for _, s := range layer.Switches {
			switch {
			case !each.Shared(layer):
			case s.Kind == leastagency.SwitchConfigHome:
				p.Reportf(s.At, "%s moves the agent's configuration to %s: who writes there decides what the agent may do", leastagency.Quote(s.Name), target(s))
			case s.Kind == leastagency.SwitchLoader:
				p.Reportf(s.At, "%s puts code of the repository's choice into every program that the agent starts", leastagency.Quote(s.Name))
			case s.Kind == leastagency.SwitchProgram:
				p.Reportf(s.At, "%s makes the editor start %s, a program of this repository: whoever changes it runs code with everyone who opens the project", leastagency.Quote(s.Name), target(s))
			}
		}
	}
}}

func target(s *leastagency.Switch) string {
	if s.Target == "" {
		return "another folder"
	}
	return leastagency.Quote(s.Target)
}
