// Package answers follows what a service answered: the model chose the question, and not the host.
package answers

import (
	"context"
	"net"
	"net/http"
	"os"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type args struct {
	Name string `json:"name"`
}

type client interface{ Base() string }

func look(ctx context.Context, c client, _ *mcp.CallToolRequest, in args) (*mcp.CallToolResult, any, error) {
	records, _ := net.DefaultResolver.LookupTXT(ctx, in.Name+".tools.test")
	_, _ = http.Get(records[0])               // what the service named
	_, _ = http.Get(c.Base() + "/" + in.Name) // its own client
	_, _ = http.Get("https://" + in.Name)     // want `argument "name" of tool "look" reaches http.Get`
	_, err := os.ReadFile("/srv/" + in.Name)  // want `argument "name" of tool "look" reaches os.ReadFile`
	return nil, nil, err
}
