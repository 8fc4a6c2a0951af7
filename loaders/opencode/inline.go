package opencode

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// Variables are those in which the environment of a run carries JSON of the configuration.
var Variables = [...]string{"OPENCODE_PERMISSION", "OPENCODE_CONFIG_CONTENT"}

// Inline reads one of the Variables into a layer that another file starts opencode with.
func Inline(l *leastagency.Layer, variable string, root *node.Node, sys *leastagency.System) {
	r := &reader{Reader: reading.Reader{Product: "opencode", Title: "opencode", File: l.At.File, Sys: sys, Place: reading.Place{Scope: leastagency.ScopeUser, Root: l.Root}}}
	l.Absent, l.Order = leastagency.ModeBypass, leastagency.LastMatch
	if variable == Variables[0] {
		r.permission(l, root)
		return
	}
	for _, m := range root.Get("mcp").Each() {
		r.servers = append(r.servers, toolName(m.Key))
	}
	r.switches(l, root.Get("tools"))
	r.permission(l, root.Get("permission"))
	r.mcp(l, root.Get("mcp"))
}
