package agency

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// visible are the capabilities that others notice, the usual ones first: what a rule is there for.
var visible = []leastagency.Capability{leastagency.Pay, leastagency.Decide, leastagency.WriteState, leastagency.Destroy}

// PublishCommand finds allowed commands that change what others see: pushes, releases, deployments, comments.
// A job that answers on a thread is there to comment.
var PublishCommand = leastagency.Check{Rule: "agency/publish-command", Run: func(p *leastagency.Pass) {
	var hits []each.Hit
	for layer, rule := range each.Allow(p) {
		if layer.Kind == leastagency.KindJob && rule.Action.Command.OnThread() {
			continue
		}
		if weigh(p, rule) == publishes {
			hits = append(hits, each.Hit{At: rule.At, Text: subject(layer) + leastagency.Quote(rule.Text) + ": it " + each.Why(rule.Effects, visible...) + ", and nobody looks first"})
		}
	}
	report(p, hits, "so do others beside it")
}}
