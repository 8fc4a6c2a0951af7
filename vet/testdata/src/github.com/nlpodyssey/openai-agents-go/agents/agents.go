// Package agents has the signatures of the library, and none of its code.
package agents

import "context"

type FunctionTool struct {
	Name, Description string
	ParamsJSONSchema  map[string]any
	OnInvokeTool      func(ctx context.Context, arguments string) (any, error)
}

func NewFunctionTool[T, R any](name string, description string, handler func(ctx context.Context, args T) (R, error)) FunctionTool {
	return FunctionTool{}
}

func NewFunctionToolAny(name string, description string, handler any) (FunctionTool, error) {
	return FunctionTool{}, nil
}
