package workflow

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
)

func TestFiles(t *testing.T) { layertest.Files(t, Loader()) }

func TestPlaces(t *testing.T) {
	for p, want := range map[string]bool{
		".github/workflows/ci.yml":          true,
		".github/workflows/ci.yaml":         true,
		"sub/.github/workflows/ci.yml":      true,
		"action.yml":                        true,
		".github/actions/ask/action.yaml":   true,
		".github/workflows/answer.lock.yml": false,
		".github/workflows/nested/ci.yml":   false,
		".github/dependabot.yml":            false,
		"workflows/ci.yml":                  false,
		".github/workflows/answer.md":       false,
	} {
		if match(p) != want {
			t.Errorf("%s: %v, want %v", p, !want, want)
		}
	}
}

// one reads a workflow.
func one(t testing.TB, text string) *leastagency.System {
	t.Helper()
	return layertest.Read(t, Loader(), fstest.MapFS{".github/workflows/w.yml": {Data: []byte(text)}})
}

// TestNoAgent: what runs no agent gives nothing at all, whatever else is wrong with it.
func TestNoAgent(t *testing.T) {
	for name, text := range map[string]string{
		"injection":      "on: [pull_request_target]\npermissions: write-all\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: echo ${{ github.event.issue.body }}\n",
		"a name only":    "on: [push]\njobs:\n  claude:\n    runs-on: x\n    steps:\n      - run: echo claude codex gemini\n",
		"installs":       "on: [push]\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: npm i -g @anthropic-ai/claude-code && claude --version\n",
		"logs in":        "on: [push]\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: codex login --api-key x\n",
		"other action":   "on: [push]\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: acme/claude-code-action-docs@v1\n",
		"broken":         "on: [push]\njobs:\n  claude: [\n",
		"twice":          "on: [push]\non: [push]\njobs:\n  claude: {}\n",
		"node action":    "runs:\n  using: node20\n  main: claude.js\n",
		"compose":        "services:\n  claude:\n    image: claude\n",
		"commented away": "on: [push]\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          # claude -p hello\n          true\n",
	} {
		if sys := one(t, text); len(sys.Layers)+len(sys.Problems) > 0 {
			t.Errorf("%s: %s", name, layertest.String(sys))
		}
	}
}

// TestHostile: broken, huge and circular files neither panic nor stall.
func TestHostile(t *testing.T) {
	step := "      - uses: anthropics/claude-code-action@v1\n        with:\n          prompt: x\n"
	for name, text := range map[string]string{
		"many agents":     "on: [issues]\njobs:\n  a:\n    steps:\n" + strings.Repeat(step, 5000),
		"many jobs":       "on: [issues]\njobs:\n" + strings.Repeat("  a:\n    steps:\n"+step, 2000),
		"calls itself":    "on: [issues]\njobs:\n  a:\n    uses: ./.github/workflows/w.yml\n  b:\n    steps:\n" + step,
		"climbs":          "on: [issues]\njobs:\n  a:\n    uses: ./../../../etc/passwd.yml\n  b:\n    steps:\n" + step,
		"needs in a ring": "on: [issues]\njobs:\n  a:\n    needs: b\n    steps:\n" + step + "  b:\n    needs: a\n    steps:\n" + step,
		"env in a ring":   "on: [issues]\nenv:\n  A: ${{ env.B }}\n  B: ${{ env.A }}\njobs:\n  a:\n    steps:\n      - uses: openai/codex-action@v1\n        with:\n          prompt: ${{ env.A }}\n",
		"many expressions": "on: [issues]\njobs:\n  a:\n    if: " + strings.Repeat("a && ", 3000) + "b\n    steps:\n      - uses: openai/codex-action@v1\n        with:\n          prompt: >\n            " +
			strings.Repeat("${{ github.event.issue.body }} ", 5000) + "\n",
		"deep condition": "on: [issues]\njobs:\n  a:\n    if: " + strings.Repeat("(", 9000) + "\n    steps:\n" + step,
		"wrong kinds":    "on: {issues: 3}\npermissions: [write]\njobs:\n  a:\n    if: [x]\n    needs: {a: b}\n    env: 3\n    steps:\n      - uses: openai/codex-action@v1\n        with: [prompt]\n      - 3\n      - run: {a: b}\n",
		"broken json":    "on: [issues]\njobs:\n  a:\n    steps:\n      - uses: google-github-actions/run-gemini-cli@v0\n        with:\n          prompt: x\n          settings: |\n            {\"tools\": {\"core\": [\n",
	} {
		t.Run(name, func(t *testing.T) {
			for _, l := range one(t, text).Layers {
				layertest.Check(t, l)
			}
		})
	}
}

func FuzzWorkflow(f *testing.F) {
	f.Add("on:\n  issue_comment:\njobs:\n  a:\n    if: contains(github.event.comment.body, '@x')\n    steps:\n      - id: s\n        run: gh issue view 1 > a.md\n      - uses: anthropics/claude-code-action@v1\n        with:\n          prompt: ${{ steps.s.outputs.x }} a.md\n          claude_args: --allowedTools \"Bash(git:*)\"\n          settings: '{\"permissions\": {\"allow\": [\"Read\"]}}'\n")
	f.Add("on: [push]\njobs:\n  a:\n    steps:\n      - run: claude -p \"x\" --allowedTools Read --mcp-config '{\"mcpServers\": {}}'\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, l := range one(t, text).Layers {
			layertest.Check(t, l)
		}
	})
}
