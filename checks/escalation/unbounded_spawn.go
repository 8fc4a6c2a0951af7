package escalation

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// UnboundedSpawn finds rules that let an agent start other agents with arguments of its choice.
var UnboundedSpawn = leastagency.Check{Rule: "escalation/unbounded-spawn", Run: func(p *leastagency.Pass) {
	for _, rule := range each.Allow(p) {
		if program, flag := agentIn(rule.Action.Command); program != "" && flag == "" && rule.Action.Open {
			p.Reportf(rule.At, "allow rule %s: the agent starts %s with any arguments, also those that widen its authority, as often as it likes", leastagency.Quote(rule.Text), leastagency.Quote(program))
		}
	}
}}
