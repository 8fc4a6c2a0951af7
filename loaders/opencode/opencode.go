// Package opencode reads the files of opencode into layers of the model: its configuration, agents,
// commands and modes as Markdown, and the plugins and tools that are code.
//
// Three things of the product are unlike others'. What no rule speaks of is allowed, the last
// matching rule counts, and an agent's rules come after those of its session. There is neither a
// sandbox nor a question whether a folder is to be trusted.
package opencode

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// product is the name under which the layers are joined into sessions.
const product = "opencode"

// Loader returns the loader of opencode's files.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "opencode", Match: match, Load: load}
}

func match(p string) bool { return placeOf(p).kind != kindNone }

// A kind is what a path says a file is.
type kind uint8

const (
	kindNone    kind = iota
	kindConfig       // opencode.json, opencode.jsonc
	kindAgent        // agents/**/*.md, modes/*.md
	kindCommand      // commands/**/*.md
	kindCode         // plugins/*.ts, tools/*.ts: run when the product starts
)

// A place is what the path of a file tells.
type place struct {
	kind    kind
	scope   leastagency.Scope
	root    string // folder for which the file is in force
	name    string // path below agents or commands without its ending
	primary bool   // of a mode: an agent that a person talks to
}

// folders are those in which the product looks for parts of its configuration, all in singular and plural.
var folders = map[string]kind{
	"agent": kindAgent, "agents": kindAgent, "mode": kindAgent, "modes": kindAgent,
	"command": kindCommand, "commands": kindCommand,
	"plugin": kindCode, "plugins": kindCode, "tool": kindCode, "tools": kindCode,
}

var endings = map[kind][]string{kindAgent: {".md"}, kindCommand: {".md"}, kindCode: {".ts", ".js", ".mts", ".mjs"}}

// placeOf tells what a file is by its path: a configuration anywhere, and what lies in a folder
// .opencode of a project, or in the folder of a person's or an administrator's configuration.
func placeOf(p string) place {
	dirs := strings.Split(path.Dir(p), "/")
	home, below := len(dirs), []string(nil)
	where := place{scope: leastagency.ScopeProject, root: path.Dir(p)}
	for i := len(dirs) - 1; i >= 0; i-- {
		scope, up := leastagency.ScopeUnknown, i
		switch {
		case dirs[i] == ".opencode":
			scope = leastagency.ScopeProject
			if i > 1 && slices.Contains(homes, dirs[i-2]) || i == 1 && slices.Contains(dotfiles, dirs[0]) {
				scope = leastagency.ScopeUser
			}
		case dirs[i] != "opencode" || i == 0:
			continue
		case slices.Contains(configs, dirs[i-1]):
			scope, up = leastagency.ScopeUser, i-1
		case dirs[i-1] == "etc" || dirs[i-1] == "Application Support" && i > 1 && dirs[i-2] == "Library":
			scope, up = leastagency.ScopeManaged, 0
		default:
			continue
		}
		home, below = i, dirs[i+1:]
		where.scope, where.root = scope, reading.Join(dirs[:up])
		break
	}
	base := path.Base(reading.Plain(p))
	switch {
	case base == "opencode.json" || base == "opencode.jsonc" || base == "config.json" && where.scope == leastagency.ScopeUser && len(below) == 0:
		where.kind = kindConfig
		if len(below) > 0 { // a project that lies below such a folder
			where.scope, where.root = leastagency.ScopeProject, path.Dir(p)
		}
	case home < len(dirs) && len(below) > 0:
		k := folders[below[0]]
		ext := path.Ext(p)
		if !slices.Contains(endings[k], ext) || k == kindCode && len(below) > 1 {
			break
		}
		where.kind = k
		where.name = strings.TrimSuffix(path.Join(append(slices.Clone(below[1:]), path.Base(p))...), ext)
		where.primary = strings.HasPrefix(below[0], "mode")
	}
	return where
}

// homes hold the home folders of people, dotfiles are copied into one, configs are where it keeps configurations.
var (
	homes    = []string{"home", "Users"}
	dotfiles = []string{"home", "dotfiles", ".dotfiles", "dot-files", "chezmoi", "stow"}
	configs  = []string{".config", "config", "dot_config", "xdg_config"}
)

func load(f *leastagency.File, sys *leastagency.System) {
	at := placeOf(f.Path)
	r := &reader{kind: at.kind, name: at.name, primary: at.primary,
		Reader: reading.Reader{Product: product, Title: "opencode", File: f, Sys: sys, Place: reading.Place{Scope: at.scope, Root: at.root}}}
	switch r.kind {
	case kindConfig:
		r.config()
	case kindAgent:
		r.agentFile()
	case kindCommand:
		r.commandFile()
	case kindCode:
		r.code()
	}
}

// A reader reads one file.
type reader struct {
	reading.Reader
	kind    kind
	name    string   // path below agents or commands without its ending
	primary bool     // of a mode: an agent that a person talks to
	servers []string // names in this file, as tools carry them
}

// layer starts a layer as the product decides by itself.
func (r *reader) layer(kind leastagency.Kind, name string, at leastagency.Span) *leastagency.Layer {
	l := r.Layer(kind, name, at)
	l.Absent, l.Order = leastagency.ModeBypass, leastagency.LastMatch
	return l
}

// prompt reads the text of an agent or command: written down, or kept in a file that {file:…} names.
func (r *reader) prompt(l *leastagency.Layer, n *node.Node) {
	t := reading.Text(leastagency.TextInstructions, n)
	if t == nil {
		return
	}
	if name, ok := strings.CutPrefix(strings.TrimSpace(t.Body), "{file:"); ok && strings.HasSuffix(name, "}") {
		if f := r.open(path.Dir(r.File.Path), strings.TrimSuffix(name, "}")); f != nil {
			r.Tell(l, reading.Body(f.Span(0, len(f.Data))))
		}
		return
	}
	r.Tell(l, t)
}

// open returns a file of the tree that a path names; nil when it lies elsewhere or is no text.
func (r *reader) open(dir, name string) *leastagency.File {
	if strings.HasPrefix(name, "/") || strings.HasPrefix(name, "~") || strings.ContainsAny(name, "*{[?") {
		return nil
	}
	p := path.Join(dir, name)
	if p == ".." || strings.HasPrefix(p, "../") {
		return nil
	}
	f := r.Sys.Open(p)
	if f == nil || slices.Contains(f.Data, 0) {
		return nil
	}
	return f
}

// argv reads a program with its arguments in one list.
func (r *reader) argv(n *node.Node) *leastagency.Command {
	words := n.Strings()
	if len(words) == 0 {
		return nil
	}
	return command.Exec(words, words[0].At, r.Sys.Knowledge)
}
