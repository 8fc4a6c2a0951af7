package isolation

import (
	"strings"

	"github.com/leastagency/leastagency"
)

// SandboxDisabled finds a sandbox that is switched off where commands of any kind run unasked. Off
// alone is how the products come, and no finding.
var SandboxDisabled = leastagency.Check{Rule: "isolation/sandbox-disabled", Run: func(p *leastagency.Pass) {
	for _, agent := range p.Agents {
		if agent.Sandbox == nil || !leastagency.Is(agent.Sandbox.Enabled, false) {
			continue
		}
		if at, why := executes(agent); why != "" {
			p.Reportf(agent.Sandbox.Enabled.At, "the sandbox is switched off where %s: nothing but good will stands between a command and the machine", why).
				Because(at, "%s", why)
		}
	}
}}

// executes says why an agent runs arbitrary code without asking, and where that is written.
func executes(agent *leastagency.Agent) (leastagency.Span, string) {
	if leastagency.Is(agent.Mode, leastagency.ModeBypass) {
		return agent.Mode.At, "nobody is asked before a command runs"
	}
	for _, rule := range agent.Rules {
		if rule.Decision != leastagency.Allow || rule.Action.Kind != leastagency.ActionShell {
			continue
		}
		if strings.Trim(rule.Action.Pattern, ":* ") == "" || rule.Action.Command != nil && rule.Action.Command.Runner != "" {
			return rule.At, "allow rule " + leastagency.Quote(rule.Text) + " runs any code unasked"
		}
	}
	return leastagency.Span{}, ""
}
