// Package mcpserver reads the map of MCP servers that every client writes alike: a name, and how the
// server is started or reached.
package mcpserver

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// Read reads a map of server name to server entry, in file order. A value of the wrong kind is a
// problem of sys, and the rest of the entry is kept.
func Read(servers *node.Node, syntax credential.Syntax, sys *leastagency.System) []*leastagency.Server {
	return nil
}
