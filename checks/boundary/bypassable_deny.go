package boundary

import "github.com/leastagency/leastagency"

// BypassableDeny finds deny rules whose effect another rule lets happen unasked. Denials with the
// same way round are one finding, at the first of them, and so are those of several agents in the same words.
var BypassableDeny = leastagency.Check{Rule: "boundary/bypassable-deny", Run: func(p *leastagency.Pass) {
	type key struct {
		file      *leastagency.File
		way       leastagency.Span
		text, why string
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
			k, same := key{file: b.At.File, way: way.At}, key{file: b.At.File, text: b.Text, why: way.Why}
			if f := found[k]; f != nil {
				f.Also(b.At, "the same way leads around %s", b.Text)
				continue
			}
			if f := found[same]; f != nil && a.Parent != nil {
				f.Also(b.At, "so it is for %s", a.ID)
				found[k] = f
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
			found[k], found[same] = f, f
		}
	}
}}

// maxWays bounds the ways round that one finding shows.
const maxWays = 3
