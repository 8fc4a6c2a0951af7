// Package llms has the signatures of the library, and none of its code.
package llms

type ContentResponse struct{ Choices []*ContentChoice }

type ContentChoice struct {
	Content   string
	ToolCalls []ToolCall
}

type ToolCall struct{ FunctionCall *FunctionCall }

type FunctionCall struct{ Name, Arguments string }
