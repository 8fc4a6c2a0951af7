// Package fantasy has the signatures of the library, and none of its code.
package fantasy

import "context"

type ToolInfo struct{ Name, Description string }

type ToolCall struct{ ID, Name, Input string }

type ToolResponse struct{}

type AgentTool interface {
	Info() ToolInfo
	Run(ctx context.Context, params ToolCall) (ToolResponse, error)
}

func NewAgentTool[TInput any](name string, description string, fn func(ctx context.Context, input TInput, call ToolCall) (ToolResponse, error)) AgentTool {
	return nil
}
