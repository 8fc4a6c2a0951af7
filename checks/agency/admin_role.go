package agency

import (
	"github.com/leastagency/leastagency"
)

// AdminRole finds tokens and roles that open everything there is.
var AdminRole = leastagency.Check{Rule: "agency/admin-role", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		for _, power := range layer.Powers {
			switch {
			case power.Admin:
				p.Reportf(power.At, "%s%s holds %s: every right there is, where its task needs a few", through(power), actor(layer), leastagency.Quote(power.Name))
			case power.Wide != "":
				p.Reportf(power.At, "%s%s holds %s: %s", through(power), actor(layer), leastagency.Quote(power.Name), power.Wide)
			}
		}
	}
}}

// through says under whose rights it acts, when they are not its own token's.
func through(power *leastagency.Power) string {
	if power.Holder == "" {
		return ""
	}
	return "through " + power.Holder + ", "
}
