package manifest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// n8n are workflows with agents in them: graphs of nodes, in which tools, models and memories are
// connected to an agent, and a trigger leads to it. A workflow without an agent is not ours.
//
// Source: packages/@n8n/nodes-langchain and packages/nodes-base of github.com/n8n-io/n8n.
func n8n() []format {
	return []format{{product: "n8n", title: "n8n", syntax: credential.Any,
		match: func(p string) bool { return ends(p, ".json") },
		marks: []string{"n8n-nodes-langchain."},
		is:    func(_ *reader, root *node.Node) bool { return newGraph(nil, root).agentic() },
		read:  func(r *reader, root *node.Node) { newGraph(r, root).read() },
	}}
}

// A graph is a workflow with its nodes by name, and for each node what leads to it by kind of wire.
type graph struct {
	*reader
	root  *node.Node
	nodes []*node.Node
	into  map[string]map[string][]string // target, wire: sources
	from  map[string][]string            // source: targets on the main wire
}

func newGraph(r *reader, root *node.Node) graph {
	g := graph{reader: r, root: root, into: map[string]map[string][]string{}, from: map[string][]string{}}
	if !root.Get("connections").Is(node.Map) {
		return g
	}
	for _, n := range root.Get("nodes").List() {
		if n.Get("type").Is(node.String) && n.Get("name").Is(node.String) {
			g.nodes = append(g.nodes, n)
		}
	}
	for _, source := range root.Get("connections").Each() {
		for _, wire := range source.Value.Each() {
			for _, output := range wire.Value.List() {
				for _, end := range output.List() {
					g.wire(source.Key, wire.Key, end.Get("node").String().V)
				}
			}
		}
	}
	return g
}

func (g graph) wire(source, wire, target string) {
	if g.into[target] == nil {
		g.into[target] = map[string][]string{}
	}
	g.into[target][wire] = append(g.into[target][wire], source)
	if wire == "main" {
		g.from[source] = append(g.from[source], target)
	}
}

// kind is the type of a node without the package that it comes from: "agent", "gmailTool".
func kind(n *node.Node) string {
	t := n.Get("type").Text
	return t[strings.LastIndexByte(t, '.')+1:]
}

// agentNodes are the nodes in which a model chooses tools.
var agentNodes = []string{"agent", "agentTool", "openAiAssistant", "mcpTrigger"}

func isAgent(n *node.Node) bool {
	return strings.Contains(n.Get("type").Text, "langchain.") && slices.Contains(agentNodes, kind(n))
}

func (g graph) agentic() bool { return slices.ContainsFunc(g.nodes, isAgent) }

func (g graph) node(name string) *node.Node {
	for _, n := range g.nodes {
		if n.Get("name").Text == name {
			return n
		}
	}
	return nil
}

func (g graph) read() {
	for _, n := range g.nodes {
		if isAgent(n) {
			g.agent(n)
		}
	}
	first := g.Sys.Layers[len(g.Sys.Layers)-1]
	for _, n := range g.nodes {
		g.written(first, n)
	}
}

// defaultTurns is how often an agent calls its model when nothing is said.
const defaultTurns = 10

func (g graph) agent(n *node.Node) {
	name := n.Get("name")
	l := g.reader.agent(name.Text, name.At, leastagency.ModeBypass)
	p := n.Get("parameters")
	g.Describe(l, p.Get("toolDescription"))
	system := first(p.Get("options"), "systemMessage")
	g.instruct(l, system)
	g.instruct(l, p.Get("text"))
	l.Limits.Turns = leastagency.Value[int]{V: defaultTurns}
	number(&l.Limits.Turns, p.Get("options", "maxIterations"))
	l.ToolsSet = true
	for _, source := range g.into[name.Text]["ai_tool"] {
		if t := g.node(source); t != nil && !leastagency.Is(t.Get("disabled").Bool(), true) {
			g.tool(l, t)
		}
	}
	if kind(n) == "mcpTrigger" {
		if !guarded(p) {
			l.Triggers = append(l.Triggers, &leastagency.Trigger{At: name.At, Name: "calls of any client", Unauthenticated: true})
		}
		return
	}
	for _, t := range g.triggers(name.Text) {
		g.trigger(l, t)
	}
	g.pasted(l, system)
	g.after(l, name.Text)
}

// guarded reports whether an entry asks callers who they are.
func guarded(p *node.Node) bool {
	auth := p.Get("authentication")
	return auth.Is(node.String) && !is(auth, "none")
}

// triggers are the nodes from which a run can reach a node.
func (g graph) triggers(name string) []*node.Node {
	var out []*node.Node
	seen, queue := map[string]bool{name: true}, []string{name}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, source := range g.into[at]["main"] {
			if seen[source] {
				continue
			}
			seen[source] = true
			queue = append(queue, source)
			if n := g.node(source); n != nil && !leastagency.Is(n.Get("disabled").Bool(), true) && (kind(n) == "webhook" || strings.HasSuffix(kind(n), "Trigger") || kind(n) == "emailReadImap") {
				out = append(out, n)
			}
		}
	}
	return out
}

// mailboxes are triggers that bring text that anybody can send, and what they bring.
var mailboxes = map[string]string{"emailReadImap": "mail that anybody can send", "gmailTrigger": "mail that anybody can send", "microsoftOutlookTrigger": "mail that anybody can send",
	"telegramTrigger": "messages that anybody can send to the bot", "whatsAppTrigger": "messages that anybody can send", "facebookLeadAdsTrigger": "forms that anybody can fill in",
	"githubTrigger": "issues and comments that anybody can write", "gitlabTrigger": "issues and comments that anybody can write", "rssFeedReadTrigger": "articles of other people",
	"typeformTrigger": "forms that anybody can fill in", "jotFormTrigger": "forms that anybody can fill in"}

func (g graph) trigger(l *leastagency.Layer, n *node.Node) {
	p, name := n.Get("parameters"), n.Get("name")
	t := &leastagency.Trigger{At: name.At, Name: name.Text}
	switch k := kind(n); {
	case mailboxes[k] != "":
		if k == "telegramTrigger" && (p.Get("additionalFields", "chatIds") != nil || p.Get("additionalFields", "userIds") != nil) {
			return // people of the owner's choice
		}
		g.stranger(l, t, "brings "+mailboxes[k])
	case k == "webhook" && !guarded(p), k == "formTrigger" && !guarded(p), k == "chatTrigger" && leastagency.Is(p.Get("public").Bool(), true) && !guarded(p):
		t.Unauthenticated = true
		g.stranger(l, t, "brings what anybody sends who knows the address")
	}
}

// outside is an expression that takes text of the run: of the node before, or of a named one.
var outside = lazy.Compile(`\{\{[^}]*(\$json\b|\$\(|\$node\b|\$input\b|\$items\b)[^}]*\}\}`)

// pasted tells whether text of strangers is part of the instructions themselves.
func (g graph) pasted(l *leastagency.Layer, system *node.Node) {
	if !system.Is(node.String) || len(l.Triggers) == 0 {
		return
	}
	if m := outside.Get().FindString(system.Text); m != "" {
		at := credential.Within(system.At, m)
		l.Inputs = append(l.Inputs, &leastagency.Input{Kind: leastagency.InputPrompt, At: at, Name: m, Untrusted: true,
			Way: []leastagency.Step{{At: l.Triggers[0].At, Text: "trigger " + leastagency.Quote(l.Triggers[0].Name) + " brings it"}}})
	}
}

// fromModel marks a field that the model fills in.
const fromModel = "$fromAI("

// chosen reports whether the model fills in a part of a value.
func chosen(n *node.Node) bool {
	if n.Is(node.String) {
		return strings.Contains(n.Text, fromModel)
	}
	return slices.ContainsFunc(n.Each(), func(m node.Member) bool { return chosen(m.Value) }) || slices.ContainsFunc(n.List(), chosen)
}

func (g graph) tool(l *leastagency.Layer, n *node.Node) {
	name, p := n.Get("name"), n.Get("parameters")
	switch kind(n) {
	case "mcpClientTool":
		g.client(l, n)
		return
	case "agentTool", "toolWorkflow":
		g.delegate(l, name)
	}
	t := g.reader.tool(l, kind(n), name.At)
	t.Text = g.Sys.Knowledge.Redact(name.Text)
	if t.Action.Kind == leastagency.ActionOther {
		t.Action.Name = plain(kind(n)) + "." + plain(name.Text)
	}
	g.explain(l, first(p, "toolDescription", "description"))
	g.operation(t, n)
	switch query := p.Get("query"); {
	case !query.Is(node.String):
	case chosen(query):
		if anyQuery.MatchString(strings.TrimSpace(query.Text)) {
			t.RawQuery = leastagency.ValueAt("SQL", query.At)
		}
	default: // a statement of the owner's
		t.Effects = slices.DeleteFunc(t.Effects, func(e leastagency.Effect) bool { return e.Capability != leastagency.ReadPrivate })
	}
	if run := p.Get("command"); t.Action.Kind == leastagency.ActionShell && run.Is(node.String) && !chosen(run) {
		t.Effects = nil // one command of the owner's
	}
	g.address(t, p)
	for _, key := range []string{"sendTo", "toEmail", "toRecipients", "to", "chatId", "channelId"} {
		switch to := p.Get(key); {
		case to == nil:
		case chosen(to) && key != "chatId" && key != "channelId":
			t.Recipient = leastagency.ValueAt(key, to.At)
		case !chosen(to): // people of the owner's choice
			takeAway(t, leastagency.Send, leastagency.WriteState)
		}
	}
}

// defaults are the operations of nodes that write none down. Exports leave out what is the default.
var defaults = map[string]string{"gmailTool": "send", "microsoftOutlookTool": "send", "googleCalendarTool": "create", "slackTool": "post", "telegramTool": "sendMessage",
	"googleSheetsTool": "read", "mongoDbTool": "find"}

// Operations by what they do: those that change nothing, and those that reach other people.
var (
	reads    = lazy.Compile(`(?i)^(get|search|list|read|lookup|find|select|count|download|availability|retrieve|aggregate)`)
	reaches  = lazy.Compile(`(?i)^(send|reply|create|post|publish|share|upload|forward|invite|message)`)
	anyQuery = lazy.Compile(`^=?\{\{\s*\$fromAI\([^}]*\)\s*\}\}$`)
)

// operation narrows what a tool can do to the one operation that it offers.
func (g graph) operation(t *leastagency.Rule, n *node.Node) {
	p, k := n.Get("parameters"), kind(n)
	operation := cmp.Or(p.Get("operation").String().V, defaults[k])
	switch {
	case operation == "" || t.Action.Kind != leastagency.ActionOther || operation == "executeQuery":
	case operation == "sendAndWait": // asks a person
		t.Effects = nil
	case reads.MatchString(operation):
		t.Effects = slices.DeleteFunc(t.Effects, func(e leastagency.Effect) bool {
			return e.Capability != leastagency.ReadPrivate && e.Capability != leastagency.ReadUntrusted && e.Capability != leastagency.ReadSecret
		})
	default:
		takeAway(t, leastagency.ReadPrivate, leastagency.ReadUntrusted)
		if !reaches.MatchString(operation) {
			takeAway(t, leastagency.Send)
		}
	}
	if is(p.Get("resource"), "label") || is(p.Get("operation"), "addLabels", "removeLabels", "markAsRead", "markAsUnread") { // of one's own mail: nobody else sees them
		takeAway(t, leastagency.Send, leastagency.ReadUntrusted, leastagency.WriteState)
	}
	if k == "googleCalendarTool" && !chosen(p.Get("additionalFields", "attendees")) && !chosen(p.Get("updateFields", "attendees")) {
		takeAway(t, leastagency.Send) // nobody is invited
	}
}

// takeAway takes capabilities away from a tool.
func takeAway(t *leastagency.Rule, can ...leastagency.Capability) {
	t.Effects = slices.DeleteFunc(t.Effects, func(e leastagency.Effect) bool { return slices.Contains(can, e.Capability) })
}

// address narrows a request to the host that its owner wrote down.
func (g graph) address(t *leastagency.Rule, p *node.Node) {
	if t.Action.Kind != leastagency.ActionFetch {
		return
	}
	h := host(p.Get("url").String().V)
	if h == "" {
		return
	}
	t.Action.Pattern = h
	t.Effects = []leastagency.Effect{{Capability: leastagency.ReadUntrusted, Reach: leastagency.Reach{Breadth: leastagency.One, Pattern: h}, Why: "reads from " + h, Confidence: leastagency.Inferred}}
}

// client adds the server behind an MCP client tool.
func (g graph) client(l *leastagency.Layer, n *node.Node) {
	p, name := n.Get("parameters"), n.Get("name")
	d := mcpserver.Dialect{}
	list := field{"only", p.Get("includeTools")}
	switch {
	case is(p.Get("include"), "selected"):
		d.Included = []string{"only"}
	case is(p.Get("include"), "except"):
		list.value = p.Get("excludeTools")
		d.Excluded = []string{"only"}
	default:
		list.value = nil
	}
	var auth *node.Node
	if guarded(p) {
		auth = p.Get("authentication")
	}
	address := first(p, "endpointUrl", "sseEndpoint")
	if address.Is(node.String) && strings.Contains(address.Text, "{{") {
		address = nil
	}
	if s := g.server(l, name.Text, name.At, d, field{"url", address}, field{"auth", auth}, list); s != nil && address == nil {
		s.Unauthenticated = false
	}
}

// after adds what runs with the words of the agent in its command line.
func (g graph) after(l *leastagency.Layer, name string) {
	for _, target := range g.from[name] {
		n := g.node(target)
		if n == nil || kind(n) != "executeCommand" && kind(n) != "ssh" {
			continue
		}
		if run := n.Get("parameters", "command"); run.Is(node.String) && outside.MatchString(run.Text) {
			l.Answers = append(l.Answers, leastagency.Step{At: run.At, Text: "node " + leastagency.Quote(target) + " runs what the agent answers"})
		}
	}
}

// written reads what a node holds in its own parameters instead of in a credential of the platform.
func (g graph) written(l *leastagency.Layer, n *node.Node) {
	p := n.Get("parameters")
	for _, key := range []string{"headerParameters", "queryParameters", "parametersHeaders", "parametersQuery", "headerParametersUi"} {
		for _, list := range []string{"parameters", "values", "parameter"} {
			g.variables(l, p.Get(key, list))
		}
	}
	if address := p.Get("url"); address.Is(node.String) {
		found, _ := credential.FromURL(address.String(), g.Syntax, g.Sys.Knowledge)
		l.Credentials = append(l.Credentials, found...)
	}
	for _, key := range []string{"jsCode", "pythonCode", "functionCode", "jsonHeaders"} {
		if code := p.Get(key); code.Is(node.String) {
			g.Secrets(l, code.Text, code.At)
		}
	}
}
