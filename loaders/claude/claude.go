// Package claude reads the files of Claude Code into layers of the model: settings of every scope,
// permission rules, hooks, the sandbox, sub-agents, skills, commands, plugins, marketplaces, and the
// instruction files with what they import.
//
// The semantics are those of the product's documentation: what it never consults is kept and says
// why (Rule.Inert, Hook.UnknownEvent, Problem), what it reads in another way than it looks is read
// in that way. One file of this package speaks of one kind of file; paths.go tells which is which.
package claude

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
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
	r := newReader(f, sys, placeOf(f.Path))
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
	reading.Reader
	kind   kind
	inHome bool              // lies in a folder called .claude, or in one that is copied or linked there
	syntax credential.Syntax // how values refer to others where another file carries them
	loose  bool              // the format is not Claude Code's alone: what it does not know may be known to others
	opened map[string]bool   // files that this one named and that were read with it
}

func newReader(f *leastagency.File, sys *leastagency.System, at place) *reader {
	return &reader{kind: at.kind, inHome: at.inHome,
		Reader: reading.Reader{Product: product, Title: "Claude Code", File: f, Sys: sys, Place: reading.Place{Scope: at.scope, Root: at.root, Below: at.below}}}
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
