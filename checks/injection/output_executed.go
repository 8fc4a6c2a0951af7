package injection

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// OutputExecuted finds steps that run what the model answered.
var OutputExecuted = leastagency.Check{Rule: "injection/output-executed", Run: func(p *leastagency.Pass) {
	for layer := range each.Manifest(p) {
		for _, a := range layer.Answers {
			p.Reportf(a.At, "%s: whoever steers %s, steers the machine past every tool list", a.Text, each.AgentName(layer)).Because(layer.At, "the agent answers")
		}
	}
	for _, layer := range p.Layers {
		if layer.Kind != leastagency.KindProgram {
			continue
		}
		for _, a := range layer.Answers {
			p.Reportf(a.At, "%s: whoever wrote what the model read, runs code on this machine", a.Text).Sure(leastagency.Inferred)
		}
	}
	for layer := range each.Job(p) {
		var first *leastagency.Finding
		for _, a := range layer.Answers {
			if first != nil {
				first.Also(a.At, "%s", a.Text)
				continue
			}
			first = p.Reportf(a.At, "a step behind %s runs the model's answer as code: whoever steers the model, steers the runner past every tool list", each.JobName(layer))
			each.Starts(first, each.Cause(layer))
			for _, in := range layer.Inputs {
				first.Because(in.At, "%s", in.Says())
			}
			first.Because(layer.At, "the agent answers").Because(a.At, "%s", a.Text)
		}
	}
}}
