package supplychain

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// InlineScript finds servers whose command is a program written into the configuration.
var InlineScript = leastagency.Check{Rule: "supplychain/inline-script", Run: func(p *leastagency.Pass) {
	for _, s := range each.Server(p) {
		if s.Command != nil && s.Command.Inline != "" && !s.Command.RemoteScript {
			p.Reportf(s.Command.At, "%s starts a program written into its command line: it can do anything before the server speaks, and no tool reviews or pins it", each.Name(s))
		}
	}
}}
