package combination

import "github.com/leastagency/leastagency"

// SecretToSend finds agents that read credentials and have a way out, asking nobody. With strangers'
// text in the same session it is the lethal trifecta, which is reported instead.
var SecretToSend = leastagency.Check{Rule: "combination/secret-to-send", Run: func(p *leastagency.Pass) {
	report(p, "secret-to-send", "meet in one session and nobody is asked: one wrong step carries a credential out", func(a *leastagency.Agent, c *leastagency.Chain) bool {
		worse := chain(a, "lethal-trifecta")
		return c.Unattended && !implied(c) && (worse == nil || !worse.Unattended)
	})
}}
