package gemini

import (
	"cmp"
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

var (
	policyDecisions = map[string]leastagency.Decision{"allow": leastagency.Allow, "deny": leastagency.Deny, "ask_user": leastagency.Ask}
	policyKeys      = []string{"toolName", "subagent", "mcpName", "argsPattern", "commandPrefix", "commandRegex", "decision", "priority", "modes", "interactive", "toolAnnotations",
		"allowRedirection", "allow_redirection", "denyMessage", "deny_message", "name", "description", "safety_checker"}
)

// tiers are what a file's scope adds to the number of a rule.
var tiers = map[leastagency.Scope]int{leastagency.ScopePlugin: tierExtension, leastagency.ScopeProject: tierProject, leastagency.ScopeUser: tierUser, leastagency.ScopeManaged: tierAdmin}

// policyFile reads policies/*.toml.
func (r *reader) policyFile() {
	doc, problems := node.ParseTOML(r.File)
	rules := doc.Root.Get("rule").List()
	if len(rules) == 0 {
		if len(problems) > 0 {
			r.Sys.Problems = append(r.Sys.Problems, problems...)
		}
		return
	}
	r.Sys.Problems = append(r.Sys.Problems, problems...)
	kind, why := leastagency.KindSession, ""
	switch r.scope {
	case leastagency.ScopeProject:
		why = "Gemini CLI reads no policies of a workspace: they belong into the user's or the administrator's folder"
	case leastagency.ScopePlugin:
		kind = leastagency.KindPlugin
	}
	l := r.layer(kind, "", r.File.Whole())
	if refused := r.refused(rules); refused != "" {
		why = cmp.Or(why, refused)
	}
	r.policies(l, rules, tiers[r.scope], why)
}

// refused reports a rule for which the product refuses the whole file.
func (r *reader) refused(rules []*node.Node) string {
	why := ""
	for _, n := range rules {
		at, text := n.At, ""
		switch d, p := n.Get("decision"), n.Get("priority"); {
		case d == nil:
			text = "a rule has no decision"
		case policyDecisions[d.String().V] == leastagency.DecisionUnknown:
			at, text = d.At, `a decision must be "allow", "deny" or "ask_user"`
		case p == nil:
			text = "a rule has no priority"
		case !p.Int().Set || p.Int().V < 0 || p.Int().V > 999:
			at, text = p.At, "a priority must be a whole number from 0 to 999"
		case n.Get("toolName") == nil:
			text = `a rule has no toolName ("*" is every tool)`
		default:
			continue
		}
		r.Problem(at, leastagency.ProblemType, "%s: Gemini CLI refuses the whole file", text)
		why = "Gemini CLI refuses this file, because one of its rules is wrong"
	}
	return why
}

// policies adds the rules of a policy. Why says for what reason none of them works.
func (r *reader) policies(l *leastagency.Layer, rules []*node.Node, tier int, why string) {
	for _, n := range rules {
		r.Unknown(n, "rule", policyKeys...)
		d := policyDecisions[text(n, "decision").V]
		if d == leastagency.DecisionUnknown || !inForce(n, d) {
			continue
		}
		inert := why
		if tier == tierExtension && d == leastagency.Allow {
			inert = cmp.Or(inert, "an extension may not allow anything")
		}
		for _, name := range texts(n.Get("toolName")) {
			for _, rule := range r.policy(n, name) {
				rule.Decision, rule.Priority = d, tier+n.Get("priority").Int().V
				if rule.Inert = cmp.Or(inert, rule.Inert); rule.Inert == "" {
					rule.Effects = effects(rule.Action)
				}
				l.Rules = append(l.Rules, r.Hide(l, rule))
			}
		}
	}
}

// inForce reports whether a rule counts in an ordinary session: not for one sub-agent alone, nor in
// some other mode alone. What is allowed where nobody is there counts, what is denied there does not.
func inForce(n *node.Node, d leastagency.Decision) bool {
	if modes := n.Get("modes").Strings(); len(modes) > 0 && !slices.ContainsFunc(modes, func(m leastagency.Value[string]) bool { return m.V == "default" }) {
		return false
	}
	return n.Get("subagent") == nil && (d == leastagency.Allow || !leastagency.Is(n.Get("interactive").Bool(), false))
}

// texts returns a text, or the texts of a list.
func texts(n *node.Node) []leastagency.Value[string] {
	if s := n.String(); s.Set {
		return []leastagency.Value[string]{s}
	}
	return n.Strings()
}

// policy reads what one tool of a rule is narrowed to: one rule for each beginning of a command line.
func (r *reader) policy(n *node.Node, name leastagency.Value[string]) []*leastagency.Rule {
	one := func(at leastagency.Span, words string, a leastagency.Action, inert string) *leastagency.Rule {
		return &leastagency.Rule{At: at, Text: words, Action: a, Inert: inert}
	}
	a, inert := r.named(name.V)
	if server := text(n, "mcpName"); server.Set {
		a, inert = leastagency.Action{Kind: leastagency.ActionServer, Server: server.V, Tool: name.V}, ""
		if name.V == "*" {
			a.Tool = ""
		}
		return []*leastagency.Rule{one(server.At, "mcp_"+server.V+"_"+name.V, a, "")}
	}
	if a.Kind == leastagency.ActionUnknown && inert == "" && strings.Contains(name.V, "*") && !strings.HasPrefix(name.V, "discovered_tool_") {
		inert = `of wildcards only "*", "mcp_*" and "mcp_server_*" are known`
	}
	if n.Get("toolAnnotations") != nil { // which tools that is, their servers say
		a = leastagency.Action{}
	}
	prefixes := texts(n.Get("commandPrefix"))
	pattern := text(n, "commandRegex")
	switch {
	case len(prefixes) > 0 || pattern.Set:
		if name.V != "run_shell_command" {
			inert = `beginnings of commands are compared with toolName = "run_shell_command" only`
		}
		if pattern.Set {
			return []*leastagency.Rule{one(pattern.At, fmt.Sprintf("%s(/%s/)", name.V, pattern.V), r.regexp(pattern), inert)}
		}
		var out []*leastagency.Rule
		for _, p := range prefixes {
			out = append(out, one(p.At, name.V+"("+p.V+")", r.prefix(p.V, p.At), inert))
		}
		return out
	case n.Get("argsPattern") != nil:
		args := text(n, "argsPattern")
		a.Pattern, a.Syntax = args.V, leastagency.Regexp
		return []*leastagency.Rule{one(args.At, fmt.Sprintf("%s(/%s/)", name.V, args.V), a, inert)}
	}
	return []*leastagency.Rule{one(name.At, name.V, a, inert)}
}

// regexp reads an expression that is compared with a command line from its start. What it lets run is
// told where it is one beginning behind which anything may follow; else it is not.
func (r *reader) regexp(pattern leastagency.Value[string]) leastagency.Action {
	a := leastagency.Action{Kind: leastagency.ActionShell, Pattern: "^" + strings.TrimPrefix(pattern.V, "^"), Syntax: leastagency.Regexp, Open: true}
	re, err := syntax.Parse(strings.TrimPrefix(pattern.V, "^"), syntax.Perl)
	if err != nil || len(pattern.V) > 2048 {
		return a
	}
	if re.Op == syntax.OpStar || re.Op == syntax.OpEmptyMatch {
		return leastagency.Action{Kind: leastagency.ActionShell}
	}
	if re.Op == syntax.OpConcat && len(re.Sub) == 2 && re.Sub[1].Op == syntax.OpStar {
		re = re.Sub[0]
	}
	if re.Op == syntax.OpLiteral {
		a.Command = command.Pattern(strings.TrimSpace(string(re.Rune)), true, pattern.At, r.Sys.Knowledge)
	}
	return a
}
