package boundary

import (
	"strings"

	"github.com/leastagency/leastagency"
)

// ContradictedRule finds allow rules that a deny or ask rule for the same thing, or the whole tool, overrules.
var ContradictedRule = leastagency.Check{Rule: "boundary/contradicted-rule", Run: func(p *leastagency.Pass) {
	for _, a := range p.Agents {
		if a.Parent != nil {
			continue
		}
		found := map[*leastagency.Rule]*leastagency.Finding{}
		for i, r := range a.Rules {
			if r.Decision != leastagency.Allow {
				continue
			}
			for j, over := range a.Rules {
				if over.Decision != leastagency.Deny && over.Decision != leastagency.Ask || over.Implied || !overrules(over, r) || !wins(a.Order, over, r, j-i) {
					continue
				}
				if f := found[over]; f != nil {
					f.Also(r.At, "it overrules %s too", leastagency.Quote(r.Text))
				} else {
					found[over] = p.Reportf(r.At, "%s is allowed here and %s by %s, which wins: one of the two is not meant", leastagency.Quote(r.Text), verb(over.Decision), leastagency.Quote(over.Text)).
						Because(over.At, "overrules it")
				}
				break
			}
		}
	}
}}

// wins reports whether the stricter of two rules counts, where the product weighs them by their place
// or number. Behind says by how many places it follows the other.
func wins(order leastagency.RuleOrder, over, r *leastagency.Rule, behind int) bool {
	switch order {
	case leastagency.FirstMatch:
		return behind < 0
	case leastagency.LastMatch:
		return behind > 0
	case leastagency.HighestPriority:
		return over.Priority >= r.Priority
	}
	return true
}

func verb(d leastagency.Decision) string {
	if d == leastagency.Deny {
		return "denied"
	}
	return "asked for"
}

// overrules reports whether a stricter rule speaks of the same action, or of the whole tool.
func overrules(over, r *leastagency.Rule) bool {
	if canonical(over.Text) == canonical(r.Text) {
		return true
	}
	if over.Action.Kind == leastagency.ActionServer {
		return r.Action.Kind == leastagency.ActionServer && over.Action.Whole() && over.Action.Server == r.Action.Server
	}
	tool, _, _ := strings.Cut(r.Text, "(")
	return over.Action.Whole() && over.Text == tool
}

// canonical spells a rule in one way: "x:*" and "x *" are the same prefix.
func canonical(rule string) string { return strings.ReplaceAll(rule, ":*)", " *)") }
