// Package memory asks what an agent believes next time, and who may write it.
package memory

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// UntrustedMemory finds memory stores in sessions that also read what strangers write: what a page
// says today is remembered as a fact tomorrow.
var UntrustedMemory = leastagency.Check{Rule: "memory/untrusted-memory", Run: func(p *leastagency.Pass) {
	seen := map[leastagency.Span]bool{}
	for _, a := range p.Agents {
		for _, m := range a.Memory {
			if m.Kind != leastagency.MemoryStore || seen[m.At] || a.Parent != nil {
				continue
			}
			if source := stranger(a, m.Name); source != nil {
				seen[m.At] = true
				p.Reportf(place(a, m), "server %s keeps what it is told between sessions, and %s brings text of strangers into the same one", leastagency.Quote(m.Name), name(source)).
					Because(source.Evidence[0].At, "%s", source.Evidence[0].Text).Sure(leastagency.Inferred)
			}
		}
	}
}}

// place is what says that a server is a memory: its package, program or URL.
func place(a *leastagency.Agent, m *leastagency.Memory) leastagency.Span {
	for _, s := range a.Servers {
		if s.At == m.At {
			return each.Place(s)
		}
	}
	return m.At
}

// stranger returns a grant that reads what strangers write and is not the memory itself; attached or
// allowed in some file, not only there by default.
func stranger(a *leastagency.Agent, memory string) *leastagency.Grant {
	for _, g := range a.Grants {
		if g.Capability == leastagency.ReadUntrusted && !g.Default && !g.Implied && g.Decision != leastagency.Deny && (g.Server == nil || g.Server.Name != memory) {
			return g
		}
	}
	return nil
}

func name(g *leastagency.Grant) string {
	if g.Server != nil && g.Rule == nil {
		return "server " + leastagency.Quote(g.Server.Name)
	}
	if g.Rule != nil {
		return leastagency.Quote(g.Rule.Text)
	}
	return "the client"
}
