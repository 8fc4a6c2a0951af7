package mcp

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/leastagency/leastagency"
)

// update rewrites the golden parts: LEASTAGENCY_UPDATE=1 go test ./...
var update = os.Getenv("LEASTAGENCY_UPDATE") != ""

func lint(t *testing.T, tree fstest.MapFS) *leastagency.Report {
	t.Helper()
	linter := leastagency.Linter{Loaders: []leastagency.Loader{Loader()}, Policy: leastagency.Builtin()}
	report, err := linter.Lint(t.Context(), tree)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// TestFiles reads each archive as one repository and compares what was read with its file "want".
// "SECRET" in a fixture stands for a live-looking key.
func TestFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			tree := fstest.MapFS{}
			want := -1
			for i, f := range archive.Files {
				if f.Name == "want" {
					want = i
					continue
				}
				tree[f.Name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(f.Data), "SECRET", secret))}
			}
			got := render(lint(t, tree).System)
			if strings.Contains(got, secret) {
				t.Errorf("a secret is in the model")
			}
			if want < 0 {
				archive.Files = append(archive.Files, txtar.File{Name: "want"})
				want = len(archive.Files) - 1
			}
			if got == string(archive.Files[want].Data) {
				return
			}
			if !update {
				t.Errorf("differs (-want +got), LEASTAGENCY_UPDATE=1 rewrites it:\n%s", cmp.Diff(string(archive.Files[want].Data), got))
				return
			}
			archive.Files[want].Data = []byte(got)
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

const secret = "ghp_" + "q7Rk2Zp9Lm4Vx8Tn1Wc6Yb3Hd5Jf0Gs7Ka2Q"

// render prints what the loader stated, with the place of everything.
func render(sys *leastagency.System) string {
	var b strings.Builder
	line := func(depth int, at leastagency.Span, format string, args ...any) {
		fmt.Fprintf(&b, "%s%s%s\n", strings.Repeat("\t", depth), fmt.Sprintf(format, args...), place(at))
	}
	credential := func(depth int, c *leastagency.Credential) {
		text := fmt.Sprintf("credential %s: %s", c.Name, c.Source)
		for _, part := range []string{c.Kind, c.Service, c.Reference} {
			if part != "" {
				text += ", " + part
			}
		}
		if c.Admin {
			text += ", admin"
		}
		line(depth, c.At, "%s, %s", text, c.Lifetime)
	}
	for _, l := range sys.Layers {
		line(0, l.At, "%s %s %s %q of %s", l.Product, l.Scope, l.Kind, l.Name, l.Root)
		for _, c := range l.Credentials {
			credential(1, c)
		}
		for _, c := range l.Commands {
			line(1, c.At, "runs %s", c.Text)
		}
		for _, w := range l.Switches {
			line(1, w.At, "switch %s %q", w.Name, w.Target)
		}
		for _, s := range l.Servers {
			line(1, s.At, "server %q %s", s.Name, s.Transport)
			for _, flag := range []struct {
				name string
				set  bool
			}{{"disabled", s.Disabled}, {"unauthenticated", s.Unauthenticated}} {
				if flag.set {
					fmt.Fprintf(&b, "\t\t%s\n", flag.name)
				}
			}
			if s.Command != nil {
				line(2, s.Command.At, "command %s", sys.Knowledge.Redact(s.Command.Text))
				for _, a := range s.Command.Artifacts {
					line(3, a.At, "fetches %s %s %s, %s", a.Ecosystem, a.Name, a.Version, a.Pin)
				}
			}
			if s.URL.Set {
				line(2, s.URL.At, "url %s", s.URL.V)
			}
			if s.Directory.Set {
				line(2, s.Directory.At, "directory %s", s.Directory.V)
			}
			for _, a := range s.Args {
				line(2, a.At, "arg %s", a.V)
			}
			for _, v := range s.Env {
				line(2, v.At, "env %s %q %v", v.V.Name, v.V.Plain, v.V.References)
			}
			for _, v := range s.Headers {
				line(2, v.At, "header %s %q %v", v.V.Name, v.V.Plain, v.V.References)
			}
			for _, c := range s.Credentials {
				credential(2, c)
			}
			if s.Trusted.Set {
				line(2, s.Trusted.At, "trusted %v", s.Trusted.V)
			}
			for _, list := range []struct {
				name  string
				items []leastagency.Value[string]
			}{{"approved", s.AutoApproved}, {"included", s.Included}, {"excluded", s.Excluded}} {
				for _, item := range list.items {
					line(2, item.At, "%s %s", list.name, item.V)
				}
			}
			if s.Description != nil {
				line(2, s.Description.At, "description %q", s.Description.Body)
			}
			if w := s.Sandbox; w != nil {
				line(2, w.At, "sandbox %v, writable %d, unreadable %d, hosts %d of a list: %v", w.Enabled.V, len(w.Writable), len(w.Unreadable), len(w.Hosts), w.HostsSet)
			}
			for _, tool := range s.Tools {
				line(2, tool.At, "tool %q read-only=%v destructive=%v", tool.Name, tool.ReadOnly.V, tool.Destructive.V)
				if tool.Description != nil {
					line(3, tool.Description.At, "description %q raw=%v", tool.Description.Body, tool.Description.Raw)
				}
				for _, text := range tool.Schema {
					line(3, text.At, "schema %q", text.Body)
				}
			}
		}
	}
	for _, p := range sys.Problems {
		line(0, p.At, "problem %d: %s", p.Kind, p.Text)
	}
	return b.String()
}

func place(at leastagency.Span) string {
	if at.IsZero() {
		return " @nowhere"
	}
	from, to := at.From(), at.To()
	return fmt.Sprintf(" @%s:%d:%d-%d:%d", at.File.Path, from.Line, from.Column, to.Line, to.Column)
}

func TestMatch(t *testing.T) {
	tests := []struct{ path, product string }{
		{".mcp.json", "claude-code"},
		{"a/b/.mcp.json", "claude-code"},
		{".mcp.json.example", "claude-code"},
		{".mcp.example.json", "claude-code"},
		{"etc/claude-code/managed-mcp.json", "claude-code"},
		{".cursor/mcp.json", "cursor"},
		{"x/.vscode/mcp.json", "vscode"},
		{"app.code-workspace", "vscode"},
		{".codeium/windsurf/mcp_config.json", "windsurf"},
		{"examples/claude_desktop_config.example.json", "claude-desktop"},
		{"claude-desktop-config.json", "claude-desktop"},
		{"a/cline_mcp_settings.json", "cline"},
		{".roo/mcp.json", "roo"},
		{".kiro/settings/mcp.json", "kiro"},
		{".amazonq/mcp.json", "amazon-q"},
		{".github/mcp.json", "copilot"},
		{"mcp.json", "any"},
		{"mcp_config.json", "any"},
		{"components/mcps/github.json", "any"},
		{"gemini-extension.json", "none"},
		{".cursor-plugin/plugin.json", "any"},
		{"package.json", "any"},
		{"tools.json", "any"},
		{".claude/mcp.json", "none"},
		{"x/.claude-plugin/plugin.json", "none"},
		{".gemini/settings.json", "none"},
		{".qwen/settings.json", "none"},
		{"opencode.json", "none"},
		{".zed/settings.json", "none"},
		{".claude.json", "none"},
		{"tsconfig.json", "none"},
		{"README.md", "none"},
		{"deploy/mcp.yaml", "any"},
		{"deploy/app.yaml", "none"},
		{".junie/mcp/mcp.json", "junie"},
		{"crush.json", "none"},
		{".kiro/agents/a.json", "none"},
		{"data/cities.json", "none"},
	}
	for _, test := range tests {
		got := "none"
		if c := clientOf(test.path); c != nil && match(test.path) {
			got = c.product
		} else if match(test.path) {
			got = "any"
		}
		if got != test.product {
			t.Errorf("%s: %s, want %s", test.path, got, test.product)
		}
	}
}

// TestSilent reads files that look like configurations of servers and are none.
func TestSilent(t *testing.T) {
	for path, text := range map[string]string{
		"package.json":            `{"name": "mcp", "scripts": {"start": {"command": "x", "args": []}}}`,
		"extension/manifest.json": `{"manifest_version": 3, "name": "x", "background": {"service_worker": "x.js"}, "url": "https://acme.dev"}`,
		"server/api-config.json":  `{"servers": [{"url": "https://api.acme.dev/v1"}]}`,
		"config/async.json":       `{"asyncapi": "2.6.0", "servers": {"prod": {"url": "mqtt://acme.dev", "protocol": "mqtt"}}}`,
		"config/web.json":         `{"servers": {"prod": {"url": "https://acme.dev"}}}`,
		"config/tasks.json":       `{"build": {"command": "make", "args": ["all"]}}`,
		"locales/mcp.json":        `{"errors": {"command": "Befehl"}, "servers": {"title": "Server", "url": "Adresse"}}`,
		"agent/config.json":       `{"mcpServers": ["github", "postgres"]}`,
		"x/plugin.json":           `{"name": "x", "mcpServers": "./.mcp.json"}`,
		"agents/tools.json":       `{"tools": [{"name": "x", "description": "no schema"}]}`,
		"agents/openai.json":      `{"tools": [{"type": "function", "function": {"name": "x", "parameters": {}}}], "command": 1}`,
		"config/broken.json":      `{"command": "x", `,
		"schema/mcp-config.json":  `{"type": "object", "properties": {"mcpServers": {"type": "object", "additionalProperties": {"properties": {"command": {"type": "string"}}}}}}`,
	} {
		report := lint(t, fstest.MapFS{path: {Data: []byte(text)}})
		if len(report.System.Layers)+len(report.System.Problems) > 0 {
			t.Errorf("%s is read as a configuration:\n%s", path, render(report.System))
		}
	}
}

func FuzzLoad(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range archive.Files {
			f.Add(part.Name, part.Data)
		}
	}
	knowledge := leastagency.Builtin().Knowledge
	f.Fuzz(func(t *testing.T, path string, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		for _, path := range []string{path, ".mcp.json", ".vscode/mcp.json", "mcp.json"} {
			file := leastagency.NewFile(path, data)
			sys := &leastagency.System{Knowledge: knowledge}
			load(file, sys)
			for _, l := range sys.Layers {
				if l.At.IsZero() {
					t.Errorf("%s: a layer without a place", path)
				}
				for _, c := range l.AllCredentials() {
					if c.At.IsZero() || c.At.Start < 0 || c.At.End > len(data) || c.At.Start > c.At.End {
						t.Errorf("%s: credential %q at %d–%d of %d bytes", path, c.Name, c.At.Start, c.At.End, len(data))
					}
				}
			}
			for _, p := range sys.Problems {
				if p.At.IsZero() {
					t.Errorf("%s: a problem without a place: %s", path, p.Text)
				}
			}
		}
	})
}

// TestHostile reads large files made to be slow: each would take minutes if any step were quadratic.
func TestHostile(t *testing.T) {
	const size = 1 << 18
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	entry := func(value string) string {
		return `{"mcpServers": {"a": {"command": "node", "args": ["` + value + `"], "env": {"A_TOKEN": "` + value + `"}, "url": "` + value + `"}}}`
	}
	var servers, variables strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&servers, `"s%d": {"command": "node", "sandboxEnabled": true},`, i)
		fmt.Fprintf(&variables, `"T%d_TOKEN": "${input:x}",`, i)
	}
	for name, text := range map[string]string{
		"references":   entry(fill("${{")),
		"braces":       entry(fill("${")),
		"dollars":      entry(fill("$A")),
		"urls":         entry(fill("a://?k=")),
		"users":        entry(fill("a://b:c@d;")),
		"words":        entry(fill("token ")),
		"pairs":        entry(fill("password=a;")),
		"name":         `{"mcpServers": {"a": {"env": {"` + fill("token_") + `": "x"}}}}`,
		"brackets":     `{"mcpServers": ` + fill("["),
		"maps":         `{"mcpServers": ` + fill(`{"a":`),
		"many servers": `{"servers": {` + servers.String() + `"z": {"command": "x"}}, "inputs": [{"id": "x", "password": true}]}`,
		"many secrets": `{"servers": {"z": {"command": "x", "env": {` + variables.String() + `"Z": "1"}}}, "inputs": [{"id": "x", "password": true}]}`,
	} {
		for _, path := range []string{".mcp.json", ".vscode/mcp.json", "mcp.json"} {
			sys := &leastagency.System{Knowledge: leastagency.Builtin().Knowledge}
			load(leastagency.NewFile(path, []byte(text)), sys)
			if len(sys.Layers)+len(sys.Problems) == 0 && path == ".mcp.json" && !strings.HasPrefix(name, "many") {
				t.Errorf("%s: nothing is said of the file", name)
			}
		}
	}
}
