package workflow

import (
	"slices"
	"strconv"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/gemini"
	"github.com/leastagency/leastagency/loaders/internal/actions"
	"github.com/leastagency/leastagency/loaders/internal/agentcli"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/place"
	"github.com/leastagency/leastagency/loaders/opencode"
)

// A generation of claude-code-action: the inputs of the one do nothing in the other.
type generation uint8

const (
	generationUnknown generation = iota
	generationBeta
	generationOne
)

func claudeGeneration(a *agent) generation {
	v := a.release
	if v != "" && v[0] >= '0' && v[0] <= '9' {
		v = "v" + v
	}
	switch {
	case v == "beta" || strings.HasPrefix(v, "v0"):
		return generationBeta
	case strings.HasPrefix(v, "v1") || v == "main":
		return generationOne
	}
	return generationUnknown
}

// betaInputs are those that went away with the first version.
var betaInputs = []string{"allowed_tools", "disallowed_tools", "custom_instructions", "mcp_config", "direct_prompt", "override_prompt", "max_turns", "timeout_minutes", "claude_env", "mode"}

// restrains are those of them that somebody relied on.
var restrains = []string{"allowed_tools", "disallowed_tools", "max_turns", "timeout_minutes"}

func readClaudeAction(x *scene) {
	a, s := x.agent, x.agent.step
	gen := claudeGeneration(a)
	x.layer.Absent = leastagency.ModeDenyRest
	if a.thread != nil && s.with("prompt") == nil && s.with("direct_prompt") == nil || on(s.with("track_progress")) {
		x.layer.Absent = leastagency.ModeAcceptEdits
	}
	args := place.TextOf(s.with("claude_args"))
	if gen == generationBeta && args.Text != "" {
		x.problem(s.with("claude_args").At, leastagency.ProblemIgnored, "the beta of claude-code-action has no input \"claude_args\"")
	} else {
		x.cli.Claude(agentcli.Flags(args, place.Words(args.Text), agentcli.ClaudeLists...))
	}
	if settings := place.TextOf(s.with("settings")); settings.Text != "" {
		root, problems := settings.JSON()
		if root.Is(node.Map) {
			x.sys.Problems = append(x.sys.Problems, problems...)
			x.cli.Inline().Settings(root)
		}
	}
	for _, name := range betaInputs {
		n := s.with(name)
		if n == nil {
			continue
		}
		if gen == generationOne && !strings.Contains(a.action.Name, "base-action") {
			if slices.Contains(restrains, name) {
				x.problem(n.At, leastagency.ProblemType, "claude-code-action has no input %s since its first version: the limit belongs into \"claude_args\"", leastagency.Quote(name))
			}
			continue
		}
		x.beta(name, n)
	}
	for _, name := range []string{"show_full_output", "display_report"} {
		if full := s.with(name); on(full) {
			x.cli.FullLog(name, full.At)
		}
	}
	for _, name := range []string{"plugin_marketplaces", "plugins"} {
		x.plugins(name, s.with(name))
	}
}

// on reports whether an input is true.
func on(n *node.Node) bool { return strings.EqualFold(strings.TrimSpace(n.Scalar().V), "true") }

// beta reads an input of the beta.
func (x *scene) beta(name string, n *node.Node) {
	text := place.TextOf(n)
	f := agentcli.Flag{Value: text.Text, ValueAt: n.At, Text: text}
	switch name {
	case "allowed_tools":
		x.cli.ClaudeTools(f, leastagency.Allow)
	case "disallowed_tools":
		x.cli.ClaudeTools(f, leastagency.Deny)
	case "max_turns":
		x.cli.Turns(n.Scalar().V, n.At)
	case "timeout_minutes":
		if minutes, err := strconv.Atoi(n.Scalar().V); err == nil && !x.layer.Limits.Seconds.Set {
			x.layer.Limits.Seconds = leastagency.ValueAt(minutes*60, n.At)
		}
	case "mcp_config":
		if root, _ := text.JSON(); root.Is(node.Map) {
			x.cli.Servers(root.Get("mcpServers"), mcpserver.Dialect{Syntax: credential.Any})
		}
	}
}

// plugins reads lists of plugins and marketplaces, one a line.
func (x *scene) plugins(input string, n *node.Node) {
	text := place.TextOf(n)
	start := 0
	for line := range strings.SplitAfterSeq(text.Text, "\n") {
		name := strings.TrimSpace(line)
		at := text.Part(start+strings.Index(line, name), start+strings.Index(line, name)+len(name))
		start += len(line)
		if name == "" {
			continue
		}
		p := &leastagency.Plugin{Name: name, At: at, Enabled: true, Market: input == "plugin_marketplaces", Source: leastagency.Artifact{At: at, Ecosystem: "git", Name: name, Pin: leastagency.Unpinned}}
		if !p.Market {
			p.Source = leastagency.Artifact{} // it comes from a marketplace
		}
		x.layer.Plugins = append(x.layer.Plugins, p)
	}
}

// claudeAction says what claude-code-action adds: it checks who started the run, answers mentions, and
// trades the job's identity for a token of its app.
func claudeAction(a *agent) {
	s := a.step
	a.restores = claudeGeneration(a) != generationBeta
	prompt := s.with("prompt") != nil || s.with("direct_prompt") != nil || s.with("override_prompt") != nil
	a.idle = func(e actions.Event) bool {
		return strings.HasPrefix(e.Name, "pull_request") && !strings.HasPrefix(e.Name, "pull_request_review") && !prompt && !on(s.with("track_progress")) ||
			!prompt && e.Open() == nil && e.Text() == ""
	}
	a.thread = func(e actions.Event) bool { return !prompt || on(s.with("track_progress")) }
	writersOnly(a)
	a.token = func(x *scene, powers []*leastagency.Power) {
		if s.with("github_token") != nil {
			return
		}
		for _, p := range powers {
			if p.Name == "id-token: write" || p.Admin {
				app := &leastagency.Power{At: p.At, Name: "the app token that the action gets for it (contents, issues and pull requests: write)"}
				for _, why := range []string{"pushes commits and branches", "writes in issues and pull requests"} {
					app.Effects = append(app.Effects, leastagency.Effect{Capability: leastagency.WriteState, Reach: leastagency.Reach{Breadth: leastagency.Service}, Why: why})
				}
				x.layer.Powers = append(x.layer.Powers, app)
				return
			}
		}
	}
}

// readOpen reads an action whose agent asks nobody unless its settings say otherwise.
func readOpen(x *scene) { x.layer.Absent = leastagency.ModeBypass }

func readCodexAction(x *scene) {
	s := x.agent.step
	x.cli.CodexWall("workspace-write", x.agent.at)
	for _, name := range []string{"sandbox", "permission-profile"} {
		if n := s.with(name); n.Scalar().V != "" {
			x.cli.CodexWall(n.Text, n.At)
		}
	}
	args := place.TextOf(s.with("codex-args"))
	words := place.Words(args.Text)
	if list, _ := args.JSON(); list.Is(node.List) {
		words = nil
		for _, item := range list.Strings() {
			words = append(words, place.Word{Text: item.V, Start: strings.Index(args.Text, item.V), End: strings.Index(args.Text, item.V) + len(item.V)})
		}
	}
	x.cli.Codex(agentcli.Flags(args, words))
	switch n := s.with("safety-strategy"); n.Scalar().V {
	case "unsafe":
		if x.layer.Sandbox != nil {
			x.layer.Sandbox.Weakened = append(x.layer.Sandbox.Weakened, leastagency.ValueAt("safety-strategy: unsafe", n.At))
		}
	case "read-only":
		x.cli.CodexWall("read-only", n.At)
	}
}

// environment reads what the variables of a run carry of its product's configuration.
func (x *scene) environment() {
	if x.layer.Product != "opencode" {
		return
	}
	for _, name := range opencode.Variables {
		n, _ := variable(x.job, x.agent.step, name)
		root, problems := place.TextOf(n).JSON()
		if x.sys.Problems = append(x.sys.Problems, problems...); root != nil {
			opencode.Inline(x.layer, name, root, x.sys)
		}
	}
}

// readCagentAction reads an action that answers every question of its agent unless that is switched off.
func readCagentAction(x *scene) {
	x.layer.Absent = leastagency.ModeBypass
	if n := x.agent.step.with("yolo"); n.Scalar().V == "false" {
		x.layer.Absent = leastagency.ModeDenyRest
	}
	if n := x.agent.step.with("timeout").Int(); n.V > 0 && !x.layer.Limits.Seconds.Set {
		x.layer.Limits.Seconds = n
	}
}

// readGeminiAction reads the action, which starts the program with every question answered.
func readGeminiAction(x *scene) {
	s := x.agent.step
	settings := place.TextOf(s.with("settings"))
	root, problems := settings.JSON()
	if root.Is(node.Map) {
		x.sys.Problems = append(x.sys.Problems, problems...)
		gemini.Settings(x.layer, root, x.layer.At.File, x.sys)
	}
	x.cli.GeminiMode(root, x.agent.at)
	if n := s.with("gemini_debug"); on(n) {
		x.cli.FullLog("gemini_debug", n.At)
	}
	text := place.TextOf(s.with("extensions"))
	if list, _ := text.JSON(); list.Is(node.List) {
		for _, item := range list.Strings() {
			x.layer.Plugins = append(x.layer.Plugins, &leastagency.Plugin{Name: item.V, At: item.At, Enabled: true, Source: leastagency.Artifact{At: item.At, Ecosystem: "git", Name: item.V, Pin: leastagency.Unpinned}})
		}
	}
}

// assignment recognises a line of an input that holds variables.
var assignment = lazy.Compile(`(?m)^[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*:[ \t]*(.+?)[ \t]*$`)

// credentials reads the secrets that the step hands the agent, and those of its environment.
func (x *scene) credentials() {
	take := func(name string, value leastagency.Value[string]) {
		if (name == "anthropic_federation_rule_id" || name == "gcp_workload_identity_provider") && value.V != "" {
			x.layer.Credentials = append(x.layer.Credentials, &leastagency.Credential{Name: name, At: value.At, Source: leastagency.SourceSessionLogin, Lifetime: leastagency.Federated})
			return
		}
		if _, c := credential.Classify(name, value, credential.Expression, x.sys.Knowledge); c != nil {
			x.layer.Credentials = append(x.layer.Credentials, c)
		} else if strings.Contains(strings.ReplaceAll(strings.ToLower(value.V), " ", ""), "tojson(secrets)") {
			x.layer.Credentials = append(x.layer.Credentials, &leastagency.Credential{Name: name, At: value.At, Source: leastagency.SourceWholeEnvironment})
		}
	}
	blocks := []*node.Node{x.agent.step.n.Get("with"), x.agent.step.n.Get("env"), x.job.n.Get("env"), x.job.doc.Get("env")}
	if x.job.of != nil {
		blocks = append(blocks, x.job.of.n.Get("env"))
	}
	for _, block := range blocks {
		for _, m := range block.Each() {
			switch text := place.TextOf(m.Value); {
			case m.Key == "claude_env":
				for _, part := range assignment.Get().FindAllStringSubmatchIndex(text.Text, 256) {
					take(text.Text[part[2]:part[3]], leastagency.ValueAt(text.Text[part[4]:part[5]], text.Part(part[4], part[5])))
				}
			case m.Key == "prompt" || m.Key == "settings" || m.Key == "claude_args" || m.Key == "plugins" || strings.Contains(text.Text, "\n"):
				x.layer.Credentials = append(x.layer.Credentials, credential.FromText(text.Text, m.Value.At, x.sys.Knowledge)...)
			case m.Value.Is(node.String):
				take(m.Key, m.Value.String())
			}
		}
	}
}
