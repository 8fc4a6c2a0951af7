// Package openai has the signatures of the library, and none of its code.
package openai

type ChatCompletion struct{ Choices []ChatCompletionChoice }

type ChatCompletionChoice struct{ Message ChatCompletionMessage }

type ChatCompletionMessage struct {
	Content   string
	ToolCalls []ChatCompletionMessageToolCallUnion
}

type ChatCompletionMessageToolCallUnion struct {
	ID       string
	Function ChatCompletionMessageFunctionToolCallFunction
}

type ChatCompletionMessageFunctionToolCallFunction struct{ Name, Arguments string }
