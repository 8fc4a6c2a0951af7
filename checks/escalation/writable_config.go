package escalation

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// configs are the places from which agents, builds and shells take orders.
var configs = []string{".claude", ".mcp.json", "CLAUDE.md", "AGENTS.md", ".cursor", ".vscode", ".codex", ".gemini", ".github/workflows", ".github", ".git", ".git/hooks", ".husky", ".bashrc", ".zshrc", ".profile", ".envrc"}

// WritableConfig finds writing to the files that decide what an agent may do, allowed without asking.
var WritableConfig = leastagency.Check{Rule: "escalation/writable-config", Run: func(p *leastagency.Pass) {
	for _, rule := range each.Allow(p) {
		if rule.Action.Kind == leastagency.ActionWrite && leastagency.Has(rule.Effects, leastagency.Configure) && names(rule.Action.Pattern) {
			p.Reportf(rule.At, "allow rule %s: the agent changes what it may do, and the change outlives the session", leastagency.Quote(rule.Text))
		}
	}
	for _, layer := range p.Layers {
		if layer.Sandbox == nil {
			continue
		}
		for _, path := range layer.Sandbox.Writable {
			if decides(path.V) {
				p.Reportf(path.At, "the sandbox lets commands write %s: the agent can change what it may do, and the change outlives the sandbox", leastagency.Quote(path.V))
			}
		}
	}
}}

// decides reports whether a folder is one of the places that decide, or a home or disk that holds them.
func decides(path string) bool {
	switch strings.TrimRight(path, "/*") {
	case "", "~", "$HOME", "${HOME}":
		return true
	}
	return names(path)
}

// names reports whether a path or pattern speaks of one of the places that decide. One that covers them
// among everything else does not: that is agency/unscoped-write.
func names(path string) bool {
	path = strings.TrimRight(path, "/*")
	for _, c := range configs {
		if path == c || strings.HasSuffix(path, "/"+c) || strings.Contains(path, "/"+c+"/") || strings.HasPrefix(path, c+"/") {
			return true
		}
	}
	return false
}
