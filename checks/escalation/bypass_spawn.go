package escalation

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// BypassSpawn finds commands that start another agent with its confirmations off, and scripts that do so
// where no container holds it.
var BypassSpawn = leastagency.Check{Rule: "escalation/bypass-spawn", Run: func(p *leastagency.Pass) {
	for s := range each.Start(p) {
		if program, flag := agentIn(s.Command); flag != "" {
			p.Reportf(s.Command.At, "%s starts %s with %s: an agent that asks nobody, whatever this configuration says", s.Who, leastagency.Quote(program), leastagency.Quote(flag))
		}
	}
	for layer, agent := range each.Script(p) {
		if !leastagency.Is(layer.Mode, leastagency.ModeBypass) {
			continue
		}
		what := "nothing contains it"
		door := agent.Sandbox.Door()
		switch contained := agent.Sandbox != nil && leastagency.Is(agent.Sandbox.Enabled, true); {
		case contained && door.Text == "":
			continue
		case contained:
			what = "its container is no wall: " + door.Text
		}
		p.Reportf(layer.Mode.At, "script %s starts %s with %s: an agent that asks nobody, and %s", leastagency.Quote(layer.Name), layer.Product, leastagency.Quote(layer.Mode.At.Text()), what).
			Because(door.At, "the container")
	}
	for _, rule := range each.Allow(p) {
		if program, flag := agentIn(rule.Action.Command); flag != "" {
			p.Reportf(rule.At, "allow rule %s: the agent may start %s with %s, an agent that asks nobody", leastagency.Quote(rule.Text), leastagency.Quote(program), leastagency.Quote(flag))
		}
	}
}}
