package instructions

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

func TestFiles(t *testing.T) { layertest.Files(t, Loader()) }

// TestReaders holds who reads AGENTS.md, and that its main reader is not among the others.
func TestReaders(t *testing.T) {
	l := layertest.Read(t, Loader(), fstest.MapFS{"AGENTS.md": {Data: []byte("Use tabs.")}}).Layers[0]
	if l.Product != "codex" || !slices.IsSorted(l.AlsoReadBy) {
		t.Errorf("AGENTS.md is of %s, also read by %v", l.Product, l.AlsoReadBy)
	}
	for product, want := range map[string]bool{"cursor": true, "copilot": true, "opencode": true, "windsurf": true, "codex": false, "claude-code": false, "gemini": false, "aider": false} {
		if got := slices.Contains(l.AlsoReadBy, product); got != want {
			t.Errorf("%s reads AGENTS.md: %v", product, got)
		}
	}
}

// paths are one of each kind of file.
var paths = []string{"AGENTS.md", "home/a/.codex/AGENTS.md", ".clinerules", ".clinerules/a.md", ".clinerules/workflows/a.md", ".roorules", ".roorules-code", ".roo/rules/a.md",
	".goosehints", ".junie/guidelines.md", ".kiro/steering/a.md", ".amazonq/rules/a.md", ".rules", "WARP.md", ".aider.conf.yml"}

func FuzzFiles(f *testing.F) {
	for _, s := range []string{"---\ndescription: a\n---\nbody", "---\n---\n", "\xef\xbb\xbfx", "\x00", "read: [a, 1, /etc/passwd, ../..]\nopenai-api-key: x", "read: &a [*a]", "- a", ""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, p := range paths {
			for _, l := range layertest.Read(t, Loader(), fstest.MapFS{p: {Data: data}}).Layers {
				layertest.Check(t, l)
			}
		}
	})
}

// TestHostile holds that no size of a file brings the loader down.
func TestHostile(t *testing.T) {
	for _, data := range []string{strings.Repeat("[", 1<<18), strings.Repeat("a\n", 1<<18), strings.Repeat("a", 1<<20), "read:\n" + strings.Repeat("  - a\n", 1<<14)} {
		for _, p := range paths {
			for _, l := range layertest.Read(t, Loader(), fstest.MapFS{p: {Data: []byte(data)}}).Layers {
				layertest.Check(t, l)
			}
		}
	}
}
