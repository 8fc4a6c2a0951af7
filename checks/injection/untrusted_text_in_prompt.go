package injection

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// UntrustedTextInPrompt finds skills and commands whose command blocks paste what strangers write
// into the prompt before the model reads it, and CI jobs that do so by expressions, variables, files, or
// an order to fetch it.
var UntrustedTextInPrompt = leastagency.Check{Rule: "injection/untrusted-text-in-prompt", Run: func(p *leastagency.Pass) {
	for layer, agent := range each.Job(p) {
		pasted(p, layer, agent)
	}
	for _, layer := range p.Layers {
		if layer.Kind != leastagency.KindSkill && layer.Kind != leastagency.KindCommand {
			continue
		}
		for _, c := range layer.Commands {
			why, reads := strangers(c.Effects)
			if !reads {
				continue
			}
			f := p.Reportf(c.At, "this command block pastes text of strangers into the prompt as if you had written it%s", why).Sure(leastagency.Inferred)
			for _, r := range layer.Rules {
				if r.Decision == leastagency.Allow && r.Inert == "" && acts(r.Effects) {
					f.Because(r.At, "%s is pre-approved", leastagency.Quote(r.Text))
				}
			}
		}
	}
}}

// pasted reports the texts of strangers that a job puts before its agent: one finding, at the first.
func pasted(p *leastagency.Pass, layer *leastagency.Layer, agent *leastagency.Agent) {
	var first *leastagency.Finding
	acts := len(each.Acts(agent)) > 0
	for _, in := range layer.Inputs {
		switch {
		case !acts && len(layer.Answers) == 0: // all it can do is answer
		case !in.Untrusted || in.Kind == leastagency.InputThread || in.Kind == leastagency.InputWorkspace:
		case in.Kind == leastagency.InputFetched && strings.HasSuffix(in.Name, ".number"): // told where, but not to
		case first != nil:
			first.Also(in.At, "so is this: %s", in.Says())
		default:
			first = p.Reportf(in.At, "%s puts strangers' text before its agent as if it were the owner's: %s", each.JobName(layer), in.Says()).Sure(leastagency.Inferred)
			each.Witness(first, agent, each.Cause(layer), []*leastagency.Input{in})
		}
	}
}

// acts reports whether one of the effects changes anything or carries data out.
func acts(effects []leastagency.Effect) bool {
	for _, e := range effects {
		switch e.Capability {
		case leastagency.WriteFiles, leastagency.WriteState, leastagency.Destroy, leastagency.Send, leastagency.Execute, leastagency.Configure, leastagency.Decide, leastagency.Pay:
			return true
		}
	}
	return false
}
