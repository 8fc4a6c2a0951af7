// Package cline reads the files of Cline and of Roo Code, which descends from it, into layers of the
// model: modes with their groups of tools, exported settings of auto-approval, command permissions,
// command prompts, and hooks. Their server lists are those of package mcp, their rules those of package
// instructions.
//
// Sources: cline/cline (src/core/permissions) and RooCodeInc/Roo-Code (packages/types/src/mode.ts,
// global-settings.ts, src/core/auto-approval/commands.ts).
package cline

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/product"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

type kind uint8

const (
	kindNone      kind = iota
	kindModes          // .roomodes and custom_modes.yaml
	kindSettings       // exported settings of Roo Code
	kindEditor         // settings of the editor, which hold lists of commands
	kindPrompt         // .roo/commands
	kindHook           // .clinerules/hooks
	kindVariables      // a file of variables
)

var places = []product.Place[kind]{
	{End: ".roomodes", Kind: kindModes, Scope: leastagency.ScopeProject},
	{End: "settings/custom_modes.yaml", Kind: kindModes, Scope: leastagency.ScopeUser},
	{End: "roo-code-settings.json", Kind: kindSettings, Scope: leastagency.ScopeUser},
	{End: ".vscode/settings.json", Kind: kindEditor, Scope: leastagency.ScopeProject},
	{End: ".roo/commands/**/*.md", Kind: kindPrompt, Scope: leastagency.ScopeProject},
	{End: ".clinerules/hooks/*", Kind: kindHook, Scope: leastagency.ScopeProject},
	{End: ".env", Kind: kindVariables, Scope: leastagency.ScopeProject},
	{End: ".env.*", Kind: kindVariables, Scope: leastagency.ScopeProject},
}

// Loader returns the loader of Cline's and Roo Code's files.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "cline", Match: match, Load: load}
}

func match(p string) bool {
	switch base := path.Base(p); {
	case base == ".roomodes", base == "custom_modes.yaml", base == "roo-code-settings.json", base == "settings.json", strings.HasPrefix(base, ".env"),
		strings.Contains(p, ".clinerules/hooks/"), strings.Contains(p, ".roo/commands/"):
		return kindOf(p) != kindNone
	}
	return false
}

func kindOf(p string) kind {
	k, _ := product.Find(p, places)
	return k
}

func load(f *leastagency.File, sys *leastagency.System) {
	k, at := product.Find(f.Path, places)
	r := &reader{product.Reader{Reader: reading.Reader{Product: "roo", Title: "Roo Code", File: f, Sys: sys, Place: at}, Syntax: credential.None}}
	switch k {
	case kindModes:
		r.modes()
	case kindSettings:
		r.settings()
	case kindEditor:
		r.editor()
	case kindPrompt:
		r.prompt()
	case kindHook:
		r.Product, r.Title = "cline", "Cline"
		r.hook()
	case kindVariables:
		r.Product, r.Title = "cline", "Cline"
		r.variables()
	}
}

type reader struct{ product.Reader }

// prompt reads a command that a person starts by name.
func (r *reader) prompt() {
	head, body := r.Markdown()
	if head == nil && body == nil {
		return
	}
	l := r.Layer(leastagency.KindCommand, strings.TrimSuffix(r.Below, ".md"), r.File.Whole())
	r.Describe(l, head.Get("description"))
	r.Tell(l, body)
}
