package credential

import "github.com/leastagency/leastagency"

// StaticKey finds keys that work until somebody revokes them, where the service has a form that expires.
var StaticKey = leastagency.Check{Rule: "credential/static-key", Run: func(p *leastagency.Pass) {
	for _, h := range all(p) {
		known := h.known()
		if h.Source != leastagency.SourceReference || known == nil || known.Instead == "" || known.Lifetime != leastagency.Static {
			continue
		}
		p.Reportf(h.At, "%s of %s works until somebody revokes it, and so does every copy; instead: %s", leastagency.Quote(h.Name), h.who(), known.Instead).
			Sure(leastagency.Inferred)
	}
}}
