package escalation

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
	"github.com/leastagency/leastagency/checks/internal/mend"
)

// SelfGrantedTrust finds shared files that trust themselves: what the repository's next author adds is
// approved already.
var SelfGrantedTrust = leastagency.Check{Rule: "escalation/self-granted-trust", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		for _, s := range layer.Switches {
			switch {
			case !each.Shared(layer):
			case s.Kind == leastagency.SwitchTrustsServers:
				p.Reportf(s.At, "%s approves every server of this repository for everyone who opens it, also those that a later change adds", leastagency.Quote(s.Name)).
					Fix = mend.Off(s.At, "leave each server to be approved by name")
			case s.Kind == leastagency.SwitchTrustsSelf:
				p.Reportf(s.At, "%s lets the repository answer the question whether it is to be trusted", leastagency.Quote(s.Name))
			}
		}
	}
}}
