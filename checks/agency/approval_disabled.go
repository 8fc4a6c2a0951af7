package agency

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// ApprovalDisabled finds a mode that asks nobody, where a sandbox still contains commands.
var ApprovalDisabled = leastagency.Check{Rule: "agency/approval-disabled", Run: func(p *leastagency.Pass) {
	for layer, wall := range bypassed(p) {
		if wall.gap == "" {
			p.Reportf(layer.Mode.At, "%s asks nobody: a sandbox contains its commands, but not its file tools, web requests and servers", actor(layer)).
				Because(wall.At, "the sandbox that remains")
		}
	}
}}

// ApprovalDisabledUnsandboxed finds a mode that asks nobody, and nothing that contains it.
var ApprovalDisabledUnsandboxed = leastagency.Check{Rule: "agency/approval-disabled-unsandboxed", Run: func(p *leastagency.Pass) {
	for layer, wall := range bypassed(p) {
		if wall.gap != "" {
			p.Reportf(layer.Mode.At, "%s asks nobody and %s: whatever text it reads can use all that the user can", actor(layer), wall.gap).
				Because(wall.At, "the sandbox")
		}
	}
}}

// A wall is what contains a session that asks nobody; gap says why it does not.
type wall struct {
	At  leastagency.Span
	gap string
}

// bypassed yields the layers whose bypass mode is in force, each with what contains it.
func bypassed(p *leastagency.Pass) func(yield func(*leastagency.Layer, wall) bool) {
	return func(yield func(*leastagency.Layer, wall) bool) {
		for _, layer := range p.Layers {
			if !leastagency.Is(layer.Mode, leastagency.ModeBypass) {
				continue
			}
			agents := each.Agents(p, layer)
			w, inForce := wall{gap: "no sandbox contains it"}, len(agents) == 0
			for _, agent := range agents {
				if agent.Mode == layer.Mode {
					w, inForce = wallOf(agent), true
					break
				}
			}
			if inForce && !yield(layer, w) {
				return
			}
		}
	}
}

func wallOf(agent *leastagency.Agent) wall {
	s := agent.Sandbox
	switch {
	case s == nil || !leastagency.Is(s.Enabled, true):
		return wall{gap: "no sandbox contains it"}
	case !leastagency.Is(s.FailClosed, true):
		return wall{s.Enabled.At, "its sandbox is left out, with a warning, where it cannot be built"}
	case !leastagency.Is(s.Retry, false):
		return wall{s.Enabled.At, "the model may ask to run outside its sandbox"}
	}
	return wall{At: s.Enabled.At}
}
