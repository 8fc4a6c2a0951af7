package manifest

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// flowise are flows of Flowise with agents in them, of both generations.
//
// Source: packages/components/nodes/agentflow of github.com/FlowiseAI/Flowise.
func flowise() []format {
	return []format{{product: "flowise", title: "Flowise", syntax: credential.Any,
		match: func(p string) bool { return ends(p, ".json") },
		marks: []string{"Agentflow", "customNode", "agentFlow"},
		is: func(_ *reader, root *node.Node) bool {
			for _, n := range root.Get("nodes").List() {
				if root.Get("edges").Is(node.List) && (strings.HasSuffix(n.Get("data", "name").String().V, "Agentflow") || is(n.Get("type"), "customNode", "agentFlow")) && n.Get("data", "inputs") != nil {
					return true
				}
			}
			return false
		},
		read: (*reader).flow,
	}}
}

// flow adds a layer for each agent of a flow, and one for a flow of models alone.
func (r *reader) flow(root *node.Node) {
	var any *leastagency.Layer
	add := func(n *node.Node) *leastagency.Layer {
		name := first(n, "label", "name")
		any = r.agent(name.String().V, name.At, leastagency.ModeBypass)
		any.ToolsSet = true
		return any
	}
	for _, item := range root.Get("nodes").List() {
		n := item.Get("data")
		in := n.Get("inputs")
		switch name := n.Get("name").String().V; {
		case name == "agentAgentflow" || name == "toolAgentflow":
			l := add(n)
			for _, m := range in.Get("agentMessages").List() {
				r.instruct(l, m.Get("content"))
			}
			for _, t := range in.Get("agentTools").List() {
				r.flowTool(l, t.Get("agentSelectedTool"), t.Get("agentSelectedToolRequiresHumanInput"))
			}
			if t := in.Get("toolAgentflowSelectedTool"); name == "toolAgentflow" {
				r.flowTool(l, t, nil)
			}
		case is(n.Get("category"), "Agents", "Multi Agents", "Sequential Agents"):
			l := add(n)
			for _, key := range []string{"systemMessage", "workerPrompt", "supervisorPrompt", "agentPrompt"} {
				r.instruct(l, in.Get(key))
			}
			number(&l.Limits.Turns, in.Get("maxIterations"))
			r.wiredTools(l, root, n.Get("id").String().V)
		}
	}
	if any == nil {
		any = r.agent(r.fileName(), r.File.Whole(), leastagency.ModeBypass)
		any.NoToolList = true
	}
	r.secrets(any, root, "apiKey", "password", "openAIApiKey", "headers")
}

// flowTool adds a tool, which runs unasked unless a person has to look at its input.
func (r *reader) flowTool(l *leastagency.Layer, name, asks *node.Node) {
	if !name.Is(node.String) || name.Text == "" {
		return
	}
	t := r.tool(l, name.Text, name.At)
	if leastagency.Is(asks.Bool(), true) {
		r.gate(l, t, leastagency.Ask, asks.At)
	}
}

// wiredTools adds the tools that a flow of the first generation connects to an agent.
func (r *reader) wiredTools(l *leastagency.Layer, root *node.Node, id string) {
	for _, edge := range root.Get("edges").List() {
		if edge.Get("target").String().V != id {
			continue
		}
		for _, item := range root.Get("nodes").List() {
			n := item.Get("data")
			if n.Get("id").String().V == edge.Get("source").String().V && strings.HasPrefix(n.Get("category").String().V, "Tools") {
				r.flowTool(l, n.Get("name"), nil)
			}
		}
	}
}
