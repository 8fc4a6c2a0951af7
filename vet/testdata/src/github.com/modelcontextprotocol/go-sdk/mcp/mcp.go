// Package mcp has the names and types of the SDK that programs under test use, and no behaviour.
package mcp

import (
	"context"
	"encoding/json"
	"net/http"
	"os/exec"
)

type Implementation struct{ Name, Version string }

type Server struct{}

type ServerOptions struct{}

func NewServer(*Implementation, *ServerOptions) *Server { return nil }

type ToolAnnotations struct {
	ReadOnlyHint    bool
	DestructiveHint *bool
	IdempotentHint  bool
	OpenWorldHint   *bool
	Title           string
}

type Tool struct {
	Name, Description string
	Annotations       *ToolAnnotations
	InputSchema       any
}

type CallToolParamsRaw struct {
	Name      string
	Arguments json.RawMessage
}

type ServerRequest[P any] struct{ Params P }

type CallToolRequest = ServerRequest[*CallToolParamsRaw]

type Content interface{ content() }

type TextContent struct{ Text string }

func (*TextContent) content() {}

type CallToolResult struct {
	Content []Content
	IsError bool
}

type ToolHandler func(context.Context, *CallToolRequest) (*CallToolResult, error)

type ToolHandlerFor[In, Out any] func(context.Context, *CallToolRequest, In) (*CallToolResult, Out, error)

func AddTool[In, Out any](s *Server, t *Tool, h ToolHandlerFor[In, Out]) {}

func (s *Server) AddTool(t *Tool, h ToolHandler) {}

type StreamableHTTPOptions struct {
	Stateless                  bool
	DisableLocalhostProtection bool
}

type StreamableHTTPHandler struct{}

func (h *StreamableHTTPHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {}

func NewStreamableHTTPHandler(getServer func(*http.Request) *Server, o *StreamableHTTPOptions) *StreamableHTTPHandler {
	return nil
}

type SSEOptions struct{}

type SSEHandler struct{}

func (h *SSEHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {}

func NewSSEHandler(getServer func(*http.Request) *Server, o *SSEOptions) *SSEHandler { return nil }

type CommandTransport struct{ Command *exec.Cmd }

type StreamableClientTransport struct{ Endpoint string }
