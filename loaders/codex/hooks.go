package codex

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/guard"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// An event is a moment at which hooks run.
type event struct {
	name  string
	tools bool // its matcher filters tool names
	// blocks says that a hook can stop what is about to happen, acts that this is something an agent does.
	blocks, acts bool
	// asks says that a person is asked when the hook decides nothing.
	asks bool
}

var events = []event{
	{name: "PreToolUse", tools: true, blocks: true, acts: true},
	{name: "PermissionRequest", tools: true, blocks: true, acts: true, asks: true},
	{name: "UserPromptSubmit", blocks: true, acts: true},
	{name: "Stop", blocks: true},
	{name: "SubagentStop", blocks: true},
	{name: "PostToolUse", tools: true},
	{name: "PreCompact"}, {name: "PostCompact"}, {name: "SessionStart"}, {name: "SessionEnd"}, {name: "SubagentStart"}, {name: "Interrupt"}, {name: "StopFailure"},
}

func findEvent(name string) *event {
	for i := range events {
		if events[i].name == name {
			return &events[i]
		}
	}
	return nil
}

func eventNames() []string {
	var out []string
	for _, e := range events {
		out = append(out, e.name)
	}
	return out
}

// hookTools are the names under which hooks know the tools. Edits have three: apply_patch and, for
// matchers of another product, Write and Edit.
var hookTools = []struct {
	name string
	kind leastagency.ActionKind
}{
	{"Bash", leastagency.ActionShell}, {"apply_patch", leastagency.ActionWrite}, {"Write", leastagency.ActionWrite}, {"Edit", leastagency.ActionWrite},
	{"mcp__server__tool", leastagency.ActionServer},
}

// hooksFile reads hooks.json.
func (r *reader) hooksFile() {
	doc, problems := node.ParseJSON(r.File)
	r.Sys.Problems = append(r.Sys.Problems, problems...)
	if block := doc.Root.Member("hooks"); block != nil {
		r.hooks(r.layer(leastagency.KindSession, "", r.File.Whole()), block)
		return
	}
	for _, m := range doc.Root.Each() {
		if findEvent(m.Key) != nil {
			r.Problem(m.At, leastagency.ProblemUnknownKey, `Codex reads events below "hooks" only: none of these hooks runs`)
			return
		}
	}
}

// hooks reads a table of hooks: event, matcher groups, handlers. In config.toml and in a plugin it
// may hold more than events.
func (r *reader) hooks(l *leastagency.Layer, block *node.Member) {
	if block == nil || !r.Typed(block.Value, "hooks", node.Map) {
		return
	}
	for _, m := range block.Value.Each() {
		e := findEvent(m.Key)
		if e == nil && slices.Contains([]string{"state", "managed_dir", "windows_managed_dir"}, m.Key) || e != nil && !r.Typed(m.Value, "hooks."+m.Key, node.List) {
			continue
		}
		for _, group := range m.Value.List() {
			handlers := group.Get("hooks")
			if e != nil && group.Is(node.Map) && !handlers.Is(node.List) {
				r.Problem(group.At, leastagency.ProblemType, "a group of hooks without a list \"hooks\" runs nothing")
			}
			for _, h := range handlers.List() {
				r.hook(l, m, e, group, h)
			}
		}
		if e == nil && len(m.Value.List()) > 0 && reading.Meant(m.Key, eventNames()) != "" {
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Codex has no event %s: none of its hooks runs%s", leastagency.Quote(m.Key), reading.Meant(m.Key, eventNames()))
		}
	}
}

// hook reads one handler. e is nil for an event that the product does not have.
func (r *reader) hook(l *leastagency.Layer, m node.Member, e *event, group, n *node.Node) {
	kind, line := n.Get("type").String(), n.Get("command")
	lost := leastagency.ProblemIgnored
	if e != nil && e.acts {
		lost = leastagency.ProblemUnknownKey
	}
	switch {
	case !n.Is(node.Map):
		return
	case kind.V == "prompt" || kind.V == "agent":
		r.Problem(kind.At, lost, "Codex runs hooks of type \"command\" only: this one never runs")
		return
	case kind.V != "command" || !line.Is(node.String) || strings.TrimSpace(line.Text) == "":
		if e != nil {
			r.Problem(n.At, lost, "a hook is a table with \"type\" = \"command\" and a \"command\": this one never runs")
		}
		return
	}
	h := &leastagency.Hook{At: line.At, Event: leastagency.ValueAt(m.Key, m.At), Matcher: group.Get("matcher").String(), Kind: leastagency.HookCommand,
		UnknownEvent: e == nil, Async: leastagency.Is(n.Get("async").Bool(), true)}
	h.Command = command.Parse(line.Text, line.Inner(), r.Sys.Knowledge)
	r.Secrets(l, line.Text, line.At)
	if e != nil {
		h.Blocking = e.blocks && !h.Async
		h.All, h.Matches = matches(h.Matcher.V, e)
	}
	r.guard(h, e)
	l.Hooks = append(l.Hooks, h)
}

// matches tells which actions a matcher lets through: names joined by "|", else a regular expression
// that is found anywhere in the name.
func matches(matcher string, e *event) (everything bool, kinds []leastagency.ActionKind) {
	if !e.tools || matcher == "" || matcher == "*" {
		return true, nil
	}
	test := func(name string) bool { return slices.Contains(strings.Split(matcher, "|"), name) }
	if strings.Trim(matcher, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_|") != "" {
		re, err := regexp.Compile(matcher)
		test = func(name string) bool { return err == nil && len(matcher) < 1000 && re.MatchString(name) }
	}
	everything = true
	for _, tool := range hookTools {
		hit := test(tool.name) || tool.kind == leastagency.ActionServer && namesTool(matcher)
		everything = everything && hit
		if hit && !slices.Contains(kinds, tool.kind) {
			kinds = append(kinds, tool.kind)
		}
	}
	slices.Sort(kinds)
	return everything, kinds
}

// namesTool reports whether a matcher names a tool of a server, or all tools of one as a pattern.
func namesTool(matcher string) bool {
	for part := range strings.SplitSeq(matcher, "|") {
		if server, ok := strings.CutPrefix(strings.TrimPrefix(part, "^"), "mcp__"); ok && (strings.Contains(server, "__") || strings.ContainsAny(server, ".*[(")) {
			return true
		}
	}
	return false
}

// A script is the local file that a hook runs, as far as it can be told.
type script struct {
	path     string // in the tree
	written  string // as the command names it
	relative bool   // found only while the session works in one folder
	file     *leastagency.File
}

// Stand-ins for the folders that commands compute. No real path holds them.
const (
	projectMark = "/\x01project"
	pluginMark  = "/\x01plugin"
	homeMark    = "/\x01home"
)

var folders = strings.NewReplacer(
	"$(git rev-parse --show-toplevel)", projectMark, "`git rev-parse --show-toplevel`", projectMark,
	"${CODEX_PROJECT_DIR}", projectMark, "$CODEX_PROJECT_DIR", projectMark,
	"${PLUGIN_ROOT}", pluginMark, "${CLAUDE_PLUGIN_ROOT}", pluginMark, "${CODEX_PLUGIN_ROOT}", pluginMark,
	"${CODEX_HOME:-$HOME/.codex}", homeMark, "${CODEX_HOME}", homeMark, "$CODEX_HOME", homeMark,
	"${HOME}/.codex", homeMark, "$HOME/.codex", homeMark, "~/.codex", homeMark)

// scripts finds the files of the tree that a hook runs.
func (r *reader) scripts(h *leastagency.Hook) []script {
	const most = 4
	text := folders.Replace(h.Command.Text)
	var out []script
	for _, f := range command.Parse(text, h.At, r.Sys.Knowledge).Files {
		s := script{written: f}
		switch {
		case strings.HasPrefix(f, projectMark) && r.Scope == leastagency.ScopeProject:
			s.path, s.written = path.Join(r.Root, strings.TrimPrefix(f, projectMark)), strings.TrimPrefix(f, projectMark+"/")
		case strings.HasPrefix(f, pluginMark) && r.Scope == leastagency.ScopePlugin:
			s.path, s.written = path.Join(r.Root, strings.TrimPrefix(f, pluginMark)), strings.TrimPrefix(f, pluginMark+"/")
		case strings.HasPrefix(f, homeMark) && r.Scope == leastagency.ScopeUser:
			s.path, s.written = path.Join(r.home, strings.TrimPrefix(f, homeMark)), strings.TrimPrefix(f, homeMark+"/")
		case f == "" || strings.ContainsAny(f, "$%`*\x01") || strings.HasPrefix(f, "/") || strings.HasPrefix(f, "~") || r.Scope != leastagency.ScopeProject:
			continue
		default:
			s.path, s.relative = path.Join(r.Root, f), !strings.Contains(text, projectMark)
		}
		if s.path != ".." && !strings.HasPrefix(s.path, "../") && len(out) < most {
			s.file = r.Sys.Open(s.path)
			out = append(out, s)
		}
	}
	return out
}

var (
	toStderr = lazy.Compile(`>&2|>/dev/stderr|stderr|console\.(error|warn)|Console\.Error|\beprintln\b|\bwarn\b|sys\.exit\(["f]`)
	denies   = lazy.Compile(`(?s)permissionDecision\\?["']?\s*[:=,]\s*\\?["']?deny|["']?\bdecision\\?["']?\s*[:=,]\s*\\?["']?(block|deny)|behavior\\?["']?\s*[:=]\s*\\?["']?deny`)
)

// guard tells whether the hook means to stop something, and why a failing one lets it through.
func (r *reader) guard(h *leastagency.Hook, e *event) {
	scripts := r.scripts(h)
	code, line := "", h.Command.Text
	for _, s := range scripts {
		if s.file != nil {
			if h.Script == nil {
				h.Script = s.file
			}
			code += guard.Code(s.file.Data) + "\n"
		}
	}
	means := guard.Refuses(code) || guard.Refuses(line) || guard.Named(line)
	switch {
	case e == nil || e.acts:
		h.Guard = means
	default: // behind the action a refusal is a remark to the model; only one that speaks of a decision means more
		h.Guard = e.tools && strings.Contains(code+line, "permissionDecision")
	}
	if h.Guard && e != nil {
		h.FailsOpen = failsOpen(h, e, scripts, code, line)
		h.Inherent = h.FailsOpen == crashPasses
	}
}

// crashPasses holds for every guard that does not turn its own errors into a refusal.
const crashPasses = "a crash, a timeout or any exit status but 2 lets the action through"

// failsOpen says why the action passes when the guard fails, the most telling reason first. In this
// product only a deny in the answer, or exit status 2 with a reason on standard error, stop anything.
func failsOpen(h *leastagency.Hook, e *event, scripts []script, code, line string) string {
	both := code + "\n" + line
	var first script
	if len(scripts) > 0 {
		first = scripts[0]
	}
	switch {
	case h.Async:
		return "it is asynchronous: the action does not wait for it"
	case !e.blocks:
		return "event " + e.name + " comes too late to stop anything"
	case e.tools && !h.All && len(h.Matches) == 0:
		return "its matcher " + leastagency.Quote(h.Matcher.V) + " is the name of no tool: it never runs"
	case h.Command.SwallowsFailure && !guard.ExitsTwo(line):
		return "the line ends in success whatever the guard says"
	case e.asks:
		return "" // the person is asked as without it
	case first.path != "" && first.file == nil:
		return "its script " + leastagency.Quote(first.written) + " is not in this tree: a script that cannot start lets the action through"
	case first.relative:
		return "the relative path " + leastagency.Quote(first.written) + " is found from one working folder only, and a script that cannot start lets the action through"
	case h.Script != nil && !guard.Refuses(both) && guard.ExitsOne(code):
		return "it refuses with exit status 1, which lets the action through: only 2 blocks"
	case h.Script != nil && !guard.Refuses(both):
		return "its script holds neither exit status 2 nor a deny decision, so it refuses nothing by itself"
	case guard.AnswersDeny(both) && !denies.MatchString(both) && !guard.ExitsTwo(both):
		return "it answers \"ask\", which this client does not know: the action passes"
	case guard.ExitsTwo(both) && !denies.MatchString(both) && !toStderr.MatchString(both) && h.Script != nil:
		return "exit status 2 without a reason on standard error counts as a failed hook, and the action passes"
	case guard.FailsClosed(code) || guard.FailsClosed(line):
		return ""
	}
	return crashPasses
}
