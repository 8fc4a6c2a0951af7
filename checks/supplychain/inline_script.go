package supplychain

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// InlineScript finds servers whose command is a program written into the configuration.
var InlineScript = leastagency.Check{Rule: "supplychain/inline-script", Run: func(p *leastagency.Pass) {
	var hits []each.Hit
	for _, s := range each.Server(p) {
		if s.Command != nil && s.Command.Inline != "" && !s.Command.RemoteScript {
			hits = append(hits, each.Hit{At: s.Command.At, Text: each.Name(s) + " starts a program written into its command line"})
		}
	}
	for _, file := range each.Files(p, hits) {
		f := p.Reportf(file[0].At, "%s: it can do anything before the server speaks, and no tool reviews or pins it", file[0].Text)
		for _, h := range file[1:] {
			f.Also(h.At, "%s", h.Text)
		}
	}
}}
