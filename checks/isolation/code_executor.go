package isolation

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// CodeExecutor finds tools of manifests with which the model runs code of its own, where no sandbox
// holds it and nobody is asked. Of whole shells, agency/unrestricted-shell speaks.
var CodeExecutor = leastagency.Check{Rule: "isolation/code-executor", Run: func(p *leastagency.Pass) {
	for layer, agent := range each.Manifest(p) {
		told := map[*leastagency.Rule]bool{}
		for _, g := range agent.Grants {
			if !g.Offered || g.Capability != leastagency.Execute || g.Decision != leastagency.Allow || g.Contained || g.Confidence == leastagency.Guessed ||
				g.Rule.Action.Kind == leastagency.ActionShell || told[g.Rule] {
				continue
			}
			told[g.Rule] = true
			p.Reportf(g.Rule.At, "%s runs what its model writes with tool %s, where nothing contains it and nobody is asked", each.AgentName(layer), leastagency.Quote(g.Rule.Text)).Sure(g.Confidence)
		}
	}
}}
