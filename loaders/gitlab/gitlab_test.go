package gitlab

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

func TestFiles(t *testing.T) { layertest.Files(t, Loader()) }

func TestPlaces(t *testing.T) {
	for p, want := range map[string]bool{
		".gitlab-ci.yml": true, "sub/.gitlab-ci.yaml": true, "ci/agents.gitlab-ci.yml": true, ".gitlab/ci/agents.yml": true, ".gitlab/issue_templates/x.md": false, "gitlab.yml": false,
	} {
		if match(p) != want {
			t.Errorf("%s: %v, want %v", p, !want, want)
		}
	}
}

// TestNoAgent: what runs no agent gives nothing at all.
func TestNoAgent(t *testing.T) {
	for _, text := range []string{
		"a:\n  script: echo claude -p x\n", "claude:\n  script: [make]\n", ".a:\n  script: claude -p x\n", "a:\n  script:\n    - claude --version\n", "a: [\n  claude -p\n",
	} {
		if sys := layertest.Read(t, Loader(), fstest.MapFS{".gitlab-ci.yml": {Data: []byte(text)}}); len(sys.Layers)+len(sys.Problems) > 0 {
			t.Errorf("%q: %s", text, layertest.String(sys))
		}
	}
}

func TestHostile(t *testing.T) {
	layertest.Hostile(t, Loader(), []string{".gitlab-ci.yml"})
	for _, text := range []string{
		".a: {extends: .b}\n.b: {extends: .a}\nc:\n  extends: [.a, c]\n  before_script: claude -p x\n  script: x\n",
		"a:\n  script: [" + strings.Repeat("[", 200) + "\"claude -p x\"" + strings.Repeat("]", 200) + "]\n",
		"a:\n  script: claude -p x\n  timeout: 99999999999999999999 hours\n  rules: [3, {if: [x]}]\n  only: {refs: 3}\n  variables: [x]\n",
		strings.Repeat("a:\n  script: claude -p x\n", 5000),
	} {
		for _, l := range layertest.Read(t, Loader(), fstest.MapFS{".gitlab-ci.yml": {Data: []byte(text)}}).Layers {
			layertest.Check(t, l)
		}
	}
}

func FuzzGitLab(f *testing.F) {
	layertest.Fuzz(f, Loader(), []string{".gitlab-ci.yml"},
		".a:\n  before_script: [x]\nb:\n  extends: .a\n  timeout: 1h 5m\n  rules:\n    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n      when: manual\n  script:\n    - claude -p \"$CI_MERGE_REQUEST_TITLE\"\n")
}
