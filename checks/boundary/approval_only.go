package boundary

import (
	"slices"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// ApprovalOnly finds loss of data, payments and decisions that only a person's click holds back, and
// shells that a manifest gives to an agent whose framework asks.
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
	offered(p)
}}

// offered reports the tools of manifests whose framework asks before they do what cannot be undone. A
// file whose agents hold the same tool is one finding.
func offered(p *leastagency.Pass) {
	type key struct {
		file *leastagency.File
		tool string
	}
	found := map[key]*leastagency.Finding{}
	told := map[*leastagency.Rule]bool{}
	for _, a := range p.Agents {
		if a.Sandbox != nil && leastagency.Is(a.Sandbox.Enabled, true) {
			continue
		}
		for _, g := range a.Grants {
			if !g.Offered || g.Implied || g.Decision != leastagency.Ask || told[g.Rule] || !irrevocable(g.Rule.Effects) && !leastagency.Has(g.Rule.Effects, leastagency.Execute) {
				continue
			}
			told[g.Rule] = true
			k := key{g.Rule.At.File, g.Rule.Text}
			if f := found[k]; f != nil {
				f.Also(g.Rule.At, "agent %s has it too", leastagency.Quote(a.Name))
				continue
			}
			found[k] = p.Reportf(g.Rule.At, "only a click stands before tool %s of agent %s, which %s", leastagency.Quote(g.Rule.Text), leastagency.Quote(a.Name),
				each.Why(g.Rule.Effects, leastagency.Destroy, leastagency.Pay, leastagency.Decide, leastagency.Execute)).Sure(leastagency.Inferred)
		}
	}
}

// irrevocable reports whether one of the effects cannot be undone.
func irrevocable(effects []leastagency.Effect) bool {
	return slices.ContainsFunc(effects, func(e leastagency.Effect) bool {
		return e.Capability == leastagency.Destroy || e.Capability == leastagency.Pay || e.Capability == leastagency.Decide
	})
}
