// Package continuedev reads the files of Continue into layers of the model: configurations and their
// blocks, and the permissions of its command line.
//
// Sources: continuedev/continue (packages/config-yaml/src/schemas, extensions/cli/src/permissions).
package continuedev

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/pattern"
	"github.com/leastagency/leastagency/loaders/internal/product"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

type kind uint8

const (
	kindNone        kind = iota
	kindConfig           // config.yaml, assistants, blocks
	kindJSON             // config.json, .continuerc.json
	kindPermissions      // permissions.yaml
	kindServers          // mcpServers/*.json: a map as other clients write it
	kindPrompt           // prompts and checks in Markdown
	kindRule             // rules in Markdown, which every session loads
	kindStray            // YAML anywhere, when its content is unmistakable
)

var places = []product.Place[kind]{
	{End: ".continue/permissions.yaml", Kind: kindPermissions, Scope: leastagency.ScopeProject},
	{End: ".continue/config.json", Kind: kindJSON, Scope: leastagency.ScopeProject},
	{End: ".continuerc.json", Kind: kindJSON, Scope: leastagency.ScopeProject},
	{End: ".continue/mcpServers/*.json", Kind: kindServers, Scope: leastagency.ScopeProject},
	{End: ".continue/prompts/**/*.md", Kind: kindPrompt, Scope: leastagency.ScopeProject},
	{End: ".continue/agents/**/*.md", Kind: kindPrompt, Scope: leastagency.ScopeProject},
	{End: ".continue/checks/**/*.md", Kind: kindPrompt, Scope: leastagency.ScopeProject},
	{End: ".continue/rules/**/*.md", Kind: kindRule, Scope: leastagency.ScopeProject},
	{End: ".continuerules", Kind: kindRule, Scope: leastagency.ScopeProject},
	{End: ".continue/**/*.yaml", Kind: kindConfig, Scope: leastagency.ScopeProject},
	{End: ".continue/**/*.yml", Kind: kindConfig, Scope: leastagency.ScopeProject},
	{End: "*.yaml", Kind: kindStray, Scope: leastagency.ScopeProject},
}

// Loader returns the loader of Continue's files.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "continue", Match: match, Load: load}
}

// strays are parts of the names of files that may be blocks wherever they lie.
var strays = []string{"continue", "assistant", "mcpserver", "agent"}

func match(p string) bool {
	k, _ := product.Find(p, places)
	if k != kindStray {
		return k != kindNone
	}
	lower := strings.ToLower(path.Base(p))
	for _, s := range strays {
		if strings.Contains(lower, s) {
			return true
		}
	}
	return false
}

func load(f *leastagency.File, sys *leastagency.System) {
	k, at := product.Find(f.Path, places)
	r := &reader{product.Reader{Reader: reading.Reader{Product: "continue", Title: "Continue", File: f, Sys: sys, Place: at}, Syntax: credential.Expression}}
	switch k {
	case kindConfig:
		r.config()
	case kindJSON:
		r.json()
	case kindPermissions:
		r.permissions()
	case kindServers:
		r.servers()
	case kindPrompt:
		r.prompt()
	case kindRule:
		if _, body := r.Markdown(); body != nil {
			r.Tell(r.Layer(leastagency.KindSession, "", f.Whole()), body)
		}
	case kindStray:
		quiet := reader{r.Quietly()}
		if unmistakable(quiet.YAML()) {
			r.config()
		}
	}
}

type reader struct{ product.Reader }

// unmistakable reports whether a document is a configuration or block by its head.
func unmistakable(root *node.Node) bool {
	return root.Get("schema").String().V == "v1" && root.Get("name").Is(node.String) && root.Get("version") != nil
}

// dialect is how the product writes servers.
var dialect = mcpserver.Dialect{Syntax: credential.Expression}

// config reads a configuration or a block of one.
func (r *reader) config() {
	root := r.YAML()
	if root == nil {
		return
	}
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	l.Absent = leastagency.ModeAsk
	for _, m := range root.Each() {
		for _, item := range m.Value.List() {
			if r.uses(l, m.Key, item) {
				continue
			}
			switch m.Key {
			case "mcpServers":
				r.server(l, item)
			case "models":
				r.model(l, item)
			case "rules":
				r.Tell(l, reading.Text(leastagency.TextInstructions, item))
				r.Tell(l, reading.Text(leastagency.TextInstructions, item.Get("rule")))
			case "prompts":
				r.Tell(l, reading.Text(leastagency.TextPrompt, item.Get("prompt")))
			case "data":
				r.Endpoint(l, leastagency.SwitchTelemetryTarget, "data.destination", remote(item.Get("destination")))
				r.Credential(l, "apiKey", item.Get("apiKey"))
			}
		}
	}
	r.Env(l, root.Get("env"))
}

// remote is an address on another machine; nil for a file.
func remote(n *node.Node) *node.Node {
	if a := n.String().V; strings.HasPrefix(a, "http://") || strings.HasPrefix(a, "https://") {
		return n
	}
	return nil
}

// uses reads an item that pulls a block from elsewhere: from a hub by its owner and name, or from a file.
func (r *reader) uses(l *leastagency.Layer, key string, n *node.Node) bool {
	from := n.Get("uses").String()
	if !from.Set {
		return false
	}
	name, version, pinned := strings.Cut(from.V, "@")
	a := leastagency.Artifact{At: from.At, Ecosystem: "continue", Name: name, Version: version, Pin: leastagency.Unpinned}
	switch {
	case strings.HasPrefix(from.V, ".") || strings.HasPrefix(from.V, "/") || strings.HasPrefix(from.V, "file:"):
		a = leastagency.Artifact{At: from.At, Name: from.V, Pin: leastagency.LocalCode}
	case pinned && version != "latest":
		a.Pin = leastagency.Versioned
	}
	l.Plugins = append(l.Plugins, &leastagency.Plugin{Name: key + " " + from.V, At: from.At, Enabled: true, Source: a})
	for _, m := range n.Get("with").Each() {
		r.Credential(l, m.Key, m.Value)
	}
	override := n.Get("override")
	r.model(l, override)
	r.Env(l, override.Get("env"))
	return true
}

// server reads one server of the list.
func (r *reader) server(l *leastagency.Layer, n *node.Node) {
	name := n.Get("name").String()
	if !n.Is(node.Map) || !name.Set {
		return
	}
	entry := &node.Node{Kind: node.Map, At: n.At, Members: n.Members}
	if headers := n.Get("requestOptions").Member("headers"); headers != nil {
		entry.Members = append(append([]node.Member{}, n.Members...), *headers)
	}
	r.Servers(l, dialect, &node.Node{Kind: node.Map, At: n.At, Members: []node.Member{{Key: name.V, At: name.At, Value: entry}}})
	r.request(l, n.Get("requestOptions"), false)
}

// model reads a model: the key to it, where it is, and how it is reached.
func (r *reader) model(l *leastagency.Layer, n *node.Node) {
	r.Credential(l, "apiKey", n.Get("apiKey"))
	r.Endpoint(l, leastagency.SwitchEndpoint, "apiBase", n.Get("apiBase"))
	r.request(l, n.Get("requestOptions"), true)
	r.Env(l, n.Get("env"))
	r.Tell(l, reading.Text(leastagency.TextInstructions, n.Get("chatOptions", "baseSystemMessage")))
	r.Tell(l, reading.Text(leastagency.TextInstructions, n.Get("chatOptions", "baseAgentSystemMessage")))
	r.Tell(l, reading.Text(leastagency.TextInstructions, n.Get("systemMessage")))
}

// request reads how requests are made.
func (r *reader) request(l *leastagency.Layer, n *node.Node, headers bool) {
	if headers {
		for _, m := range n.Get("headers").Each() {
			r.Credential(l, m.Key, m.Value)
		}
	}
	if v := n.Get("verifySsl"); leastagency.Is(v.Bool(), false) {
		r.Switch(l, leastagency.SwitchTLSOff, "verifySsl", v.At)
	}
	if v := n.Get("caBundlePath"); v != nil && !v.Is(node.Null) {
		r.Switch(l, leastagency.SwitchTLSTrust, "caBundlePath", v.At)
	}
	r.Endpoint(l, leastagency.SwitchProxy, "proxy", n.Get("proxy"))
}

// json reads a configuration in the older form.
func (r *reader) json() {
	root := r.Object()
	if root == nil {
		return
	}
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	l.Absent = leastagency.ModeAsk
	for _, key := range []string{"models", "embeddingsProvider", "reranker", "tabAutocompleteModel"} {
		n := root.Get(key)
		r.model(l, n)
		for _, item := range n.List() {
			r.model(l, item)
		}
	}
	for _, n := range root.Get("experimental", "modelContextProtocolServers").List() {
		start := n.Get("transport")
		if name := start.Get("command").String(); name.Set {
			r.Servers(l, dialect, &node.Node{Kind: node.Map, At: n.At, Members: []node.Member{{Key: name.V, At: name.At, Value: n}}})
		}
	}
	r.Servers(l, dialect, mapped(root.Get("mcpServers")))
	for _, n := range root.Get("mcpServers").List() {
		r.server(l, n)
	}
	r.Tell(l, reading.Text(leastagency.TextInstructions, root.Get("systemMessage")))
	for _, n := range root.Get("customCommands").List() {
		r.Tell(l, reading.Text(leastagency.TextPrompt, n.Get("prompt")))
	}
	if t := root.Get("allowAnonymousTelemetry"); leastagency.Is(t.Bool(), false) && r.Scope == leastagency.ScopeUser {
		r.Switch(l, leastagency.SwitchTelemetryOff, "allowAnonymousTelemetry", t.At)
	}
}

func mapped(n *node.Node) *node.Node {
	if n.Is(node.Map) {
		return n
	}
	return nil
}

// servers reads a map of servers in the form of other clients.
func (r *reader) servers() {
	root := r.Object()
	list := root.Member("mcpServers")
	if list == nil {
		return
	}
	l := r.Layer(leastagency.KindSession, "", list.At)
	r.Servers(l, mcpserver.Dialect{Syntax: credential.Any}, list.Value)
}

// prompt reads a prompt or a check: instructions that a person or a job starts by name.
func (r *reader) prompt() {
	head, body := r.Markdown()
	if body == nil {
		return
	}
	name, at := strings.TrimSuffix(r.Below, ".md"), r.File.Whole()
	if n := head.Get("name").String(); n.Set && n.V != "" {
		name, at = n.V, n.At
	}
	l := r.Layer(leastagency.KindCommand, name, at)
	r.Describe(l, head.Get("description"))
	r.Tell(l, body)
}

// tools are the product's own.
var tools = map[string]leastagency.ActionKind{
	"Bash": leastagency.ActionShell, "Read": leastagency.ActionRead, "List": leastagency.ActionRead, "Search": leastagency.ActionRead, "Diff": leastagency.ActionRead, "ViewDiff": leastagency.ActionRead,
	"Write": leastagency.ActionWrite, "Edit": leastagency.ActionWrite, "MultiEdit": leastagency.ActionWrite, "Fetch": leastagency.ActionFetch, "Subagent": leastagency.ActionSpawn, "Skills": leastagency.ActionSkill,
	"Exit": leastagency.ActionOther, "Status": leastagency.ActionOther, "Checklist": leastagency.ActionOther, "AskQuestion": leastagency.ActionOther, "CheckBackgroundJob": leastagency.ActionOther,
	"ReportFailure": leastagency.ActionOther, "UploadArtifact": leastagency.ActionOther,
}

var toolNames = []string{"Bash", "Read", "List", "Search", "Diff", "Write", "Edit", "MultiEdit", "Fetch", "Subagent"}

// form is how a rule is written.
var form = lazy.Compile(`^([^(]+)(?:\(([^)]*)\))?$`)

// permissions reads permissions.yaml, which lies in the home folder. The first rule that matches counts,
// and the lists are asked from the strictest on.
func (r *reader) permissions() {
	root := r.YAML()
	if root == nil {
		return
	}
	if r.Scope == leastagency.ScopeProject {
		r.Problem(r.File.Whole(), leastagency.ProblemUnknownKey, "Continue reads permissions.yaml from the home folder only: here it protects nothing")
		return
	}
	for _, m := range root.Each() {
		if m.Key != "allow" && m.Key != "ask" && m.Key != "exclude" {
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Continue knows no %s in permissions.yaml and does not read the whole file because of it", leastagency.Quote(m.Key))
			return
		}
		if !m.Value.Is(node.List) && !m.Value.Is(node.Null) {
			r.Problem(m.Value.At, leastagency.ProblemType, "%q must be a list: Continue does not read the whole file because of it", m.Key)
			return
		}
	}
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	l.Absent, l.Order = leastagency.ModeAsk, leastagency.FirstMatch
	for _, list := range []struct {
		key  string
		says leastagency.Decision
	}{{"exclude", leastagency.Deny}, {"ask", leastagency.Ask}, {"allow", leastagency.Allow}} {
		for _, item := range r.List(root.Get(list.key), list.key) {
			r.rule(l, item, list.says)
		}
	}
}

// rule reads one rule: a tool, or a tool with what its main argument must be as a whole.
func (r *reader) rule(l *leastagency.Layer, n *node.Node, d leastagency.Decision) {
	parts := form.Get().FindStringSubmatch(n.Text)
	if parts == nil {
		r.Problem(n.At, leastagency.ProblemType, "%s is no rule: Continue stops at it", leastagency.Quote(n.Text))
		return
	}
	name, glob := strings.TrimSpace(parts[1]), strings.TrimSpace(parts[2])
	a := leastagency.Action{Kind: tools[name]}
	if name == "*" {
		if d == leastagency.Allow {
			l.Mode = leastagency.ValueAt(leastagency.ModeBypass, n.At) // nothing is left to be asked
			return
		}
		a.Kind = leastagency.ActionAny
	}
	inert := ""
	if a.Kind == leastagency.ActionUnknown && !strings.Contains(name, "*") {
		if hint := reading.Meant(name, toolNames); hint != "" {
			inert = "Continue has no tool " + leastagency.Quote(name) + hint
		}
	}
	m := pattern.Glob(glob)
	if glob != "" && !m.Any() {
		a.Pattern, a.Syntax, a.Open = glob, leastagency.Glob, strings.HasSuffix(glob, "*")
		if a.Kind == leastagency.ActionShell {
			words, open := m.Command(d != leastagency.Allow)
			a.Open, a.Command = open, command.Pattern(words, open, n.At, r.Sys.Knowledge)
		}
	}
	rule := r.Rule(l, n.At, n.Text, d, a)
	if a.Pattern != "" && a.Kind == leastagency.ActionFetch {
		rule.Effects = product.Over(a.Kind, m.Domains(d != leastagency.Allow))
	}
	if inert != "" {
		rule.Inert, rule.Effects = inert, nil
	}
	l.Rules = append(l.Rules, rule)
}
