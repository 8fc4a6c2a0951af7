package agency

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// reaching are the scopes of a job's token that reach users of the repository, not only readers of its threads.
var reaching = []string{"contents", "packages", "actions", "deployments", "pages", "attestations", "checks", "statuses", "security-events"}

// WriteToken finds jobs whose token changes code, releases or packages while an agent runs in them.
var WriteToken = leastagency.Check{Rule: "agency/write-token", Run: func(p *leastagency.Pass) {
	told := map[leastagency.Span]bool{} // agents of one job share its token
	for layer, agent := range each.Job(p) {
		var f *leastagency.Finding
		for _, power := range layer.Powers {
			switch {
			case power.Admin || !reaches(power) || told[power.At]:
			case f == nil:
				whose := "the agent runs beside it"
				if power.Shared {
					whose = "it is written for all jobs of the workflow, the agent's among them"
				}
				f = p.Reportf(power.At, "the token of %s has %s, which %s: %s", each.JobName(layer), leastagency.Quote(power.Name), each.Why(power.Effects, leastagency.WriteState, leastagency.Decide), whose)
				for _, s := range each.Acts(agent) {
					if s.At != power.At {
						f.Because(s.At, "%s", s.Text)
					}
				}
			default:
				f.Also(power.At, "and %s", leastagency.Quote(power.Name))
			}
			if f != nil {
				told[power.At] = true
			}
		}
	}
}}

func reaches(power *leastagency.Power) bool {
	for _, scope := range reaching {
		if strings.HasPrefix(power.Name, scope+":") {
			return true
		}
	}
	return false
}
