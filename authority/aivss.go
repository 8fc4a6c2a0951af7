package authority

import (
	"slices"

	"github.com/leastagency/leastagency"
)

// factors lists the ten risk amplification factors of OWASP AIVSS for every agent. Each is 0, a half or
// 1 by what the agent's own files show, and unknown where files do not show it.
func factors(sys *leastagency.System, _ *leastagency.Policy) {
	for _, a := range sys.Agents {
		for _, f := range []struct {
			name string
			of   func(*leastagency.Agent) leastagency.Factor
		}{
			{"Execution Autonomy", autonomy},
			{"External Tool Control Surface", toolSurface},
			{"Natural Language Interface", language},
			{"Contextual Awareness", awareness},
			{"Behavioral Non-Determinism", nonDeterminism},
			{"Opacity & Reflexivity", opacity},
			{"Persistent State Retention", retention},
			{"Dynamic Identity", identity},
			{"Multi-Agent Interactions", interactions},
			{"Self-Modification", selfModification},
		} {
			factor := f.of(a)
			factor.Name = f.name
			a.Factors = append(a.Factors, factor)
		}
	}
}

// acting are the capabilities that change something outside the model.
var acting = []leastagency.Capability{leastagency.WriteFiles, leastagency.WriteState, leastagency.Destroy, leastagency.Send, leastagency.Execute,
	leastagency.Configure, leastagency.Decide, leastagency.Pay}

// freest returns the grant of one of the capabilities that acts most freely; nil where none may act.
func freest(a *leastagency.Agent, among ...leastagency.Capability) *leastagency.Grant {
	var best *leastagency.Grant
	for _, g := range a.Grants {
		if slices.Contains(among, g.Capability) && g.Decision != leastagency.Deny && (best == nil || g.Decision > best.Decision) {
			best = g
		}
	}
	return best
}

func at(g *leastagency.Grant) leastagency.Span {
	if len(g.Evidence) == 0 {
		return leastagency.Span{}
	}
	return g.Evidence[0].At
}

// held rates a grant: full where nobody is asked, partial where somebody is, none without one.
func held(g *leastagency.Grant, does, none string) leastagency.Factor {
	switch {
	case g == nil:
		return leastagency.Factor{Amount: leastagency.AmountNone, Why: none}
	case g.Decision == leastagency.Allow:
		return leastagency.Factor{Amount: leastagency.AmountFull, Why: does + " unasked: " + source(g), At: at(g)}
	case g.Decision == leastagency.Ask:
		return leastagency.Factor{Amount: leastagency.AmountPartial, Why: does + " after asking: " + source(g), At: at(g)}
	}
	return leastagency.Factor{Why: does + "; whether it asks is not visible: " + source(g), At: at(g)}
}

func autonomy(a *leastagency.Agent) leastagency.Factor {
	return held(freest(a, acting...), "acts", "it may change nothing")
}

// toolSurface rates how wide and how privileged the tools are, whether or not somebody is asked.
func toolSurface(a *leastagency.Agent) leastagency.Factor {
	var widest *leastagency.Grant
	for _, g := range a.Grants {
		if g.Decision != leastagency.Deny && (widest == nil || g.Capability == leastagency.Execute && widest.Capability != leastagency.Execute) {
			widest = g
		}
	}
	switch {
	case widest == nil && slices.ContainsFunc(a.Servers, func(s *leastagency.Server) bool { return !s.Disabled && len(s.Effects) == 0 }):
		return leastagency.Factor{Why: "what its servers can do is not visible"}
	case widest == nil:
		return leastagency.Factor{Amount: leastagency.AmountNone, Why: "it has no tools"}
	case widest.Capability == leastagency.Execute && !widest.Contained:
		return leastagency.Factor{Amount: leastagency.AmountFull, Why: "runs any code: " + source(widest), At: at(widest)}
	}
	return leastagency.Factor{Amount: leastagency.AmountPartial, Why: "named tools: " + source(widest), At: at(widest)}
}

// language rates who may speak to the model: everyone has a language, strangers make it full.
func language(a *leastagency.Agent) leastagency.Factor {
	for _, l := range a.Layers {
		for _, t := range l.Triggers {
			if stranger(t) {
				return leastagency.Factor{Amount: leastagency.AmountFull, Why: "strangers start it: " + t.Name, At: t.At}
			}
		}
		for _, in := range l.Inputs {
			if in.Untrusted {
				return leastagency.Factor{Amount: leastagency.AmountFull, Why: in.Says(), At: in.At}
			}
		}
	}
	if g := freest(a, leastagency.ReadUntrusted); g != nil && g.Decision == leastagency.Allow {
		return leastagency.Factor{Amount: leastagency.AmountFull, Why: "reads strangers' text unasked: " + source(g), At: at(g)}
	}
	return leastagency.Factor{Amount: leastagency.AmountPartial, Why: "its own people speak to it", At: a.At}
}

func awareness(a *leastagency.Agent) leastagency.Factor {
	g := freest(a, leastagency.ReadPrivate, leastagency.ReadSecret)
	switch {
	case g == nil:
		return leastagency.Factor{Amount: leastagency.AmountNone, Why: "it reads nothing that is not public"}
	case g.Reach.Breadth >= leastagency.Service && g.Decision == leastagency.Allow:
		return leastagency.Factor{Amount: leastagency.AmountFull, Why: "reads a whole " + g.Reach.Breadth.String() + " unasked: " + source(g), At: at(g)}
	}
	return leastagency.Factor{Amount: leastagency.AmountPartial, Why: "reads what is not public: " + source(g), At: at(g)}
}

func nonDeterminism(a *leastagency.Agent) leastagency.Factor {
	return leastagency.Factor{Amount: leastagency.AmountFull, Why: "a model decides what happens next", At: a.At}
}

func opacity(a *leastagency.Agent) leastagency.Factor {
	for _, l := range a.Layers {
		for _, s := range l.Switches {
			switch s.Kind {
			case leastagency.SwitchTelemetryOff:
				return leastagency.Factor{Amount: leastagency.AmountFull, Why: leastagency.Quote(s.Name) + " switches the trace off", At: s.At}
			case leastagency.SwitchTelemetryTarget:
				return leastagency.Factor{Amount: leastagency.AmountPartial, Why: leastagency.Quote(s.Name) + " sends a trace elsewhere", At: s.At}
			}
		}
	}
	return leastagency.Factor{Why: "logs and traces are not visible"}
}

func retention(a *leastagency.Agent) leastagency.Factor {
	for _, m := range a.Memory {
		if len(m.Writers) > 0 {
			return leastagency.Factor{Amount: leastagency.AmountFull, Why: "changes unasked what it reads next time: " + leastagency.Quote(m.Name), At: m.At}
		}
	}
	if len(a.Memory) > 0 {
		return leastagency.Factor{Amount: leastagency.AmountPartial, Why: "reads " + leastagency.Quote(a.Memory[0].Name) + " each time", At: a.Memory[0].At}
	}
	return leastagency.Factor{Why: "what it keeps between runs is not visible"}
}

// identity rates whose rights it acts with: those of a role that it takes on or of everything in its
// environment in full, those of one login partly.
func identity(a *leastagency.Agent) leastagency.Factor {
	credentials := a.AllCredentials()
	for _, c := range credentials {
		if c.Admin || c.Source == leastagency.SourceWholeEnvironment || c.Lifetime == leastagency.Federated {
			return leastagency.Factor{Amount: leastagency.AmountFull, Why: "acts with whatever rights come with " + leastagency.Quote(c.Name), At: c.At}
		}
	}
	if len(credentials) > 0 {
		return leastagency.Factor{Amount: leastagency.AmountPartial, Why: "acts with the rights of " + leastagency.Quote(credentials[0].Name), At: credentials[0].At}
	}
	return leastagency.Factor{Why: "whose rights it acts with is not visible"}
}

func interactions(a *leastagency.Agent) leastagency.Factor {
	for _, l := range a.Layers {
		for _, d := range l.Delegates {
			if !d.Typed {
				return leastagency.Factor{Amount: leastagency.AmountFull, Why: "hands free text to " + leastagency.Quote(d.Name), At: d.At}
			}
		}
		if len(l.Delegates) > 0 {
			return leastagency.Factor{Amount: leastagency.AmountPartial, Why: "hands typed work to " + leastagency.Quote(l.Delegates[0].Name), At: l.Delegates[0].At}
		}
	}
	return held(freest(a, leastagency.Spawn), "starts agents", "it starts no other agent")
}

func selfModification(a *leastagency.Agent) leastagency.Factor {
	own := freest(a, leastagency.Configure)
	if own == nil {
		own = freest(a, leastagency.Execute) // code changes any file that no wall keeps from it
		if own != nil && own.Contained {
			own = nil
		}
	}
	return held(own, "changes its own configuration or prompts", "no grant reaches its own configuration")
}
