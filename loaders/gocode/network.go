package gocode

// What is known of the libraries by which servers are reached over the network.

// A listener is a function that waits for requests: which argument is the address, and which answers,
// -1 where the library's own handler does (serves names it). Receivers count.
type listener struct {
	address, handler int
	serves           string
}

var listeners = map[string]listener{
	"net/http.ListenAndServe":                        {0, 1, ""},
	"net/http.ListenAndServeTLS":                     {0, 3, ""},
	"net/http.Serve":                                 {0, 1, ""},
	"(*" + markServ + ".StreamableHTTPServer).Start": {1, 0, ""},
	"(*" + markServ + ".SSEServer).Start":            {1, 0, ""},
	"(*github.com/gin-gonic/gin.Engine).Run":         {1, 0, ""},
	"(*github.com/gin-gonic/gin.Engine).RunTLS":      {1, 0, ""},
	"(*github.com/labstack/echo.Echo).Start":         {1, 0, ""},
	"(*github.com/gofiber/fiber.App).Listen":         {1, 0, ""},
	thinkIn + ".NewSSEServerTransport":               {0, -1, thinkIn},
	thinkIn + ".NewStreamableHTTPServerTransport":    {0, -1, thinkIn},
}

const thinkIn = "github.com/ThinkInAIXYZ/go-mcp/transport"

// handlersHTTP make an HTTP handler of an MCP server, by its type.
var handlersHTTP = map[string]string{
	goSDK + ".NewStreamableHTTPHandler":            goSDK + ".StreamableHTTPHandler",
	goSDK + ".NewSSEHandler":                       goSDK + ".SSEHandler",
	markServ + ".NewStreamableHTTPServer":          markServ + ".StreamableHTTPServer",
	markServ + ".NewSSEServer":                     markServ + ".SSEServer",
	"(*" + markServ + ".SSEServer).SSEHandler":     markServ + ".SSEServer",
	"(*" + markServ + ".SSEServer).MessageHandler": markServ + ".SSEServer",
}

// endpointTypes are the SDKs' HTTP handlers. Each comes with the option that switches its protection of
// the local machine off: a version that lacks the option lacks the protection. Empty is a library that
// has none.
var endpointTypes = map[string]string{
	goSDK + ".StreamableHTTPHandler":   goSDK + ".StreamableHTTPOptions.DisableLocalhostProtection",
	goSDK + ".SSEHandler":              goSDK + ".SSEOptions.DisableLocalhostProtection",
	markServ + ".StreamableHTTPServer": markServ + ".WithDisableLocalhostProtection",
	markServ + ".SSEServer":            markServ + ".WithSSEDisableLocalhostProtection",
	thinkIn:                            "",
}

// routerTypes lead requests to handlers.
var routerTypes = map[string]bool{
	"net/http.ServeMux":                    true,
	"github.com/go-chi/chi.Mux":            true,
	"github.com/go-chi/chi.Router":         true,
	"github.com/gorilla/mux.Router":        true,
	"github.com/gorilla/mux.Route":         true,
	"github.com/gin-gonic/gin.Engine":      true,
	"github.com/gin-gonic/gin.RouterGroup": true,
	"github.com/labstack/echo.Echo":        true,
	"github.com/labstack/echo.Group":       true,
	"github.com/gofiber/fiber.App":         true,
	"github.com/gofiber/fiber.Router":      true,
}

// starts run a program: which argument names it, with the list of arguments behind it.
var starts = map[string]int{"os/exec.Command": 0, "os/exec.CommandContext": 1}

// stdioClients start an MCP server: the argument that names the program, behind which stand the
// environment and the arguments.
var stdioClients = map[string]int{
	"github.com/mark3labs/mcp-go/client.NewStdioMCPClient":             0,
	"github.com/mark3labs/mcp-go/client.NewStdioMCPClientWithOptions":  0,
	"github.com/mark3labs/mcp-go/client/transport.NewStdio":            0,
	"github.com/mark3labs/mcp-go/client/transport.NewStdioWithOptions": 0,
}

// urlClients call an MCP server at the address in one of their arguments, clientTypes at that in a field.
var urlClients = map[string]int{
	"github.com/mark3labs/mcp-go/client.NewSSEMCPClient":             0,
	"github.com/mark3labs/mcp-go/client.NewStreamableHttpClient":     0,
	"github.com/mark3labs/mcp-go/client/transport.NewSSE":            0,
	"github.com/mark3labs/mcp-go/client/transport.NewStreamableHTTP": 0,
}

var clientTypes = map[string]string{goSDK + ".StreamableClientTransport": "Endpoint", goSDK + ".SSEClientTransport": "Endpoint"}
