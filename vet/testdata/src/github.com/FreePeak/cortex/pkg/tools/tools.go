// Package tools has the signatures of the library, and none of its code.
package tools

import "github.com/FreePeak/cortex/pkg/types"

type ToolOption func(*types.Tool)

func NewTool(name string, options ...ToolOption) *types.Tool { return nil }

func WithDescription(description string) ToolOption { return nil }
