package sdks

import (
	"context"

	cortex "github.com/FreePeak/cortex/pkg/server"
	"github.com/FreePeak/cortex/pkg/tools"
	"github.com/ThinkInAIXYZ/go-mcp/protocol"
	goserver "github.com/ThinkInAIXYZ/go-mcp/server"
	metoro "github.com/metoro-io/mcp-golang"
	"github.com/strowk/foxy-contexts/pkg/fxctx"
	foxy "github.com/strowk/foxy-contexts/pkg/mcp"

	"helper"
)

type metoroBox struct{}

func (metoroBox) run(in args) (*metoro.ToolResponse, error) {
	return nil, helper.Shell(in.Line) // want `argument "line" of tool "metoro_method" reaches exec.Command`
}

func withMetoro(s *metoro.Server) {
	_ = s.RegisterTool("metoro_closure", "runs", func(ctx context.Context, in *args) (*metoro.ToolResponse, error) {
		return nil, helper.Shell(in.Line) // want `argument "line" of tool "metoro_closure" reaches exec.Command`
	})
	_ = s.RegisterTool("metoro_method", "runs", metoroBox{}.run)
	_ = s.RegisterTool("metoro_count", "counts", func(in args) (*metoro.ToolResponse, error) {
		return nil, helper.Run("seq", string(rune(in.Count)))
	})
}

func goMCP(ctx context.Context, req *protocol.CallToolRequest) (*protocol.CallToolResult, error) {
	var in args
	if err := protocol.VerifyAndUnmarshal(req.RawArguments, &in); err != nil {
		return nil, err
	}
	return nil, helper.Shell(in.Line) // want `argument "line" of tool "gomcp" reaches exec.Command`
}

func goMCPMap(ctx context.Context, req *protocol.CallToolRequest) (*protocol.CallToolResult, error) {
	line, _ := req.Arguments["line"].(string)
	return nil, helper.Shell(line) // want `argument "line" of tool "goMCPMap" reaches exec.Command`
}

func limit(next goserver.ToolHandlerFunc) goserver.ToolHandlerFunc { return next }

func withGoMCP(s *goserver.Server) {
	tool, err := protocol.NewTool("gomcp", "runs", args{})
	if err != nil {
		return
	}
	s.RegisterTool(tool, goMCP, limit)
}

func withCortex(ctx context.Context, s *cortex.MCPServer) {
	tool := tools.NewTool("cortex_closure", tools.WithDescription("runs"))
	_ = s.AddTool(ctx, tool, func(ctx context.Context, request cortex.ToolCallRequest) (any, error) {
		return nil, helper.Shell(request.Parameters["line"].(string)) // want `argument "line" of tool "cortex_closure" reaches exec.Command`
	})
}

func foxyTool() fxctx.Tool {
	return fxctx.NewTool(&foxy.Tool{Name: "foxy_factory"}, func(ctx context.Context, args map[string]any) *foxy.CallToolResult {
		_ = helper.Shell(args["line"].(string)) // want `argument "line" of tool "foxy_factory" reaches exec.Command`
		return nil
	})
}

func withFoxy() []fxctx.Tool { return []fxctx.Tool{foxyTool()} }
