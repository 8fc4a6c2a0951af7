package manifest

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// agentKit is Google's Agent Development Kit: one agent a file, others named by their paths. Every tool
// runs without a question unless a callback before it, which is code, says otherwise.
//
// Source: src/google/adk/agents/config_schemas/AgentConfig.json of github.com/google/adk-python.
func agentKit() format {
	return format{
		product: "adk", title: "Google ADK", syntax: credential.None,
		match: func(p string) bool { return ends(p, ".yaml", ".yml") },
		marks: []string{"instruction:", "agent_class:"},
		is: func(r *reader, root *node.Node) bool {
			if !root.Get("name").Is(node.String) || root.Get("apiVersion") != nil || root.Get("kind") != nil || root.Get("agents") != nil {
				return false
			}
			if class := root.Get("agent_class"); class.Is(node.String) {
				return root.Get("instruction") != nil || root.Get("sub_agents") != nil || slices.Contains(agentClasses, class.Text)
			}
			declared := strings.Contains(string(r.File.Line(1))+string(r.File.Line(2)), "AgentConfig.json")
			return root.Get("instruction").Is(node.String) && (declared || root.Get("model") != nil || root.Get("tools").Is(node.List) || root.Get("sub_agents").Is(node.List))
		},
		read: (*reader).adkAgent,
	}
}

var agentClasses = []string{"LlmAgent", "SequentialAgent", "ParallelAgent", "LoopAgent"}

func (r *reader) adkAgent(root *node.Node) {
	name := root.Get("name")
	l := r.agent(name.Text, name.Inner(), leastagency.ModeBypass)
	l.ToolsSet = true
	if root.Get("before_tool_callbacks") != nil || root.Get("before_tool_callback") != nil {
		l.Absent = leastagency.ModeUnknown
	}
	r.Describe(l, root.Get("description"))
	for _, key := range []string{"instruction", "static_instruction", "global_instruction"} {
		r.instruct(l, root.Get(key))
		if text := reading.Text(leastagency.TextInstructions, root.Get(key)); text != nil && key != "static_instruction" {
			holes(l, text)
		}
	}
	for _, tool := range root.Get("tools").List() {
		r.adkTool(l, tool)
	}
	for _, sub := range root.Get("sub_agents").List() {
		r.adkDelegate(l, sub)
	}
	number(&l.Limits.Turns, root.Get("max_iterations"))
	number(&l.Limits.Turns, root.Get("generate_content_config", "automatic_function_calling", "maximum_remote_calls"))
	if is(root.Get("agent_class"), "LoopAgent") && !l.Limits.Turns.Set {
		l.Limits.Open = "max_iterations"
	}
}

// adkDelegate reads a sub-agent: the file that declares it, or code.
func (r *reader) adkDelegate(l *leastagency.Layer, sub *node.Node) {
	file := sub.Get("config_path")
	if !file.Is(node.String) {
		r.delegate(l, sub.Get("code"))
		return
	}
	name := strings.TrimSuffix(path.Base(file.Text), path.Ext(file.Text))
	other := r.open(file.Text)
	if v := other.Get("name").String(); v.Set {
		name = v.V
	}
	l.Delegates = append(l.Delegates, leastagency.Delegate{Name: name, At: file.At, Typed: other.Get("output_schema") != nil})
}

// adkTool reads a tool: one of the framework's by its name, or code by its dotted one.
func (r *reader) adkTool(l *leastagency.Layer, tool *node.Node) {
	name := tool.Get("name")
	if tool.Is(node.String) {
		name = tool
	}
	if !name.Is(node.String) || name.Text == "" {
		return
	}
	args := arguments(tool.Get("args"))
	if strings.HasSuffix(name.Text, "McpToolset") || strings.HasSuffix(name.Text, "MCPToolset") {
		r.adkServer(l, name, args)
		return
	}
	if strings.HasSuffix(name.Text, "AgentTool") {
		r.kind(l, name.Text, name.Inner(), leastagency.ActionSpawn)
		r.adkDelegate(l, first(args, "agent"))
		return
	}
	r.tool(l, name.Text, name.Inner())
	r.secrets(l, args, "api_key", "token", "password", "client_secret")
}

// arguments are written as a map, or as a list of names with values.
func arguments(n *node.Node) *node.Node {
	if !n.Is(node.List) {
		return n
	}
	out := &node.Node{Kind: node.Map, At: n.At}
	for _, item := range n.Items {
		if name := item.Get("name").String(); name.Set && item.Get("value") != nil {
			out.Members = append(out.Members, node.Member{Key: name.V, At: name.At, Value: item.Get("value")})
		}
	}
	return out
}

func (r *reader) adkServer(l *leastagency.Layer, name, args *node.Node) {
	start := first(args, "stdio_server_params", "stdio_connection_params")
	if nested := start.Get("server_params"); nested != nil {
		start = nested
	}
	remote := first(args, "streamable_http_connection_params", "sse_connection_params", "sse_server_params")
	title := cmp.Or(start.Get("command").String().V, host(remote.Get("url").String().V), name.Text)
	s := r.server(l, title, name.Inner(), mcpserver.Dialect{Included: []string{"tool_filter"}},
		field{"command", start.Get("command")}, field{"args", start.Get("args")}, field{"env", start.Get("env")},
		field{"url", remote.Get("url")}, field{"headers", remote.Get("headers")}, field{"auth", args.Get("auth_credential")}, field{"tool_filter", args.Get("tool_filter")})
	if s != nil && s.Command != nil && len(s.Command.Artifacts) > 0 {
		s.Name = s.Command.Artifacts[0].Name
	}
}
