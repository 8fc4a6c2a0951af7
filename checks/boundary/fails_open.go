package boundary

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/mend"
)

// FailsOpen finds guards whose own failure lets the action pass: hooks, and sandboxes that commands
// rely on for not being asked about.
var FailsOpen = leastagency.Check{Rule: "boundary/fails-open", Run: func(p *leastagency.Pass) {
	type key struct {
		file *leastagency.File
		why  string
	}
	found := map[key]*leastagency.Finding{}
	guards(p, func(_ *leastagency.Agent, b *leastagency.Boundary) {
		h, at := b.Hook, hookPlace(b.Hook)
		if h.FailsOpen == "" || h.Inherent || !h.Blocking || h.Async || h.Kind == leastagency.HookModel {
			return
		}
		k := key{at.File, h.FailsOpen}
		if f := found[k]; f != nil {
			f.Also(at, "so does this guard")
			return
		}
		found[k] = p.Reportf(at, "when this guard fails, the action passes: %s", h.FailsOpen).Sure(leastagency.Inferred)
	})
	for _, a := range p.Agents {
		s := a.Sandbox
		if a.Parent != nil || s == nil || !leastagency.Is(s.Enabled, true) || leastagency.Is(s.FailClosed, true) || leastagency.Is(s.AutoAllow, false) {
			continue
		}
		f := p.Reportf(s.Enabled.At, "commands run unasked because of the sandbox, and where it cannot be built they run unasked without it")
		if s.FailClosed.Set {
			f.Because(s.FailClosed.At, "a missing sandbox is only a warning").Fix = mend.On(s.FailClosed.At, "refuse to run without it")
		} else if edit, ok := mend.Before(s.Enabled.At, `"`+s.FailKey+`": true`); ok && s.FailKey != "" {
			f.Fix = &leastagency.Fix{Text: "refuse to run without it", Edits: []leastagency.Edit{edit}}
		}
	}
}}
