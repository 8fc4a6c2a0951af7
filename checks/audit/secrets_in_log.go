package audit

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/mend"
)

// SecretsInLog finds switches that print all that an agent reads and does into a log that others can read.
var SecretsInLog = leastagency.Check{Rule: "audit/secrets-in-log", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		for _, s := range layer.Switches {
			switch {
			case s.Kind != leastagency.SwitchFullLog:
			case layer.Kind == leastagency.KindManifest || layer.Kind == leastagency.KindCatalog:
				p.Reportf(s.At, "%s sends all that the agents read and answer to the makers of the framework", leastagency.Quote(s.Name)).
					Fix = mend.Off(s.At, "switch it off")
			default:
				p.Reportf(s.At, "%s prints every file and command output that the agent of job %s sees: the logs of a public repository are public, and only known secrets are masked", leastagency.Quote(s.Name), leastagency.Quote(layer.Name)).
					Fix = mend.Off(s.At, "switch it off")
			}
		}
	}
}}
