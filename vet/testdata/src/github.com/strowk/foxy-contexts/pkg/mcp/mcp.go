// Package mcp has the signatures of the library, and none of its code.
package mcp

type Tool struct {
	Name        string
	Description *string
}

type CallToolResult struct{}
