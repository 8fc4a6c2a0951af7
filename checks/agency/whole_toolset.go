package agency

import (
	"fmt"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// grave are the capabilities for which a server is worth narrowing even when it has no switch for it.
var grave = []leastagency.Capability{leastagency.Destroy, leastagency.Pay, leastagency.Decide}

// WholeToolset finds known servers that bring their changing tools along, though nobody asked for them by name.
var WholeToolset = leastagency.Check{Rule: "agency/whole-toolset", Run: func(p *leastagency.Pass) {
	for layer, s := range each.Server(p) {
		if s.Known == nil || s.Known.RawQuery != "" || !s.ReadOnly.IsZero() || !s.Filtered.IsZero() || narrowed(p, layer, s) {
			continue
		}
		remedy := switches(s)
		why := each.Why(s.Effects, grave...)
		if remedy != "" && why == "" {
			why = each.Why(s.Effects, leastagency.Execute, leastagency.WriteState)
		}
		if why == "" {
			continue
		}
		if remedy == "" {
			remedy = "it has no switch for less: deny the tools that are not needed, or choose a server that reads only"
		}
		p.Reportf(each.Place(s), "%s brings all its tools: it %s, whatever the task needs; %s", each.Name(s), why, remedy).Sure(leastagency.Inferred)
	}
}}

// narrowed reports whether a session that has the server denies some of its tools.
func narrowed(p *leastagency.Pass, layer *leastagency.Layer, s *leastagency.Server) bool {
	for _, agent := range each.Agents(p, layer) {
		for _, rule := range agent.Rules {
			if rule.Decision == leastagency.Deny && rule.Action.Kind == leastagency.ActionServer && rule.Action.Server == s.Name {
				return true
			}
		}
	}
	return false
}

// switches says how the server would be told to offer less, the way it is started or reached here; empty
// when it cannot be told.
func switches(server *leastagency.Server) string {
	for _, s := range []*leastagency.KnownSwitch{server.Known.ReadOnly, server.Known.Filter} {
		if s == nil {
			continue
		}
		ways := [][]string{s.Args, s.Env}
		if server.URL.Set {
			ways = [][]string{s.Paths, s.Headers}
		}
		for _, names := range ways {
			if len(names) > 0 {
				return fmt.Sprintf("%s would narrow it", leastagency.Quote(names[0]))
			}
		}
	}
	return ""
}
