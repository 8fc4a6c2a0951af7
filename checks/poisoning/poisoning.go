// Package poisoning finds tool and instruction text that lies: what a reader of the page does not
// see, what is addressed to the model against its user, and names that stand for something else.
package poisoning

import (
	"iter"

	"github.com/leastagency/leastagency"
)

// texts yields everything a model reads of the files, each place once: instructions, prompts and
// descriptions, and the descriptions of tools and their parameters.
func texts(p *leastagency.Pass) iter.Seq[*leastagency.Text] {
	return func(yield func(*leastagency.Text) bool) {
		seen := map[leastagency.Span]bool{}
		once := func(t *leastagency.Text) bool {
			if t == nil || t.At.IsZero() || seen[t.At] {
				return true
			}
			seen[t.At] = true
			return yield(t)
		}
		for _, layer := range p.Layers {
			for _, t := range parts(layer) {
				if !once(t) {
					return
				}
			}
		}
	}
}

func parts(layer *leastagency.Layer) []*leastagency.Text {
	out := append([]*leastagency.Text(nil), layer.Texts...)
	if d := layer.Description; d.Set {
		out = append(out, &leastagency.Text{Kind: leastagency.TextDescription, At: d.At, Body: d.V, Raw: d.At.Text() == d.V})
	}
	for _, h := range layer.Hooks {
		out = append(out, h.Prompt)
	}
	for _, s := range layer.Servers {
		for _, tool := range s.Tools {
			out = append(append(out, tool.Description), tool.Schema...)
		}
	}
	return out
}

// A label is a name by which a person or a model chooses: of a server, tool, skill or agent.
type label struct {
	what, name string
	at         leastagency.Span
}

func labels(layer *leastagency.Layer) []label {
	out := []label{{"name", layer.Name, layer.At}}
	for _, s := range layer.Servers {
		out = append(out, label{"server name", s.Name, s.At})
		for _, tool := range s.Tools {
			out = append(out, label{"tool name", tool.Name, tool.At})
		}
	}
	for _, r := range append(append([]*leastagency.Rule(nil), layer.Rules...), layer.Tools...) {
		out = append(out, label{"rule", r.Text, r.At})
	}
	return out
}
