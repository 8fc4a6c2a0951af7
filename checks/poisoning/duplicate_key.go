package poisoning

import "github.com/leastagency/leastagency"

// DuplicateKey finds keys that stand twice in one map: readers disagree on which counts, so that a
// reviewer and the client may see different configurations.
var DuplicateKey = leastagency.Check{Rule: "poisoning/duplicate-key", Run: func(p *leastagency.Pass) {
	found := map[*leastagency.File]*leastagency.Finding{}
	for _, problem := range p.Problems {
		if problem.Kind != leastagency.ProblemDuplicateKey || problem.At.IsZero() {
			continue
		}
		if f := found[problem.At.File]; f != nil {
			if len(f.Related) < maxRelated {
				f.Also(problem.At, "%s", problem.Text)
			}
			continue
		}
		found[problem.At.File] = p.Reportf(problem.At, "%s", problem.Text)
	}
}}
