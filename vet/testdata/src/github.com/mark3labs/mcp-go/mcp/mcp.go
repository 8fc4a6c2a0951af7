// Package mcp has the names and types of the SDK that programs under test use, and no behaviour.
package mcp

import "context"

type Tool struct {
	Name, Description string
	Annotations       ToolAnnotation
}

type ToolAnnotation struct {
	Title                         string
	ReadOnlyHint, DestructiveHint *bool
}

type ToolOption func(*Tool)

type PropertyOption func(map[string]any)

func NewTool(name string, opts ...ToolOption) Tool              { return Tool{} }
func WithDescription(string) ToolOption                         { return nil }
func WithString(name string, opts ...PropertyOption) ToolOption { return nil }
func WithReadOnlyHintAnnotation(bool) ToolOption                { return nil }
func WithDestructiveHintAnnotation(bool) ToolOption             { return nil }
func NewToolResultText(string) *CallToolResult                  { return nil }
func NewToolResultError(string) *CallToolResult                 { return nil }
func ParseString(r CallToolRequest, key, def string) string     { return "" }

type CallToolParams struct {
	Name      string
	Arguments any
}

type CallToolRequest struct{ Params CallToolParams }

func (r CallToolRequest) GetString(key, def string) string         { return "" }
func (r CallToolRequest) GetInt(key string, def int) int           { return 0 }
func (r CallToolRequest) RequireString(key string) (string, error) { return "", nil }
func (r CallToolRequest) GetArguments() map[string]any             { return nil }
func (r CallToolRequest) BindArguments(target any) error           { return nil }

type CallToolResult struct{ IsError bool }

func NewTypedToolHandler[T any](h func(context.Context, CallToolRequest, T) (*CallToolResult, error)) func(context.Context, CallToolRequest) (*CallToolResult, error) {
	return nil
}
