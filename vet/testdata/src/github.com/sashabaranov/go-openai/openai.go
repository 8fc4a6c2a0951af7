// Package openai has the signatures of the library, and none of its code.
package openai

type ChatCompletionMessage struct {
	Content   string
	ToolCalls []ToolCall
}

type ToolCall struct{ Function FunctionCall }

type FunctionCall struct{ Name, Arguments string }
