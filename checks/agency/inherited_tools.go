package agency

import "github.com/leastagency/leastagency"

// InheritedTools finds sub-agents without a tool list: they get every tool of the session that starts them.
var InheritedTools = leastagency.Check{Rule: "agency/inherited-tools", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		if layer.Kind == leastagency.KindSubagent && !layer.ToolsSet && !layer.NoToolList && len(layer.Tools) == 0 {
			p.Reportf(layer.At, "%s has no tool list: it inherits every tool of the session, servers included", actor(layer))
		}
	}
}}
