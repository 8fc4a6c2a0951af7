package manifest

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// langGraph are the deployments of LangGraph and of deepagents. A LangGraph file says how graphs are
// served; their tools are in code.
//
// Sources: libs/cli/schemas/schema.json of github.com/langchain-ai/langgraph, and
// libs/cli/deepagents_cli/deploy of github.com/langchain-ai/deepagents.
func langGraph() []format {
	return []format{
		{product: "langgraph", title: "LangGraph", syntax: credential.Any,
			match: func(p string) bool {
				return ends(p, "langgraph.json") || strings.HasPrefix(path.Base(p), "langgraph.") && ends(p, ".json")
			},
			marks: []string{`"graphs"`},
			is:    func(_ *reader, root *node.Node) bool { return root.Get("graphs").Is(node.Map) },
			read:  (*reader).graphs},
		{product: "deepagents", title: "deepagents", syntax: credential.Any,
			match: func(p string) bool { return path.Base(p) == "agent.json" },
			marks: []string{`"runtime"`, `"backend"`, `"permissions"`},
			is: func(_ *reader, root *node.Node) bool {
				return root.Get("name").Is(node.String) && (root.Get("runtime", "model", "model_id") != nil || root.Get("backend", "type") != nil || root.Get("permissions", "identity") != nil)
			},
			read: (*reader).deepagent},
	}
}

// graphs adds a layer for each graph; what holds for the whole deployment stands in the first.
func (r *reader) graphs(root *node.Node) {
	var l *leastagency.Layer
	for _, m := range root.Get("graphs").Each() {
		graph := r.agent(m.Key, m.At, leastagency.ModeUnknown)
		graph.NoToolList = true
		r.Describe(graph, m.Value.Get("description"))
		if l == nil {
			l = graph
		}
	}
	if l == nil {
		l = r.agent(path.Base(r.Root), root.Member("graphs").At, leastagency.ModeUnknown)
		l.NoToolList = true
	}
	if root.Get("env").Is(node.Map) {
		r.Env(l, root.Get("env"))
	}
	for _, m := range root.Get("webhooks", "headers").Each() {
		r.Variable(l, m.Key, m.Value)
	}
	r.origins(l, root.Get("http", "cors"))
	state := root.Get("checkpointer", "serde")
	if n := state.Get("pickle_fallback"); leastagency.Is(n.Bool(), true) {
		r.Switch(l, leastagency.SwitchUnsafeState, "pickle_fallback", n.At)
	}
	for _, key := range []string{"allowed_json_modules", "allowed_msgpack_modules"} {
		if n := state.Get(key); leastagency.Is(n.Bool(), true) {
			r.Switch(l, leastagency.SwitchUnsafeState, key, n.At)
		}
	}
	for _, line := range root.Get("dockerfile_lines").List() {
		if run, ok := strings.CutPrefix(strings.TrimSpace(line.String().V), "RUN "); ok {
			l.Commands = append(l.Commands, command.Parse(run, line.Inner(), r.Sys.Knowledge))
			r.Secrets(l, run, line.At)
		}
	}
}

// origins tells whether every web page may use the server with the rights of whoever looks at it.
func (r *reader) origins(l *leastagency.Layer, cors *node.Node) {
	if !leastagency.Is(cors.Get("allow_credentials").Bool(), true) {
		return
	}
	for _, origin := range cors.Get("allow_origins").List() {
		if origin.String().V == "*" {
			r.Switch(l, leastagency.SwitchAnyOrigin, "allow_origins", origin.At)
		}
	}
	if any := cors.Get("allow_origin_regex"); is(any, ".*", "^.*$", ".+") {
		r.Switch(l, leastagency.SwitchAnyOrigin, "allow_origin_regex", any.At)
	}
}

// deepagent reads an agent of a deepagents project with the list of its tools beside it. Its
// instructions lie in AGENTS.md.
func (r *reader) deepagent(root *node.Node) {
	l := r.titled(root, leastagency.ModeUnknown)
	r.Describe(l, root.Get("description"))
	tools := r.open("tools.json")
	l.ToolsSet = tools.Get("tools").Is(node.List)
	l.NoToolList = !l.ToolsSet
	servers := map[string]*leastagency.Server{}
	asked := tools.Get("interrupt_config")
	for _, t := range tools.Get("tools").List() {
		name, address := t.Get("name"), t.Get("mcp_server_url")
		if !name.Is(node.String) {
			continue
		}
		gate := asked.Get(name.Text)
		if !address.Is(node.String) {
			r.gate(l, r.tool(l, name.Text, name.At), decided(asked, gate), name.At)
			continue
		}
		s := servers[address.Text]
		if s == nil {
			label := first(t, "display_name", "mcp_server_name", "name")
			if s = r.server(l, label.String().V, label.At, mcpserver.Dialect{}, field{"url", address}); s == nil {
				continue
			}
			s.Unauthenticated = false // the platform keeps who signs in
			servers[address.Text] = s
		}
		s.Included = append(s.Included, name.String())
		l.Rules = append(l.Rules, &leastagency.Rule{At: name.At, Text: name.Text, Decision: decided(asked, gate),
			Action: leastagency.Action{Kind: leastagency.ActionServer, Server: s.Name, Tool: name.Text}})
	}
}

// decided tells whether a tool interrupts the agent to ask. A list of those that do is complete.
func decided(asked, gate *node.Node) leastagency.Decision {
	switch {
	case !asked.Is(node.Map):
		return leastagency.DecisionUnknown
	case gate == nil, leastagency.Is(gate.Bool(), false):
		return leastagency.Allow
	}
	return leastagency.Ask
}
