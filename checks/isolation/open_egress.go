package isolation

import (
	"strings"

	"github.com/leastagency/leastagency"
)

// OpenEgress finds an allow list of hosts that lets everything through.
var OpenEgress = leastagency.Check{Rule: "isolation/open-egress", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		if layer.Sandbox == nil || leastagency.Is(layer.Sandbox.Enabled, false) {
			continue
		}
		if open := layer.Sandbox.OpenNetwork; open.V && open.At != layer.Sandbox.Enabled.At { // what nobody switched on is the product's default
			p.Reportf(open.At, "the sandbox lets commands reach every host: what they read can go anywhere")
		}
		for _, h := range layer.Sandbox.Hosts {
			if everything(h.V) {
				p.Reportf(h.At, "the sandbox lets commands reach %s: what they read can go anywhere", leastagency.Quote(h.V))
			}
		}
	}
}}

// everything reports whether a host pattern is a list of everybody: a star alone or in front of a top-level domain.
func everything(pattern string) bool {
	pattern, _, _ = strings.Cut(pattern, ":")
	if pattern == "*" || pattern == "**" || pattern == "0.0.0.0/0" {
		return true
	}
	rest, star := strings.CutPrefix(pattern, "*.")
	return star && !strings.Contains(rest, ".")
}
