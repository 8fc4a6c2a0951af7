package sdks

import (
	"context"
	"encoding/json"

	"github.com/cloudwego/eino/schema"

	"helper"
)

// langchain is a tool of langchaingo: a name, a purpose and a text.
type langchain struct{}

func (langchain) Name() string        { return "langchain" }
func (langchain) Description() string { return "runs" }

func (langchain) Call(ctx context.Context, input string) (string, error) {
	return "", helper.Shell(input) // want `an argument of tool "langchain" reaches exec.Command`
}

// ingenimax is a tool of agent-sdk-go, which calls either method.
type ingenimax struct{}

func (*ingenimax) Name() string               { return "ingenimax" }
func (*ingenimax) Description() string        { return "runs" }
func (*ingenimax) Parameters() map[string]any { return nil }

func (t *ingenimax) Run(ctx context.Context, input string) (string, error) {
	return t.Execute(ctx, input)
}

func (*ingenimax) Execute(ctx context.Context, line string) (string, error) {
	var in args
	if err := json.Unmarshal([]byte(line), &in); err != nil {
		return "", err
	}
	return "", helper.Shell(in.Line) // want `argument "line" of tool "ingenimax" reaches exec.Command`
}

// invokable is a tool of Eino.
type invokable struct{}

func (invokable) Info(ctx context.Context) (*schema.ToolInfo, error) {
	return &schema.ToolInfo{Name: "eino_type", Desc: "runs"}, nil
}

func (invokable) InvokableRun(ctx context.Context, argumentsInJSON string) (string, error) {
	var in args
	if err := json.Unmarshal([]byte(argumentsInJSON), &in); err != nil {
		return "", err
	}
	return "", helper.Shell(in.Line) // want `argument "line" of tool "eino_type" reaches exec.Command`
}

// enhanced is one that is handed a structure.
type enhanced struct{}

func (enhanced) Info(ctx context.Context) (*schema.ToolInfo, error) {
	return &schema.ToolInfo{Name: "eino_enhanced"}, nil
}

func (enhanced) InvokableRun(ctx context.Context, argument *schema.ToolArgument) (*schema.ToolResult, error) {
	return nil, helper.Shell(argument.Text) // want `an argument of tool "eino_enhanced" reaches exec.Command`
}
