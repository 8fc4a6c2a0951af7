package agency

import (
	"slices"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// expanding are the products that match the beginning of a command line and leave its rest to a shell.
var expanding = []string{"gemini", "qwen"}

// ShellExpansion finds harmless commands whose arguments a shell expands where a stranger's text is read
// and the environment holds secrets: echo alone then prints them.
var ShellExpansion = leastagency.Check{Rule: "agency/shell-expansion", Run: func(p *leastagency.Pass) {
	for layer, agent := range each.Job(p) {
		secret := inEnvironment(layer)
		if secret == nil || !slices.Contains(expanding, layer.Product) || agent.Mode.V == leastagency.ModeBypass || len(layer.Inputs) == 0 {
			continue
		}
		var f *leastagency.Finding
		for _, rule := range layer.Rules {
			switch {
			case rule.Decision != leastagency.Allow || rule.Inert != "" || rule.Action.Kind != leastagency.ActionShell || !rule.Action.Open || weigh(p, rule) != light:
			case f == nil:
				f = p.Reportf(rule.At, "%s%s: a shell fills in what the model writes behind it, so that a stranger's text has it print %s", subject(layer), leastagency.Quote(rule.Text), leastagency.Quote("$"+secret.Name))
				f.Sure(leastagency.Inferred)
				each.Starts(f, each.Cause(layer))
				for _, in := range layer.Inputs {
					f.Because(in.At, "%s", in.Says())
				}
				f.Because(secret.At, "the environment of the agent holds it").Because(rule.At, "the shell expands it")
			default:
				f.Also(rule.At, "so does %s", leastagency.Quote(rule.Text))
			}
		}
	}
}}

// inEnvironment returns a credential that commands of the agent see as a variable; nil when there is none.
func inEnvironment(layer *leastagency.Layer) *leastagency.Credential {
	for _, c := range layer.Credentials {
		if c.Source == leastagency.SourceReference && upper(c.Name) {
			return c
		}
	}
	return nil
}

func upper(name string) bool {
	return name != "" && !slices.ContainsFunc([]byte(name), func(b byte) bool { return b >= 'a' && b <= 'z' })
}
