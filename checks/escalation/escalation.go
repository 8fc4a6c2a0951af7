// Package escalation judges whether an agent, or the files it works on, can widen its authority.
package escalation

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// unasked are the flags with which agent programs stop asking, by program.
var unasked = map[string][]string{
	"claude":       {"--dangerously-skip-permissions", "--allow-dangerously-skip-permissions", "bypassPermissions"},
	"codex":        {"--dangerously-bypass-approvals-and-sandbox", "--yolo", "danger-full-access"},
	"gemini":       {"--yolo", "-y", "--approval-mode=yolo", "yolo"},
	"qwen":         {"--yolo", "-y", "--approval-mode=yolo", "yolo"},
	"copilot":      {"--allow-all-tools", "--allow-all", "--yolo"},
	"cursor-agent": {"--force", "-f", "--yolo"},
	"amp":          {"--dangerously-allow-all"},
	"q":            {"--trust-all-tools", "-a"},
	"kiro-cli":     {"--trust-all-tools", "-a"},
	"crush":        {"--yolo", "-y"},
	"goose":        {},
	"opencode":     {},
	"aider":        {"--yes-always", "--yes"},
}

// agentIn returns the agent program that a command starts, and the flag with which it stops asking;
// both empty when there is none.
func agentIn(c *leastagency.Command) (program, flag string) {
	if c == nil {
		return "", ""
	}
	for _, call := range c.Invocations {
		flags, known := unasked[call.Program]
		if !known {
			continue
		}
		program = call.Program
		for _, arg := range call.Args {
			if slices.Contains(flags, arg) || slices.Contains(flags, arg[strings.Index(arg, "=")+1:]) {
				return program, arg
			}
		}
	}
	return program, ""
}

// actor names who acts under a layer in a message.
func actor(layer *leastagency.Layer) string {
	if layer.Kind == leastagency.KindSubagent {
		return "sub-agent " + leastagency.Quote(layer.Name)
	}
	return "the session"
}
