package agency

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// AutoApprovedTool finds server tools that change state and are never asked for.
var AutoApprovedTool = leastagency.Check{Rule: "agency/auto-approved-tool", Run: func(p *leastagency.Pass) {
	for layer, rule := range each.Allow(p) {
		if g := gravest(p, rule); g != nil {
			p.Reportf(rule.At, "%s%s: %s, and nobody is asked", subject(layer), leastagency.Quote(rule.Text), g.Evidence[0].Text).Sure(leastagency.Inferred)
		}
	}
	for _, s := range each.Server(p) {
		if leastagency.Is(s.Trusted, true) && (s.Known == nil || changes(s.Effects)) {
			p.Reportf(s.Trusted.At, "%s is trusted with all its tools, also those it may add: none of its calls is ever asked for", each.Name(s))
			continue
		}
		var f *leastagency.Finding
		for _, tool := range s.AutoApproved {
			why, sure := toolChanges(s, tool.V)
			switch {
			case why == "":
			case f == nil:
				f = p.Reportf(tool.At, "tool %s of %s %s, and is never asked for", leastagency.Quote(tool.V), each.Name(s), why).Sure(sure)
			default:
				f.Also(tool.At, "so does tool %s", leastagency.Quote(tool.V))
			}
		}
	}
}}

// gravest returns the worst change that a rule for a server lets happen; nil when it lets none happen.
func gravest(p *leastagency.Pass, rule *leastagency.Rule) *leastagency.Grant {
	if rule.Action.Kind != leastagency.ActionServer {
		return nil
	}
	for _, c := range stateful {
		for _, agent := range p.Agents {
			for _, g := range agent.Grants {
				if g.Rule == rule && g.Capability == c && g.Decision == leastagency.Allow && !g.Implied {
					return g
				}
			}
		}
	}
	return nil
}

// verbs in front of a tool's name that change something.
var verbs = []string{"create", "delete", "remove", "drop", "update", "write", "edit", "execute", "exec", "run", "send", "post", "push", "merge", "publish", "deploy", "move", "apply"}

// toolChanges says what an unasked tool changes: from what is known of its server, else from its name.
func toolChanges(s *leastagency.Server, tool string) (why string, sure leastagency.Confidence) {
	if tool == "*" {
		if s.Known == nil {
			return "(any tool it has or adds) is unknown to us", leastagency.Inferred
		}
		return each.Why(s.Effects, stateful...), leastagency.Inferred
	}
	if s.Known != nil {
		for _, group := range s.Known.Tools {
			for _, name := range group.Names {
				if ok, _ := path.Match(name, tool); !ok {
					continue
				}
				for _, c := range stateful {
					for _, can := range group.Can {
						if can == c {
							return reasonOr(group.Why, "changes a service"), leastagency.Inferred
						}
					}
				}
				return "", 0
			}
		}
	}
	first, _, _ := strings.Cut(strings.NewReplacer("-", "_").Replace(strings.ToLower(tool)), "_")
	for _, verb := range verbs {
		if first == verb {
			return "changes something by its name", leastagency.Guessed
		}
	}
	return "", 0
}

func reasonOr(why, otherwise string) string {
	if why == "" {
		return otherwise
	}
	return why
}
