// Package function has the signatures of the library, and none of its code.
package function

import "context"

type FunctionTool[I, O any] struct{}

type Option func(*int)

func NewFunctionTool[I, O any](fn func(context.Context, I) (O, error), opts ...Option) *FunctionTool[I, O] {
	return nil
}

func WithName(name string) Option { return nil }

func WithDescription(description string) Option { return nil }
