package isolation

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/mend"
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
				Because(at, "%s", why).Fix = switchOn(agent.Sandbox)
		}
	}
}}

// switchOn puts the wall up, and has it hold where the product lets commands run without it.
func switchOn(s *leastagency.Sandbox) *leastagency.Fix {
	fix := mend.On(s.Enabled.At, "switch the sandbox on")
	if fix == nil || s.FailKey == "" || leastagency.Is(s.FailClosed, true) {
		return fix
	}
	if s.FailClosed.Set {
		return nil // another file may say so
	}
	edit, ok := mend.Before(s.Enabled.At, `"`+s.FailKey+`": true`)
	if !ok {
		return nil
	}
	fix.Edits = append(fix.Edits, edit)
	return fix
}

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
