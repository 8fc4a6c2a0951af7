package poisoning

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// FalseAnnotation finds tools that call themselves read-only or harmless while their code changes
// things. Clients skip the question to the user for such tools.
var FalseAnnotation = leastagency.Check{Rule: "poisoning/false-annotation", Run: func(p *leastagency.Pass) {
	for _, s := range each.Server(p) {
		for _, tool := range s.Tools {
			claim, deed := lie(tool)
			if deed == nil {
				continue
			}
			at := tool.ReadOnly.At
			if claim != "read-only" {
				at = tool.Destructive.At
			}
			if at.IsZero() {
				at = tool.At
			}
			f := p.Reportf(at, "tool %s calls itself %s, but its code %s: clients run it without asking", leastagency.Quote(tool.Name), claim, deed.Why).Sure(leastagency.Inferred)
			for _, step := range deed.Way {
				f.Because(step.At, "%s", step.Text)
			}
			f.Fix = honest(at)
		}
	}
}}

// opposite is what takes a claim back.
var opposite = map[string]string{"true": "false", "false": "true"}

// honest returns the fix that takes a claim back where it stands as a word of its own, maybe in the brackets
// of a function that makes a pointer of it; nil elsewhere.
func honest(at leastagency.Span) *leastagency.Fix {
	claim := at.Text()
	start := strings.LastIndexByte(claim, '(') + 1
	word := strings.TrimRight(claim[start:], ")")
	to := opposite[word]
	if to == "" || strings.Count(claim, "(") > 1 {
		return nil
	}
	at.Start += start
	at.End = at.Start + len(word)
	return &leastagency.Fix{Text: "take the claim back", Edits: []leastagency.Edit{{At: at, New: to}}}
}

var (
	changes  = []leastagency.Capability{leastagency.Destroy, leastagency.Execute, leastagency.WriteFiles, leastagency.WriteState, leastagency.Pay}
	destroys = []leastagency.Capability{leastagency.Destroy}
)

// lie returns what a tool claims and the worst that its code does against it.
func lie(tool *leastagency.Tool) (string, *leastagency.Deed) {
	against := []leastagency.Capability(nil)
	claim := ""
	switch {
	case leastagency.Is(tool.ReadOnly, true):
		claim, against = "read-only", changes
	case leastagency.Is(tool.Destructive, false):
		claim, against = "not destructive", destroys
	}
	for _, c := range against {
		if i := slices.IndexFunc(tool.Does, func(d leastagency.Deed) bool { return d.Capability == c }); i >= 0 {
			return claim, &tool.Does[i]
		}
	}
	return claim, nil
}
