// Package injection finds the ways by which attacker text reaches an agent with authority.
package injection

import (
	"github.com/leastagency/leastagency"
)

// UntrustedContent finds servers that bring text of strangers into the session: pages, issues, mail.
// One finding per file, at the first of them.
var UntrustedContent = leastagency.Check{Rule: "injection/untrusted-content", Run: func(p *leastagency.Pass) {
	told := map[*leastagency.File]*leastagency.Finding{}
	for _, layer := range p.Layers {
		for _, s := range layer.Servers {
			why, reads := strangers(s.Effects)
			if s.Disabled || !reads {
				continue
			}
			if first := told[s.At.File]; first != nil {
				first.Also(s.At, "so does server %s", leastagency.Quote(s.Name))
				continue
			}
			told[s.At.File] = p.Reportf(s.At, "server %s brings text of strangers into the session%s", leastagency.Quote(s.Name), why).Sure(leastagency.Inferred)
		}
	}
}}

// strangers says how the effects bring in text that anybody may write.
func strangers(effects []leastagency.Effect) (why string, reads bool) {
	for _, e := range effects {
		if e.Capability == leastagency.ReadUntrusted {
			if e.Why != "" {
				why = ": it " + e.Why
			}
			return why, true
		}
	}
	return "", false
}
