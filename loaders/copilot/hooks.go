package copilot

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/guard"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// An event is a moment at which hooks run. It has a name of its own and one that VS Code and Claude
// Code share; with the second, matchers and tool names are those of Claude Code.
type event struct {
	own, shared string
	tools       bool // its matcher filters tool names
	blocks      bool // a hook can stop what is about to happen
}

var events = []event{
	{own: "preToolUse", shared: "PreToolUse", tools: true, blocks: true},
	{own: "permissionRequest", shared: "PermissionRequest", tools: true, blocks: true},
	{own: "postToolUse", shared: "PostToolUse", tools: true},
	{own: "postToolUseFailure", shared: "PostToolUseFailure", tools: true},
	{own: "userPromptSubmitted", shared: "UserPromptSubmit"}, {own: "userPromptTransformed"},
	{own: "sessionStart", shared: "SessionStart"}, {own: "sessionEnd", shared: "SessionEnd"}, {own: "agentStop", shared: "Stop"},
	{own: "subagentStart", shared: "SubagentStart"}, {own: "subagentStop", shared: "SubagentStop"}, {own: "errorOccurred", shared: "ErrorOccurred"},
	{own: "notification", shared: "Notification"}, {own: "preCompact", shared: "PreCompact"},
}

func findEvent(name string) *event {
	for i := range events {
		if e := &events[i]; name != "" && (e.own == name || e.shared == name) {
			return e
		}
	}
	return nil
}

// A tool is one that a matcher can name, by the product's name and by that of Claude Code.
type tool struct {
	own, shared string
	kind        leastagency.ActionKind
}

var tools = []tool{
	{"bash", "Bash", leastagency.ActionShell}, {"powershell", "Bash", leastagency.ActionShell},
	{"view", "Read", leastagency.ActionRead}, {"grep", "Grep", leastagency.ActionRead}, {"rg", "Grep", leastagency.ActionRead}, {"glob", "Glob", leastagency.ActionRead},
	{"create", "Write", leastagency.ActionWrite}, {"edit", "Edit", leastagency.ActionWrite}, {"str_replace_editor", "Edit", leastagency.ActionWrite}, {"apply_patch", "Edit", leastagency.ActionWrite},
	{"web_fetch", "WebFetch", leastagency.ActionFetch}, {"web_search", "WebSearch", leastagency.ActionSearch},
	{"task", "Agent", leastagency.ActionSpawn}, {"ask_user", "AskUserQuestion", leastagency.ActionOther}, {"update_todo", "TodoWrite", leastagency.ActionOther},
	{"github-mcp-server-x", "github-mcp-server-x", leastagency.ActionServer},
}

// hooksFile reads a file of hooks.
func (r *reader) hooksFile() {
	root := r.Object()
	if root == nil {
		return
	}
	l := r.layer(leastagency.KindSession, "", r.File.Whole())
	if r.Scope == leastagency.ScopeProject {
		l.AlsoReadBy = []string{"vscode"}
	}
	if off := root.Get("disableAllHooks").Bool(); off.V {
		r.Problem(off.At, leastagency.ProblemIgnored, "none of the hooks of this file runs: \"disableAllHooks\" is on")
		return
	}
	r.hooks(l, root.Get("hooks"))
}

// looseHooks reads hooks of a plugin or a collection when their form is this product's.
func (r *reader) looseHooks() {
	quiet := *r
	quiet.Sys = &leastagency.System{Knowledge: r.Sys.Knowledge}
	root := quiet.Object()
	if root.Get("version") == nil || !ownForm(root.Get("hooks")) {
		return
	}
	r.Sys.Problems = append(r.Sys.Problems, quiet.Sys.Problems...)
	l := r.layer(leastagency.KindPlugin, path.Base(path.Dir(r.File.Path)), r.File.Whole())
	r.hooks(l, root.Get("hooks"))
}

// ownForm reports whether a block has handlers of the form that is this product's alone: others with a
// version have lists of commands too, but neither a line for each shell nor these events.
func ownForm(block *node.Node) bool {
	return slices.ContainsFunc(block.Each(), func(m node.Member) bool {
		e := findEvent(m.Key)
		return e != nil && slices.ContainsFunc(m.Value.List(), func(h *node.Node) bool { return h.Get("bash") != nil || h.Get("powershell") != nil })
	})
}

// hooks reads a block of hooks: events with lists of handlers, or of groups that hold them.
func (r *reader) hooks(l *leastagency.Layer, block *node.Node) {
	if !r.Typed(block, "hooks", node.Map) {
		return
	}
	for _, m := range block.Each() {
		e := findEvent(m.Key)
		if !r.Typed(m.Value, "hooks."+m.Key, node.List) {
			continue
		}
		for _, item := range m.Value.List() {
			if inner := item.Get("hooks"); inner.Is(node.List) {
				for _, h := range inner.List() {
					r.hook(l, m, e, item, h)
				}
			} else if item.Is(node.Map) {
				r.hook(l, m, e, item, item)
			}
		}
	}
}

// hook reads one handler. e is nil for an event that the product does not have.
func (r *reader) hook(l *leastagency.Layer, m node.Member, e *event, group, n *node.Node) {
	h := &leastagency.Hook{At: n.At, Event: leastagency.ValueAt(m.Key, m.At), Matcher: group.Get("matcher").String(), UnknownEvent: e == nil, All: true}
	line := ""
	switch n.Get("type").String().V {
	case "", "command":
		h.Kind = leastagency.HookCommand
		line = r.commandOf(h, n)
		if line == "" {
			r.Problem(n.At, leastagency.ProblemType, "a hook without \"bash\", \"powershell\", \"command\" or \"exec\" is dropped")
			return
		}
		r.Secrets(l, line, h.At)
	case "http":
		h.Kind = leastagency.HookHTTP
		found, masked := credential.FromURL(n.Get("url").String(), credential.None, r.Sys.Knowledge)
		l.Credentials, h.URL = append(l.Credentials, found...), masked
		h.URL.V = r.Sys.Knowledge.Redact(h.URL.V)
		if !h.URL.Set {
			return
		}
		h.At = h.URL.At
	case "prompt":
		h.Kind = leastagency.HookModel
		if p := n.Get("prompt"); p.Is(node.String) && p.Text != "" {
			h.At, h.Prompt = p.At, &leastagency.Text{Kind: leastagency.TextPrompt, At: p.Inner(), Body: p.Text, Raw: p.Raw}
			r.Secrets(l, p.Text, p.At)
		}
	default:
		r.Problem(n.Get("type").At, leastagency.ProblemType, "Copilot has no hooks of type %s: this one is dropped", leastagency.Quote(n.Get("type").Scalar().V))
		return
	}
	r.environment(l, n.Get("env"), credential.Dollar)
	r.environment(l, n.Get("headers"), credential.Dollar)
	skipped := ""
	if e != nil {
		h.Blocking = e.blocks && h.Kind != leastagency.HookModel
		skipped = r.match(h, e)
	}
	r.guard(h, e, n, line, skipped)
	l.Hooks = append(l.Hooks, h)
}

// commandOf reads the command of a handler: a line for each shell, or a program with arguments.
func (r *reader) commandOf(h *leastagency.Hook, n *node.Node) string {
	for _, key := range []string{"bash", "command", "powershell"} {
		if c := n.Get(key); c.Is(node.String) && strings.TrimSpace(c.Text) != "" {
			h.At, h.Command = c.At, command.Parse(c.Text, c.Inner(), r.Sys.Knowledge)
			return c.Text
		}
	}
	if c := n.Get("exec").String(); c.V != "" {
		h.At, h.Command = c.At, command.Exec(append([]leastagency.Value[string]{c}, n.Get("args").Strings()...), c.At, r.Sys.Knowledge)
		return h.Command.Text
	}
	return ""
}

// environment reads variables or headers that a hook is given.
func (r *reader) environment(l *leastagency.Layer, n *node.Node, syntax credential.Syntax) {
	for _, m := range n.Each() {
		value := m.Value.Scalar()
		variable, c := credential.Classify(m.Key, value, syntax, r.Sys.Knowledge)
		if c != nil {
			l.Credentials = append(l.Credentials, c)
		}
		if s := credential.Switch(leastagency.ValueAt(variable, value.At), r.Sys.Knowledge); value.Set && s != nil {
			s.Target = r.Sys.Knowledge.Redact(s.Target)
			l.Switches = append(l.Switches, s)
		}
	}
}

// match tells which actions the matcher lets through to the hook, and why it lets none.
func (r *reader) match(h *leastagency.Hook, e *event) (skipped string) {
	matcher := strings.TrimSpace(h.Matcher.V)
	shared := h.Event.V == e.shared
	if !e.tools || matcher == "" || shared && (matcher == "*" || matcher == "**") {
		return ""
	}
	test := func(name string) bool { return false }
	switch re, err := regexp.Compile("^(?:" + matcher + ")$"); {
	case shared && strings.Trim(matcher, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-|") == "":
		names := strings.Split(matcher, "|")
		test = func(name string) bool { return slices.Contains(names, name) }
	case err != nil || len(matcher) > 1000:
		skipped = "its matcher is no regular expression, so the hook is skipped"
	default:
		test = re.MatchString
	}
	h.All, h.Matches = true, nil
	for _, t := range tools {
		if test(t.own) || shared && test(t.shared) {
			if !slices.Contains(h.Matches, t.kind) {
				h.Matches = append(h.Matches, t.kind)
			}
		} else {
			h.All = false
		}
	}
	if h.All {
		h.Matches = nil
	}
	slices.Sort(h.Matches)
	return skipped
}

var (
	fails = lazy.Compile(`\bexit\s*\(?\s*[1-9]|\bexit\s+"?\$|sys\.exit\(\s*[1-9]|os\.Exit\(\s*[1-9]|exitCode\s*=\s*[1-9]|\bset -e|raise SystemExit|process\.exit\(\s*[1-9]`)
	waits = lazy.Compile(`\bcurl\b|\bwget\b|https?://|\brequests\.|\bfetch\(|urllib|\bnc\b`)
)

// guard tells whether the hook means to stop something, and why a failing one lets it through. Before
// a tool any exit status but 0 denies; a timeout, and for other events every failure, lets it through.
func (r *reader) guard(h *leastagency.Hook, e *event, n *node.Node, line, skipped string) {
	code := ""
	if f := r.script(h, n); f != nil {
		h.Script = f
		code = guard.Code(f.Data)
	}
	refuses := guard.Refuses(code) || guard.Refuses(line) || fails.MatchString(code)
	named := guard.Named(line) || guard.Named(h.URL.V)
	acts := e == nil || e.blocks || e.own == "userPromptSubmitted"
	h.Guard = acts && (named || guard.AnswersDeny(code+line) || e != nil && e.blocks && refuses && (code == "" || guard.Refuses(code) || strings.Contains(strings.ToLower(code), "deny") || strings.Contains(strings.ToLower(code), "block")))
	if !h.Guard || e == nil {
		return
	}
	switch {
	case skipped != "":
		h.FailsOpen = skipped
	case h.Kind == leastagency.HookModel:
		h.FailsOpen = "prompts are submitted when a session starts, and decide nothing"
	case !e.blocks:
		h.FailsOpen = "the answer of a hook on " + h.Event.V + " is dropped: it stops nothing"
	case h.Kind == leastagency.HookHTTP && strings.HasPrefix(h.URL.V, "http:"):
		h.FailsOpen = "a hook that decides needs an https address: this one is refused and never asked"
	case h.Kind == leastagency.HookHTTP:
		h.FailsOpen = "a server that is down, slow or answers with an error lets the action through"
	case n.Get("bash") == nil && n.Get("command") == nil && n.Get("exec") == nil:
		h.FailsOpen = "it has a line for PowerShell only: in the cloud agent and on Linux nothing runs"
	case h.Command != nil && h.Command.SwallowsFailure && !guard.AnswersDeny(line+code):
		h.FailsOpen = "the line ends in success whatever the guard says"
	case e.own == "permissionRequest" && !guard.Refuses(line+code):
		h.FailsOpen = "a failure falls through to the usual question: only an answer or exit status 2 denies"
	case h.Script != nil && !refuses:
		h.FailsOpen = "its script holds neither a failing exit status nor a deny decision, so it refuses nothing by itself"
	case waits.MatchString(code + line):
		h.FailsOpen = "it waits for a server, and a timeout lets the action through"
	default:
		h.FailsOpen, h.Inherent = "a timeout lets the action through", true
	}
}

// script returns the file of the tree that a hook runs; nil when it lies elsewhere or cannot be told.
func (r *reader) script(h *leastagency.Hook, n *node.Node) *leastagency.File {
	if h.Command == nil || r.Scope == leastagency.ScopeManaged {
		return nil
	}
	base := r.Root
	if dir := n.Get("cwd").String().V; dir != "" && !strings.HasPrefix(dir, "/") {
		base = path.Join(base, dir)
	}
	for _, f := range h.Command.Files {
		f = strings.NewReplacer("${CLAUDE_PLUGIN_ROOT}/", "", "${COPILOT_PLUGIN_ROOT}/", "", "${PWD}/", "").Replace(f)
		if strings.ContainsAny(f, "$%*~") || strings.HasPrefix(f, "/") {
			continue
		}
		for _, dir := range []string{base, "."} {
			if p := path.Join(dir, f); p != ".." && !strings.HasPrefix(p, "../") {
				if file := r.Sys.Open(p); file != nil {
					return file
				}
			}
		}
	}
	return nil
}
