// Package reading is what loaders of products have in common: whose a file is by its folder, values of
// the kind that a control needs, prose that a model reads, programs that the configuration starts,
// lists of files that are kept from the model, and hooks that mean to stop something.
package reading

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/nearest"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// A Reader reads one file of one product.
type Reader struct {
	Product string // the name under which layers are joined into sessions
	Title   string // the product's name in messages
	File    *leastagency.File
	Sys     *leastagency.System
	Place

	// Refusal says what the product does with a value of the wrong kind; empty for "does not apply this value".
	Refusal string
	// NullIsNone says that null is as good as no value.
	NullIsNone bool
}

// A Place is what the path of a file tells: how far it reaches, for which folder it is in force, and
// where in the product's own folder it lies.
type Place struct {
	Scope leastagency.Scope
	Root  string
	Below string
}

// homes are folders that say that what lies below them belongs into a home folder.
var homes = []string{"home", "Users", "dotfiles", ".dotfiles", "dot-files", "chezmoi", "stow"}

// InHome reports whether one of the folders says that what lies below belongs into a home folder.
func InHome(dirs []string) bool {
	return slices.ContainsFunc(dirs, func(d string) bool { return slices.Contains(homes, d) })
}

// Below finds the innermost of a product's folders that a file lies in, such as ".cursor" or
// ".config/devin"; a folder of two names, or one that lies in a home folder, is a person's own.
func Below(p string, folders ...string) (at Place, ok bool) {
	dirs := strings.Split(p, "/")
	dirs = dirs[:len(dirs)-1]
	for i := len(dirs) - 1; i >= 0; i-- {
		for _, folder := range folders {
			parent, name := path.Split(folder)
			first := i
			if parent != "" {
				if i == 0 || dirs[i-1] != path.Clean(parent) {
					continue
				}
				first = i - 1
			}
			if dirs[i] != name && dirs[i] != "dot_"+strings.TrimPrefix(name, ".") {
				continue
			}
			at = Place{Scope: leastagency.ScopeProject, Root: Join(dirs[:first]), Below: path.Join(append(slices.Clone(dirs[i+1:]), path.Base(p))...)}
			if parent != "" || dirs[i] != name || InHome(dirs[:i]) {
				at.Scope = leastagency.ScopeUser
			}
			return at, true
		}
	}
	return Place{}, false
}

// Join returns the path of a list of folders; "." for none.
func Join(dirs []string) string { return path.Join(append([]string{"."}, dirs...)...) }

// Plain is a path without what marks a file as an example of another.
func Plain(p string) string {
	for _, mark := range []string{".example", ".sample", ".template", ".dist", ".tmpl"} {
		p = strings.TrimSuffix(p, mark)
		if stem, ok := strings.CutSuffix(p, mark+path.Ext(p)); ok && stem != "" && !strings.HasSuffix(stem, "/") {
			p = stem + path.Ext(p)
		}
	}
	return p
}

// Layer starts a layer of the file and adds it to the system.
func (r *Reader) Layer(kind leastagency.Kind, name string, at leastagency.Span) *leastagency.Layer {
	l := &leastagency.Layer{Product: r.Product, Kind: kind, Name: name, Scope: r.Scope, Root: r.Root, At: at}
	r.Sys.Layers = append(r.Sys.Layers, l)
	return l
}

// Problem reports a place of the file that is not what the format demands.
func (r *Reader) Problem(at leastagency.Span, kind leastagency.ProblemKind, format string, args ...any) {
	r.Sys.Problems = append(r.Sys.Problems, &leastagency.Problem{At: at, Kind: kind, Text: r.Sys.Knowledge.Redact(fmt.Sprintf(format, args...))})
}

// Object reads the file as JSON that may have comments; nil when it holds no object.
func (r *Reader) Object() *node.Node { return r.object(node.ParseJSONC(r.File)) }

// StrictObject reads the file as JSON without comments; nil when it holds no object.
func (r *Reader) StrictObject() *node.Node { return r.object(node.ParseJSON(r.File)) }

func (r *Reader) object(doc *node.Document, problems []*leastagency.Problem) *node.Node {
	r.Sys.Problems = append(r.Sys.Problems, problems...)
	if doc == nil || !doc.Root.Is(node.Map) {
		return nil
	}
	return doc.Root
}

// Typed reports a value that is there and of another kind than the control needs.
func (r *Reader) Typed(n *node.Node, key string, want node.Kind) bool {
	switch {
	case n == nil || n.Is(want):
		return n != nil
	case n.Kind == node.Invalid, r.NullIsNone && n.Is(node.Null): // what does not parse is told already
		return false
	}
	a := kindNames[want]
	if want == node.Map && path.Ext(r.File.Path) == ".toml" {
		a = "a table"
	}
	r.Problem(n.At, leastagency.ProblemType, "%s must be %s: %s %s", leastagency.Quote(key), a, r.Title, cmp.Or(r.Refusal, "does not apply this value"))
	return false
}

var kindNames = [...]string{node.Bool: "true or false", node.Number: "a number", node.String: "a text", node.List: "a list", node.Map: "an object"}

// Bool returns a value that must be a boolean.
func (r *Reader) Bool(n *node.Node, key string) leastagency.Value[bool] {
	r.Typed(n, key, node.Bool)
	return n.Bool()
}

// Strings returns a value that must be a list of texts.
func (r *Reader) Strings(n *node.Node, key string) []leastagency.Value[string] {
	if !r.Typed(n, key, node.List) {
		return nil
	}
	for _, item := range n.List() {
		r.Typed(item, key, node.String)
	}
	return n.Strings()
}

// protecting are parts of names that promise to stop something.
var protecting = []string{"deny", "denied", "block", "disallow", "forbid", "exclud", "restrict"}

// Unknown reports the keys of a protecting block that the product does not know, when they are misspelt
// or promise to stop something; of others nobody expects a protection.
func (r *Reader) Unknown(block *node.Node, name string, known ...string) {
	r.unknown(block, name, known, func(key string) bool {
		key = strings.ToLower(key)
		return slices.ContainsFunc(protecting, func(p string) bool { return strings.Contains(key, p) })
	})
}

// AllUnknown reports every key that the product does not know, of a block in which each one protects.
func (r *Reader) AllUnknown(block *node.Node, name string, known ...string) {
	r.unknown(block, name, known, func(string) bool { return true })
}

func (r *Reader) unknown(block *node.Node, name string, known []string, promises func(key string) bool) {
	for _, m := range block.Each() {
		if slices.Contains(known, m.Key) || strings.HasPrefix(m.Key, "$") || strings.HasPrefix(m.Key, "_") || strings.HasPrefix(m.Key, "//") {
			continue
		}
		if meant := Meant(m.Key, known); meant != "" || promises(m.Key) {
			r.Problem(m.At, leastagency.ProblemUnknownKey, "%s knows no %s in %q, so it protects nothing%s", r.Title, leastagency.Quote(m.Key), name, meant)
		}
	}
}

// Meant is the end of a message that names what a misspelt word most likely means; empty when nothing is near.
func Meant(name string, known []string) string {
	if near := nearest.Key(name, known); near != "" {
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

// Body returns the instructions under a span; nil when there are none.
func Body(at leastagency.Span) *leastagency.Text {
	if at.IsZero() || strings.TrimSpace(at.Text()) == "" {
		return nil
	}
	return &leastagency.Text{Kind: leastagency.TextInstructions, At: at, Body: at.Text(), Raw: true}
}

// Whole returns all of the file behind its byte-order mark as instructions; nil for what is no text.
func (r *Reader) Whole() *leastagency.Text {
	start := 0
	if bytes.HasPrefix(r.File.Data, []byte("\xef\xbb\xbf")) {
		start = 3
	}
	if bytes.IndexByte(r.File.Data, 0) >= 0 {
		return nil
	}
	return Body(r.File.Span(start, len(r.File.Data)))
}

// Markdown reads the head of a Markdown file and returns it with the text below it.
func (r *Reader) Markdown() (head *node.Node, body *leastagency.Text) {
	doc, problems := node.ParseMarkdown(r.File)
	if doc == nil || bytes.IndexByte(r.File.Data, 0) >= 0 {
		return nil, nil
	}
	for _, p := range problems {
		if p.Kind != leastagency.ProblemSyntax { // what is not quite YAML was read as the product reads it
			r.Sys.Problems = append(r.Sys.Problems, p)
		}
	}
	if doc.Root.Is(node.Map) {
		head = doc.Root
	}
	return head, Body(doc.Body)
}

// Tell adds prose that a model reads, and the credentials that stand in it.
func (r *Reader) Tell(l *leastagency.Layer, t *leastagency.Text) {
	if t != nil {
		t.Downloads = command.Fenced(t, r.Sys.Knowledge)
		l.Texts = append(l.Texts, t)
		r.Secrets(l, t.Body, t.At)
	}
}

// Describe sets the description, which the model reads when it chooses.
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

// Hide takes the secrets out of what of a rule may be shown.
func (r *Reader) Hide(l *leastagency.Layer, rule *leastagency.Rule) *leastagency.Rule {
	for _, c := range r.Secrets(l, rule.Text, rule.At) {
		if secret := c.At.Text(); c.At != rule.At {
			rule.Text = strings.ReplaceAll(rule.Text, secret, "…")
			rule.Action.Pattern = strings.ReplaceAll(rule.Action.Pattern, secret, "…")
		} else {
			rule.Text, rule.Action.Pattern = r.Sys.Knowledge.Redact(rule.Text), r.Sys.Knowledge.Redact(rule.Action.Pattern)
		}
	}
	return rule
}

// Run adds a command line that the configuration itself starts.
func (r *Reader) Run(l *leastagency.Layer, n *node.Node) {
	if n.Is(node.String) && strings.TrimSpace(n.Text) != "" {
		l.Commands = append(l.Commands, command.Parse(n.Text, n.Inner(), r.Sys.Knowledge))
		r.Secrets(l, n.Text, n.At)
	}
}
