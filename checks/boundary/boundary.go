// Package boundary asks what holds when the model does not: which controls are prose, clicks, or
// guards that can be walked around, switched off or rewritten.
package boundary

import (
	"slices"

	"github.com/leastagency/leastagency"
)

// hookPlace is the narrowest place of a hook: its command line, prompt or URL.
func hookPlace(h *leastagency.Hook) leastagency.Span {
	switch {
	case h.Command != nil && !h.Command.At.IsZero():
		return h.Command.At
	case h.Prompt != nil && !h.Prompt.At.IsZero():
		return h.Prompt.At
	case h.URL.Set:
		return h.URL.At
	}
	return h.At
}

// own reports whether the hook stands in one of the agent's own files; children inherit their session's.
func own(a *leastagency.Agent, h *leastagency.Hook) bool {
	return slices.ContainsFunc(a.Layers, func(l *leastagency.Layer) bool { return slices.Contains(l.Hooks, h) })
}

// failed returns the first failure of a probe.
func failed(b *leastagency.Boundary, probe leastagency.Probe) (leastagency.Failure, bool) {
	i := slices.IndexFunc(b.Fails, func(f leastagency.Failure) bool { return f.Probe == probe })
	if i < 0 {
		return leastagency.Failure{}, false
	}
	return b.Fails[i], true
}

// guards calls do for every guard hook of every agent, once per hook.
func guards(p *leastagency.Pass, do func(*leastagency.Agent, *leastagency.Boundary)) {
	seen := map[*leastagency.Hook]bool{}
	for _, a := range p.Agents {
		for _, b := range a.Boundaries {
			if b.Kind == leastagency.BoundaryHook && b.Hook != nil && !seen[b.Hook] && own(a, b.Hook) {
				seen[b.Hook] = true
				do(a, b)
			}
		}
	}
}
