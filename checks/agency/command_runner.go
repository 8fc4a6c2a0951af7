package agency

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// CommandRunner finds allowed commands that run whatever code their open part names.
var CommandRunner = leastagency.Check{Rule: "agency/command-runner", Run: func(p *leastagency.Pass) {
	var hits []each.Hit
	for layer, rule := range each.Allow(p) {
		if weigh(p, rule) == runs && !contained(p, rule) {
			hits = append(hits, each.Hit{At: rule.At, Text: subject(layer) + leastagency.Quote(rule.Text) + ": it " + rule.Action.Command.Runner + ", which is any code"})
		}
	}
	report(p, hits, "so do others beside it")
}}
