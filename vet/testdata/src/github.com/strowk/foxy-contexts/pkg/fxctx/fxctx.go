// Package fxctx has the signatures of the library, and none of its code.
package fxctx

import (
	"context"

	"github.com/strowk/foxy-contexts/pkg/mcp"
)

type Tool interface{ GetMcpTool() *mcp.Tool }

func NewTool(mcpTool *mcp.Tool, callback func(ctx context.Context, args map[string]any) *mcp.CallToolResult) Tool {
	return nil
}
