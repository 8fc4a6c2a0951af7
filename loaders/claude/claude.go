// Package claude reads the files of Claude Code into layers of the model: settings of every scope,
// permission rules, hooks, the sandbox, sub-agents, skills, commands, plugins, marketplaces, and the
// instruction files with what they import.
//
// The semantics are those of the product's documentation: what it never consults is kept and says
// why (Rule.Inert, Hook.UnknownEvent, Problem), what it reads in another way than it looks is read
// in that way. One file of this package speaks of one kind of file; paths.go tells which is which.
package claude

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/nearest"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// product is the name under which the layers are joined into sessions.
const product = "claude-code"

// Loader returns the loader of Claude Code's files.
func Loader() leastagency.Loader {
	return leastagency.Loader{
		Name:  "claude",
		Match: match,
		Load:  load,
	}
}

// match is asked of every file of a tree, so it first looks at the end.
func match(p string) bool {
	return (strings.HasSuffix(p, ".md") || strings.HasSuffix(p, ".json")) && placeOf(p).kind != kindNone
}

// load reads the file as what its path says it is. A file that turns out to be something else gives nothing.
func load(f *leastagency.File, sys *leastagency.System) {
	r := &reader{file: f, sys: sys, place: placeOf(f.Path)}
	switch r.kind {
	case kindSettings:
		r.settings()
	case kindPluginSettings:
		r.pluginSettings()
	case kindState:
		r.state()
	case kindAgent:
		r.agent()
	case kindSkill:
		r.skill()
	case kindCommand:
		r.command()
	case kindStyle, kindRule:
		r.prose()
	case kindMemory:
		r.memory()
	case kindPlugin:
		r.plugin()
	case kindMarket:
		r.market()
	case kindHooks:
		r.hooksFile()
	case kindServers:
		r.languageServers()
	case kindMonitors:
		r.monitors()
	case kindLaunch:
		r.launch()
	}
}

// A reader reads one file.
type reader struct {
	file *leastagency.File
	sys  *leastagency.System
	place
	syntax credential.Syntax // how values refer to others where another file carries them
	loose  bool              // the format is not Claude Code's alone: what it does not know may be known to others
	opened map[string]bool   // files that this one named and that were read with it
}

// layer starts a layer of the file and adds it to the system.
func (r *reader) layer(kind leastagency.Kind, name string, at leastagency.Span) *leastagency.Layer {
	l := &leastagency.Layer{Product: product, Kind: kind, Name: name, Scope: r.scope, Root: r.root, At: at}
	r.sys.Layers = append(r.sys.Layers, l)
	return l
}

// problem reports a place of the file that is not what the format demands.
func (r *reader) problem(at leastagency.Span, kind leastagency.ProblemKind, format string, args ...any) {
	r.sys.Problems = append(r.sys.Problems, &leastagency.Problem{At: at, Kind: kind, Text: fmt.Sprintf(format, args...)})
}

// json reads the file as JSON; nil when it holds no object.
func (r *reader) json() *node.Node {
	doc, problems := node.ParseJSON(r.file)
	if doc == nil || !doc.Root.Is(node.Map) {
		if len(problems) > 0 {
			r.sys.Problems = append(r.sys.Problems, problems...)
		}
		return nil
	}
	r.sys.Problems = append(r.sys.Problems, problems...)
	return doc.Root
}

// typed reports a value that is there and of another kind than the control needs.
func (r *reader) typed(n *node.Node, key string, want node.Kind) bool {
	if n == nil || n.Is(want) {
		return n != nil
	}
	r.problem(n.At, leastagency.ProblemType, "%s must be %s: Claude Code does not apply this value", leastagency.Quote(key), kindNames[want])
	return false
}

var kindNames = map[node.Kind]string{node.Bool: "true or false", node.Number: "a number", node.String: "a text", node.List: "a list", node.Map: "an object"}

// boolean, list and object return a value of the kind they name; anything else is a problem.
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

// unknownKeys reports the keys of a protecting block that the product does not know.
func (r *reader) unknownKeys(block *node.Node, name string, known []string) {
	for _, m := range block.Each() {
		if slices.Contains(known, m.Key) || strings.HasPrefix(m.Key, "$") || strings.HasPrefix(m.Key, "_") || strings.HasPrefix(m.Key, "//") {
			continue
		}
		hint := ""
		if near := nearest.Key(m.Key, known); near != "" {
			hint = "; did you mean " + leastagency.Quote(near) + "?"
		}
		r.problem(m.At, leastagency.ProblemUnknownKey, "Claude Code knows no %s in %q, so it protects nothing%s", leastagency.Quote(m.Key), name, hint)
	}
}

// text returns prose that a model reads; nil when there is none.
func text(kind leastagency.TextKind, n *node.Node) *leastagency.Text {
	if !n.Is(node.String) || strings.TrimSpace(n.Text) == "" {
		return nil
	}
	return &leastagency.Text{Kind: kind, At: n.Inner(), Body: n.Text, Raw: n.Raw}
}

// part returns the place of Text[start:end] of a string: exact where the text stands in the file as
// it is, else the whole value.
func part(n *node.Node, start, end int) leastagency.Span {
	if !n.Raw || start < 0 || end > len(n.Text) || start > end {
		return n.At
	}
	at := n.Inner()
	return at.File.Span(at.Start+start, at.Start+end)
}
