// Package client has the names and types of the SDK that programs under test use, and no behaviour.
package client

type Client struct{}

func NewStdioMCPClient(command string, env []string, args ...string) (*Client, error) {
	return nil, nil
}

func NewStreamableHttpClient(baseURL string) (*Client, error) { return nil, nil }
