package manifest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// bedrock are agents of Amazon Bedrock in CloudFormation and SAM templates, with the roles under which
// they and their functions run, and the projects of Bedrock AgentCore.
//
// Sources: the resource reference of AWS CloudFormation (AWS::Bedrock::Agent and what it holds), the
// schemas of the npm package @aws/agentcore, and
// src/bedrock_agentcore_starter_toolkit/utils/runtime/schema.py of
// github.com/aws/bedrock-agentcore-starter-toolkit.
func bedrock() []format {
	of := format{product: "bedrock", title: "Bedrock", syntax: credential.Any}
	cfn, core, harness, kit := of, of, of, of
	cfn.match = func(p string) bool { return ends(p, ".yaml", ".yml", ".json", ".template") }
	cfn.marks = []string{"AWS::Bedrock::Agent", "AWS::BedrockAgentCore::"}
	cfn.is = func(_ *reader, root *node.Node) bool { return newStack(nil, root).agentic() }
	cfn.read = func(r *reader, root *node.Node) { newStack(r, root).read() }
	core.match = func(p string) bool { return ends(p, "agentcore.json") }
	core.marks = []string{"agentcore", `"runtimes"`, `"harnesses"`}
	core.is = func(_ *reader, root *node.Node) bool {
		return strings.Contains(root.Get("$schema").String().V, "agentcore") || is(root.Get("managedBy"), "CDK") && first(root, "runtimes", "harnesses", "agentCoreGateways") != nil
	}
	core.read = (*reader).agentCore
	harness.match = func(p string) bool { return ends(p, "harness.json") }
	harness.marks = []string{`"modelId"`, `"agentcore_`}
	harness.is = func(_ *reader, root *node.Node) bool {
		return root.Get("model", "provider").Is(node.String) && (root.Get("tools").Is(node.List) || root.Get("model", "modelId") != nil)
	}
	harness.read = (*reader).harness
	kit.match = func(p string) bool { return ends(p, ".bedrock_agentcore.yaml", ".bedrock_agentcore.yml") }
	kit.is = func(_ *reader, root *node.Node) bool { return root.Get("agents").Is(node.Map) }
	kit.read = (*reader).starterKit
	return []format{cfn, core, harness, kit}
}

// A stack is a template with its resources by their names.
type stack struct {
	*reader
	root      *node.Node
	resources []node.Member
}

func newStack(r *reader, root *node.Node) stack {
	return stack{r, root, root.Get("Resources").Each()}
}

func (s stack) agentic() bool {
	return slices.ContainsFunc(s.resources, func(m node.Member) bool {
		t := m.Value.Get("Type").String().V
		return t == "AWS::Bedrock::Agent" || strings.HasPrefix(t, "AWS::BedrockAgentCore::")
	})
}

// of yields the resources of a type.
func (s stack) of(types ...string) []node.Member {
	return slices.DeleteFunc(slices.Clone(s.resources), func(m node.Member) bool { return !slices.Contains(types, m.Value.Get("Type").String().V) })
}

// named is the resource that a value refers to: by !Ref, !GetAtt, or a !Sub of nothing else.
func (s stack) named(n *node.Node) *node.Node {
	for _, key := range []string{"Ref", "Fn::GetAtt", "Fn::Sub"} {
		if inner := n.Get(key); inner != nil {
			n = inner
		}
	}
	if items := n.List(); len(items) > 0 {
		n = items[0]
	}
	name := n.String().V
	name = strings.TrimSuffix(strings.TrimPrefix(name, "${"), "}")
	name, _, _ = strings.Cut(name, ".")
	for _, m := range s.resources {
		if m.Key == name {
			return m.Value
		}
	}
	return nil
}

// text resolves a value that a parameter's default states.
func (s stack) text(n *node.Node) *node.Node {
	if ref := n.Get("Ref"); ref != nil {
		n = ref
	}
	if p := s.root.Get("Parameters", n.String().V, "Default"); p.Is(node.String) {
		return p
	}
	if n.Get("Fn::Sub").Is(node.String) {
		return n.Get("Fn::Sub")
	}
	return n
}

func (s stack) read() {
	var agents []*leastagency.Layer
	for _, m := range s.of("AWS::Bedrock::Agent") {
		agents = append(agents, s.bedrockAgent(m))
	}
	for _, m := range s.of("AWS::BedrockAgentCore::Runtime", "AWS::BedrockAgentCore::Gateway", "AWS::BedrockAgentCore::Harness", "AWS::BedrockAgentCore::CodeInterpreterCustom", "AWS::BedrockAgentCore::BrowserCustom") {
		agents = append(agents, s.coreResource(m))
	}
	if len(agents) == 0 {
		return
	}
	s.doors(agents[0])
}

func (s stack) bedrockAgent(m node.Member) *leastagency.Layer {
	p := m.Value.Get("Properties")
	name := s.text(p.Get("AgentName"))
	l := s.agent(cmp.Or(name.String().V, m.Key), m.At, leastagency.ModeBypass)
	s.Describe(l, s.text(p.Get("Description")))
	s.instruct(l, s.text(p.Get("Instruction")))
	l.ToolsSet = true
	s.role(l, p.Get("AgentResourceRoleArn"), "its role")
	for _, group := range p.Get("ActionGroups").List() {
		s.group(l, group)
	}
	for _, c := range p.Get("AgentCollaborators").List() {
		s.delegate(l, c.Get("CollaboratorName"))
	}
	return l
}

// group reads the functions of an action group. Nobody is asked before they run unless one requires it;
// where the caller runs them, it can ask.
func (s stack) group(l *leastagency.Layer, g *node.Node) {
	if is(g.Get("ActionGroupState"), "DISABLED") {
		return
	}
	if signature := g.Get("ParentActionGroupSignature"); signature.Is(node.String) {
		if !is(signature, "AMAZON.UserInput") {
			tool := s.tool(l, strings.ReplaceAll(signature.Text, ".", "_"), signature.At)
			tool.Text = signature.Text
			tool.Effects = nil // a vendor's sandbox, or a call that is handed to the caller
		}
		return
	}
	run := g.Get("ActionGroupExecutor")
	free := leastagency.Allow
	if run.Get("CustomControl") != nil {
		free = leastagency.DecisionUnknown
	}
	var rights []leastagency.Effect
	if f := s.named(run.Get("Lambda")); f != nil {
		rights = s.rights(l, f)
	}
	found := false
	add := func(name, description, confirm, schema *node.Node) {
		found = true
		tool := s.tool(l, name.Text, name.At)
		s.explain(l, description)
		if rights != nil {
			tool.Effects = rights
		}
		tool.Recipient = recipient(name.Text, schema)
		d, at := free, name.At
		if is(confirm, "ENABLED") {
			d, at = leastagency.Ask, confirm.At
		}
		switch d {
		case leastagency.Ask:
			s.gate(l, tool, d, at)
		case leastagency.DecisionUnknown: // whom the caller asks stands in its code
			tool.Effects, tool.Recipient = nil, leastagency.Value[string]{}
		}
	}
	for _, f := range g.Get("FunctionSchema", "Functions").List() {
		if name := f.Get("Name"); name.Is(node.String) {
			add(name, f.Get("Description"), f.Get("RequireConfirmation"), &node.Node{Kind: node.Map, Members: []node.Member{{Key: "properties", Value: f.Get("Parameters")}}})
		}
	}
	for _, way := range g.Get("ApiSchema", "Payload", "paths").Each() {
		for _, method := range way.Value.Each() {
			if name := method.Value.Get("operationId"); name.Is(node.String) {
				add(name, method.Value.Get("description"), method.Value.Get("x-requireConfirmation"), nil)
			}
		}
	}
	if name := g.Get("ActionGroupName"); !found && name.Is(node.String) {
		add(name, g.Get("Description"), nil, nil)
	}
}

// rights returns what the role of a function lets its code do, and adds it to the agent's powers.
func (s stack) rights(l *leastagency.Layer, f *node.Node) []leastagency.Effect {
	p := f.Get("Properties")
	before := len(l.Powers)
	if role := p.Get("Role"); role != nil {
		s.role(l, role, "the role of a function")
	}
	for _, policy := range p.Get("Policies").List() { // of SAM: names of managed policies, documents, templates
		s.policy(l, policy, "the role of a function")
	}
	if one := p.Get("Policies"); one.Is(node.String) {
		s.policy(l, one, "the role of a function")
	}
	var out []leastagency.Effect
	for _, power := range l.Powers[before:] {
		for _, e := range power.Effects {
			if !leastagency.Has(out, e.Capability) {
				out = append(out, e)
			}
		}
	}
	s.Env(l, p.Get("Environment", "Variables"))
	return out
}

// role adds what a role of the template lets its holder do.
func (s stack) role(l *leastagency.Layer, n *node.Node, holder string) {
	role := s.named(n)
	if !is(role.Get("Type"), "AWS::IAM::Role") {
		return
	}
	p := role.Get("Properties")
	for _, arn := range p.Get("ManagedPolicyArns").List() {
		s.policy(l, arn, holder)
	}
	for _, policy := range p.Get("Policies").List() {
		s.policy(l, policy.Get("PolicyDocument"), holder)
	}
	for _, m := range s.of("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy") {
		for _, to := range m.Value.Get("Properties", "Roles").List() {
			if s.named(to) == role {
				s.policy(l, m.Value.Get("Properties", "PolicyDocument"), holder)
			}
		}
	}
}

// policy adds what a policy allows: the name of one of AWS's own, or a document.
func (s stack) policy(l *leastagency.Layer, n *node.Node, holder string) {
	if name := n.String(); name.Set {
		if p := managed(name, holder); p.Wide != "" || p.Effects != nil {
			l.Powers = append(l.Powers, p)
		}
		return
	}
	for _, st := range statements(n) {
		for _, action := range st.actions {
			l.Powers = append(l.Powers, st.power(action, holder))
		}
	}
}

// doors adds who else may start the functions and the agents of the template.
func (s stack) doors(l *leastagency.Layer) {
	for _, m := range s.of("AWS::Lambda::Permission") {
		p := m.Value.Get("Properties")
		principal := p.Get("Principal")
		if strings.HasPrefix(principal.String().V, "bedrock") && first(p, "SourceArn", "SourceAccount", "PrincipalOrgID") == nil || principal.String().V == "*" {
			l.Triggers = append(l.Triggers, &leastagency.Trigger{At: principal.At, Name: "calls of agents of any account", Unauthenticated: true})
		}
	}
	for _, m := range s.of("AWS::ApiGateway::Method", "AWS::ApiGatewayV2::Route", "AWS::Lambda::Url") {
		p := m.Value.Get("Properties")
		auth := first(p, "AuthorizationType", "AuthType")
		if is(auth, "NONE") && !is(p.Get("HttpMethod"), "OPTIONS") && !leastagency.Is(p.Get("ApiKeyRequired").Bool(), true) {
			l.Triggers = append(l.Triggers, &leastagency.Trigger{At: auth.At, Name: "requests", Unauthenticated: true,
				Gates: []*leastagency.Gate{{At: auth.At, Text: "the code behind it"}}}) // which may check a signature
		}
	}
}
