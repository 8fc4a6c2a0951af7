package isolation

import "github.com/leastagency/leastagency"

// AnyOrigin finds agents that let every web page use them with the rights of whoever looks at the page.
var AnyOrigin = leastagency.Check{Rule: "isolation/any-origin", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		for _, s := range layer.Switches {
			if s.Kind == leastagency.SwitchAnyOrigin {
				p.Reportf(s.At, "%s lets every web page use the agent with the sign-in of whoever looks at the page", leastagency.Quote(s.Name))
			}
		}
	}
}}
