package isolation

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
	"github.com/leastagency/leastagency/checks/internal/mend"
)

// powers are the flags that take a container's wall away.
var powers = []string{"--privileged", "--pid=host", "--ipc=host", "--userns=host", "--cap-add=ALL", "--cap-add=SYS_ADMIN", "--security-opt=seccomp=unconfined", "--security-opt=apparmor=unconfined"}

// SandboxEscape finds doors in a wall: commands that run outside, sockets of engines, switches that weaken it.
var SandboxEscape = leastagency.Check{Rule: "isolation/sandbox-escape", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		s := layer.Sandbox
		if s == nil || leastagency.Is(s.Enabled, false) {
			continue
		}
		for _, rule := range s.Excluded {
			if what := leaves(p, layer, rule); what != "" && !unwalled(p, layer) {
				p.Reportf(rule.At, "%s runs outside the sandbox and %s: whatever the sandbox forbids, it does", leastagency.Quote(rule.Text), what)
			}
		}
		for _, socket := range s.Sockets {
			if what := leastagency.WidePlace(socket.V); what != "" {
				p.Reportf(socket.At, "the sandbox lets %s through, %s: a command that reaches it is root on the host", leastagency.Quote(socket.V), what)
			}
		}
		for _, weak := range s.Weakened {
			p.Reportf(weak.At, "%s takes a part of the sandbox away: commands find a way around the rest", leastagency.Quote(weak.V)).
				Fix = mend.Off(weak.At, "leave that part of the sandbox up")
		}
	}
	for started := range each.Start(p) {
		for _, call := range containers(started.Command) {
			if flag, value := power(call.Args); flag != "" {
				p.Reportf(place(started, flag), "%s runs in a container with %s: the container is no wall", started.Who, leastagency.Quote(flag+value))
			}
		}
	}
}}

// unwalled reports whether the sandbox is switched off, by another file, wherever the layer is in force:
// then nothing runs outside of it.
func unwalled(p *leastagency.Pass, layer *leastagency.Layer) bool {
	agents := each.Agents(p, layer)
	for _, agent := range agents {
		if agent.Sandbox == nil || !leastagency.Is(agent.Sandbox.Enabled, false) {
			return false
		}
	}
	return len(agents) > 0
}

// leaves says what an excluded command can do that makes the sandbox pointless; empty when it is narrow,
// or when a person is still asked before it runs.
func leaves(p *leastagency.Pass, layer *leastagency.Layer, rule *leastagency.Rule) string {
	c := rule.Action.Command
	switch {
	case strings.Trim(rule.Action.Pattern, ":* ") == "":
		return "is every command"
	case c == nil:
		return ""
	case slices.ContainsFunc(c.Invocations, func(call leastagency.Invocation) bool {
		return slices.Contains(engines, call.Program) && (c.Runner != "" || call.Open && len(call.Args) == 0)
	}):
		return "drives the container engine, which is root on the host"
	case c.Runner != "" && unasked(p, layer, rule):
		return c.Runner + ", without asking"
	}
	return ""
}

// unasked reports whether an excluded command passes without a person: by the mode, or by an allow rule
// for the same pattern or for the whole shell.
func unasked(p *leastagency.Pass, layer *leastagency.Layer, excluded *leastagency.Rule) bool {
	for _, agent := range each.Agents(p, layer) {
		if leastagency.Is(agent.Mode, leastagency.ModeBypass) {
			return true
		}
		for _, rule := range agent.Rules {
			pattern := strings.TrimRight(rule.Action.Pattern, ":* ")
			if rule.Decision == leastagency.Allow && rule.Action.Kind == leastagency.ActionShell &&
				(pattern == "" || pattern == strings.TrimRight(excluded.Action.Pattern, ":* ")) {
				return true
			}
		}
	}
	return false
}

// power returns the first flag that takes a container's wall away, and its value where that is an argument of its own.
func power(args []string) (flag, value string) {
	for i, arg := range args {
		if slices.Contains(powers, arg) {
			return arg, ""
		}
		if i+1 < len(args) && slices.Contains(powers, arg+"="+args[i+1]) {
			return arg, " " + args[i+1]
		}
	}
	return "", ""
}

func place(started each.Started, text string) leastagency.Span {
	if started.Server != nil {
		return each.Argument(started.Server, text)
	}
	return started.Command.At
}
