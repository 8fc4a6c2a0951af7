package escalation

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// BypassSpawn finds commands that start another agent with its confirmations off.
var BypassSpawn = leastagency.Check{Rule: "escalation/bypass-spawn", Run: func(p *leastagency.Pass) {
	for s := range each.Start(p) {
		if program, flag := agentIn(s.Command); flag != "" {
			p.Reportf(s.Command.At, "%s starts %s with %s: an agent that asks nobody, whatever this configuration says", s.Who, leastagency.Quote(program), leastagency.Quote(flag))
		}
	}
	for _, rule := range each.Allow(p) {
		if program, flag := agentIn(rule.Action.Command); flag != "" {
			p.Reportf(rule.At, "allow rule %s: the agent may start %s with %s, an agent that asks nobody", leastagency.Quote(rule.Text), leastagency.Quote(program), leastagency.Quote(flag))
		}
	}
}}
