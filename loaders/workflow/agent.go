package workflow

import (
	"bytes"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/actions"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

// An agent is one place of a step that starts one, with what its product makes of the step.
type agent struct {
	product string
	step    *step
	at      leastagency.Span // the action, or the program
	shell   bool             // started by a command line, in which the shell fills variables in
	args    []string         // of the command line
	prompts []*node.Node
	files   []*node.Node // names of files that hold the prompt
	// arguments are prompts that are flags, one of which may hold a prompt.
	arguments []*node.Node
	action    leastagency.Artifact
	// restores says that it takes settings and instructions of a pull request from its base branch.
	restores bool

	read   func(*scene)                                         // tools, mode, walls and limits
	token  func(*scene, []*leastagency.Power)                   // what the action trades the job's token for
	gates  func(*scene) func(actions.Event) []*leastagency.Gate // its own checks of who started the run
	idle   func(actions.Event) bool                             // events with which no agent starts
	thread func(actions.Event) bool                             // events of which it lays the thread before the model
	answer func(output string) bool                             // outputs that hold what the model answered
}

// An offer is an action that runs an agent.
type offer struct {
	name, product string
	read          func(*scene)
	prompts       []string
	files         []string
	setup         func(*agent)
}

// Sources: the action.yml and the code of each action.
var offers = []offer{
	{name: "anthropics/claude-code-action", product: "claude-code", read: readClaudeAction, setup: claudeAction,
		prompts: []string{"prompt", "direct_prompt", "override_prompt", "custom_instructions", "claude_args"}},
	{name: "anthropics/claude-code-base-action", product: "claude-code", read: readClaudeAction,
		prompts: []string{"prompt", "system_prompt", "append_system_prompt", "claude_args"}, files: []string{"prompt_file"}},
	{name: "anthropics/claude-code-security-review", product: "claude-code", read: func(*scene) {}, prompts: []string{"custom-security-scan-instructions"}},
	{name: "openai/codex-action", product: "codex", read: readCodexAction, setup: codexAction, prompts: []string{"prompt"}, files: []string{"prompt-file"}},
	{name: "google-github-actions/run-gemini-cli", product: "gemini", read: readGeminiAction, prompts: []string{"prompt"}},
	{name: "google-gemini/gemini-cli-action", product: "gemini", read: readGeminiAction, prompts: []string{"prompt"}},
	{name: "QwenLM/qwen-code-action", product: "qwen", read: readGeminiAction, prompts: []string{"prompt"}},
	{name: "anomalyco/opencode/github", product: "opencode", read: readOpen, setup: openGate, prompts: []string{"prompt"}},
	{name: "sst/opencode/github", product: "opencode", read: readOpen, setup: openGate, prompts: []string{"prompt"}},
	{name: "augmentcode/augment-agent", product: "auggie", read: func(*scene) {}, prompts: []string{"instruction"}, files: []string{"instruction_file"}},
	{name: "Factory-AI/droid-action", product: "droid", read: func(*scene) {}, prompts: []string{"prompt"}},
	{name: "warpdotdev/warp-agent-action", product: "warp", read: func(*scene) {}, prompts: []string{"prompt"}},
}

// namesAction reports whether a text names one of the actions.
func namesAction(data []byte) bool {
	return slices.ContainsFunc(offers, func(o offer) bool { return bytes.Contains(data, []byte(o.name+"@")) })
}

// A program is a command line that runs an agent.
type program struct {
	name, product string
	// starts reports whether these arguments make it work, rather than print its version or log in.
	starts func(args []string) bool
	read   func(*scene)
}

// manages are words with which the programs do something else than work.
var manages = []string{"--version", "-v", "-V", "--help", "-h", "version", "help", "login", "logout", "auth", "mcp", "plugin", "plugins", "config", "doctor", "update", "upgrade", "install", "extensions", "extension", "setup-token", "status", "ls", "models", "completion", "features", "configure", "info", "session", "stats", "whoami", "settings", "profile", "uninstall", "export"}

func works(args []string) bool {
	return len(args) == 0 || !slices.Contains(manages, args[0])
}

// headless reports whether one of the flags, alone or in front of its value, is there.
func headless(flags ...string) func([]string) bool {
	return func(args []string) bool {
		return works(args) && slices.ContainsFunc(args, func(a string) bool {
			name, _, _ := strings.Cut(a, "=")
			return slices.Contains(flags, name)
		})
	}
}

func sub(words ...string) func([]string) bool {
	return func(args []string) bool {
		for _, a := range args {
			if !strings.HasPrefix(a, "-") {
				return slices.Contains(words, a)
			}
		}
		return false
	}
}

var programs = []program{
	{"claude", "claude-code", headless("-p", "--print", "--dangerously-skip-permissions", "--permission-mode", "--allowedTools", "--allowed-tools"), readClaude},
	{"codex", "codex", sub("exec", "e", "review"), readCodex},
	{"gemini", "gemini", works, readGemini},
	{"qwen", "qwen", works, readGemini},
	{"copilot", "copilot", headless("-p", "--prompt", "--allow-all-tools", "--yolo", "--allow-all"), readCopilot},
	{"cursor-agent", "cursor", works, readCursor},
	{"opencode", "opencode", sub("run"), readOpen},
	{"goose", "goose", sub("run"), readOpen},
	{"amp", "amp", headless("-x", "--execute", "--dangerously-allow-all"), readFlag("--dangerously-allow-all")},
	{"aider", "aider", headless("--message", "-m", "--message-file", "-f", "--yes", "--yes-always"), func(*scene) {}},
	{"q", "amazon-q", sub("chat"), readFlag("--trust-all-tools", "-a")},
	{"kiro-cli", "kiro", sub("chat"), readFlag("--trust-all-tools", "-a")},
	{"crush", "crush", sub("run"), readFlag("--yolo", "-y")},
	{"droid", "droid", sub("exec"), readFlag("--skip-permissions-unsafe")},
	{"auggie", "auggie", headless("--print", "-p"), func(*scene) {}},
}

// agents returns the agents that a step starts.
func (r *reader) agents(s *step) []*agent {
	if !s.looked {
		s.looked = true
		s.found = append(r.byAction(s), r.byCommand(s)...)
		for _, a := range s.found {
			a.complete()
		}
	}
	return s.found
}

// complete fills in what the product has nothing special for.
func (a *agent) complete() {
	if a.token == nil {
		a.token = func(*scene, []*leastagency.Power) {}
	}
	if a.gates == nil {
		a.gates = func(*scene) func(actions.Event) []*leastagency.Gate {
			return func(actions.Event) []*leastagency.Gate { return nil }
		}
	}
	if a.answer == nil {
		a.answer = func(string) bool { return true }
	}
}

func (r *reader) byAction(s *step) []*agent {
	uses := s.n.Get("uses").String()
	name, version, _ := strings.Cut(uses.V, "@")
	for i := range offers {
		o := &offers[i]
		if !strings.EqualFold(name, o.name) {
			continue
		}
		a := &agent{product: o.product, step: s, at: uses.At, read: o.read, answer: o.answers}
		a.action = leastagency.Artifact{At: uses.At, Ecosystem: "github", Name: name, Version: version, Pin: leastagency.Unpinned}
		if len(version) == 40 && strings.Trim(version, "0123456789abcdef") == "" {
			a.action.Pin = leastagency.Digested
		}
		for _, input := range o.prompts {
			if n := s.with(input); n.Is(node.String) {
				a.prompts = append(a.prompts, n)
				if strings.HasSuffix(input, "_args") {
					a.arguments = append(a.arguments, n)
				}
			}
		}
		for _, input := range o.files {
			if n := s.with(input); n.Is(node.String) {
				a.files = append(a.files, n)
			}
		}
		if o.setup != nil {
			o.setup(a)
		}
		return []*agent{a}
	}
	return nil
}

// answers reports whether an output of the action holds what the model wrote.
func (o *offer) answers(output string) bool {
	switch output {
	case "conclusion", "branch_name", "github_token", "session_id", "execution_file", "codex-version":
		return false
	}
	return true
}

func (r *reader) byCommand(s *step) []*agent {
	run := s.n.Get("run")
	if !run.Is(node.String) || !slices.ContainsFunc(programs, func(p program) bool { return strings.Contains(run.Text, p.name) }) {
		return nil
	}
	text := place.TextOf(run)
	parsed := command.Parse(run.Text, run.At, r.sys.Knowledge)
	var out []*agent
	for _, call := range parsed.Invocations {
		for i := range programs {
			p := &programs[i]
			if call.Program != p.name || !p.starts(call.Args) || len(out) >= 8 {
				continue
			}
			at := text.Find(p.name)
			for _, form := range []string{p.name + " " + strings.Join(call.Args[:min(1, len(call.Args))], " "), p.name + " "} {
				if i := strings.Index(text.Text, form); i >= 0 {
					at = text.Part(i, i+len(p.name))
					break
				}
			}
			if slices.ContainsFunc(out, func(a *agent) bool { return a.at == at }) {
				continue
			}
			out = append(out, &agent{product: p.product, step: s, at: at, shell: true, args: call.Args, prompts: []*node.Node{run}, read: p.read})
		}
	}
	return out
}

// code states the action that holds the agent, and packages that bring it, as what the job fetches.
func (x *scene) code() {
	if x.agent.action.Name != "" {
		x.layer.Commands = append(x.layer.Commands, &leastagency.Command{At: x.agent.at, Text: x.agent.action.Name, Artifacts: []leastagency.Artifact{x.agent.action}})
	}
	for _, s := range x.job.steps[:min(x.index+1, len(x.job.steps))] {
		run := s.n.Get("run")
		if !run.Is(node.String) || !brought(run.Text, x.agent.product) {
			continue
		}
		parsed := command.Parse(run.Text, run.At, x.sys.Knowledge)
		bringing := &leastagency.Command{At: run.At, Text: "install"}
		text := place.TextOf(run)
		for _, a := range parsed.Artifacts {
			if packages[a.Name] == x.agent.product {
				a.At = text.Find(a.Name)
				bringing.Artifacts = append(bringing.Artifacts, a)
			}
		}
		if len(bringing.Artifacts) > 0 {
			x.layer.Commands = append(x.layer.Commands, bringing)
		}
	}
}

// packages bring the programs of products.
var packages = map[string]string{"@anthropic-ai/claude-code": "claude-code", "@openai/codex": "codex", "@google/gemini-cli": "gemini", "@qwen-code/qwen-code": "qwen", "@github/copilot": "copilot",
	"opencode-ai": "opencode", "@sourcegraph/amp": "amp", "aider-chat": "aider", "aider-install": "aider", "@augmentcode/auggie": "auggie", "@charmland/crush": "crush"}

// brought reports whether a script names a package of the product.
func brought(script, product string) bool {
	for name, of := range packages {
		if of == product && strings.Contains(script, name) {
			return true
		}
	}
	return false
}
