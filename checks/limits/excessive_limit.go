package limits

import "github.com/leastagency/leastagency"

// most is what no useful run reaches: the products stop at tens of turns when nothing is said.
const most = 1000

// ExcessiveLimit finds limits of turns or time that end nothing.
var ExcessiveLimit = leastagency.Check{Rule: "limits/excessive-limit", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		for _, run := range layer.Runs {
			if turns := run.Limits.Turns; turns.Set && turns.V > most {
				p.Reportf(turns.At, "a limit of %d turns ends no run that went wrong", turns.V)
			}
		}
		if turns := layer.Limits.Turns; turns.Set && turns.V > most {
			p.Reportf(turns.At, "a limit of %d turns ends no run that went wrong", turns.V)
		}
		if seconds := layer.Limits.Seconds; seconds.Set && seconds.V > 24*60*60 {
			p.Reportf(seconds.At, "a limit of %d hours ends no run that went wrong", seconds.V/3600)
		}
	}
}}
