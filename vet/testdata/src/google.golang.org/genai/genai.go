// Package genai has the signatures of the library, and none of its code.
package genai

type FunctionCall struct {
	Name string
	Args map[string]any
}

type GenerateContentResponse struct{}

func (r *GenerateContentResponse) FunctionCalls() []*FunctionCall { return nil }

func (r *GenerateContentResponse) Text() string { return "" }
