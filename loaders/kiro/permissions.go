package kiro

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/pattern"
	"github.com/leastagency/leastagency/loaders/internal/product"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// permissionsFile reads permissions.yaml, which lies in a person's home: for everything that this
// person opens, or for one folder.
func (r *reader) permissionsFile() {
	root := r.YAML()
	rules := root.Member("rules")
	if rules == nil {
		return
	}
	if r.Scope == leastagency.ScopeProject {
		r.Problem(rules.At, leastagency.ProblemUnknownKey, "Kiro reads permissions from the home folder and from agents, not from a project's .kiro/settings: these protect nothing")
		return
	}
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	l.Absent, l.Order = leastagency.ModeAsk, leastagency.HighestPriority
	r.permissions(l, rules.Value)
}

// capabilities are what rules speak of.
var capabilities = map[string]leastagency.ActionKind{
	"fs_read": leastagency.ActionRead, "fs_write": leastagency.ActionWrite, "shell": leastagency.ActionShell, "web_fetch": leastagency.ActionFetch,
	"web_search": leastagency.ActionSearch, "mcp": leastagency.ActionServer, "subagent": leastagency.ActionSpawn, "skill": leastagency.ActionSkill,
}

var capabilityNames = []string{"fs_read", "fs_write", "shell", "web_fetch", "web_search", "mcp", "subagent", "skill"}

var decisions = map[string]leastagency.Decision{"allow": leastagency.Allow, "ask": leastagency.Ask, "deny": leastagency.Deny}

// permissions reads rules on capabilities. The most restrictive of those that match counts.
func (r *reader) permissions(l *leastagency.Layer, list *node.Node) {
	if !r.Typed(list, "permissions", node.List) {
		return
	}
	for _, n := range list.List() {
		if !n.Is(node.Map) {
			continue
		}
		capability, says := n.Get("capability").String(), n.Get("effect").String()
		d, ok := decisions[says.V]
		if !ok {
			r.Problem(n.At, leastagency.ProblemType, "a rule's effect is allow, ask or deny: Kiro does not apply this one")
			continue
		}
		kind, known := capabilities[capability.V]
		if !known {
			if capability.Set {
				if hint := reading.Meant(capability.V, capabilityNames); hint != "" {
					r.Problem(capability.At, leastagency.ProblemUnknownKey, "Kiro knows no capability %s, so this rule matches nothing%s", leastagency.Quote(capability.V), hint)
				}
			}
			continue
		}
		r.Unknown(n, "permissions", "capability", "match", "exclude", "effect")
		match := n.Get("match")
		if match.Is(node.String) {
			match = &node.Node{Kind: node.List, At: match.At, Items: []*node.Node{match}}
		}
		excluded := len(n.Get("exclude").List()) > 0 || n.Get("exclude").Is(node.String)
		if match == nil {
			r.permission(l, capability.At, capability.V, "", kind, d, excluded)
		}
		for _, item := range match.List() {
			if item.Is(node.String) {
				r.permission(l, item.At, capability.V, item.Text, kind, d, excluded)
			}
		}
	}
}

// permission makes the rule of one pattern. One that stops things and exempts others from it is kept
// without saying what it covers: the model has no word for an exemption.
func (r *reader) permission(l *leastagency.Layer, at leastagency.Span, capability, glob string, kind leastagency.ActionKind, d leastagency.Decision, excluded bool) {
	text := capability
	if glob != "" {
		text += "(" + glob + ")"
	}
	if excluded && d != leastagency.Allow {
		r.rule(l, at, text, d, leastagency.Action{Kind: leastagency.ActionOther, Pattern: glob})
		return
	}
	a := leastagency.Action{Kind: kind}
	m := pattern.Glob(glob)
	guard := d != leastagency.Allow
	if glob == "" || m.Any() || glob == "**" {
		if kind == leastagency.ActionServer {
			a.Server = "*"
		}
		r.rule(l, at, text, d, a)
		return
	}
	a.Pattern, a.Open = glob, strings.HasSuffix(glob, "*")
	switch kind {
	case leastagency.ActionShell:
		a.Syntax = leastagency.Glob
		words, open := m.Command(guard)
		a.Open, a.Command = open, command.Pattern(words, open, at, r.Sys.Knowledge)
	case leastagency.ActionRead, leastagency.ActionWrite:
		a.Pattern = onDisk(glob)
	case leastagency.ActionServer:
		a.Pattern = ""
		a.Server, a.Tool, _ = strings.Cut(glob, "/")
		if a.Tool == "*" {
			a.Tool = ""
		}
	}
	rule := r.rule(l, at, text, d, a)
	if kind == leastagency.ActionFetch {
		rule.Action.Syntax = leastagency.Glob
		rule.Effects = product.Over(kind, m.Domains(guard))
	}
}
