package agency

import (
	"regexp"

	"github.com/leastagency/leastagency"
)

// readOnly are the words with which a description promises to change nothing.
var readOnly = regexp.MustCompile(`(?i)\bread[- ]?only\b|\b(?:does not|doesn't|never) (?:modif|edit|write)|\bwithout (?:modify|edit|chang|writ)ing\b|\bno (?:edits|modifications|writes)\b|読み取り専用|只读`)

// WriteBeyondPurpose finds agents that call themselves read-only and hold tools that write or run anything.
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
}}
