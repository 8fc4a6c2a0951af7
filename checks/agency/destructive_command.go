package agency

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// DestructiveCommand finds allowed commands that lose data or infrastructure.
var DestructiveCommand = leastagency.Check{Rule: "agency/destructive-command", Run: func(p *leastagency.Pass) {
	for layer, rule := range each.Allow(p) {
		if weigh(p, rule) == destroys {
			p.Reportf(rule.At, "%s%s: %s, and nobody is asked first", subject(layer), leastagency.Quote(rule.Text), worst(rule, leastagency.Destroy))
		}
	}
}}
