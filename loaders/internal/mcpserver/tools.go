package mcpserver

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// maxDepth is how deep a schema is searched for descriptions; real ones nest three or four levels.
const maxDepth = 16

// Tools reads the tools of a tools/list answer: name, description, input schema and annotations.
// Items of another kind, such as bare names, are left out.
func Tools(list *node.Node) []*leastagency.Tool {
	var out []*leastagency.Tool
	for _, item := range list.List() {
		name := item.Member("name")
		if name == nil || !name.Value.Is(node.String) {
			continue
		}
		tool := &leastagency.Tool{Name: name.Value.Text, At: name.Value.At}
		if d := item.Get("description"); d.Is(node.String) {
			tool.Description = text(d)
		}
		for _, key := range []string{"inputSchema", "input_schema", "outputSchema", "parameters"} {
			tool.Schema = append(tool.Schema, descriptions(item.Get(key), 0)...)
		}
		notes := item.Get("annotations")
		if title := first(notes, "title"); title.Is(node.String) {
			tool.Schema = append(tool.Schema, text(title))
		}
		tool.ReadOnly = notes.Get("readOnlyHint").Bool()
		tool.Destructive = notes.Get("destructiveHint").Bool()
		out = append(out, tool)
	}
	return out
}

// descriptions collects what a schema says to the model: titles, descriptions, defaults and values to
// choose from are all text that a server's author writes and the model reads.
func descriptions(schema *node.Node, depth int) []*leastagency.Text {
	if schema == nil || depth > maxDepth {
		return nil
	}
	var out []*leastagency.Text
	for _, m := range schema.Members {
		switch {
		case m.Value.Is(node.String) && (m.Key == "description" || m.Key == "title" || m.Key == "default" || m.Key == "$comment"):
			out = append(out, text(m.Value))
		case m.Key == "enum" || m.Key == "examples":
			for _, v := range m.Value.List() {
				if v.Is(node.String) {
					out = append(out, text(v))
				}
			}
		default:
			out = append(out, descriptions(m.Value, depth+1)...)
		}
	}
	for _, item := range schema.Items {
		out = append(out, descriptions(item, depth+1)...)
	}
	return out
}

func text(n *node.Node) *leastagency.Text {
	return &leastagency.Text{Kind: leastagency.TextDescription, At: n.Inner(), Body: n.Text, Raw: n.Raw}
}
