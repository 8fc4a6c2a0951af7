// Package zed reads the settings of Zed into layers of the model: permissions of the agent's tools,
// persistent grants of its sandbox, context servers, profiles, and the programs that settings start.
//
// Sources: the editor's documentation (docs/src/ai/tool-permissions.md, sandboxing.md) and its source
// (crates/settings_content, crates/agent/src/tool_permissions.rs).
package zed

import (
	"regexp"
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
	{End: ".zed/settings.json", Kind: kindSettings, Scope: leastagency.ScopeProject},
	{End: ".config/zed/settings.json", Kind: kindSettings, Scope: leastagency.ScopeUser},
	{End: "zed/.config/zed/settings.json", Kind: kindSettings, Scope: leastagency.ScopeUser},
	{End: "config/zed/settings.json", Kind: kindSettings, Scope: leastagency.ScopeUser},
	{End: "dotfiles/zed/settings.json", Kind: kindSettings, Scope: leastagency.ScopeUser},
}

// dialect is how the product writes servers. It replaces nothing in values.
var dialect = mcpserver.Dialect{Syntax: credential.None, Disabled: []string{"enabled"}}

// Loader returns the loader of Zed's settings.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "zed", Match: match, Load: load}
}

func match(p string) bool {
	return strings.HasSuffix(p, ".json") && strings.Contains(p, "zed/") && kindOf(p) == kindSettings
}

func kindOf(p string) kind {
	k, _ := product.Find(p, places)
	return k
}

func load(f *leastagency.File, sys *leastagency.System) {
	_, at := product.Find(f.Path, places)
	r := &reader{product.Reader{Reader: reading.Reader{Product: "zed", Title: "Zed", File: f, Sys: sys, Place: at}, Syntax: credential.None}}
	r.settings()
}

type reader struct{ product.Reader }

func (r *reader) settings() {
	root := r.Object()
	if root == nil || leastagency.Is(root.Get("disable_ai").Bool(), true) {
		return
	}
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	// Denials come before confirmations before approvals; a tool's own default stands behind all of them.
	l.Absent, l.Order = leastagency.ModeAsk, leastagency.HighestPriority
	r.servers(l, root.Get("context_servers"))
	r.programs(l, root)
	agent := root.Member("agent")
	if agent == nil {
		agent = root.Member("assistant") // its name in old settings
	}
	switch {
	case agent == nil:
	case r.Scope == leastagency.ScopeProject:
		r.ignored(agent)
	default:
		r.agent(l, agent.Value)
	}
	r.session(l, root.Get("session"))
}

// ignored reports permissions in a project's settings, which hold a part of the settings only: not the agent's.
func (r *reader) ignored(agent *node.Member) {
	for _, key := range []string{"tool_permissions", "sandbox_permissions", "always_allow_tool_actions"} {
		m := agent.Value.Member(key)
		if m == nil {
			continue
		}
		kind := leastagency.ProblemIgnored
		if key == "tool_permissions" && restricts(m.Value) {
			kind = leastagency.ProblemUnknownKey
		}
		r.Problem(m.At, kind, "Zed reads no %q from a project's settings: it counts in the user's settings only", "agent."+key)
	}
}

// restricts reports whether permissions withhold or ask for anything.
func restricts(permissions *node.Node) bool {
	if v := permissions.Get("default").String().V; v == "deny" || v == "confirm" {
		return true
	}
	for _, m := range permissions.Get("tools").Each() {
		v := m.Value.Get("default").String().V
		if v == "deny" || v == "confirm" || len(m.Value.Get("always_deny").List()) > 0 || len(m.Value.Get("always_confirm").List()) > 0 {
			return true
		}
	}
	return false
}

func (r *reader) agent(l *leastagency.Layer, n *node.Node) {
	if old := n.Get("always_allow_tool_actions"); leastagency.Is(r.Bool(old, "agent.always_allow_tool_actions"), true) {
		l.Mode = leastagency.ValueAt(leastagency.ModeBypass, old.At)
	}
	r.permissions(l, n.Get("tool_permissions"))
	r.sandbox(l, n.Get("sandbox_permissions"))
	for _, m := range n.Get("profiles").Each() {
		r.profile(m)
	}
	r.Misspelt(n, "tool_permissions", "sandbox_permissions", "always_allow_tool_actions", "profiles")
}

var (
	modes = map[string]leastagency.Mode{"confirm": leastagency.ModeAsk, "allow": leastagency.ModeBypass, "deny": leastagency.ModeDenyRest}
	says  = map[string]leastagency.Decision{"confirm": leastagency.Ask, "allow": leastagency.Allow, "deny": leastagency.Deny}
)

// tools are those that the product offers its model. What its permissions do not ask about is left out.
var tools = map[string]leastagency.ActionKind{
	"terminal":  leastagency.ActionShell,
	"edit_file": leastagency.ActionWrite, "write_file": leastagency.ActionWrite, "create_directory": leastagency.ActionWrite, "delete_path": leastagency.ActionWrite,
	"move_path": leastagency.ActionWrite, "copy_path": leastagency.ActionWrite, "save_file": leastagency.ActionWrite, "restore_file_from_disk": leastagency.ActionWrite,
	"read_file": leastagency.ActionRead, "list_directory": leastagency.ActionRead, "grep": leastagency.ActionRead, "find_path": leastagency.ActionRead,
	"diagnostics": leastagency.ActionRead, "open": leastagency.ActionRead, "project_notifications": leastagency.ActionRead, "code_actions": leastagency.ActionWrite,
	"fetch": leastagency.ActionFetch, "web_search": leastagency.ActionSearch,
	"spawn_agent": leastagency.ActionSpawn, "subagent": leastagency.ActionSpawn, "create_thread": leastagency.ActionSpawn,
	"thinking": leastagency.ActionOther, "now": leastagency.ActionOther, "update_plan": leastagency.ActionOther, "skill": leastagency.ActionSkill,
}

// foreign are names under which other products offer a tool.
var foreign = map[string]string{"bash": "terminal", "shell": "terminal", "execute_bash": "terminal", "run_command": "terminal", "write": "edit_file", "edit": "edit_file", "web_fetch": "fetch", "webfetch": "fetch", "read": "read_file"}

var toolNames = []string{"terminal", "edit_file", "create_directory", "delete_path", "move_path", "copy_path", "save_file", "restore_file_from_disk", "read_file", "list_directory", "grep", "find_path", "fetch", "web_search"}

// The priorities of rules.
const (
	byDefault = 1 + iota
	byAllow
	byConfirm
	byDeny
)

func (r *reader) permissions(l *leastagency.Layer, n *node.Node) {
	if !r.Typed(n, "agent.tool_permissions", node.Map) {
		return
	}
	if d := n.Get("default"); r.Typed(d, "agent.tool_permissions.default", node.String) {
		if m, ok := modes[d.Text]; ok {
			l.Mode = leastagency.ValueAt(m, d.At)
		} else {
			r.Problem(d.At, leastagency.ProblemType, "Zed has no permission %s: it asks", leastagency.Quote(d.Text))
		}
	}
	r.Unknown(n, "agent.tool_permissions", "default", "tools")
	if !r.Typed(n.Get("tools"), "agent.tool_permissions.tools", node.Map) {
		return
	}
	for _, m := range n.Get("tools").Each() {
		r.tool(l, m)
	}
}

// lists are the pattern lists of a tool, in the order in which they are consulted.
var lists = []struct {
	key      string
	says     leastagency.Decision
	priority int
}{{"always_deny", leastagency.Deny, byDeny}, {"always_confirm", leastagency.Ask, byConfirm}, {"always_allow", leastagency.Allow, byAllow}}

// tool reads the permissions of one tool.
func (r *reader) tool(l *leastagency.Layer, m node.Member) {
	if !r.Typed(m.Value, m.Key, node.Map) {
		return
	}
	a, known := action(m.Key)
	if !known {
		if name := foreign[strings.ToLower(m.Key)]; name != "" {
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Zed has no tool %s, so nothing below is consulted; did you mean %q?", leastagency.Quote(m.Key), name)
			return
		}
		r.Misspelt(&node.Node{Kind: node.Map, At: m.At, Members: []node.Member{m}}, toolNames...)
	}
	for _, list := range lists {
		if !r.Typed(m.Value.Get(list.key), m.Key+"."+list.key, node.List) {
			continue
		}
		for _, item := range m.Value.Get(list.key).List() {
			p := item.Get("pattern")
			if p == nil && item.Is(node.String) {
				r.Problem(item.At, leastagency.ProblemType, `an item of %q is an object {"pattern": …}: Zed does not apply this one`, list.key)
				continue
			}
			if r.Typed(p, "pattern", node.String) {
				r.pattern(l, m.Key, a, p, list.says, list.priority)
			}
		}
	}
	if d := m.Value.Get("default"); r.Typed(d, m.Key+".default", node.String) {
		if decision, ok := says[d.Text]; ok {
			rule := r.Rule(l, d.At, m.Key, decision, a)
			rule.Priority = byDefault
			l.Rules = append(l.Rules, rule)
		} else {
			r.Problem(d.At, leastagency.ProblemType, "Zed has no permission %s: it asks", leastagency.Quote(d.Text))
		}
	}
	r.Unknown(m.Value, m.Key, "default", "always_allow", "always_deny", "always_confirm")
}

// action is what the name of a tool stands for: one of the product's own, or "mcp:server:tool".
func action(name string) (a leastagency.Action, known bool) {
	if rest, ok := strings.CutPrefix(name, "mcp:"); ok {
		server, tool, _ := strings.Cut(rest, ":")
		return leastagency.Action{Kind: leastagency.ActionServer, Server: server, Tool: tool}, true
	}
	k, known := tools[name]
	return leastagency.Action{Kind: k}, known
}

// pattern reads a regular expression, which is searched for in the command line, path or address. A
// command line is taken apart first: each of its commands must be allowed.
func (r *reader) pattern(l *leastagency.Layer, tool string, a leastagency.Action, n *node.Node, d leastagency.Decision, priority int) {
	m, ok := pattern.Regexp(n.Text)
	if !ok {
		if !pattern.Compiles(n.Text) {
			r.Problem(n.At, leastagency.ProblemType, "%s is no regular expression: Zed refuses every call of %q until it is mended", leastagency.Quote(n.Text), tool)
			return
		}
		m = pattern.Match{Texts: []string{"*"}}
	}
	a.Pattern, a.Syntax = n.Text, leastagency.Regexp
	rule := &leastagency.Rule{At: n.At, Text: tool + "(" + n.Text + ")", Decision: d, Priority: priority}
	guard := d != leastagency.Allow
	switch {
	case a.Kind == leastagency.ActionServer:
		re, err := regexp.Compile(n.Text)
		if err == nil && re.MatchString("") {
			a.Pattern, a.Syntax = "", leastagency.WordPrefix
			break
		}
		rule.Action, rule.Inert = a, "patterns of a server's tool are compared with an empty text: only its default counts"
		l.Rules = append(l.Rules, rule)
		return
	case m.Any():
		a.Pattern, a.Syntax = "", leastagency.WordPrefix
	case a.Kind == leastagency.ActionShell:
		words, open := m.Command(guard)
		a.Open = open
		a.Command = command.Pattern(words, open, n.At, r.Sys.Knowledge)
	}
	rule = r.Rule(l, n.At, rule.Text, d, a)
	rule.Priority = priority
	if a.Pattern != "" {
		switch a.Kind {
		case leastagency.ActionRead, leastagency.ActionWrite:
			rule.Effects = product.Over(a.Kind, m.Paths())
		case leastagency.ActionFetch:
			rule.Effects = product.Over(a.Kind, m.Domains(guard))
		}
	}
	l.Rules = append(l.Rules, rule)
}

// sandbox reads what commands of the agent may do in the wall without asking. The wall itself is the
// product's; where it cannot be built, a command may run without it and say so.
func (r *reader) sandbox(l *leastagency.Layer, n *node.Node) {
	if !r.Typed(n, "agent.sandbox_permissions", node.Map) {
		return
	}
	s := &leastagency.Sandbox{At: n.At}
	s.FailClosed = leastagency.ValueAt(false, n.At)
	s.Retry = leastagency.ValueAt(true, n.At)
	for _, m := range n.Each() {
		on := func() bool { return leastagency.Is(r.Bool(m.Value, m.Key), true) }
		switch m.Key {
		case "network_hosts":
			for _, h := range r.List(m.Value, m.Key) {
				s.Hosts = append(s.Hosts, h.String())
			}
			s.HostsSet = true
		case "write_paths":
			for _, p := range r.List(m.Value, m.Key) {
				s.Writable = append(s.Writable, p.String())
			}
		case "allow_all_hosts", "allow_network":
			if on() {
				s.Hosts, s.HostsSet = append(s.Hosts, leastagency.ValueAt("*", m.Value.At)), true
			}
		case "allow_fs_write_all":
			if on() {
				s.Writable = append(s.Writable, leastagency.ValueAt("/", m.Value.At))
			}
		case "allow_git_access":
			if on() {
				s.Writable = append(s.Writable, leastagency.ValueAt(".git", m.Value.At))
			}
		case "allow_unsandboxed":
			if on() {
				s.Weakened = append(s.Weakened, leastagency.ValueAt(m.Key, m.Value.At))
			}
		}
	}
	r.Unknown(n, "agent.sandbox_permissions", "network_hosts", "allow_all_hosts", "allow_network", "allow_git_access", "write_paths", "allow_fs_write_all", "allow_unsandboxed")
	l.Sandbox = s
}

// profile reads a set of tools among which a person chooses. A tool that is not named is not offered.
func (r *reader) profile(m node.Member) {
	if !m.Value.Is(node.Map) {
		return
	}
	l := r.Layer(leastagency.KindSubagent, m.Key, m.At)
	l.ToolsSet = true
	entry := func(at leastagency.Span, text string, n *node.Node, a leastagency.Action) {
		switch {
		case leastagency.Is(n.Bool(), true):
			l.Tools = append(l.Tools, r.Rule(l, at, text, leastagency.Allow, a))
		case leastagency.Is(n.Bool(), false):
			l.Tools = append(l.Tools, r.Rule(l, at, text, leastagency.Deny, a))
		}
	}
	for _, t := range m.Value.Get("tools").Each() {
		a, _ := action(t.Key)
		entry(t.At, t.Key, t.Value, a)
	}
	if all := m.Value.Member("enable_all_context_servers"); all != nil && leastagency.Is(all.Value.Bool(), true) {
		entry(all.At, all.Key, all.Value, leastagency.Action{Kind: leastagency.ActionServer, Server: "*"})
	}
	for _, s := range m.Value.Get("context_servers").Each() {
		for _, t := range s.Value.Get("tools").Each() {
			entry(t.At, "mcp:"+s.Key+":"+t.Key, t.Value, leastagency.Action{Kind: leastagency.ActionServer, Server: s.Key, Tool: t.Key})
		}
	}
}

// servers reads the context servers, and the secrets among the settings of those that extensions bring.
func (r *reader) servers(l *leastagency.Layer, n *node.Node) {
	r.Servers(l, dialect, n)
	for _, m := range n.Each() {
		for _, s := range m.Value.Get("settings").Each() {
			r.Credential(l, s.Key, s.Value)
		}
	}
}

// programs reads what the settings make the editor start: language servers, debug adapters, agents of others.
func (r *reader) programs(l *leastagency.Layer, root *node.Node) {
	for _, m := range root.Get("lsp").Each() {
		binary := m.Value.Get("binary")
		r.start(l, "lsp", binary.Get("path"), binary.Get("arguments"), binary.Get("env"))
	}
	for _, m := range root.Get("dap").Each() {
		r.start(l, "dap", m.Value.Get("binary"), m.Value.Get("args"), m.Value.Get("env"))
	}
	for _, m := range root.Get("agent_servers").Each() {
		if c := m.Value.Get("command"); c.Is(node.Map) { // an older form
			r.Start(l, c.Get("path"), c.Get("args"), c.Get("env"))
			continue
		}
		r.Start(l, m.Value.Get("command"), m.Value.Get("args"), m.Value.Get("env"))
	}
}

// start adds a program that a tree can bring along: one that is named by its place.
func (r *reader) start(l *leastagency.Layer, what string, path, args, env *node.Node) {
	r.Start(l, path, args, env)
	if p := path.String(); r.Scope == leastagency.ScopeProject && p.Set && strings.Contains(p.V, "/") && !strings.HasPrefix(p.V, "/") && !strings.HasPrefix(p.V, "~") {
		l.Switches = append(l.Switches, &leastagency.Switch{Kind: leastagency.SwitchProgram, Name: what, At: p.At, Target: p.V})
	}
}

// session reads whether the editor asks before it trusts a folder.
func (r *reader) session(l *leastagency.Layer, n *node.Node) {
	if t := n.Get("trust_all_worktrees"); leastagency.Is(t.Bool(), true) && r.Scope == leastagency.ScopeUser {
		r.Switch(l, leastagency.SwitchTrustsServers, "session.trust_all_worktrees", t.At)
	}
}
