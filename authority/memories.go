package authority

import (
	"slices"

	"github.com/leastagency/leastagency"
)

// memories lists what each agent reads next time and who of its grants may write there unasked.
func memories(sys *leastagency.System, _ *leastagency.Policy) {
	for _, a := range sys.Agents {
		for _, layer := range a.Layers {
			for _, text := range layer.Texts {
				if text.Kind == leastagency.TextInstructions && layer.Kind == leastagency.KindSession {
					m := &leastagency.Memory{Kind: leastagency.MemoryInstructions, At: text.At, Name: text.At.File.Path}
					m.Writers = slices.DeleteFunc(slices.Clone(a.Grants), func(g *leastagency.Grant) bool { return !writes(a, g, m.Name) })
					a.Memory = append(a.Memory, m)
				}
			}
		}
		for _, s := range a.Servers {
			if !leastagency.Has(s.Effects, leastagency.Remember) {
				continue
			}
			m := &leastagency.Memory{Kind: leastagency.MemoryStore, At: s.At, Name: s.Name}
			m.Writers = slices.DeleteFunc(slices.Clone(a.Grants), func(g *leastagency.Grant) bool {
				return g.Server != s || g.Capability != leastagency.Remember || g.Decision != leastagency.Allow
			})
			a.Memory = append(a.Memory, m)
		}
	}
}

// writes reports whether a grant that nobody is asked for changes a memory that is a file of the tree.
func writes(a *leastagency.Agent, g *leastagency.Grant, file string) bool {
	return free(g) && g.Capability == leastagency.Remember || rewrites(a, g, file)
}

// rewrites reports whether a grant that nobody is asked for changes a file of the tree: code changes any.
func rewrites(a *leastagency.Agent, g *leastagency.Grant, file string) bool {
	switch {
	case !free(g):
		return false
	case g.Capability == leastagency.Execute:
		return g.Route == leastagency.RouteShell
	case g.Capability == leastagency.WriteFiles && g.Route == leastagency.RouteFile:
		rel, ok := relative(file, a.Root)
		return ok && (g.Rule.Action.Pattern == "" || matchPath(g.Rule.Action.Pattern, rel))
	}
	return false
}

// free reports whether a rule grants something without asking, behind no wall.
func free(g *leastagency.Grant) bool {
	return g.Decision == leastagency.Allow && !g.Default && !g.Contained && g.Rule != nil
}
