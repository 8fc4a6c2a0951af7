package manifest

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// coreResource reads a resource of AgentCore.
func (s stack) coreResource(m node.Member) *leastagency.Layer {
	p := m.Value.Get("Properties")
	l := s.agent(m.Key, m.At, leastagency.ModeUnknown)
	l.NoToolList = true
	s.Describe(l, s.text(p.Get("Description")))
	s.role(l, first(p, "RoleArn", "ExecutionRoleArn"), "its role")
	s.Env(l, p.Get("EnvironmentVariables"))
	s.door(l, p)
	if mode := p.Get("NetworkConfiguration", "NetworkMode"); is(mode, "PUBLIC") && strings.HasSuffix(m.Value.Get("Type").Text, "CodeInterpreterCustom") {
		l.Sandbox = &leastagency.Sandbox{At: m.At, Enabled: leastagency.ValueAt(true, m.At), FailClosed: leastagency.ValueAt(true, m.At), OpenNetwork: leastagency.ValueAt(true, mode.At)}
	}
	return l
}

// agentCore reads a project of the AgentCore command line.
func (r *reader) agentCore(root *node.Node) {
	project := r.titled(root, leastagency.ModeUnknown)
	project.NoToolList = true
	for _, run := range root.Get("runtimes").List() {
		l := r.titled(run, leastagency.ModeUnknown)
		l.NoToolList = true
		r.variables(l, run.Get("envVars"))
		r.additional(l, run.Get("additionalPolicies"))
		r.door(l, run)
	}
	for _, g := range root.Get("agentCoreGateways").List() {
		r.coreGateway(g)
	}
	for _, engine := range root.Get("policyEngines").List() {
		for _, policy := range engine.Get("policies").List() {
			r.logsOnly(policy.Get("enforcementMode"), "policy")
		}
	}
}

// door adds a door that asks nobody who they are.
func (r *reader) door(l *leastagency.Layer, n *node.Node) {
	if auth := first(n, "authorizerType", "AuthorizerType"); is(auth, "NONE") {
		l.Triggers = append(l.Triggers, &leastagency.Trigger{At: auth.At, Name: "its calls", Unauthenticated: true})
	}
}

func (r *reader) logsOnly(mode *node.Node, what string) {
	if is(mode, "LOG_ONLY") {
		r.Problem(mode.At, leastagency.ProblemUnknownKey, "a %s in the mode %s writes down what it would refuse, and refuses nothing", what, leastagency.Quote(mode.Text))
	}
}

// coreGateway reads a gateway: who may call it, and the servers and functions behind it.
func (r *reader) coreGateway(g *node.Node) {
	l := r.titled(g, leastagency.ModeUnknown)
	l.NoToolList = true
	r.Describe(l, g.Get("description"))
	r.door(l, g)
	r.logsOnly(g.Get("policyEngineConfiguration", "mode"), "policy engine")
	for _, t := range g.Get("targets").List() {
		name := t.Get("name")
		if !name.Is(node.String) {
			continue
		}
		var auth *node.Node
		if out := t.Get("outboundAuth", "type"); !is(out, "NONE") {
			auth = out
		}
		listed := t.Get("toolDefinitions")
		if file := t.Get("lambdaFunctionArn", "toolSchemaFile"); file.Is(node.String) {
			if listed = r.open("../" + file.Text); listed.Is(node.Map) { // from the root of the project
				listed = listed.Get("tools")
			}
		}
		s := r.server(l, name.Text, name.At, mcpserver.Dialect{}, field{"url", t.Get("endpoint")}, field{"auth", auth})
		if s == nil {
			continue
		}
		if s.URL.V == "" || strings.Contains(host(s.URL.V), ".amazonaws.com") { // called with the gateway's own role
			s.Unauthenticated = false
		}
		s.Tools = append(s.Tools, mcpserver.Tools(listed)...)
		for _, document := range []*node.Node{t.Get("iamPolicy"), t.Get("compute", "iamPolicy")} {
			stack{reader: r}.policy(l, document, "the role of a function")
		}
	}
}

// additional reads policies that widen the role of a runtime: names of AWS's own, and documents that
// lie beside the project.
func (r *reader) additional(l *leastagency.Layer, list *node.Node) {
	s := stack{reader: r}
	for _, p := range list.List() {
		if file := p.String(); strings.HasSuffix(file.V, ".json") {
			p = r.open(file.V)
			if p == nil {
				p = r.open("../" + file.V) // from the root of the project
			}
		}
		s.policy(l, p, "its role")
	}
}

// builtin are the tools that a harness has when no list names others.
var builtin = []struct {
	name string
	kind leastagency.ActionKind
}{{"shell", leastagency.ActionShell}, {"file_operations", leastagency.ActionWrite}}

// harness reads an agent that is all configuration. What it runs, it runs in a machine of its own.
func (r *reader) harness(root *node.Node) {
	l := r.titled(root, leastagency.ModeBypass)
	r.Describe(l, root.Get("description"))
	for _, prompt := range append(root.Get("systemPrompt").List(), root.Get("systemPrompt")) {
		r.instruct(l, prompt)
		r.instruct(l, prompt.Get("text"))
	}
	l.ToolsSet = true
	allowed := root.Get("allowedTools")
	for _, b := range builtin {
		at := root.Get("model").At
		for _, item := range allowed.List() {
			if is(item, b.name, "*", "@builtin/"+b.name) {
				at = item.At
				break
			}
			at = leastagency.Span{}
		}
		if allowed.Is(node.List) && len(allowed.Items) == 0 || at.IsZero() {
			continue
		}
		if t := r.kind(l, b.name, at, b.kind); !allowed.Is(node.List) {
			t.Unless = "allowedTools"
		}
	}
	wall := root.Get("model").At
	l.Sandbox = &leastagency.Sandbox{At: wall, Enabled: leastagency.ValueAt(true, wall), FailClosed: leastagency.ValueAt(true, wall), Retry: leastagency.ValueAt(false, wall)}
	if mode := root.Get("networkMode"); is(mode, "PUBLIC") {
		l.Sandbox.OpenNetwork = leastagency.ValueAt(true, mode.At)
	}
	for _, t := range root.Get("tools").List() {
		kind, name := t.Get("type"), first(t, "name", "type")
		if !name.Is(node.String) {
			continue
		}
		if is(kind, "remote_mcp") {
			c := t.Get("config")
			if inner := c.Get("remoteMcp"); inner != nil {
				c = inner
			}
			r.server(l, name.Text, name.At, mcpserver.Dialect{}, field{"url", c.Get("url")}, field{"headers", c.Get("headers")}, field{"auth", first(c, "credentialName", "outboundAuth")})
			continue
		}
		word := kind
		if is(kind, "inline_function") {
			word = name
		}
		r.tool(l, word.String().V, name.At)
		r.Tell(l, reading.Text(leastagency.TextDescription, t.Get("config", "description")))
	}
	for _, skill := range root.Get("skills").List() {
		if git := first(skill.Get("git"), "url"); git.Is(node.String) {
			a := leastagency.Artifact{At: git.At, Ecosystem: "git", Name: strings.TrimPrefix(git.Text, "https://"), Version: skill.Get("git", "ref").String().V, Pin: leastagency.Unpinned}
			if commit(a.Version) {
				a.Pin = leastagency.Digested
			}
			l.Plugins = append(l.Plugins, &leastagency.Plugin{Name: a.Name, At: git.At, Source: a, Enabled: true})
		}
	}
	number(&l.Limits.Turns, root.Get("maxIterations"))
	number(&l.Limits.Seconds, root.Get("timeoutSeconds"))
	if !l.Limits.Turns.Set && !l.Limits.Seconds.Set {
		l.Limits.Open = "maxIterations"
	}
}

// starterKit reads the file that the starter toolkit keeps of what it has deployed.
func (r *reader) starterKit(root *node.Node) {
	for _, m := range root.Get("agents").Each() {
		l := r.agent(m.Key, m.At, leastagency.ModeUnknown)
		l.NoToolList = true
		r.secrets(l, m.Value, "client_secret", "api_key", "token")
	}
}
