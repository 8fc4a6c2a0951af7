package cursor

import (
	"fmt"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/nearest"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/effect"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// types are the kinds of permission of the command line.
var types = map[string]leastagency.ActionKind{
	"Shell": leastagency.ActionShell, "Read": leastagency.ActionRead, "Write": leastagency.ActionWrite,
	"WebFetch": leastagency.ActionFetch, "Mcp": leastagency.ActionServer,
}

var typeNames = []string{"Shell", "Read", "Write", "WebFetch", "Mcp"}

// modes are the values of approvalMode.
var modes = map[string]leastagency.Mode{
	"allowlist": leastagency.ModeAsk, "auto-review": leastagency.ModeClassifier, "unrestricted": leastagency.ModeBypass,
}

// permissionsFile reads the lists of what the editor runs without asking, and the guidance of the model
// that reviews the rest. A command of the list runs outside of the sandbox.
func (r *reader) permissionsFile() {
	root := r.Object()
	if root == nil {
		return
	}
	r.Unknown(root, "permissions.json", "mcpAllowlist", "terminalAllowlist", "autoRun", "autoReview")
	l := r.session(r.File.Whole())
	for _, item := range r.Strings(root.Get("terminalAllowlist"), "terminalAllowlist") {
		l.Rules = append(l.Rules, r.allowed(l, item, func(rule *leastagency.Rule) { r.shell(rule, item.V) }))
	}
	for _, item := range r.Strings(root.Get("mcpAllowlist"), "mcpAllowlist") {
		l.Rules = append(l.Rules, r.allowed(l, item, func(rule *leastagency.Rule) {
			if rule.Action = server(item.V); !strings.Contains(item.V, ":") {
				rule.Inert = fmt.Sprintf("it takes the form server:tool, and %s has no colon", leastagency.Quote(item.V))
			}
		}))
	}
	r.outside(l)
	for _, key := range []string{"autoReview", "autoRun"} {
		if m := root.Member(key); m != nil && r.Typed(m.Value, key, node.Map) {
			r.review(l, m)
			break
		}
	}
}

// review reads what the reviewing model is told to pass and to stop. It is prose for a model.
func (r *reader) review(l *leastagency.Layer, m *node.Member) {
	r.Unknown(m.Value, m.Key, "allow_instructions", "block_instructions")
	for _, key := range []string{"allow_instructions", "block_instructions"} {
		for _, item := range m.Value.Get(key).List() {
			if t := reading.Text(leastagency.TextPrompt, item); t != nil {
				r.Tell(l, t)
				l.Mode = leastagency.ValueAt(leastagency.ModeClassifier, m.At)
			}
		}
	}
}

// allowed reads one entry of a list of what passes.
func (r *reader) allowed(l *leastagency.Layer, item leastagency.Value[string], parse func(*leastagency.Rule)) *leastagency.Rule {
	rule := &leastagency.Rule{At: item.At, Text: item.V, Decision: leastagency.Allow}
	if strings.TrimSpace(item.V) == "" {
		rule.Inert = "an empty entry matches nothing"
		return rule
	}
	parse(rule)
	if rule.Inert == "" {
		rule.Effects = effect.Of(rule.Action)
	}
	return r.Hide(l, rule)
}

// outside says that the commands of the list leave the sandbox, where one stands beside them.
func (r *reader) outside(l *leastagency.Layer) {
	if r.Sys.Open(strings.TrimSuffix(r.File.Path, r.Below)+"sandbox.json") == nil {
		return
	}
	for _, rule := range l.Rules {
		if rule.Action.Kind == leastagency.ActionShell && rule.Decision == leastagency.Allow && rule.Inert == "" {
			if l.Sandbox == nil {
				l.Sandbox = &leastagency.Sandbox{At: l.At}
			}
			l.Sandbox.Excluded = append(l.Sandbox.Excluded, rule)
		}
	}
}

// project reads cli.json of a repository. Only its permissions count.
func (r *reader) project() {
	root := r.StrictObject()
	if root == nil {
		return
	}
	l := r.session(r.File.Whole())
	r.permissions(l, root.Get("permissions"))
	for _, m := range root.Each() {
		switch m.Key {
		case "approvalMode":
			kind := leastagency.ProblemIgnored
			if m.Value.String().V == "allowlist" {
				kind = leastagency.ProblemUnknownKey
			}
			r.Problem(m.At, kind, "Cursor takes only \"permissions\" from a repository's cli.json: the mode stays what the user's cli-config.json says")
		case "sandbox":
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Cursor takes only \"permissions\" from a repository's cli.json: a repository's sandbox belongs into .cursor/sandbox.json")
		case "allow", "deny", "ask":
			r.Problem(m.At, leastagency.ProblemUnknownKey, "%q belongs into \"permissions\": at the top of the file nobody reads it", m.Key)
		}
	}
}

// config reads a person's settings of the command line.
func (r *reader) config() {
	root := r.StrictObject()
	if root == nil {
		return
	}
	l := r.session(r.File.Whole())
	r.permissions(l, root.Get("permissions"))
	if n := root.Get("approvalMode"); r.Typed(n, "approvalMode", node.String) {
		if mode, ok := modes[n.Text]; ok {
			l.Mode = leastagency.ValueAt(mode, n.At)
		} else {
			r.Problem(n.At, leastagency.ProblemIgnored, "Cursor has no approval mode %s", leastagency.Quote(n.Text))
		}
	}
	r.cliSandbox(l, root.Get("sandbox"))
	r.Run(l, root.Get("statusLine", "command"))
}

// permissions reads the lists of the command line: what is denied wins, and nothing can be asked for.
func (r *reader) permissions(l *leastagency.Layer, block *node.Node) {
	if !r.Typed(block, "permissions", node.Map) {
		return
	}
	for _, list := range []struct {
		key      string
		decision leastagency.Decision
	}{{"deny", leastagency.Deny}, {"allow", leastagency.Allow}} {
		for _, item := range r.Strings(block.Get(list.key), "permissions."+list.key) {
			l.Rules = append(l.Rules, r.permission(l, item, list.decision))
		}
	}
	if m := block.Member("ask"); m != nil {
		r.Problem(m.At, leastagency.ProblemUnknownKey, "Cursor has no list \"ask\": what is neither allowed nor denied is asked for")
	}
	r.Unknown(block, "permissions", "allow", "deny", "ask")
}

// permission reads one entry: Shell(…), Read(…), Write(…), WebFetch(…) or Mcp(…).
func (r *reader) permission(l *leastagency.Layer, item leastagency.Value[string], d leastagency.Decision) *leastagency.Rule {
	rule := &leastagency.Rule{At: item.At, Text: item.V, Decision: d}
	name, spec, bracket := strings.Cut(strings.TrimSpace(item.V), "(")
	spec, closed := strings.CutSuffix(spec, ")")
	kind, known := types[name]
	rule.Action.Kind = kind
	switch {
	case bracket && !closed:
		rule.Action.Kind, rule.Inert = leastagency.ActionUnknown, "its brackets are not closed at the end"
	case !known:
		rule.Inert = noType(name)
	case bracket && strings.TrimSpace(spec) == "":
		rule.Inert = "empty brackets match nothing"
	case kind == leastagency.ActionShell:
		r.shell(rule, spec)
	case kind == leastagency.ActionServer:
		rule.Action = server(spec)
	case kind == leastagency.ActionFetch:
		rule.Action = host(spec)
	default:
		rule.Action = file(kind, spec)
	}
	if rule.Inert == "" {
		rule.Effects = effect.Of(rule.Action)
	}
	return r.Hide(l, rule)
}

// aliases are what other products call the types.
var aliases = map[string]string{"bash": "Shell", "exec": "Shell", "terminal": "Shell", "edit": "Write", "fetch": "WebFetch", "mcp": "Mcp"}

func noType(name string) string {
	near := aliases[strings.ToLower(name)]
	if near == "" {
		near = nearest.Key(name, typeNames)
	}
	if near == "" {
		return fmt.Sprintf("Cursor has no permission of type %s", leastagency.Quote(name))
	}
	return fmt.Sprintf("Cursor has no permission of type %s; did you mean %s?", leastagency.Quote(name), leastagency.Quote(near))
}

// shell reads the pattern of a command: the words it starts with, a program and a pattern of its
// arguments after a colon, or a pattern of the whole command line.
func (r *reader) shell(rule *leastagency.Rule, spec string) {
	a := leastagency.Action{Kind: leastagency.ActionShell}
	words := strings.TrimSpace(spec)
	program, args, colon := strings.Cut(words, ":")
	switch {
	case strings.Trim(words, "*") == "":
		rule.Action = a
		return
	case colon && !strings.ContainsAny(program, " /*?"):
		stem := strings.TrimRight(args, "*")
		a.Open = stem != args
		words = strings.TrimSpace(program + " " + stem)
		a.Pattern = words
		if strings.ContainsAny(stem, "*?") || a.Open && stem != "" && !strings.HasSuffix(stem, " ") {
			a.Pattern, a.Syntax = program+" "+args, leastagency.Glob
		}
	case strings.ContainsAny(words, "*?"):
		a.Pattern, a.Syntax, a.Open = words, leastagency.Glob, strings.HasSuffix(words, "*")
		words = strings.TrimSpace(strings.TrimRight(words, "*"))
	default:
		a.Pattern, a.Open = words, true
	}
	a.Command = command.Pattern(words, a.Open, rule.At, r.Sys.Knowledge)
	rule.Action = a
}

// server reads server:tool, in which a star stands for any. Names are compared without regard to case.
func server(spec string) leastagency.Action {
	a := leastagency.Action{Kind: leastagency.ActionServer}
	name, tool, ok := strings.Cut(spec, ":")
	if !ok {
		name, tool, _ = strings.Cut(spec, ",")
	}
	a.Server, a.Tool = strings.TrimSpace(name), strings.TrimSpace(tool)
	if a.Server == "" {
		a.Server = "*"
	}
	if strings.Trim(a.Tool, "*") == "" {
		a.Tool = ""
	}
	a.Open = strings.HasSuffix(a.Tool, "*")
	return a
}

func host(spec string) leastagency.Action {
	name := strings.ToLower(strings.TrimSpace(spec))
	if _, rest, ok := strings.Cut(name, "://"); ok {
		name, _, _ = strings.Cut(rest, "/")
	}
	a := leastagency.Action{Kind: leastagency.ActionFetch, Open: strings.Contains(name, "*")}
	if strings.Trim(name, "*") != "" {
		a.Pattern = "domain:" + name
	}
	return a
}

// file reads a path or pattern: relative to the workspace, or absolute.
func file(kind leastagency.ActionKind, spec string) leastagency.Action {
	p := strings.TrimSpace(spec)
	if strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "//") {
		p = "/" + p // an absolute path, as rules of the model write it
	}
	return leastagency.Action{Kind: kind, Pattern: p, Open: strings.HasSuffix(p, "*")}
}

// sandboxTypes are the values of "type" with the wall that they build.
var sandboxTypes = map[string]bool{"workspace_readwrite": true, "workspace_readonly": true, "insecure_none": false}

// sandboxFile reads the wall around commands. By design a command runs outside of it only when
// somebody has approved it, and where the wall cannot be built every command is asked for.
func (r *reader) sandboxFile() {
	root := r.Object()
	if root == nil {
		return
	}
	l := r.session(r.File.Whole())
	s := &leastagency.Sandbox{At: l.At}
	l.Sandbox = s
	s.Enabled = leastagency.ValueAt(true, l.At)
	if n := root.Get("type"); r.Typed(n, "type", node.String) {
		on, ok := sandboxTypes[n.Text]
		s.Enabled = leastagency.Value[bool]{V: on, At: n.At, Set: ok}
		if !ok {
			r.Problem(n.At, leastagency.ProblemType, "Cursor has no sandbox of type %s", leastagency.Quote(n.Text))
		}
	}
	s.FailClosed, s.Retry = leastagency.ValueAt(true, s.Enabled.At), leastagency.ValueAt(true, s.Enabled.At)
	s.Writable = r.Strings(root.Get("additionalReadwritePaths"), "additionalReadwritePaths")
	for _, key := range []string{"additionalReadonlyPaths", "additionalReadPaths"} {
		s.Readable = append(s.Readable, r.Strings(root.Get(key), key)...)
	}
	if n := root.Get("readBoundary").String(); n.V == "workspace" {
		s.Unreadable = append(s.Unreadable, leastagency.ValueAt("~/", n.At))
	}
	if off := r.Bool(root.Get("disableTmpWrite"), "disableTmpWrite"); leastagency.Is(off, true) {
		l.Switches = append(l.Switches, &leastagency.Switch{Kind: leastagency.SwitchHardening, Name: "disableTmpWrite", At: off.At})
	}
	if policy := root.Get("networkPolicy"); r.Typed(policy, "networkPolicy", node.Map) {
		r.network(s, policy)
	}
	r.Unknown(root, "sandbox.json", "type", "additionalReadwritePaths", "additionalReadonlyPaths", "additionalReadPaths", "readBoundary",
		"disableTmpWrite", "enableSharedBuildCache", "networkPolicy")
}

func (r *reader) network(s *leastagency.Sandbox, policy *node.Node) {
	s.HostsSet = true
	switch n := policy.Get("default"); {
	case n.String().V == "allow":
		s.HostsSet, s.OpenNetwork = false, leastagency.ValueAt(true, n.At)
	case n != nil && n.String().V != "deny":
		r.Problem(n.At, leastagency.ProblemType, "\"networkPolicy.default\" is \"allow\" or \"deny\": Cursor does not apply this value")
	}
	s.Hosts = append(s.Hosts, r.Strings(policy.Get("allow"), "networkPolicy.allow")...)
	s.DeniedHosts = r.Strings(policy.Get("deny"), "networkPolicy.deny")
	r.Unknown(policy, "networkPolicy", "default", "allow", "deny", "version")
}

// cliSandbox reads the wall as a person's settings of the command line have it.
func (r *reader) cliSandbox(l *leastagency.Layer, block *node.Node) {
	if !r.Typed(block, "sandbox", node.Map) {
		return
	}
	s := &leastagency.Sandbox{At: block.At}
	if n := block.Get("mode"); r.Typed(n, "sandbox.mode", node.String) {
		s.Enabled = leastagency.Value[bool]{V: n.Text == "enabled", At: n.At, Set: n.Text == "enabled" || n.Text == "disabled"}
		s.FailClosed, s.Retry = leastagency.ValueAt(true, n.At), leastagency.ValueAt(true, n.At)
	}
	if n := block.Get("networkAccess").String(); n.Set {
		s.HostsSet = n.V != "allow_all"
		if !s.HostsSet {
			s.OpenNetwork = leastagency.ValueAt(true, n.At)
		}
	}
	s.Hosts = append(s.Hosts, r.Strings(block.Get("networkAllowlist"), "sandbox.networkAllowlist")...)
	l.Sandbox = s
	r.Unknown(block, "sandbox", "mode", "networkAccess", "networkAllowlist")
}
