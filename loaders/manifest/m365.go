package manifest

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// microsoft365 are the declarative agents of Microsoft 365 Copilot and their plugins.
//
// Source: the schemas copilot/declarative-agent v1.0 to v1.8 and copilot/plugin v2.1 to v2.4 of
// github.com/microsoft/json-schemas.
func microsoft365() []format {
	of := format{product: "m365", title: "Microsoft 365 Copilot", syntax: credential.Expression,
		match: func(p string) bool { return ends(p, ".json") }}
	agent, plugin := of, of
	agent.marks = []string{"declarative-agent", `"instructions"`, `"capabilities"`}
	agent.is = func(_ *reader, root *node.Node) bool { return isDeclarative(root) }
	agent.read = (*reader).declarative
	plugin.marks = []string{`"schema_version"`}
	plugin.is = func(_ *reader, root *node.Node) bool { return isPlugin(root) }
	plugin.read = func(r *reader, root *node.Node) {
		l := r.agent(root.Get("name_for_human").String().V, root.Member("name_for_human").At, leastagency.ModeUnknown)
		r.Describe(l, root.Get("description_for_model"))
		r.plugin(l, root)
	}
	return []format{agent, plugin}
}

var declarativeVersion = lazy.Compile(`^v1\.\d$`)

func isDeclarative(root *node.Node) bool {
	if !root.Get("name").Is(node.String) {
		return false
	}
	return strings.Contains(root.Get("$schema").String().V, "/declarative-agent/") ||
		declarativeVersion.MatchString(root.Get("version").String().V) && (root.Get("instructions").Is(node.String) && root.Get("description") != nil || root.Get("capabilities").Is(node.List))
}

func isPlugin(root *node.Node) bool {
	if !root.Get("name_for_human").Is(node.String) {
		return false
	}
	version := root.Get("schema_version").String().V
	return strings.HasPrefix(version, "v2") && (root.Get("runtimes").Is(node.List) || root.Get("functions").Is(node.List)) ||
		version == "v1" && root.Get("api", "type").String().V == "openapi"
}

// include is how instructions name the file that holds them: $[file('instruction.txt')].
var include = lazy.Compile(`^\$\[file\('([^']+)'\)\]$`)

func (r *reader) declarative(root *node.Node) {
	l := r.agent(root.Get("name").String().V, root.Member("name").At, leastagency.ModeUnknown)
	r.Describe(l, root.Get("description"))
	n := root.Get("instructions")
	if m := include.Get().FindStringSubmatch(n.String().V); m != nil {
		r.included(l, m[1])
	} else {
		r.instruct(l, n)
	}
	l.ToolsSet = true
	for _, c := range root.Get("capabilities").List() {
		r.capability(l, c)
	}
	for _, action := range root.Get("actions").List() {
		if root := r.open(action.Get("file").String().V); isPlugin(root) {
			r.plugin(l, root)
		}
	}
	for _, worker := range root.Get("worker_agents").List() {
		r.delegate(l, first(worker, "id", "file"))
	}
}

// scopes are the keys that narrow a capability; without any of them it reaches all that the user can.
var scopes = []string{"sites", "items_by_url", "items_by_sharepoint_ids", "connections", "urls", "folders", "items_by_id", "knowledge_sources"}

// capability reads one of the things that the platform lets the agent do, with the rights of the user
// and without asking.
func (r *reader) capability(l *leastagency.Layer, c *node.Node) {
	name := c.Get("name")
	if !name.Is(node.String) {
		return
	}
	tool := r.tool(l, name.Text, name.At)
	narrow := first(c, scopes...)
	if len(narrow.List()) > 0 {
		for i := range tool.Effects {
			tool.Effects[i].Reach.Breadth = leastagency.One
		}
		if is(name, "WebSearch") { // pages of the owner's choice are no strangers'
			tool.Effects = nil
		}
	}
	r.gate(l, tool, leastagency.Allow, name.At)
}

// included tells the instructions that lie in a file of their own.
func (r *reader) included(l *leastagency.Layer, p string) {
	f := r.Sys.Open(path.Join(path.Dir(r.File.Path), p))
	if f == nil || strings.TrimSpace(string(f.Data)) == "" {
		return
	}
	r.Tell(l, &leastagency.Text{Kind: leastagency.TextInstructions, At: f.Span(0, len(f.Data)), Body: string(f.Data), Raw: true})
}

// plugin adds the functions of a plugin and where they run.
func (r *reader) plugin(l *leastagency.Layer, root *node.Node) {
	l.ToolsSet = true
	for _, f := range root.Get("functions").List() {
		if f.Get("name").Is(node.String) {
			r.function(l, f)
		}
	}
	for _, run := range root.Get("runtimes").List() {
		r.runtime(l, root, run)
	}
}

// confirmation tells whether the user is asked before a function runs. Without a word it depends on
// the method, which stands in another file.
func confirmation(f *node.Node) leastagency.Decision {
	c := f.Get("capabilities", "confirmation")
	switch {
	case c == nil:
		return leastagency.DecisionUnknown
	case is(c.Get("type"), "None"):
		return leastagency.Allow
	case is(c.Get("type"), "AdaptiveCard") && !leastagency.Is(c.Get("isNonConsequential").Bool(), true):
		return leastagency.Ask
	}
	return leastagency.DecisionUnknown
}

// handling are the labels with which a plugin says what a function does with data.
var handling = map[string]leastagency.Capability{"GetPrivateData": leastagency.ReadPrivate, "GetPublicData": leastagency.ReadUntrusted, "ResourceStateUpdate": leastagency.WriteState}

func (r *reader) function(l *leastagency.Layer, f *node.Node) {
	name := f.Get("name")
	tool := r.tool(l, name.Text, name.At)
	tool.Recipient = recipient(name.Text, f.Get("parameters"))
	r.explain(l, f.Get("description"))
	if labels := f.Get("capabilities", "security_info", "data_handling"); labels.Is(node.List) {
		var can []leastagency.Capability
		for _, label := range labels.Strings() {
			if c := handling[label.V]; c != leastagency.CapabilityUnknown {
				can = append(can, c)
			}
		}
		effects(tool, leastagency.Service, "reads or changes what its plugin says it does", can...)
	}
	if d := confirmation(f); d != leastagency.DecisionUnknown {
		r.gate(l, tool, d, f.Get("capabilities", "confirmation").At)
	}
	for _, state := range []string{"reasoning", "responding"} {
		n := f.Get("states", state, "instructions")
		r.instruct(l, n)
		for _, line := range n.List() {
			r.instruct(l, line)
		}
	}
}

// runtime reads where functions run. A remote server offers the functions that it runs for; without a
// list, or with a star, all that it has.
func (r *reader) runtime(l *leastagency.Layer, root, run *node.Node) {
	spec := run.Get("spec")
	if !is(run.Get("type"), "RemoteMCPServer") {
		return
	}
	auth := first(run.Get("auth"), "type", "Type")
	if is(auth, "None") {
		auth = nil
	}
	name := first(root, "namespace", "name_for_human")
	s := r.server(l, name.Text, name.At, mcpserver.Dialect{Included: []string{"included"}},
		field{"url", spec.Get("url")}, field{"auth", auth}, field{"included", run.Get("run_for_functions")})
	listed := spec.Get("mcp_tool_description", "tools")
	if file := spec.Get("mcp_tool_description", "file"); file.Is(node.String) {
		listed = r.open(file.Text).Get("tools")
	}
	if s != nil {
		s.Tools = append(s.Tools, mcpserver.Tools(listed)...)
	}
}
