package boundary

import "github.com/leastagency/leastagency"

// ClassifierOnly finds places where a model's verdict is what stands between the agent and the effect.
var ClassifierOnly = leastagency.Check{Rule: "boundary/classifier-only", Run: func(p *leastagency.Pass) {
	for _, a := range p.Agents {
		for _, b := range a.Boundaries {
			if b.Kind == leastagency.BoundaryClassifier && a.Parent == nil && !walled(a) {
				p.Reportf(b.At, "a model decides which actions are safe: whoever writes what it reads writes its verdict")
			}
		}
	}
	guards(p, func(a *leastagency.Agent, b *leastagency.Boundary) {
		if b.Hook.Kind == leastagency.HookModel && b.Hook.Blocking && !walled(a) {
			p.Reportf(hookPlace(b.Hook), "a model judges what the %s hook lets pass: whoever writes what it reads writes its verdict", b.Hook.Event.V)
		}
	})
}}

// walled reports whether a sandbox that holds stands around the agent's commands.
func walled(a *leastagency.Agent) bool {
	for _, b := range a.Boundaries {
		if b.Kind == leastagency.BoundarySandbox && b.Hardness == leastagency.Hard {
			return true
		}
	}
	return false
}
