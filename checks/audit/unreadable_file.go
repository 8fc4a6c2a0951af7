package audit

import "github.com/leastagency/leastagency"

// UnreadableFile finds files that could not be evaluated: what they say is not known, which is not the
// same as harmless.
var UnreadableFile = leastagency.Check{Rule: "audit/unreadable-file", Run: func(p *leastagency.Pass) {
	for _, problem := range p.Problems {
		switch problem.Kind {
		case leastagency.ProblemSyntax, leastagency.ProblemLimit, leastagency.ProblemEncoding, leastagency.ProblemUnreadable:
		default:
			continue
		}
		at := problem.At
		if at.IsZero() {
			at = leastagency.NewFile(problem.Path, nil).Whole()
		}
		p.Reportf(at, "not evaluated as a whole: %s", problem.Text)
	}
}}
