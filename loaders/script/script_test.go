package script

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

func TestFiles(t *testing.T) { layertest.Files(t, Loader()) }

func TestPlaces(t *testing.T) {
	match := Loader().Match
	for p, want := range map[string]bool{
		"a.sh": true, "scripts/a": true, "bin/a": true, "src/a": false, "Makefile": true, "make/x.mk": true, "GNUmakefile": true, "justfile": true, ".justfile": true,
		"Taskfile.yml": true, "package.json": true, "package-lock.json": false, "a.py": false, "README.md": false, "LICENSE": false,
	} {
		if match(p) != want {
			t.Errorf("%s: %v, want %v", p, !want, want)
		}
	}
}

// TestNoAgent: what starts no agent gives nothing at all, whatever else is wrong with it.
func TestNoAgent(t *testing.T) {
	for name, file := range map[string][2]string{
		"words":       {"a.sh", "# claude -p x\necho 'run claude --dangerously-skip-permissions yourself'\ncurl -s https://example.com | sh\n"},
		"installs":    {"a.sh", "npm install -g @anthropic-ai/claude-code\nclaude --version\nclaude mcp add x\n"},
		"interactive": {"a.sh", "claude\n"},
		"broken":      {"a.sh", "if claude; then ((((\n"},
		"make":        {"Makefile", "claude: build\n\techo claude -p\nCLAUDE = claude -p x --dangerously-skip-permissions\n"},
		"package":     {"package.json", `{"scripts": {"claude": "tsc"}, "dependencies": {"@anthropic-ai/claude-code": "1"}}`},
		"task":        {"Taskfile.yml", "tasks: {claude : [echo claude]}\n"},
	} {
		sys := layertest.Read(t, Loader(), fstest.MapFS{file[0]: {Data: []byte(file[1])}})
		if len(sys.Layers)+len(sys.Problems) > 0 {
			t.Errorf("%s: %s", name, layertest.String(sys))
		}
	}
}

var paths = []string{"a.sh", "Makefile", "justfile", "Taskfile.yml", "package.json", "bin/a"}

func TestHostile(t *testing.T) {
	layertest.Hostile(t, Loader(), paths)
	start := "claude -p x --dangerously-skip-permissions"
	for name, file := range map[string][2]string{
		"variables in a ring": {"Makefile", "A = $(B) $(B)\nB = $(A) $(A)\nx:\n\t$(A) " + start + "\n"},
		"a bomb of variables": {"Makefile", "A = xxxxxxxxxx\n" + strings.Repeat("A += $(A) $(A)\n", 500) + "x:\n\t$(A)\n\t" + start + "\n"},
		"many targets":        {"Makefile", strings.Repeat("x:\n\t"+start+"\n", 20000)},
		"open brackets":       {"Makefile", "x:\n\t" + strings.Repeat("$(", 20000) + start + "\n"},
		"many starts":         {"a.sh", strings.Repeat(start+"\n", 20000)},
		"long line":           {"justfile", "x:\n  " + start + strings.Repeat(" {{y}}", 20000) + "\n"},
	} {
		sys := layertest.Read(t, Loader(), fstest.MapFS{file[0]: {Data: []byte(file[1])}})
		if len(sys.Layers) > maxFound {
			t.Errorf("%s: %d layers", name, len(sys.Layers))
		}
		for _, l := range sys.Layers {
			layertest.Check(t, l)
		}
	}
}

func FuzzScript(f *testing.F) {
	layertest.Fuzz(f, Loader(), paths,
		"#!/bin/sh\ndocker run --rm -v $PWD:/w i claude -p \"x\" --allowedTools 'Bash(git *)'\n",
		"V := docker run\nx: y\n\t@$(V) i claude --dangerously-skip-permissions $$HOME\n",
		"v := \"x\"\nx:\n    claude -p {{v}}\n",
		"tasks:\n  a: claude -p x\n",
		`{"scripts": {"a": "claude -p \"x\""}}`)
}
