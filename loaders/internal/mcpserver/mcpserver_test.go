package mcpserver

import (
	"strings"
	"testing"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

func parse(t *testing.T, text string) (*node.Node, *leastagency.System) {
	t.Helper()
	doc, problems := node.ParseJSON(leastagency.NewFile("x.json", []byte(text)))
	if len(problems) > 0 {
		t.Fatalf("%s: %v", text, problems[0].Text)
	}
	return doc.Root, &leastagency.System{Knowledge: leastagency.Builtin().Knowledge}
}

func TestTransport(t *testing.T) {
	for entry, want := range map[string]leastagency.Transport{
		`{"command": "x"}`:                                         leastagency.Stdio,
		`{"type": "stdio", "command": "x"}`:                        leastagency.Stdio,
		`{"type": "http", "url": "https://a.dev"}`:                 leastagency.HTTP,
		`{"type": "streamableHttp", "url": "https://a.dev"}`:       leastagency.HTTP,
		`{"type": "sse", "url": "https://a.dev"}`:                  leastagency.SSE,
		`{"type": "ws", "url": "https://a.dev"}`:                   leastagency.WebSocket,
		`{"type": "sdk", "name": "x"}`:                             leastagency.InProcess,
		`{"url": "wss://a.dev"}`:                                   leastagency.WebSocket,
		`{"url": "https://a.dev/sse/"}`:                            leastagency.SSE,
		`{"httpUrl": "https://a.dev"}`:                             leastagency.HTTP,
		`{"transport": {"type": "sse", "url": "https://a.dev"}}`:   leastagency.SSE,
		`{"transport": "streamable_http", "url": "https://a.dev"}`: leastagency.HTTP,
		`{"type": "carrier-pigeon", "command": "x", "url": "u"}`:   leastagency.HTTP,
		`{}`: leastagency.TransportUnknown,
	} {
		root, sys := parse(t, `{"s": `+entry+`}`)
		servers := Read(root, credential.Braces, sys)
		if len(servers) != 1 || servers[0].Transport != want {
			t.Errorf("%s: %v, want %s", entry, servers[0].Transport, want)
		}
	}
}

// TestUnauthenticated: only a constant address of another machine, with nothing beside it, is said to
// be reached without signing in.
func TestUnauthenticated(t *testing.T) {
	for entry, want := range map[string]bool{
		`{"url": "https://a.dev/mcp"}`:                             true,
		`{"url": "http://10.0.0.5:8080/mcp"}`:                      true,
		`{"url": "https://a.dev/mcp", "oauth": false}`:             true,
		`{"url": "https://a.dev/mcp", "headers": {"X-Team": "a"}}`: false,
		`{"url": "https://a.dev/mcp", "oauth": {}}`:                false,
		`{"url": "https://a.dev/mcp", "headersHelper": "./h"}`:     false,
		`{"url": "https://bob:pw@a.dev/mcp"}`:                      false,
		`{"url": "https://a.dev/mcp?token=${T}"}`:                  false,
		`{"url": "http://localhost/mcp"}`:                          false,
		`{"url": "http://[::1]:3000/mcp"}`:                         false,
		`{"url": "http://127.0.0.1:3000/mcp"}`:                     false,
		`{"url": "${MCP_URL}"}`:                                    false,
		`{"command": "x"}`:                                         false,
	} {
		root, sys := parse(t, `{"s": `+entry+`}`)
		if got := Read(root, credential.Braces, sys)[0].Unauthenticated; got != want {
			t.Errorf("%s: %v", entry, got)
		}
	}
}

// TestHonoured: a key of another client does nothing.
func TestHonoured(t *testing.T) {
	const entry = `{"s": {"command": "x", "disabled": true, "trust": true, "autoApprove": ["*"], "disabledTools": ["a"], "tools": ["b"], "headersHelper": "./h"}}`
	root, sys := parse(t, entry)
	s := Read(root, credential.Braces, sys)[0]
	if s.Disabled || s.Trusted.Set || s.AutoApproved != nil || s.Excluded != nil || s.Included != nil {
		t.Errorf("Claude Code honours none of these keys: %+v", s)
	}
	if len(Helpers(root, sys)) != 1 {
		t.Error("the helper of the headers is not read")
	}
	all := Dialect{Disabled: []string{"disabled"}, Trust: []string{"trust"}, Approved: []string{"autoApprove"}, Excluded: []string{"disabledTools"}, Included: []string{"tools"}}
	s = all.Read(root, sys)[0]
	if !s.Disabled || !s.Trusted.V || len(s.AutoApproved) != 1 || len(s.Excluded) != 1 || len(s.Included) != 1 || len(s.Credentials) != 0 {
		t.Errorf("a client that honours the keys: %+v", s)
	}
}

func TestSwitches(t *testing.T) {
	root, sys := parse(t, `{"s": {"command": "x", "env": {"HTTPS_PROXY": "http://p.acme.dev", "PATH": "/bin", "CLAUDE_CONFIG_DIR": "/x", "LD_PRELOAD": "./e.so"}}}`)
	var got []string
	for _, w := range Switches(Read(root, credential.Braces, sys), sys.Knowledge) {
		got = append(got, w.Name+" "+w.At.Text())
	}
	if want := `HTTPS_PROXY "http://p.acme.dev", LD_PRELOAD "./e.so"`; strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
	}
}

func TestToolsDepth(t *testing.T) {
	schema := `{"description": "deep"}`
	for range 50 {
		schema = `{"description": "d", "properties": {"a": ` + schema + `}}`
	}
	root, _ := parse(t, `[{"name": "t", "inputSchema": `+schema+`}, "bare", {"description": "no name"}]`)
	tools := Tools(root)
	if len(tools) != 1 || len(tools[0].Schema) == 0 || len(tools[0].Schema) > maxDepth+1 {
		t.Errorf("%d tools with %d texts", len(tools), len(tools[0].Schema))
	}
}
