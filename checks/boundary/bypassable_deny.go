package boundary

import "github.com/leastagency/leastagency"

// BypassableDeny finds deny rules whose effect another rule lets happen unasked. Denials with the
// same way round are one finding, at the first of them.
var BypassableDeny = leastagency.Check{Rule: "boundary/bypassable-deny", Run: func(p *leastagency.Pass) {
	type key struct {
		file *leastagency.File
		way  leastagency.Span
	}
	found := map[key]*leastagency.Finding{}
	seen := map[*leastagency.Rule]bool{}
	for _, a := range p.Agents {
		for _, b := range a.Boundaries {
			way, fails := failed(b, 6)
			if b.Kind != leastagency.BoundaryDeny && b.Kind != leastagency.BoundaryAbsence || b.Rule == nil || !fails || seen[b.Rule] {
				continue
			}
			seen[b.Rule] = true
			k := key{b.At.File, way.At}
			if f := found[k]; f != nil {
				f.Also(b.At, "the same way leads around %s", b.Text)
				continue
			}
			f := p.Reportf(b.At, "%s is walked around: %s", b.Text, way.Why).Sure(leastagency.Inferred)
			others := 0
			for _, w := range b.Fails {
				if w.Probe == 6 && others < maxWays {
					f.Because(w.At, "%s", w.Why)
					others++
				}
			}
			found[k] = f
		}
	}
}}

// maxWays bounds the ways round that one finding shows.
const maxWays = 3
