package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// traits returns what an agent has and is, each once as freely as it is used, sorted by kind and text. An
// agent that is not there has none.
func traits(a *leastagency.Agent) []leastagency.Trait {
	if a == nil {
		return nil
	}
	var list collection
	list.grants(a)
	list.boundaries(a)
	if a.Mode.V != leastagency.ModeUnknown {
		list.add(leastagency.TraitMode, a.Mode.At, "", "%s", a.Mode.V)
	}
	for _, c := range a.Chains {
		asked := "somebody is asked on the way"
		if c.Unattended {
			asked = "unasked"
		}
		list.add(leastagency.TraitChain, place(c.Steps), ending("without %s it is broken", c.Cut), "%s, %s", c.Name, asked)
	}
	for _, s := range a.Servers {
		text := s.Name
		if identity := s.Identity(); identity != "" {
			text += " (" + identity + ")"
		}
		if leastagency.Is(s.Trusted, true) {
			text += ", trusted: its tools are never asked for"
		}
		if !s.ReadOnly.IsZero() {
			text += ", read-only"
		}
		list.add(leastagency.TraitServer, s.At, "", "%s", text)
	}
	for _, h := range a.Hosts() {
		list.add(leastagency.TraitHost, h.At, "", "%s", h.V)
	}
	for _, c := range a.AllCredentials() {
		text := fmt.Sprintf("%s: %s, %s", c.Name, c.Source, c.Lifetime)
		if c.Admin {
			text += ", opens everything"
		}
		list.add(leastagency.TraitCredential, c.At, c.Kind, "%s", text)
	}
	for _, l := range a.Layers {
		for _, t := range l.Triggers {
			who := ""
			if t.Untrusted || t.Unauthenticated {
				who = ", by strangers"
			}
			list.add(leastagency.TraitTrigger, t.At, "", "%s%s", t.Name, who)
		}
	}
	list.limits(a)
	slices.SortStableFunc(list, func(a, b leastagency.Trait) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Text, b.Text), cmp.Compare(b.Use, a.Use))
	})
	return slices.CompactFunc(list, func(a, b leastagency.Trait) bool { return a.Kind == b.Kind && a.Text == b.Text })
}

type collection []leastagency.Trait

func (l *collection) add(kind leastagency.TraitKind, at leastagency.Span, why, format string, args ...any) {
	*l = append(*l, leastagency.Trait{Kind: kind, Text: fmt.Sprintf(format, args...), Why: why, At: at})
}

func ending(format, what string) string {
	if what == "" {
		return ""
	}
	return fmt.Sprintf(format, what)
}

// place returns the first of the places.
func place(steps []leastagency.Step) leastagency.Span {
	if len(steps) == 0 {
		return leastagency.Span{}
	}
	return steps[0].At
}

// grants adds each capability once, as freely as it is used, and each thing that brings some. What only
// follows from running code, and what comes with the product, is told by the capability alone.
func (l *collection) grants(a *leastagency.Agent) {
	type source struct {
		by  string
		use leastagency.Use
	}
	can := map[source][]string{}
	at := map[source]leastagency.Span{}
	for c := leastagency.ReadUntrusted; c <= leastagency.Pay; c++ {
		if use, by := a.Uses(c); use != leastagency.Unused {
			t := leastagency.Trait{Kind: leastagency.TraitCapability, Text: c.String(), Use: use, At: place(by.Evidence)}
			if len(by.Evidence) > 0 {
				t.Why = by.Evidence[0].Text
			}
			*l = append(*l, t)
		}
		for _, g := range a.Grants {
			s := source{g.By(), g.Use()}
			if g.Capability != c || s.by == "" || s.use == leastagency.Unused || g.Implied || slices.Contains(can[s], c.String()) {
				continue
			}
			if can[s] == nil {
				at[s] = place(g.Evidence)
			}
			can[s] = append(can[s], c.String())
		}
	}
	for s, list := range can {
		*l = append(*l, leastagency.Trait{Kind: leastagency.TraitRoute, Text: s.by + ": " + strings.Join(list, " "), Use: s.use, At: at[s]})
	}
}

// boundaries adds what stops or checks the agent. Prose is told by what it speaks of, because its
// wording changes nothing.
func (l *collection) boundaries(a *leastagency.Agent) {
	for _, b := range a.Boundaries {
		text := b.Text
		switch {
		case b.Kind == leastagency.BoundaryPrompt:
			var about []string
			for _, c := range b.Covers {
				about = append(about, c.String())
			}
			text = "prose about " + strings.Join(about, " ")
		case b.Hook != nil && b.Hook.Script != nil:
			text += " by " + b.Hook.Script.Path
		case b.Hook != nil && b.Hook.Command != nil:
			for _, call := range b.Hook.Command.Invocations {
				text += " by " + call.Program
			}
		}
		why := ""
		if len(b.Fails) > 0 {
			why = b.Fails[0].Why
		}
		l.add(leastagency.TraitBoundary, b.At, why, "%s (%s)", text, b.Hardness)
	}
}

// limits adds the limits that are stated, of the layer with the highest precedence.
func (l *collection) limits(a *leastagency.Agent) {
	for _, limit := range []struct {
		name string
		of   func(leastagency.Limits) leastagency.Value[int]
	}{
		{"turns", func(l leastagency.Limits) leastagency.Value[int] { return l.Turns }},
		{"seconds", func(l leastagency.Limits) leastagency.Value[int] { return l.Seconds }},
		{"depth", func(l leastagency.Limits) leastagency.Value[int] { return l.Depth }},
	} {
		for _, layer := range a.Layers {
			if v := limit.of(layer.Limits); v.Set {
				l.add(leastagency.TraitLimit, v.At, "", "%s: %d", limit.name, v.V)
				break
			}
		}
	}
}
