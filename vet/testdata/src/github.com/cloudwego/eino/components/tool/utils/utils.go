// Package utils has the names and types of the SDK that programs under test use, and no behaviour.
package utils

import "context"

type InvokableTool struct{}

func InferTool[T, D any](name, description string, fn func(context.Context, T) (D, error)) (*InvokableTool, error) {
	return nil, nil
}
