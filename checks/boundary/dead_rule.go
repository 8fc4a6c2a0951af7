package boundary

import "github.com/leastagency/leastagency"

// DeadRule finds rules and settings that do nothing where nothing is lost: another rule does their
// work, or they would only have allowed or started something.
var DeadRule = leastagency.Check{Rule: "boundary/dead-rule", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		inertRules(p, layer, func(r *leastagency.Rule) bool { return r.Decision == leastagency.Allow || doubled(layer, r) },
			"%s does nothing: %s", leave)
	}
	unread(p, "this does nothing", leastagency.ProblemIgnored)
}}

// leave changes nothing: to make an allow rule work would widen what is allowed.
func leave(*leastagency.Fix, *leastagency.Rule) *leastagency.Fix { return nil }
