package credential

import "github.com/leastagency/leastagency"

// AdminKey finds credentials that open everything their service has.
var AdminKey = leastagency.Check{Rule: "credential/admin-key", Run: func(p *leastagency.Pass) {
	for _, h := range all(p) {
		known := h.known()
		if h.Source == leastagency.SourcePlaceholder || !h.Admin && (known == nil || !known.Admin) {
			continue
		}
		p.Reportf(h.At, "%s of %s opens everything its service has: no rule on the service's side will stop what the agent is talked into", leastagency.Quote(h.Name), h.who())
	}
}}
