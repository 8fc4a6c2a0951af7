package shell

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cloudwego/eino/components/tool/utils"
	"github.com/firebase/genkit/go/genkit"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"helper"
)

type args struct {
	Host  string   `json:"host"`
	Count int      `json:"count"`
	Mode  string   `json:"mode"`
	Rest  []string `json:"rest"`
}

func typed(ctx context.Context, _ *sdk.CallToolRequest, in args) (*sdk.CallToolResult, any, error) {
	_ = exec.Command("sh", "-c", "ping "+in.Host).Run()                       // want `argument "host" of tool "ping" reaches exec.Command as code for sh`
	_ = exec.CommandContext(ctx, "bash", "-c", fmt.Sprintf("ls %q", in.Mode)) // want `argument "mode" of tool "ping" reaches exec.CommandContext as code for bash`
	_ = exec.Command("sh", "-c", "ping -c "+strconv.Itoa(in.Count)).Run()     // a number
	_ = exec.Command("ping", "-c", "1", in.Host).Run()                        // no option of ping runs anything
	_ = exec.Command("git", "log", in.Host).Run()                             // want `argument "host" of tool "ping" reaches exec.Command as an argument of git`
	_ = exec.Command("git", "log", "--", in.Host).Run()                       // behind the dashes
	_ = exec.Command("git", "log", "--author="+in.Host).Run()                 // no option of its own
	_ = exec.Command(in.Mode).Run()                                           // want `argument "mode" of tool "ping" reaches exec.Command as the name of the program`
	_ = exec.Command("kubectl", in.Rest...).Run()                             // want `argument "rest" of tool "ping" reaches exec.Command as the whole list of arguments`
	return nil, nil, nil
}

func nested(ctx context.Context, _ *sdk.CallToolRequest, in args) (*sdk.CallToolResult, any, error) {
	parts := strings.Fields(in.Mode)
	_ = exec.Command(parts[0], parts[1:]...).Run()                                    // want `argument "mode" of tool "nested" reaches exec.Command as the name of the program`
	return nil, nil, exec.Command("docker", "exec", "box", "sh", "-c", in.Host).Run() // want `argument "host" of tool "nested" reaches exec.Command as code for sh`
}

var allowed = []string{"uptime", "df"}

var programs = map[string]string{"up": "uptime", "disk": "df"}

var word = regexp.MustCompile(`^[a-z0-9]+$`)

func guarded(ctx context.Context, _ *sdk.CallToolRequest, in args) (*sdk.CallToolResult, any, error) {
	if slices.Contains(allowed, in.Mode) {
		_ = exec.Command(in.Mode).Run()
	}
	_ = exec.Command(programs[in.Mode]).Run()
	if word.MatchString(in.Host) {
		_ = exec.Command("sh", "-c", "ping "+in.Host).Run()
	}
	switch in.Mode {
	case "uptime", "df":
	default:
		return nil, nil, errors.New("no")
	}
	if err := check(in.Host); err != nil {
		return nil, nil, err
	}
	_ = exec.Command("sh", "-c", "host "+in.Host).Run()
	return nil, nil, nil
}

func check(host string) error {
	if !word.MatchString(host) {
		return fmt.Errorf("bad host %q", host)
	}
	return nil
}

// soft looks at the first word only, and at what must not be there.
func soft(ctx context.Context, _ *sdk.CallToolRequest, in args) (*sdk.CallToolResult, any, error) {
	if !slices.Contains(allowed, strings.Fields(in.Mode)[0]) || strings.Contains(in.Mode, "rm") {
		return nil, nil, nil
	}
	return nil, nil, exec.Command("sh", "-c", in.Mode).Run() // want `argument "mode" of tool "soft" reaches exec.Command as code for sh`
}

func raw(ctx context.Context, req *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
	var v struct{ Line string }
	if err := json.Unmarshal(req.Params.Arguments, &v); err != nil {
		return nil, err
	}
	return nil, exec.Command("sh", "-c", v.Line).Run() // want `argument "Line" of tool "raw" reaches exec.Command`
}

type service struct{ dir string }

func (s *service) run(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	line, err := req.RequireString("line")
	if err != nil {
		return nil, err
	}
	return nil, helper.Shell(line) // want `argument "line" of tool "run" reaches exec.Command as code for sh`
}

func maps(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	list, _ := req.Params.Arguments.(map[string]any)
	line, ok := list["cmd"].(string)
	if !ok {
		return nil, nil
	}
	return nil, helper.Run("bash", "-c", line) // want `argument "cmd" of tool "maps" reaches exec.Command`
}

func factory(name string) (mcp.Tool, server.ToolHandlerFunc) {
	return mcp.NewTool("made", mcp.WithDescription("made here")), func(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return nil, exec.Command("sh", "-c", name+req.GetString("tail", "")).Run() // want `argument "tail" of tool "made" reaches exec.Command`
	}
}

func wrapped(ctx context.Context, req mcp.CallToolRequest, in args) (*mcp.CallToolResult, error) {
	return nil, helper.Shell(in.Host) // want `argument "host" of tool "wrapped" reaches exec.Command`
}

type runner interface{ Start(line string) error }

type shellRunner struct{}

func (shellRunner) Start(line string) error {
	return exec.Command("sh", "-c", line).Run() // want `argument "host" of tool "through" reaches exec.Command`
}

func through(r runner) func(*genkit.ToolContext, args) (string, error) {
	return func(_ *genkit.ToolContext, in args) (string, error) { return "", r.Start(in.Host) }
}

func register(s *sdk.Server, m *server.MCPServer, g *genkit.Genkit, svc *service) {
	sdk.AddTool(s, &sdk.Tool{Name: "ping"}, typed)
	sdk.AddTool(s, &sdk.Tool{Name: "nested"}, nested)
	sdk.AddTool(s, &sdk.Tool{Name: "guarded"}, guarded)
	sdk.AddTool(s, &sdk.Tool{Name: "soft"}, soft)
	s.AddTool(&sdk.Tool{Name: "raw"}, raw)
	m.AddTool(mcp.NewTool("run"), svc.run)
	m.AddTools(server.ServerTool{Tool: mcp.NewTool("maps"), Handler: maps})
	tool, handler := factory("x")
	m.AddTool(tool, handler)
	m.AddTool(mcp.NewTool("wrapped"), mcp.NewTypedToolHandler(wrapped))
	genkit.DefineTool(g, "through", "runs", through(shellRunner{}))
	_, _ = utils.InferTool("infer", "runs", func(ctx context.Context, in args) (string, error) {
		return "", helper.Shell("echo " + in.Host) // want `argument "host" of tool "infer" reaches exec.Command`
	})
}

// Lists of arguments that are put together.
func lists(ctx context.Context, _ *sdk.CallToolRequest, in args) (*sdk.CallToolResult, any, error) {
	list := []string{"get", "pods"}
	if in.Mode != "" {
		list = append(list, "-n", in.Mode) // the value of an option
	}
	_ = exec.Command("kubectl", list...).Run()
	_ = exec.Command("kubectl", append(list, in.Host)...).Run()               // want `argument "host" of tool "lists" reaches exec.Command as an argument of kubectl`
	_ = exec.Command("kubectl", append([]string{"get"}, in.Rest...)...).Run() // want `argument "rest" of tool "lists" reaches exec.Command as the whole list of arguments`
	_ = exec.Command("kubectl", strings.Fields(in.Mode)...).Run()             // want `argument "mode" of tool "lists" reaches exec.Command as the whole list of arguments`
	_ = run("kubectl", "get", "pods", "-n", in.Mode)                          // the value of an option
	_ = run("kubectl", append([]string{"logs"}, "--", in.Host)...)            // behind the dashes
	_ = kubectl("get", in.Count, in.Host)                                     // a number, and what nobody can place
	_ = (&builder{}).with("pods").with(in.Host).run()                         // what nobody can place
	_ = run("sh", append([]string{"-c"}, "ls "+in.Host)...)
	return nil, nil, nil
}

func run(program string, arguments ...string) error { return exec.Command(program, arguments...).Run() } // want `argument "host" of tool "lists" reaches exec.Command as code for sh`

func kubectl(verb string, n int, name string) error {
	list := []string{verb, strconv.Itoa(n)}
	for range n {
		list = append(list, "--", name)
	}
	return exec.Command("kubectl", list...).Run()
}

type builder struct{ list []string }

func (b *builder) with(s string) *builder {
	b.list = append(b.list, s)
	return b
}

func (b *builder) run() error { return exec.Command("kubectl", b.list...).Run() }

// Programs that are looked for.
func looked(ctx context.Context, _ *sdk.CallToolRequest, in args) (*sdk.CallToolResult, any, error) {
	_ = exec.Command(bash(), "-c", in.Mode).Run()             // want `argument "mode" of tool "looked" reaches exec.Command as code for bash`
	_ = exec.Command(os.Getenv("SHELL"), "-c", in.Host).Run() // want `argument "host" of tool "looked" reaches exec.Command as code for sh`
	ls, _ := exec.LookPath("ls")
	return nil, nil, exec.Command(ls, "-c", in.Host).Run()
}

func bash() string {
	if path, err := exec.LookPath("bash"); err == nil {
		return path
	}
	return "/bin/bash"
}
