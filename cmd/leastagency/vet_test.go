package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestVetAsks(t *testing.T) {
	for line, want := range map[string]bool{
		"": false, "-flags": true, "-V=full": true, "-json /w/b001/vet.cfg": true, "/w/b001/vet.cfg": true, "-leastagency.x y /w/vet.cfg": true, "-diff -fix /w/vet.cfg": true,
		"version": false, "scan vet.cfg": false, "scan --format json vet.cfg": false, "--help": false, "scan -flags": false, "-flags scan": false, "other.cfg": false,
	} {
		if got := vetAsks(strings.Fields(line)); got != want {
			t.Errorf("vetAsks(%q) = %t, want %t", line, got, want)
		}
	}
}

// TestVet builds the command and lets the real go vet run it over a module of two packages, one of which
// calls the other with what the model writes.
func TestVet(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the command")
	}
	dir := t.TempDir()
	tool := filepath.Join(dir, "leastagency")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", tool, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	stubs, err := filepath.Abs("../../vet/testdata/src/github.com/modelcontextprotocol/go-sdk")
	if err != nil {
		t.Fatal(err)
	}
	module := filepath.Join(dir, "module")
	for name, text := range map[string]string{
		"go.mod":     "module example.test/agent\n\ngo 1.24\n\nrequire github.com/modelcontextprotocol/go-sdk v0.0.0\n\nreplace github.com/modelcontextprotocol/go-sdk => ./sdk\n",
		"sdk/go.mod": "module github.com/modelcontextprotocol/go-sdk\n\ngo 1.24\n",
		"run/run.go": "package run\n\nimport \"os/exec\"\n\nfunc Line(s string) error { return exec.Command(\"sh\", \"-c\", s).Run() }\n",
		"main.go": `package main

import (
	"context"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"example.test/agent/run"
)

type args struct {
	Line string ` + "`json:\"line\"`" + `
}

func main() {
	s := mcp.NewServer(nil, nil)
	mcp.AddTool(s, &mcp.Tool{Name: "do", Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true}}, func(ctx context.Context, _ *mcp.CallToolRequest, in args) (*mcp.CallToolResult, any, error) {
		return nil, nil, run.Line(in.Line)
	})
}
`,
	} {
		file := filepath.Join(module, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(filepath.Join(module, "sdk"), os.DirFS(stubs)); err != nil {
		t.Fatal(err)
	}
	vet := func(args ...string) (string, error) {
		command := exec.CommandContext(t.Context(), "go", append([]string{"vet", "-vettool=" + tool}, args...)...)
		command.Dir = module
		command.Env = append(os.Environ(), "GOFLAGS=", "GOPROXY=off", "GOWORK=off")
		out, err := command.CombinedOutput()
		return string(out), err
	}
	const want = `main.go:18:20: critical: argument "line" of tool "do" reaches exec.Command as code for sh: whoever steers the model runs any code on this machine (injection/argument-to-shell)`
	if out, err := vet("./..."); err == nil || !strings.Contains(out, want) || strings.Count(out, "critical:") != 1 {
		t.Errorf("go vet: %v\n%s\nwant a failure with\n%s", err, out, want)
	}
	if out, err := vet("-json", "./..."); err != nil || !strings.Contains(out, `"category": "injection/argument-to-shell"`) || !strings.Contains(out, "run.go:5 calls exec.Command") {
		t.Errorf("go vet -json: %v\n%s", err, out)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := section(t, string(readme), "vet")
	line := strings.TrimSuffix(strings.TrimPrefix(block, "```\n"), "```\n")
	shown := exec.CommandContext(t.Context(), "sh", "-c", line)
	shown.Dir = module
	shown.Env = append(os.Environ(), "GOFLAGS=", "GOPROXY=off", "GOWORK=off", "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	if out, err := shown.CombinedOutput(); runtime.GOOS != "windows" && (err == nil || !strings.Contains(string(out), want)) {
		t.Errorf("what the README shows, %s: %v\n%s", line, err, out)
	}
	if out, err := vet("./run"); err != nil {
		t.Errorf("a package without tools: %v\n%s", err, out)
	}
	if out, err := vet("-fix", "./..."); err != nil {
		t.Errorf("go vet -fix: %v\n%s", err, out)
	}
	if fixed, err := os.ReadFile(filepath.Join(module, "main.go")); err != nil || !strings.Contains(string(fixed), "ReadOnlyHint: false") {
		t.Errorf("go vet -fix: %v\n%s", err, fixed)
	}
}
