package authority

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/leastagency/leastagency"
)

// jobs adds the agents that CI jobs and scripts start. Each works in the checkout, so what the repository
// configures for its product is in force for it too, below what its command line says.
func jobs(sys *leastagency.System, top []*leastagency.Agent) {
	seen := map[string]int{}
	for _, layer := range sys.Layers {
		if layer.Kind != leastagency.KindJob && layer.Kind != leastagency.KindScript {
			continue
		}
		a := &leastagency.Agent{ID: layer.Product + "/" + plural[layer.Kind] + "/" + layer.Name, Product: layer.Product, Kind: layer.Kind, Name: layer.Name, Root: layer.Root, At: layer.At,
			Layers: append([]*leastagency.Layer{layer}, called(sys, layer)...), Parent: parent(top, layer)}
		if layer.Root != "." {
			a.ID += ":" + layer.Root
		}
		if seen[a.ID]++; seen[a.ID] > 1 { // called from several places
			a.ID += fmt.Sprintf("#%d", seen[a.ID])
		}
		merge(a)
		own := a.Mode
		inherit(a)
		if !a.Mode.Set && a.Kind == leastagency.KindJob { // nobody is there to be asked: what the job's product does then
			a.Mode = own
		}
		sys.Agents = append(sys.Agents, a)
	}
}

// unfollowed returns the layers without those of scripts and actions that a job starts: the job's layer
// says the same of the agent, and who starts it besides.
func unfollowed(layers []*leastagency.Layer) []*leastagency.Layer {
	started := map[leastagency.Span]bool{}
	for _, l := range layers {
		started[l.At] = started[l.At] || l.Kind == leastagency.KindJob && len(l.Triggers) > 0
	}
	return slices.DeleteFunc(slices.Clone(layers), func(l *leastagency.Layer) bool {
		return (l.Kind == leastagency.KindScript || l.Kind == leastagency.KindJob && len(l.Triggers) == 0) && started[l.At]
	})
}

// called returns the commands and skills that a job's prompt starts by name.
func called(sys *leastagency.System, job *leastagency.Layer) []*leastagency.Layer {
	var out []*leastagency.Layer
	for _, call := range job.Calls {
		for _, layer := range sys.Layers {
			if (layer.Kind == leastagency.KindCommand || layer.Kind == leastagency.KindSkill) && layer.Product == job.Product && layer.Root == job.Root && layer.Name == call.V {
				out = append(out, layer)
			}
		}
	}
	return out
}

// fromJob adds what the job brings: text of strangers that reaches the model by itself, and what the
// token and the runner let code do. A token without a way to use it grants nothing.
func (g *granter) fromJob() {
	if g.agent.Kind != leastagency.KindJob {
		return
	}
	layer := g.agent.Layers[0]
	for _, in := range layer.Inputs {
		if !in.Untrusted {
			continue
		}
		grant := &leastagency.Grant{Capability: leastagency.ReadUntrusted, Reach: leastagency.Reach{Breadth: leastagency.Service}, Decision: leastagency.Allow, Input: in, Confidence: leastagency.Inferred}
		if in.Kind == leastagency.InputPrompt || in.Kind == leastagency.InputVariable {
			grant.Confidence = leastagency.Declared
		}
		for _, t := range layer.Triggers {
			if t.Public && !t.Powerless {
				grant.Evidence = append(grant.Evidence, leastagency.Step{At: t.At, Text: fmt.Sprintf("%s starts the job, and strangers write %s", t.Name, cmp.Or(t.Text, "what comes with it"))})
				break
			}
		}
		grant.Evidence = append(grant.Evidence, in.Way...)
		grant.Evidence = append(grant.Evidence, leastagency.Step{At: in.At, Text: in.Says()})
		g.add(grant)
	}
	if !executes(g.out) {
		return
	}
	for _, p := range layer.Powers {
		for _, e := range p.Effects {
			g.add(&leastagency.Grant{Capability: e.Capability, Reach: e.Reach, Decision: leastagency.Allow, Route: leastagency.RouteShell, Power: p, Implied: true, Confidence: leastagency.Inferred,
				Evidence: []leastagency.Step{{At: p.At, Text: fmt.Sprintf("the job's token has %s%s", leastagency.Quote(p.Name), because(e.Why))}}})
		}
	}
}

// purpose reports whether a grant of a job is what such a job is there for and harms nobody by itself: a
// comment on the thread it was asked about, or a look at the repository, which strangers see as well.
// Reading any file of the runner, or any other change, is more than that.
func purpose(a *leastagency.Agent, g *leastagency.Grant) bool {
	if a.Kind != leastagency.KindJob || g.Rule == nil || g.Implied {
		return false
	}
	switch g.Capability {
	case leastagency.ReadPrivate:
		return g.Reach.Breadth < leastagency.Machine
	case leastagency.WriteState:
		return g.Rule.Action.Command.OnThread()
	}
	return false
}

// executes reports whether one of the grants runs code that no sandbox contains.
func executes(grants []*leastagency.Grant) bool {
	for _, g := range grants {
		if g.Capability == leastagency.Execute && g.Decision == leastagency.Allow && !g.Contained {
			return true
		}
	}
	return false
}
