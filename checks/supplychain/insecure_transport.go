package supplychain

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// InsecureTransport finds cleartext to other machines, and certificates that are not checked.
var InsecureTransport = leastagency.Check{Rule: "supplychain/insecure-transport", Run: func(p *leastagency.Pass) {
	for _, s := range each.Server(p) {
		if h := cleartext(s.URL.V); h != "" {
			p.Reportf(s.URL.At, "%s is reached at %s in clear text: whoever is on the way reads its credentials and writes its answers", each.Name(s), leastagency.Quote(h))
		}
	}
	for _, layer := range p.Layers {
		for _, hook := range layer.Hooks {
			if h := cleartext(hook.URL.V); h != "" && !hook.UnknownEvent {
				p.Reportf(hook.URL.At, "the %s hook sends what the agent does to %s in clear text: whoever is on the way reads it and answers for it", hook.Event.V, leastagency.Quote(h))
			}
		}
		for _, s := range layer.Switches {
			h := cleartext(s.Target)
			switch {
			case s.Kind == leastagency.SwitchTLSOff:
				p.Reportf(s.At, "%s accepts any certificate: whoever is on the way can be the other side", leastagency.Quote(s.Name))
			case h != "" && (s.Kind == leastagency.SwitchEndpoint || s.Kind == leastagency.SwitchTelemetryTarget || s.Kind == leastagency.SwitchRequest):
				p.Reportf(s.At, "%s sends traffic to %s in clear text: whoever is on the way reads and changes it", leastagency.Quote(s.Name), leastagency.Quote(h))
			}
		}
	}
}}

// cleartext returns the host of an unencrypted URL that leads to another machine; else empty.
func cleartext(url string) string {
	if !strings.HasPrefix(url, "http://") && !strings.HasPrefix(url, "ws://") {
		return ""
	}
	if h := host(url); h != "" && !nearby(h) {
		return h
	}
	return ""
}
