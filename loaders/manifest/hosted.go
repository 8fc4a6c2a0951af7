package manifest

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// hostedAgents are the bodies of requests that create agents at OpenAI and Anthropic, as repositories
// keep them: tool lists beside a model or instructions, and environments.
//
// Sources: openapi.yaml of github.com/openai/openai-openapi, src/anthropic/types/beta of
// github.com/anthropics/anthropic-sdk-python, and for the defaults
// platform.claude.com/docs/managed-agents/permission-policies.
func hostedAgents() []format {
	of := format{product: "openai", title: "OpenAI", syntax: credential.Any, match: func(p string) bool { return ends(p, ".json", ".yaml", ".yml") }}
	open, managed, place := of, of, of
	managed.product, managed.title = "anthropic", "Claude Managed Agents"
	place.product, place.title = managed.product, managed.title
	managed.marks = []string{"agent_toolset_", "mcp_toolset"}
	managed.is = func(_ *reader, root *node.Node) bool {
		return slices.ContainsFunc(root.Get("tools").List(), func(t *node.Node) bool { return isToolset(t.Get("type").String().V) })
	}
	managed.read = (*reader).managedAgent
	place.marks = []string{"unrestricted", "allowed_hosts"}
	place.is = func(_ *reader, root *node.Node) bool {
		return is(root.Get("config", "type"), "cloud", "self_hosted") && root.Get("config", "networking", "type").Is(node.String)
	}
	place.read = (*reader).managedPlace
	open.marks = []string{`tools`}
	open.is = func(_ *reader, root *node.Node) bool {
		return root.Get("model").Is(node.String) && (root.Get("instructions").Is(node.String) || root.Get("input") != nil || root.Get("name").Is(node.String)) &&
			root.Get("kind") == nil && slices.ContainsFunc(root.Get("tools").List(), isHostedTool)
	}
	open.read = (*reader).openAI
	return []format{managed, place, open}
}

var toolset = lazy.Compile(`^(agent_toolset_\d+|mcp_toolset)$`)

func isToolset(kind string) bool { return toolset.MatchString(kind) }

var hostedKinds = []string{"function", "mcp", "code_interpreter", "shell", "local_shell", "computer", "computer_use_preview", "file_search", "web_search", "web_search_preview", "apply_patch", "image_generation"}

// isHostedTool reports whether an item is a tool of the interface, and not part of a schema.
func isHostedTool(t *node.Node) bool {
	k := t.Get("type")
	switch {
	case !k.Is(node.String) || !slices.Contains(hostedKinds, k.Text):
		return false
	case k.Text == "function":
		return t.Get("function", "name").Is(node.String) || t.Get("name").Is(node.String) && t.Get("parameters").Is(node.Map)
	case k.Text == "mcp":
		return first(t, "server_label", "server_url", "connector_id") != nil
	}
	return true
}

func (r *reader) openAI(root *node.Node) {
	l := r.titled(root, leastagency.ModeUnknown)
	r.Describe(l, root.Get("description"))
	r.instruct(l, root.Get("instructions"))
	l.ToolsSet = true
	number(&l.Limits.Turns, root.Get("max_tool_calls"))
	for _, t := range root.Get("tools").List() {
		k := t.Get("type")
		switch {
		case !isHostedTool(t):
		case k.Text == "mcp":
			r.hostedServer(l, t)
		case k.Text == "function":
			f := t
			if inner := t.Get("function"); inner != nil {
				f = inner
			}
			name := f.Get("name")
			tool := r.tool(l, name.Text, name.At)
			tool.Recipient = recipient(name.Text, f.Get("parameters"))
			r.explain(l, f.Get("description"))
		default:
			tool := r.tool(l, k.Text, k.At)
			if !is(k, "shell", "local_shell", "apply_patch", "computer", "computer_use_preview") { // those the caller runs, and may ask first
				r.gate(l, tool, leastagency.Allow, k.At)
			}
		}
	}
}

// hostedServer adds a server. The platform asks before each call unless it is told never to.
func (r *reader) hostedServer(l *leastagency.Layer, t *node.Node) {
	label := first(t, "server_label", "connector_id", "type")
	only := t.Get("allowed_tools")
	if only.Is(node.Map) {
		only = only.Get("tool_names")
	}
	s := r.server(l, label.Text, label.At, mcpserver.Dialect{Included: []string{"only"}},
		field{"url", t.Get("server_url")}, field{"headers", t.Get("headers")}, field{"authorization", t.Get("authorization")}, field{"only", only})
	if s == nil {
		return
	}
	approval := t.Get("require_approval")
	switch {
	case is(approval, "never"):
		s.Trusted = leastagency.ValueAt(true, approval.At)
	case approval.Is(node.Map):
		s.AutoApproved = approval.Get("never", "tool_names").Strings()
		for _, name := range approval.Get("always", "tool_names").Strings() {
			r.asks(l, s, name.V, name.At)
		}
	default:
		r.asks(l, s, "", label.At)
	}
}

func (r *reader) managedAgent(root *node.Node) {
	l := r.titled(root, leastagency.ModeUnknown)
	r.Describe(l, root.Get("description"))
	r.instruct(l, root.Get("system"))
	l.ToolsSet = true
	for _, a := range root.Get("multiagent", "agents").List() {
		r.delegate(l, first(a, "name", "agent"))
	}
	for _, t := range root.Get("tools").List() {
		switch k := t.Get("type").String().V; {
		case k == "custom" && t.Get("name").Is(node.String):
			tool := r.tool(l, t.Get("name").Text, t.Get("name").At)
			tool.Recipient = recipient(tool.Text, t.Get("input_schema"))
			r.explain(l, t.Get("description"))
		case strings.HasPrefix(k, "agent_toolset_"):
			r.ownTools(l, t)
		case k == "mcp_toolset":
			r.serverTools(l, root, t)
		}
	}
}

// ownTools are the tools of the agent's machine, which stands at the platform.
func (r *reader) ownTools(l *leastagency.Layer, t *node.Node) {
	base := t.Get("default_config")
	for _, name := range []string{"bash", "read", "write", "edit", "glob", "grep", "web_fetch", "web_search"} {
		place, enabled, policy := t.Get("type"), base.Get("enabled"), base.Get("permission_policy", "type")
		for _, c := range t.Get("configs").List() {
			if is(c.Get("name"), name) {
				place, enabled = c.Get("name"), first(c, "enabled")
				if p := c.Get("permission_policy", "type"); p != nil {
					policy = p
				}
			}
		}
		if leastagency.Is(enabled.Bool(), false) {
			continue
		}
		tool := r.tool(l, name, place.At)
		switch {
		case policy == nil: // the default of these
			r.gate(l, tool, leastagency.Allow, place.At)
		case is(policy, "always_allow"):
			r.gate(l, tool, leastagency.Allow, policy.At)
		case is(policy, "always_ask"):
			r.gate(l, tool, leastagency.Ask, policy.At)
		}
	}
}

// serverTools is a server by its name, with who is asked before its tools run.
func (r *reader) serverTools(l *leastagency.Layer, root, t *node.Node) {
	name := t.Get("mcp_server_name")
	for _, m := range root.Get("mcp_servers").List() {
		if m.Get("name").String().V != name.String().V || !name.Is(node.String) {
			continue
		}
		s := r.server(l, name.Text, m.Get("name").At, mcpserver.Dialect{}, field{"url", m.Get("url")}, field{"authorization", m.Get("authorization_token")})
		if s == nil {
			return
		}
		s.Unauthenticated = false // the vault of the session signs in
		switch policy := t.Get("default_config", "permission_policy", "type"); {
		case is(policy, "always_allow"):
			s.Trusted = leastagency.ValueAt(true, policy.At)
		case is(policy, "always_ask"):
			r.asks(l, s, "", policy.At)
		case policy == nil: // the default of these
			r.asks(l, s, "", name.At)
		}
		for _, c := range t.Get("configs").List() {
			tool := c.Get("name").String()
			switch {
			case !tool.Set:
			case leastagency.Is(c.Get("enabled").Bool(), false):
				s.Excluded = append(s.Excluded, tool)
			case is(c.Get("permission_policy", "type"), "always_ask"):
				r.asks(l, s, tool.V, tool.At)
			}
		}
	}
}

// managedPlace reads the machine in which agents run.
func (r *reader) managedPlace(root *node.Node) {
	l := r.titled(root, leastagency.ModeUnknown)
	l.NoToolList = true
	kind, network := root.Get("config", "type"), root.Get("config", "networking")
	if !is(kind, "cloud") {
		return
	}
	l.Sandbox = &leastagency.Sandbox{At: kind.At, Enabled: leastagency.ValueAt(true, kind.At), FailClosed: leastagency.ValueAt(true, kind.At), Retry: leastagency.ValueAt(false, kind.At)}
	if is(network.Get("type"), "unrestricted") {
		l.Sandbox.OpenNetwork = leastagency.ValueAt(true, network.Get("type").At)
	} else {
		l.Sandbox.HostsSet = true
		l.Sandbox.Hosts = network.Get("allowed_hosts").Strings()
	}
}
