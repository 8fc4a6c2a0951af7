// Package hard has the ways from a model to a shell that are hard to see. What is not seen says so.
package hard

import (
	"context"
	"encoding/json"
	"os/exec"
	"reflect"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"helper"
)

type args struct {
	Line string `json:"line"`
}

// A factory that calls its handler by reflection.
type tool struct {
	Tool    mcp.Tool
	Handler server.ToolHandlerFunc
}

func mustTool(name, description string, handler any) tool {
	value := reflect.ValueOf(handler)
	call := func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		in := reflect.New(value.Type().In(1))
		if err := request.BindArguments(in.Interface()); err != nil {
			return nil, err
		}
		value.Call([]reflect.Value{reflect.ValueOf(ctx), in.Elem()})
		return nil, nil
	}
	return tool{Tool: mcp.NewTool(name, mcp.WithDescription(description)), Handler: call}
}

var reflected = mustTool("reflected", "runs", func(ctx context.Context, in args) (string, error) {
	return "", helper.Shell(in.Line) // want `argument "line" of tool "reflected" reaches exec.Command`
})

// A generic factory that decodes the arguments, behind one that names the tool.
func typed[T any](name, description string, handler func(context.Context, T) (string, error)) tool {
	return tool{mcp.NewTool(name), func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		var in T
		if err := request.BindArguments(&in); err != nil {
			return nil, err
		}
		text, err := handler(ctx, in)
		return mcp.NewToolResultText(text), err
	}}
}

func run(ctx context.Context, in args) (string, error) {
	return "", helper.Shell(in.Line) // want `argument "line" of tool "typed_run" reaches exec.Command`
}

func all() []tool { return []tool{reflected, typed("typed_run", "runs", run)} }

// One handler for all tools.
func dispatch(ctx context.Context, req *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
	var in args
	_ = json.Unmarshal(req.Params.Arguments, &in)
	switch req.Params.Name {
	case "dispatched":
		return nil, helper.Shell(in.Line) // want `argument "line" of tool "dispatched" reaches exec.Command`
	case "other":
		return nil, nil
	}
	return nil, nil
}

// Arguments in a package variable.
var current args

func global(ctx context.Context, req *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
	_ = json.Unmarshal(req.Params.Arguments, &current)
	return nil, runCurrent()
}

func runCurrent() error {
	return helper.Shell(current.Line) // want `argument "line" of tool "global" reaches exec.Command`
}

// A command that one method fills and another one runs.
type command struct {
	name string
	args []string
}

func (c *command) with(arg string) *command {
	c.args = append(c.args, arg)
	return c
}

func (c *command) start() error { return exec.Command("sh", "-c", c.args[0]).Run() } // want `argument "line" of tool "fields" reaches exec.Command`

func fields(ctx context.Context, _ *sdk.CallToolRequest, in args) (*sdk.CallToolResult, any, error) {
	c := &command{name: "sh"}
	c.with(in.Line)
	return nil, nil, c.start()
}

// Through a context.
type key struct{}

func viaContext(ctx context.Context, _ *sdk.CallToolRequest, in args) (*sdk.CallToolResult, any, error) {
	return nil, nil, fromContext(context.WithValue(ctx, key{}, in.Line))
}

func fromContext(ctx context.Context) error {
	line, _ := ctx.Value(key{}).(string)
	return helper.Shell(line) // want `argument "line" of tool "viaContext" reaches exec.Command`
}

// Through a channel.
func channel(ctx context.Context, _ *sdk.CallToolRequest, in args) (*sdk.CallToolResult, any, error) {
	lines := make(chan string, 1)
	lines <- in.Line
	return nil, nil, helper.Shell(<-lines) // want `argument "line" of tool "channel" reaches exec.Command`
}

// Behind an interface of another module whose type only the main program knows: not seen.
type Backend interface{ Do(line string) error }

var backend Backend

func plugged(ctx context.Context, _ *sdk.CallToolRequest, in args) (*sdk.CallToolResult, any, error) {
	return nil, nil, backend.Do(in.Line)
}

// On the standard input of a shell: not seen.
func stdin(ctx context.Context, _ *sdk.CallToolRequest, in args) (*sdk.CallToolResult, any, error) {
	cmd := exec.CommandContext(ctx, "bash")
	cmd.Stdin = strings.NewReader(in.Line)
	return nil, nil, cmd.Run()
}

// A registry that is filled in other places, so that no name leads to a handler: the handler is seen where
// it has a form of its own, which a plain function of a text has not.
type registry struct{ handlers map[string]func(string) error }

func (r *registry) add(name string, handler func(string) error) { r.handlers[name] = handler }

func (r *registry) fill() { r.add("filled", helper.Shell) }

func register(s *sdk.Server, m *server.MCPServer) {
	for _, t := range all() {
		m.AddTool(t.Tool, t.Handler)
	}
	s.AddTool(&sdk.Tool{Name: "dispatched"}, dispatch)
	s.AddTool(&sdk.Tool{Name: "other"}, dispatch)
}
