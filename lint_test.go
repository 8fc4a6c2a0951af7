package leastagency_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/authority"
	"github.com/leastagency/leastagency/checks"
	"github.com/leastagency/leastagency/loaders"
)

// words is a linter of one format and two rules, small enough to see the engine through it: files
// that end in .words, a layer for each word, a finding of test/word for each layer.
func words() *leastagency.Linter {
	return &leastagency.Linter{
		Policy: &leastagency.Policy{
			Rules: []leastagency.RuleInfo{
				{ID: "test/secret", Title: "A secret word", Severity: leastagency.Critical},
				{ID: "test/word", Title: "A word", Severity: leastagency.Medium},
			},
			Knowledge: &leastagency.Knowledge{Secrets: []leastagency.SecretShape{{Kind: "key", Prefix: "key_", Charset: "alnum", Min: 4}}},
		},
		Loaders: []leastagency.Loader{{
			Name:  "words",
			Match: func(p string) bool { return strings.HasSuffix(p, ".words") },
			Load: func(f *leastagency.File, s *leastagency.System) {
				offset := 0
				for _, word := range strings.Fields(string(f.Data)) {
					offset += strings.Index(string(f.Data[offset:]), word)
					at := f.Span(offset, offset+len(word))
					layer := &leastagency.Layer{Product: "words", Name: word, At: at}
					if strings.HasPrefix(word, "key_") {
						layer.Credentials = []*leastagency.Credential{{Name: "word", At: at, Source: leastagency.SourceLiteral}}
					}
					s.Layers = append(s.Layers, layer)
					offset += len(word)
				}
			},
		}},
		Checks: []leastagency.Check{{Rule: "test/word", Run: func(p *leastagency.Pass) {
			for _, layer := range p.Layers {
				p.Reportf(layer.At, "the word %s", layer.Name)
			}
		}}},
	}
}

// found lists findings and problems, each as "path:line:col text".
func found(r *leastagency.Report) (lines []string) {
	for _, f := range r.Findings {
		pos := f.At.From()
		lines = append(lines, fmt.Sprintf("%s:%d:%d %s %s", f.At.File.Path, pos.Line, pos.Column, f.Severity, f.Message))
	}
	for _, p := range r.System.Problems {
		path := p.Path
		if !p.At.IsZero() {
			path = p.At.File.Path
		}
		lines = append(lines, fmt.Sprintf("%s problem %s", path, p.Text))
	}
	return lines
}

func TestLint(t *testing.T) {
	tree := fstest.MapFS{
		"b.words":               {Data: []byte("one two\n")},
		"a/x.words":             {Data: []byte("\n  three key_abcd1234")},
		"examples/x.words":      {Data: []byte("four")},
		"node_modules/x.words":  {Data: []byte("five")},
		".git/x.words":          {Data: []byte("six")},
		"ignored.txt":           {Data: []byte("seven")},
		"a/.hidden/deep.words":  {Data: []byte("eight")},
		"a/vendor/vendor.words": {Data: []byte("nine")},
	}
	want := []string{
		"a/.hidden/deep.words:1:1 medium the word eight",
		"a/x.words:2:3 medium the word three",
		"a/x.words:2:9 medium the word key_…",
		"b.words:1:1 medium the word one",
		"b.words:1:5 medium the word two",
		"examples/x.words:1:1 low the word four",
	}
	for range 20 { // files are read at once: the order must not depend on who is first
		r, err := words().Lint(t.Context(), tree)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, found(r)); diff != "" {
			t.Fatalf("findings (-want +got):\n%s", diff)
		}
		if r.Files != 4 || r.Loaded["words"] != 4 {
			t.Errorf("read %d files, recognised %v, want 4", r.Files, r.Loaded)
		}
		if len(r.Secrets) != 1 || r.Secrets[0].Text() != "key_abcd1234" {
			t.Errorf("secrets to be masked: %v", r.Secrets)
		}
	}
}

func TestLintReportsOnce(t *testing.T) {
	linter := words()
	linter.Checks[0].Run = func(p *leastagency.Pass) {
		for range 3 {
			p.Reportf(p.Layers[0].At, "again")
		}
	}
	r, err := linter.Lint(t.Context(), fstest.MapFS{"a.words": {Data: []byte("x")}})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) != 1 {
		t.Errorf("%d findings for the same thing said three times", len(r.Findings))
	}
}

// TestLintFails: what is our own mistake is an error, not a finding.
func TestLintFails(t *testing.T) {
	tree := fstest.MapFS{"a.words": {Data: []byte("x")}}
	unknown := words()
	unknown.Checks[0].Rule = "test/unheard-of"
	if _, err := unknown.Lint(t.Context(), tree); err == nil || !strings.Contains(err.Error(), "test/unheard-of") {
		t.Errorf("check without a rule: error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := words().Lint(ctx, tree); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
	if _, err := words().Lint(t.Context(), os.DirFS(filepath.Join(t.TempDir(), "none"))); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no root: error %v", err)
	}
	nowhere := words()
	nowhere.Checks[0].Run = func(p *leastagency.Pass) { p.Reportf(leastagency.Span{}, "nowhere") }
	defer func() {
		if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), "test/word") {
			t.Errorf("a finding without a place: recovered %v, want a panic that names the rule", r)
		}
	}()
	nowhere.Lint(t.Context(), tree)
}

// A disk is a folder under test with hostile things in it.
type disk struct {
	t    *testing.T
	root string
}

func (d disk) write(name, text string) {
	d.t.Helper()
	file := filepath.Join(d.root, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		d.t.Fatal(err)
	}
}

func (d disk) link(name, target string) {
	d.t.Helper()
	file := filepath.Join(d.root, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.Symlink(target, file); err != nil {
		d.t.Skipf("no symbolic links here: %v", err)
	}
}

func (d disk) lint() *leastagency.Report {
	d.t.Helper()
	root, err := os.OpenRoot(d.root)
	if err != nil {
		d.t.Fatal(err)
	}
	defer root.Close()
	r, err := words().Lint(d.t.Context(), root.FS())
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

func TestHostileTree(t *testing.T) {
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "out.words"), []byte("outside"), 0o644); err != nil {
		t.Fatal(err)
	}
	deep := strings.Repeat("d/", 80)
	for _, test := range []struct {
		name  string
		build func(disk)
		want  []string // found, in part: each entry is contained in one line
	}{
		{"file linked from outside", func(d disk) { d.link("a.words", filepath.Join(outside, "out.words")) },
			[]string{"a.words problem link was not followed"}},
		{"file linked from above", func(d disk) { d.link("a.words", "../../../../../../../../etc/passwd") },
			[]string{"a.words problem link was not followed"}},
		{"dangling link", func(d disk) { d.link("a.words", "nothing") },
			[]string{"a.words problem link was not followed"}},
		{"folder linked from outside", func(d disk) { d.link("sub", outside); d.write("a.words", "x") },
			[]string{"a.words:1:1 medium the word x"}},
		{"link to itself", func(d disk) { d.link("a.words", "a.words") },
			[]string{"a.words problem link was not followed"}},
		{"folder in itself", func(d disk) { d.write("sub/a.words", "x"); d.link("sub/again", "."); d.link("sub/up", "..") },
			[]string{"sub/a.words:1:1 medium the word x"}},
		{"folders in each other", func(d disk) {
			d.write("one/a.words", "x")
			d.write("two/b.words", "y")
			d.link("one/two", "../two")
			d.link("two/one", "../one")
		}, []string{"one/a.words:1:1 ", "one/two/b.words:1:1 ", "two/b.words:1:1 ", "two/one/a.words:1:1 "}},
		{"link into a folder that is skipped", func(d disk) { d.write("vendor/x/a.words", "x"); d.link("sub", "vendor/x") },
			[]string{"sub/a.words:1:1 medium the word x"}},
		{"nested too deep", func(d disk) { d.write(deep+"a.words", "x"); d.write("b.words", "y") },
			[]string{"b.words:1:1 medium the word y", "problem folders nest deeper than 64"}},
		{"too large", func(d disk) { d.write("a.words", strings.Repeat("x", leastagency.MaxFileSize+1)) },
			[]string{"a.words problem larger than 8 MiB"}},
		{"folder by the name of a file", func(d disk) { d.write("a.words/b.words", "x") },
			[]string{"a.words/b.words:1:1 medium the word x"}},
		{"names that attack", func(d disk) { d.write("\x1b[2J\n::error::/](javascript:x).words", "x") },
			[]string{"\x1b[2J\n::error::/](javascript:x).words:1:1 medium the word x"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := disk{t, t.TempDir()}
			test.build(d)
			got := found(d.lint())
			if len(got) != len(test.want) {
				t.Errorf("found %q, want %d", got, len(test.want))
			}
			for _, want := range test.want {
				if !slices.ContainsFunc(got, func(line string) bool { return strings.Contains(line, want) }) {
					t.Errorf("nothing says %q, only %q", want, got)
				}
			}
			if strings.Contains(strings.Join(got, "\n"), "outside") {
				t.Errorf("read what lies outside the root: %q", got)
			}
		})
	}
}

// TestNamedPipe: a pipe with nobody at its other end does not hold up a scan.
func TestNamedPipe(t *testing.T) {
	d := disk{t, t.TempDir()}
	d.write("b.words", "x")
	if err := exec.CommandContext(t.Context(), "mkfifo", filepath.Join(d.root, "a.words")).Run(); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	if got, want := found(d.lint()), []string{"b.words:1:1 medium the word x"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

// TestRealPath: a file that is reached through a link knows where its bytes lie.
func TestRealPath(t *testing.T) {
	d := disk{t, t.TempDir()}
	d.write("real/a.words", "x")
	d.link("sub/linked", "../real")
	d.link("b.words", "sub/linked/a.words")
	got := map[string]string{}
	for _, f := range d.lint().Findings {
		got[f.At.File.Path] = f.At.File.Real
	}
	want := map[string]string{"real/a.words": "real/a.words", "sub/linked/a.words": "real/a.words", "b.words": "real/a.words"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("path to real path (-want +got):\n%s", diff)
	}
}

// A faulty file system fails on the names it holds.
type faulty struct {
	fs.FS
	broken map[string]error
}

func (f faulty) Open(name string) (fs.File, error) {
	if err := f.broken[name]; err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return f.FS.Open(name)
}

func TestUnreadable(t *testing.T) {
	tree := faulty{fstest.MapFS{
		"a.words":     {Data: []byte("x")},
		"b.words":     {Data: []byte("y")},
		"sub/c.words": {Data: []byte("z")},
	}, map[string]error{"a.words": fs.ErrPermission, "sub": fs.ErrPermission}}
	r, err := words().Lint(t.Context(), tree)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"b.words:1:1 medium the word y",
		"a.words problem could not be opened: permission denied",
		"sub problem folder could not be read: permission denied",
	}
	got := found(r)
	for _, line := range want {
		if !slices.ContainsFunc(got, func(g string) bool { return strings.HasPrefix(g, strings.TrimSuffix(line, "permission denied")) }) {
			t.Errorf("nothing says %q, only %q", line, got)
		}
	}
	if len(got) != len(want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

// TestOpen: what the model asks for by path never leads out of the root.
func TestOpen(t *testing.T) {
	d := disk{t, t.TempDir()}
	d.write("dir/a.txt", "inside")
	d.link("out", "/etc/hostname")
	d.link("in", "dir/a.txt")
	d.write("large", strings.Repeat("x", leastagency.MaxFileSize+1))
	root, err := os.OpenRoot(d.root)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	linter := words()
	opened := map[string]bool{}
	linter.Inferences = []leastagency.Inference{{Name: "opens", Run: func(s *leastagency.System, _ *leastagency.Policy) {
		for _, p := range []string{"dir/a.txt", "./dir/../dir/a.txt", "in", "out", "../x", "/etc/hostname", "dir", "none", "", "large", "a\x00b"} {
			opened[p] = s.Open(p) != nil
		}
	}}}
	if _, err := linter.Lint(t.Context(), root.FS()); err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{"dir/a.txt": true, "./dir/../dir/a.txt": true, "in": true, "out": false, "../x": false, "/etc/hostname": false,
		"dir": false, "none": false, "": false, "large": false, "a\x00b": false}
	if diff := cmp.Diff(want, opened); diff != "" {
		t.Errorf("opened (-want +got):\n%s", diff)
	}
}

// tenFiles is a repository as many are: a few agent configurations among other files.
func tenFiles() fstest.MapFS {
	tree := fstest.MapFS{}
	for name, text := range map[string]string{
		"README.md":                "# Shop\n",
		"go.mod":                   "module example.com/shop\n",
		"main.go":                  "package main\n\nfunc main() {}\n",
		"CLAUDE.md":                "# Rules\n\nNever push to main.\n",
		".mcp.json":                `{"mcpServers": {"github": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-github"], "env": {"GITHUB_TOKEN": "${GITHUB_TOKEN}"}}}}`,
		".claude/settings.json":    `{"permissions": {"allow": ["Bash(go test:*)", "Read", "WebFetch"], "deny": ["Bash(rm:*)", "Read(.env)"]}, "hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "scripts/guard.sh"}]}]}}`,
		".claude/agents/review.md": "---\nname: review\ndescription: reviews changes\ntools: Read, Grep\n---\nRead the change.\n",
		".cursor/mcp.json":         `{"mcpServers": {"db": {"url": "https://db.example.com/mcp"}}}`,
		".vscode/mcp.json":         `{"servers": {"files": {"type": "stdio", "command": "uvx", "args": ["mcp-server-fetch==1.2.3"]}}}`,
		"scripts/guard.sh":         "#!/bin/sh\nexit 2\n",
	} {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return tree
}

func BenchmarkLint(b *testing.B) {
	tree := tenFiles()
	for b.Loop() {
		linter := leastagency.Linter{Loaders: loaders.All(), Inferences: authority.All(), Checks: checks.All(), Policy: leastagency.Builtin()}
		if _, err := linter.Lint(b.Context(), tree); err != nil {
			b.Fatal(err)
		}
	}
}
