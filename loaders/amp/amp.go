// Package amp reads the settings of Amp into layers of the model: permissions, among them those that
// another program decides, disabled tools, guarded files and servers.
//
// Sources: the product's manual with its appendix on permissions (ampcode.com/manual).
package amp

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/pattern"
	"github.com/leastagency/leastagency/loaders/internal/product"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

type kind uint8

const kindSettings kind = 1

var places = []product.Place[kind]{
	{End: ".amp/settings.json", Kind: kindSettings, Scope: leastagency.ScopeProject},
	{End: ".amp/settings.jsonc", Kind: kindSettings, Scope: leastagency.ScopeProject},
	{End: ".config/amp/settings.json", Kind: kindSettings, Scope: leastagency.ScopeUser},
	{End: ".config/amp/settings.jsonc", Kind: kindSettings, Scope: leastagency.ScopeUser},
	{End: "etc/ampcode/managed-settings.json", Kind: kindSettings, Scope: leastagency.ScopeManaged},
	{End: "Library/Application Support/ampcode/managed-settings.json", Kind: kindSettings, Scope: leastagency.ScopeManaged},
	{End: "ProgramData/ampcode/managed-settings.json", Kind: kindSettings, Scope: leastagency.ScopeManaged},
}

// Loader returns the loader of Amp's settings.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "amp", Match: match, Load: load}
}

func match(p string) bool {
	if !strings.Contains(p, "amp/") && !strings.Contains(p, "ampcode/") {
		return false
	}
	k, _ := product.Find(p, places)
	return k == kindSettings
}

func load(f *leastagency.File, sys *leastagency.System) {
	_, at := product.Find(f.Path, places)
	r := &reader{product.Reader{Reader: reading.Reader{Product: "amp", Title: "Amp", File: f, Sys: sys, Place: at}, Syntax: credential.Dollar}}
	r.settings()
}

type reader struct{ product.Reader }

var dialect = mcpserver.Dialect{Syntax: credential.Dollar, Disabled: []string{"disabled"}, Included: []string{"includeTools"}}

// keys are those that grant, withhold or move something.
var keys = []string{"amp.permissions", "amp.dangerouslyAllowAll", "amp.tools.disable", "amp.tools.enable", "amp.guardedFiles.allowlist", "amp.mcpPermissions", "amp.mcpServers",
	"amp.url", "amp.proxy", "amp.commands.allowlist"}

// settings reads a settings file. Its keys are flat, with dots in their names. The order of the rules
// is that in which they are asked, and the first that matches counts.
func (r *reader) settings() {
	root := r.Object()
	if root == nil {
		return
	}
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	l.Order = leastagency.FirstMatch
	for _, key := range []string{"amp.permissions", "amp.guardedFiles.allowlist", "amp.dangerouslyAllowAll"} {
		if root.Get(key) != nil {
			l.Absent = leastagency.ModeAsk // each of them switches the asking on
		}
	}
	for _, item := range r.List(root.Get("amp.tools.disable"), "amp.tools.disable") {
		for _, a := range actions(strings.TrimPrefix(item.Text, "builtin:")) {
			l.Rules = append(l.Rules, r.Rule(l, item.At, item.Text, leastagency.Deny, a))
		}
	}
	if m := root.Member("amp.tools.enable"); m != nil && len(m.Value.List()) > 0 {
		r.Switch(l, leastagency.SwitchHardening, m.Key, m.At)
	}
	r.permissions(l, root.Get("amp.permissions"))
	for _, item := range r.List(root.Get("amp.commands.allowlist"), "amp.commands.allowlist") {
		r.rule(l, item.At, "Bash", leastagency.Action{Kind: leastagency.ActionShell}, strings.TrimRight(item.Text, "* ")+"*", leastagency.Allow)
	}
	for _, item := range r.List(root.Get("amp.guardedFiles.allowlist"), "amp.guardedFiles.allowlist") {
		p := item.Text
		if strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "//") {
			p = "/" + p
		}
		p = strings.Replace(p, "$HOME", "~", 1)
		if p == "//**" || p == "**" || p == "**/*" {
			p = ""
		}
		l.Rules = append(l.Rules, r.Rule(l, item.At, "guarded file "+item.Text, leastagency.Allow, leastagency.Action{Kind: leastagency.ActionWrite, Pattern: p, Open: strings.HasSuffix(p, "*")}))
	}
	if all := root.Get("amp.dangerouslyAllowAll"); leastagency.Is(r.Bool(all, "amp.dangerouslyAllowAll"), true) {
		l.Mode = leastagency.ValueAt(leastagency.ModeBypass, all.At)
	}
	r.servers(l, root)
	r.Endpoint(l, leastagency.SwitchEndpoint, "amp.url", root.Get("amp.url"))
	r.Endpoint(l, leastagency.SwitchProxy, "amp.proxy", root.Get("amp.proxy"))
	r.Misspelt(root, keys...)
	for _, m := range root.Each() {
		if known := "amp." + m.Key; slices.Contains(keys, known) {
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Amp reads no %s, only %q: this protects nothing", leastagency.Quote(m.Key), known)
		}
	}
}

// A tool is one of the product's own.
type tool struct {
	name string
	kind leastagency.ActionKind
}

var tools = []tool{
	{"Bash", leastagency.ActionShell}, {"shell_command", leastagency.ActionShell}, {"repl", leastagency.ActionShell},
	{"Read", leastagency.ActionRead}, {"Grep", leastagency.ActionRead}, {"glob", leastagency.ActionRead}, {"Glob", leastagency.ActionRead}, {"list_directory", leastagency.ActionRead}, {"finder", leastagency.ActionRead}, {"look_at", leastagency.ActionRead},
	{"edit_file", leastagency.ActionWrite}, {"create_file", leastagency.ActionWrite}, {"undo_edit", leastagency.ActionWrite}, {"apply_patch", leastagency.ActionWrite}, {"format_file", leastagency.ActionWrite},
	{"read_web_page", leastagency.ActionFetch}, {"web_search", leastagency.ActionSearch}, {"librarian", leastagency.ActionSearch},
	{"Task", leastagency.ActionSpawn}, {"oracle", leastagency.ActionSpawn}, {"handoff", leastagency.ActionSpawn},
	{"skill", leastagency.ActionSkill}, {"todo_write", leastagency.ActionOther}, {"todo_read", leastagency.ActionOther}, {"mermaid", leastagency.ActionOther}, {"read_mcp_resource", leastagency.ActionOther},
}

// actions are what the name of a tool, or a pattern over names, stands for: one for each kind.
func actions(name string) []leastagency.Action {
	if name == "*" {
		return []leastagency.Action{{Kind: leastagency.ActionAny}}
	}
	if rest, ok := strings.CutPrefix(name, "mcp__"); ok {
		server, tool, _ := strings.Cut(rest, "__")
		if tool == "*" {
			tool = ""
		}
		return []leastagency.Action{{Kind: leastagency.ActionServer, Server: server, Tool: tool, Open: strings.HasSuffix(tool, "*")}}
	}
	var out []leastagency.Action
	for _, t := range tools {
		ok := name == t.name
		if !ok && strings.Contains(name, "*") {
			ok, _ = path.Match(name, t.name)
		}
		if ok && !slices.ContainsFunc(out, func(a leastagency.Action) bool { return a.Kind == t.kind }) {
			out = append(out, leastagency.Action{Kind: t.kind})
		}
	}
	if len(out) == 0 {
		return []leastagency.Action{{}}
	}
	return out
}

var decisions = map[string]leastagency.Decision{"allow": leastagency.Allow, "reject": leastagency.Deny, "ask": leastagency.Ask, "delegate": leastagency.Ask}

var decisionNames = []string{"allow", "reject", "ask", "delegate"}

// permissions reads the list of rules. What stands behind a rule for every call is never asked.
func (r *reader) permissions(l *leastagency.Layer, list *node.Node) {
	if !r.Typed(list, "amp.permissions", node.List) {
		return
	}
	var all *node.Node // the rule that decides every call
	var children *leastagency.Layer
	for _, n := range list.List() {
		name, action := n.Get("tool"), n.Get("action")
		d, ok := decisions[action.String().V]
		if !name.Is(node.String) || !ok {
			r.Problem(n.At, leastagency.ProblemType, "a rule has a tool and an action, which is allow, reject, ask or delegate: Amp does not apply this one%s", reading.Meant(action.String().V, decisionNames))
			continue
		}
		into := l
		if n.Get("context").String().V == "subagent" {
			if children == nil {
				children = r.Layer(leastagency.KindSubagent, "subagents", n.At)
				children.NoToolList, children.Order = true, leastagency.FirstMatch
			}
			into = children
		}
		before := len(into.Rules)
		r.permission(into, n, name, d)
		if all != nil && into == l {
			for _, rule := range into.Rules[before:] {
				rule.Inert, rule.Effects = "a rule above it decides every call: this one is never reached", nil
			}
		}
		if action.Text == "delegate" {
			r.delegate(into, n, name)
		}
		if name.Text == "*" && n.Get("matches") == nil && into == l && all == nil {
			all = n
			if d == leastagency.Allow {
				l.Mode = leastagency.ValueAt(leastagency.ModeBypass, action.At)
				l.Rules = l.Rules[:before] // said by the mode
			}
		}
	}
}

// permission reads one rule, of which each pattern is one in the model.
func (r *reader) permission(l *leastagency.Layer, n, name *node.Node, d leastagency.Decision) {
	for _, a := range actions(name.Text) {
		matches := n.Get("matches")
		if !matches.Is(node.Map) || len(matches.Members) == 0 {
			l.Rules = append(l.Rules, r.Rule(l, name.At, name.Text, d, a))
			continue
		}
		m := matches.Each()[0]
		for _, own := range []string{"cmd", "command", "path", "url"} {
			if found := matches.Member(own); found != nil {
				m = *found
			}
		}
		list := m.Value.List()
		if m.Value.Is(node.String) {
			list = []*node.Node{m.Value}
		}
		for _, p := range list {
			if p.Is(node.String) {
				r.rule(l, p.At, name.Text, a, p.Text, d)
			}
		}
		if len(list) == 0 { // a condition that is no text: it narrows, and that is all that can be told
			l.Rules = append(l.Rules, r.Rule(l, name.At, name.Text, d, leastagency.Action{Kind: leastagency.ActionOther, Pattern: m.Key}))
		}
	}
}

// rule makes the rule of one pattern: a glob over the whole argument, or a regular expression between slashes.
func (r *reader) rule(l *leastagency.Layer, at leastagency.Span, name string, a leastagency.Action, text string, d leastagency.Decision) {
	guard := d != leastagency.Allow
	m := pattern.Glob(text)
	syntax, compared := leastagency.Glob, text
	if expr, ok := strings.CutPrefix(text, "/"); ok && strings.HasSuffix(expr, "/") && len(expr) > 1 && a.Kind == leastagency.ActionShell {
		expr = strings.TrimSuffix(expr, "/")
		if m, ok = pattern.Regexp(expr); !ok {
			if !pattern.Compiles(expr) {
				r.Problem(at, leastagency.ProblemType, "%s is no regular expression: Amp does not apply this rule", leastagency.Quote(expr))
				return
			}
			m = pattern.Glob("*" + strings.Trim(expr, "^$") + "*")
		}
		syntax, compared = leastagency.Regexp, expr
	}
	if !m.Any() {
		a.Pattern, a.Syntax, a.Open = compared, syntax, strings.HasSuffix(text, "*")
	}
	if a.Kind == leastagency.ActionShell && a.Pattern != "" {
		words, open := m.Command(guard)
		a.Open, a.Command = open, command.Pattern(words, open, at, r.Sys.Knowledge)
	}
	rule := r.Rule(l, at, name+"("+text+")", d, a)
	if a.Pattern != "" {
		switch a.Kind {
		case leastagency.ActionFetch:
			rule.Effects = product.Over(a.Kind, m.Domains(guard))
		case leastagency.ActionRead, leastagency.ActionWrite:
			rule.Effects = product.Over(a.Kind, m.Paths())
		}
	}
	l.Rules = append(l.Rules, rule)
}

// delegate reads the program that decides in place of a person.
func (r *reader) delegate(l *leastagency.Layer, n, name *node.Node) {
	to := n.Get("to")
	if !to.Is(node.String) || to.Text == "" {
		r.Problem(n.At, leastagency.ProblemType, "a rule that delegates names in \"to\" the program that decides: without it Amp cannot apply it")
		return
	}
	h := &leastagency.Hook{At: to.At, Event: leastagency.ValueAt("delegate", n.Get("action").At), Kind: leastagency.HookCommand, Blocking: true, Guard: true,
		Command: command.Exec([]leastagency.Value[string]{to.String()}, to.At, r.Sys.Knowledge)}
	var kinds []leastagency.ActionKind
	for _, a := range actions(name.Text) {
		kinds = append(kinds, a.Kind)
	}
	product.Kinds(h, kinds, name.Text == "*")
	l.Hooks = append(l.Hooks, h)
}

// servers reads the servers, of which those that the permissions for servers reject do not start.
func (r *reader) servers(l *leastagency.Layer, root *node.Node) {
	found := r.Servers(l, dialect, root.Get("amp.mcpServers"))
	m := root.Member("amp.mcpPermissions")
	if m == nil || !r.Typed(m.Value, m.Key, node.List) {
		return
	}
	rejects := false
	for _, n := range m.Value.List() {
		rejects = rejects || n.Get("action").String().V == "reject"
	}
	if rejects {
		r.Switch(l, leastagency.SwitchHardening, m.Key, m.At)
	}
	for _, s := range found {
		for _, n := range m.Value.List() {
			if started(s, n.Get("matches")) {
				s.Disabled = s.Disabled || n.Get("action").String().V == "reject"
				break
			}
		}
	}
}

// started reports whether the conditions of a rule for servers hold for how a server is started.
func started(s *leastagency.Server, conditions *node.Node) bool {
	members := conditions.Each()
	for _, m := range members {
		text := ""
		switch m.Key {
		case "command":
			if s.Command != nil {
				text = s.Command.Text
			}
		case "url":
			text = s.URL.V
		default:
			return false
		}
		if text == "" || !leastagency.Wildcard(m.Value.String().V, text) {
			return false
		}
	}
	return len(members) > 0
}
