package injection

import (
	"slices"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// UntrustedCheckout finds agents that work in the files of a stranger's pull request with the secrets and
// token of the repository. Where the settings and instructions come from the base branch, only what else
// runs code of these files counts.
var UntrustedCheckout = leastagency.Check{Rule: "injection/untrusted-checkout", Run: func(p *leastagency.Pass) {
	told := map[leastagency.Span]bool{} // agents of one job share its files
	for layer, agent := range each.Job(p) {
		for _, in := range layer.Inputs {
			if in.Kind != leastagency.InputWorkspace || !in.Untrusted || told[in.At] {
				continue
			}
			runs := runsTree(agent)
			if in.Tamed != "" && len(runs) == 0 {
				continue
			}
			told[in.At] = true
			says := "its settings, hooks and instruction files are the stranger's, and steer it"
			if in.Tamed != "" {
				says = "what it runs there is the stranger's code"
			}
			f := p.Reportf(in.At, "the agent of %s works in a pull request's files with the repository's token and secrets: %s", each.JobName(layer), says).Sure(leastagency.Inferred)
			for _, s := range in.Way {
				f.Because(s.At, "%s", s.Text)
			}
			f.Because(in.At, "%s", in.Says())
			for _, s := range append(runs, each.Ends(agent)...) {
				if !slices.ContainsFunc(f.Steps, func(t leastagency.Step) bool { return t.At == s.At }) {
					f.Because(s.At, "%s", s.Text)
				}
			}
			break
		}
	}
}}

// builders run what the project they build says.
var builders = []string{"npm", "pnpm", "yarn", "bun", "make", "just", "rake", "bundle", "pytest", "tox", "nox", "cargo", "go", "mvn", "gradle", "gradlew", "dotnet", "composer", "phpunit", "jest", "vitest", "uv", "poetry", "pre-commit", "bazel", "cmake", "ctest"}

func builds(c *leastagency.Command) bool {
	return slices.ContainsFunc(c.Invocations, func(call leastagency.Invocation) bool { return slices.Contains(builders, call.Program) })
}

// runsTree returns what makes the agent run files of the checkout.
func runsTree(agent *leastagency.Agent) []leastagency.Step {
	var out []leastagency.Step
	if leastagency.Is(agent.Mode, leastagency.ModeBypass) {
		out = append(out, leastagency.Step{At: agent.Mode.At, Text: "the agent runs any command"})
	}
	for _, h := range agent.Hooks {
		if h.Command != nil && len(h.Command.Files) > 0 && !h.UnknownEvent {
			out = append(out, leastagency.Step{At: h.Command.At, Text: "the hook runs a script of the checkout"})
		}
	}
	for _, r := range agent.Rules {
		if c := r.Action.Command; r.Decision == leastagency.Allow && c != nil && (len(c.Files) > 0 || c.Runner != "" || builds(c)) && len(out) < 3 {
			out = append(out, leastagency.Step{At: r.At, Text: leastagency.Quote(r.Text) + " runs code of the checkout"})
		}
	}
	return out
}
