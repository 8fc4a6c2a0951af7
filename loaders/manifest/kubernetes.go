package manifest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// kubernetes are the objects by which agents and MCP servers are run in a cluster. The group of the
// apiVersion tells them apart: kinds such as Agent, MCPServer and Sandbox belong to several.
//
// Sources: go/api of github.com/kagent-dev/kagent, api of github.com/kagent-dev/kmcp, api and
// extensions of github.com/kubernetes-sigs/agent-sandbox, cmd/thv-operator/api of github.com/stacklok/toolhive.
func kubernetes() []format {
	object := func(product, title, group string, read func(*reader, object)) format {
		return format{
			product: product, title: title, syntax: credential.Any,
			match: func(p string) bool { return ends(p, ".yaml", ".yml", ".json") },
			marks: []string{group},
			is: func(_ *reader, root *node.Node) bool {
				return strings.HasPrefix(root.Get("apiVersion").String().V, group) && root.Get("kind").Is(node.String)
			},
			read: func(r *reader, root *node.Node) {
				name := root.Get("metadata", "name")
				o := object{kind: root.Get("kind").Text, name: name.String().V, at: name.Inner(), spec: root.Get("spec")}
				if o.at.IsZero() {
					o.at = root.Get("kind").Inner()
				}
				read(r, o)
			},
		}
	}
	return []format{
		object("kagent", "kagent", "kagent.dev/", (*reader).kagent),
		object("agent-sandbox", "agent-sandbox", "agents.x-k8s.io/", (*reader).agentSandbox),
		object("agent-sandbox", "agent-sandbox", "extensions.agents.x-k8s.io/", (*reader).agentSandbox),
		object("toolhive", "ToolHive", "toolhive.stacklok.dev/", (*reader).toolHive),
	}
}

// An object is one Kubernetes object.
type object struct {
	kind string
	name string
	at   leastagency.Span // its name
	spec *node.Node
}

// catalog starts a layer of servers that nobody acts with here: agents name them.
func (r *reader) catalog(name string, at leastagency.Span) *leastagency.Layer {
	return r.Layer(leastagency.KindCatalog, name, at)
}

func (r *reader) kagent(o object) {
	switch o.kind {
	case "Agent", "SandboxAgent", "AgentTemplate":
		r.kagentAgent(o)
	case "ToolServer":
		r.kagentToolServer(o)
	case "RemoteMCPServer":
		s := r.server(r.catalog(o.name, o.at), o.name, o.at, mcpserver.Dialect{}, field{"url", o.spec.Get("url")}, field{"description", o.spec.Get("description")})
		r.headersFrom(s, o.spec.Get("headersFrom"))
	case "MCPServer":
		r.kmcp(o)
	case "ModelConfig", "ModelProviderConfig":
		l := r.catalog(o.name, o.at)
		r.headers(l, o.spec.Get("defaultHeaders"))
		if ref := first(o.spec, "apiKeySecret", "apiKeySecretRef"); ref.Is(node.String) {
			l.Credentials = append(l.Credentials, &leastagency.Credential{Name: "apiKey", At: ref.At, Source: leastagency.SourceReference, Reference: ref.Text, Kind: "API key of a model"})
		}
		for _, provider := range []string{"openAI", "anthropic", "ollama", "azureOpenAI"} {
			r.Endpoint(l, leastagency.SwitchRequest, provider, first(o.spec.Get(provider), "baseUrl", "host", "azureEndpoint"))
		}
		r.unverified(l, o.spec.Get("tls", "disableVerify"))
	case "AgentHarness":
		r.kagentHarness(o)
	default:
		return
	}
	if l := r.Sys.Layers; len(l) > 0 {
		r.unverified(l[len(l)-1], first(o.spec.Get("tls"), "disableVerify", "insecureSkipVerify"))
	}
}

// unverified reads a switch that accepts any certificate.
func (r *reader) unverified(l *leastagency.Layer, n *node.Node) {
	if leastagency.Is(n.Bool(), true) && !slices.ContainsFunc(l.Switches, func(s *leastagency.Switch) bool { return s.At == n.At }) {
		r.Switch(l, leastagency.SwitchTLSOff, "TLS verification switched off", n.At)
	}
}

// kagentAgent reads an agent in any of its API versions. Nobody is asked, except for the tools that
// requireApproval names.
func (r *reader) kagentAgent(o object) {
	l := r.agent(o.name, o.at, leastagency.ModeBypass)
	l.ToolsSet = true
	r.Describe(l, o.spec.Get("description"))
	own := o.spec.Get("declarative")
	if own == nil {
		own = o.spec // the first version has it all in one
	}
	r.instruct(l, first(own, "systemMessage", "systemPrompt"))
	for _, list := range []*node.Node{own.Get("tools"), o.spec.Get("tools")} {
		for _, tool := range list.List() {
			r.kagentTool(l, tool)
		}
		if own == o.spec {
			break
		}
	}
	r.kagentSkills(l, o.spec.Get("skills"))
	if code := own.Get("executeCodeBlocks"); leastagency.Is(code.Bool(), true) {
		effects(r.kind(l, "executeCodeBlocks", code.At, leastagency.ActionOther), leastagency.Project, "runs the code blocks of its answers", leastagency.Execute)
	}
	byo := o.spec.Get("byo")
	if byo == nil {
		byo = o.spec.Get("workload")
	}
	if d := byo.Get("deployment"); d != nil {
		byo = d
	}
	for _, deployment := range []*node.Node{byo, own.Get("deployment"), o.spec.Get("deployment")} {
		r.workload(l, deployment)
	}
	if hosts := o.spec.Get("sandbox", "network", "allowedDomains"); hosts.Is(node.List) { // of what runs in the sandbox, everything else is refused
		l.Sandbox = cmp.Or(l.Sandbox, &leastagency.Sandbox{At: hosts.At, Enabled: leastagency.ValueAt(true, hosts.At), FailClosed: leastagency.ValueAt(true, hosts.At), Retry: leastagency.ValueAt(false, hosts.At)})
		l.Sandbox.Hosts, l.Sandbox.HostsSet = hosts.Strings(), true
	}
}

// kagentTool reads a reference to a server's tools or to another agent.
func (r *reader) kagentTool(l *leastagency.Layer, tool *node.Node) {
	if agent := tool.Get("agent"); agent.Is(node.Map) {
		name := first(agent, "name", "ref")
		if v := name.String(); v.Set {
			l.Delegates = append(l.Delegates, leastagency.Delegate{Name: v.V[strings.LastIndexByte(v.V, '/')+1:], At: v.At})
		}
		return
	}
	ref := first(tool, "mcpServer", "mcp")
	name := first(ref, "name", "toolServer")
	if !name.Is(node.String) {
		return
	}
	s := &leastagency.Server{Name: name.Text[strings.LastIndexByte(name.Text, '/')+1:], At: name.Inner(), Reference: true, Included: first(ref, "toolNames", "tools").Strings()}
	for _, t := range ref.Get("requireApproval").Strings() {
		l.Rules = append(l.Rules, &leastagency.Rule{At: t.At, Text: t.V, Decision: leastagency.Ask, Action: leastagency.Action{Kind: leastagency.ActionServer, Server: s.Name, Tool: t.V}})
	}
	r.headersFrom(s, tool.Get("headersFrom"))
	l.Servers = append(l.Servers, s)
}

// kagentSkills reads packages of instructions and scripts that are fetched when the agent starts.
func (r *reader) kagentSkills(l *leastagency.Layer, skills *node.Node) {
	add := func(source leastagency.Artifact) {
		l.Plugins = append(l.Plugins, &leastagency.Plugin{Name: source.Name, At: source.At, Source: source, Enabled: true})
	}
	for _, ref := range skills.Get("refs").Strings() {
		add(image(ref, r.Sys.Knowledge))
	}
	for _, git := range skills.Get("gitRefs").List() {
		address := git.Get("url").String()
		if !address.Set {
			continue
		}
		version := first(git, "commit", "ref").String()
		a := leastagency.Artifact{At: address.At, Ecosystem: "git", Name: strings.TrimSuffix(strings.TrimPrefix(address.V, "https://"), ".git"), Version: cmp.Or(version.V, "main"), Pin: leastagency.Unpinned}
		if version.Set {
			a.At = version.At
		}
		if commit(a.Version) {
			a.Pin = leastagency.Digested
		}
		add(a)
	}
	r.unverified(l, skills.Get("insecureSkipVerify"))
}

// commit reports whether a revision names a commit, whose code nobody can change.
func commit(revision string) bool {
	return len(revision) == 40 && strings.Trim(revision, "0123456789abcdef") == ""
}

// workload reads the container in which an agent itself runs.
func (r *reader) workload(l *leastagency.Layer, d *node.Node) {
	if !d.Is(node.Map) {
		return
	}
	c := &launch{image: d.Get("image").String()}
	c.add(d.Get("cmd"))
	c.add(d.Get("args"))
	r.inPod(l, c, d, d)
}

// inPod adds a container of a pod, with its wall, its command and its variables.
func (r *reader) inPod(l *leastagency.Layer, c *launch, pod, box *node.Node) {
	r.pod(l, c, pod, box)
	r.wall(l, c)
	if cmd := c.command(r.Sys.Knowledge); cmd != nil {
		l.Commands = append(l.Commands, cmd)
	}
	r.kubeEnv(box.Get("env"), func(name string, value leastagency.Value[string]) { r.assign(l, name, value) }, func(c *leastagency.Credential) { l.Credentials = append(l.Credentials, c) })
}

// assign reads one variable of an agent's process.
func (r *reader) assign(l *leastagency.Layer, name string, value leastagency.Value[string]) {
	r.Variable(l, name, &node.Node{Kind: node.String, Text: value.V, At: value.At})
}

// pod reads what a pod and one of its containers take away of the wall between them and the host.
func (r *reader) pod(l *leastagency.Layer, c *launch, pod, box *node.Node) {
	security := box.Get("securityContext")
	if v := security.Get("privileged"); leastagency.Is(v.Bool(), true) {
		c.flag(v.At, "--privileged")
	}
	for _, cap := range security.Get("capabilities", "add").Strings() {
		c.flag(cap.At, "--cap-add="+strings.TrimPrefix(cap.V, "CAP_"))
	}
	for _, key := range []string{"hostNetwork", "hostPID", "hostIPC"} {
		if v := pod.Get(key); leastagency.Is(v.Bool(), true) {
			r.weaken(l, key, v.At)
		}
	}
	for _, volume := range pod.Get("volumes").List() {
		if path := first(volume.Get("hostPath"), "path").String(); path.Set {
			c.flag(path.At, "-v", path.V+":"+path.V)
		} else if path := volume.Get("hostPath").String(); path.Set { // ToolHive
			c.flag(path.At, "-v", path.V+":"+path.V)
		}
	}
}

// weaken says that a container shares something with its host.
func (r *reader) weaken(l *leastagency.Layer, what string, at leastagency.Span) {
	if l.Sandbox == nil {
		l.Sandbox = &leastagency.Sandbox{At: at}
	}
	l.Sandbox.Weakened = append(l.Sandbox.Weakened, leastagency.ValueAt(what, at))
}

// kubeEnv reads variables as Kubernetes writes them: a value, or a key of a Secret.
func (r *reader) kubeEnv(list *node.Node, plain func(string, leastagency.Value[string]), secret func(*leastagency.Credential)) {
	for _, item := range list.List() {
		name := item.Get("name").String()
		if v := item.Get("value").Scalar(); v.Set {
			plain(name.V, v)
			continue
		}
		from := item.Get("valueFrom")
		ref := from
		if nested := from.Get("secretKeyRef"); nested != nil {
			ref = nested
		} else if !is(from.Get("type"), "Secret") {
			continue
		}
		if n := first(ref, "name", "valueRef").String(); n.Set {
			c := &leastagency.Credential{Name: name.V, At: n.At, Source: leastagency.SourceReference, Reference: n.V + "/" + ref.Get("key").String().V}
			if _, told := credential.Classify(name.V, leastagency.ValueAt("${"+name.V+"}", n.At), credential.Any, r.Sys.Knowledge); told != nil {
				c.Kind, c.Service, c.Lifetime, c.Admin = told.Kind, told.Service, told.Lifetime, told.Admin
			}
			secret(c)
		}
	}
}

// headersFrom reads headers of a server in the same form.
func (r *reader) headersFrom(s *leastagency.Server, list *node.Node) {
	if s == nil {
		return
	}
	r.kubeEnv(list, func(name string, value leastagency.Value[string]) {
		v, c := credential.Classify(name, value, r.Syntax, r.Sys.Knowledge)
		s.Headers = append(s.Headers, leastagency.ValueAt(v, value.At))
		if c != nil {
			s.Credentials = append(s.Credentials, c)
		}
	}, func(c *leastagency.Credential) { s.Credentials = append(s.Credentials, c) })
	if len(list.List()) > 0 {
		s.Unauthenticated = false
	}
}

// serverEnv reads variables of a server's process.
func (r *reader) serverEnv(s *leastagency.Server, list *node.Node) {
	r.kubeEnv(list, func(name string, value leastagency.Value[string]) {
		r.variable(s, name, &node.Node{Kind: node.String, Text: value.V, At: value.At})
	}, func(c *leastagency.Credential) { s.Credentials = append(s.Credentials, c) })
}

func (r *reader) kagentToolServer(o object) {
	config := o.spec.Get("config")
	l := r.catalog(o.name, o.at)
	stdio, remote := config.Get("stdio"), first(config, "sse", "streamableHttp")
	s := r.server(l, o.name, o.at, mcpserver.Dialect{}, field{"command", stdio.Get("command")}, field{"args", stdio.Get("args")}, field{"env", stdio.Get("env")},
		field{"url", remote.Get("url")}, field{"headers", remote.Get("headers")}, field{"description", o.spec.Get("description")})
	if s == nil {
		return
	}
	r.serverEnv(s, stdio.Get("envFrom"))
	r.headersFrom(s, remote.Get("headersFrom"))
}

// kmcp reads a server that the operator runs as a deployment of its own.
func (r *reader) kmcp(o object) {
	d := o.spec.Get("deployment")
	c := &launch{image: d.Get("image").String()}
	c.add(d.Get("cmd"))
	c.add(d.Get("args"))
	l := r.catalog(o.name, o.at)
	r.pod(l, c, d, d)
	s := r.serve(l, o.name, o.at, c, nil)
	r.serverEnv(s, d.Get("env"))
	for _, m := range d.Get("env").Each() { // a map here
		r.variable(s, m.Key, m.Value)
	}
	for _, ref := range d.Get("secretRefs").List() {
		if name := ref.Get("name").String(); name.Set {
			s.Credentials = append(s.Credentials, &leastagency.Credential{Name: name.V, At: name.At, Source: leastagency.SourceReference, Reference: name.V, Kind: "all keys of a Secret"})
		}
		for _, m := range ref.Each() {
			if m.Key != "name" && m.Key != "optional" {
				r.Problem(m.At, leastagency.ProblemUnknownKey, "kmcp knows no %s in \"secretRefs\", so it protects nothing: the whole Secret is mounted", leastagency.Quote(m.Key))
			}
		}
	}
	for _, m := range o.spec.Each() {
		if !slices.Contains([]string{"deployment", "transportType", "stdioTransport", "httpTransport", "authz", "authn", "timeout"}, m.Key) {
			r.Problem(m.At, leastagency.ProblemIgnored, "kmcp has no field %s: it is never read", leastagency.Quote(m.Key))
		}
	}
	r.unverified(l, o.spec.Get("httpTransport", "tls", "insecureSkipVerify"))
}

// kagentHarness reads a coding agent that answers in chat channels.
func (r *reader) kagentHarness(o object) {
	l := r.agent(o.name, o.at, leastagency.ModeUnknown)
	for _, channel := range o.spec.Get("channels").List() {
		for _, m := range channel.Each() {
			if token := m.Value.Get("botToken", "value"); token != nil {
				r.Credential(l, "botToken", token)
			}
		}
		access := channel.Get("openclaw", "channelAccess")
		if is(access, "open") {
			r.stranger(l, &leastagency.Trigger{At: access.At, Unauthenticated: true, Name: "channel of type " + channel.Get("type").String().V}, "reads what anybody in the channel writes")
		}
	}
	r.workload(l, o.spec.Get("workload"))
}
