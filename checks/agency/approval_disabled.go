package agency

import (
	"slices"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// ApprovalDisabled finds a mode that asks nobody, where a sandbox still contains commands.
var ApprovalDisabled = leastagency.Check{Rule: "agency/approval-disabled", Run: func(p *leastagency.Pass) {
	told := map[*leastagency.File]*leastagency.Finding{}
	for layer, wall := range bypassed(p) {
		switch {
		case layer.Kind == leastagency.KindManifest && !wall.code:
			if f := told[layer.At.File]; f != nil {
				f.Also(layer.Mode.At, "nor does %s", actor(layer))
				continue
			}
			told[layer.At.File] = p.Reportf(layer.Mode.At, "%s asks nobody before it uses tools that change things", actor(layer))
		case wall.gap == "":
			p.Reportf(layer.Mode.At, "%s asks nobody: a sandbox contains its commands, but not its file tools, web requests and servers", actor(layer)).
				Because(wall.At, "the sandbox that remains")
		}
	}
}}

// ApprovalDisabledUnsandboxed finds a mode that asks nobody, and nothing that contains it.
var ApprovalDisabledUnsandboxed = leastagency.Check{Rule: "agency/approval-disabled-unsandboxed", Run: func(p *leastagency.Pass) {
	for layer, wall := range bypassed(p) {
		if wall.gap != "" && (layer.Kind != leastagency.KindManifest || wall.code) {
			whose := "all that the user can"
			if layer.Kind == leastagency.KindJob {
				whose = "all that the job can: its token, its secrets, and any host"
			}
			p.Reportf(layer.Mode.At, "%s asks nobody and %s: whatever text it reads can use %s", actor(layer), wall.gap, whose).
				Because(wall.At, "the sandbox")
		}
	}
}}

// A wall is what contains a session that asks nobody; gap says why it does not.
type wall struct {
	At  leastagency.Span
	gap string
	// whole says that the agent itself is inside, and that nothing leads out: of its network, isolation/open-egress speaks.
	whole bool
	code  bool // of a manifest: one of its tools runs code
}

// bypassed yields the layers whose bypass mode is in force, each with what contains it.
func bypassed(p *leastagency.Pass) func(yield func(*leastagency.Layer, wall) bool) {
	return func(yield func(*leastagency.Layer, wall) bool) {
		told := map[leastagency.Span]bool{} // agents of a file may share the switch
		for _, layer := range p.Layers {
			if !leastagency.Is(layer.Mode, leastagency.ModeBypass) || told[layer.Mode.At] || layer.Kind == leastagency.KindScript { // of those, escalation/bypass-spawn speaks
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
			if layer.Kind == leastagency.KindManifest {
				w.code, inForce = acts(agents)
			}
			if told[layer.Mode.At] = inForce; inForce && !w.whole && !yield(layer, w) {
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
		return wall{At: s.Enabled.At, gap: "its sandbox is left out, with a warning, where it cannot be built"}
	case !leastagency.Is(s.Retry, false):
		return wall{At: s.Enabled.At, gap: "the model may ask to run outside its sandbox"}
	}
	door := s.Door()
	if whole := leastagency.Is(s.Whole, true); door.Text == "" || !whole {
		return wall{At: s.Enabled.At, whole: whole}
	}
	return wall{At: door.At, gap: "its container does not contain it: " + door.Text}
}

// acts reports whether one of the tools that a manifest gives an agent runs code, or changes anything.
func acts(agents []*leastagency.Agent) (code, any bool) {
	for _, a := range agents {
		for _, g := range a.Grants {
			code = code || g.Capability == leastagency.Execute
			any = any || slices.Contains(doing, g.Capability)
		}
	}
	return code, any
}
