// Package functiontool has the signatures of the library, and none of its code.
package functiontool

import "context"

// Context stands for the context of a tool.
type Context interface {
	context.Context
	FunctionCallID() string
}

type Tool interface{ Name() string }

type Config struct {
	Name                string
	Description         string
	RequireConfirmation bool
}

type Func[TArgs, TResults any] func(Context, TArgs) (TResults, error)

func New[TArgs, TResults any](cfg Config, handler Func[TArgs, TResults]) (Tool, error) {
	return nil, nil
}
