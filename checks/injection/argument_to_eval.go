package injection

import "github.com/leastagency/leastagency"

// ArgumentToEval finds tools whose code evaluates an argument of the model's choice inside the process.
var ArgumentToEval = leastagency.Check{Rule: "injection/argument-to-eval", Run: func(p *leastagency.Pass) {
	flows(p, leastagency.SinkEval, "whoever steers the model reaches all that the process hands to it")
}}
