package audit

import (
	"strings"

	"github.com/leastagency/leastagency"
)

// UnreadableFile finds files that could not be evaluated: what they say is not known, which is not the
// same as harmless.
var UnreadableFile = leastagency.Check{Rule: "audit/unreadable-file", Run: func(p *leastagency.Pass) {
	for _, problem := range p.Problems {
		if unevaluated(problem) && !doubtful(problem) {
			at := problem.At
			if at.IsZero() {
				at = leastagency.NewFile(problem.Path, nil).Whole()
			}
			p.Reportf(at, "not evaluated as a whole: %s", problem.Text)
		}
	}
}}

// DoubtfulSyntax finds front matter that forgiving clients read all the same and strict ones skip.
var DoubtfulSyntax = leastagency.Check{Rule: "audit/doubtful-syntax", Run: func(p *leastagency.Pass) {
	for _, problem := range p.Problems {
		if doubtful(problem) {
			p.Reportf(problem.At, "%s; what it declares may be in force in one client and missing in the next", problem.Text)
		}
	}
}}

func unevaluated(problem *leastagency.Problem) bool {
	switch problem.Kind {
	case leastagency.ProblemSyntax, leastagency.ProblemLimit, leastagency.ProblemEncoding, leastagency.ProblemUnreadable:
		return true
	}
	return false
}

// doubtful reports whether a problem lies in the front matter of a text, which clients forgive.
func doubtful(problem *leastagency.Problem) bool {
	return problem.Kind == leastagency.ProblemSyntax && !problem.At.IsZero() && strings.HasSuffix(strings.ToLower(problem.At.File.Path), ".md")
}
