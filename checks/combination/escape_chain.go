package combination

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// EscapeChain finds agents that are asked before they run a command, change files unasked, and have a hook
// that runs one of these files by itself: what they write there is run. A guard is the business of
// boundary/writable-guard, and who runs code unasked anyway needs no way around.
var EscapeChain = leastagency.Check{Rule: "combination/escape-chain", Run: func(p *leastagency.Pass) {
	for _, a := range p.Agents {
		if a.Parent != nil || slices.ContainsFunc(a.Grants, runsFreely) {
			continue
		}
		for _, h := range a.Hooks {
			if h.Script == nil || h.Guard || h.UnknownEvent || hidden(h.Script.Path) {
				continue
			}
			i := slices.IndexFunc(a.Grants, func(g *leastagency.Grant) bool { return writesAnywhere(a, g) })
			if i < 0 {
				break
			}
			write := a.Grants[i]
			p.Reportf(h.At, "%s changes %s unasked, and the %s hook runs it: whatever steers the model runs any code, though commands are asked for",
				what(write), leastagency.Quote(h.Script.Path), h.Event.V).
				Because(write.Evidence[0].At, "files are changed without asking: %s", write.Evidence[0].Text).
				Because(h.At, "the client runs this one by itself").Sure(leastagency.Inferred)
		}
	}
}}

// runsFreely reports whether a grant runs code unasked and behind no wall.
func runsFreely(g *leastagency.Grant) bool {
	return g.Capability == leastagency.Execute && g.Decision == leastagency.Allow && !g.Contained
}

// writesAnywhere reports whether somebody wrote down that files of the project, whichever, are changed unasked.
func writesAnywhere(a *leastagency.Agent, g *leastagency.Grant) bool {
	if g.Capability != leastagency.WriteFiles || g.Decision != leastagency.Allow || g.Contained || g.Route != leastagency.RouteFile {
		return false
	}
	if g.Rule == nil {
		return a.Mode.Set
	}
	return strings.Trim(g.Rule.Action.Pattern, "./*") == ""
}

// hidden reports whether a file lies in a folder that begins with a dot, which clients protect from edits.
func hidden(file string) bool { return strings.HasPrefix(file, ".") || strings.Contains(file, "/.") }
