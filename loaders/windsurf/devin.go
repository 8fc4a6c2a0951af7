package windsurf

import (
	"fmt"
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/nearest"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/effect"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// scopes are what a rule may name: a kind of access with a pattern, or one of the tools.
var scopes = map[string]leastagency.ActionKind{
	"Read": leastagency.ActionRead, "Write": leastagency.ActionWrite, "Exec": leastagency.ActionShell, "Fetch": leastagency.ActionFetch,
	"read": leastagency.ActionRead, "grep": leastagency.ActionRead, "glob": leastagency.ActionRead, "edit": leastagency.ActionWrite,
	"write": leastagency.ActionWrite, "exec": leastagency.ActionShell, "webfetch": leastagency.ActionFetch,
}

var scopeNames = []string{"Read", "Write", "Exec", "Fetch"}

// aliases are what other products call the scopes.
var aliases = map[string]string{"bash": "Exec", "shell": "Exec", "terminal": "Exec", "edit": "Write", "webfetch": "Fetch"}

// shared are the keys that a project's file may set. All else counts in the user's file alone.
var shared = map[string]bool{"permissions": true, "mcpServers": true, "read_config_from": true, "hooks": true}

// config reads config.json: what is denied wins over what is asked for, and that over what is allowed.
func (r *reader) config() {
	root := r.Object()
	if root == nil {
		return
	}
	l := r.session(r.File.Whole())
	for _, m := range root.Each() {
		own := r.Scope == leastagency.ScopeUser
		switch {
		case m.Key == "permissions":
			r.permissions(l, m.Value)
		case m.Key == "hooks":
			r.devinHooks(l, m.Value)
		case m.Key == "sandbox" && own:
			r.sandbox(l, m.Value)
		case m.Key == "sandbox":
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Devin reads \"sandbox\" from the user's configuration alone: in a project it contains nothing")
		case m.Key == "allow" || m.Key == "deny" || m.Key == "ask":
			r.Problem(m.At, leastagency.ProblemUnknownKey, "%q belongs into \"permissions\": at the top of the file nobody reads it", m.Key)
		case !own && !shared[m.Key]:
			if near := nearest.Key(m.Key, []string{"permissions", "hooks"}); near != "" {
				r.Problem(m.At, leastagency.ProblemUnknownKey, "Devin knows no %s; did you mean %q?", leastagency.Quote(m.Key), near)
			}
		}
	}
}

func (r *reader) permissions(l *leastagency.Layer, block *node.Node) {
	if !r.Typed(block, "permissions", node.Map) {
		return
	}
	l.Rules = append(l.Rules, r.rules(l, block)...)
	r.Unknown(block, "permissions", "allow", "deny", "ask")
}

func (r *reader) rules(l *leastagency.Layer, block *node.Node) []*leastagency.Rule {
	var out []*leastagency.Rule
	for _, list := range []struct {
		key      string
		decision leastagency.Decision
	}{{"deny", leastagency.Deny}, {"ask", leastagency.Ask}, {"allow", leastagency.Allow}} {
		for _, item := range r.Strings(block.Get(list.key), "permissions."+list.key) {
			out = append(out, r.Hide(l, r.read(item, list.decision)))
		}
	}
	return out
}

// read reads one rule.
func (r *reader) read(item leastagency.Value[string], d leastagency.Decision) *leastagency.Rule {
	rule := &leastagency.Rule{At: item.At, Text: item.V, Decision: d}
	name, spec, bracket := strings.Cut(strings.TrimSpace(item.V), "(")
	spec, closed := strings.CutSuffix(spec, ")")
	spec = strings.TrimSpace(spec)
	kind, known := scopes[name]
	rule.Action.Kind = kind
	switch tool, served := strings.CutPrefix(name, "mcp__"); {
	case bracket && !closed:
		rule.Action.Kind, rule.Inert = leastagency.ActionUnknown, "its brackets are not closed at the end"
	case served && !bracket:
		rule.Action = server(tool)
	case !known:
		rule.Inert = noScope(name)
	case bracket && spec == "":
		rule.Inert = "empty brackets match nothing"
	case kind == leastagency.ActionShell:
		rule.Action = r.shell(spec, rule.At)
	case kind == leastagency.ActionFetch:
		rule.Action = host(spec)
	default:
		rule.Action = leastagency.Action{Kind: kind, Pattern: absolute(spec), Open: strings.HasSuffix(spec, "*")}
	}
	if rule.Inert == "" {
		rule.Effects = effect.Of(rule.Action)
	}
	return rule
}

func noScope(name string) string {
	near := aliases[strings.ToLower(name)]
	if near == "" {
		near = nearest.Key(name, scopeNames)
	}
	if near == "" {
		return fmt.Sprintf("Devin has no tool %s", leastagency.Quote(name))
	}
	return fmt.Sprintf("Devin has no tool %s; did you mean %s?", leastagency.Quote(name), leastagency.Quote(near))
}

// shell reads the words that a command line starts with.
func (r *reader) shell(spec string, at leastagency.Span) leastagency.Action {
	a := leastagency.Action{Kind: leastagency.ActionShell}
	if words := strings.TrimSpace(strings.TrimRight(spec, "*")); words != "" {
		a.Pattern, a.Open = words, true
		a.Command = command.Pattern(words, true, at, r.Sys.Knowledge)
	}
	return a
}

func server(tool string) leastagency.Action {
	a := leastagency.Action{Kind: leastagency.ActionServer}
	a.Server, a.Tool, _ = strings.Cut(tool, "__")
	if a.Tool == "*" {
		a.Tool = ""
	}
	if a.Server == "" {
		a.Server = "*"
	}
	a.Open = strings.HasSuffix(a.Tool, "*")
	return a
}

// host takes the host out of a pattern of an address.
func host(spec string) leastagency.Action {
	name := strings.ToLower(strings.TrimPrefix(spec, "domain:"))
	if _, rest, ok := strings.Cut(name, "://"); ok {
		name = rest
	}
	name, _, _ = strings.Cut(name, "/")
	a := leastagency.Action{Kind: leastagency.ActionFetch, Open: strings.Contains(name, "*")}
	if strings.Trim(name, "*") != "" {
		a.Pattern = "domain:" + name
	}
	return a
}

func absolute(p string) string {
	if strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "//") {
		return "/" + p
	}
	return p
}

// sandbox reads what of the wall a configuration can say. Whether it stands is said at the start of a
// session; where it cannot be built, the session does not start.
func (r *reader) sandbox(l *leastagency.Layer, block *node.Node) {
	if !r.Typed(block, "sandbox", node.Map) {
		return
	}
	s := &leastagency.Sandbox{At: block.At, FailClosed: leastagency.ValueAt(true, block.At)}
	s.Hosts = r.Strings(block.Get("allowed_domains"), "sandbox.allowed_domains")
	s.HostsSet = len(s.Hosts) > 0
	s.DeniedHosts = r.Strings(block.Get("denied_domains"), "sandbox.denied_domains")
	for _, item := range r.Strings(block.Get("excluded", "allow"), "sandbox.excluded.allow") {
		s.Excluded = append(s.Excluded, r.read(item, leastagency.Allow))
	}
	l.Sandbox = s
	r.Unknown(block, "sandbox", "allowed_domains", "denied_domains", "network_mode", "excluded")
}

// agent reads a sub-agent. Without a list of tools it has all of its session.
func (r *reader) agent() {
	head, body := r.Markdown()
	if head == nil || body == nil {
		return
	}
	name, at := strings.TrimSuffix(path.Base(r.Below), ".md"), r.File.Whole()
	if name == "AGENT" {
		name = path.Base(path.Dir(r.Below))
	}
	if n := head.Get("name").Scalar(); n.Set && n.V != "" {
		name, at = n.V, n.At
	}
	l := r.Layer(leastagency.KindSubagent, name, at)
	r.Describe(l, head.Get("description"))
	r.Tell(l, body)
	for _, key := range []string{"allowed-tools", "allowed_tools", "tools"} {
		n := head.Get(key)
		if n == nil || l.ToolsSet {
			continue
		}
		l.ToolsSet = true
		for _, item := range list(n) {
			l.Tools = append(l.Tools, r.Hide(l, r.read(item, leastagency.Allow)))
		}
	}
	if block := head.Get("permissions"); block.Is(node.Map) {
		l.Rules = append(l.Rules, r.rules(l, block)...)
	}
}

// list returns the texts of a list, or the parts of a text between commas.
func list(n *node.Node) []leastagency.Value[string] {
	if !n.Is(node.String) {
		return n.Strings()
	}
	var out []leastagency.Value[string]
	start := 0
	for part := range strings.SplitAfterSeq(n.Text, ",") {
		text := strings.TrimSpace(strings.TrimSuffix(part, ","))
		at := n.At
		if n.Raw {
			from := n.Inner().Start + start + strings.Index(part, text)
			at = n.At.File.Span(from, from+len(text))
		}
		if text != "" {
			out = append(out, leastagency.ValueAt(text, at))
		}
		start += len(part)
	}
	return out
}
