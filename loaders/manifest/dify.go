package manifest

import (
	"cmp"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// dify are applications exported from Dify: chats with an agent, and workflows with agents in them.
//
// Source: the exports of github.com/svcvit/Awesome-Dify-Workflow and api/services/app_dsl_service.py of
// github.com/langgenius/dify.
func dify() []format {
	return []format{{product: "dify", title: "Dify", syntax: credential.Any,
		match: func(p string) bool { return ends(p, ".yml", ".yaml") },
		marks: []string{"app:"},
		is: func(_ *reader, root *node.Node) bool {
			return is(root.Get("kind"), "app") && root.Get("app", "mode").Is(node.String)
		},
		read: (*reader).difyApp,
	}}
}

func (r *reader) difyApp(root *node.Node) {
	app := root.Get("app")
	name := app.Get("name")
	if name == nil {
		name = app.Get("mode")
	}
	l := r.agent(name.String().V, name.At, leastagency.ModeBypass)
	r.Describe(l, app.Get("description"))
	if config := root.Get("model_config"); config.Is(node.Map) {
		r.instruct(l, config.Get("pre_prompt"))
		mode := config.Get("agent_mode")
		l.ToolsSet = true
		if leastagency.Is(mode.Get("enabled").Bool(), true) || is(app.Get("mode"), "agent-chat") {
			number(&l.Limits.Turns, mode.Get("max_iteration"))
			for _, t := range mode.Get("tools").List() {
				r.difyTool(l, t)
			}
		}
	}
	l.NoToolList = !l.ToolsSet
	flow := root.Get("workflow")
	for _, v := range flow.Get("environment_variables").List() {
		r.Variable(l, v.Get("name").String().V, v.Get("value"))
	}
	for _, n := range flow.Get("graph", "nodes").List() {
		r.difyNode(l, n.Get("data"))
	}
}

// difyTool adds a tool unless it is switched off.
func (r *reader) difyTool(l *leastagency.Layer, t *node.Node) {
	if leastagency.Is(t.Get("enabled").Bool(), false) {
		return
	}
	name := first(t, "tool_name", "provider_name", "provider_id")
	if !name.Is(node.String) {
		return
	}
	if is(first(t, "provider_type", "type"), "workflow") {
		r.delegate(l, name)
	}
	tool := r.tool(l, name.Text, name.At)
	if provider := t.Get("provider_name").String().V; len(tool.Effects) == 0 && provider != "" {
		if known := lookup(r.Sys.Knowledge, r.Product, provider); known != nil {
			tool.Effects = r.tool(&leastagency.Layer{}, provider, name.At).Effects
		}
	}
	r.explain(l, first(t, "tool_description", "description"))
	r.secrets(l, first(t, "tool_parameters", "settings"), "api_key", "apikey", "token", "password", "authorization")
}

// difyNode reads one node of a workflow. An agent in it is an agent of its own.
func (r *reader) difyNode(app *leastagency.Layer, n *node.Node) {
	title := first(n, "title", "type")
	switch n.Get("type").String().V {
	case "agent":
		l := r.agent(title.String().V, title.At, leastagency.ModeBypass)
		p := n.Get("agent_parameters")
		r.instruct(l, value(p.Get("instruction")))
		number(&l.Limits.Turns, first(value(p.Get("maximum_iterations")), "value"))
		number(&l.Limits.Turns, value(p.Get("maximum_iterations")))
		l.ToolsSet = true
		for _, t := range value(p.Get("tools")).List() {
			r.difyTool(l, t)
		}
		for _, key := range []string{"mcp_server", "mcp_servers", "mcp_servers_config", "servers_config"} {
			r.difyServers(l, value(p.Get(key)))
		}
		r.delegate(app, title)
	case "llm":
		for _, prompt := range n.Get("prompt_template").List() {
			if is(prompt.Get("role"), "system") {
				r.instruct(app, prompt.Get("text"))
			}
		}
	case "http-request":
		r.Secrets(app, n.Get("headers").String().V, n.Get("headers").Inner())
		found, _ := credential.FromURL(n.Get("url").String(), r.Syntax, r.Sys.Knowledge)
		app.Credentials = append(app.Credentials, found...)
		r.secrets(app, n.Get("authorization"), "api_key", "apiKey", "token")
	case "code":
		r.Secrets(app, n.Get("code").String().V, n.Get("code").Inner())
	case "trigger-webhook":
		app.Triggers = append(app.Triggers, &leastagency.Trigger{At: title.At, Name: cmp.Or(title.String().V, "webhook")})
	}
}

// value is what a parameter is set to, which the format keeps beside its type.
func value(n *node.Node) *node.Node {
	if v := n.Get("value"); v != nil {
		return v
	}
	return n
}

// difyServers reads the servers of an agent: an address, or JSON in a text.
func (r *reader) difyServers(l *leastagency.Layer, n *node.Node) {
	if !n.Is(node.String) {
		return
	}
	if strings.HasPrefix(n.Text, "http") {
		r.server(l, "mcp", n.At, mcpserver.Dialect{}, field{"url", n})
		return
	}
	inner := &leastagency.File{Path: r.File.Path, Real: r.File.Real, Data: []byte(n.Text)}
	doc, problems := node.ParseJSON(inner)
	if doc == nil || len(problems) > 0 {
		return
	}
	list := doc.Root
	if m := list.Get("mcpServers"); m != nil {
		list = m
	}
	moved := at(list, n.Inner())
	r.Servers(l, mcpserver.Dialect{Syntax: r.Syntax}, moved)
}

// at returns a tree that was read from a text in a value as one that stands where the value does.
func at(n *node.Node, place leastagency.Span) *node.Node {
	if n == nil {
		return nil
	}
	out := *n
	out.At, out.Raw = place, false
	out.Members, out.Items = nil, nil
	for _, m := range n.Members {
		out.Members = append(out.Members, node.Member{Key: m.Key, At: place, Value: at(m.Value, place)})
	}
	for _, item := range n.Items {
		out.Items = append(out.Items, at(item, place))
	}
	return &out
}
