// Package product adds to package reading what the loaders of the smaller products share: which of a
// product's files a path is, YAML, variables and addresses, rules with their effects. What a key means
// is the loader's.
package product

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/nearest"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/effect"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// A Reader reads one file of a product.
type Reader struct {
	reading.Reader
	Syntax credential.Syntax // how values refer to variables
}

// YAML reads the first document of the file; nil when it holds no object.
func (r *Reader) YAML() *node.Node {
	docs, problems := node.ParseYAML(r.File)
	r.Sys.Problems = append(r.Sys.Problems, problems...)
	if len(docs) == 0 || !docs[0].Root.Is(node.Map) {
		return nil
	}
	return docs[0].Root
}

// Quietly returns a reader of the same file whose layers and problems are kept apart until Keep: for
// files whose content decides whether they are the product's at all.
func (r *Reader) Quietly() Reader {
	quiet := *r
	quiet.Sys = &leastagency.System{Knowledge: r.Sys.Knowledge}
	return quiet
}

// Keep adds what a quiet reader found.
func (r *Reader) Keep(quiet Reader) {
	r.Sys.Layers = append(r.Sys.Layers, quiet.Sys.Layers...)
	r.Sys.Problems = append(r.Sys.Problems, quiet.Sys.Problems...)
}

// List returns the texts of a list; anything else is a problem.
func (r *Reader) List(n *node.Node, key string) []*node.Node {
	if n.Is(node.Null) || !r.Typed(n, key, node.List) {
		return nil
	}
	var out []*node.Node
	for _, item := range n.List() {
		if r.Typed(item, key, node.String) {
			out = append(out, item)
		}
	}
	return out
}

// Misspelt reports the keys that look like one of the known ones and are none: what else stands in the
// block may be known to the product.
func (r *Reader) Misspelt(block *node.Node, known ...string) {
	for _, m := range block.Each() {
		if slices.Contains(known, m.Key) {
			continue
		}
		if near := nearest.Key(m.Key, known); near != "" && len(near) > 4 {
			r.Problem(m.At, leastagency.ProblemUnknownKey, "%s knows no %s, so it protects nothing; did you mean %q?", r.Title, leastagency.Quote(m.Key), near)
		}
	}
}

// Start adds a program with its arguments that the configuration itself starts, and the secrets among them.
func (r *Reader) Start(l *leastagency.Layer, program *node.Node, args, env *node.Node) {
	if !program.Is(node.String) || strings.TrimSpace(program.Text) == "" {
		return
	}
	argv := append([]leastagency.Value[string]{program.String()}, args.Strings()...)
	l.Commands = append(l.Commands, command.Exec(argv, program.At, r.Sys.Knowledge))
	found, _ := credential.FromArgs(argv[1:], r.Syntax, r.Sys.Knowledge)
	l.Credentials = append(l.Credentials, found...)
	r.Env(l, env)
}

// Env reads variables that processes get: credentials, and those that change what the agent is.
func (r *Reader) Env(l *leastagency.Layer, block *node.Node) {
	for _, m := range block.Each() {
		r.Variable(l, m.Key, m.Value)
	}
}

// Variable reads one variable or field by its name.
func (r *Reader) Variable(l *leastagency.Layer, name string, n *node.Node) {
	value := n.Scalar()
	if !value.Set {
		return
	}
	variable, c := credential.Classify(name, value, r.Syntax, r.Sys.Knowledge)
	if c != nil {
		l.Credentials = append(l.Credentials, c)
	}
	if s := credential.Switch(leastagency.ValueAt(variable, value.At), r.Sys.Knowledge); s != nil {
		s.Target = r.Sys.Knowledge.Redact(s.Target)
		l.Switches = append(l.Switches, s)
	}
}

// Credential reads a field that holds one by its name, such as an API key.
func (r *Reader) Credential(l *leastagency.Layer, name string, n *node.Node) {
	if value := n.Scalar(); value.Set {
		if _, c := credential.Classify(name, value, r.Syntax, r.Sys.Knowledge); c != nil {
			l.Credentials = append(l.Credentials, c)
		}
	}
}

// Endpoint reads an address to which traffic goes, without the secrets in it.
func (r *Reader) Endpoint(l *leastagency.Layer, kind leastagency.SwitchKind, name string, n *node.Node) {
	value := n.String()
	if strings.TrimSpace(value.V) == "" {
		return
	}
	found, masked := credential.FromURL(value, r.Syntax, r.Sys.Knowledge)
	l.Credentials = append(l.Credentials, found...)
	l.Switches = append(l.Switches, &leastagency.Switch{Kind: kind, Name: name, At: value.At, Target: r.Sys.Knowledge.Redact(masked.V)})
}

// Switch adds a setting without a structure of its own.
func (r *Reader) Switch(l *leastagency.Layer, kind leastagency.SwitchKind, name string, at leastagency.Span) {
	l.Switches = append(l.Switches, &leastagency.Switch{Kind: kind, Name: name, At: at})
}

// Servers adds the servers of a map, and the variables among their environment that change what they are.
func (r *Reader) Servers(l *leastagency.Layer, d mcpserver.Dialect, n *node.Node) []*leastagency.Server {
	found := d.Read(n, r.Sys)
	l.Servers = append(l.Servers, found...)
	l.Switches = append(l.Switches, mcpserver.Switches(found, r.Sys.Knowledge)...)
	return found
}

// Rule makes a permission rule of what stands at a place; its effects follow from the action. Secrets
// are taken out of what may be shown.
func (r *Reader) Rule(l *leastagency.Layer, at leastagency.Span, text string, d leastagency.Decision, a leastagency.Action) *leastagency.Rule {
	return r.Hide(l, &leastagency.Rule{At: at, Text: text, Decision: d, Action: a, Effects: effect.Of(a)})
}

// Over returns the effects of an action over several patterns, each once.
func Over(kind leastagency.ActionKind, patterns []string) []leastagency.Effect {
	var out []leastagency.Effect
	for _, p := range patterns {
		for _, e := range effect.Of(leastagency.Action{Kind: kind, Pattern: p}) {
			if !slices.Contains(out, e) {
				out = append(out, e)
			}
		}
	}
	return out
}

// Kinds sets which actions the matcher of a hook lets through to it.
func Kinds(h *leastagency.Hook, kinds []leastagency.ActionKind, all bool) {
	h.All, h.Matches = all, nil
	if all {
		return
	}
	for _, k := range kinds {
		if !slices.Contains(h.Matches, k) {
			h.Matches = append(h.Matches, k)
		}
	}
	slices.Sort(h.Matches)
}
