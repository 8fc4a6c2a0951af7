package combination

import "github.com/leastagency/leastagency"

// UntrustedToChange finds agents that read what strangers write and change the state of a service,
// asking nobody. Where the same agent also runs code or carries data out, that is reported instead.
var UntrustedToChange = leastagency.Check{Rule: "combination/untrusted-to-change", Run: func(p *leastagency.Pass) {
	report(p, "untrusted-to-change", "meet in one session and nobody is asked: a stranger's text can decide what is changed", func(a *leastagency.Agent, c *leastagency.Chain) bool {
		for _, name := range []string{"lethal-trifecta", "untrusted-to-execute"} {
			if worse := chain(a, name); worse != nil && worse.Unattended {
				return false
			}
		}
		return c.Unattended
	})
}}
