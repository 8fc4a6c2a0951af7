// Package serving_behind asks who calls behind the SDK's handler: nothing is sure of what stands in front.
package serving_behind

import (
	"context"
	"errors"
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

type token struct{}

func remember(ctx context.Context, r *http.Request) context.Context {
	return context.WithValue(ctx, token{}, r.Header.Get("Authorization"))
}

func guarded(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	if ctx.Value(token{}) != "Bearer let-me-in" {
		return nil, errors.New("who are you?")
	}
	return nil, nil
}

func main() {
	s := server.NewMCPServer("demo", "1")
	_ = server.NewSSEServer(s, server.WithSSEContextFunc(remember)).Start(":8000")
}
