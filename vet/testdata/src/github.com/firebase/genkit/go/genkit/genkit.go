// Package genkit has the names and types of the SDK that programs under test use, and no behaviour.
package genkit

import "context"

type Genkit struct{}

type ToolContext struct{ context.Context }

type Tool struct{}

func DefineTool[In, Out any](g *Genkit, name, description string, fn func(*ToolContext, In) (Out, error)) *Tool {
	return nil
}
