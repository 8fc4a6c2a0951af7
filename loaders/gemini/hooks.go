package gemini

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/guard"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// An event is a moment at which hooks run.
type event struct {
	name string
	// tools says that its matcher is compared with the names of tools; blocks, that a hook can stop what
	// is about to happen; acts, that this is something an agent does.
	tools, blocks, acts bool
}

// events are those of Gemini CLI and of Qwen Code, which took its names from Claude Code.
var events = map[string][]event{
	"gemini": {
		{name: "BeforeTool", tools: true, blocks: true, acts: true}, {name: "AfterTool", tools: true}, {name: "BeforeAgent", blocks: true, acts: true}, {name: "AfterAgent"},
		{name: "BeforeModel", blocks: true, acts: true}, {name: "AfterModel"}, {name: "BeforeToolSelection"}, {name: "SessionStart"}, {name: "SessionEnd"}, {name: "PreCompress"}, {name: "Notification"},
	},
	"qwen": {
		{name: "PreToolUse", tools: true, blocks: true, acts: true}, {name: "PermissionRequest", tools: true, blocks: true, acts: true}, {name: "UserPromptSubmit", blocks: true, acts: true},
		{name: "PostToolUse", tools: true}, {name: "PostToolUseFailure", tools: true}, {name: "PostToolBatch"}, {name: "PermissionDenied", tools: true}, {name: "UserPromptExpansion", blocks: true, acts: true},
		{name: "Notification"}, {name: "SessionStart"}, {name: "SessionEnd"}, {name: "SubagentStart"}, {name: "SubagentStop"}, {name: "Stop"}, {name: "StopFailure"}, {name: "PreCompact"}, {name: "PostCompact"},
		{name: "TodoCreated", blocks: true}, {name: "TodoCompleted", blocks: true}, {name: "TaskCreated", blocks: true}, {name: "TaskCompleted", blocks: true}, {name: "InstructionsLoaded"}, {name: "ConfigChange"},
		{name: "CwdChanged"}, {name: "FileChanged"}, {name: "WorktreeCreate"}, {name: "WorktreeRemove"}, {name: "Setup"}, {name: "Elicitation"}, {name: "ElicitationResult"}, {name: "MessageDisplay"},
	},
}

// hookSettings are keys that stood among the events in older settings.
var hookSettings = []string{"enabled", "disabled", "notifications"}

func (r *reader) event(name string) *event {
	list := events[r.product.id]
	if i := slices.IndexFunc(list, func(e event) bool { return e.name == name }); i >= 0 {
		return &list[i]
	}
	return nil
}

// hooks reads the block of hooks: event, groups with a matcher, handlers.
func (r *reader) hooks(l *leastagency.Layer, root *node.Node) {
	block := root.Get("hooks")
	if !r.Typed(block, "hooks", node.Map) {
		return
	}
	off := root.Get("hooksConfig", "disabled").Strings()
	for _, m := range block.Each() {
		e := r.event(m.Key)
		if e == nil && slices.Contains(hookSettings, m.Key) {
			continue
		}
		if e != nil && !r.Typed(m.Value, "hooks."+m.Key, node.List) {
			continue
		}
		for _, group := range m.Value.List() {
			for _, h := range group.Get("hooks").List() {
				name := h.Get("name").String()
				if !name.Set {
					name = h.Get("command").String()
				}
				if !slices.ContainsFunc(off, func(v leastagency.Value[string]) bool { return v.V == name.V }) {
					r.hook(l, m, e, group, h)
				}
			}
		}
	}
}

// hook reads one handler. e is nil for an event that the product does not have.
func (r *reader) hook(l *leastagency.Layer, m node.Member, e *event, group, n *node.Node) {
	if !n.Is(node.Map) {
		return
	}
	h := &leastagency.Hook{At: n.At, Event: leastagency.ValueAt(m.Key, m.At), Matcher: group.Get("matcher").String(), URL: n.Get("url").String(), UnknownEvent: e == nil}
	switch text(n, "type").V {
	case "command":
		h.Kind = leastagency.HookCommand
	case "http":
		h.Kind = leastagency.HookHTTP
	case "prompt", "agent":
		h.Kind = leastagency.HookModel
	case "":
		if e != nil {
			r.Problem(n.At, leastagency.ProblemType, "a hook without \"type\" is refused: write \"type\": \"command\"")
		}
	}
	if r.gemini() && h.Kind != leastagency.HookCommand && h.Kind != leastagency.HookUnknown {
		r.Problem(n.Get("type").At, leastagency.ProblemType, "Gemini CLI runs hooks of type \"command\" only: it refuses this one")
		return
	}
	if c := n.Get("command"); c.Is(node.String) && strings.TrimSpace(c.Text) != "" {
		h.At = c.At
		h.Command = command.Parse(strings.ReplaceAll(c.Text, "${/}", "/"), c.Inner(), r.Sys.Knowledge)
		r.Secrets(l, c.Text, c.At)
	}
	if p := reading.Text(leastagency.TextPrompt, n.Get("prompt")); p != nil {
		h.Prompt, h.At = p, p.At
	}
	if h.URL.Set {
		found, masked := credential.FromURL(h.URL, credential.Dollar, r.Sys.Knowledge)
		l.Credentials = append(l.Credentials, found...)
		h.At, h.URL = h.URL.At, masked
	}
	r.environment(l, n.Get("headers"))
	r.environment(l, n.Get("env"))
	h.Async = leastagency.Is(n.Get("async").Bool(), true)
	if e != nil {
		h.Blocking = e.blocks && !h.Async
		r.match(h, e)
	}
	r.guard(h, e, n.Get("timeout").Int())
	l.Hooks = append(l.Hooks, h)
}

// match tells which actions the matcher, an expression, lets through to the hook.
func (r *reader) match(h *leastagency.Hook, e *event) {
	matcher := strings.TrimSpace(h.Matcher.V)
	if !e.tools || matcher == "" || matcher == "*" {
		h.All = true
		return
	}
	test := func(name string) bool { return matcher == name }
	if len(matcher) < 1000 {
		if re, err := regexp.Compile(matcher); err == nil {
			test = re.MatchString
		}
	}
	h.All = test("mcp_server_tool") || test("mcp__server__tool")
	if h.All || strings.Contains(matcher, "mcp_") {
		h.Matches = append(h.Matches, leastagency.ActionServer)
	}
	for _, t := range tools {
		names := t.names[:1]
		if !r.gemini() {
			names = slices.Concat(t.names, t.qwen)
		}
		if !slices.ContainsFunc(names, test) {
			h.All = false
		} else if !slices.Contains(h.Matches, t.kind) {
			h.Matches = append(h.Matches, t.kind)
		}
	}
	if h.All {
		h.Matches = nil
	}
	slices.Sort(h.Matches)
}

// crashPasses holds for every guard that does not turn its own errors into a refusal.
const crashPasses = "a crash, a timeout or any exit status but 2 lets the action through"

// shortest is the time, in milliseconds, in which a program starts at all. Who writes less means seconds.
const shortest = 100

// guard tells whether the hook means to stop something, and why a failing one lets it through.
func (r *reader) guard(h *leastagency.Hook, e *event, timeout leastagency.Value[int]) {
	if h.Command != nil {
		files := h.Command.Files
		h.Command.Files = nil
		for _, f := range files {
			anchored := f
			for _, own := range []string{"${" + r.product.variable + "}/", "${CLAUDE_PROJECT_DIR}/", "${extensionPath}/", "${GEMINI_CWD}/"} {
				anchored = strings.TrimPrefix(anchored, own)
			}
			if r.project() || r.scope == leastagency.ScopePlugin { // else it lies in whatever project the session works in
				h.Command.Files = append(h.Command.Files, anchored)
			}
		}
	}
	r.Guard(h, reading.Contract{Acts: e != nil && e.acts, Denies: guard.AnswersDeny, Crash: crashPasses, Always: true, Folders: []string{r.root}})
	if h.Kind == leastagency.HookHTTP && e != nil && e.acts && guard.Named(h.URL.V) {
		h.Guard = true
	}
	switch {
	case !h.Guard || !h.Blocking:
	case r.gemini() && timeout.Set && timeout.V > 0 && timeout.V < shortest:
		h.FailsOpen, h.Inherent = fmt.Sprintf("its timeout is %d milliseconds, too short for any program: the action goes on without it", timeout.V), false
	case h.Kind == leastagency.HookHTTP:
		h.FailsOpen, h.Inherent = "a server that is down, slow or answers with an error lets the action through", false
	case e.tools && !h.All && len(h.Matches) == 0:
		h.FailsOpen, h.Inherent = fmt.Sprintf("its matcher %s is the name of no tool: it never runs", leastagency.Quote(h.Matcher.V)), false
	}
}

// hooksFile reads hooks/hooks.json of an extension. Where a plugin of another product lies in the same
// folder, events that this one does not have are that one's.
func (r *reader) hooksFile() {
	root := r.Object()
	if !root.Get("hooks").Is(node.Map) {
		return
	}
	l := r.layer(leastagency.KindPlugin, "", r.File.Whole())
	r.hooks(l, root)
	if strings.Contains(string(r.File.Data), "${CLAUDE_PLUGIN_ROOT}") || r.Sys.Open(r.beside(".claude-plugin/plugin.json")) != nil {
		l.Hooks = slices.DeleteFunc(l.Hooks, func(h *leastagency.Hook) bool { return h.UnknownEvent })
	}
}
