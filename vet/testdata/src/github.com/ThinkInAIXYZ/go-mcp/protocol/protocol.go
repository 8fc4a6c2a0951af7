// Package protocol has the signatures of the library, and none of its code.
package protocol

import "encoding/json"

type Tool struct{ Name, Description string }

type CallToolRequest struct {
	Name         string
	Arguments    map[string]any
	RawArguments json.RawMessage
}

type CallToolResult struct{}

func NewTool(name string, description string, in any) (*Tool, error) { return nil, nil }

func VerifyAndUnmarshal(content json.RawMessage, v any) error { return nil }
