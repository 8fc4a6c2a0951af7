package authority

import (
	"testing"

	"github.com/leastagency/leastagency"
)

// TestFactors: each factor of AIVSS, at each amount that files can show.
func TestFactors(t *testing.T) {
	file := leastagency.NewFile("agent.json", []byte("{}"))
	at := file.Span(0, 1)
	grant := func(c leastagency.Capability, d leastagency.Decision, b leastagency.Breadth) *leastagency.Grant {
		return &leastagency.Grant{Capability: c, Decision: d, Reach: leastagency.Reach{Breadth: b}, Rule: &leastagency.Rule{Text: c.String()}, Evidence: []leastagency.Step{{At: at}}}
	}
	with := func(grants ...*leastagency.Grant) *leastagency.Agent {
		return &leastagency.Agent{At: at, Grants: grants}
	}
	layered := func(l leastagency.Layer) *leastagency.Agent {
		return &leastagency.Agent{At: at, Layers: []*leastagency.Layer{&l}}
	}
	contained := grant(leastagency.Execute, leastagency.Allow, leastagency.Project)
	contained.Contained = true
	kept := &leastagency.Memory{Name: "notes", At: at}
	changed := &leastagency.Memory{Name: "notes", At: at, Writers: []*leastagency.Grant{grant(leastagency.Remember, leastagency.Allow, leastagency.One)}}
	const unknown, none, partial, full = leastagency.AmountUnknown, leastagency.AmountNone, leastagency.AmountPartial, leastagency.AmountFull
	for _, test := range []struct {
		factor string
		name   string
		agent  *leastagency.Agent
		want   leastagency.Amount
	}{
		{"Execution Autonomy", "acts unasked", with(grant(leastagency.Send, leastagency.Allow, leastagency.One)), full},
		{"Execution Autonomy", "acts after asking", with(grant(leastagency.Send, leastagency.Ask, leastagency.One)), partial},
		{"Execution Autonomy", "reads only", with(grant(leastagency.ReadPrivate, leastagency.Allow, leastagency.One)), none},
		{"Execution Autonomy", "is denied", with(grant(leastagency.Execute, leastagency.Deny, leastagency.Machine)), none},
		{"Execution Autonomy", "undecided", with(grant(leastagency.Execute, leastagency.DecisionUnknown, leastagency.Machine)), unknown},
		{"External Tool Control Surface", "a shell that asks", with(grant(leastagency.Execute, leastagency.Ask, leastagency.Machine)), full},
		{"External Tool Control Surface", "a shell behind a wall", with(contained), partial},
		{"External Tool Control Surface", "nothing", with(), none},
		{"External Tool Control Surface", "a server nobody knows", &leastagency.Agent{Servers: []*leastagency.Server{{Name: "x"}}}, unknown},
		{"Natural Language Interface", "strangers start it", layered(leastagency.Layer{Triggers: []*leastagency.Trigger{{Untrusted: true}}}), full},
		{"Natural Language Interface", "strangers write into its prompt", layered(leastagency.Layer{Inputs: []*leastagency.Input{{Untrusted: true}}}), full},
		{"Natural Language Interface", "reads strangers after asking", with(grant(leastagency.ReadUntrusted, leastagency.Ask, leastagency.Everything)), partial},
		{"Contextual Awareness", "the whole machine", with(grant(leastagency.ReadPrivate, leastagency.Allow, leastagency.Machine)), full},
		{"Contextual Awareness", "the project", with(grant(leastagency.ReadPrivate, leastagency.Allow, leastagency.Project)), partial},
		{"Contextual Awareness", "nothing", with(), none},
		{"Behavioral Non-Determinism", "any", with(), full},
		{"Opacity & Reflexivity", "switched off", layered(leastagency.Layer{Switches: []*leastagency.Switch{{Kind: leastagency.SwitchTelemetryOff}}}), full},
		{"Opacity & Reflexivity", "sent elsewhere", layered(leastagency.Layer{Switches: []*leastagency.Switch{{Kind: leastagency.SwitchTelemetryTarget}}}), partial},
		{"Opacity & Reflexivity", "not visible", with(), unknown},
		{"Persistent State Retention", "changes it", &leastagency.Agent{Memory: []*leastagency.Memory{kept, changed}}, full},
		{"Persistent State Retention", "reads it", &leastagency.Agent{Memory: []*leastagency.Memory{kept}}, partial},
		{"Persistent State Retention", "not visible", with(), unknown},
		{"Dynamic Identity", "a role", layered(leastagency.Layer{Credentials: []*leastagency.Credential{{Lifetime: leastagency.Federated}}}), full},
		{"Dynamic Identity", "a token", layered(leastagency.Layer{Credentials: []*leastagency.Credential{{Lifetime: leastagency.Static}}}), partial},
		{"Dynamic Identity", "not visible", with(), unknown},
		{"Multi-Agent Interactions", "free text", layered(leastagency.Layer{Delegates: []leastagency.Delegate{{Name: "a", Typed: true}, {Name: "b"}}}), full},
		{"Multi-Agent Interactions", "typed", layered(leastagency.Layer{Delegates: []leastagency.Delegate{{Name: "a", Typed: true}}}), partial},
		{"Multi-Agent Interactions", "alone", with(), none},
		{"Self-Modification", "by a shell", with(grant(leastagency.Execute, leastagency.Allow, leastagency.Machine)), full},
		{"Self-Modification", "by a shell behind a wall", with(contained), none},
		{"Self-Modification", "after asking", with(grant(leastagency.Configure, leastagency.Ask, leastagency.Project)), partial},
	} {
		factors(&leastagency.System{Agents: []*leastagency.Agent{test.agent}}, nil)
		if len(test.agent.Factors) != 10 {
			t.Fatalf("%d factors, want the ten of AIVSS", len(test.agent.Factors))
		}
		for _, f := range test.agent.Factors {
			if f.Name == test.factor && f.Amount != test.want {
				t.Errorf("%s, %s: %d (%s), want %d", test.factor, test.name, f.Amount, f.Why, test.want)
			}
		}
		test.agent.Factors = nil
	}
}
