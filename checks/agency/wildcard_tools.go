package agency

import (
	"strings"

	"github.com/leastagency/leastagency"
)

// WildcardTools finds sub-agents, skills and commands whose tool list names every tool.
var WildcardTools = leastagency.Check{Rule: "agency/wildcard-tools", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		lists := [][]*leastagency.Rule{layer.Tools, layer.Rules}
		if layer.Kind == leastagency.KindManifest {
			lists = lists[:1] // its rules say what is asked for, not what there is
		}
		for _, list := range lists {
			for _, rule := range list {
				if layer.Kind != leastagency.KindSession && rule.Decision == leastagency.Allow && rule.Inert == "" &&
					(rule.Action.Kind == leastagency.ActionAny || strings.TrimSpace(rule.Text) == "*") {
					p.Reportf(rule.At, "%s has every tool, servers included and those added later: its list draws no line", actor(layer))
				}
			}
		}
	}
}}
