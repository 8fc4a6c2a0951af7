// Package limits judges how long an agent may go wrong.
package limits

import "github.com/leastagency/leastagency"

// UnboundedAgent finds sub-agents that ask nobody and may take as many turns as they like, where their
// format has a limit.
var UnboundedAgent = leastagency.Check{Rule: "limits/unbounded-agent", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		if layer.Kind == leastagency.KindSubagent && leastagency.Is(layer.Mode, leastagency.ModeBypass) && !layer.Limits.Turns.Set && !layer.Limits.Seconds.Set {
			p.Reportf(layer.Mode.At, "sub-agent %s asks nobody and has no limit of turns: when it goes wrong it goes on", leastagency.Quote(layer.Name))
		}
	}
}}
