package credential

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// many is how many services one process may hold keys of before it is a safe worth robbing.
const many = 4

// OverProvisioned finds servers that are handed credentials they have no use for.
var OverProvisioned = leastagency.Check{Rule: "credential/over-provisioned", Run: func(p *leastagency.Pass) {
	byServer := map[*leastagency.Server][]held{}
	for _, h := range all(p) {
		if h.server == nil || h.server.Disabled {
			continue
		}
		if h.Source == leastagency.SourceWholeEnvironment {
			p.Reportf(h.At, "%s gets the whole environment: every credential of the user's shell with it", each.Name(h.server))
			continue
		}
		if h.real() {
			byServer[h.server] = append(byServer[h.server], h)
		}
	}
	for _, s := range each.Server(p) {
		if services := servicesOf(byServer[s]); len(services) >= many {
			p.Reportf(s.At, "%s holds keys of %d services (%s): whoever takes this one process over has them all", each.Name(s), len(services), strings.Join(services, ", "))
			continue
		}
		for _, h := range byServer[s] {
			if foreign(s.Known, h) {
				p.Reportf(h.At, "%s is handed %s, a key of %s that it does not use", each.Name(s), leastagency.Quote(h.Name), h.Service).Sure(leastagency.Inferred)
			}
		}
	}
}}

func servicesOf(list []held) []string {
	var out []string
	for _, h := range list {
		if h.Service != "" {
			out = append(out, h.Service)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// foreign reports whether a known server is handed a key of a service that none of its own credentials opens.
func foreign(known *leastagency.KnownServer, h held) bool {
	if known == nil || len(known.Credentials) == 0 || h.Service == "" || h.known() != nil {
		return false
	}
	return !slices.ContainsFunc(known.Credentials, func(c leastagency.KnownCredential) bool {
		return c.Service == "" || strings.EqualFold(c.Service, h.Service)
	})
}
