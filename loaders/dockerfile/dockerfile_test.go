package dockerfile

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

func TestFiles(t *testing.T) { layertest.Files(t, Loader()) }

func TestPlaces(t *testing.T) {
	for p, want := range map[string]bool{
		"Dockerfile": true, "docker/Dockerfile": true, "Dockerfile.dev": true, "dev.Dockerfile": true, "Containerfile": true, "dockerfile": true,
		"Dockerfile.dockerignore": false, "docker.go": false, "docs/dockerfiles.md": false,
	} {
		if Loader().Match(p) != want {
			t.Errorf("%s: %v, want %v", p, !want, want)
		}
	}
}

func TestHostile(t *testing.T) {
	paths := []string{"Dockerfile"}
	layertest.Hostile(t, Loader(), paths)
	for name, text := range map[string]string{
		"no end":        "FROM x\nCMD claude -p x \\\n",
		"open heredoc":  "FROM x\nRUN <<EOF\nclaude -p x\n",
		"in a ring":     "FROM b AS a\nCMD claude -p x\nFROM a AS b\nFROM b AS a\n",
		"many stages":   strings.Repeat("FROM x\nCMD claude -p x\n", 20000),
		"broken list":   "FROM x\nCMD [\"claude\", \"-p\"\n",
		"many escapes":  "FROM x\nCMD claude -p x" + strings.Repeat("\\\n", 20000),
		"no stage":      "CMD claude -p x\n",
		"climbing copy": "FROM x\nCOPY ../../../etc/passwd /claude\nENTRYPOINT [\"/claude\", \"claude\"]\n",
	} {
		for _, l := range layertest.Read(t, Loader(), fstest.MapFS{"Dockerfile": {Data: []byte(text)}}).Layers {
			layertest.Check(t, l)
			if l.Name != "Dockerfile" {
				t.Errorf("%s: %q", name, l.Name)
			}
		}
	}
}

func FuzzDockerfile(f *testing.F) {
	layertest.Fuzz(f, Loader(), []string{"Dockerfile"},
		"FROM a AS b\nENV A=b c=\"d e\"\nRUN <<EOF\nclaude -p\nEOF\nENTRYPOINT [\"claude\", \"-p\", \"x\"]\n",
		"# escape=`\nFROM x\nCMD claude `\n -p\n")
}
