package credential

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/mend"
)

// LiteralSecret finds credentials that are written into a file.
var LiteralSecret = leastagency.Check{Rule: "credential/literal-secret", Run: func(p *leastagency.Pass) {
	for _, h := range all(p) {
		switch h.Source {
		case leastagency.SourceLiteral:
			p.Reportf(h.At, "%s of %s holds a secret in clear text (%s): whoever reads this file, its history or a copy can use it", leastagency.Quote(h.Name), h.who(), h.kind()).
				Fix = h.refer(variable(h), revoke)
		case leastagency.SourceDefault:
			p.Reportf(h.At, "%s of %s falls back to a secret in clear text (%s): whoever reads this file, its history or a copy can use it", leastagency.Quote(h.Name), h.who(), h.kind()).
				Fix = h.withoutDefault()
		}
	}
}}

// refer returns the fix that writes a reference to a variable in place of what stands there; nil where the
// product has no such reference, or the name is none of a variable.
func (h held) refer(name, more string) *leastagency.Fix {
	if h.Instead == "" || name == "" || strings.Contains(h.Instead, "secrets.") && strings.HasPrefix(name, "GITHUB_") {
		return nil // GitHub keeps such names of secrets for itself
	}
	reference := strings.ReplaceAll(h.Instead, "NAME", name)
	return &leastagency.Fix{Text: strings.TrimSpace("refer to " + reference + " instead " + more), Edits: []leastagency.Edit{mend.Inside(h.At, reference)}}
}

// withoutDefault returns the fix that leaves of "${NAME:-secret}" the reference alone; nil for another form.
func (h held) withoutDefault() *leastagency.Fix {
	text, open := h.At.Text(), "${"+h.Reference+":-"
	start := strings.Index(text, open)
	if start < 0 || strings.Count(text, open) > 1 {
		return nil
	}
	start += len(open) - len(":-")
	n := strings.IndexAny(text[start:], "{}")
	if n < 0 || text[start+n] != '}' {
		return nil
	}
	return &leastagency.Fix{Text: "take the default out, " + revoke, Edits: []leastagency.Edit{{At: h.At.File.Span(h.At.Start+start, h.At.Start+start+n)}}}
}

// revoke is what no change of a file does.
const revoke = "and revoke the secret, which stays in the history"

// variable returns the name of a variable for a secret: its own where it has one, else made of the server's.
func variable(h held) string {
	name := identifier(h.Name)
	if h.server != nil && (name != strings.ToUpper(h.Name) || name == "AUTHORIZATION" || !strings.Contains(name, "_")) { // a header or flag
		switch name {
		case "AUTHORIZATION", "TOKEN", "BEARER", "ARGUMENT", "URL", "USER_INFORMATION", "":
			name = "TOKEN"
		}
		if server := identifier(h.server.Name); server != "" && !strings.HasPrefix(name, server) {
			name = server + "_" + name
		}
	}
	return name
}

// identifier writes a name as those of variables are written; empty when nothing of it is left.
func identifier(name string) string {
	words := strings.FieldsFunc(strings.ToUpper(name), func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') })
	name = strings.Join(words, "_")
	if name != "" && name[0] >= '0' && name[0] <= '9' {
		return ""
	}
	return name
}
