package credential

import "github.com/leastagency/leastagency"

// LiteralSecret finds credentials that are written into a file.
var LiteralSecret = leastagency.Check{Rule: "credential/literal-secret", Run: func(p *leastagency.Pass) {
	for _, h := range all(p) {
		switch h.Source {
		case leastagency.SourceLiteral:
			p.Reportf(h.At, "%s of %s holds a secret in clear text (%s): whoever reads this file, its history or a copy can use it", leastagency.Quote(h.Name), h.who(), h.kind())
		case leastagency.SourceDefault:
			p.Reportf(h.At, "%s of %s falls back to a secret in clear text (%s): whoever reads this file, its history or a copy can use it", leastagency.Quote(h.Name), h.who(), h.kind())
		}
	}
}}
