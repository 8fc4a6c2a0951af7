package workspace

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

func TestFiles(t *testing.T) { layertest.Files(t, Loader()) }

func TestPlaces(t *testing.T) {
	for path, want := range map[string]struct {
		kind kind
		root string
	}{
		".devcontainer/devcontainer.json":      {kindContainer, "."},
		"a/.devcontainer/go/devcontainer.json": {kindContainer, "a"},
		".devcontainer.json":                   {kindContainer, "."},
		"devcontainer.json":                    {kindNone, ""},
		".env":                                 {kindVariables, "."},
		"a/.env.local":                         {kindVariables, "a"},
		".env.example":                         {kindNone, ""},
		"config.env":                           {kindNone, ""},
		"package-lock.json":                    {kindNone, ""},
	} {
		if kind, root := placeOf(path); kind != want.kind || root != want.root {
			t.Errorf("%s: %d %q", path, kind, root)
		}
	}
}

// TestVariables asks for the value and its place, however a line is written.
func TestVariables(t *testing.T) {
	for line, want := range map[string]string{
		`GOOGLE_GEMINI_BASE_URL=https://a.example`:               `https://a.example`,
		`export GOOGLE_GEMINI_BASE_URL="https://a.example" # x`:  `https://a.example`,
		`GOOGLE_GEMINI_BASE_URL='https://a.example'`:             `https://a.example`,
		"GOOGLE_GEMINI_BASE_URL=https://a.example  # x":          `https://a.example`,
		"GOOGLE_GEMINI_BASE_URL: https://a.example":              "",
		"#GOOGLE_GEMINI_BASE_URL=https://a.example":              "",
		"GOOGLE_GEMINI_BASE_URL=":                                "",
		"X=1\r\nGOOGLE_GEMINI_BASE_URL=https://a.example\r\nY=2": `https://a.example`,
	} {
		sys := layertest.Read(t, Loader(), fstest.MapFS{".env": {Data: []byte(line)}})
		got := ""
		for _, l := range sys.Layers {
			for _, s := range l.Switches {
				got += s.At.Text()
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

func TestHostile(t *testing.T) {
	sys := layertest.Read(t, Loader(), fstest.MapFS{
		".env":                              {Data: []byte(strings.Repeat("=", 1<<20) + strings.Repeat("\nA=\"", 1<<16))},
		".devcontainer.json":                {Data: []byte(strings.Repeat(`{"mounts":[`, 1<<15))},
		"a/.devcontainer/devcontainer.json": {Data: []byte(`{"mounts": [[], 1, null, {"source": 1}], "runArgs": ["-v", "--mount", "--cap-add"], "postCreateCommand": [[]], "features": []}`)},
		"b/.devcontainer/devcontainer.json": {Data: []byte(`{"postCreateCommand": {"a": {"b": "c"}}, "workspaceMount": null}`)},
	})
	for _, l := range sys.Layers {
		if l.At.IsZero() || l.Kind != leastagency.KindUnknown {
			t.Errorf("%+v", l)
		}
	}
}

// FuzzFiles reads arbitrary bytes as every kind of file.
func FuzzFiles(f *testing.F) {
	for _, s := range []string{
		`{"mounts": ["source=/,target=/x,type=bind", {"source": "~"}], "runArgs": ["-v", "/:/x"], "postCreateCommand": {"a": ["b"]}, "customizations": {"vscode": {"mcp": {}}}}`,
		"A=1\nexport HTTPS_PROXY='x\n", `{"scripts": {"a": "claude -p x"}}`, "{", "",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, p := range []string{".devcontainer.json", ".env"} {
			sys := &leastagency.System{Knowledge: layertest.Known}
			load(leastagency.NewFile(p, data), sys)
			for _, l := range sys.Layers {
				for _, s := range l.Switches {
					if s.At.IsZero() {
						t.Errorf("switch %s without a place", s.Name)
					}
				}
				for _, h := range l.Hooks {
					if h.At.IsZero() || !h.Event.Set {
						t.Error("hook without place or event")
					}
				}
			}
		}
	})
}
