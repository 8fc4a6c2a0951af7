// Package anthropic has the signatures of the library, and none of its code.
package anthropic

import (
	"context"
	"encoding/json"
)

type BetaTool interface{ Name() string }

type BetaToolInputSchemaParam struct{}

type BetaToolResultBlockParamContentUnion struct{}

type Message struct{ Content []ContentBlockUnion }

type ContentBlockUnion struct {
	Type, Name, Text string
	Input            json.RawMessage
}

func (u ContentBlockUnion) AsAny() any { return nil }

type ToolUseBlock struct {
	ID, Name string
	Input    json.RawMessage
	JSON     struct{ Input Field }
}

type TextBlock struct{ Text string }

type Field struct{ raw string }

func (f Field) Raw() string { return f.raw }

type Client struct {
	Messages MessageService
}

type MessageNewParams struct{ Model string }

type MessageService struct{}

func (s *MessageService) New(ctx context.Context, params MessageNewParams) (*Message, error) {
	return nil, nil
}

type BetaToolRunnerParams struct {
	Model         string
	MaxIterations int
}
