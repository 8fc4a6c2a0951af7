package agency

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// PublishCommand finds allowed commands that change what others see: pushes, releases, deployments, comments.
var PublishCommand = leastagency.Check{Rule: "agency/publish-command", Run: func(p *leastagency.Pass) {
	for layer, rule := range each.Allow(p) {
		if weigh(rule) == publishes {
			p.Reportf(rule.At, "%s%s: %s, and nobody looks before it is out", subject(layer), leastagency.Quote(rule.Text), worst(rule, stateful...))
		}
	}
}}
