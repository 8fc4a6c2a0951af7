package manifest

import (
	"cmp"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// agentSpec is the Open Agent Spec: a tree of components, each with its type, that refer to each other.
//
// Source: the JSON schemas 25.4.1 to 26.2.0 of github.com/oracle/agent-spec.
func agentSpec() []format {
	return []format{{product: "agentspec", title: "Agent Spec", syntax: credential.Any,
		match: func(p string) bool { return ends(p, ".json", ".yaml", ".yml") },
		marks: []string{"agentspec_version", "$referenced_components"},
		is: func(_ *reader, root *node.Node) bool {
			return root.Get("component_type").Is(node.String) && (root.Get("agentspec_version") != nil || root.Get("$referenced_components") != nil)
		},
		read: func(r *reader, root *node.Node) {
			t := tree{reader: r, components: map[string]*node.Node{}}
			t.index(root)
			t.read(root)
		},
	}}
}

// A tree is one document with its components by the names under which others refer to them.
type tree struct {
	*reader
	components map[string]*node.Node
	order      []*node.Node
}

func (t *tree) index(n *node.Node) {
	for _, m := range n.Get("$referenced_components").Each() {
		t.components[m.Key] = m.Value
	}
	if n.Get("component_type").Is(node.String) {
		if id := n.Get("id").String(); id.Set && t.components[id.V] == nil {
			t.components[id.V] = n
		}
		t.order = append(t.order, n)
	}
	for _, m := range n.Each() {
		t.index(m.Value)
	}
	for _, item := range n.List() {
		t.index(item)
	}
}

// resolve returns the component that a reference names; the node itself when it is none.
func (t *tree) resolve(n *node.Node) *node.Node {
	if ref := n.Get("$component_ref").String(); ref.Set {
		return t.components[ref.V]
	}
	return n
}

// teams are components that hold agents, with the keys under which they do.
var teams = map[string][]string{"Swarm": {"first_agent", "relationships"}, "ManagerWorkers": {"group_manager", "workers"}, "SpecializedAgent": {"agent"}}

// read adds a layer for each agent of the document, and one for a document without any.
func (t *tree) read(root *node.Node) {
	var first *leastagency.Layer
	for _, n := range t.order {
		var l *leastagency.Layer
		switch kind := n.Get("component_type").Text; {
		case kind == "Agent":
			l = t.agentOf(n)
		case kind == "A2AAgent":
			l = t.remote(n)
		case teams[kind] != nil:
			l = t.team(n, teams[kind])
		}
		if first == nil {
			first = l
		}
	}
	if first == nil {
		first = t.named(root)
		t.Describe(first, root.Get("description"))
		for _, n := range t.order {
			if kind := n.Get("component_type").Text; kind == "LlmNode" {
				t.instruct(first, n.Get("prompt_template"))
			} else if strings.HasPrefix(kind, "MCP") {
				t.server(first, n)
			}
		}
	}
	t.secrets(first, root, "api_key", "password", "wallet_password", "client_secret", "token")
	for _, n := range t.order {
		t.verified(first, n)
	}
}

func (t *tree) named(n *node.Node) *leastagency.Layer {
	name := n.Member("name")
	if name == nil {
		return t.agent(n.Get("id").String().V, n.At, leastagency.ModeBypass)
	}
	return t.agent(cmp.Or(name.Value.String().V, "agent"), name.Value.At, leastagency.ModeBypass)
}

// placeholder is a blank in a prompt that an input of the agent fills.
var placeholder = lazy.Compile(`\{\{ *\w+ *\}\}`)

func (t *tree) agentOf(n *node.Node) *leastagency.Layer {
	l := t.named(n)
	t.Describe(l, n.Get("description"))
	if text := reading.Text(leastagency.TextInstructions, n.Get("system_prompt")); text != nil {
		t.Tell(l, text)
		for _, hole := range placeholder.Get().FindAllStringIndex(text.Body, 50) {
			l.Inputs = append(l.Inputs, &leastagency.Input{Kind: leastagency.InputPrompt, At: text.Span(hole[0], hole[1]), Name: text.Body[hole[0]:hole[1]]})
		}
	}
	l.ToolsSet = true
	for _, key := range []string{"tools", "toolboxes"} {
		for _, tool := range n.Get(key).List() {
			t.tool(l, t.resolve(tool))
		}
	}
	return l
}

// tool adds a tool component. Nobody is asked before it runs unless it requires confirmation.
func (t *tree) tool(l *leastagency.Layer, n *node.Node) {
	name := n.Get("name")
	if !name.Is(node.String) {
		return
	}
	kind := n.Get("component_type").String().V
	d, at := leastagency.Allow, name.At
	if confirm := n.Get("requires_confirmation"); leastagency.Is(confirm.Bool(), true) {
		d, at = leastagency.Ask, confirm.At
	}
	if strings.HasPrefix(kind, "MCP") {
		if s := t.server(l, n); s != nil && d == leastagency.Ask {
			l.Rules = append(l.Rules, &leastagency.Rule{At: at, Text: name.Text, Decision: d, Action: leastagency.Action{Kind: leastagency.ActionServer, Server: s.Name}})
		}
		return
	}
	rule := t.reader.tool(l, name.Text, name.At)
	if kind == "RemoteTool" {
		t.request(l, rule, n)
	}
	for _, input := range n.Get("inputs").List() {
		if title := input.Get("title"); title.Is(node.String) && sends.MatchString(plain(name.Text)) && addressee.MatchString(title.Text) && input.Get("enum") == nil {
			rule.Recipient = title.String()
		}
	}
	t.explain(l, n.Get("description"))
	t.gate(l, rule, d, at)
}

// request tells what a request does by its method and by who chooses its host.
func (t *tree) request(l *leastagency.Layer, rule *leastagency.Rule, n *node.Node) {
	address := n.Get("url").String().V
	switch rest, found := strings.CutPrefix(strings.TrimPrefix(address, "http://"), "https://"); {
	case strings.HasPrefix(strings.TrimSpace(rest), "{{"), found && strings.HasPrefix(rest, "{{"):
		rule.Action.Kind = leastagency.ActionFetch
		effects(rule, leastagency.Everything, "requests an address that the model writes", leastagency.ReadUntrusted, leastagency.Send)
	case len(rule.Effects) > 0:
	case is(n.Get("http_method"), "POST", "PUT", "PATCH"):
		effects(rule, leastagency.Service, "sends a "+strings.ToUpper(n.Get("http_method").Text)+" request", leastagency.WriteState)
	case is(n.Get("http_method"), "DELETE"):
		effects(rule, leastagency.Service, "sends a DELETE request", leastagency.WriteState, leastagency.Destroy)
	}
	for _, key := range []string{"headers", "sensitive_headers", "query_params"} {
		t.Env(l, n.Get(key))
	}
	if strings.HasPrefix(address, "http://") && host(address) != "" {
		t.Endpoint(l, leastagency.SwitchRequest, rule.Text, n.Get("url"))
	}
}

// server adds the server behind a tool or a box of tools.
func (t *tree) server(l *leastagency.Layer, n *node.Node) *leastagency.Server {
	way := t.resolve(n.Get("client_transport"))
	if way == nil {
		return nil
	}
	name := n.Get("name")
	filter := n.Get("tool_filter")
	if is(n.Get("component_type"), "MCPTool", "MCPToolSpec") { // one tool of the server
		filter = &node.Node{Kind: node.List, At: name.At, Items: []*node.Node{name}}
	} else if filter.Is(node.List) {
		filter = names(filter)
	}
	return t.reader.server(l, name.String().V, name.At, mcpserver.Dialect{Included: []string{"filter"}},
		field{"command", way.Get("command")}, field{"args", way.Get("args")}, field{"env", way.Get("env")}, field{"cwd", way.Get("cwd")},
		field{"url", way.Get("url")}, field{"headers", merged(way.Get("headers"), way.Get("sensitive_headers"))}, field{"auth", way.Get("auth")},
		field{"auth", way.Get("cert_file")}, field{"filter", filter})
}

// names turns a list of names and of objects with names into one of names.
func names(list *node.Node) *node.Node {
	out := &node.Node{Kind: node.List, At: list.At}
	for _, item := range list.List() {
		if item.Is(node.Map) {
			item = item.Get("name")
		}
		if item.Is(node.String) {
			out.Items = append(out.Items, item)
		}
	}
	return out
}

// merged joins two maps; nil when neither is there.
func merged(a, b *node.Node) *node.Node {
	if !a.Is(node.Map) || !b.Is(node.Map) {
		if a.Is(node.Map) {
			return a
		}
		return b
	}
	out := *a
	out.Members = append(append([]node.Member(nil), a.Members...), b.Members...)
	return &out
}

// remote adds an agent that is reached by its address.
func (t *tree) remote(n *node.Node) *leastagency.Layer {
	l := t.named(n)
	l.NoToolList = true
	t.Describe(l, n.Get("description"))
	t.Endpoint(l, leastagency.SwitchRequest, "agent_url", n.Get("agent_url"))
	t.Env(l, n.Get("connection_config", "headers"))
	return l
}

// verified adds what accepts any certificate.
func (t *tree) verified(l *leastagency.Layer, n *node.Node) {
	for _, at := range []*node.Node{n, n.Get("connection_config")} {
		if v := at.Get("verify"); leastagency.Is(v.Bool(), false) {
			t.Switch(l, leastagency.SwitchTLSOff, "verify: false", v.At)
		}
	}
}

func (t *tree) team(n *node.Node, keys []string) *leastagency.Layer {
	l := t.named(n)
	l.NoToolList = true
	t.Describe(l, n.Get("description"))
	for _, key := range keys {
		t.members(l, n.Get(key))
	}
	return l
}

func (t *tree) members(l *leastagency.Layer, n *node.Node) {
	for _, item := range n.List() {
		t.members(l, item)
	}
	if agent := t.resolve(n); agent.Get("name").Is(node.String) {
		t.delegate(l, agent.Get("name"))
	}
}
