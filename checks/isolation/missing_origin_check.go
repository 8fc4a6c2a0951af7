package isolation

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// MissingOriginCheck finds servers of the local machine that web pages can call: a page whose host name
// is made to lead to the machine counts as the server's own, unless somebody looks at the name. Of those
// that everybody near can call, isolation/exposed-server speaks.
var MissingOriginCheck = leastagency.Check{Rule: "isolation/missing-origin-check", Run: func(p *leastagency.Pass) {
	for _, s := range each.Server(p) {
		for _, e := range s.Endpoints {
			if e.Reach != leastagency.ByNetwork && e.Asks == leastagency.Missing && e.Origin == leastagency.Missing {
				p.Reportf(e.At, "%s asks neither who calls its tools nor which page does: any web page that is open on the machine can call them, by DNS rebinding", each.Name(s)).Sure(leastagency.Inferred)
			}
		}
	}
}}
