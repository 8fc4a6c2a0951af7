package injection

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// flows reports the ways from the arguments of tools to one kind of sink: one finding for an argument,
// with the further places that it reaches. The consequence ends the sentence that names the argument
// and the call.
func flows(p *leastagency.Pass, kind leastagency.SinkKind, consequence string) {
	for _, s := range each.Server(p) {
		for _, tool := range s.Tools {
			first := map[string]*leastagency.Finding{}
			for _, flow := range tool.Flows {
				if flow.Sink != kind {
					continue
				}
				if f := first[flow.Argument]; f != nil {
					f.Also(flow.At, "reaches %s too", flow.Callee)
					continue
				}
				first[flow.Argument] = report(p, tool, flow, consequence)
			}
		}
	}
}

func report(p *leastagency.Pass, tool *leastagency.Tool, flow *leastagency.Flow, consequence string) *leastagency.Finding {
	which, detail := "an argument", ""
	if flow.Argument != "" {
		which = "argument " + leastagency.Quote(flow.Argument)
	}
	if flow.Detail != "" {
		detail = " " + flow.Detail
	}
	f := p.Reportf(flow.At, "%s of tool %s reaches %s%s: %s", which, leastagency.Quote(tool.Name), flow.Callee, detail, consequence).Sure(leastagency.Inferred)
	for _, step := range flow.Way {
		f.Because(step.At, "%s", step.Text)
	}
	return f
}
