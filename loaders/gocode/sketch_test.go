package gocode

import (
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
)

// sketchOf reads one file as a package without types.
func sketchOf(t *testing.T, source string) *leastagency.System {
	t.Helper()
	linter := leastagency.Linter{Policy: leastagency.Builtin(), Trees: []leastagency.TreeLoader{{Name: "go", Match: proposes}}}
	linter.Trees[0].Load = load(func(paths []string, sys *leastagency.System) {
		sketchPackage(sys, paths, "example.test/p", ".")
	})
	report, err := linter.Lint(t.Context(), fstest.MapFS{"p.go": {Data: []byte(source)}})
	if err != nil {
		t.Fatal(err)
	}
	return report.System
}

// TestSketch lists what syntax alone tells, in each way of writing a tool.
func TestSketch(t *testing.T) {
	const head = `package p
import (
	"context"
	"os"
	"os/exec"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)
const about = "Look" + " at it"
var held = &sdk.Tool{Name: "held", Description: about}
func tidy(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) { sweep(); return nil, nil }
func sweep() { os.RemoveAll("x"); tidy(nil, mcp.CallToolRequest{}) }
func typed(ctx context.Context, r *sdk.CallToolRequest, in any) (*sdk.CallToolResult, any, error) { exec.Command("ls"); return nil, nil, nil }
func wrap(h any) any { return h }
func make() *sdk.Tool { return &sdk.Tool{Name: "made"} }
func ptr(b bool) *bool { return &b }
`
	for _, tt := range []struct{ name, body, tool string }{
		{"generic", `sdk.AddTool[any, any](s, &sdk.Tool{Name: "a", Annotations: &sdk.ToolAnnotations{ReadOnlyHint: true}}, typed)`, "a read-only: execute"},
		{"method", `s.AddTool(&sdk.Tool{Name: "a", Annotations: &sdk.ToolAnnotations{DestructiveHint: ptr(false)}}, func() { os.Remove("x") })`, "a harmless: destroy"},
		{"options", `m.AddTool(mcp.NewTool("a", mcp.WithDescription("b"), mcp.WithReadOnlyHintAnnotation(true)), tidy)`, "a (b) read-only: destroy"},
		{"variable", `tool := mcp.NewTool("a"); m.AddTool(tool, wrap(tidy))`, "a: destroy"},
		{"package variable", `sdk.AddTool(s, held, typed)`, "held (Look at it): execute"},
		{"factory", `sdk.AddTool(s, make(), typed)`, "made: execute"},
		{"pair", `_ = server.ServerTool{Tool: mcp.NewTool("a"), Handler: tidy}`, "a: destroy"},
		{"no name", `m.AddTool(unknown(), tidy)`, "tidy: destroy"},
		{"of others", `other.Add("a", tidy)`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			for _, layer := range sketchOf(t, head+"func add() { "+tt.body+" }\n").Layers {
				for _, tool := range layer.Servers[0].Tools {
					got += tellTool(tool)
				}
			}
			if got != tt.tool {
				t.Errorf("%s\ngives %q, want %q", tt.body, got, tt.tool)
			}
		})
	}
}

func tellTool(tool *leastagency.Tool) string {
	text := tool.Name
	if tool.Description != nil {
		text += " (" + tool.Description.Body + ")"
	}
	if leastagency.Is(tool.ReadOnly, true) {
		text += " read-only"
	}
	if leastagency.Is(tool.Destructive, false) {
		text += " harmless"
	}
	text += ":"
	for _, e := range tool.Effects {
		text += " " + e.Capability.String()
	}
	return text
}

// FuzzSketch looks for a source that the reader of syntax does not survive.
func FuzzSketch(f *testing.F) {
	for _, seed := range []string{
		"package p\nimport \"github.com/mark3labs/mcp-go/server\"\nfunc f() { s.AddTool(mcp.NewTool(\"a\"), g) }",
		"package p\nimport mcp \"github.com/modelcontextprotocol/go-sdk/mcp\"\nvar a = b; var b = a\nfunc f() { mcp.AddTool(s, a, f) }",
		"package p\nimport mcp \"github.com/modelcontextprotocol/go-sdk/mcp\"\nfunc f() { mcp.AddTool(s, &mcp.Tool{Name: , f(",
		"package p\nimport \"github.com/mark3labs/mcp-go/server\"\nfunc f(x any) any { return f(f) }\nvar x = server.ServerTool{Handler: f(f), Tool: f()}",
		"package p\nimport \"github.com/mark3labs/mcp-go/server\"\nfunc g() { server.NewSSEServer(s).Start(\":80\"); x.Start(); http.Server{Addr: a + a} }",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 4096 {
			t.Skip()
		}
		sketchOf(t, source)
	})
}
