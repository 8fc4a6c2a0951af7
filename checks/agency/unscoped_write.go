package agency

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// UnscopedWrite finds writing that is pre-approved for every path. Beside an open shell it adds nothing.
var UnscopedWrite = leastagency.Check{Rule: "agency/unscoped-write", Run: func(p *leastagency.Pass) {
	var first *leastagency.Finding
	var of *leastagency.Layer
	for layer, rule := range each.Allow(p) {
		switch {
		case rule.Action.Kind != leastagency.ActionWrite || !everywhere(rule.Action.Pattern) || opens(layer):
		case layer == of:
			first.Also(rule.At, "so does %s", leastagency.Quote(rule.Text))
		default:
			of = layer
			first = p.Reportf(rule.At, "%s%s, which names no path: files that steer builds, shells and agents are changed without asking", subject(layer), leastagency.Quote(rule.Text))
		}
	}
}}

// opens reports whether a layer allows the whole shell, of which agency/unrestricted-shell speaks.
func opens(layer *leastagency.Layer) bool {
	return slices.ContainsFunc(layer.Rules, func(r *leastagency.Rule) bool {
		return r.Decision == leastagency.Allow && r.Inert == "" && wholeShell(r.Action)
	})
}

// everywhere reports whether a pattern leaves no file out.
func everywhere(pattern string) bool { return strings.Trim(pattern, "./*~") == "" }
