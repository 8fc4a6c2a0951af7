// Package crush reads the files of Crush into layers of the model: its configuration in JSON, in which
// values are expanded as a shell does when the file is loaded, and the shell script that takes its place.
//
// Sources: charmbracelet/crush (internal/config, internal/permission, docs/config, docs/hooks).
package crush

import (
	"regexp"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/guard"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/product"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

type kind uint8

const (
	kindNone kind = iota
	kindJSON
	kindScript
)

var places = []product.Place[kind]{
	{End: ".config/crush/crush.json", Kind: kindJSON, Scope: leastagency.ScopeUser},
	{End: ".config/crush/crushrc", Kind: kindScript, Scope: leastagency.ScopeUser},
	{End: ".crush.json", Kind: kindJSON, Scope: leastagency.ScopeProject},
	{End: "crush.json", Kind: kindJSON, Scope: leastagency.ScopeProject},
	{End: ".crushrc", Kind: kindScript, Scope: leastagency.ScopeProject},
	{End: "crushrc", Kind: kindScript, Scope: leastagency.ScopeProject},
}

// Loader returns the loader of Crush's files.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "crush", Match: match, Load: load}
}

func match(p string) bool {
	if !strings.Contains(p, "crush") {
		return false
	}
	k, _ := product.Find(p, places)
	return k != kindNone
}

func load(f *leastagency.File, sys *leastagency.System) {
	k, at := product.Find(f.Path, places)
	r := &reader{product.Reader{Reader: reading.Reader{Product: "crush", Title: "Crush", File: f, Sys: sys, Place: at}, Syntax: credential.Shell}}
	if k == kindScript {
		r.script()
		return
	}
	if root := r.Object(); root != nil && ours(root) {
		r.config(root)
	}
}

type reader struct{ product.Reader }

var topLevel = []string{"$schema", "models", "providers", "mcp", "lsp", "options", "permissions", "hooks", "env", "tools", "recent_models"}

// ours reports whether an object is the product's configuration.
func ours(root *node.Node) bool {
	return slices.ContainsFunc(root.Members, func(m node.Member) bool { return slices.Contains(topLevel, m.Key) })
}

// dialect is how the product writes servers.
var dialect = mcpserver.Dialect{Syntax: credential.Shell, Disabled: []string{"disabled"}, Included: []string{"enabled_tools"}, Excluded: []string{"disabled_tools"}}

func (r *reader) layer() *leastagency.Layer {
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	l.Absent, l.Order = leastagency.ModeAsk, leastagency.Strictest
	return l
}

// config reads a configuration in JSON.
func (r *reader) config(root *node.Node) {
	l := r.layer()
	r.Servers(l, dialect, root.Get("mcp"))
	r.permissions(l, root)
	r.hooks(l, root.Get("hooks"))
	for _, m := range root.Get("providers").Each() {
		r.provider(l, m.Value)
	}
	for _, m := range root.Get("lsp").Each() {
		if !leastagency.Is(m.Value.Get("disabled").Bool(), true) {
			r.Start(l, m.Value.Get("command"), m.Value.Get("args"), m.Value.Get("env"))
		}
	}
	r.Env(l, root.Get("env"))
	for _, key := range []string{"mcp", "providers", "lsp", "env"} {
		r.expand(l, root.Get(key))
	}
	r.Misspelt(root, topLevel...)
}

// provider reads where a model is reached, and with what.
func (r *reader) provider(l *leastagency.Layer, n *node.Node) {
	if leastagency.Is(n.Get("disable").Bool(), true) {
		return
	}
	r.Credential(l, "api_key", n.Get("api_key"))
	r.Endpoint(l, leastagency.SwitchEndpoint, "base_url", n.Get("base_url"))
	for _, m := range n.Get("extra_headers").Each() {
		r.Credential(l, m.Key, m.Value)
	}
	r.Tell(l, reading.Text(leastagency.TextInstructions, n.Get("system_prompt_prefix")))
}

// prints are programs whose substitution only hands on what the environment holds already.
var prints = []string{"echo", "printf", "printenv", "true"}

// expand finds the commands that run when the file is loaded: "$(command)" in a value.
func (r *reader) expand(l *leastagency.Layer, n *node.Node) {
	switch {
	case n.Is(node.Map):
		for _, m := range n.Each() {
			r.expand(l, m.Value)
		}
	case n.Is(node.List):
		for _, item := range n.List() {
			r.expand(l, item)
		}
	case n.Is(node.String):
		for _, at := range substitutions(n.Text) {
			place := n.At
			if n.Raw {
				place = r.File.Span(n.Inner().Start+at[0], n.Inner().Start+at[1])
			}
			c := command.Parse(n.Text[at[0]:at[1]], place, r.Sys.Knowledge)
			l.Commands = append(l.Commands, c)
			if slices.ContainsFunc(c.Invocations, func(i leastagency.Invocation) bool { return !slices.Contains(prints, i.Program) }) || c.Incomplete {
				r.Switch(l, leastagency.SwitchShellWithoutTrust, "$(…)", place)
			}
		}
	}
}

// substitutions returns the places of the commands in a text, as offsets.
func substitutions(text string) [][2]int {
	const most = 100
	var out [][2]int
	for i := 0; i+1 < len(text) && len(out) < most; i++ {
		if text[i] != '$' || text[i+1] != '(' {
			continue
		}
		depth := 1
		for j := i + 2; j < len(text); j++ {
			if text[j] == '(' {
				depth++
			} else if text[j] == ')' {
				depth--
			}
			if depth == 0 {
				out = append(out, [2]int{i + 2, j})
				i = j
				break
			}
		}
		if depth > 0 {
			break
		}
	}
	return out
}

// tools are the product's own.
var tools = map[string]leastagency.ActionKind{
	"bash": leastagency.ActionShell, "job_output": leastagency.ActionOther, "job_kill": leastagency.ActionOther,
	"view": leastagency.ActionRead, "ls": leastagency.ActionRead, "grep": leastagency.ActionRead, "glob": leastagency.ActionRead, "rg": leastagency.ActionRead,
	"diagnostics": leastagency.ActionRead, "lsp_diagnostics": leastagency.ActionRead, "references": leastagency.ActionRead, "lsp_references": leastagency.ActionRead, "lsp_restart": leastagency.ActionOther,
	"edit": leastagency.ActionWrite, "multiedit": leastagency.ActionWrite, "write": leastagency.ActionWrite, "download": leastagency.ActionFetch,
	"fetch": leastagency.ActionFetch, "agentic_fetch": leastagency.ActionFetch, "web_fetch": leastagency.ActionFetch, "web_search": leastagency.ActionSearch, "sourcegraph": leastagency.ActionSearch,
	"agent": leastagency.ActionSpawn, "todos": leastagency.ActionOther, "list_mcp_resources": leastagency.ActionOther, "read_mcp_resource": leastagency.ActionOther,
}

var toolNames = []string{"bash", "view", "ls", "grep", "glob", "diagnostics", "references", "edit", "multiedit", "write", "download", "fetch", "agentic_fetch", "web_search", "sourcegraph", "agent"}

// action is what the name of a tool stands for: one of the product's own, with an action behind a colon
// or without, or "mcp_server_tool". The names of servers tell where the server's ends.
func action(name string, servers []*leastagency.Server) leastagency.Action {
	if rest, ok := strings.CutPrefix(name, "mcp_"); ok {
		rest, _, _ = strings.Cut(rest, ":")
		a := leastagency.Action{Kind: leastagency.ActionServer}
		for _, s := range servers {
			if tool, ok := strings.CutPrefix(rest, s.Name+"_"); ok && len(s.Name) > len(a.Server) {
				a.Server, a.Tool = s.Name, tool
			}
		}
		if a.Server == "" {
			a.Server, a.Tool, _ = strings.Cut(rest, "_")
		}
		return a
	}
	name, _, _ = strings.Cut(name, ":")
	return leastagency.Action{Kind: tools[name]}
}

// permissions reads the tools that nobody is asked for, and those that are not offered.
func (r *reader) permissions(l *leastagency.Layer, root *node.Node) {
	block := root.Get("permissions")
	if r.Typed(block, "permissions", node.Map) {
		for _, item := range r.List(block.Get("allowed_tools"), "permissions.allowed_tools") {
			r.allow(l, item.At, item.Text)
		}
		r.Unknown(block, "permissions", "allowed_tools")
	}
	for _, item := range r.List(root.Get("options").Get("disabled_tools"), "options.disabled_tools") {
		r.deny(l, item.At, item.Text)
	}
}

func (r *reader) allow(l *leastagency.Layer, at leastagency.Span, name string) {
	rule := r.Rule(l, at, name, leastagency.Allow, action(name, l.Servers))
	if rule.Action.Kind == leastagency.ActionUnknown {
		if hint := reading.Meant(name, toolNames); hint != "" || strings.Contains(name, "*") {
			rule.Inert = "Crush has no tool " + leastagency.Quote(name) + hint
		}
	}
	l.Rules = append(l.Rules, rule)
}

func (r *reader) deny(l *leastagency.Layer, at leastagency.Span, name string) {
	rule := r.Rule(l, at, name, leastagency.Deny, action(name, l.Servers))
	if rule.Action.Kind == leastagency.ActionUnknown {
		if hint := reading.Meant(name, toolNames); hint != "" {
			rule.Inert = "Crush has no tool " + leastagency.Quote(name) + hint
		}
	}
	l.Rules = append(l.Rules, rule)
}

// events are the moments at which hooks run, as they are compared: without case and underscores.
var events = map[string]string{"pretooluse": "PreToolUse", "precompact": "PreCompact"}

func event(name string) string {
	return events[strings.ReplaceAll(strings.ToLower(name), "_", "")]
}

// hooks reads the hooks: flat lists by event.
func (r *reader) hooks(l *leastagency.Layer, block *node.Node) {
	if !r.Typed(block, "hooks", node.Map) {
		return
	}
	for _, m := range block.Each() {
		for _, n := range m.Value.List() {
			c := n.Get("command")
			if !c.Is(node.String) || strings.TrimSpace(c.Text) == "" {
				continue
			}
			r.hook(l, leastagency.ValueAt(m.Key, m.At), n.Get("matcher").String(), c.Text, c.Inner())
		}
	}
}

// hook reads one hook. Only the tools of the session itself are hooked, not those of its sub-agents.
func (r *reader) hook(l *leastagency.Layer, name, matcher leastagency.Value[string], line string, at leastagency.Span) {
	is := event(name.V)
	h := &leastagency.Hook{At: at, Event: name, Matcher: matcher, Kind: leastagency.HookCommand, UnknownEvent: is == "", Blocking: is == "PreToolUse",
		Command: command.Parse(line, at, r.Sys.Knowledge)}
	kinds, all := matched(matcher.V)
	product.Kinds(h, kinds, all || is != "PreToolUse")
	r.Secrets(l, line, at)
	contract := reading.Contract{Acts: h.Blocking || h.UnknownEvent, Denies: guard.AnswersDeny, Crash: "a crash, a timeout or any exit status but 2 and 49 lets the action through", Always: true}
	if r.Scope == leastagency.ScopeProject {
		contract.Folders = []string{r.Root}
	}
	r.Guard(h, contract)
	l.Hooks = append(l.Hooks, h)
}

// matched are the kinds of tools whose names a matcher is found in.
func matched(matcher string) (kinds []leastagency.ActionKind, all bool) {
	if matcher == "" || len(matcher) > 1000 {
		return nil, true
	}
	re, err := regexp.Compile(matcher)
	if err != nil {
		return nil, true
	}
	all = true
	for _, name := range toolNames {
		if re.MatchString(name) {
			kinds = append(kinds, tools[name])
		} else {
			all = false
		}
	}
	if re.MatchString("mcp_server_tool") || strings.Contains(matcher, "mcp_") {
		kinds = append(kinds, leastagency.ActionServer)
	} else {
		all = false
	}
	return kinds, all
}
