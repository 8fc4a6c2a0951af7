package escalation

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
	"github.com/leastagency/leastagency/checks/internal/mend"
)

// BlanketTrust finds a person's own settings that approve servers nobody has written yet.
var BlanketTrust = leastagency.Check{Rule: "escalation/blanket-trust", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		for _, s := range layer.Switches {
			if s.Kind == leastagency.SwitchTrustsServers && !each.Shared(layer) {
				p.Reportf(s.At, "%s approves every server of a repository, also those that somebody else's next change adds", leastagency.Quote(s.Name)).
					Fix = mend.Off(s.At, "approve each server by name")
			}
		}
	}
}}
