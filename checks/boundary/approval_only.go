package boundary

import (
	"slices"

	"github.com/leastagency/leastagency"
)

// ApprovalOnly finds loss of data, payments and decisions that only a person's click holds back.
var ApprovalOnly = leastagency.Check{Rule: "boundary/approval-only", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		var first *leastagency.Finding
		for _, r := range layer.Rules {
			if r.Decision != leastagency.Ask || r.Inert != "" || r.Implied || !irrevocable(r.Effects) {
				continue
			}
			if first != nil {
				first.Also(r.At, "so does %s", leastagency.Quote(r.Text))
				continue
			}
			first = p.Reportf(r.At, "only a click stands before %s, which cannot be taken back", leastagency.Quote(r.Text)).Sure(leastagency.Inferred)
		}
	}
}}

// irrevocable reports whether one of the effects cannot be undone.
func irrevocable(effects []leastagency.Effect) bool {
	return slices.ContainsFunc(effects, func(e leastagency.Effect) bool {
		return e.Capability == leastagency.Destroy || e.Capability == leastagency.Pay || e.Capability == leastagency.Decide
	})
}
