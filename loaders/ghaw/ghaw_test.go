package ghaw

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

func TestFiles(t *testing.T) { layertest.Files(t, Loader()) }

// TestNoWorkflow: pages about the folder and parts that workflows import give nothing.
func TestNoWorkflow(t *testing.T) {
	for name, text := range map[string]string{
		"page":   "# Workflows\n\nWhat runs here.\n",
		"titled": "---\ntitle: Workflows\n---\nWhat runs here.\n",
		"part":   "---\ntools:\n  bash: true\n---\nShared.\n",
		"empty":  "",
		"binary": "---\non: push\x00\n---\n\x00",
	} {
		sys := layertest.Read(t, Loader(), fstest.MapFS{".github/workflows/w.md": {Data: []byte(text)}})
		if name != "binary" && len(sys.Layers)+len(sys.Problems) > 0 {
			t.Errorf("%s: %s", name, layertest.String(sys))
		}
	}
}

func TestHostile(t *testing.T) {
	for name, text := range map[string]string{
		"imports itself":   "---\non: issues\nimports: [w.md, ../../w.md, /etc/passwd]\n---\nx\n",
		"many expressions": "---\non: issues\nroles: all\n---\n" + strings.Repeat("${{ steps.sanitized.outputs.text }} ", 9000),
		"wrong kinds":      "---\non: {issues: 3, roles: {a: b}}\ntools: [bash]\nnetwork: 4\nsandbox: [x]\nsafe-outputs: 5\nimports: x\nengine: [a]\n---\nx\n",
		"not closed":       "---\non: issues\ntools:\n  bash: [\n",
	} {
		t.Run(name, func(t *testing.T) {
			sys := layertest.Read(t, Loader(), fstest.MapFS{".github/workflows/w.md": {Data: []byte(text)}})
			for _, l := range sys.Layers {
				layertest.Check(t, l)
			}
		})
	}
}

func FuzzWorkflow(f *testing.F) {
	f.Add("---\non:\n  issues:\n    types: [opened]\n  roles: all\ntools:\n  bash: [\"git:*\"]\n  github:\n    min-integrity: none\nnetwork:\n  allowed: [\"*\"]\n---\n${{ steps.sanitized.outputs.text }}\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, l := range layertest.Read(t, Loader(), fstest.MapFS{".github/workflows/w.md": {Data: []byte(text)}}).Layers {
			layertest.Check(t, l)
		}
	})
}
