package workflow

import (
	"slices"
	"strconv"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/claude"
	"github.com/leastagency/leastagency/loaders/gemini"
	"github.com/leastagency/leastagency/loaders/internal/actions"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/effect"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

// A flag is one argument of a command line or of an input that holds some.
type flag struct {
	name, value string
	at, valueAt leastagency.Span
	start       int // of the value, in text; with its quotes
	text        place.Text
}

// flags splits arguments into flags with their values. A flag that takes a list takes all words behind it.
func flags(text place.Text, words []place.Word, lists ...string) []flag {
	var out []flag
	for i := 0; i < len(words); i++ {
		w := words[i]
		if !strings.HasPrefix(w.Text, "-") {
			continue
		}
		f := flag{name: w.Text, at: text.Part(w.Start, w.End), text: text, start: -1}
		if name, value, ok := strings.Cut(w.Text, "="); ok && !strings.ContainsAny(name, " ({") {
			f.name, f.value, f.start = name, value, w.Start+len(name)+1
			f.valueAt = text.Part(f.start, w.End)
			out = append(out, f)
			continue
		}
		first := i + 1
		for first < len(words) && i+1 < len(words) && !strings.HasPrefix(words[i+1].Text, "-") && (i+1 == first || slices.Contains(lists, f.name)) {
			i++
			if f.value += " " + words[i].Text; i == first {
				f.value = words[i].Text
			}
		}
		if i >= first {
			f.start, f.valueAt = words[first].Start, text.Part(words[first].Start, words[i].End)
		}
		out = append(out, f)
	}
	return out
}

// argument returns the arguments behind the program as text with places: from its name to the end of its command.
func (x *scene) arguments() (place.Text, []place.Word) {
	text := place.TextOf(x.agent.step.n.Get("run"))
	var words []place.Word
	i := 0
	for _, arg := range x.agent.args {
		if arg == "" {
			continue
		}
		w := place.Word{Text: arg, Start: 0, End: 0}
		if at := strings.Index(text.Text[i:], arg); at >= 0 {
			w.Start, w.End = i+at, i+at+len(arg)
			i = w.End
		} else if at := strings.Index(text.Text, arg); at >= 0 {
			w.Start, w.End = at, at+len(arg)
		}
		words = append(words, w)
	}
	return text, words
}

// claudeLists are flags of Claude Code that take several values.
var claudeLists = []string{"--allowedTools", "--allowed-tools", "--disallowedTools", "--disallowed-tools", "--tools", "--add-dir", "--mcp-config"}

func (x *scene) inline() claude.Inline {
	return claude.Inline{Layer: x.layer, File: x.layer.At.File, Sys: x.sys, Syntax: credential.Expression}
}

// claudeFlags reads the command line of Claude Code. Headless, what no rule allows is denied.
func (x *scene) claudeFlags(list []flag) {
	for _, f := range list {
		switch f.name {
		case "--dangerously-skip-permissions", "--allow-dangerously-skip-permissions":
			if f.name == "--dangerously-skip-permissions" {
				x.layer.Mode = leastagency.ValueAt(leastagency.ModeBypass, f.at)
			}
		case "--permission-mode":
			if m, ok := claude.Mode(f.value); ok {
				x.layer.Mode = leastagency.ValueAt(m, f.valueAt)
			}
		case "--allowedTools", "--allowed-tools":
			x.claudeTools(f, leastagency.Allow)
		case "--disallowedTools", "--disallowed-tools":
			x.claudeTools(f, leastagency.Deny)
		case "--max-turns":
			x.turns(f.value, f.valueAt)
		case "--add-dir":
			x.layer.Directories = append(x.layer.Directories, leastagency.ValueAt(f.value, f.valueAt))
		case "--mcp-config":
			x.claudeServers(f.text, f.value, f.start)
		case "--settings":
			if root := x.embedded(f.text, f.value, f.start); root.Is(node.Map) {
				x.inline().Settings(root)
			}
		}
	}
}

func (x *scene) turns(value string, at leastagency.Span) {
	if n, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && n > 0 {
		x.layer.Limits.Turns = leastagency.ValueAt(n, at)
	}
}

// claudeTools reads a list of tools of the command line.
func (x *scene) claudeTools(f flag, d leastagency.Decision) {
	for _, part := range claude.SplitTools(f.value) {
		tool := f.value[part[0]:part[1]]
		at := f.valueAt
		if i := strings.Index(f.text.Text[max(f.start, 0):], tool); f.start >= 0 && i >= 0 {
			at = f.text.Part(f.start+i, f.start+i+len(tool))
		}
		x.layer.Rules = append(x.layer.Rules, x.inline().Rule(strings.Trim(tool, `"'`), at, d))
	}
}

// embedded reads a JSON value of a flag with the places of the file.
func (x *scene) embedded(text place.Text, value string, start int) *node.Node {
	if !strings.HasPrefix(strings.TrimSpace(value), "{") || start < 0 || text.Node == nil {
		return nil
	}
	at := strings.Index(text.Text[start:], value)
	if at < 0 {
		return nil
	}
	span := text.Part(start+at, start+at+len(value))
	sub := place.TextOf(&node.Node{Kind: node.String, At: span, Text: value, Raw: span.Text() == value})
	root, _ := sub.JSON()
	return root
}

func (x *scene) claudeServers(text place.Text, value string, start int) {
	root := x.embedded(text, value, start)
	x.servers(root.Get("mcpServers"), credential.Any, mcpserver.Dialect{})
}

func (x *scene) servers(n *node.Node, syntax credential.Syntax, d mcpserver.Dialect) {
	d.Syntax = syntax
	found := d.Read(n, x.sys)
	x.layer.Servers = append(x.layer.Servers, found...)
	x.layer.Switches = append(x.layer.Switches, mcpserver.Switches(found, x.sys.Knowledge)...)
}

func readClaude(x *scene) {
	x.layer.Absent = leastagency.ModeDenyRest
	text, words := x.arguments()
	list := flags(text, words, claudeLists...)
	x.claudeFlags(list)
	if slices.ContainsFunc(list, func(f flag) bool { return f.name == "--verbose" }) && slices.ContainsFunc(list, func(f flag) bool { return f.value == "stream-json" }) {
		i := slices.IndexFunc(list, func(f flag) bool { return f.value == "stream-json" })
		if !strings.Contains(text.Text, "stream-json >") && !strings.Contains(text.Text, "| jq") {
			x.fullLog("--output-format stream-json", list[i].valueAt)
		}
	}
}

func (x *scene) fullLog(name string, at leastagency.Span) {
	x.layer.Switches = append(x.layer.Switches, &leastagency.Switch{Kind: leastagency.SwitchFullLog, Name: name, At: at})
}

// A generation of claude-code-action: the inputs of the one do nothing in the other.
type generation uint8

const (
	generationUnknown generation = iota
	generationBeta
	generationOne
)

func claudeGeneration(a *agent) generation {
	v := a.action.Version
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
		x.claudeFlags(flags(args, place.Words(args.Text), claudeLists...))
	}
	if settings := place.TextOf(s.with("settings")); settings.Text != "" {
		root, problems := settings.JSON()
		if root.Is(node.Map) {
			x.sys.Problems = append(x.sys.Problems, problems...)
			x.inline().Settings(root)
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
	if full := s.with("show_full_output"); on(full) {
		x.fullLog("show_full_output", full.At)
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
	f := flag{value: text.Text, valueAt: n.At, text: text}
	switch name {
	case "allowed_tools":
		x.claudeTools(f, leastagency.Allow)
	case "disallowed_tools":
		x.claudeTools(f, leastagency.Deny)
	case "max_turns":
		x.turns(n.Scalar().V, n.At)
	case "timeout_minutes":
		if minutes, err := strconv.Atoi(n.Scalar().V); err == nil && !x.layer.Limits.Seconds.Set {
			x.layer.Limits.Seconds = leastagency.ValueAt(minutes*60, n.At)
		}
	case "mcp_config":
		if root, _ := text.JSON(); root.Is(node.Map) {
			x.servers(root.Get("mcpServers"), credential.Any, mcpserver.Dialect{})
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
	a.gates = func(x *scene) func(actions.Event) []*leastagency.Gate {
		return func(e actions.Event) []*leastagency.Gate {
			if strings.HasPrefix(e.Name, "discussion") || e.Name == "fork" || e.Name == "watch" {
				return nil
			}
			g := &leastagency.Gate{At: a.at, Text: "the action's own check that who started the run may write", Holds: true}
			var more []*leastagency.Gate
			if n := s.with("allowed_non_write_users"); n.Scalar().V == "*" {
				if s.with("github_token") == nil {
					x.problem(n.At, leastagency.ProblemIgnored, "claude-code-action reads \"allowed_non_write_users\" only where \"github_token\" is given")
				} else {
					g = &leastagency.Gate{At: n.At, Text: "the action's own check that who started the run may write", Fails: "this lets everybody pass", Opened: true}
				}
			}
			if n := s.with("allowed_bots"); n.Scalar().V == "*" && g.Holds {
				more = append(more, &leastagency.Gate{At: n.At, Text: "the action's own check that a person started the run", Fails: "this lets every app pass, and in a public repository apps of strangers act too", Opened: true})
			}
			return append(more, g)
		}
	}
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

// codexAction says that the action checks who started the run.
func codexAction(a *agent) {
	s := a.step
	a.gates = func(*scene) func(actions.Event) []*leastagency.Gate {
		return func(actions.Event) []*leastagency.Gate {
			g := &leastagency.Gate{At: a.at, Text: "the action's own check that who started the run may write", Holds: true}
			if n := s.with("allow-users"); strings.TrimSpace(n.Scalar().V) == "*" {
				g = &leastagency.Gate{At: n.At, Text: g.Text, Fails: "this lets everybody pass", Opened: true}
			}
			return []*leastagency.Gate{g}
		}
	}
}

// openGate says that a check is there of which we do not know what it covers.
func openGate(a *agent) {
	a.gates = func(*scene) func(actions.Event) []*leastagency.Gate {
		return func(actions.Event) []*leastagency.Gate {
			return []*leastagency.Gate{{At: a.at, Text: "the action's own check of who started the run"}}
		}
	}
}

// codexWall is what Codex puts around commands: writes in the workspace, and no network, without a way to ask out.
func (x *scene) codexWall(mode string, at leastagency.Span) {
	yes := func(v bool) leastagency.Value[bool] { return leastagency.ValueAt(v, at) }
	switch mode {
	case "danger-full-access":
		x.layer.Mode = leastagency.ValueAt(leastagency.ModeBypass, at)
		x.layer.Sandbox = nil
		return
	case "read-only", ":read-only":
		x.layer.Mode = leastagency.ValueAt(leastagency.ModePlan, at)
	default:
		x.layer.Mode = leastagency.ValueAt(leastagency.ModeContained, at)
	}
	x.layer.Sandbox = &leastagency.Sandbox{At: at, Enabled: yes(true), FailClosed: yes(true), Retry: yes(false), AutoAllow: yes(true)}
}

func (x *scene) codexFlags(list []flag) {
	for _, f := range list {
		switch f.name {
		case "--dangerously-bypass-approvals-and-sandbox", "--yolo":
			x.codexWall("danger-full-access", f.at)
		case "-s", "--sandbox":
			x.codexWall(f.value, f.valueAt)
		case "--full-auto":
			x.codexWall("workspace-write", f.at)
		case "-c", "--config":
			key, value, _ := strings.Cut(f.value, "=")
			value = strings.Trim(value, `"'`)
			switch {
			case key == "sandbox_mode":
				x.codexWall(value, f.valueAt)
			case key == "sandbox_workspace_write.network_access" && value == "true" && x.layer.Sandbox != nil:
				x.layer.Sandbox.OpenNetwork = leastagency.ValueAt(true, f.valueAt)
			}
		}
	}
}

func readCodex(x *scene) {
	x.codexWall("read-only", x.agent.at)
	x.codexFlags(flags(x.arguments()))
}

func readCodexAction(x *scene) {
	s := x.agent.step
	x.codexWall("workspace-write", x.agent.at)
	for _, name := range []string{"sandbox", "permission-profile"} {
		if n := s.with(name); n.Scalar().V != "" {
			x.codexWall(n.Text, n.At)
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
	x.codexFlags(flags(args, words))
	switch n := s.with("safety-strategy"); n.Scalar().V {
	case "unsafe":
		if x.layer.Sandbox != nil {
			x.layer.Sandbox.Weakened = append(x.layer.Sandbox.Weakened, leastagency.ValueAt("safety-strategy: unsafe", n.At))
		}
	case "read-only":
		x.codexWall("read-only", n.At)
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
	x.geminiMode(root, x.agent.at)
	if n := s.with("gemini_debug"); on(n) {
		x.fullLog("gemini_debug", n.At)
	}
	text := place.TextOf(s.with("extensions"))
	if list, _ := text.JSON(); list.Is(node.List) {
		for _, item := range list.Strings() {
			x.layer.Plugins = append(x.layer.Plugins, &leastagency.Plugin{Name: item.V, At: item.At, Enabled: true, Source: leastagency.Artifact{At: item.At, Ecosystem: "git", Name: item.V, Pin: leastagency.Unpinned}})
		}
	}
}

// geminiMode sets what is left for the model when nobody is asked: everything, or the tools of the list.
func (x *scene) geminiMode(settings *node.Node, at leastagency.Span) {
	for _, keys := range [][]string{{"tools", "core"}, {"coreTools"}} {
		if n := settings.Get(keys...); n.Is(node.List) {
			if keys[0] == "coreTools" && x.layer.Product == "gemini" {
				continue // no longer read
			}
			x.layer.Absent = leastagency.ModeDenyRest
			x.layer.Mode = leastagency.Value[leastagency.Mode]{}
			return
		}
	}
	x.layer.Mode = leastagency.ValueAt(leastagency.ModeBypass, at)
}

func readGemini(x *scene) {
	x.layer.Absent = leastagency.ModeDenyRest
	text, words := x.arguments()
	for _, f := range flags(text, words, "--allowed-tools") {
		switch {
		case f.name == "--yolo" || f.name == "-y":
			x.layer.Mode = leastagency.ValueAt(leastagency.ModeBypass, f.at)
		case f.name == "--approval-mode" && f.value == "yolo":
			x.layer.Mode = leastagency.ValueAt(leastagency.ModeBypass, f.valueAt)
		case f.name == "--approval-mode" && f.value == "auto_edit":
			x.layer.Mode = leastagency.ValueAt(leastagency.ModeAcceptEdits, f.valueAt)
		case f.name == "--allowed-tools":
			for part := range strings.SplitSeq(f.value, ",") {
				x.shellRule(strings.TrimSpace(part), f.text.Find(part), "run_shell_command", "ShellTool")
			}
		}
	}
}

// shellRule adds an allow rule of a product that writes shell patterns in brackets behind one of the names.
func (x *scene) shellRule(text string, at leastagency.Span, names ...string) {
	name, pattern, bracket := strings.Cut(text, "(")
	pattern = strings.TrimSuffix(pattern, ")")
	r := &leastagency.Rule{At: at, Text: text, Decision: leastagency.Allow}
	switch {
	case slices.Contains(names, name) && (!bracket || strings.Trim(pattern, ":*") == ""):
		r.Action = leastagency.Action{Kind: leastagency.ActionShell}
	case slices.Contains(names, name):
		open := strings.HasSuffix(pattern, ":*") || !strings.Contains(pattern, " ")
		words := strings.TrimSuffix(pattern, ":*")
		r.Action = leastagency.Action{Kind: leastagency.ActionShell, Pattern: words, Open: open, Command: command.Pattern(words, open, at, x.sys.Knowledge)}
	case name == "write":
		r.Action = leastagency.Action{Kind: leastagency.ActionWrite, Pattern: pattern}
	default:
		r.Action = leastagency.Action{Kind: leastagency.ActionOther}
	}
	r.Effects = effect.Of(r.Action)
	x.layer.Rules = append(x.layer.Rules, r)
}

func readCopilot(x *scene) {
	x.layer.Absent = leastagency.ModeDenyRest
	for _, f := range flags(x.arguments()) {
		switch f.name {
		case "--allow-all-tools", "--allow-all", "--yolo":
			x.layer.Mode = leastagency.ValueAt(leastagency.ModeBypass, f.at)
		case "--allow-tool":
			x.shellRule(f.value, f.valueAt, "shell")
		}
	}
}

func readCursor(x *scene) {
	x.layer.Absent = leastagency.ModeDenyRest
	readFlag("-f", "--force", "--yolo")(x)
}

// readFlag returns a reader of programs of which one flag matters.
func readFlag(names ...string) func(*scene) {
	return func(x *scene) {
		for _, f := range flags(x.arguments()) {
			if slices.Contains(names, f.name) {
				x.layer.Mode = leastagency.ValueAt(leastagency.ModeBypass, f.at)
			}
		}
	}
}

// readOpen reads a program that asks nobody unless its settings say otherwise.
func readOpen(x *scene) { x.layer.Absent = leastagency.ModeBypass }

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
