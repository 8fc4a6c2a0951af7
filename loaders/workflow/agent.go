package workflow

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/actions"
	"github.com/leastagency/leastagency/loaders/internal/agentcli"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/place"
	"github.com/leastagency/leastagency/loaders/internal/task"
)

// An agent is one place of a step that starts one, with what its product makes of the step.
type agent struct {
	product string
	step    *step
	at      leastagency.Span   // the action, or the program
	shell   bool               // started by a command line, in which the shell fills variables in
	prompts []*node.Node       // of a command line: the scripts that lead to it
	way     []leastagency.Step // through other files of the tree
	args    []string           // of the command line
	files   []*node.Node       // names of files that hold the prompt
	// arguments are prompts that are flags, one of which may hold a prompt.
	arguments []*node.Node
	action    leastagency.Artifact
	release   string // of the action: its version, or what the comment behind a commit says of it
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
	{name: "augmentcode/describe-pr", product: "auggie", read: func(*scene) {}},
	{name: "augmentcode/review-pr", product: "auggie", read: func(*scene) {}, prompts: []string{"custom_guidelines"}},
	{name: "docker/cagent-action", product: "cagent", read: readCagentAction, setup: cagentAction, prompts: []string{"prompt"}},
	{name: "Factory-AI/droid-action", product: "droid", read: func(*scene) {}, setup: writersOnly, prompts: []string{"prompt"}},
	{name: "warpdotdev/warp-agent-action", product: "warp", read: func(*scene) {}, prompts: []string{"prompt"}},
}

// namesAction reports whether a text names one of the actions.
func namesAction(data []byte) bool {
	return slices.ContainsFunc(offers, func(o offer) bool { return bytes.Contains(data, []byte(o.name+"@")) })
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

// copied are actions that others publish under their own name, with the same inputs.
var copied = [...]string{"claude-code-action", "claude-code-base-action", "run-gemini-cli"}

// is reports whether a "uses" without its version is the action, or a copy of it.
func (o *offer) is(uses string) bool {
	_, name, _ := strings.Cut(uses, "/")
	return strings.EqualFold(uses, o.name) || slices.Contains(copied[:], name) && strings.HasSuffix(o.name, "/"+name)
}

func (r *reader) byAction(s *step) []*agent {
	uses := s.n.Get("uses").String()
	name, version, _ := strings.Cut(uses.V, "@")
	for i := range offers {
		o := &offers[i]
		if !o.is(name) {
			continue
		}
		a := &agent{product: o.product, step: s, at: uses.At, read: o.read, answer: o.answers}
		a.action = leastagency.Artifact{At: uses.At, Ecosystem: "github", Name: name, Version: version, Pin: leastagency.Unpinned}
		a.release = version
		if len(version) == 40 && strings.Trim(version, "0123456789abcdef") == "" {
			a.action.Pin = leastagency.Digested
			a.release = commented(uses.At)
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
		if !strings.EqualFold(name, o.name) && a.gates != nil { // whether the copy still checks, only its own code tells
			openGate(a)
		}
		return []*agent{a}
	}
	return nil
}

// versioned recognises a version in a comment, alone or behind the name of a tool that keeps it current.
var versioned = lazy.Compile(`#\s*(?:[a-z]+:\S*@|tag=|pin@)?(v?\d+(?:\.\d+)*|beta|main)\b`)

// commented returns the version that the comment behind a place of one line tells; empty without one.
func commented(at leastagency.Span) string {
	line := string(at.File.Line(at.To().Line))
	_, behind, _ := strings.Cut(line, at.Text())
	if m := versioned.Get().FindStringSubmatch(behind); m != nil {
		return m[1]
	}
	return ""
}

// answers reports whether an output of the action holds what the model wrote.
func (o *offer) answers(output string) bool {
	switch output {
	case "conclusion", "branch_name", "github_token", "session_id":
		return false
	}
	return !strings.HasSuffix(output, "file") && !strings.HasSuffix(output, "version")
}

func (r *reader) byCommand(s *step) []*agent {
	run := place.TextOf(s.n.Get("run"))
	if run.At.IsZero() {
		return nil
	}
	var out []*agent
	add := func(start agentcli.Start, script []*node.Node, way []leastagency.Step) {
		out = append(out, &agent{product: start.Product, step: s, at: start.At, shell: true, args: start.Call.Args, prompts: script, way: way, read: func(x *scene) { x.cli.Read(start) }})
	}
	parsed := command.Parse(run.Text, run.At, r.sys.Knowledge)
	for _, start := range agentcli.Starts(run, parsed) {
		add(start, []*node.Node{run.Node}, nil)
	}
	for _, led := range task.Follow(r.sys, run, parsed, path.Join(r.root, s.n.Get("working-directory").String().V)) {
		if !agentcli.Mentioned([]byte(led.Text.Text)) {
			continue
		}
		for _, start := range agentcli.Starts(led.Text, led.Parsed) {
			add(start, []*node.Node{run.Node, led.Text.Node}, led.Way)
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
		run := place.TextOf(s.n.Get("run"))
		if brought := agentcli.Brings(run, x.agent.product, x.sys.Knowledge); len(brought) > 0 {
			x.layer.Commands = append(x.layer.Commands, &leastagency.Command{At: run.At, Text: "install", Artifacts: brought})
		}
	}
}
