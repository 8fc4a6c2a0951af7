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
)

// microsoftAgents are the declarative agents and workflows of Microsoft Agent Framework and Foundry,
// the agents of Semantic Kernel, and the parts of a Copilot Studio agent.
//
// Sources: schemas/v1.0 of github.com/microsoft/AgentSchema, the samples of
// github.com/microsoft/agent-framework and github.com/microsoft/semantic-kernel, and
// reference/bot.schema.yaml-authoring.json of github.com/microsoft/skills-for-copilot-studio.
func microsoftAgents() []format {
	of := format{product: "ms-agent", title: "Agent Framework", syntax: credential.Any,
		match: func(p string) bool {
			return ends(p, ".yaml", ".yml") || strings.Contains(p, "botcomponents/") && path.Base(p) == "data"
		}}
	form := func(marks []string, is func(*node.Node) bool, read func(*reader, *node.Node)) format {
		f := of
		f.marks, f.is, f.read = marks, func(_ *reader, root *node.Node) bool { return is(root) }, read
		return f
	}
	studio := form([]string{"kind:"}, isStudio, (*reader).studio)
	flow := form([]string{"OnConversationStart"}, isWorkflow, (*reader).workflow)
	studio.lenient, flow.lenient = true, true // formulas stand in both without quotes
	return []format{
		form([]string{"kind:"}, isPromptAgent, (*reader).promptAgent),
		flow,
		form([]string{"hosted"}, isHosted, (*reader).hosted),
		form([]string{"template:"}, isTemplate, (*reader).template),
		form([]string{"azure.ai.", "microsoft.foundry"}, isFoundry, (*reader).foundry),
		form([]string{"_agent", "openai_"}, isKernelAgent, (*reader).kernelAgent),
		studio,
		form([]string{"authenticationMode"}, isStudioSettings, (*reader).studioSettings),
	}
}

func isPromptAgent(n *node.Node) bool {
	return is(n.Get("kind"), "prompt", "agent") && n.Get("apiVersion") == nil && (n.Get("instructions") != nil || n.Get("model") != nil)
}

func isWorkflow(n *node.Node) bool {
	return is(n.Get("kind"), "workflow") && is(n.Get("trigger", "kind"), "OnConversationStart")
}

func isHosted(n *node.Node) bool {
	return is(n.Get("kind"), "hosted") && n.Get("apiVersion") == nil && n.Get("protocols").Is(node.List)
}

func isTemplate(n *node.Node) bool {
	return is(n.Get("template", "kind"), "prompt", "hosted", "workflow")
}

func isFoundry(n *node.Node) bool { return len(foundryServices(n)) > 0 }

func foundryServices(n *node.Node) []node.Member {
	return slices.DeleteFunc(slices.Clone(n.Get("services").Each()), func(m node.Member) bool {
		h := m.Value.Get("host").String().V
		return !strings.HasPrefix(h, "azure.ai.agent") && h != "microsoft.foundry"
	})
}

func isKernelAgent(n *node.Node) bool {
	return is(n.Get("type"), "chat_completion_agent", "azureai_agent", "foundry_agent", "openai_assistant", "azure_assistant", "openai_responses", "azure_responses")
}

// titled starts the layer of an agent under its name, or that of its file.
func (r *reader) titled(n *node.Node, mode leastagency.Mode, keys ...string) *leastagency.Layer {
	if name := first(n, append(keys, "name", "displayName")...); name.Is(node.String) {
		return r.agent(name.Text, name.At, mode)
	}
	return r.agent(r.fileName(), r.File.Whole(), mode)
}

// fileName is the file's name without its endings.
func (r *reader) fileName() string {
	name, _, _ := strings.Cut(path.Base(r.File.Path), ".")
	return cmp.Or(name, path.Base(path.Dir(r.File.Path)))
}

func (r *reader) promptAgent(n *node.Node) {
	l := r.titled(n, leastagency.ModeUnknown)
	r.Describe(l, n.Get("description"))
	r.instruct(l, n.Get("instructions"))
	r.instruct(l, n.Get("additionalInstructions"))
	l.ToolsSet = true
	for _, tool := range n.Get("tools").List() {
		r.schemaTool(l, tool, first(tool, "name", "kind"))
	}
	for _, m := range n.Get("tools").Each() {
		r.schemaTool(l, m.Value, &node.Node{Kind: node.String, At: m.At, Text: m.Key})
	}
	r.secrets(l, n, "apiKey", "clientSecret", "key")
}

// schemaTool reads one tool of an AgentSchema agent.
func (r *reader) schemaTool(l *leastagency.Layer, n, name *node.Node) {
	kind := n.Get("kind")
	if !kind.Is(node.String) || !name.Is(node.String) {
		return
	}
	if !is(kind, "mcp") {
		word := kind
		if is(kind, "function", "custom", "openapi") {
			word = name
		}
		tool := r.tool(l, word.Text, name.At)
		tool.Recipient = recipient(word.Text, n.Get("parameters"))
		r.explain(l, n.Get("description"))
		return
	}
	label := first(n, "serverName", "name")
	if label == nil {
		label = kind
	}
	s := r.server(l, label.Text, label.At, mcpserver.Dialect{Included: []string{"allowedTools"}},
		field{"url", first(n, "url", "serverUrl")}, field{"headers", n.Get("headers")}, field{"auth", signIn(n.Get("connection"))}, field{"allowedTools", n.Get("allowedTools")})
	if s == nil {
		return
	}
	if s.URL.V == "" {
		s.Unauthenticated = false
	}
	mode := n.Get("approvalMode")
	if mode.Is(node.Map) {
		s.AutoApproved = mode.Get("neverRequireApprovalTools").Strings()
		for _, name := range mode.Get("alwaysRequireApprovalTools").Strings() {
			r.asks(l, s, name.V, name.At)
		}
		mode = mode.Get("kind")
	}
	switch {
	case is(mode, "never"):
		s.Trusted = leastagency.ValueAt(true, mode.At)
	case is(mode, "always"):
		r.asks(l, s, "", mode.At)
	}
}

// signIn is the connection of a server when it says who signs in.
func signIn(connection *node.Node) *node.Node {
	if is(connection.Get("kind"), "anonymous", "") {
		return nil
	}
	return connection.Get("kind")
}

// asks says that somebody is asked before a tool of a server runs; the empty tool is all of them.
func (r *reader) asks(l *leastagency.Layer, s *leastagency.Server, tool string, at leastagency.Span) {
	l.Rules = append(l.Rules, &leastagency.Rule{At: at, Text: cmp.Or(tool, s.Name), Decision: leastagency.Ask,
		Action: leastagency.Action{Kind: leastagency.ActionServer, Server: s.Name, Tool: tool}})
}

// workflow reads a flow whose author has fixed which tool is called when: the model chooses neither
// the tool nor its server.
func (r *reader) workflow(n *node.Node) {
	l := r.titled(n, leastagency.ModeUnknown)
	l.NoToolList = true
	r.Describe(l, n.Get("description"))
	r.steps(l, n.Get("trigger", "actions"))
}

func (r *reader) steps(l *leastagency.Layer, actions *node.Node) {
	for _, a := range actions.List() {
		switch a.Get("kind").String().V {
		case "InvokeMcpTool":
			r.call(l, a)
		case "InvokeAzureAgent":
			r.delegate(l, a.Get("agent", "name"))
		case "HttpRequestAction", "HttpRequest":
			r.Env(l, a.Get("headers"))
			if address := a.Get("url"); strings.HasPrefix(address.String().V, "http://") && host(address.Text) != "" {
				r.Endpoint(l, leastagency.SwitchRequest, "url", address)
			}
		}
		for _, m := range a.Each() {
			r.steps(l, m.Value)
			for _, branch := range m.Value.List() {
				r.steps(l, branch.Get("actions"))
			}
		}
	}
}

// call reads the call of one tool of a server.
func (r *reader) call(l *leastagency.Layer, a *node.Node) {
	name, address := first(a, "serverLabel", "id"), a.Get("serverUrl")
	if name == nil || !address.Is(node.String) {
		return
	}
	if strings.HasPrefix(address.Text, "=") { // a formula: which server it is stands elsewhere
		address = nil
	}
	tool := a.Get("toolName")
	var only *node.Node
	if tool.Is(node.String) && !strings.HasPrefix(tool.Text, "=") {
		only = &node.Node{Kind: node.List, At: tool.At, Items: []*node.Node{tool}}
	}
	s := r.server(l, name.Text, name.At, mcpserver.Dialect{Included: []string{"only"}}, field{"url", address}, field{"headers", a.Get("headers")}, field{"only", only})
	if s != nil && leastagency.Is(a.Get("requireApproval").Bool(), true) {
		r.asks(l, s, "", a.Get("requireApproval").At)
	}
}

func (r *reader) hosted(n *node.Node) {
	l := r.titled(n, leastagency.ModeUnknown)
	l.NoToolList = true
	r.Describe(l, n.Get("description"))
	r.variables(l, first(n, "environmentVariables", "environment_variables"))
}

// variables reads a map of variables, or a list of names with values.
func (r *reader) variables(l *leastagency.Layer, n *node.Node) {
	r.Env(l, n)
	for _, item := range n.List() {
		if name := item.Get("name").String(); name.Set {
			r.Variable(l, name.V, item.Get("value"))
		}
	}
}

func (r *reader) template(n *node.Node) {
	t := n.Get("template")
	switch {
	case is(t.Get("kind"), "prompt"):
		r.promptAgent(t)
	case is(t.Get("kind"), "workflow") && isWorkflow(t):
		r.workflow(t)
	default:
		r.hosted(t)
	}
}

func (r *reader) foundry(n *node.Node) {
	for _, m := range foundryServices(n) {
		l := r.agent(m.Key, m.At, leastagency.ModeUnknown)
		l.NoToolList = true
		r.Describe(l, m.Value.Get("description"))
		r.variables(l, first(m.Value, "env", "environmentVariables"))
		r.instruct(l, m.Value.Get("config", "instructions"))
	}
}

func (r *reader) kernelAgent(n *node.Node) {
	l := r.titled(n, leastagency.ModeBypass)
	r.Describe(l, n.Get("description"))
	r.instruct(l, n.Get("instructions"))
	l.ToolsSet = true
	for _, tool := range n.Get("tools").List() {
		word := tool.Get("type")
		if is(word, "function") {
			word = first(tool, "id", "name")
		}
		if word.Is(node.String) {
			r.tool(l, word.Text, word.At)
			r.explain(l, tool.Get("description"))
		}
	}
	r.secrets(l, n, "api_key", "connection_string")
}

// -- Copilot Studio --

func isStudio(n *node.Node) bool {
	switch n.Get("kind").String().V {
	case "GptComponentMetadata":
		return n.Get("instructions") != nil || n.Get("gptCapabilities") != nil || n.Get("aISettings") != nil
	case "TaskDialog":
		return n.Get("action", "kind").Is(node.String)
	case "AgentDialog", "AdaptiveDialog":
		return n.Get("beginDialog").Is(node.Map)
	case "KnowledgeSourceConfiguration":
		return n.Get("source").Is(node.Map)
	}
	return false
}

// studio reads one part of a Copilot Studio agent.
func (r *reader) studio(n *node.Node) {
	l := r.titled(n, leastagency.ModeUnknown, "displayName", "modelDisplayName")
	l.NoToolList = true
	if is(n.Get("kind"), "AdaptiveDialog", "KnowledgeSourceConfiguration") {
		l.Kind = leastagency.KindUnknown // a part of an agent, which chooses nothing itself
	}
	r.instruct(l, n.Get("instructions"))
	r.instruct(l, n.Get("settings", "instructions"))
	r.explain(l, n.Get("modelDescription"))
	for _, m := range n.Get("gptCapabilities").Each() {
		if leastagency.Is(m.Value.Bool(), true) {
			l.ToolsSet = true
			r.gate(l, r.tool(l, m.Key, m.At), leastagency.Allow, m.At)
		}
	}
	r.steps(l, n.Get("beginDialog", "actions"))
	if !is(n.Get("kind"), "TaskDialog") {
		return
	}
	name := first(n, "modelDisplayName", "displayName")
	if name == nil {
		name = n.Get("action", "kind")
	}
	tool := r.tool(l, name.String().V, name.At)
	if is(n.Get("action", "kind"), "InvokeComputerUsingAgentTaskAction") {
		effects(tool, leastagency.Machine, "drives a computer", leastagency.ReadUntrusted, leastagency.ReadPrivate, leastagency.WriteState)
	}
	if c := n.Get("confirmation"); c != nil {
		r.gate(l, tool, leastagency.Ask, c.At)
	}
}

func isStudioSettings(n *node.Node) bool {
	return n.Get("schemaName").Is(node.String) && n.Get("authenticationMode").Is(node.String)
}

func (r *reader) studioSettings(n *node.Node) {
	l := r.titled(n, leastagency.ModeUnknown, "displayName", "schemaName")
	l.NoToolList = true
	if mode := n.Get("authenticationMode"); is(mode, "None") {
		l.Triggers = append(l.Triggers, &leastagency.Trigger{At: mode.At, Name: "chats of anybody", Unauthenticated: true})
	}
}
