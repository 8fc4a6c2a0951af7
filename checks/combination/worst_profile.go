package combination

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// models are the services whose keys an agent has to hold.
var models = []string{"anthropic", "openai", "google", "gemini", "mistral", "groq", "openrouter", "deepseek", "xai", "perplexity", "azure-openai", "cursor"}

// WorstProfile finds agents that have all three: a credential that lives on, a shell or program runner that
// nobody is asked for, and strangers' text that reaches it unasked. Each is a finding of its own; together
// one sentence of a stranger takes the credential away for good.
var WorstProfile = leastagency.Check{Rule: "combination/worst-profile", Run: func(p *leastagency.Pass) {
	for _, a := range p.Agents {
		c := chain(a, "untrusted-to-execute")
		if c == nil || !c.Unattended || a.Parent != nil {
			continue
		}
		credentials := a.AllCredentials()
		i := slices.IndexFunc(credentials, lasting)
		if i < 0 {
			continue
		}
		kept := credentials[i]
		f := p.Reportf(kept.At, "%s works until somebody revokes it, and %s meet beside it, asking nobody: one sentence of a stranger takes it away for good",
			leastagency.Quote(kept.Name), legs(p.Policy, c)).Sure(c.Confidence)
		for _, step := range c.Steps {
			f.Because(step.At, "%s", step.Text)
		}
		f.Because(kept.At, "what code of the session can read: a credential that does not expire")
	}
}}

// lasting reports whether a credential of a service other than the model's own lives on. An address that
// only takes messages opens nothing.
func lasting(c *leastagency.Credential) bool {
	switch c.Source {
	case leastagency.SourceLiteral, leastagency.SourceReference, leastagency.SourceDefault:
		return c.Lifetime == leastagency.Static && c.Service != "" && !slices.Contains(models, c.Service) && !strings.Contains(strings.ToLower(c.Kind+c.Name), "webhook")
	}
	return false
}
