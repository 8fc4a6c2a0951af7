package copilot

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/effect"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
	"github.com/leastagency/leastagency/loaders/internal/toolset"
)

// servers is what the cloud agent and the command line make of an entry.
var servers = mcpserver.Dialect{Syntax: credential.Copilot, Included: []string{"tools"}}

// markdown reads the head and tells where the body is.
func (r *reader) markdown() (head *node.Node, body leastagency.Span) {
	doc, problems := node.ParseMarkdown(r.File)
	if doc.Root.Is(node.Map) {
		for _, p := range problems {
			if p.Kind != leastagency.ProblemSyntax { // what is not quite YAML was read as the product reads it
				r.Sys.Problems = append(r.Sys.Problems, p)
			}
		}
		return doc.Root, doc.Body
	}
	return nil, doc.Body
}

// stem is the file's name without its endings.
func (r *reader) stem() string {
	name := path.Base(r.File.Path)
	for _, end := range []string{".md", ".agent", ".chatmode", ".prompt"} {
		name = strings.TrimSuffix(name, end)
	}
	return name
}

// session starts the layer of a file that a whole session reads. One that lies in no folder from
// which the product takes it is in force nowhere: it is for others to copy.
func (r *reader) session() *leastagency.Layer {
	l := r.layer(leastagency.KindSession, "", r.File.Whole())
	if r.loose {
		l.Kind = leastagency.KindUnknown
	} else if r.Scope == leastagency.ScopeProject {
		l.AlsoReadBy = []string{"vscode"}
	}
	return l
}

// instructions reads prose that is loaded with every request, or with those that concern certain files.
func (r *reader) instructions() {
	head, body := r.markdown()
	if strings.TrimSpace(body.Text()) == "" {
		return
	}
	l := r.session()
	r.Tell(l, reading.Text(leastagency.TextDescription, head.Get("description")))
	r.Tell(l, reading.Body(body))
}

// ignored are keys of other products' agent files that would narrow or widen an agent there.
var ignored = []string{"permissions", "permission", "permissionMode", "allowed-tools", "allowedTools", "disallowedTools", "disallowed-tools"}

// agent reads a custom agent, or a chat mode as it was called.
func (r *reader) agent() {
	head, body := r.markdown()
	if head == nil || r.loose && head.Get("description") == nil && head.Get("tools") == nil {
		if strings.TrimSpace(body.Text()) == "" || r.loose {
			return
		}
		l := r.layer(leastagency.KindUnknown, r.stem(), r.File.Whole()) // without a head it is a page about agents
		r.Tell(l, reading.Body(body))
		return
	}
	name, at := r.stem(), r.File.Whole()
	if n := head.Get("name").Scalar(); n.V != "" {
		name, at = n.V, n.At
	} else if m := head.Member("description"); m != nil {
		at = m.At
	}
	l := r.layer(leastagency.KindSubagent, name, at)
	r.describe(l, head)
	r.Tell(l, reading.Body(body))
	r.tools(l, head.Get("tools"))
	for _, handoff := range head.Get("handoffs").List() {
		r.Tell(l, reading.Text(leastagency.TextPrompt, handoff.Get("prompt")))
	}
	for _, key := range ignored {
		if m := head.Member(key); m != nil {
			r.Problem(m.At, leastagency.ProblemUnknownKey, "an agent of Copilot has no %q: it is ignored, and only \"tools\" narrows what the agent is offered", key)
		}
	}
	if head.Get("target").String().V == "vscode" && head.Get("mcp-servers") != nil {
		r.Problem(head.Member("mcp-servers").At, leastagency.ProblemIgnored, "VS Code starts no servers of an agent's file, and the agent is for VS Code alone")
	} else if s := head.Get("mcp-servers"); s.Is(node.Map) {
		l.Servers = servers.Read(s, r.Sys)
		l.Switches = append(l.Switches, mcpserver.Switches(l.Servers, r.Sys.Knowledge)...)
	}
	if hooks := head.Get("hooks"); hooks.Is(node.Map) {
		r.hooks(l, hooks)
	}
}

// describe sets the description, which a model reads when it chooses.
func (r *reader) describe(l *leastagency.Layer, head *node.Node) {
	l.Description = head.Get("description").String()
	r.Tell(l, reading.Text(leastagency.TextDescription, head.Get("description")))
}

// prompt reads a prompt that a person starts by name.
func (r *reader) prompt() {
	head, body := r.markdown()
	if head == nil && strings.TrimSpace(body.Text()) == "" {
		return
	}
	l := r.layer(leastagency.KindCommand, r.stem(), r.File.Whole())
	r.describe(l, head)
	r.Tell(l, reading.Body(body))
	r.tools(l, head.Get("tools"))
}

// tools reads the list of tools that are offered: a list, or a text with commas. Names that nobody
// knows are kept without meaning, because an extension or a server may bring them.
func (r *reader) tools(l *leastagency.Layer, n *node.Node) {
	if n == nil || n.Is(node.Null) {
		return
	}
	items := n.List()
	if n.Is(node.String) {
		for name := range strings.SplitSeq(n.Text, ",") {
			if name = strings.Trim(strings.TrimSpace(name), `[]"'`); name != "" {
				items = append(items, &node.Node{Kind: node.String, Text: name, At: credential.Within(n.Inner(), name)})
			}
		}
	}
	l.ToolsSet = n.Is(node.List) || n.Is(node.String)
	for _, item := range items[:min(len(items), 1000)] {
		name := item.Scalar()
		if !name.Set || slices.ContainsFunc(l.Tools, func(t *leastagency.Rule) bool { return t.Text == name.V }) {
			continue
		}
		a := toolset.Action(name.V)
		l.Tools = append(l.Tools, &leastagency.Rule{At: name.At, Text: name.V, Decision: leastagency.Allow, Action: a, Effects: effect.Of(a)})
	}
}
