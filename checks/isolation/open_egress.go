package isolation

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// OpenEgress finds an allow list of hosts that lets everything through, CI jobs whose agent requests
// any URL with nothing around it, and containers that hold an agent which asks nobody, but not what it sends.
var OpenEgress = leastagency.Check{Rule: "isolation/open-egress", Run: func(p *leastagency.Pass) {
	for _, agent := range p.Agents {
		s := agent.Sandbox
		if s == nil || !leastagency.Is(s.Whole, true) || !s.OpenNetwork.V || s.Door().Text != "" || !leastagency.Is(agent.Mode, leastagency.ModeBypass) {
			continue
		}
		p.Reportf(s.OpenNetwork.At, "the container holds an agent that asks nobody, but lets it reach every host: what it reads can go anywhere").
			Sure(leastagency.Inferred).Because(agent.Mode.At, "the agent asks nobody")
	}
	for layer, agent := range each.Job(p) {
		if agent.Sandbox != nil && leastagency.Is(agent.Sandbox.Enabled, true) {
			continue
		}
		var first *leastagency.Finding
		for _, rule := range layer.Rules {
			switch {
			case rule.Decision != leastagency.Allow || rule.Inert != "" || rule.Action.Kind != leastagency.ActionFetch || rule.Action.Pattern != "":
			case first == nil:
				first = p.Reportf(rule.At, "%s lets its agent request any URL with %s: what it reads can go anywhere, and what it finds there can steer it", each.JobName(layer), leastagency.Quote(rule.Text))
			default:
				first.Also(rule.At, "so does %s", leastagency.Quote(rule.Text))
			}
		}
	}
	for _, layer := range p.Layers {
		if layer.Sandbox == nil || leastagency.Is(layer.Sandbox.Enabled, false) {
			continue
		}
		if open := layer.Sandbox.OpenNetwork; open.V && open.At != layer.Sandbox.Enabled.At { // what nobody switched on is the product's default
			p.Reportf(open.At, "the sandbox lets commands reach every host: what they read can go anywhere")
		}
		for _, h := range layer.Sandbox.Hosts {
			if everything(h.V) {
				p.Reportf(h.At, "the sandbox lets commands reach %s: what they read can go anywhere", leastagency.Quote(h.V))
			}
		}
	}
}}

// everything reports whether a host pattern is a list of everybody: a star alone or in front of a top-level domain.
func everything(pattern string) bool {
	pattern, _, _ = strings.Cut(pattern, ":")
	if pattern == "*" || pattern == "**" || pattern == "0.0.0.0/0" {
		return true
	}
	rest, star := strings.CutPrefix(pattern, "*.")
	return star && !strings.Contains(rest, ".")
}
