// Package limits judges how long an agent may go wrong.
package limits

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// UnboundedAgent finds sub-agents that ask nobody and may take as many turns as they like, where their
// format has a limit, and CI jobs whose agent nothing ends.
var UnboundedAgent = leastagency.Check{Rule: "limits/unbounded-agent", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		if layer.Kind == leastagency.KindSubagent && leastagency.Is(layer.Mode, leastagency.ModeBypass) && !layer.Limits.Turns.Set && !layer.Limits.Seconds.Set {
			p.Reportf(layer.Mode.At, "sub-agent %s asks nobody and has no limit of turns: when it goes wrong it goes on", leastagency.Quote(layer.Name))
		}
	}
	for layer := range each.Job(p) {
		if len(layer.Triggers) > 0 && unbounded(layer) && public(layer) == nil {
			p.Reportf(layer.At, "%s has neither a turn limit nor timeout-minutes: when its agent goes wrong it goes on for up to six hours", each.JobName(layer))
		}
	}
}}
