package gocode

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
)

// load makes the Load of a tree loader of a function.
func load(do func(paths []string, sys *leastagency.System)) func(context.Context, []string, *leastagency.System) (int, error) {
	return func(_ context.Context, paths []string, sys *leastagency.System) (int, error) {
		do(paths, sys)
		return 0, nil
	}
}

// TestLikely tells modules that are worth the go command from ordinary ones.
func TestLikely(t *testing.T) {
	module := func(require string) string { return "module example.test/m\n\ngo 1.24\n\n" + require + "\n" }
	for _, tt := range []struct {
		name string
		tree map[string]string
		want bool
	}{
		{"a library", map[string]string{"go.mod": module("require github.com/mark3labs/mcp-go v1.2.1")}, true},
		{"in a block, with a major version", map[string]string{"go.mod": module("require (\n\tgithub.com/openai/openai-go/v3 v3.1.0 // pinned\n)")}, true},
		{"of somebody else", map[string]string{"go.mod": module("require (\n\tgithub.com/openai/openai-go/v3 v3.1.0 // indirect\n)")}, false},
		{"a name that only begins alike", map[string]string{"go.mod": module("require github.com/mark3labs/mcp-gone v1.2.1")}, false},
		{"left out", map[string]string{"go.mod": module("exclude github.com/mark3labs/mcp-go v1.2.1")}, false},
		{"the library itself", map[string]string{"go.mod": "module github.com/mark3labs/mcp-go\n"}, true},
		{"the address of a model", map[string]string{"go.mod": module(""), "internal/llm/client.go": "package llm\n\nconst base = \"https://api.openai.com/v1\"\n"}, true},
		{"an address where nobody looks", map[string]string{"go.mod": module(""), "internal/list/list.go": "package list\n\nconst known = \"api.openai.com\"\n"}, false},
		{"ordinary", map[string]string{"go.mod": module("require github.com/spf13/cobra v1.10.2"), "agent.go": "package m\n"}, false},
		{"not the module", map[string]string{"go.mod": module(""), "sub/go.mod": module(""), "sub/agent.go": "package m\n\nconst x = \"api.openai.com\"\n"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for name, text := range tt.tree {
				fsys[name] = &fstest.MapFile{Data: []byte(text)}
			}
			linter := leastagency.Linter{Policy: leastagency.Builtin(), Trees: []leastagency.TreeLoader{{Name: "go", Match: proposes}}}
			got := false
			linter.Trees[0].Load = load(func(paths []string, sys *leastagency.System) { got = seen(paths).likely(".", sys) })
			if _, err := linter.Lint(t.Context(), fsys); err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("likely = %t, want %t", got, tt.want)
			}
		})
	}
}

// TestBuilds reads the files that recipes build of a program.
func TestBuilds(t *testing.T) {
	for _, tt := range []struct{ recipe, text, want string }{
		{"Makefile", "all:\n\tgo build -o bin/x ./cmd/x\n", "bin/x"},
		{"Makefile", "BIN := out\nNAME=the-$(KIND)\nKIND ?= server\nall:\n\tGOOS=linux go build -ldflags '-s -w' \\\n\t\t-o $(BIN)/$(NAME) ./cmd/x && ls\n", "out/the-server"},
		{"Makefile", "all:\n\tgo build -o $(UNKNOWN)/x ./cmd/x\n", ""},
		{"Makefile", "A = $(B)\nB = $(A)\nall:\n\tgo build -o $(A) ./cmd/x\n", ""},
		{"Makefile", "all:\n\tgo build -o bin/x ./cmd/other\n", ""},
		{"Makefile", "all:\n\tgo build -o bin/ ./cmd/x/main.go\n", "bin/x"},
		{"Taskfile.yml", "vars:\n  BIN: out\ntasks:\n  build: go build -o=out/x ./cmd/x; true\n", "out/x"},
		{"cmd/x/Dockerfile", "RUN go build -o /server .\n", "cmd/x/server"},
	} {
		p := &leastagency.Program{Path: "example.test/cmd/x", Folder: "cmd/x"}
		builds(leastagency.NewFile(tt.recipe, []byte(tt.text)), []*leastagency.Program{p})
		if got := strings.Join(p.Builds, " "); got != tt.want {
			t.Errorf("%s\n%s\nbuilds %q, want %q", tt.recipe, tt.text, got, tt.want)
		}
	}
}

// TestEnvironment makes sure of what the go command is kept from: the last value of a variable counts.
func TestEnvironment(t *testing.T) {
	t.Setenv("GOFLAGS", "-toolexec=/tmp/evil")
	t.Setenv("GOPACKAGESDRIVER", "/tmp/evil")
	t.Setenv("GOPROXY", "https://proxy.example")
	t.Setenv("GOPRIVATE", "*")
	env := environment("off")
	for name, want := range map[string]string{"GOFLAGS": "-buildvcs=false", "GOPACKAGESDRIVER": "off", "GOPROXY": "off", "GONOPROXY": "none",
		"GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "GOVCS": "*:off", "GOWORK": "off"} {
		got := ""
		for _, setting := range env {
			if key, value, _ := strings.Cut(setting, "="); key == name {
				got = value
			}
		}
		if got != want {
			t.Errorf("%s=%s, want %s", name, got, want)
		}
	}
}

// TestOutside makes sure that neither a file nor a go command of what is scanned leads out of it, or is run.
func TestOutside(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.go")
	dir := t.TempDir()
	for file, text := range map[string]string{secret: "package m\n\nconst Key = \"k\"\n", filepath.Join(dir, "go.mod"): "module example.test/m\n\ngo 1.24\n", filepath.Join(dir, "m.go"): "package m\n"} {
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(secret, filepath.Join(dir, "linked.go")); err != nil {
		t.Skip(err)
	}
	sys, _, err := Load(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(sys.Problems) != 1 || !strings.Contains(sys.Problems[0].Text, "leads out of the root: linked.go") {
		t.Errorf("a file from outside is read: %v", sys.Problems)
	}

	if err := os.WriteFile(filepath.Join(dir, "go"), []byte("#!/bin/sh\ntouch ran\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	if _, _, err := Load(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "it would run what is scanned") {
		t.Errorf("a go command of the tree: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "ran")); err == nil {
		t.Error("a go command of the tree was run")
	}
}
