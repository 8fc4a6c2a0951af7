package injection

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// UnauthenticatedEndpoint finds agents that answer over the network whoever knows the address.
var UnauthenticatedEndpoint = leastagency.Check{Rule: "injection/unauthenticated-endpoint", Run: func(p *leastagency.Pass) {
	told := map[leastagency.Span]*leastagency.Finding{}
	for layer, agent := range each.Manifest(p) {
		for _, t := range layer.Triggers {
			acts := each.Acts(agent)
			if !t.Unauthenticated || told[t.At] != nil || t.Untrusted && len(acts) == 0 { // who only answers may answer everybody
				continue
			}
			f := p.Reportf(t.At, "whoever knows the address reaches %s by %s, and nobody asks who they are", each.AgentName(layer), leastagency.Quote(t.Name))
			told[t.At] = f
			if len(t.Gates) > 0 { // of which we cannot tell
				f.Sure(leastagency.Guessed)
			}
			for _, s := range acts {
				f.Because(s.At, "%s", s.Text)
			}
		}
	}
}}
