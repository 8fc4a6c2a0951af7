// Package limits judges how long an agent may go wrong.
package limits

import (
	"slices"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// UnboundedAgent finds sub-agents that ask nobody and may take as many turns as they like, where their
// format has a limit, agents of manifests that act unasked where the framework's own default is none,
// and CI jobs whose agent nothing ends.
var UnboundedAgent = leastagency.Check{Rule: "limits/unbounded-agent", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		if layer.Kind == leastagency.KindSubagent && leastagency.Is(layer.Mode, leastagency.ModeBypass) && !layer.Limits.Turns.Set && !layer.Limits.Seconds.Set {
			p.Reportf(layer.Mode.At, "sub-agent %s asks nobody and has no limit of turns: when it goes wrong it goes on", leastagency.Quote(layer.Name))
		}
	}
	for layer, agent := range each.Manifest(p) {
		if layer.Limits.Open != "" && !layer.Limits.Seconds.Set && unasked(agent) {
			p.Reportf(layer.At, "%s acts without asking, and without %s nothing ends it: when it goes wrong it goes on", each.AgentName(layer), leastagency.Quote(layer.Limits.Open))
		}
	}
	for _, layer := range p.Layers {
		for _, run := range layer.Runs {
			if !run.Loop && run.Limits.Open != "" {
				p.Reportf(run.At, "without %s nothing but the model ends the agent that %s starts: when it goes wrong it goes on", leastagency.Quote(run.Limits.Open), run.Name)
			}
		}
	}
	for layer := range each.Job(p) {
		if starts(layer) && unbounded(layer) && public(layer) == nil {
			p.Reportf(layer.At, "%s has neither a turn limit nor timeout-minutes: when its agent goes wrong it goes on for up to six hours", each.JobName(layer))
		}
	}
}}

// unasked reports whether one of the agent's tools changes anything or runs code without a question, or
// other agents work for it.
func unasked(a *leastagency.Agent) bool {
	if len(a.Layers[0].Delegates) > 0 && a.Mode.V == leastagency.ModeBypass {
		return true
	}
	return slices.ContainsFunc(a.Grants, func(g *leastagency.Grant) bool {
		switch g.Capability {
		case leastagency.Execute, leastagency.WriteFiles, leastagency.WriteState, leastagency.Destroy, leastagency.Pay, leastagency.Decide:
			return g.Decision == leastagency.Allow && g.Confidence != leastagency.Guessed
		}
		return false
	})
}

// starts reports whether something is known to start the job: what only others call has its limit there, if anywhere.
func starts(layer *leastagency.Layer) bool {
	return slices.ContainsFunc(layer.Triggers, func(t *leastagency.Trigger) bool { return t.Name != "workflow_call" })
}
