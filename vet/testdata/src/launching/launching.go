// Package launching starts agents and servers.
package launching

import (
	"context"
	"os"
	"os/exec"

	"github.com/mark3labs/mcp-go/client"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

func agents(ctx context.Context, prompt string, free bool) {
	_ = exec.Command("claude", "--dangerously-skip-permissions", "-p", prompt) // want `starts "claude" with "--dangerously-skip-permissions"`
	_ = exec.Command("claude", "-p", prompt, "--allowedTools", "Read")
	args := []string{"exec"}
	args = append(args, "--yolo", prompt)
	_ = exec.CommandContext(ctx, "codex", args...)         // want `starts "codex" with "--yolo"`
	_ = exec.Command("sh", "-c", "gemini --yolo -p hello") // want `starts "gemini" with "--yolo"`
	_ = exec.Command("claude", arguments(prompt)...)       // want `starts "claude" with "--dangerously-skip-permissions"`

	asked := []string{"-p", prompt}
	if free { // somebody's choice
		asked = append(asked, "--dangerously-skip-permissions")
	}
	_ = exec.Command("claude", asked...)
	_ = exec.Command(os.Args[1], "--yolo")
}

func arguments(prompt string) []string {
	return append([]string{"-p", prompt}, "--dangerously-skip-permissions")
}

func servers() {
	_, _ = client.NewStdioMCPClient("npx", os.Environ(), "-y", "some-server") // want `runs "some-server"`
	_ = &mcp.CommandTransport{Command: exec.Command("npx", "-y", "other-server@1.2.3")}
	_ = &mcp.CommandTransport{Command: exec.Command("uvx", "third-server")}
	_ = &mcp.StreamableClientTransport{Endpoint: "http://tools.corp.test/mcp"} // want `in clear text`
	_ = &mcp.StreamableClientTransport{Endpoint: "https://tools.corp.test/mcp"}
	_, _ = client.NewStreamableHttpClient("http://localhost:8000/mcp")
}

func secrets() {
	key := "sk-ant-" + "api03-" // never whole
	_ = key
	os.Setenv("ANTHROPIC_API_KEY", "YOUR_KEY_HERE")
	token := "ghp_0a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXy" // want `holds a secret in clear text`
	_ = token
}
