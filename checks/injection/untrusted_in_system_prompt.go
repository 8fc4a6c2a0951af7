package injection

import (
	"github.com/leastagency/leastagency"
)

// UntrustedInSystemPrompt finds agents of manifests whose instructions have blanks that the caller fills
// in, and that hold tools which act: what stands there is read as the owner's orders. One finding an
// agent, at the first blank.
var UntrustedInSystemPrompt = leastagency.Check{Rule: "injection/untrusted-in-system-prompt", Run: func(p *leastagency.Pass) {
	for _, a := range p.Agents {
		if a.Kind != leastagency.KindManifest {
			continue
		}
		tool := active(a)
		if tool == nil {
			continue
		}
		var first *leastagency.Finding
		for _, in := range a.Layers[0].Inputs {
			switch {
			case in.Kind != leastagency.InputPrompt:
			case first == nil:
				first = p.Reportf(in.At, "%s is filled into the instructions of agent %s, which acts: whoever fills it in gives it orders", leastagency.Quote(in.Name), leastagency.Quote(a.Name)).
					Because(tool.Evidence[0].At, "%s", tool.Evidence[0].Text).Sure(leastagency.Inferred)
			default:
				first.Also(in.At, "so is %s", leastagency.Quote(in.Name))
			}
		}
	}
}}

// active returns a grant that changes anything or runs code, without a question.
func active(a *leastagency.Agent) *leastagency.Grant {
	for _, g := range a.Grants {
		if g.Decision == leastagency.Ask || g.Decision == leastagency.Deny || g.Confidence == leastagency.Guessed || g.Contained {
			continue
		}
		if acts([]leastagency.Effect{{Capability: g.Capability}}) && g.Capability != leastagency.Send {
			return g
		}
	}
	return nil
}
