// Package copilot has the signatures of the library, and none of its code.
package copilot

type Tool struct {
	Name, Description string
	Handler           ToolHandler
	SkipPermission    bool
}

type ToolInvocation struct {
	ToolName  string
	Arguments any
}

type ToolResult struct{ TextResultForLLM string }

type ToolHandler func(invocation ToolInvocation) (ToolResult, error)

func DefineTool[T any, U any](name, description string, handler func(T, ToolInvocation) (U, error)) Tool {
	return Tool{}
}
