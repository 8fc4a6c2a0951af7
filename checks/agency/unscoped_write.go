package agency

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// UnscopedWrite finds writing that is pre-approved for every path.
var UnscopedWrite = leastagency.Check{Rule: "agency/unscoped-write", Run: func(p *leastagency.Pass) {
	var first *leastagency.Finding
	var of *leastagency.Layer
	for layer, rule := range each.Allow(p) {
		switch {
		case rule.Action.Kind != leastagency.ActionWrite || !rule.Action.Whole():
		case layer == of:
			first.Also(rule.At, "so does %s", leastagency.Quote(rule.Text))
		default:
			of = layer
			first = p.Reportf(rule.At, "%s%s, which names no path: files that steer builds, shells and agents are changed without asking", subject(layer), leastagency.Quote(rule.Text))
		}
	}
}}
