package credential

import (
	"strings"

	"github.com/leastagency/leastagency"
)

// BrokenReference finds references that the product never fills in: the server gets their text.
var BrokenReference = leastagency.Check{Rule: "credential/broken-reference", Run: func(p *leastagency.Pass) {
	for _, h := range all(p) {
		if h.Source == leastagency.SourceBroken {
			p.Reportf(h.At, "%s of %s looks like a reference, but this client never fills it in: the server gets these characters, and somebody will paste the secret instead",
				leastagency.Quote(h.Name), h.who()).Fix = h.refer(h.Reference[strings.LastIndexAny(h.Reference, ".:")+1:], "")
		}
	}
}}
