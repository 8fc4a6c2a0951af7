package combination

import "github.com/leastagency/leastagency"

// ApprovedTrifecta finds the lethal trifecta in several servers or rules of one session, where the
// questions of the client are all that keeps the legs apart.
var ApprovedTrifecta = leastagency.Check{Rule: "combination/approved-trifecta", Run: func(p *leastagency.Pass) {
	report(p, "lethal-trifecta", "meet in one session: only clicks keep a stranger's text from carrying the data out", func(_ *leastagency.Agent, c *leastagency.Chain) bool {
		return !c.Unattended && several(c)
	})
}}

// several reports whether the legs come from more than one server or rule: a single server that does
// it all is too wide, which is another finding.
func several(c *leastagency.Chain) bool {
	for _, g := range c.Grants {
		if what(g) != what(c.Grants[0]) {
			return true
		}
	}
	return false
}
