package agency

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// ShellServer finds servers that run code on this machine: a second shell, of which the client's rules
// and sandbox for its own shell know nothing.
var ShellServer = leastagency.Check{Rule: "agency/shell-server", Run: func(p *leastagency.Pass) {
	for layer, s := range each.Server(p) {
		if s.Known == nil || narrowed(p, layer, s) {
			continue
		}
		for _, e := range s.Effects {
			if e.Capability == leastagency.Execute && (e.Reach.Breadth == leastagency.Project || e.Reach.Breadth == leastagency.Machine) {
				p.Reportf(each.Place(s), "%s %s: the client's rules and sandbox for its own shell do not hold there", each.Name(s), e.Why).Sure(leastagency.Inferred)
				break
			}
		}
	}
}}
