package audit

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/nearest"
)

// VoidIgnore finds comments that are to ignore a finding and ignore nothing.
var VoidIgnore = leastagency.Check{Rule: "audit/void-ignore", Last: true, Run: func(p *leastagency.Pass) {
	var rules []string
	for i := range p.Policy.Rules {
		rules = append(rules, p.Policy.Rules[i].ID)
	}
	hints := 20 // each is looked for among all rules
	for _, i := range p.Ignores {
		if i.Void == "" {
			continue
		}
		hint := ""
		if p.Policy.Rule(i.Rule) == nil && i.Rule != "" && len(i.Rule) < 64 && hints > 0 {
			hints--
			if meant := nearest.Name(i.Rule, rules); meant != "" {
				hint = "; did you mean " + leastagency.Quote(meant) + "?"
			}
		}
		p.Reportf(i.At, "this comment ignores nothing: %s%s", i.Void, hint)
	}
}}
