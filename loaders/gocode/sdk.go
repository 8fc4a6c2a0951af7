package gocode

import (
	"slices"
	"strings"
	"sync"
)

// What is known of the libraries with which tools are offered to a model. Matching is by import path and
// name, as go/types gives them; major versions are left out of paths (see canonical).

const (
	goSDK     = "github.com/modelcontextprotocol/go-sdk/mcp"
	markMCP   = "github.com/mark3labs/mcp-go/mcp"
	markServ  = "github.com/mark3labs/mcp-go/server"
	goMCP     = "github.com/ThinkInAIXYZ/go-mcp/"
	genkit    = "github.com/firebase/genkit/go/"
	eino      = "github.com/cloudwego/eino/components/tool/utils"
	adk       = "google.golang.org/adk/tool/functiontool"
	toolrun   = "github.com/anthropics/anthropic-sdk-go/toolrunner"
	agentsSDK = "github.com/nlpodyssey/openai-agents-go/agents"
	trpc      = "trpc.group/trpc-go/trpc-agent-go/tool/function"
	cortex    = "github.com/FreePeak/cortex/pkg/"
	docker    = "github.com/docker/docker-agent/pkg/tools"
	cagent    = "github.com/docker/cagent/pkg/tools" // its name until 2026
	copilot   = "github.com/github/copilot-sdk/go"
	framework = "github.com/microsoft/agent-framework-go/tool/functool"
	fantasy   = "charm.land/fantasy"
	openai    = "github.com/openai/openai-go"
	anthropic = "github.com/anthropics/anthropic-sdk-go"
)

// An entry says something of a function, method or type.
type entry struct{ name, says string }

// registrars make a handler callable for a model. The words name their arguments in order, the receiver
// included: the tool that describes it, its name, what it is about, the handler, and "_" for the rest.
// Options that stand behind them are read by optionNames.
var registrars = [...]entry{
	{goSDK + ".AddTool", "_ tool handler"},
	{"(*" + goSDK + ".Server).AddTool", "_ tool handler"},
	{"(*" + markServ + ".MCPServer).AddTool", "_ tool handler"},
	{"(*" + markServ + ".MCPServer).AddTaskTool", "_ tool handler"},
	{"(*" + markServ + ".MCPServer).AddSessionTool", "_ _ tool handler"},
	{"(*github.com/metoro-io/mcp-golang.Server).RegisterTool", "_ name about handler"},
	{"(*" + goMCP + "server.Server).RegisterTool", "_ tool handler"},
	{"(*" + cortex + "server.MCPServer).AddTool", "_ _ tool handler"},
	{"github.com/strowk/foxy-contexts/pkg/fxctx.NewTool", "tool handler"},
	{adk + ".New", "tool handler"},
	{adk + ".NewStreaming", "tool handler"},
	{genkit + "genkit.DefineTool", "_ name about handler"},
	{genkit + "genkit.DefineToolWithInputSchema", "_ name about _ handler"},
	{genkit + "genkit.DefineMultipartTool", "_ name about handler"},
	{genkit + "ai.DefineTool", "_ name about handler"},
	{genkit + "ai.DefineToolWithInputSchema", "_ name about _ handler"},
	{genkit + "ai.DefineMultipartTool", "_ name about handler"},
	{genkit + "ai.NewTool", "name about handler"},
	{genkit + "ai.NewToolWithInputSchema", "name about _ handler"},
	{genkit + "ai.NewMultipartTool", "name about handler"},
	{eino + ".InferTool", "name about handler"},
	{eino + ".InferOptionableTool", "name about handler"},
	{eino + ".InferEnhancedTool", "name about handler"},
	{eino + ".InferOptionableEnhancedTool", "name about handler"},
	{eino + ".InferStreamTool", "name about handler"},
	{eino + ".InferOptionableStreamTool", "name about handler"},
	{eino + ".InferEnhancedStreamTool", "name about handler"},
	{eino + ".InferOptionableEnhancedStreamTool", "name about handler"},
	{eino + ".NewTool", "tool handler"},
	{eino + ".NewStreamTool", "tool handler"},
	{eino + ".NewEnhancedTool", "tool handler"},
	{eino + ".NewEnhancedStreamTool", "tool handler"},
	{toolrun + ".NewBetaTool", "name about _ handler"},
	{toolrun + ".NewBetaToolFromBytes", "name about _ handler"},
	{toolrun + ".NewBetaToolFromJSONSchema", "name about handler"},
	{agentsSDK + ".NewFunctionTool", "name about handler"},
	{agentsSDK + ".SafeNewFunctionTool", "name about handler"},
	{agentsSDK + ".NewFunctionToolAny", "name about handler"},
	{trpc + ".NewFunctionTool", "handler"},
	{trpc + ".NewStreamableFunctionTool", "handler"},
	{fantasy + ".NewAgentTool", "name about handler"},
	{fantasy + ".NewParallelAgentTool", "name about handler"},
	{framework + ".New", "tool handler"},
	{framework + ".MustNew", "tool handler"},
	{copilot + ".DefineTool", "name about handler"},
}

// makers make the description of a tool from these arguments.
var makers = [...]entry{
	{markMCP + ".NewTool", "name"},
	{markMCP + ".NewToolWithRawSchema", "name about"},
	{goMCP + "protocol.NewTool", "name about"},
	{goMCP + "protocol.NewToolWithRawSchema", "name about"},
	{cortex + "tools.NewTool", "name"},
}

// optionNames are options of registrars and makers, with what their only argument says of the tool.
var optionNames = [...]entry{
	{markMCP + ".WithDescription", "about"},
	{markMCP + ".WithReadOnlyHintAnnotation", "readOnly"},
	{markMCP + ".WithDestructiveHintAnnotation", "destructive"},
	{markMCP + ".WithToolAnnotation", "annotations"},
	{cortex + "tools.WithDescription", "about"},
	{trpc + ".WithName", "name"},
	{trpc + ".WithDescription", "about"},
}

// adapters make a handler of a function that takes the arguments in a type of its own.
var adapters = [...]string{
	markMCP + ".NewTypedToolHandler",
	markMCP + ".NewStructuredToolHandler",
	docker + ".NewHandler",
	cagent + ".NewHandler",
}

type pairing struct{ name, tool, handler string }

// pairs are structures that hold a handler and what describes it: a tool, or the structure itself.
var pairs = [...]pairing{
	{markServ + ".ServerTool", "Tool", "Handler"},
	{markServ + ".ServerTaskTool", "Tool", "Handler"},
	{goSDK + ".ServerTool", "Tool", "Handler"},
	{agentsSDK + ".FunctionTool", "", "OnInvokeTool"},
	{docker + ".Tool", "", "Handler"},
	{cagent + ".Tool", "", "Handler"},
	{copilot + ".Tool", "", "Handler"},
}

// requests are the types in which the arguments of a call arrive, with the fields that hold them.
var requests = [...]entry{
	{goSDK + ".CallToolRequest", "Params.Arguments"},
	{goSDK + ".ServerRequest", "Params.Arguments"}, // what the alias above stands for
	{markMCP + ".CallToolRequest", "Params.Arguments"},
	{goMCP + "protocol.CallToolRequest", "RawArguments Arguments"},
	{cortex + "server.ToolCallRequest", "Parameters"},
	{docker + ".ToolCall", "Function.Arguments"},
	{cagent + ".ToolCall", "Function.Arguments"},
	{copilot + ".ToolInvocation", "Arguments"},
	{fantasy + ".ToolCall", "Input"},
	{"github.com/cloudwego/eino/schema.ToolArgument", "Text"},
}

// results are what handlers return, to tell them from other functions that take a request.
var results = [...]string{goSDK + ".CallToolResult", markMCP + ".CallToolResult", markMCP + ".CreateTaskResult", goMCP + "protocol.CallToolResult",
	docker + ".ToolCallResult", cagent + ".ToolCallResult", copilot + ".ToolResult", fantasy + ".ToolResponse"}

// A library is an index of the tables above.
type library struct {
	registrars, makers map[string]roles
	options, requests  map[string]string
	calls              map[string]callType
	answers            map[string]string
}

var sdks = sync.OnceValue(func() *library {
	l := &library{map[string]roles{}, map[string]roles{}, map[string]string{}, map[string]string{}, map[string]callType{}, map[string]string{}}
	for _, r := range registrars {
		l.registrars[r.name] = rolesOf(r.says)
	}
	for _, m := range makers {
		l.makers[m.name] = rolesOf(m.says)
	}
	for _, o := range optionNames {
		l.options[o.name] = o.says
	}
	for _, r := range requests {
		l.requests[r.name] = r.says
	}
	for _, c := range callTypes {
		l.calls[c.name] = c
	}
	for _, a := range answers {
		l.answers[a.name] = a.says
	}
	return l
})

// roles are the arguments of a registrar or maker by number, -1 for none; receivers count.
type roles struct{ Tool, Name, About, Handler int }

func rolesOf(words string) roles {
	list := strings.Fields(words)
	at := func(word string) int { return slices.Index(list, word) }
	return roles{at("tool"), at("name"), at("about"), at("handler")}
}

// cutArguments returns the part of a path into a request that leads on from its arguments.
func cutArguments(path, fields string) (string, bool) {
	for _, f := range strings.Fields(fields) {
		if n := len(f); len(path) >= n && strings.EqualFold(path[:n], f) && (len(path) == n || path[n] == '.') { // fold: see component
			return strings.TrimPrefix(path[n:], "."), true
		}
	}
	return path, fields == ""
}

// A callType is a structure in which an answer of a model names a tool and its arguments: the fields.
type callType struct{ name, tool, args string }

var callTypes = [...]callType{
	{openai + ".ChatCompletionMessageFunctionToolCallFunction", "Name", "Arguments"},
	{openai + ".ChatCompletionMessageToolCallFunction", "Name", "Arguments"},
	{openai + ".ChatCompletionChunkChoiceDeltaToolCallFunction", "Name", "Arguments"},
	{openai + "/responses.ResponseFunctionToolCall", "Name", "Arguments"},
	{openai + "/responses.ResponseOutputItemUnion", "Name", "Arguments"},
	{"github.com/sashabaranov/go-openai.FunctionCall", "Name", "Arguments"},
	{anthropic + ".ToolUseBlock", "Name", "Input JSON.Input"},
	{anthropic + ".BetaToolUseBlock", "Name", "Input JSON.Input"},
	{anthropic + ".ContentBlockUnion", "Name", "Input JSON.Input"},
	{anthropic + ".BetaContentBlockUnion", "Name", "Input JSON.Input"},
	{"github.com/liushuangls/go-anthropic.MessageContentToolUse", "Name", "Input"},
	{"google.golang.org/genai.FunctionCall", "Name", "Args"},
	{"github.com/google/generative-ai-go/genai.FunctionCall", "Name", "Args"},
	{"cloud.google.com/go/vertexai/genai.FunctionCall", "Name", "Args"},
	{"github.com/tmc/langchaingo/llms.FunctionCall", "Name", "Arguments"},
	{"github.com/ollama/ollama/api.ToolCallFunction", "Name", "Arguments"},
	{"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types.ToolUseBlock", "Name", "Input"},
}

// answers are the fields and methods that hold the text of a model's answer.
var answers = [...]entry{
	{openai + ".ChatCompletionMessage", "Content"},
	{"github.com/sashabaranov/go-openai.ChatCompletionMessage", "Content"},
	{anthropic + ".TextBlock", "Text"},
	{anthropic + ".ContentBlockUnion", "Text"},
	{"github.com/tmc/langchaingo/llms.ContentChoice", "Content"},
	{"github.com/ollama/ollama/api.GenerateResponse", "Response"},
	{"(" + openai + "/responses.Response).OutputText", ""},
	{"(*google.golang.org/genai.GenerateContentResponse).Text", ""},
	{"github.com/tmc/langchaingo/llms.GenerateFromSinglePrompt", ""},
}

// getters return one argument of the request by its key: request and key argument by number.
var getters = map[string][2]int{
	"(" + markMCP + ".CallToolRequest).GetString":          {0, 1},
	"(" + markMCP + ".CallToolRequest).RequireString":      {0, 1},
	"(" + markMCP + ".CallToolRequest).GetStringSlice":     {0, 1},
	"(" + markMCP + ".CallToolRequest).RequireStringSlice": {0, 1},
	markMCP + ".ParseString":                               {0, 1},
	markMCP + ".ParseArgument":                             {0, 1},
	markMCP + ".ParseStringMap":                            {0, 1},
}

// wholes return or fill in all arguments.
var wholes = map[string]bool{
	"(" + markMCP + ".CallToolRequest).GetArguments":    true,
	"(" + markMCP + ".CallToolRequest).GetRawArguments": true,
	"(" + markMCP + ".CallToolRequest).BindArguments":   true,
}
