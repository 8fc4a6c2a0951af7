// Package loops has agents that talk to a model's API themselves.
package loops

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"

	"github.com/anthropics/anthropic-sdk-go"
	openai "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/responses"
	goopenai "github.com/sashabaranov/go-openai"
	"github.com/tmc/langchaingo/llms"
	"google.golang.org/genai"

	"helper"
)

type runArgs struct {
	Command string `json:"command"`
	Path    string `json:"path"`
}

// A switch on the name, arguments decoded in each branch.
func openAI(c *openai.ChatCompletion) {
	for _, call := range c.Choices[0].Message.ToolCalls {
		switch call.Function.Name {
		case "openai_run":
			var in runArgs
			_ = json.Unmarshal([]byte(call.Function.Arguments), &in)
			_ = helper.Shell(in.Command) // want `argument "command" of tool "openai_run" reaches exec.Command`
		case "openai_count":
			var in struct{ N int }
			_ = json.Unmarshal([]byte(call.Function.Arguments), &in)
			_ = exec.Command("seq", string(rune(in.N))).Run()
		}
	}
}

// Name and arguments are handed on together, and each branch calls a function of its own.
func goOpenAI(m goopenai.ChatCompletionMessage) {
	for _, call := range m.ToolCalls {
		_, _ = execute(call.Function.Name, call.Function.Arguments)
	}
}

func execute(name, arguments string) (string, error) {
	switch name {
	case "sasha_run", "sasha_exec":
		return runShell(arguments)
	case "sasha_read":
		return readFile(arguments)
	default:
		return "", errors.New("no such tool")
	}
}

func runShell(arguments string) (string, error) {
	var in runArgs
	if err := json.Unmarshal([]byte(arguments), &in); err != nil {
		return "", err
	}
	return "", exec.Command("bash", "-c", in.Command).Run() // want `argument "command" of tool "sasha_run" reaches exec.Command` `argument "command" of tool "sasha_exec" reaches exec.Command`
}

func readFile(arguments string) (string, error) {
	var in runArgs
	_ = json.Unmarshal([]byte(arguments), &in)
	b, err := os.ReadFile(in.Path) // want `argument "path" of tool "sasha_read" reaches os.ReadFile`
	return string(b), err
}

// A map from names to handlers.
var handlers = map[string]func(json.RawMessage) (string, error){
	"claude_run": func(input json.RawMessage) (string, error) {
		var in runArgs
		_ = json.Unmarshal(input, &in)
		return "", exec.Command("sh", "-c", in.Command).Run() // want `argument "command" of tool "claude_run" reaches exec.Command`
	},
}

func claude(m *anthropic.Message) {
	for _, block := range m.Content {
		switch block := block.AsAny().(type) {
		case anthropic.ToolUseBlock:
			if handle, ok := handlers[block.Name]; ok {
				_, _ = handle(json.RawMessage(block.JSON.Input.Raw()))
			}
		}
	}
}

// A list of tools, each with its function.
type toolDefinition struct {
	Name        string
	Description string
	InputSchema any
	Function    func(input json.RawMessage) (string, error)
}

var editDefinition = toolDefinition{Name: "claude_edit", Description: "edits", InputSchema: 1, Function: edit}

func edit(input json.RawMessage) (string, error) {
	var in runArgs
	_ = json.Unmarshal(input, &in)
	return "", os.WriteFile(in.Path, nil, 0o600) // want `argument "path" of tool "claude_edit" reaches os.WriteFile`
}

type agent struct{ tools []toolDefinition }

func (a *agent) use(m *anthropic.Message) {
	for _, block := range m.Content {
		for _, tool := range a.tools {
			if tool.Name == block.Name {
				_, _ = tool.Function(block.Input)
			}
		}
	}
}

func newAgent() *agent { return &agent{tools: []toolDefinition{editDefinition}} }

func gemini(r *genai.GenerateContentResponse) {
	for _, call := range r.FunctionCalls() {
		if call.Name == "gemini_run" {
			line, _ := call.Args["line"].(string)
			_ = helper.Shell(line) // want `argument "line" of tool "gemini_run" reaches exec.Command`
		}
	}
}

func langchain(r *llms.ContentResponse) error {
	for _, call := range r.Choices[0].ToolCalls {
		var in runArgs
		if err := json.Unmarshal([]byte(call.FunctionCall.Arguments), &in); err != nil {
			return err
		}
		return helper.Shell(in.Command) // want `argument "command" of tool "langchain" reaches exec.Command`
	}
	return nil
}

func response(ctx context.Context, r responses.Response) {
	for _, item := range r.Output {
		if item.Type != "function_call" {
			continue
		}
		if item.Name != "responses_run" {
			continue
		}
		_ = helper.Shell(item.Arguments) // want `an argument of tool "response" reaches exec.Command`
	}
}

// A tool of an interface of its own.
type executor interface {
	Name() string
	Description() string
	Parameters() map[string]any
	Execute(ctx context.Context, args map[string]any) (string, error)
}

type shellTool struct{}

func (t *shellTool) Name() string               { return "own_shell" }
func (t *shellTool) Description() string        { return "runs" }
func (t *shellTool) Parameters() map[string]any { return nil }

func (t *shellTool) Execute(ctx context.Context, args map[string]any) (string, error) {
	line, _ := args["line"].(string)
	return "", helper.Shell(line) // want `argument "line" of tool "own_shell" reaches exec.Command`
}

// A tool that is handed a call of the agent's own form.
type ownCall struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Input string `json:"input"`
}

type ownInfo struct{ Name, Description string }

type readTool struct{}

func (readTool) Info() ownInfo { return ownInfo{Name: "own_read", Description: "reads"} }

func (readTool) Run(ctx context.Context, call ownCall) (string, error) {
	var in runArgs
	if err := json.Unmarshal([]byte(call.Input), &in); err != nil {
		return "", err
	}
	b, err := os.ReadFile(in.Path) // want `argument "path" of tool "own_read" reaches os.ReadFile`
	return string(b), err
}

// A command of a program is no tool, though it has a name and is run.
type command struct{}

func (command) Name() string                                   { return "serve" }
func (command) Description() string                            { return "serves" }
func (command) Run(ctx context.Context, args []string) error   { return exec.Command(args[0]).Run() }
func (command) Execute(ctx context.Context, line string) error { return helper.Shell(line) }

// A server that speaks MCP without a library.
type callParams struct {
	Name      string         `json:"name"`
	Arguments map[string]any `json:"arguments"`
}

func serve(raw []byte) error {
	var p callParams
	if err := json.Unmarshal(raw, &p); err != nil {
		return err
	}
	switch p.Name {
	case "own_server":
		return helper.Shell(p.Arguments["line"].(string)) // want `argument "line" of tool "own_server" reaches exec.Command`
	}
	return nil
}
