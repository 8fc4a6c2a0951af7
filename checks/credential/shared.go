package credential

import (
	"fmt"

	"github.com/leastagency/leastagency"
)

// Shared finds one credential in the hands of several servers: taking one of them over is taking all.
var Shared = leastagency.Check{Rule: "credential/shared", Run: func(p *leastagency.Pass) {
	holders := map[string][]held{}
	var order []string
	for _, h := range all(p) {
		key := identity(h)
		if key == "" || h.server == nil || h.server.Disabled {
			continue
		}
		if len(holders[key]) == 0 {
			order = append(order, key)
		}
		holders[key] = append(holders[key], h)
	}
	for _, key := range order {
		first := holders[key][0]
		var f *leastagency.Finding
		seen := map[string]bool{first.server.Name: true}
		for _, h := range holders[key][1:] {
			switch {
			case seen[h.server.Name] || same(first.server, h.server):
			case f == nil:
				f = p.Reportf(first.At, "%s of %s is also handed to %s: whoever takes one of them over acts as both", leastagency.Quote(first.Name), first.who(), h.who())
				fallthrough
			default:
				seen[h.server.Name] = true
				f.Also(h.At, "the same credential in %s", h.who())
			}
		}
	}
}}

// identity recognises the same credential in two places; empty when it cannot. A reference means the
// same only inside one file: elsewhere the variable may hold something else.
func identity(h held) string {
	switch {
	case h.Digest != 0:
		return fmt.Sprintf("digest %x", h.Digest)
	case h.Source == leastagency.SourceReference && h.Reference != "":
		return "reference " + h.At.File.Path + " " + h.Reference
	}
	return ""
}

// same reports whether two entries are one server, written down twice for two clients.
func same(a, b *leastagency.Server) bool {
	if a.Known != nil && a.Known == b.Known {
		return true
	}
	return a.Command != nil && b.Command != nil && len(a.Command.Artifacts) > 0 && len(b.Command.Artifacts) > 0 &&
		a.Command.Artifacts[0].Name == b.Command.Artifacts[0].Name
}
