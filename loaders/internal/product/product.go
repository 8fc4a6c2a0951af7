// Package product holds what the loaders of single products share: which of a product's files a path
// is, layers with what they state, and problems with a place. What a key means is the loader's.
package product

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/effect"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/spell"
)

// A Reader reads one file of a product.
type Reader struct {
	Product string // the id of its layers
	Title   string // its name in messages
	Syntax  credential.Syntax
	Files   []string // its own files that its edit tools never change for an allow rule; see effect.Of

	File  *leastagency.File
	Sys   *leastagency.System
	Scope leastagency.Scope
	Root  string // folder for which the file is in force
	Below string // what of the path the place leaves open; see Find
}

// Layer starts a layer of the file and adds it to the system.
func (r *Reader) Layer(kind leastagency.Kind, name string, at leastagency.Span) *leastagency.Layer {
	l := &leastagency.Layer{Product: r.Product, Kind: kind, Name: name, Scope: r.Scope, Root: r.Root, At: at}
	r.Sys.Layers = append(r.Sys.Layers, l)
	return l
}

// Problem reports a place of the file that is not what the format demands.
func (r *Reader) Problem(at leastagency.Span, kind leastagency.ProblemKind, format string, args ...any) {
	r.Sys.Problems = append(r.Sys.Problems, &leastagency.Problem{At: at, Kind: kind, Text: fmt.Sprintf(format, args...)})
}

// JSON, JSONC and YAML read the file; nil when it holds no object. YAML takes the first document.
func (r *Reader) JSON() *node.Node  { return r.object(node.ParseJSON(r.File)) }
func (r *Reader) JSONC() *node.Node { return r.object(node.ParseJSONC(r.File)) }

func (r *Reader) YAML() *node.Node {
	docs, problems := node.ParseYAML(r.File)
	if len(docs) == 0 {
		return r.object(nil, problems)
	}
	return r.object(docs[0], problems)
}

func (r *Reader) object(doc *node.Document, problems []*leastagency.Problem) *node.Node {
	r.Sys.Problems = append(r.Sys.Problems, problems...)
	if doc == nil || !doc.Root.Is(node.Map) {
		return nil
	}
	return doc.Root
}

// Quietly returns a reader of the same file whose layers and problems are kept apart until Keep: for
// files whose content decides whether they are the product's at all.
func (r *Reader) Quietly() *Reader {
	quiet := *r
	quiet.Sys = &leastagency.System{Knowledge: r.Sys.Knowledge}
	return &quiet
}

// Keep adds what a quiet reader found.
func (r *Reader) Keep(quiet *Reader) {
	r.Sys.Layers = append(r.Sys.Layers, quiet.Sys.Layers...)
	r.Sys.Problems = append(r.Sys.Problems, quiet.Sys.Problems...)
}

// Markdown reads the front matter of the file and the text below it.
func (r *Reader) Markdown() (head *node.Node, body *leastagency.Text) {
	doc, problems := node.ParseMarkdown(r.File)
	if doc == nil {
		return nil, nil
	}
	for _, p := range problems {
		if p.Kind != leastagency.ProblemSyntax { // what is not quite YAML is read line by line, as products do
			r.Sys.Problems = append(r.Sys.Problems, p)
		}
	}
	if doc.Root.Is(node.Map) {
		head = doc.Root
	}
	if strings.TrimSpace(doc.Body.Text()) != "" {
		body = &leastagency.Text{Kind: leastagency.TextInstructions, At: doc.Body, Body: doc.Body.Text(), Raw: true}
	}
	return head, body
}

var kindNames = [...]string{node.Bool: "true or false", node.Number: "a number", node.String: "a text", node.List: "a list", node.Map: "an object"}

// Typed reports whether a value is there and of the kind; one of another kind is a problem.
func (r *Reader) Typed(n *node.Node, key string, want node.Kind) bool {
	if n == nil || n.Is(want) {
		return n != nil
	}
	if !n.Is(node.Null) && !n.Is(node.Invalid) {
		r.Problem(n.At, leastagency.ProblemType, "%s must be %s: %s does not apply this value", leastagency.Quote(key), kindNames[want], r.Title)
	}
	return false
}

// Bool returns the value of a boolean; anything else is a problem.
func (r *Reader) Bool(n *node.Node, key string) leastagency.Value[bool] {
	r.Typed(n, key, node.Bool)
	return n.Bool()
}

// List returns the texts of a list; anything else is a problem.
func (r *Reader) List(n *node.Node, key string) []*node.Node {
	if !r.Typed(n, key, node.List) {
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

// Unknown reports the keys of a protecting block that the product does not know.
func (r *Reader) Unknown(block *node.Node, name string, known ...string) {
	for _, m := range block.Each() {
		if !slices.Contains(known, m.Key) && !comment(m.Key) {
			r.Problem(m.At, leastagency.ProblemUnknownKey, "%s knows no %s in %q, so it protects nothing%s", r.Title, leastagency.Quote(m.Key), name, Hint(m.Key, known))
		}
	}
}

// Misspelt reports the keys that look like one of the known ones and are none: what else stands in the
// block may be known to the product.
func (r *Reader) Misspelt(block *node.Node, known ...string) {
	for _, m := range block.Each() {
		if slices.Contains(known, m.Key) {
			continue
		}
		if near := spell.Nearest(m.Key, known); near != "" && len(near) > 4 {
			r.Problem(m.At, leastagency.ProblemUnknownKey, "%s knows no %s, so it protects nothing; did you mean %q?", r.Title, leastagency.Quote(m.Key), near)
		}
	}
}

func comment(key string) bool {
	return strings.HasPrefix(key, "$") || strings.HasPrefix(key, "_") || strings.HasPrefix(key, "//") || strings.HasPrefix(key, "x-")
}

// Hint names the known name that a misspelt one means, as the end of a message; empty when none is near.
func Hint(name string, known []string) string {
	if near := spell.Nearest(name, known); near != "" {
		return "; did you mean " + leastagency.Quote(near) + "?"
	}
	return ""
}

// Text returns prose that a model reads; nil when there is none.
func Text(kind leastagency.TextKind, n *node.Node) *leastagency.Text {
	if !n.Is(node.String) || strings.TrimSpace(n.Text) == "" {
		return nil
	}
	return &leastagency.Text{Kind: kind, At: n.Inner(), Body: n.Text, Raw: n.Raw}
}

// Tell adds prose that a model reads, and the credentials that stand in it.
func (r *Reader) Tell(l *leastagency.Layer, t *leastagency.Text) {
	if t != nil {
		l.Texts = append(l.Texts, t)
		r.Secrets(l, t.Body, t.At)
	}
}

// Describe sets the description, which is read when an agent is chosen.
func (r *Reader) Describe(l *leastagency.Layer, n *node.Node) {
	if t := Text(leastagency.TextDescription, n); t != nil {
		l.Description = n.String()
		r.Tell(l, t)
	}
}

// Secrets adds the literal credentials of a text to the layer, and returns them.
func (r *Reader) Secrets(l *leastagency.Layer, text string, at leastagency.Span) []*leastagency.Credential {
	if r.Sys.Knowledge == nil {
		return nil
	}
	found := credential.FromText(text, at, r.Sys.Knowledge)
	l.Credentials = append(l.Credentials, found...)
	return found
}

// Run adds a command line that the configuration itself starts.
func (r *Reader) Run(l *leastagency.Layer, n *node.Node) *leastagency.Command {
	if !n.Is(node.String) || strings.TrimSpace(n.Text) == "" {
		return nil
	}
	c := command.Parse(n.Text, n.Inner(), r.Sys.Knowledge)
	l.Commands = append(l.Commands, c)
	r.Secrets(l, n.Text, n.At)
	return c
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

// Rule makes a permission rule of what stands at a place: its effects follow from the action unless an
// inert reason says that the product never consults it. Secrets are taken out of what may be shown.
func (r *Reader) Rule(l *leastagency.Layer, at leastagency.Span, text string, d leastagency.Decision, a leastagency.Action) *leastagency.Rule {
	rule := &leastagency.Rule{At: at, Text: text, Decision: d, Action: a}
	rule.Effects = Effects(a, d, r.Files)
	for _, c := range r.Secrets(l, text, at) {
		if secret := c.At.Text(); c.At != at && secret != "" {
			rule.Text = strings.ReplaceAll(rule.Text, secret, "…")
			rule.Action.Pattern = strings.ReplaceAll(rule.Action.Pattern, secret, "…")
		}
	}
	rule.Text, rule.Action.Pattern = r.Sys.Knowledge.Redact(rule.Text), r.Sys.Knowledge.Redact(rule.Action.Pattern)
	return rule
}

// Effects returns what an action lets happen; see [effect.Of].
func Effects(a leastagency.Action, d leastagency.Decision, files []string) []leastagency.Effect {
	if d == leastagency.Allow {
		return effect.Of(a, files...)
	}
	return effect.Of(a)
}
