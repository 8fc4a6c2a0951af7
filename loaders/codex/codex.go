// Package codex reads the files of OpenAI Codex into layers of the model: config.toml of projects,
// users and machines, profiles, roles of sub-agents, hooks, command rules, plugins, and what an
// administrator requires.
//
// The semantics are those of the product's documentation and source: a key that Codex skips where it
// stands is a Problem that says why, where somebody relies on it. paths.go tells which file is which;
// sandbox.go holds how approval and sandbox decide together.
package codex

import (
	"maps"
	"slices"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// product is the name under which the layers are joined into sessions.
const product = "codex"

// Loader returns the loader of Codex's files.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "codex", Match: match, Load: load}
}

func match(p string) bool { return placeOf(p).kind != kindNone }

func load(f *leastagency.File, sys *leastagency.System) {
	at := placeOf(f.Path)
	r := &reader{kind: at.kind, home: at.home, name: at.name,
		Reader: reading.Reader{Product: product, Title: "Codex", Refusal: "does not start with this value", File: f, Sys: sys, Place: reading.Place{Scope: at.scope, Root: at.root}}}
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
	reading.Reader
	kind kind
	home string // the configuration folder itself
	name string // of a profile
}

// layer starts a layer as the product decides by itself.
func (r *reader) layer(kind leastagency.Kind, name string, at leastagency.Span) *leastagency.Layer {
	l := r.Layer(kind, name, at)
	l.Order, l.NoToolList = leastagency.Strictest, kind == leastagency.KindSubagent
	if kind == leastagency.KindSession {
		l.Absent = leastagency.ModeAcceptEdits // commands and edits pass inside the sandbox, the rest is asked
	}
	return l
}

// toml reads the file as TOML; nil when it holds nothing.
func (r *reader) toml() *node.Node {
	doc, problems := node.ParseTOML(r.File)
	r.Sys.Problems = append(r.Sys.Problems, problems...)
	return doc.Root
}

// choice returns the value of a key that has a few; anything else is a problem. says tells what follows.
func choice[T any](r *reader, n *node.Node, key, says string, values map[string]T) (v T, ok bool) {
	if !r.Typed(n, key, node.String) {
		return v, false
	}
	if v, ok = values[n.Text]; ok {
		return v, true
	}
	r.Problem(n.At, leastagency.ProblemType, "%s is no value of %q: %s%s", leastagency.Quote(n.Text), key, says, reading.Meant(n.Text, keys(values)))
	return v, false
}

func keys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

// named returns the credential that a variable holds of which the file states the name.
func (r *reader) named(name leastagency.Value[string]) (leastagency.Value[leastagency.Variable], *leastagency.Credential) {
	v, c := credential.Classify(name.V, leastagency.ValueAt("${"+name.V+"}", name.At), credential.Braces, r.Sys.Knowledge)
	return leastagency.ValueAt(v, name.At), c
}
