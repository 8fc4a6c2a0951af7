// Package audit judges what would be known after something went wrong.
package audit

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
	"github.com/leastagency/leastagency/checks/internal/mend"
)

// TelemetryDisabled finds shared files that switch off the trace of what agents do, or move it.
var TelemetryDisabled = leastagency.Check{Rule: "audit/telemetry-disabled", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		for _, s := range layer.Switches {
			switch {
			case !each.Shared(layer) || layer.Kind == leastagency.KindJob: // its run leaves a log
			case s.Kind == leastagency.SwitchTelemetryOff:
				p.Reportf(s.At, "%s in a shared file switches off the trace of what the agent does, for everyone who opens this project", leastagency.Quote(s.Name)).Fix = left(s)
			case s.Kind == leastagency.SwitchTelemetryTarget && layer.Kind != leastagency.KindManifest && layer.Kind != leastagency.KindCatalog: // who runs a manifest chooses where its trace goes
				p.Reportf(s.At, "%s in a shared file moves the trace of what the agent does to %s: it may no longer reach those who would look", leastagency.Quote(s.Name), leastagency.Quote(s.Target))
			}
		}
	}
}}

// left leaves the trace to what its operator set up.
func left(s *leastagency.Switch) *leastagency.Fix {
	edit, ok := mend.Remove(s.At)
	if !ok {
		return nil
	}
	return &leastagency.Fix{Text: "take " + leastagency.Quote(s.Name) + " out", Edits: []leastagency.Edit{edit}}
}
