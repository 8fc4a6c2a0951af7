package agency

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// OpenRequest finds allowed commands that exchange data with a host of the model's choice.
var OpenRequest = leastagency.Check{Rule: "agency/open-request", Run: func(p *leastagency.Pass) {
	for layer, rule := range each.Allow(p) {
		if weigh(p, rule) == requests && !contained(p, rule) {
			p.Reportf(rule.At, "%s%s: it %s, so what the session has read can leave unasked", subject(layer), leastagency.Quote(rule.Text), each.Why(rule.Effects, leastagency.Send))
		}
	}
}}
