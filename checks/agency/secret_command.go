package agency

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// SecretCommand finds allowed commands that print stored credentials.
var SecretCommand = leastagency.Check{Rule: "agency/secret-command", Run: func(p *leastagency.Pass) {
	for layer, rule := range each.Allow(p) {
		if weigh(p, rule) == reveals {
			p.Reportf(rule.At, "%s%s: %s, and what it prints is in the session, its transcript and whatever is sent from there", subject(layer), leastagency.Quote(rule.Text), worst(rule, leastagency.ReadSecret))
		}
	}
}}
