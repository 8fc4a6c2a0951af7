package injection

import "github.com/leastagency/leastagency"

// ArgumentToShell finds tools whose code hands an argument of the model's choice to a shell or interpreter.
var ArgumentToShell = leastagency.Check{Rule: "injection/argument-to-shell", Run: func(p *leastagency.Pass) {
	flows(p, leastagency.SinkShell, "whoever steers the model runs any code on this machine")
}}
