// Package codex reads the files of OpenAI Codex into layers of the model: config.toml of projects,
// users and machines, profiles, roles of sub-agents, hooks, command rules, plugins, and what an
// administrator requires.
//
// The semantics are those of the product's documentation and source: a key that Codex skips where it
// stands is a Problem that says why, where somebody relies on it. paths.go tells which file is which;
// sandbox.go holds how approval and sandbox decide together.
package codex

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/nearest"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// product is the name under which the layers are joined into sessions.
const product = "codex"

// Loader returns the loader of Codex's files.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "codex", Match: match, Load: load}
}

func match(p string) bool { return placeOf(p).kind != kindNone }

func load(f *leastagency.File, sys *leastagency.System) {
	r := &reader{file: f, sys: sys, place: placeOf(f.Path)}
	switch r.kind {
	case kindConfig:
		r.config()
	case kindProfile:
		r.profileFile()
	case kindRole:
		r.roleFile()
	case kindHooks:
		r.hooksFile()
	case kindRules:
		r.rulesFile()
	case kindRequirements:
		r.requirements()
	case kindPlugin:
		r.plugin()
	}
}

// A reader reads one file.
type reader struct {
	file *leastagency.File
	sys  *leastagency.System
	place
}

// layer starts a layer of the file and adds it to the system.
func (r *reader) layer(kind leastagency.Kind, name string, at leastagency.Span) *leastagency.Layer {
	l := &leastagency.Layer{Product: product, Kind: kind, Name: name, Scope: r.scope, Root: r.root, At: at,
		Order: leastagency.Strictest, NoToolList: kind == leastagency.KindSubagent}
	if kind == leastagency.KindSession {
		l.Absent = leastagency.ModeAcceptEdits // commands and edits pass inside the sandbox, the rest is asked
	}
	r.sys.Layers = append(r.sys.Layers, l)
	return l
}

// problem reports a place of the file that is not what the format demands.
func (r *reader) problem(at leastagency.Span, kind leastagency.ProblemKind, format string, args ...any) {
	r.sys.Problems = append(r.sys.Problems, &leastagency.Problem{At: at, Kind: kind, Text: fmt.Sprintf(format, args...)})
}

// toml reads the file as TOML; nil when it holds nothing.
func (r *reader) toml() *node.Node {
	doc, problems := node.ParseTOML(r.file)
	r.sys.Problems = append(r.sys.Problems, problems...)
	return doc.Root
}

// typed reports a value that is there and of another kind than the control needs.
func (r *reader) typed(n *node.Node, key string, want node.Kind) bool {
	if n == nil || n.Is(want) {
		return n != nil
	}
	if n.Kind != node.Invalid {
		r.problem(n.At, leastagency.ProblemType, "%s must be %s: Codex does not start with this value", leastagency.Quote(key), kindNames[want])
	}
	return false
}

var kindNames = map[node.Kind]string{node.Bool: "true or false", node.Number: "a number", node.String: "a text", node.List: "a list", node.Map: "a table"}

func (r *reader) boolean(n *node.Node, key string) leastagency.Value[bool] {
	r.typed(n, key, node.Bool)
	return n.Bool()
}

func (r *reader) list(n *node.Node, key string) []leastagency.Value[string] {
	if !r.typed(n, key, node.List) {
		return nil
	}
	for _, item := range n.List() {
		r.typed(item, key, node.String)
	}
	return n.Strings()
}

// choice returns the value of a key that has a few; anything else is a problem. says tells what follows.
func choice[T any](r *reader, n *node.Node, key, says string, values map[string]T) (v T, ok bool) {
	if !r.typed(n, key, node.String) {
		return v, false
	}
	if v, ok = values[n.Text]; ok {
		return v, true
	}
	r.problem(n.At, leastagency.ProblemType, "%s is no value of %q: %s%s", leastagency.Quote(n.Text), key, says, meant(n.Text, keys(values)))
	return v, false
}

func keys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

// meant is the end of a message that names what a misspelt word most likely means; empty when nothing is near.
func meant(name string, known []string) string {
	if near := nearest.Key(name, known); near != "" {
		return "; did you mean " + leastagency.Quote(near) + "?"
	}
	return ""
}

// tell adds prose that a model reads, and the secrets in it.
func (r *reader) tell(l *leastagency.Layer, kind leastagency.TextKind, n *node.Node) {
	if !n.Is(node.String) || strings.TrimSpace(n.Text) == "" {
		return
	}
	l.Texts = append(l.Texts, &leastagency.Text{Kind: kind, At: n.Inner(), Body: n.Text, Raw: n.Raw})
	r.secrets(l, n.Text, n.At)
}

// secrets adds the literal credentials of a text to the layer.
func (r *reader) secrets(l *leastagency.Layer, text string, at leastagency.Span) {
	if r.sys.Knowledge != nil {
		l.Credentials = append(l.Credentials, credential.FromText(text, at, r.sys.Knowledge)...)
	}
}

// named returns the credential that a variable holds of which the file states the name.
func (r *reader) named(name leastagency.Value[string]) (leastagency.Value[leastagency.Variable], *leastagency.Credential) {
	v, c := credential.Classify(name.V, leastagency.ValueAt("${"+name.V+"}", name.At), credential.Braces, r.sys.Knowledge)
	return leastagency.ValueAt(v, name.At), c
}
