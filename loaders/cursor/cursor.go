// Package cursor reads the files of Cursor into layers of the model, for its editor, its command line
// and its cloud agents: permissions, the sandbox, hooks, rules, commands, sub-agents, ignored files and
// what a cloud machine starts. Servers are read by package mcp, which joins the same sessions.
//
// Sources: the product's reference pages for sandbox.json, permissions.json, run modes, hooks, and the
// configuration and permissions of the command line (cursor.com/docs).
package cursor

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// Loader returns the loader of Cursor's files.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "cursor", Match: match, Load: load}
}

// A kind is what a path says a file is.
type kind uint8

const (
	kindNone        kind = iota
	kindPermissions      // permissions.json
	kindProject          // cli.json, of which only the permissions count
	kindConfig           // cli-config.json, a person's own
	kindSandbox          // sandbox.json
	kindHooks            // hooks.json
	kindMachine          // environment.json
	kindWorktrees        // worktrees.json
	kindRule             // rules/**/*.mdc
	kindCommand          // commands/**/*.md
	kindAgent            // agents/**/*.md
	kindOldRules         // .cursorrules
	kindIgnore           // .cursorignore
)

var kinds = map[string]kind{
	"permissions.json": kindPermissions, "cli.json": kindProject, "cli-config.json": kindConfig, "sandbox.json": kindSandbox,
	"hooks.json": kindHooks, "environment.json": kindMachine, "worktrees.json": kindWorktrees,
}

// managed is where an administrator keeps hooks, by system.
var managed = []string{"etc/cursor/hooks.json", "Library/Application Support/Cursor/hooks.json", "ProgramData/Cursor/hooks.json"}

func match(p string) bool {
	k, _ := placeOf(p)
	return k != kindNone
}

func placeOf(p string) (kind, reading.Place) {
	if !strings.Contains(strings.ToLower(p), "cursor") {
		return kindNone, reading.Place{}
	}
	p = reading.Plain(p)
	base, dir := path.Base(p), path.Dir(p)
	here := reading.Place{Scope: leastagency.ScopeProject, Root: dir, Below: base}
	switch base {
	case ".cursorrules":
		return kindOldRules, here
	case ".cursorignore":
		return kindIgnore, here
	}
	for _, m := range managed {
		if above, ok := strings.CutSuffix("/"+p, "/"+m); ok {
			return kindHooks, reading.Place{Scope: leastagency.ScopeManaged, Root: path.Join(".", strings.TrimPrefix(above, "/")), Below: base}
		}
	}
	at, ok := reading.Below(p, ".cursor", ".config/cursor")
	if !ok {
		return kindNone, at
	}
	if k := kinds[at.Below]; k != kindNone {
		if k == kindConfig {
			at.Scope = leastagency.ScopeUser // whatever folder it is kept in
		}
		return k, at
	}
	first, rest, nested := strings.Cut(at.Below, "/")
	switch ext := path.Ext(base); {
	case !nested || ext != ".md" && ext != ".mdc":
	case first == "rules":
		at.Below = rest
		return kindRule, at
	case first == "commands" && ext == ".md":
		at.Below = rest
		return kindCommand, at
	case first == "agents" && ext == ".md":
		at.Below = rest
		return kindAgent, at
	}
	return kindNone, at
}

func load(f *leastagency.File, sys *leastagency.System) {
	k, place := placeOf(f.Path)
	r := &reader{reading.Reader{Product: "cursor", Title: "Cursor", File: f, Sys: sys, Place: place}}
	switch k {
	case kindPermissions:
		r.permissionsFile()
	case kindProject:
		r.project()
	case kindConfig:
		r.config()
	case kindSandbox:
		r.sandboxFile()
	case kindHooks:
		r.hooksFile()
	case kindMachine:
		r.machine()
	case kindWorktrees:
		r.worktrees()
	case kindRule, kindOldRules:
		r.rule()
	case kindCommand:
		r.command()
	case kindAgent:
		r.agent()
	case kindIgnore:
		r.Ignored(r.session(r.File.Whole()))
	}
}

// A reader reads one file.
type reader struct{ reading.Reader }

// session starts a layer of the session. Unless a mode says otherwise, edits in the workspace pass and
// commands and tools of servers are asked for.
func (r *reader) session(at leastagency.Span) *leastagency.Layer {
	l := r.Layer(leastagency.KindSession, "", at)
	l.Absent = leastagency.ModeAcceptEdits
	l.Order = leastagency.Strictest
	return l
}

// rule reads a rule with its head, or the older file without one.
func (r *reader) rule() {
	head, body := r.Markdown()
	if body == nil {
		return
	}
	l := r.session(r.File.Whole())
	l.AlsoReadBy = []string{"cline", "crush", "devin"}
	if path.Base(r.File.Path) == ".cursorrules" {
		l.AlsoReadBy = append(l.AlsoReadBy, "zed")
	}
	r.Describe(l, head.Get("description"))
	r.Tell(l, body)
}

// command reads a prompt that a person starts by name.
func (r *reader) command() {
	head, body := r.Markdown()
	if body == nil {
		return
	}
	l := r.Layer(leastagency.KindCommand, r.name(), r.File.Whole())
	r.Describe(l, head.Get("description"))
	r.Tell(l, body)
}

func (r *reader) name() string {
	return strings.ReplaceAll(strings.TrimSuffix(r.Below, path.Ext(r.Below)), "/", ":")
}

// agent reads a sub-agent. It has all tools of the session that starts it, unless it only reads.
func (r *reader) agent() {
	head, body := r.Markdown()
	if head == nil || body == nil {
		return
	}
	name, at := r.name(), r.File.Whole()
	if n := head.Get("name").Scalar(); n.Set && n.V != "" {
		name, at = n.V, n.At
	}
	l := r.Layer(leastagency.KindSubagent, name, at)
	l.NoToolList = true
	r.Describe(l, head.Get("description"))
	r.Tell(l, body)
	if readonly := r.Bool(head.Get("readonly"), "readonly"); leastagency.Is(readonly, true) {
		l.Mode = leastagency.ValueAt(leastagency.ModePlan, readonly.At)
	}
	for _, key := range []string{"tools", "allowed-tools", "disallowedTools"} {
		if m := head.Member(key); m != nil {
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Cursor reads no %q from an agent's file: the agent has every tool of its session; only \"readonly\" takes some away", key)
		}
	}
}

// machine reads how the machine of a cloud agent is built: commands that run before anybody is asked.
func (r *reader) machine() {
	root := r.Object()
	if root == nil {
		return
	}
	l := r.session(r.File.Whole())
	r.Run(l, root.Get("install"))
	r.Run(l, root.Get("start"))
	for _, terminal := range root.Get("terminals").List() {
		r.Run(l, terminal.Get("command"))
	}
}

// worktrees reads the commands that prepare a working tree for an agent of its own: a list of lines, or
// the name of a script.
func (r *reader) worktrees() {
	root := r.Object()
	if root == nil {
		return
	}
	l := r.session(r.File.Whole())
	for _, key := range []string{"setup-worktree", "setup-worktree-unix"} {
		switch n := root.Get(key); {
		case n.Is(node.List):
			for _, line := range n.List() {
				r.Run(l, line)
			}
		case n.Is(node.String):
			l.Commands = append(l.Commands, command.Exec([]leastagency.Value[string]{n.String()}, n.Inner(), r.Sys.Knowledge))
		}
	}
}
