package memory

import "github.com/leastagency/leastagency"

// UnsafeDeserialization finds stored state that becomes running code when it is loaded.
var UnsafeDeserialization = leastagency.Check{Rule: "memory/unsafe-deserialization", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		for _, s := range layer.Switches {
			if s.Kind == leastagency.SwitchUnsafeState {
				p.Reportf(s.At, "%s has stored state of any kind turned into objects when a run goes on: whoever writes to the store runs code in the agent", leastagency.Quote(s.Name))
			}
		}
	}
}}
