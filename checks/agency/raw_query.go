package agency

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// RawQuery finds servers that take a free query with all the rights of their login.
var RawQuery = leastagency.Check{Rule: "agency/raw-query", Run: func(p *leastagency.Pass) {
	for _, s := range each.Server(p) {
		if s.Known == nil || s.Known.RawQuery == "" || !s.ReadOnly.IsZero() || !changes(s.Effects) {
			continue
		}
		p.Reportf(each.Place(s), "%s runs any %s the model writes with all rights of its login: it %s", each.Name(s), s.Known.RawQuery,
			each.Why(s.Effects, stateful...)).Sure(leastagency.Inferred)
	}
}}
