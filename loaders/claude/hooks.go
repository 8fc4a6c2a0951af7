package claude

import (
	"fmt"
	"path"
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
	name  string
	tools bool // its matcher filters tool names
	// blocks says that a hook can stop what is about to happen: by exit status 2, or only by its answer.
	blocks, byAnswer bool
	// acts says that what it can stop is something an agent does, so that a hook on it can be a guard.
	acts bool
}

var events = []event{
	{name: "PreToolUse", tools: true, blocks: true, acts: true},
	{name: "PermissionRequest", tools: true, blocks: true, byAnswer: true, acts: true},
	{name: "UserPromptSubmit", blocks: true, acts: true},
	{name: "UserPromptExpansion", blocks: true, acts: true},
	{name: "ConfigChange", blocks: true, acts: true},
	{name: "Elicitation", blocks: true, acts: true},
	{name: "ElicitationResult", blocks: true, acts: true},
	{name: "PostToolBatch", blocks: true},
	{name: "Stop", blocks: true},
	{name: "SubagentStop", blocks: true},
	{name: "TeammateIdle", blocks: true},
	{name: "TaskCreated", blocks: true},
	{name: "TaskCompleted", blocks: true},
	{name: "PreCompact", blocks: true},
	{name: "WorktreeCreate", blocks: true},
	{name: "PostToolUse", tools: true},
	{name: "PostToolUseFailure", tools: true},
	{name: "PermissionDenied", tools: true},
	{name: "SessionStart"}, {name: "Setup"}, {name: "SessionEnd"}, {name: "Notification"}, {name: "SubagentStart"}, {name: "CwdChanged"},
	{name: "DirectoryAdded"}, {name: "FileChanged"}, {name: "PostCompact"}, {name: "WorktreeRemove"}, {name: "InstructionsLoaded"},
	{name: "MessageDisplay"}, {name: "StopFailure"},
}

func findEvent(name string) *event {
	for i := range events {
		if events[i].name == name {
			return &events[i]
		}
	}
	return nil
}

var hookKinds = map[string]leastagency.HookKind{
	"command": leastagency.HookCommand, "http": leastagency.HookHTTP, "mcp_tool": leastagency.HookTool,
	"prompt": leastagency.HookModel, "agent": leastagency.HookModel,
}

// hooks reads the block of hooks: event, matcher groups, handlers.
func (r *reader) hooks(l *leastagency.Layer, block *node.Node) {
	if !r.Typed(block, "hooks", node.Map) {
		return
	}
	for _, m := range block.Each() {
		e := findEvent(m.Key)
		groups := m.Value.List()
		if m.Value.Is(node.Map) && e == nil {
			groups = []*node.Node{m.Value} // not this product's shape at all; read what it would run
		} else if e != nil && !r.Typed(m.Value, "hooks."+m.Key, node.List) {
			continue
		}
		for _, group := range groups {
			handlers := group.Get("hooks")
			switch {
			case handlers.Is(node.List):
				for _, h := range handlers.List() {
					r.hook(l, m, e, group, h)
				}
			case e == nil:
				r.hook(l, m, e, group, group)
			case group.Is(node.Map):
				r.Problem(group.At, leastagency.ProblemType, "a group of hooks without a list \"hooks\" runs nothing")
			}
		}
	}
}

// hook reads one handler. e is nil for an event that the product does not have.
func (r *reader) hook(l *leastagency.Layer, m node.Member, e *event, group, n *node.Node) {
	if !n.Is(node.Map) {
		return
	}
	h := &leastagency.Hook{At: n.At, Event: leastagency.ValueAt(m.Key, m.At), Matcher: group.Get("matcher").String(),
		Condition: n.Get("if").String(), URL: n.Get("url").String(), UnknownEvent: e == nil}
	kind := n.Get("type").String()
	h.Kind = hookKinds[kind.V]
	if !kind.Set && n.Get("command") != nil {
		h.Kind = leastagency.HookCommand
		if e != nil {
			r.Problem(n.At, leastagency.ProblemType, "a hook without \"type\" is refused: write \"type\": \"command\"")
		}
	}
	h.Async = leastagency.Is(n.Get("async").Bool(), true) || leastagency.Is(n.Get("asyncRewake").Bool(), true)
	if c := n.Get("command"); c.Is(node.String) {
		h.At = c.At
		h.Command = r.hookCommand(c, n.Get("args"))
		r.Secrets(l, c.Text, c.At)
	}
	if p := reading.Text(leastagency.TextPrompt, n.Get("prompt")); p != nil {
		h.Prompt, h.At = p, n.Get("prompt").At
		r.Secrets(l, p.Body, p.At)
	}
	if h.URL.Set {
		h.At = h.URL.At
		found, masked := credential.FromURL(h.URL, credential.None, r.Sys.Knowledge)
		l.Credentials, h.URL = append(l.Credentials, found...), masked
		h.URL.V = r.Sys.Knowledge.Redact(h.URL.V)
	}
	for _, header := range n.Get("headers").Each() {
		if _, c := credential.Classify(header.Key, header.Value.String(), credential.Dollar, r.Sys.Knowledge); c != nil {
			l.Credentials = append(l.Credentials, c)
		}
	}
	if e != nil {
		h.Blocking = e.blocks && !h.Async
		r.match(h, e)
	}
	r.guard(h, e, r.scripts(h))
	l.Hooks = append(l.Hooks, h)
}

// hookCommand reads a command for the shell, or with a list of arguments one that is started directly.
func (r *reader) hookCommand(n, args *node.Node) *leastagency.Command {
	if args.Is(node.List) {
		argv := append([]leastagency.Value[string]{n.String()}, args.Strings()...)
		return command.Exec(argv, n.Inner(), r.Sys.Knowledge)
	}
	return command.Parse(n.Text, n.Inner(), r.Sys.Knowledge)
}

// match tells which actions the matcher lets through to the hook.
func (r *reader) match(h *leastagency.Hook, e *event) {
	if !e.tools {
		h.All = true
		return
	}
	matcher := strings.TrimSpace(h.Matcher.V)
	names := toolNames(matcher)
	if names == nil {
		h.All = true
	}
	for _, name := range names {
		kind := leastagency.ActionServer
		if !strings.HasPrefix(name, "mcp__") {
			kind = findTool(name).kind
		}
		if !slices.Contains(h.Matches, kind) {
			h.Matches = append(h.Matches, kind)
		}
	}
	if h.Condition.Set && h.Condition.V != "" {
		g := grammar{reader: r, decision: leastagency.Deny, at: h.Condition.At}
		a, _ := g.parse(h.Condition.V)
		if a.Kind == leastagency.ActionUnknown {
			return
		}
		if h.All || slices.Contains(h.Matches, a.Kind) {
			h.All, h.Matches = false, []leastagency.ActionKind{a.Kind}
		}
	}
	slices.Sort(h.Matches)
}

// toolNames returns the tools that a matcher names; nil for all of them.
func toolNames(matcher string) []string {
	if matcher == "" || matcher == "*" {
		return nil
	}
	out := []string{}
	if strings.Trim(matcher, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-|, ") == "" {
		for name := range strings.FieldsFuncSeq(matcher, func(c rune) bool { return c == '|' || c == ',' }) {
			name = strings.TrimSpace(name)
			_, tool, _ := strings.Cut(strings.TrimPrefix(name, "mcp__"), "__")
			if findTool(name) != nil || strings.HasPrefix(name, "mcp__") && tool != "" { // mcp__server alone is the name of no tool
				out = append(out, name)
			}
		}
		return out
	}
	test := func(name string) bool { return strings.Contains(matcher, name) }
	if len(matcher) < 1000 {
		if re, err := regexp.Compile(matcher); err == nil {
			test = re.MatchString
		}
	}
	all := true
	for _, t := range tools {
		if test(t.name) {
			out = append(out, t.name)
		} else {
			all = false
		}
	}
	if test("mcp__server__tool") || strings.Contains(matcher, "mcp__") {
		out = append(out, "mcp__server__tool")
	} else {
		all = false
	}
	if all {
		return nil
	}
	return out
}

// A script is the local file that a hook runs, as far as it can be told.
type script struct {
	path     string // in the tree; empty when it lies elsewhere or cannot be told
	written  string // as the command names it
	relative bool   // found only while the session works in one folder
	file     *leastagency.File
}

// Stand-ins for the folders that variables of the product name. No real path holds them.
const (
	projectMark = "/\x01project"
	pluginMark  = "/\x01plugin"
	homeMark    = "/\x01home"
)

var folders = strings.NewReplacer(
	"${CLAUDE_PROJECT_DIR:-.}", projectMark, "${CLAUDE_PROJECT_DIR:-$PWD}", projectMark, "${CLAUDE_PROJECT_DIR:-$(pwd)}", projectMark,
	"${CLAUDE_PROJECT_DIR}", projectMark, "$CLAUDE_PROJECT_DIR", projectMark, "%CLAUDE_PROJECT_DIR%", projectMark,
	"$(git rev-parse --show-toplevel)", projectMark, "`git rev-parse --show-toplevel`", projectMark,
	"${CLAUDE_PLUGIN_ROOT}", pluginMark, "$CLAUDE_PLUGIN_ROOT", pluginMark,
	"${HOME}", homeMark, "$HOME", homeMark, "~/", homeMark+"/")

// extensions are those of files that hooks run.
var extensions = []string{".sh", ".bash", ".zsh", ".py", ".js", ".cjs", ".mjs", ".ts", ".rb", ".pl", ".php", ".ps1", ".go", ".cmd", ".bat"}

// scripts finds the files that a hook runs, those first that the command starts.
func (r *reader) scripts(h *leastagency.Hook) []script {
	const most = 4
	if h.Command == nil {
		return nil
	}
	original, files := h.Command.Text, slices.Clone(h.Command.Files)
	if strings.Contains(original, "rev-parse") {
		files = command.Parse(folders.Replace(original), h.At, r.Sys.Knowledge).Files
	}
	if h.Command.Inline == "" { // a launcher that nobody knows may start what it is given
		for w := range strings.FieldsFuncSeq(original, func(c rune) bool { return strings.ContainsRune(" \t\n\"';|&<>()", c) }) {
			if slices.Contains(extensions, path.Ext(w)) && strings.Contains(w, "/") && !slices.Contains(files, w) {
				files = append(files, w)
			}
		}
	}
	var out []script
	for _, f := range files {
		if s, ok := r.locate(folders.Replace(f), original); ok && len(out) < most {
			out = append(out, s)
		}
	}
	return out
}

// locate finds a file that a command names in the tree. It is not ok when it lies elsewhere.
func (r *reader) locate(f, original string) (s script, ok bool) {
	s.written = f
	switch {
	case strings.HasPrefix(f, projectMark):
		if r.Scope == leastagency.ScopeUser || r.Scope == leastagency.ScopeManaged {
			return s, false // whatever project the session is in
		}
		s.path = path.Join(r.Root, strings.TrimPrefix(f, projectMark))
		s.written = "$CLAUDE_PROJECT_DIR" + strings.TrimPrefix(f, projectMark)
	case strings.HasPrefix(f, pluginMark):
		s.path = path.Join(r.Root, strings.TrimPrefix(f, pluginMark))
		s.written = "${CLAUDE_PLUGIN_ROOT}" + strings.TrimPrefix(f, pluginMark)
	case strings.HasPrefix(f, homeMark):
		if r.Scope != leastagency.ScopeUser {
			return s, false
		}
		rest := strings.TrimPrefix(f, homeMark)
		s.path, s.written = path.Join(r.Root, rest), "~"+rest
		if below, ok := strings.CutPrefix(rest, "/.claude/"); ok {
			s.path = path.Join(dirOfConfig(r.File.Path), below) // wherever the folder is kept in the tree
		}
	case f == "" || strings.ContainsAny(f, "$%`*") || strings.HasPrefix(f, "/") || strings.HasPrefix(f, "~") || len(f) > 1 && f[1] == ':':
		return s, false
	case r.Scope == leastagency.ScopePlugin || r.Scope == leastagency.ScopeUser || r.Scope == leastagency.ScopeManaged:
		s.relative = !strings.Contains(original, "cd ") // to wherever the session works, which is not here
		return s, true
	default:
		s.path = path.Join(r.Root, f)
		s.relative = !strings.Contains(original, "CLAUDE_PROJECT_DIR") && !strings.Contains(original, "--show-toplevel")
	}
	if s.path == ".." || strings.HasPrefix(s.path, "../") {
		return s, false
	}
	s.file = r.Sys.Open(s.path)
	return s, true
}

// dirOfConfig returns the configuration folder that a path lies in.
func dirOfConfig(p string) string {
	dirs := strings.Split(path.Dir(p), "/")
	if i := configFolder(dirs); i >= 0 {
		return reading.Join(dirs[:i+1])
	}
	return path.Dir(p)
}

// guard tells whether the hook means to stop something, and why a failing one lets it through.
func (r *reader) guard(h *leastagency.Hook, e *event, scripts []script) {
	code := ""
	var first script
	for i, s := range scripts {
		if i == 0 {
			first = s
		}
		if s.file == nil {
			continue
		}
		if h.Script == nil {
			h.Script = s.file
		}
		code += guard.Code(s.file.Data) + "\n"
	}
	line := ""
	if h.Command != nil {
		line = h.Command.Text
	}
	refuses := guard.Refuses(code) || guard.Refuses(line)
	named := guard.Named(line) || h.Kind == leastagency.HookHTTP && guard.Named(h.URL.V)
	switch {
	case e == nil:
		h.Guard = refuses || named
		return
	case e.acts:
		h.Guard = refuses || named || h.Kind == leastagency.HookModel
	default:
		// Behind the action a refusal is a remark to the model. Only one that speaks of a decision means more.
		h.Guard = e.tools && guard.AnswersDeny(code+line) && strings.Contains(code+line, "permissionDecision")
	}
	if h.Guard {
		h.FailsOpen = r.failsOpen(h, e, first, code, line, refuses)
		h.Inherent = h.FailsOpen == crashPasses
	}
}

// crashPasses holds for every guard that does not turn its own errors into a refusal.
const crashPasses = "a crash, a timeout or any exit status but 2 lets the action through"

// failsOpen says why the action passes when the guard fails, the most telling reason first. In
// this product only exit status 2 and a deny in the answer stop anything.
func (r *reader) failsOpen(h *leastagency.Hook, e *event, s script, code, line string, refuses bool) string {
	switch {
	case h.Async:
		return "it runs in the background: the action does not wait for it"
	case !e.blocks:
		return fmt.Sprintf("event %s comes too late to stop anything", e.name)
	case e.tools && !h.All && len(h.Matches) == 0:
		return fmt.Sprintf("its matcher %s is the name of no tool: it never runs", leastagency.Quote(h.Matcher.V))
	case h.Kind == leastagency.HookHTTP:
		return "a server that is down, slow or answers with an error lets the action through"
	case h.Kind == leastagency.HookModel:
		return "a model judges, and a timeout lets the action through"
	case h.Kind == leastagency.HookTool:
		return "a server that is not connected or fails lets the action through"
	case h.Command != nil && h.Command.SwallowsFailure && !guard.ExitsTwo(line):
		return "the line ends in success whatever the guard says"
	case guard.FailsClosed(line):
		return ""
	case s.path != "" && s.file == nil && r.Sys.Open(r.File.Path) != nil:
		return fmt.Sprintf("its script %s is not in this tree: a script that cannot start lets the action through", leastagency.Quote(s.written))
	case s.relative:
		return fmt.Sprintf("the relative path %s is found from one working folder only, and a script that cannot start lets the action through", leastagency.Quote(s.written))
	case e.byAnswer && !guard.AnswersDeny(code+line):
		return "exit status 2 is not honoured for PermissionRequest: only an answer with a decision is"
	case h.Script != nil && !refuses && guard.ExitsOne(code):
		return "it refuses with exit status 1, which lets the action through: only 2 blocks"
	case h.Script != nil && !refuses:
		return "its script holds neither exit status 2 nor a deny decision, so it refuses nothing by itself"
	case guard.FailsClosed(code):
		return ""
	}
	return crashPasses
}

// hooksFile reads hooks/hooks.json of a plugin. Other products have a file of that name and another shape.
func (r *reader) hooksFile() {
	if strings.Contains(string(r.File.Data), "${extensionPath}") {
		return
	}
	quiet := *r
	quiet.Sys = &leastagency.System{Knowledge: r.Sys.Knowledge}
	root := quiet.StrictObject()
	block := root.Get("hooks")
	if !block.Is(node.Map) || root.Get("version") != nil || !claudeHooks(block) {
		return
	}
	r.Sys.Problems = append(r.Sys.Problems, quiet.Sys.Problems...)
	if r.inHome {
		r.Problem(root.Member("hooks").At, leastagency.ProblemUnknownKey, "Claude Code reads no hooks from this file, only from settings and plugins: none of them runs")
		return
	}
	name := ""
	if root, f := r.pluginRoot(r.Root); f != nil {
		r.Root = root
		name = r.pluginName(f)
	} else if root := pluginsFolder(r.File.Path); root != "" {
		r.Root = root
	}
	l := r.Layer(leastagency.KindPlugin, name, r.File.Whole())
	r.hooks(l, block)
}

// claudeHooks reports whether a block has the shape of this product: known events with groups of handlers.
func claudeHooks(block *node.Node) bool {
	for _, m := range block.Each() {
		if findEvent(m.Key) == nil {
			continue
		}
		for _, group := range m.Value.List() {
			if group.Get("hooks").Is(node.List) {
				return true
			}
		}
	}
	return false
}
