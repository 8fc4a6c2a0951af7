package boundary

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/mend"
)

// InertRule finds controls that the product never consults: deny and ask rules of a form that does
// nothing, guard hooks on events that do not exist, and keys of protecting blocks that nobody reads.
var InertRule = leastagency.Check{Rule: "boundary/inert-rule", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		inertRules(p, layer, func(r *leastagency.Rule) bool { return r.Decision != leastagency.Allow && !doubled(layer, r) },
			"%s never stops anything: %s", works)
		var first *leastagency.Finding
		for _, h := range layer.Hooks {
			if !h.UnknownEvent || !h.Guard && !guardian(h.Event.V) {
				continue
			}
			if first != nil {
				first.Also(h.Event.At, "nor does event %s exist", leastagency.Quote(h.Event.V))
				continue
			}
			first = p.Reportf(h.Event.At, "the client has no event %s: the check behind it never runs", leastagency.Quote(h.Event.V)).
				Because(hookPlace(h), "the check")
		}
	}
	unread(p, "this control is not read", leastagency.ProblemUnknownKey, leastagency.ProblemType)
}}

// unread reports the keys and values that the product ignores: one finding for each file and cause.
func unread(p *leastagency.Pass, says string, kinds ...leastagency.ProblemKind) {
	type key struct {
		file *leastagency.File
		text string
	}
	found := map[key]*leastagency.Finding{}
	for _, problem := range p.Problems {
		if problem.At.IsZero() || !slices.Contains(kinds, problem.Kind) {
			continue
		}
		k := key{problem.At.File, problem.Text}
		if f := found[k]; f != nil {
			f.Also(problem.At, "nor is this")
			continue
		}
		found[k] = p.Reportf(problem.At, "%s: %s", says, problem.Text)
	}
}

// inertRules reports the layer's rules without effect that are wanted, one finding for each reason.
func inertRules(p *leastagency.Pass, layer *leastagency.Layer, wanted func(*leastagency.Rule) bool, format string, fix func(*leastagency.Fix, *leastagency.Rule) *leastagency.Fix) {
	found := map[string]*leastagency.Finding{}
	for _, r := range layer.Rules {
		if r.Inert == "" || !wanted(r) {
			continue
		}
		if f := found[r.Inert]; f != nil {
			f.Also(r.At, "nor does %s", leastagency.Quote(r.Text))
			f.Fix = fix(f.Fix, r)
			continue
		}
		found[r.Inert] = p.Reportf(r.At, format, leastagency.Quote(r.Text), r.Inert)
		found[r.Inert].Fix = fix(nil, r)
	}
}

// works adds to a fix that a rule is written in the form that the product consults.
func works(fix *leastagency.Fix, r *leastagency.Rule) *leastagency.Fix {
	if r.Meant == "" || mend.Unquoted(r.At) != r.Text || strings.ContainsAny(r.Meant, "\"'\n") {
		return fix
	}
	if fix == nil {
		fix = &leastagency.Fix{Text: "write " + leastagency.Quote(r.Meant)}
	}
	fix.Edits = append(fix.Edits, mend.Inside(r.At, r.Meant))
	return fix
}

// doubled reports whether a rule that works says the same as a rule that does not.
func doubled(layer *leastagency.Layer, inert *leastagency.Rule) bool {
	for _, r := range layer.Rules {
		if r.Inert == "" && r.Decision != leastagency.Allow && r.Decision <= inert.Decision && r.Action.Kind == inert.Action.Kind &&
			(narrowing(r.Text) == narrowing(inert.Text) || narrowing(r.Text) == "") {
			return true
		}
	}
	return false
}

// narrowing returns what stands in the brackets of a rule.
func narrowing(rule string) string {
	_, inner, _ := strings.Cut(rule, "(")
	return strings.TrimSuffix(inner, ")")
}

// guardian reports whether the name of an event that does not exist promises a check beforehand.
func guardian(event string) bool {
	event = strings.ToLower(event)
	return strings.HasPrefix(event, "pre") || strings.HasPrefix(event, "before") || strings.Contains(event, "permission") || strings.Contains(event, "validate")
}
