package agency

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// OpenRecipient finds tools of manifests that send to whomever the model names, asking nobody first.
var OpenRecipient = leastagency.Check{Rule: "agency/open-recipient", Run: func(p *leastagency.Pass) {
	for layer, agent := range each.Manifest(p) {
		for _, t := range layer.Tools {
			if t.Recipient.Set && t.Decision == leastagency.Allow && t.Inert == "" && !asks(agent, t) {
				p.Reportf(t.Recipient.At, "%s of tool %s takes any address that the model writes: what the agent has read can be sent to anybody",
					leastagency.Quote(t.Recipient.V), leastagency.Quote(t.Text)).Because(t.At, "the tool")
			}
		}
	}
}}

// asks reports whether somebody is asked before a tool of a manifest runs.
func asks(agent *leastagency.Agent, tool *leastagency.Rule) bool {
	for _, r := range agent.Rules {
		if (r.Decision == leastagency.Ask || r.Decision == leastagency.Deny) && r.Action.Kind == tool.Action.Kind && (r.Action.Name == "" || r.Action.Name == tool.Action.Name) {
			return true
		}
	}
	return agent.Mode.V == leastagency.ModeAsk
}
