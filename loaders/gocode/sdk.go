package gocode

// What is known of the libraries with which tools are registered. Matching is by import path and name.

const (
	goSDK    = "github.com/modelcontextprotocol/go-sdk/mcp"
	markMCP  = "github.com/mark3labs/mcp-go/mcp"
	markServ = "github.com/mark3labs/mcp-go/server"
	genkit   = "github.com/firebase/genkit/go/genkit"
	eino     = "github.com/cloudwego/eino/components/tool/utils"
)

// A registrar is a function that makes a handler callable for a model.
type registrar struct {
	tool    int // argument with the tool's description, -1 when there is none; receivers count
	name    int // argument with its name, -1 when tool holds it
	about   int // argument with its purpose, -1 when tool holds it
	handler int
	typed   int // parameter of the handler that the model fills in, receiver not counted; -1 when only the request holds them
}

var registrars = map[string]registrar{
	goSDK + ".AddTool":                            {tool: 1, name: -1, about: -1, handler: 2, typed: 2},
	"(*" + goSDK + ".Server).AddTool":             {tool: 1, name: -1, about: -1, handler: 2, typed: -1},
	"(*" + markServ + ".MCPServer).AddTool":       {tool: 1, name: -1, about: -1, handler: 2, typed: -1},
	"(*" + markServ + ".MCPServer).AddTaskTool":   {tool: 1, name: -1, about: -1, handler: 2, typed: -1},
	genkit + ".DefineTool":                        {tool: -1, name: 1, about: 2, handler: 3, typed: 1},
	genkit + ".DefineMultipartTool":               {tool: -1, name: 1, about: 2, handler: 3, typed: 1},
	eino + ".InferTool":                           {tool: -1, name: 0, about: 1, handler: 2, typed: 1},
	eino + ".InferStreamTool":                     {tool: -1, name: 0, about: 1, handler: 2, typed: 1},
	eino + ".InferOptionableTool":                 {tool: -1, name: 0, about: 1, handler: 2, typed: 1},
	"google.golang.org/adk/tool/functiontool.New": {tool: 0, name: -1, about: -1, handler: 1, typed: 1},
}

// adapters make a handler of a function whose last parameter the model fills in.
var adapters = map[string]int{
	markMCP + ".NewTypedToolHandler":      2,
	markMCP + ".NewStructuredToolHandler": 2,
}

// pairs are structures that hold a tool and its handler.
var pairs = map[string]struct{ tool, handler string }{
	markServ + ".ServerTool": {"Tool", "Handler"},
	goSDK + ".ServerTool":    {"Tool", "Handler"},
}

// requests are the types in which the arguments of a call arrive, with the field that holds them.
var requests = map[string]string{
	goSDK + ".CallToolRequest":   "Params.Arguments",
	goSDK + ".ServerRequest":     "Params.Arguments", // what the alias above stands for
	markMCP + ".CallToolRequest": "Params.Arguments",
}

// results are what handlers return, to tell them from other functions that take a request.
var results = map[string]bool{goSDK + ".CallToolResult": true, markMCP + ".CallToolResult": true}

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

// readOnlyOptions and others are options of mark3labs' NewTool.
const (
	newTool         = markMCP + ".NewTool"
	readOnlyOption  = markMCP + ".WithReadOnlyHintAnnotation"
	destructiveHint = markMCP + ".WithDestructiveHintAnnotation"
	describeOption  = markMCP + ".WithDescription"
)

// starters serve MCP over the network at the address given by number; listeners serve any handler.
var starters = map[string]int{
	"(*" + markServ + ".StreamableHTTPServer).Start": 1,
	"(*" + markServ + ".SSEServer).Start":            1,
}

var listeners = map[string]int{"net/http.ListenAndServe": 0}

// handlersHTTP make an HTTP handler of an MCP server.
var handlersHTTP = map[string]bool{
	goSDK + ".NewStreamableHTTPHandler":   true,
	goSDK + ".NewSSEHandler":              true,
	markServ + ".NewStreamableHTTPServer": true,
	markServ + ".NewSSEServer":            true,
}
