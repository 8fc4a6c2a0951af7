package agency

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// visible are the capabilities that others notice, the usual ones first: what a rule is there for.
var visible = []leastagency.Capability{leastagency.Pay, leastagency.Decide, leastagency.WriteState, leastagency.Destroy}

// PublishCommand finds allowed commands that change what others see: pushes, releases, deployments, comments.
var PublishCommand = leastagency.Check{Rule: "agency/publish-command", Run: func(p *leastagency.Pass) {
	for layer, rule := range each.Allow(p) {
		if weigh(p, rule) == publishes {
			p.Reportf(rule.At, "%s%s: it %s, and nobody looks first", subject(layer), leastagency.Quote(rule.Text), each.Why(rule.Effects, visible...))
		}
	}
}}
