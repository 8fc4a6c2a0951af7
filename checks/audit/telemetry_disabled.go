// Package audit judges what would be known after something went wrong.
package audit

import (
	"slices"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// statistics are switches for what a vendor counts, which no audit rests on.
var statistics = []string{"DISABLE_TELEMETRY", "DISABLE_ERROR_REPORTING", "DISABLE_BUG_COMMAND", "DO_NOT_TRACK", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "CLAUDE_CODE_DISABLE_FEEDBACK_SURVEY"}

// TelemetryDisabled finds shared files that switch off the trace of what agents do, or move it.
var TelemetryDisabled = leastagency.Check{Rule: "audit/telemetry-disabled", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		for _, s := range layer.Switches {
			switch {
			case !each.Shared(layer) || slices.Contains(statistics, s.Name):
			case s.Kind == leastagency.SwitchTelemetryOff:
				p.Reportf(s.At, "%s in a shared file switches off the trace of what the agent does, for everyone who opens this project", leastagency.Quote(s.Name))
			case s.Kind == leastagency.SwitchTelemetryTarget:
				p.Reportf(s.At, "%s in a shared file moves the trace of what the agent does to %s: it may no longer reach those who would look", leastagency.Quote(s.Name), leastagency.Quote(s.Target))
			}
		}
	}
}}
