// Package server has the names and types of the SDK that programs under test use, and no behaviour.
package server

import (
	"context"
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"
)

type ToolHandlerFunc func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error)

type MCPServer struct{}

func NewMCPServer(name, version string) *MCPServer { return nil }

func (s *MCPServer) AddTool(t mcp.Tool, h ToolHandlerFunc) {}

type ServerTool struct {
	Tool    mcp.Tool
	Handler ToolHandlerFunc
}

func (s *MCPServer) AddTools(tools ...ServerTool) {}

type StreamableHTTPServer struct{}

func NewStreamableHTTPServer(s *MCPServer) *StreamableHTTPServer { return nil }

func (s *StreamableHTTPServer) Start(addr string) error                          { return nil }
func (s *StreamableHTTPServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {}

type SSEServer struct{}

type SSEOption func(*SSEServer)

func NewSSEServer(s *MCPServer, options ...SSEOption) *SSEServer { return nil }

type SSEContextFunc func(context.Context, *http.Request) context.Context

func WithSSEContextFunc(f SSEContextFunc) SSEOption { return nil }

func WithStaticBasePath(path string) SSEOption { return nil }

func (s *SSEServer) Start(addr string) error                          { return nil }
func (s *SSEServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {}
