package gemini

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// Settings reads settings that another file carries into a layer of "gemini" or "qwen".
func Settings(l *leastagency.Layer, root *node.Node, f *leastagency.File, sys *leastagency.System) {
	for i := range products {
		if p := &products[i]; p.id == l.Product {
			r := &reader{product: p, inline: true, Reader: reading.Reader{Product: p.id, Title: p.title, File: f, Sys: sys, Place: reading.Place{Scope: leastagency.ScopeProject, Root: l.Root}}}
			l.Order = p.order
			r.keys(root)
			r.into(l, root)
		}
	}
}
