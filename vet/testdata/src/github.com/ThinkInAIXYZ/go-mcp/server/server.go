// Package server has the signatures of the library, and none of its code.
package server

import (
	"context"

	"github.com/ThinkInAIXYZ/go-mcp/protocol"
)

type Server struct{}

type ToolHandlerFunc func(context.Context, *protocol.CallToolRequest) (*protocol.CallToolResult, error)

type ToolMiddleware func(ToolHandlerFunc) ToolHandlerFunc

func (s *Server) RegisterTool(tool *protocol.Tool, handler ToolHandlerFunc, middlewares ...ToolMiddleware) {
}
