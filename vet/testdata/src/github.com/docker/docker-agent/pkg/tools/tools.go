// Package tools has the signatures of the library, and none of its code.
package tools

import "context"

type ToolCall struct{ Function FunctionCall }

type FunctionCall struct{ Name, Arguments string }

type ToolCallResult struct{}

type ToolHandler func(ctx context.Context, toolCall ToolCall) (*ToolCallResult, error)

type ToolAnnotations struct{ ReadOnlyHint bool }

type Tool struct {
	Name, Description string
	Parameters        any
	Annotations       ToolAnnotations
	Handler           ToolHandler
}

func NewHandler[T any](fn func(context.Context, T) (*ToolCallResult, error)) ToolHandler { return nil }
