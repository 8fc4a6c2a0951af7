package kiro

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/pattern"
	"github.com/leastagency/leastagency/loaders/internal/product"
)

// A tool is one of the products' own, under all its names: those of Amazon Q, those of Kiro, and the tags
// of agents in Markdown.
type tool struct {
	name string
	kind leastagency.ActionKind
}

var tools = []tool{
	{"fs_read", leastagency.ActionRead}, {"read", leastagency.ActionRead}, {"grep", leastagency.ActionRead}, {"glob", leastagency.ActionRead}, {"code", leastagency.ActionRead},
	{"fs_write", leastagency.ActionWrite}, {"write", leastagency.ActionWrite},
	{"execute_bash", leastagency.ActionShell}, {"execute_cmd", leastagency.ActionShell}, {"shell", leastagency.ActionShell},
	{"use_aws", leastagency.ActionOther}, {"aws", leastagency.ActionOther},
	{"web_fetch", leastagency.ActionFetch}, {"web_search", leastagency.ActionSearch}, {"web", leastagency.ActionFetch},
	{"delegate", leastagency.ActionSpawn}, {"subagent", leastagency.ActionSpawn}, {"use_subagent", leastagency.ActionSpawn},
	{"knowledge", leastagency.ActionOther}, {"thinking", leastagency.ActionOther}, {"todo", leastagency.ActionOther}, {"todo_list", leastagency.ActionOther},
	{"introspect", leastagency.ActionOther}, {"report", leastagency.ActionOther}, {"report_issue", leastagency.ActionOther}, {"session", leastagency.ActionOther}, {"gh_issue", leastagency.ActionOther},
	{"readFile", leastagency.ActionRead}, {"grepSearch", leastagency.ActionRead}, {"fileSearch", leastagency.ActionRead}, {"getDiagnostics", leastagency.ActionRead},
	{"fsWrite", leastagency.ActionWrite}, {"editCode", leastagency.ActionWrite}, {"strReplace", leastagency.ActionWrite}, {"executeBash", leastagency.ActionShell},
}

// aws is what a tool lets happen that calls the programming interface of a cloud.
var aws = []leastagency.Effect{
	{Capability: leastagency.ReadPrivate, Reach: leastagency.Reach{Breadth: leastagency.Service}, Why: "reads the cloud account"},
	{Capability: leastagency.WriteState, Reach: leastagency.Reach{Breadth: leastagency.Service}, Why: "changes the cloud account"},
}

// actions are what an entry of a tool list stands for, one for each kind of tool that it matches.
func actions(name string) []leastagency.Action {
	if rest, ok := strings.CutPrefix(name, "@"); ok && rest != "builtin" {
		server, tool, _ := strings.Cut(rest, "/")
		if tool == "*" {
			tool = ""
		}
		if server == "mcp" && tool == "" {
			server = "*"
		}
		return []leastagency.Action{{Kind: leastagency.ActionServer, Server: server, Tool: tool, Open: strings.HasSuffix(tool, "*")}}
	}
	var out []leastagency.Action
	for _, t := range tools {
		matched := name == "@builtin" || name == t.name
		if !matched && strings.ContainsAny(name, "*?") {
			matched, _ = path.Match(name, t.name)
		}
		if matched && !slices.ContainsFunc(out, func(a leastagency.Action) bool { return a.Kind == t.kind }) {
			out = append(out, leastagency.Action{Kind: t.kind})
		}
	}
	if len(out) == 0 {
		return []leastagency.Action{{}}
	}
	return out
}

// isAWS reports whether a name is that of the tool for the cloud.
func isAWS(name string) bool { return name == "use_aws" || name == "aws" }

// tools reads what an agent is offered, and what is taken away again.
func (r *reader) tools(l *leastagency.Layer, n *node.Node) {
	list := n.Get("tools")
	if list.Is(node.String) {
		list = &node.Node{Kind: node.List, At: list.At, Items: []*node.Node{list}}
	}
	for _, item := range r.List(list, "tools") {
		if item.Text == "*" {
			l.Tools = append(l.Tools, r.Rule(l, item.At, item.Text, leastagency.Allow, leastagency.Action{Kind: leastagency.ActionAny}))
			continue
		}
		for _, a := range actions(item.Text) {
			l.Tools = append(l.Tools, r.Rule(l, item.At, item.Text, leastagency.Allow, a))
		}
	}
	for _, item := range r.List(n.Get("excludedTools"), "excludedTools") {
		for _, a := range actions(item.Text) {
			l.Tools = append(l.Tools, r.Rule(l, item.At, item.Text, leastagency.Deny, a))
		}
	}
}

// The priorities of rules: denials before questions before approvals, and behind them what a tool does
// with the rest.
const (
	byDefault = 1 + iota
	byAllow
	byAsk
	byDeny
)

// rule makes a rule with its priority.
func (r *reader) rule(l *leastagency.Layer, at leastagency.Span, text string, d leastagency.Decision, a leastagency.Action) *leastagency.Rule {
	rule := r.Rule(l, at, text, d, a)
	rule.Priority = [...]int{leastagency.Allow: byAllow, leastagency.Ask: byAsk, leastagency.Deny: byDeny}[d]
	l.Rules = append(l.Rules, rule)
	return rule
}

// allowed reads the tools that nobody is asked for, and returns their kinds.
func (r *reader) allowed(l *leastagency.Layer, n *node.Node) []string {
	var listed []string
	for _, item := range r.List(n, "allowedTools") {
		if item.Text == "*" {
			rule := r.rule(l, item.At, item.Text, leastagency.Allow, leastagency.Action{Kind: leastagency.ActionAny})
			rule.Inert, rule.Effects = "allowedTools takes no bare star: it allows nothing", nil
			continue
		}
		for _, a := range actions(item.Text) {
			rule := r.rule(l, item.At, item.Text, leastagency.Allow, a)
			if isAWS(item.Text) {
				rule.Effects = aws
			}
		}
		for _, t := range tools {
			if ok, _ := path.Match(item.Text, t.name); ok || item.Text == "@builtin" {
				listed = append(listed, t.name)
			}
		}
	}
	return listed
}

// twins are the names under which one tool is set up.
var twins = [][]string{{"execute_bash", "execute_cmd", "shell"}, {"fs_read", "read"}, {"fs_write", "write"}, {"use_aws", "aws"}}

// lists reports whether a tool is among the allowed ones, under any of its names.
func lists(listed []string, name string) bool {
	for _, names := range twins {
		if slices.Contains(names, name) {
			return slices.ContainsFunc(names, func(n string) bool { return slices.Contains(listed, n) })
		}
	}
	return slices.Contains(listed, name)
}

// settings reads the limits of single tools. A tool that is allowed as a whole passes whatever its own
// list of allowed things says; what is denied stays denied.
func (r *reader) settings(l *leastagency.Layer, block *node.Node, listed []string) {
	if !r.Typed(block, "toolsSettings", node.Map) {
		return
	}
	for _, m := range block.Each() {
		if !m.Value.Is(node.Map) {
			continue
		}
		s := setting{reader: r, layer: l, tool: m.Key, block: m.Value}
		if lists(listed, m.Key) {
			s.inert = "allowedTools lists " + leastagency.Quote(m.Key) + ", so all of it passes and this narrows nothing"
		}
		switch m.Key {
		case "execute_bash", "execute_cmd", "shell":
			s.rules("allowedCommands", leastagency.Allow, s.command)
			s.rules("deniedCommands", leastagency.Deny, s.command)
			if d := m.Value.Get("denyByDefault"); leastagency.Is(r.Bool(d, "denyByDefault"), true) {
				rule := r.rule(l, d.At, m.Key, leastagency.Deny, leastagency.Action{Kind: leastagency.ActionShell})
				rule.Priority = byDefault
			}
			r.Unknown(m.Value, m.Key, "allowedCommands", "deniedCommands", "autoAllowReadonly", "allowReadOnly", "denyByDefault")
		case "fs_read", "read", "grep", "glob", "fs_write", "write":
			s.rules("allowedPaths", leastagency.Allow, s.file)
			s.rules("deniedPaths", leastagency.Deny, s.file)
			r.Unknown(m.Value, m.Key, "allowedPaths", "deniedPaths", "allowReadOnly")
		case "use_aws", "aws":
			s.rules("allowedServices", leastagency.Allow, s.service)
			s.rules("deniedServices", leastagency.Deny, s.service)
			r.Unknown(m.Value, m.Key, "allowedServices", "deniedServices", "autoAllowReadonly", "allowReadOnly")
		case "web_fetch":
			s.rules("trusted", leastagency.Allow, s.address)
			s.rules("blocked", leastagency.Deny, s.address)
			r.Unknown(m.Value, m.Key, "trusted", "blocked")
		}
	}
}

// A setting is the block of one tool being read.
type setting struct {
	*reader
	layer *leastagency.Layer
	tool  string
	block *node.Node
	inert string // why what it allows changes nothing
}

func (s setting) rules(key string, d leastagency.Decision, read func(*node.Node, leastagency.Decision) *leastagency.Rule) {
	for _, item := range s.List(s.block.Get(key), s.tool+"."+key) {
		rule := read(item, d)
		if rule != nil && d == leastagency.Allow && s.inert != "" {
			rule.Inert, rule.Effects = s.inert, nil
		}
	}
}

// whole makes an expression match nothing but the whole text.
func whole(expr string) string { return `^(?:` + expr + `)$` }

// command reads a regular expression that the whole command line must match.
func (s setting) command(n *node.Node, d leastagency.Decision) *leastagency.Rule {
	a := leastagency.Action{Kind: leastagency.ActionShell, Pattern: whole(n.Text), Syntax: leastagency.Regexp}
	m, ok := pattern.Regexp(`^(` + n.Text + `)$`)
	if !ok {
		if !pattern.Compiles(n.Text) {
			s.Problem(n.At, leastagency.ProblemType, "%s is no regular expression: %s matches no command with it", leastagency.Quote(n.Text), s.Title)
			return nil
		}
		m = pattern.Glob("*")
	}
	m.Start, m.End = true, true
	if m.Any() {
		a.Pattern, a.Syntax = "", leastagency.WordPrefix
	} else {
		words, open := m.Command(d != leastagency.Allow)
		a.Open, a.Command = open, command.Pattern(words, open, n.At, s.Sys.Knowledge)
	}
	return s.rule(s.layer, n.At, s.tool+"("+n.Text+")", d, a)
}

// file reads a path in gitignore syntax, where one slash starts at the top of the disk.
func (s setting) file(n *node.Node, d leastagency.Decision) *leastagency.Rule {
	kind := leastagency.ActionRead
	if s.tool == "fs_write" || s.tool == "write" {
		kind = leastagency.ActionWrite
	}
	return s.rule(s.layer, n.At, s.tool+"("+n.Text+")", d, leastagency.Action{Kind: kind, Pattern: onDisk(n.Text), Open: strings.HasSuffix(n.Text, "*")})
}

func onDisk(p string) string {
	if strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "//") {
		return "/" + p
	}
	return p
}

func (s setting) service(n *node.Node, d leastagency.Decision) *leastagency.Rule {
	rule := s.rule(s.layer, n.At, s.tool+"("+n.Text+")", d, leastagency.Action{Kind: leastagency.ActionOther, Pattern: n.Text})
	rule.Effects = aws
	return rule
}

// address reads a regular expression that a whole URL must match.
func (s setting) address(n *node.Node, d leastagency.Decision) *leastagency.Rule {
	a := leastagency.Action{Kind: leastagency.ActionFetch, Pattern: whole(n.Text), Syntax: leastagency.Regexp}
	m, ok := pattern.Regexp(n.Text)
	m.Start, m.End = true, true
	if ok && m.Any() {
		a.Pattern, a.Syntax = "", leastagency.WordPrefix
	}
	rule := s.rule(s.layer, n.At, s.tool+"("+n.Text+")", d, a)
	if ok && a.Pattern != "" {
		rule.Effects = product.Over(a.Kind, m.Domains(d != leastagency.Allow))
	}
	return rule
}
