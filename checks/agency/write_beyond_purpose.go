package agency

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
	"github.com/leastagency/leastagency/internal/lazy"
)

// readOnly are the words with which a description promises to change nothing.
var readOnly = lazy.Compile(`(?i)\bread[- ]?only\b|\b(?:does not|doesn't|never) (?:modif|edit|write)|\bwithout (?:modify|edit|chang|writ)ing (?:any(?:thing| files?| code)|(?:the )?(?:files?|code|codebase|repository|project)|it|them)\b|\bno (?:edits|modifications|writes)\b|読み取り専用|只读`)

// WriteBeyondPurpose finds agents that call themselves read-only and hold tools that write or run anything,
// and agents of manifests whose purpose is to read, by its own words, and whose tools do more.
var WriteBeyondPurpose = leastagency.Check{Rule: "agency/write-beyond-purpose", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		if layer.Kind == leastagency.KindSession || !layer.Description.Set || !readOnly.MatchString(layer.Description.V) {
			continue
		}
		var f *leastagency.Finding
		for _, rule := range append(append([]*leastagency.Rule(nil), layer.Tools...), layer.Rules...) {
			what := ""
			switch {
			case rule.Decision != leastagency.Allow || rule.Inert != "":
			case rule.Action.Kind == leastagency.ActionWrite:
				what = "writes files"
			case wholeShell(rule.Action):
				what = "runs any command"
			}
			switch {
			case what == "":
			case f == nil:
				f = p.Reportf(rule.At, "%s calls itself read-only and holds %s, which %s: only its good will keeps the promise", actor(layer), leastagency.Quote(rule.Text), what).
					Because(layer.Description.At, "the description promises to change nothing").Sure(leastagency.Inferred)
			default:
				f.Also(rule.At, "so does %s", leastagency.Quote(rule.Text))
			}
		}
	}
	for _, a := range p.Agents {
		if layer := a.Layers[0]; a.Kind == leastagency.KindManifest && onlyReads(layer.Description.V) {
			beyond(p, a, layer)
		}
	}
}}

// readers are what a purpose that only reads is made of; with one of the writers it is no such purpose.
var (
	readers = lazy.Compile(`(?i)\b(read|reads|analy[sz]e|analy[sz]es|review|reviews|summari[sz]e|summari[sz]es|inspect|inspects|search|searches|find|finds|look up|explain|explains|display|displays|answer|answers|triage|classify|monitor|monitors|research|researches|examine|examines|audit|audits)\b`)
	writers = lazy.Compile(`(?i)\b(writ|creat|edit|updat|modif|chang|fix|implement|build|develop|generat|produc|manag|organi[sz]|mov|delet|remov|deploy|publish|send|post|refactor|draft|sav|stor|maintain|design|compos|configur|automat|execut|run|install|repair|appl|migrat|format|merg|clean|patch|resolv|debug|control|schedul|book|improv|optimi[sz]|compil|translat|convert|test|administ|operat|handl|perform|record)(e|es|ed|s|ing|ions?|y|ies|ting|ning)?\b`)
)

// onlyReads reports whether a purpose is to read and nothing else, by the words it is stated in.
func onlyReads(purpose string) bool {
	return readers.MatchString(purpose) && !writers.MatchString(purpose)
}

// doing are the capabilities that go beyond reading.
var doing = []leastagency.Capability{leastagency.Destroy, leastagency.Pay, leastagency.Decide, leastagency.Execute, leastagency.WriteState, leastagency.WriteFiles}

// beyond reports the servers and tools of an agent that do more than it is there for.
func beyond(p *leastagency.Pass, a *leastagency.Agent, layer *leastagency.Layer) {
	purpose := strings.Join(strings.Fields(layer.Description.V), " ")
	told := map[string]bool{}
	for _, g := range a.Grants {
		if g.Implied || g.Confidence == leastagency.Guessed || !slices.Contains(doing, g.Capability) {
			continue
		}
		at, name, effects := g.Evidence[0].At, "", []leastagency.Effect(nil)
		switch {
		case g.Server != nil && g.Server.ReadOnly.IsZero():
			at, name, effects = each.Place(g.Server), each.Name(g.Server), g.Server.Effects
		case g.Rule != nil && g.Offered:
			name, effects = "tool "+leastagency.Quote(g.Rule.Text), g.Rule.Effects
		}
		if name == "" || told[name] {
			continue
		}
		told[name] = true
		p.Reportf(at, "agent %s is for %s, and %s does more: it %s", leastagency.Quote(a.Name), leastagency.Quote(purpose), name, each.Why(effects, doing...)).
			Because(layer.Description.At, "what it is there for").Sure(leastagency.Inferred)
	}
}
