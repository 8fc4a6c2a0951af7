package combination

import "github.com/leastagency/leastagency"

// LethalTrifecta finds agents that read what strangers write, hold private data and have a way out, asking nobody.
var LethalTrifecta = leastagency.Check{Rule: "combination/lethal-trifecta", Run: func(p *leastagency.Pass) {
	report(p, "lethal-trifecta", "meet in one session and nobody is asked: a stranger's text can carry the data out", func(a *leastagency.Agent, c *leastagency.Chain) bool {
		// Where everything but the strangers' text follows from running code, that is the finding.
		return c.Unattended && !(implied(c) && chain(a, "untrusted-to-execute") != nil)
	})
}}

// implied reports whether a leg of the chain is there only because the agent runs code.
func implied(c *leastagency.Chain) bool {
	for _, g := range c.Grants {
		if g.Implied {
			return true
		}
	}
	return false
}
