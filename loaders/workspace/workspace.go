// Package workspace reads the files beside the configurations of agents that start code, or change
// what an agent is: containers of development and files of variables.
//
// They belong to no agent alone. Their layers are of no kind, so that no session arises from them.
package workspace

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
)

// Loader returns the loader of the files beside.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "workspace", Match: func(p string) bool { kind, _ := placeOf(p); return kind != kindNone }, Load: load}
}

// A kind is what a path says a file is.
type kind uint8

const (
	kindNone      kind = iota
	kindContainer      // devcontainer.json
	kindVariables      // .env and its variants, .envrc
)

// variants are the files of variables that tools read without being told. Examples to copy are none of them.
var variants = []string{".env", ".env.local", ".env.development", ".env.development.local", ".env.production", ".envrc"}

// placeOf tells what a path is, and the folder for which it is in force.
func placeOf(p string) (kind, string) {
	dir, base := path.Dir(p), path.Base(p)
	switch {
	case base == "devcontainer.json" && path.Base(dir) == ".devcontainer":
		return kindContainer, path.Dir(dir)
	case base == "devcontainer.json" && path.Base(path.Dir(dir)) == ".devcontainer":
		return kindContainer, path.Dir(path.Dir(dir))
	case base == ".devcontainer.json":
		return kindContainer, dir
	case slices.Contains(variants, base):
		return kindVariables, dir
	}
	return kindNone, ""
}

func load(f *leastagency.File, sys *leastagency.System) {
	kind, root := placeOf(f.Path)
	r := &reader{file: f, sys: sys, layer: &leastagency.Layer{Product: "workspace", Scope: leastagency.ScopeProject, Root: root, At: f.Whole()}}
	switch kind {
	case kindContainer:
		r.layer.Product = "devcontainer"
		r.container()
		return // also one that says nothing is a container in which agents may work
	case kindVariables:
		r.variables()
	}
	if len(r.layer.Switches) > 0 {
		sys.Layers = append(sys.Layers, r.layer)
	}
}

// A reader reads one file.
type reader struct {
	file  *leastagency.File
	sys   *leastagency.System
	layer *leastagency.Layer
}

// moved are the kinds of switches that a file of variables can change about an agent. What such a file
// holds besides is the business of the program that it is for.
var moved = []leastagency.SwitchKind{leastagency.SwitchEndpoint, leastagency.SwitchConfigHome}

// applications are variables that programs read which are no agents: with their own address they say
// nothing about the agents of the project.
var applications = []string{"OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENROUTER_BASE_URL", "XDG_CONFIG_HOME"}

// variables reads lines NAME=value, and those that export one.
func (r *reader) variables() {
	const most = 10000
	text := string(r.file.Data)
	offset := 0
	for n := 0; offset < len(text) && n < most; n++ {
		line, _, _ := strings.Cut(text[offset:], "\n")
		r.line(strings.TrimRight(line, "\r"), offset)
		offset += len(line) + 1
	}
}

func (r *reader) line(line string, offset int) {
	name, value, ok := strings.Cut(line, "=")
	if !ok {
		return
	}
	name = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(name), "export "))
	start := offset + len(line) - len(value)
	trimmed := strings.TrimLeft(value, " \t")
	start += len(value) - len(trimmed)
	trimmed = strings.TrimRight(trimmed, " \t")
	if len(trimmed) > 1 && (trimmed[0] == '"' || trimmed[0] == '\'') {
		if end := strings.IndexByte(trimmed[1:], trimmed[0]); end >= 0 {
			trimmed, start = trimmed[1:1+end], start+1
		}
	} else if i := strings.Index(trimmed, " #"); i >= 0 {
		trimmed = strings.TrimRight(trimmed[:i], " \t")
	}
	if slices.Contains(applications, name) {
		return
	}
	at := leastagency.ValueAt(leastagency.Variable{Name: name, Plain: trimmed}, r.file.Span(start, start+len(trimmed)))
	if s := credential.Switch(at, r.sys.Knowledge); s != nil && slices.Contains(moved, s.Kind) {
		s.Target = r.sys.Knowledge.Redact(s.Target)
		r.layer.Switches = append(r.layer.Switches, s)
	}
}
