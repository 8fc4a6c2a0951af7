package combination

import (
	"slices"

	"github.com/leastagency/leastagency"
)

// ApprovedTrifecta finds the lethal trifecta in the servers and rules of one session, where the
// questions of the client are all that keeps the legs apart.
var ApprovedTrifecta = leastagency.Check{Rule: "combination/approved-trifecta", Run: func(p *leastagency.Pass) {
	wanted := func(a *leastagency.Agent, c *leastagency.Chain) bool {
		return !c.Unattended && a.Parent == nil && worthStealing(a)
	}
	report(p, "lethal-trifecta", "meet in one session: only clicks keep a stranger's text from carrying the data out", func(a *leastagency.Agent, c *leastagency.Chain) bool {
		return wanted(a, c) && !unseen(c)
	})
	report(p, "lethal-trifecta", "meet in one session: if its code asks nobody, a stranger's text can carry the data out", func(a *leastagency.Agent, c *leastagency.Chain) bool {
		return wanted(a, c) && unseen(c)
	})
}}

// unseen reports whether a manifest does not say what happens when a leg is used.
func unseen(c *leastagency.Chain) bool {
	return slices.ContainsFunc(c.Grants, func(g *leastagency.Grant) bool { return g.Decision == leastagency.DecisionUnknown })
}

// worthStealing reports whether a leg holds more than the project that is open anyway: an account, a
// database, the machine.
func worthStealing(a *leastagency.Agent) bool {
	for _, g := range a.Grants {
		private := g.Capability == leastagency.ReadPrivate || g.Capability == leastagency.ReadSecret
		if private && !g.Default && g.Decision != leastagency.Deny && g.Reach.Breadth >= leastagency.Service {
			return true
		}
	}
	return false
}
