package authority

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// manifests adds the agents that manifests declare: each is one of its own, with no session that it
// belongs to and nothing from other files but the servers that it names.
func manifests(sys *leastagency.System) {
	for _, layer := range sys.Layers {
		if layer.Kind != leastagency.KindManifest {
			continue
		}
		a := &leastagency.Agent{ID: layer.Product + "/" + cmp.Or(layer.Name, "agent") + ":" + layer.At.File.Path, Product: layer.Product,
			Kind: layer.Kind, Name: layer.Name, Root: layer.Root, At: layer.At, Layers: []*leastagency.Layer{layer}}
		merge(a)
		sys.Agents = append(sys.Agents, a)
	}
}

// fromTools adds what the tools of a manifest let happen, as its rules and its framework decide.
func (g *granter) fromTools() {
	if g.agent.Kind != leastagency.KindManifest {
		return
	}
	for _, layer := range g.agent.Layers {
		for _, t := range layer.Tools {
			d := decision(g.agent, t.Action, byFramework(g.agent))
			if t.Decision != leastagency.Allow || t.Inert != "" || d == leastagency.Deny {
				continue
			}
			for _, e := range t.Effects {
				why := because(e.Why)
				if t.Unless != "" {
					why += fmt.Sprintf(", by default where no %s is stated", leastagency.Quote(t.Unless))
				}
				g.add(&leastagency.Grant{Capability: e.Capability, Reach: e.Reach, Decision: d, Route: routes[t.Action.Kind], Rule: t, Offered: true,
					Confidence: cmp.Or(e.Confidence, leastagency.Inferred),
					Evidence:   []leastagency.Step{{At: t.At, Text: fmt.Sprintf("tool %s%s", leastagency.Quote(t.Text), why)}}})
			}
		}
	}
}

// byFramework returns what happens to a tool call that no rule of the manifest speaks of.
func byFramework(a *leastagency.Agent) leastagency.Decision {
	switch a.Mode.V {
	case leastagency.ModeBypass:
		return leastagency.Allow
	case leastagency.ModeUnknown:
		return leastagency.DecisionUnknown
	case leastagency.ModeDenyRest:
		return leastagency.Deny
	}
	return leastagency.Ask
}

// asked returns the decision that the rules of a manifest leave for a tool group of a server, where a
// server's tools are asked for one by one.
func (g *granter) asked(s *leastagency.Server, group leastagency.KnownTools) bool {
	ask := func(tool string) bool {
		return decision(g.agent, leastagency.Action{Kind: leastagency.ActionServer, Server: s.Name, Tool: tool}, leastagency.Allow) == leastagency.Ask
	}
	tools := group.Names
	if len(s.Included) > 0 {
		tools = nil
		for _, v := range s.Included {
			if inGroup(group, v.V) {
				tools = append(tools, v.V)
			}
		}
	}
	return len(tools) > 0 && !slices.ContainsFunc(tools, func(t string) bool { return !ask(t) })
}

// A handoff leads from one agent to another that reads its words, or whose words it reads.
type handoff struct {
	to *leastagency.Agent
	at leastagency.Span
}

// handoffs returns how text travels between the agents of manifests: to a delegate as the task, and
// back as the answer. What has a fixed form carries no sentence.
func handoffs(sys *leastagency.System) map[*leastagency.Agent][]handoff {
	out := map[*leastagency.Agent][]handoff{}
	for _, a := range sys.Agents {
		if a.Kind != leastagency.KindManifest {
			continue
		}
		for _, d := range a.Layers[0].Delegates {
			if to := colleague(sys, a, d.Name); to != nil && to != a && !d.Typed {
				out[a] = append(out[a], handoff{to, d.At})
				out[to] = append(out[to], handoff{a, d.At})
			}
		}
	}
	return out
}

// colleague returns the agent of the same format that a manifest names, the nearest of several: in the
// same file, then in the same folder, then anywhere.
func colleague(sys *leastagency.System, a *leastagency.Agent, name string) *leastagency.Agent {
	var best *leastagency.Agent
	score := 0
	for _, b := range sys.Agents {
		if b.Kind != leastagency.KindManifest || b.Product != a.Product || b.Name != name {
			continue
		}
		s := 1
		switch {
		case b.At.File == a.At.File:
			s = 3
		case b.Root == a.Root:
			s = 2
		}
		if s > score {
			best, score = b, s
		}
	}
	return best
}

// received returns the grants by which other agents read what strangers write and hand it on to a as
// free text, at first, second and further hand.
func received(a *leastagency.Agent, ways map[*leastagency.Agent][]handoff) []*leastagency.Grant {
	var out []*leastagency.Grant
	type step struct {
		agent *leastagency.Agent
		way   []leastagency.Step
	}
	seen := map[*leastagency.Agent]bool{a: true}
	queue := []step{{agent: a}}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, h := range ways[at.agent] {
			if seen[h.to] {
				continue
			}
			seen[h.to] = true
			way := append([]leastagency.Step{{At: h.at, Text: fmt.Sprintf("what agent %s writes reaches agent %s as free text", leastagency.Quote(h.to.Name), leastagency.Quote(at.agent.Name))}}, at.way...)
			queue = append(queue, step{h.to, way})
			for _, g := range h.to.Grants {
				if g.Capability == leastagency.ReadUntrusted && !g.Implied && counts(g) {
					copied := *g
					copied.Evidence = slices.Concat(g.Evidence, way)
					out = append(out, &copied)
				}
			}
		}
	}
	return out
}

// resolve gives every entry that only names a server the one that another object of the same format
// defines under that name. What the tools of a definition can do is told where an agent uses it.
func resolve(sys *leastagency.System) (used map[*leastagency.Server]bool) {
	used = map[*leastagency.Server]bool{}
	for _, layer := range sys.Layers {
		for _, s := range layer.Servers {
			if !s.Reference {
				continue
			}
			score := 0
			for _, other := range sys.Layers {
				if other.Product != layer.Product {
					continue
				}
				for _, d := range other.Servers {
					near := 1
					switch {
					case other.At.File == layer.At.File:
						near = 3
					case other.Root == layer.Root:
						near = 2
					}
					if !d.Reference && strings.EqualFold(d.Name, s.Name) && near > score {
						s.Of, score = d, near
					}
				}
			}
			if s.Of != nil {
				used[s.Of] = true
			}
		}
	}
	return used
}
