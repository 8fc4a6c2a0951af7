// Package windsurf reads the files of Windsurf, and of Devin on the desktop and the command line into
// which it grew, into layers of the model: hooks, rules, workflows, ignored files; permissions, the
// sandbox and sub-agents of Devin. Servers are read by package mcp, which joins the same sessions.
//
// Sources: the product's documentation of Cascade's hooks and rules (docs.windsurf.com), and of
// configuration, permissions, hooks and sandbox of Devin's command line (docs.devin.ai/cli).
package windsurf

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// The names under which layers are joined into sessions.
const (
	windsurf = "windsurf"
	devin    = "devin"
)

var titles = map[string]string{windsurf: "Windsurf", devin: "Devin"}

// Loader returns the loader of the files of Windsurf and Devin.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "windsurf", Match: match, Load: load}
}

// A kind is what a path says a file is.
type kind uint8

const (
	kindNone         kind = iota
	kindHooks             // .windsurf/hooks.json
	kindDevinHooks        // .devin/hooks.v1.json
	kindRule              // rules/**/*.md, .windsurfrules, global_rules.md
	kindWorkflow          // workflows/**/*.md
	kindConfig            // .devin/config.json, .devin/config.local.json, ~/.config/devin/config.json
	kindAgent             // .devin/agents/<name>/AGENT.md
	kindInstructions      // ~/.config/devin/AGENTS.md
	kindIgnore            // .codeiumignore and its newer names
)

// managed is where an administrator keeps hooks and rules of Windsurf, by system.
var managed = []string{"etc/windsurf/", "Library/Application Support/Windsurf/", "ProgramData/Windsurf/"}

// ignores are the names of files that keep others from the agent's tools.
var ignores = map[string]string{".codeiumignore": windsurf, ".windsurfignore": windsurf, ".devinignore": devin}

func match(p string) bool {
	k, _, _ := placeOf(p)
	return k != kindNone
}

func placeOf(p string) (kind, string, reading.Place) {
	low := strings.ToLower(p)
	if !strings.Contains(low, "windsurf") && !strings.Contains(low, "devin") && !strings.Contains(low, "codeium") {
		return kindNone, "", reading.Place{}
	}
	p = reading.Plain(p)
	base := path.Base(p)
	here := reading.Place{Scope: leastagency.ScopeProject, Root: path.Dir(p), Below: base}
	if base == ".windsurfrules" {
		return kindRule, windsurf, here
	}
	if product := ignores[base]; product != "" {
		return kindIgnore, product, here
	}
	for _, m := range managed {
		if above, below, ok := strings.Cut("/"+p, "/"+m); ok {
			at := reading.Place{Scope: leastagency.ScopeManaged, Root: path.Join(".", strings.TrimPrefix(above, "/")), Below: below}
			return windsurfKind(below), windsurf, at
		}
	}
	if at, ok := reading.Below(p, ".devin", ".config/devin"); ok {
		k := devinKind(at)
		if at.Below == "config.local.json" {
			at.Scope = leastagency.ScopeLocal
		}
		return k, devin, at
	}
	if at, ok := reading.Below(p, ".codeium/windsurf"); ok {
		return windsurfKind(at.Below), windsurf, at
	}
	if at, ok := reading.Below(p, ".windsurf"); ok {
		return windsurfKind(at.Below), windsurf, at
	}
	return kindNone, "", reading.Place{}
}

func windsurfKind(below string) kind {
	first, _, nested := strings.Cut(below, "/")
	markdown := strings.HasSuffix(below, ".md")
	switch {
	case below == "hooks.json":
		return kindHooks
	case below == "memories/global_rules.md", nested && markdown && first == "rules":
		return kindRule
	case nested && markdown && (first == "workflows" || first == "global_workflows"):
		return kindWorkflow
	}
	return kindNone
}

func devinKind(at reading.Place) kind {
	first, rest, nested := strings.Cut(at.Below, "/")
	switch {
	case at.Below == "config.json" || at.Below == "config.local.json":
		return kindConfig
	case at.Below == "hooks.v1.json":
		return kindDevinHooks
	case at.Below == "AGENTS.md" && at.Scope == leastagency.ScopeUser:
		return kindInstructions
	case nested && first == "rules" && strings.HasSuffix(rest, ".md"):
		return kindRule
	case nested && first == "workflows" && strings.HasSuffix(rest, ".md"):
		return kindWorkflow
	case nested && first == "agents" && strings.HasSuffix(rest, ".md"):
		return kindAgent
	}
	return kindNone
}

func load(f *leastagency.File, sys *leastagency.System) {
	k, product, place := placeOf(f.Path)
	r := &reader{reading.Reader{Product: product, Title: titles[product], File: f, Sys: sys, Place: place}}
	switch k {
	case kindHooks:
		r.cascadeHooks()
	case kindDevinHooks:
		r.devinHooksFile()
	case kindRule, kindInstructions:
		r.rule()
	case kindWorkflow:
		r.workflow()
	case kindConfig:
		r.config()
	case kindAgent:
		r.agent()
	case kindIgnore:
		r.Ignored(r.session(r.File.Whole()))
	}
}

// A reader reads one file.
type reader struct{ reading.Reader }

// session starts a layer of the session. Windsurf changes files unasked and asks before commands;
// Devin's normal mode asks before both. Devin reads the rules and hooks of Windsurf too.
func (r *reader) session(at leastagency.Span) *leastagency.Layer {
	l := r.Layer(leastagency.KindSession, "", at)
	l.Order = leastagency.Strictest
	l.Absent = leastagency.ModeAcceptEdits
	if r.Product == devin {
		l.Absent = leastagency.ModeAsk
	}
	return l
}

// rule reads a rule with its head, or the older file without one.
func (r *reader) rule() {
	head, body := r.Markdown()
	if body == nil {
		return
	}
	l := r.session(r.File.Whole())
	if r.Product == windsurf {
		l.AlsoReadBy = []string{devin}
		if path.Base(r.File.Path) == ".windsurfrules" {
			l.AlsoReadBy = []string{"cline", devin, "zed"}
		}
	}
	r.Describe(l, head.Get("description"))
	r.Tell(l, body)
}

// workflow reads a prompt that a person starts by name.
func (r *reader) workflow() {
	head, body := r.Markdown()
	if body == nil {
		return
	}
	_, name, _ := strings.Cut(r.Below, "/")
	l := r.Layer(leastagency.KindCommand, strings.ReplaceAll(strings.TrimSuffix(name, ".md"), "/", ":"), r.File.Whole())
	r.Describe(l, head.Get("description"))
	r.Tell(l, body)
}
