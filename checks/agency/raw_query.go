package agency

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// RawQuery finds servers and allowed commands that take a free query with all the rights of their login.
var RawQuery = leastagency.Check{Rule: "agency/raw-query", Run: func(p *leastagency.Pass) {
	for layer, rule := range each.Allow(p) {
		if weigh(p, rule) == queries {
			p.Reportf(rule.At, "%s%s: it %s with all rights of its login, and nobody is asked first", subject(layer), leastagency.Quote(rule.Text), each.Why(rule.Effects, leastagency.Destroy))
		}
	}
	for _, s := range each.Server(p) {
		if s.Known == nil || s.Known.RawQuery == "" || !s.ReadOnly.IsZero() {
			continue
		}
		i := slices.IndexFunc(s.Effects, func(e leastagency.Effect) bool {
			return e.Capability == leastagency.Destroy || e.Capability == leastagency.WriteState && strings.Contains(e.Why, s.Known.RawQuery)
		})
		if i >= 0 {
			p.Reportf(each.Place(s), "%s takes free %s with all rights of its login: it %s", each.Name(s), s.Known.RawQuery, s.Effects[i].Why).Sure(leastagency.Inferred)
		}
	}
	for layer := range each.Manifest(p) {
		for _, t := range layer.Tools {
			if t.RawQuery.Set && t.Decision == leastagency.Allow && changes(t.Effects) {
				p.Reportf(t.RawQuery.At, "the model of %s writes whole %s statements for tool %s, which runs them with all rights of its login", actor(layer), t.RawQuery.V, leastagency.Quote(t.Text))
			}
		}
	}
}}
