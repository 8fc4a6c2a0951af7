package supplychain

import "github.com/leastagency/leastagency"

// RemoteScriptInText finds instructions whose code blocks pipe a download into a shell: the model runs
// what they show.
var RemoteScriptInText = leastagency.Check{Rule: "supplychain/remote-script-in-text", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		for _, text := range layer.Texts {
			for _, c := range text.Downloads {
				p.Reportf(c.At, "these instructions have the model download a script%s and run it as it comes: whoever controls the server or the way to it runs code here", from(c)).
					Sure(leastagency.Inferred)
			}
		}
	}
}}
