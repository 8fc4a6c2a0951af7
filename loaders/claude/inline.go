package claude

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// An Inline reads what other files carry of Claude Code's configuration, such as a CI job that starts it.
// What it reads goes into Layer.
type Inline struct {
	Layer *leastagency.Layer
	File  *leastagency.File
	Sys   *leastagency.System
	// Syntax is how values refer to others.
	Syntax credential.Syntax
}

func (in Inline) reader() *reader {
	r := newReader(in.File, in.Sys, place{scope: leastagency.ScopeUser, root: in.Layer.Root})
	r.syntax = in.Syntax
	return r
}

// Settings reads the keys of a settings file, as of a person's own.
func (in Inline) Settings(root *node.Node) { in.reader().keys(in.Layer, root) }

// Rule reads one permission rule, and returns it with its secrets taken out.
func (in Inline) Rule(text string, at leastagency.Span, d leastagency.Decision) *leastagency.Rule {
	return in.reader().saved(in.Layer, text, at, d, listSettings)
}

// Mode returns the permission mode of a name as the command line takes it.
func Mode(name string) (leastagency.Mode, bool) {
	m, ok := modes[name]
	return m, ok
}

// SplitTools cuts a list of tools at commas and white space outside of brackets.
func SplitTools(s string) [][2]int { return splitTools(s) }
