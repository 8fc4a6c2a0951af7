package memory

import "github.com/leastagency/leastagency"

// WritableInstructions finds sessions that read what strangers write unasked, and may unasked change
// the instruction files that the next session takes for its owner's word.
var WritableInstructions = leastagency.Check{Rule: "memory/writable-instructions", Run: func(p *leastagency.Pass) {
	for _, a := range p.Agents {
		source := unasked(a)
		if source == nil {
			continue
		}
		var first *leastagency.Finding
		for _, m := range a.Memory {
			writer := direct(m.Writers)
			if m.Kind != leastagency.MemoryInstructions || writer == nil {
				continue
			}
			if first != nil {
				first.Also(m.At.File.Whole(), "%s is loaded too", leastagency.Quote(m.Name))
				continue
			}
			first = p.Reportf(writer.Evidence[0].At, "%s may change %s, which later sessions obey, while %s brings text of strangers in, and nobody is asked", name(writer), leastagency.Quote(m.Name), name(source)).
				Because(source.Evidence[0].At, "%s", source.Evidence[0].Text).
				Because(m.At.File.Whole(), "loaded as instructions by the next session").Sure(leastagency.Inferred)
		}
	}
}}

// unasked returns a grant that reads what strangers write without asking.
func unasked(a *leastagency.Agent) *leastagency.Grant {
	for _, g := range a.Grants {
		if g.Capability == leastagency.ReadUntrusted && g.Decision == leastagency.Allow && !g.Implied {
			return g
		}
	}
	return nil
}

// direct returns a grant that writes files for its own sake; running code is another finding.
func direct(writers []*leastagency.Grant) *leastagency.Grant {
	for _, g := range writers {
		if (g.Capability == leastagency.WriteFiles || g.Capability == leastagency.Remember) && !g.Implied {
			return g
		}
	}
	return nil
}
