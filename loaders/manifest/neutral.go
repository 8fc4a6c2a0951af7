package manifest

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// neutral is this project's own manifest, for teams whose framework keeps everything in code: agent.yaml,
// agents.yaml or agency.yaml with "leastagency: v1". Its schema stands in schema/manifest.cue. Files of
// the same shape that others made up are read alike, and less is taken for granted: whose keys they are
// is not known.
func neutral() []format {
	own := format{
		product: "manifest", title: "The manifest", syntax: credential.Any,
		match: func(p string) bool { return ends(p, ".yaml", ".yml", ".json", ".jsonc") },
		marks: []string{"leastagency"},
		is: func(_ *reader, root *node.Node) bool {
			return root.Get("leastagency").Is(node.String) && (root.Get("agents").Is(node.Map) || root.Get("name").Is(node.String))
		},
		read: func(r *reader, root *node.Node) {
			r.Unknown(root, "the manifest", append(slices.Clone(manifestKeys), "leastagency", "agents", "name")...)
			if root.Get("name").Is(node.String) {
				r.manifestAgent(root.Get("name").Text, root.Get("name").Inner(), root)
			}
			for _, m := range root.Get("agents").Each() {
				r.manifestAgent(m.Key, m.At, m.Value)
			}
		},
	}
	likely := regexp.MustCompile(`(^|[^a-z])agen(t|ts|cy)([^a-z]|$)`)
	theirs := regexp.MustCompile(`(^|/)\.[a-z][^/]*/`) // a folder that a product keeps its own files in
	alike := own
	alike.title = "A manifest of this shape"
	alike.match = func(p string) bool {
		if !own.match(p) || theirs.MatchString(p) {
			return false
		}
		return likely.MatchString(path.Base(p)) || likely.MatchString(path.Base(path.Dir(p)))
	}
	alike.marks = []string{"instructions", "prompt"}
	alike.is = func(_ *reader, root *node.Node) bool { return len(homemade(root)) > 0 }
	alike.read = func(r *reader, root *node.Node) {
		for _, m := range homemade(root) {
			l := r.manifestAgent(m.Key, m.At, m.Value)
			for _, t := range l.Tools {
				for i := range t.Effects {
					t.Effects[i].Confidence = min(cmp.Or(t.Effects[i].Confidence, leastagency.Inferred), leastagency.Inferred)
				}
			}
		}
	}
	return []format{own, alike}
}

// manifestKeys are the keys of an agent in the manifest.
var manifestKeys = []string{"purpose", "owner", "instructions", "model", "approval", "triggers", "tools", "servers", "credentials", "identity", "policies", "memory", "limits", "sandbox", "delegates"}

// prompts are the keys under which home-made manifests keep what the model is told.
var prompts = []string{"instructions", "system_prompt", "systemPrompt", "system", "prompt"}

// homemade returns the agents of a document that has the shape of a manifest: a name or a key, words
// for the model, and tools. Of a single document a name is asked for.
func homemade(root *node.Node) []node.Member {
	if root.Get("apiVersion") != nil || root.Get("$schema") != nil || root.Get("kind") != nil || root.Get("services") != nil {
		return nil
	}
	shaped := func(n *node.Node) bool {
		tools := n.Get("tools")
		return told(n) != nil && (tools.Is(node.List) && len(tools.Items) > 0 || tools.Is(node.Map) || n.Get("mcpServers").Is(node.Map) || n.Get("mcp_servers") != nil)
	}
	if name := root.Get("name"); name.Is(node.String) && shaped(root) {
		return []node.Member{{Key: name.Text, At: name.Inner(), Value: root}}
	}
	var out []node.Member
	for _, m := range root.Get("agents").Each() {
		if shaped(m.Value) {
			out = append(out, m)
		}
	}
	for _, item := range root.Get("agents").List() {
		if name := item.Get("name"); name.Is(node.String) && shaped(item) {
			out = append(out, node.Member{Key: name.Text, At: name.Inner(), Value: item})
		}
	}
	return out
}

// told is what a model is told; nil when there is nothing.
func told(n *node.Node) *node.Node {
	for _, key := range prompts {
		if v := n.Get(key); v.Is(node.String) && strings.TrimSpace(v.Text) != "" {
			return v
		}
	}
	return nil
}

// approvals are what the manifest calls the ways to decide on a tool call.
var approvals = map[string]leastagency.Mode{"always": leastagency.ModeAsk, "never": leastagency.ModeBypass, "deny": leastagency.ModeDenyRest}

func (r *reader) manifestAgent(name string, at leastagency.Span, n *node.Node) *leastagency.Layer {
	l := r.agent(name, at, leastagency.ModeUnknown)
	r.Describe(l, first(n, "purpose", "description", "role"))
	if file := n.Get("instructions", "file"); file.Is(node.String) {
		if f := r.Sys.Open(path.Join(path.Dir(r.File.Path), file.Text)); f != nil {
			r.Tell(l, &leastagency.Text{Kind: leastagency.TextInstructions, At: f.Span(0, len(f.Data)), Body: string(f.Data), Raw: true})
		}
	} else if text := told(n); text != nil {
		r.instruct(l, text)
		holes(l, reading.Text(leastagency.TextInstructions, text))
	}
	if gate := n.Get("approval"); gate.Is(node.String) {
		if mode, ok := approvals[gate.Text]; ok {
			l.Mode = leastagency.ValueAt(mode, gate.Inner())
		} else {
			r.Problem(gate.At, leastagency.ProblemType, "approval is \"always\", \"never\" or \"deny\": this value decides nothing")
		}
	}
	r.manifestTools(l, n.Get("tools"))
	for _, key := range []string{"servers", "mcpServers", "mcp_servers"} {
		if list := n.Get(key); list.Is(node.Map) {
			r.Servers(l, mcpserver.Dialect{Syntax: r.Syntax, Included: []string{"tools"}, Excluded: []string{"without"}}, list)
		}
	}
	for _, item := range n.Get("triggers").List() {
		r.manifestTrigger(l, item)
	}
	for _, item := range n.Get("credentials").List() {
		r.manifestCredential(l, item)
	}
	for _, item := range n.Get("memory").List() {
		at := item.Get("name").Inner()
		if at.IsZero() {
			continue
		}
		t := effects(r.kind(l, item.Get("name").Text, at, leastagency.ActionOther), leastagency.Project, "keeps what it is told for later runs", leastagency.Remember)
		t.Action.Name = plain(item.Get("name").Text)
	}
	limits := n.Get("limits")
	number(&l.Limits.Turns, first(limits, "turns", "max_turns", "max_iterations"))
	number(&l.Limits.Turns, first(n, "max_turns", "max_iterations", "max_steps"))
	number(&l.Limits.Seconds, first(limits, "seconds", "timeout"))
	number(&l.Limits.Depth, limits.Get("depth"))
	r.manifestWall(l, n.Get("sandbox"))
	for _, file := range n.Get("policies").Strings() {
		if document := r.referred(file); document != nil {
			stack{reader: r}.policy(l, document, "its identity")
		}
	}
	for _, item := range first(n, "delegates", "sub_agents", "handoffs").List() {
		if item.Is(node.String) {
			r.delegate(l, item)
		} else if to := item.Get("name").String(); to.Set {
			l.Delegates = append(l.Delegates, leastagency.Delegate{Name: to.V, At: to.At, Typed: is(item.Get("hands_over"), "typed")})
		}
	}
	return l
}

// manifestTools reads the tools: a name that says all, or what the tool can do in the words of the model.
func (r *reader) manifestTools(l *leastagency.Layer, list *node.Node) {
	l.ToolsSet = list != nil
	var items []node.Member
	for _, m := range list.Each() {
		if off := m.Value.Bool(); !off.Set || off.V {
			items = append(items, m)
		}
	}
	for _, item := range list.List() {
		name := item
		if item.Is(node.Map) {
			name = first(item, "name", "id", "type")
			if function := item.Get("function", "name"); function.Is(node.String) {
				name = function
			}
		}
		if name.Is(node.String) && name.Text != "" {
			items = append(items, node.Member{Key: name.Text, At: name.Inner(), Value: item})
		}
	}
	for _, m := range items {
		t := r.tool(l, m.Key, m.At)
		r.explain(l, m.Value.Get("description"))
		if can := m.Value.Get("can"); can.Is(node.List) {
			t.Effects = nil
			for _, item := range can.Items {
				c, breadth := capability(item.String().V), breadthOf(m.Value.Get("scope").String().V)
				if c == leastagency.CapabilityUnknown {
					r.Problem(item.At, leastagency.ProblemType, "there is no such capability: what the tool can do is not known")
					continue
				}
				t.Effects = append(t.Effects, leastagency.Effect{Capability: c, Reach: leastagency.Reach{Breadth: breadth}, Why: "is declared to " + verbs[c], Confidence: leastagency.Declared})
			}
		}
		switch m.Value.Get("approval").String().V {
		case "always":
			r.gate(l, t, leastagency.Ask, m.Value.Get("approval").Inner())
		case "never":
			r.gate(l, t, leastagency.Allow, m.Value.Get("approval").Inner())
		}
	}
}

// verbs say in messages what the capabilities of the manifest do.
var verbs = [...]string{leastagency.ReadUntrusted: "read what strangers write", leastagency.ReadPrivate: "read private data", leastagency.ReadSecret: "read credentials",
	leastagency.WriteFiles: "change files", leastagency.WriteState: "change a service", leastagency.Destroy: "destroy data", leastagency.Send: "carry data out", leastagency.Execute: "run code",
	leastagency.Spawn: "start agents", leastagency.Configure: "change what agents may do", leastagency.Remember: "change what is remembered", leastagency.Decide: "approve and grant", leastagency.Pay: "move money"}

func capability(name string) leastagency.Capability {
	for c := range leastagency.Capability(len(verbs)) {
		if c != 0 && c.String() == name {
			return c
		}
	}
	return leastagency.CapabilityUnknown
}

func breadthOf(name string) leastagency.Breadth {
	for b := leastagency.One; b <= leastagency.Everything; b++ {
		if b.String() == name {
			return b
		}
	}
	return leastagency.BreadthUnknown
}

// manifestTrigger reads who starts the agent, and whether anybody asks who that is.
func (r *reader) manifestTrigger(l *leastagency.Layer, item *node.Node) {
	name := item.Get("name")
	if !name.Is(node.String) {
		return
	}
	t := &leastagency.Trigger{At: name.Inner(), Name: name.Text, Unauthenticated: is(item.Get("authentication"), "none")}
	if is(item.Get("who"), "anyone") {
		r.stranger(l, t, "reads what anybody who starts it writes")
		return
	}
	l.Triggers = append(l.Triggers, t)
}

// lifetimes are what the manifest calls how long a copy of a credential is worth something.
var lifetimes = map[string]leastagency.Lifetime{"expiring": leastagency.Expiring, "federated": leastagency.Federated, "static": leastagency.Static}

func (r *reader) manifestCredential(l *leastagency.Layer, item *node.Node) {
	name := item.Get("name").String()
	if !name.Set {
		return
	}
	if value := item.Get("value"); value != nil {
		r.Credential(l, name.V, value)
		return
	}
	c := &leastagency.Credential{Name: name.V, At: name.At, Source: leastagency.SourceReference, Reference: cmp.Or(item.Get("from").String().V, name.V),
		Service: item.Get("service").String().V, Lifetime: lifetimes[item.Get("lifetime").String().V], Admin: leastagency.Is(item.Get("admin").Bool(), true)}
	l.Credentials = append(l.Credentials, c)
}

// manifestWall reads the wall around what the agent runs. What is not stated is not known.
func (r *reader) manifestWall(l *leastagency.Layer, n *node.Node) {
	kind := n.Get("kind")
	if !kind.Is(node.String) {
		return
	}
	at := kind.Inner()
	s := &leastagency.Sandbox{At: at, Enabled: leastagency.ValueAt(kind.Text != "none", at), FailClosed: n.Get("fails_closed").Bool(), Retry: leastagency.ValueAt(false, at)}
	switch network := n.Get("network"); {
	case is(network, "none"):
		s.HostsSet = true
	case is(network, "open"):
		s.OpenNetwork = leastagency.ValueAt(true, network.Inner())
	case network.Is(node.List):
		s.Hosts, s.HostsSet = network.Strings(), true
	default:
		s.OpenNetwork = leastagency.ValueAt(true, at) // not said, so nothing is taken away
	}
	s.Mounts = n.Get("mounts").Strings()
	l.Sandbox = s
	if service := n.Get("service").String(); service.Set {
		r.manifestService(l, service)
	}
}

// manifestService reads of a service of a Compose file, "compose.yaml:agent", what it takes away of the
// wall and which variables it hands over.
func (r *reader) manifestService(l *leastagency.Layer, ref leastagency.Value[string]) {
	file, name, _ := strings.Cut(ref.V, ":")
	root := r.referred(leastagency.ValueAt(file, ref.At))
	if root == nil {
		return
	}
	s := root.Get("services", name)
	if s == nil {
		r.Problem(ref.At, leastagency.ProblemIgnored, "%s has no service %s: what stands around the agent is not known", leastagency.Quote(file), leastagency.Quote(name))
		return
	}
	r.wall(l, r.service(s))
	for _, v := range pairs(s.Get("environment")) {
		r.Variable(l, v.Key, v.Value)
	}
}

// referred opens a file that the manifest names; one that is not there is told.
func (r *reader) referred(file leastagency.Value[string]) *node.Node {
	n := r.open(file.V)
	if n == nil {
		r.Problem(file.At, leastagency.ProblemIgnored, "there is no %s: what it says is not known", leastagency.Quote(file.V))
	}
	return n
}
