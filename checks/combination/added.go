package combination

import "github.com/leastagency/leastagency"

// Added returns the check for a combination that a policy adds. Whoever writes it down wants to know of
// every session that holds it, asking or not, and of one server that brings all of it.
func Added(name string) leastagency.Check {
	return leastagency.Check{Rule: "combination/" + name, Run: func(p *leastagency.Pass) {
		for _, a := range p.Agents {
			c := chain(a, name)
			if c == nil || a.Parent != nil && sameHold(chain(a.Parent, name), c) {
				continue
			}
			who := what(c.Grants[0]) + " alone brings it about"
			if several(c) {
				who = legs(p.Policy, c) + " meet in one session"
			}
			f := p.Reportf(c.Grants[len(c.Grants)-1].Evidence[0].At, "%s, which the policy forbids", who).Sure(c.Confidence)
			for _, step := range c.Steps {
				f.Because(step.At, "%s", step.Text)
			}
		}
	}}
}
