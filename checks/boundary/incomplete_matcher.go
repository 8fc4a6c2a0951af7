package boundary

import "github.com/leastagency/leastagency"

// IncompleteMatcher finds guard hooks whose matcher lets another tool with the same effect pass, or
// names no tool at all.
var IncompleteMatcher = leastagency.Check{Rule: "boundary/incomplete-matcher", Run: func(p *leastagency.Pass) {
	type key struct {
		file *leastagency.File
		way  leastagency.Failure
	}
	found := map[key]*leastagency.Finding{}
	guards(p, func(_ *leastagency.Agent, b *leastagency.Boundary) {
		h := b.Hook
		if !h.Matcher.Set || !h.Blocking || h.Kind == leastagency.HookModel {
			return
		}
		if !h.All && len(h.Matches) == 0 && toolEvent(h.Event.V) {
			p.Reportf(h.Matcher.At, "matcher %s names no tool of the client, so the guard is never asked", leastagency.Quote(h.Matcher.V)).
				Because(hookPlace(h), "the guard")
			return
		}
		if fail, ok := failed(b, 6); ok {
			k := key{h.Matcher.At.File, fail}
			if f := found[k]; f != nil {
				f.Also(h.Matcher.At, "so does this guard")
				return
			}
			found[k] = p.Reportf(h.Matcher.At, "guard hook misses a way: %s", fail.Why).
				Because(fail.At, "runs without asking").Because(hookPlace(h), "the guard")
		}
	})
}}

// toolEvent reports whether the matcher of an event is compared with tool names.
func toolEvent(event string) bool { return event == "PreToolUse" || event == "PermissionRequest" }
