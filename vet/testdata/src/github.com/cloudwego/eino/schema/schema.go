// Package schema has the signatures of the library, and none of its code.
package schema

type ToolInfo struct{ Name, Desc string }

type ToolArgument struct{ Text string }

type ToolResult struct{}
