package each

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// Job yields every agent that a CI job starts, with its layer.
func Job(p *leastagency.Pass) iter.Seq2[*leastagency.Layer, *leastagency.Agent] {
	return kind(p, leastagency.KindJob)
}

// Script yields every agent that a script, a task or a container starts, with its layer.
func Script(p *leastagency.Pass) iter.Seq2[*leastagency.Layer, *leastagency.Agent] {
	return kind(p, leastagency.KindScript)
}

func kind(p *leastagency.Pass, k leastagency.Kind) iter.Seq2[*leastagency.Layer, *leastagency.Agent] {
	return func(yield func(*leastagency.Layer, *leastagency.Agent) bool) {
		for _, agent := range p.Agents {
			if agent.Kind == k && len(agent.Layers) > 0 && !yield(agent.Layers[0], agent) {
				return
			}
		}
	}
}

// JobName is how messages name a job with its agent.
func JobName(layer *leastagency.Layer) string { return "job " + leastagency.Quote(layer.Name) }

// most is how many places of one kind a witness shows.
const most = 3

// Acts says what an agent of a job or a manifest can do on its own, as steps of a witness: nothing asked, code and
// changes first, then what the token adds. It is empty for an agent that only reads and answers.
func Acts(agent *leastagency.Agent) []leastagency.Step {
	layer := agent.Layers[0]
	var out []leastagency.Step
	if agent.Kind == leastagency.KindJob && agent.Mode.V == leastagency.ModeBypass && !walled(agent) {
		at := agent.Mode.At
		if at.IsZero() {
			at = layer.At
		}
		out = append(out, leastagency.Step{At: at, Text: "the agent runs any command, and nobody is asked"})
	}
	seen := map[*leastagency.Rule]bool{}
	for _, c := range acting {
		for _, g := range agent.Grants {
			if g.Capability != c || g.Decision != leastagency.Allow || g.Rule == nil || g.Implied || g.Contained || seen[g.Rule] || len(out) >= most {
				continue
			}
			seen[g.Rule] = true
			out = append(out, g.Evidence[0])
		}
	}
	for _, r := range agent.Rules {
		if r.Decision == leastagency.Allow && r.Action.Kind == leastagency.ActionServer && len(r.Effects) == 0 && !reads(r.Action.Tool) && len(out) < most {
			out = append(out, leastagency.Step{At: r.At, Text: fmt.Sprintf("the agent calls %s", leastagency.Quote(r.Text))})
		}
	}
	if len(out) == 0 && agent.Mode.V != leastagency.ModeAcceptEdits {
		return nil
	}
	for i, power := range layer.Powers {
		if i == most {
			break
		}
		out = append(out, leastagency.Step{At: power.At, Text: fmt.Sprintf("its token has %s: it %s", leastagency.Quote(power.Name), Why(power.Effects, acting...))})
	}
	return out
}

// reads reports whether the name of a server's tool says that it only looks.
func reads(tool string) bool {
	verb, _, _ := strings.Cut(tool, "_")
	return slices.Contains([]string{"get", "list", "search", "read", "fetch", "view", "find", "download"}, verb) || strings.HasSuffix(tool, "_read")
}

// walled reports whether a sandbox holds what the agent runs.
func walled(agent *leastagency.Agent) bool {
	s := agent.Sandbox
	return s != nil && leastagency.Is(s.Enabled, true) && leastagency.Is(s.Retry, false) && s.Door() == (leastagency.Step{}) && !leastagency.Is(s.OpenNetwork, true)
}

// acting are the capabilities that change something or carry it away, gravest first.
var acting = []leastagency.Capability{leastagency.Execute, leastagency.Destroy, leastagency.Pay, leastagency.Decide, leastagency.WriteState, leastagency.Configure, leastagency.WriteFiles, leastagency.Send, leastagency.ReadSecret}

// Witness adds the way from what starts a job to what its agent can do: the event, the gates that do not
// hold, the text that reaches the model, the tools and the token.
func Witness(f *leastagency.Finding, agent *leastagency.Agent, trigger *leastagency.Trigger, inputs []*leastagency.Input) {
	Starts(f, trigger)
	for _, s := range agent.Layers[0].Way {
		f.Because(s.At, "%s", s.Text)
	}
	for i, in := range inputs {
		if i == most {
			break
		}
		for _, s := range in.Way {
			f.Because(s.At, "%s", s.Text)
		}
		f.Because(in.At, "%s", in.Says())
	}
	for _, s := range Ends(agent) {
		f.Because(s.At, "%s", s.Text)
	}
}

// Starts adds what starts a job, and the gates that do not hold. Nil is no start that is visible here.
func Starts(f *leastagency.Finding, trigger *leastagency.Trigger) {
	switch {
	case trigger == nil:
	case trigger.Public:
		f.Because(trigger.At, "strangers cause %s in a public repository", trigger.Name)
		told := map[leastagency.Span]bool{}
		for _, g := range trigger.Gates {
			if g.Fails != "" && !told[g.At] && len(told) < most {
				told[g.At] = true
				f.Because(g.At, "%s does not stop them: %s", g.Text, g.Fails)
			}
		}
	case trigger.Text != "":
		f.Because(trigger.At, "%s starts the job, and strangers may have written %s", trigger.Name, trigger.Text)
	default:
		f.Because(trigger.At, "%s starts the job", trigger.Name)
	}
}

// Ends says with what a way into an agent ends: what it does on its own, else what it may use, else that it runs there.
func Ends(agent *leastagency.Agent) []leastagency.Step {
	out := Acts(agent)
	for _, r := range agent.Rules {
		if r.Decision == leastagency.Allow && len(out) == 0 {
			out = append(out, leastagency.Step{At: r.At, Text: fmt.Sprintf("the agent uses %s unasked", leastagency.Quote(r.Text))})
		}
	}
	if len(out) == 0 {
		out = append(out, leastagency.Step{At: agent.At, Text: "the agent starts here, with the tools that its product gives it"})
	}
	return out
}

// Cause returns the event by which strangers' text gets furthest; nil when none is visible here.
func Cause(layer *leastagency.Layer) *leastagency.Trigger {
	var best *leastagency.Trigger
	for _, t := range layer.Triggers {
		if best == nil || reach(t) > reach(best) {
			best = t
		}
	}
	return best
}

func reach(t *leastagency.Trigger) int {
	switch {
	case t.Untrusted:
		return 4
	case t.Public && !t.Powerless:
		return 3
	case t.Public:
		return 2
	case t.Text != "":
		return 1
	}
	return 0
}
