package injection

import "github.com/leastagency/leastagency"

// ArgumentToCommand finds tools whose code starts a program that the model names, or steers one by its options.
var ArgumentToCommand = leastagency.Check{Rule: "injection/argument-to-command", Run: func(p *leastagency.Pass) {
	flows(p, leastagency.SinkCommand, "whoever steers the model decides what is run")
}}
