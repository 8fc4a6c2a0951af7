package agency

import "github.com/leastagency/leastagency"

// InheritedTools finds sub-agents without a tool list: they get every tool of the session that starts
// them. A collection of agents is one finding, with the others as further places.
var InheritedTools = leastagency.Check{Rule: "agency/inherited-tools", Run: func(p *leastagency.Pass) {
	var first *leastagency.Finding
	for _, layer := range p.Layers {
		switch {
		case layer.Kind != leastagency.KindSubagent || layer.ToolsSet || layer.NoToolList || len(layer.Tools) > 0:
		case first == nil:
			first = p.Reportf(layer.At, "%s has no tool list: it inherits every tool of the session, servers included", actor(layer))
		default:
			first.Also(layer.At, "nor has %s", actor(layer))
		}
	}
}}
