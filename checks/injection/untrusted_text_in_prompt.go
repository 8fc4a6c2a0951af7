package injection

import "github.com/leastagency/leastagency"

// UntrustedTextInPrompt finds skills and commands whose command blocks paste what strangers write
// into the prompt before the model reads it.
var UntrustedTextInPrompt = leastagency.Check{Rule: "injection/untrusted-text-in-prompt", Run: func(p *leastagency.Pass) {
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
