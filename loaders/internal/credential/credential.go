// Package credential tells a secret from a reference, a placeholder and a plain setting.
package credential

import (
	"strings"

	"github.com/leastagency/leastagency"
)

// Classify reads the value of a variable, header, flag or field called name. It returns nil when the
// value is neither a credential nor a reference to one, and the variable in any case.
func Classify(name string, value leastagency.Value[string], syntax Syntax, k *leastagency.Knowledge) (leastagency.Variable, *leastagency.Credential) {
	variable := leastagency.Variable{Name: name}
	if !value.Set {
		return variable, nil
	}
	refs := relevant(value.V, syntax)
	for _, r := range refs {
		if r.expanded(syntax) {
			variable.References = append(variable.References, r.key())
		}
	}
	c, _ := classify(name, meaningOf(name), value, syntax, k)
	if c == nil && len(variable.References) == 0 && (setting(value.V) || !generated(strings.TrimSpace(value.V))) {
		variable.Plain = value.V
	}
	return variable, c
}

// classify decides, most certain first: a literal secret, a default that is one, a reference that
// works, one that does not, a placeholder. It also returns the literal secret itself.
func classify(name string, means meaning, value leastagency.Value[string], syntax Syntax, k *leastagency.Knowledge) (*leastagency.Credential, string) {
	c := &leastagency.Credential{Name: name, At: value.At, Kind: means.kind(), Service: means.service, Admin: means.admin, Lifetime: means.lifetime}
	refs := relevant(value.V, syntax)
	fixed := without(value.V, refs)
	own := means
	if len(refs) > 0 {
		own = meaning{} // what stands beside a reference is a secret only by its own shape
	}
	l, made := literalIn(own, fixed, k)
	if made = made && !hasHole(l.text); made && !l.made {
		state(c, leastagency.SourceLiteral, l)
		c.Instead = syntax.instead(c.At, l.text)
		return c, l.text
	}
	var working, broken *reference
	for i := range refs {
		r := &refs[i]
		if !r.expanded(syntax) {
			broken = r
			continue
		}
		fallback := means
		if fallback.noun == "" {
			fallback = meaningOf(r.key())
		}
		if l, ok := literalIn(fallback, r.fallback, k); ok && r.fallback != "" && !l.made {
			c.Reference = r.written()
			return state(c, leastagency.SourceDefault, l), l.text
		}
		if working == nil || !Secret(working.key()) {
			working = r
		}
	}
	switch secret := means.noun != ""; {
	case working != nil && (secret || Secret(working.key())):
		if m := meaningOf(working.key()); !secret || means.service == "" && m.service != "" || means.noun == "authorization" && m.noun != "" {
			c.Kind, c.Service, c.Admin, c.Lifetime = m.kind(), m.service, m.admin || means.admin, m.lifetime
		}
		c.Reference, c.Source = working.written(), leastagency.SourceReference
		if working.form == formInput || working.form == formConfig {
			c.Source = leastagency.SourcePrompt
		}
		return c, ""
	case working != nil:
		return nil, ""
	case broken != nil && secret && broken.form != formTemplate:
		written := value.V[broken.start:broken.end]
		c.Reference, c.Source, c.At = broken.written(), leastagency.SourceBroken, Within(c.At, written)
		if broken.form&variables != 0 && broken.fallback == "" {
			c.Instead = syntax.instead(c.At, written)
		}
		return c, ""
	case made:
		return state(c, leastagency.SourcePlaceholder, l), ""
	case broken != nil && secret:
		c.Source = leastagency.SourcePlaceholder
		return c, ""
	}
	return nil, ""
}

// state fills in what a literal tells by itself; what the name tells stays where the literal is silent.
func state(c *leastagency.Credential, source leastagency.CredentialSource, l literal) *leastagency.Credential {
	c.Source = source
	if l.kind != "" {
		c.Kind = l.kind
	}
	if l.service != "" {
		c.Service = l.service
	}
	if l.lifetime != leastagency.LifetimeUnknown {
		c.Lifetime = l.lifetime
	}
	if source != leastagency.SourcePlaceholder {
		c.Admin = c.Admin || l.admin
		c.Digest = digest(l.text)
		if source == leastagency.SourceLiteral {
			c.At = Within(c.At, l.text)
		}
	}
	return c
}

// expanded reports whether a product with the syntax replaces the reference.
func (r *reference) expanded(syntax Syntax) bool { return r.form&expands[syntax] != 0 }

// written is the reference without its marks: "env:TOKEN", "input:id", "TOKEN".
func (r *reference) written() string { return r.name }

// A hole stands where a reference was: a character that no text uses, another one for each reference.
const (
	firstHole = '\uE000'
	holes     = 6400
)

func hole(i int) string { return string(rune(firstHole + i%holes)) }

func hasHole(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r >= firstHole && r < firstHole+holes })
}

// without cuts the references out of a text.
func without(text string, refs []reference) string {
	var b strings.Builder
	last := 0
	for i, r := range refs {
		b.WriteString(text[last:r.start])
		b.WriteString(hole(i))
		last = r.end
	}
	return b.String() + text[last:]
}

// restore puts the references back into a part of a text out of which they were cut.
func restore(part, text string, refs []reference) string {
	if !hasHole(part) {
		return part
	}
	var b strings.Builder
	for _, c := range part {
		if i := int(c - firstHole); i >= 0 && i < min(len(refs), holes) {
			b.WriteString(text[refs[i].start:refs[i].end])
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

// relevant returns the references of a text that the syntax expands, and those of other products' that
// somebody evidently meant: a dollar sign in the middle of a password is none.
func relevant(text string, syntax Syntax) []reference {
	var out []reference
	for _, r := range references(text) {
		if !r.expanded(syntax) && r.form&(formDollar|formForeign) != 0 {
			if len(text)-(r.end-r.start) > 32 {
				continue
			}
			alone := strings.TrimSpace(text[:r.start] + text[r.end:])
			if _, _, ok := cutScheme(alone + " x"); alone != "" && !ok {
				continue
			}
		}
		out = append(out, r)
	}
	return out
}

// Within narrows a place to the one occurrence of a word in it; it returns the place itself when the
// word is not there once, byte for byte.
func Within(at leastagency.Span, word string) leastagency.Span {
	text := at.Text()
	i := strings.Index(text, word)
	if word == "" || i < 0 || strings.Contains(text[i+len(word):], word) || len(text) == len(word) {
		return at
	}
	if quoted := len(text) == len(word)+2 && i == 1; quoted {
		return at // the whole value, shown with its quotes like every other
	}
	return at.File.Span(at.Start+i, at.Start+i+len(word))
}
