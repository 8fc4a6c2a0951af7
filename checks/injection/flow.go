package injection

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// flows reports every way from an argument of a tool to one kind of sink. The consequence ends the
// sentence that names the argument and the call.
func flows(p *leastagency.Pass, kind leastagency.SinkKind, consequence string) {
	for _, s := range each.Server(p) {
		for _, tool := range s.Tools {
			for _, flow := range tool.Flows {
				if flow.Sink != kind {
					continue
				}
				which := "an argument"
				if flow.Argument != "" {
					which = "argument " + leastagency.Quote(flow.Argument)
				}
				detail := ""
				if flow.Detail != "" {
					detail = " " + flow.Detail
				}
				f := p.Reportf(flow.At, "%s of tool %s reaches %s%s: %s", which, leastagency.Quote(tool.Name), flow.Callee, detail, consequence).Sure(leastagency.Inferred)
				for _, step := range flow.Way {
					f.Because(step.At, "%s", step.Text)
				}
			}
		}
	}
}
