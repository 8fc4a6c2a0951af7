package sdks

import (
	"context"
	"encoding/json"

	"charm.land/fantasy"
	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/toolrunner"
	"github.com/docker/docker-agent/pkg/tools"
	copilot "github.com/github/copilot-sdk/go"
	"github.com/microsoft/agent-framework-go/tool/functool"
	"github.com/nlpodyssey/openai-agents-go/agents"
	"google.golang.org/adk/tool/functiontool"
	functiontool2 "google.golang.org/adk/v2/tool/functiontool"
	"trpc.group/trpc-go/trpc-agent-go/tool"
	"trpc.group/trpc-go/trpc-agent-go/tool/function"

	"helper"
)

func adkTool(ctx functiontool.Context, in args) (string, error) {
	return "", helper.Shell(in.Line) // want `argument "line" of tool "adk" reaches exec.Command`
}

func withADK() {
	_, _ = functiontool.New(functiontool.Config{Name: "adk", Description: "runs"}, adkTool)
	cfg := functiontool2.Config{Name: "adk2"}
	_, _ = functiontool2.New(cfg, func(ctx functiontool2.Context, in args) (string, error) {
		return ctx.FunctionCallID(), helper.Shell(in.Line) // want `argument "line" of tool "adk2" reaches exec.Command`
	})
}

func withAnthropic() {
	_ = toolrunner.NewBetaTool("runner", "runs", anthropic.BetaToolInputSchemaParam{}, func(ctx context.Context, in args) (anthropic.BetaToolResultBlockParamContentUnion, error) {
		return anthropic.BetaToolResultBlockParamContentUnion{}, helper.Shell(in.Line) // want `argument "line" of tool "runner" reaches exec.Command`
	})
}

// betaTool is a tool by its methods.
type betaTool struct{}

func (betaTool) Name() string        { return "beta" }
func (betaTool) Description() string { return "runs" }
func (betaTool) InputSchema() anthropic.BetaToolInputSchemaParam {
	return anthropic.BetaToolInputSchemaParam{}
}

func (betaTool) Execute(ctx context.Context, input json.RawMessage) ([]anthropic.BetaToolResultBlockParamContentUnion, error) {
	var in args
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	return nil, helper.Shell(in.Line) // want `argument "line" of tool "beta" reaches exec.Command`
}

func withOpenAIAgents(b *box) {
	_ = agents.NewFunctionTool("agents_method", "runs", b.plain)
	_, _ = agents.NewFunctionToolAny("agents_any", "runs", func(in args) (string, error) {
		return "", helper.Shell(in.Line) // want `argument "line" of tool "agents_any" reaches exec.Command`
	})
	_ = agents.FunctionTool{Name: "agents_literal", OnInvokeTool: func(ctx context.Context, arguments string) (any, error) {
		var in args
		_ = json.Unmarshal([]byte(arguments), &in)
		return nil, helper.Shell(in.Line) // want `argument "line" of tool "agents_literal" reaches exec.Command`
	}}
}

func withTRPC(b *box) {
	_ = function.NewFunctionTool(b.plain, function.WithName("trpc_method"), function.WithDescription("runs"))
}

type trpcTool struct{}

func (*trpcTool) Declaration() *tool.Declaration {
	return &tool.Declaration{Name: "trpc_declared", Description: "runs"}
}

func (*trpcTool) Call(ctx context.Context, jsonArgs []byte) (any, error) {
	return nil, helper.Shell(string(jsonArgs)) // want `an argument of tool "trpc_declared" reaches exec.Command`
}

func withFantasy() {
	_ = fantasy.NewAgentTool("fantasy", "runs", func(ctx context.Context, in args, call fantasy.ToolCall) (fantasy.ToolResponse, error) {
		return fantasy.ToolResponse{}, helper.Shell(in.Line) // want `argument "line" of tool "fantasy" reaches exec.Command`
	})
}

type fantasyTool struct{}

func (fantasyTool) Info() fantasy.ToolInfo { return fantasy.ToolInfo{Name: "fantasy_type"} }

func (fantasyTool) Run(ctx context.Context, params fantasy.ToolCall) (fantasy.ToolResponse, error) {
	return fantasy.ToolResponse{}, helper.Shell(params.Input) // want `an argument of tool "fantasy_type" reaches exec.Command`
}

func dockerTool(ctx context.Context, in args) (*tools.ToolCallResult, error) {
	return nil, helper.Shell(in.Line) // want `argument "line" of tool "docker" reaches exec.Command`
}

func withDocker() []tools.Tool {
	return []tools.Tool{
		{Name: "docker", Handler: tools.NewHandler(dockerTool)},
		{Name: "docker_raw", Handler: func(ctx context.Context, call tools.ToolCall) (*tools.ToolCallResult, error) {
			return nil, helper.Shell(call.Function.Arguments) // want `an argument of tool "docker_raw" reaches exec.Command`
		}},
	}
}

func withFramework(b *box) {
	_ = functool.MustNew(functool.Config{Name: "framework_method"}, b.plain)
}

func withCopilot() []copilot.Tool {
	return []copilot.Tool{
		copilot.DefineTool("copilot", "runs", func(in args, inv copilot.ToolInvocation) (string, error) {
			return inv.ToolName, helper.Shell(in.Line) // want `argument "line" of tool "copilot" reaches exec.Command`
		}),
		{Name: "copilot_literal", SkipPermission: true, Handler: func(inv copilot.ToolInvocation) (copilot.ToolResult, error) {
			list := inv.Arguments.(map[string]any)
			return copilot.ToolResult{}, helper.Shell(list["line"].(string)) // want `argument "line" of tool "copilot_literal" reaches exec.Command`
		}},
	}
}
