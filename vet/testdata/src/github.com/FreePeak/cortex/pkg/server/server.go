// Package server has the signatures of the library, and none of its code.
package server

import (
	"context"

	"github.com/FreePeak/cortex/pkg/types"
)

type MCPServer struct{}

type ToolCallRequest struct {
	Name       string
	Parameters map[string]any
}

type ToolHandler func(ctx context.Context, request ToolCallRequest) (any, error)

func (s *MCPServer) AddTool(ctx context.Context, tool *types.Tool, handler ToolHandler) error {
	return nil
}
