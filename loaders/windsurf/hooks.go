package windsurf

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/guard"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// An event is a moment at which hooks run.
type event struct {
	blocks bool // exit status 2 stops what is about to happen
	about  []leastagency.ActionKind
	tools  bool // its matcher filters the names of tools
}

// crash is what both products make of a hook that fails.
const crash = "a crash, a timeout or any exit status but 2 lets the action through"

// cascade are the events of Windsurf.
var cascade = map[string]event{
	"pre_read_code":         {blocks: true, about: []leastagency.ActionKind{leastagency.ActionRead}},
	"pre_write_code":        {blocks: true, about: []leastagency.ActionKind{leastagency.ActionWrite}},
	"pre_run_command":       {blocks: true, about: []leastagency.ActionKind{leastagency.ActionShell}},
	"pre_mcp_tool_use":      {blocks: true, about: []leastagency.ActionKind{leastagency.ActionServer}},
	"pre_user_prompt":       {blocks: true},
	"post_read_code":        {},
	"post_write_code":       {},
	"post_run_command":      {},
	"post_mcp_tool_use":     {},
	"post_cascade_response": {}, "post_cascade_response_with_transcript": {}, "post_setup_worktree": {},
}

// lifecycle are the events of Devin.
var lifecycle = map[string]event{
	"PreToolUse":        {blocks: true, tools: true},
	"PermissionRequest": {blocks: true, tools: true},
	"UserPromptSubmit":  {blocks: true},
	"PostToolUse":       {}, "Stop": {}, "SessionStart": {}, "SessionEnd": {},
}

// tools are the names of Devin's tools, and those of Claude Code, whose hooks it takes over.
var tools = map[string]leastagency.ActionKind{
	"exec": leastagency.ActionShell, "Bash": leastagency.ActionShell, "read": leastagency.ActionRead, "Read": leastagency.ActionRead,
	"grep": leastagency.ActionRead, "glob": leastagency.ActionRead, "edit": leastagency.ActionWrite, "write": leastagency.ActionWrite,
	"Edit": leastagency.ActionWrite, "Write": leastagency.ActionWrite, "webfetch": leastagency.ActionFetch, "mcp__server__tool": leastagency.ActionServer,
}

// cascadeHooks reads the hooks of Windsurf: a list of commands for each event.
func (r *reader) cascadeHooks() {
	root := r.Object()
	block := root.Get("hooks")
	if !r.Typed(block, "hooks", node.Map) {
		return
	}
	l := r.session(r.File.Whole())
	for _, m := range block.Each() {
		if !r.Typed(m.Value, "hooks."+m.Key, node.List) {
			continue
		}
		e, known := cascade[m.Key]
		for _, n := range m.Value.List() {
			if n.Is(node.Map) {
				r.hook(l, m, n, e, known, nil)
			}
		}
	}
}

// devinHooksFile reads the hooks of Devin from the file of their own.
func (r *reader) devinHooksFile() {
	if root := r.Object(); root != nil {
		if inner := root.Get("hooks"); inner.Is(node.Map) {
			root = inner
		}
		r.devinHooks(r.session(r.File.Whole()), root)
	}
}

// devinHooks reads groups of hooks: an event, a matcher, and what runs.
func (r *reader) devinHooks(l *leastagency.Layer, block *node.Node) {
	for _, m := range block.Each() {
		e, known := lifecycle[m.Key]
		if strings.HasPrefix(m.Key, "$") || !r.Typed(m.Value, m.Key, node.List) {
			continue
		}
		for _, group := range m.Value.List() {
			for _, n := range group.Get("hooks").List() {
				if n.Is(node.Map) {
					r.hook(l, m, n, e, known, group)
				}
			}
		}
	}
}

func (r *reader) hook(l *leastagency.Layer, m node.Member, n *node.Node, e event, known bool, group *node.Node) {
	h := &leastagency.Hook{At: n.At, Event: leastagency.ValueAt(m.Key, m.At), Matcher: group.Get("matcher").String(), UnknownEvent: !known, Blocking: e.blocks, Matches: e.about}
	c := n.Get("command")
	if c == nil {
		c = n.Get("powershell")
	}
	if c.Is(node.String) {
		h.At, h.Kind = c.At, leastagency.HookCommand
		h.Command = command.Parse(c.Text, c.Inner(), r.Sys.Knowledge)
		r.Secrets(l, c.Text, c.At)
	}
	if n.Get("type").String().V == "prompt" {
		h.Kind = leastagency.HookModel
		if h.Prompt = reading.Text(leastagency.TextPrompt, n.Get("prompt")); h.Prompt != nil {
			h.At = n.Get("prompt").At
			r.Secrets(l, h.Prompt.Body, h.Prompt.At)
		}
	}
	if e.tools {
		matchTools(h)
	}
	folders := []string{r.Root}
	switch dir := n.Get("working_directory").String(); {
	case r.Scope != leastagency.ScopeProject && r.Scope != leastagency.ScopeLocal:
		folders = nil // wherever the session works
	case dir.Set && !path.IsAbs(dir.V):
		folders = []string{path.Join(r.Root, dir.V)}
	}
	contract := reading.Contract{Acts: e.blocks || !known, Late: strings.HasPrefix(strings.ToLower(m.Key), "post"),
		Denies: func(string) bool { return false }, Crash: crash, Always: true, Folders: folders}
	if group != nil {
		contract.Denies = guard.AnswersDeny
	}
	r.Guard(h, contract)
	l.Hooks = append(l.Hooks, h)
}

// matchTools tells which actions get to the hook, by a regular expression for the names of tools.
func matchTools(h *leastagency.Hook) {
	matcher := strings.TrimSpace(h.Matcher.V)
	re, err := regexp.Compile(matcher)
	if matcher == "" || matcher == "*" || len(matcher) > 1000 {
		h.All = true
		return
	}
	h.All = true
	for name, kind := range tools {
		switch {
		case err != nil || !re.MatchString(name):
			h.All = h.All && name[0] >= 'A' && name[0] <= 'Z' // of the other product's names only one is needed
		case !slices.Contains(h.Matches, kind):
			h.Matches = append(h.Matches, kind)
		}
	}
	if strings.Contains(matcher, "mcp__") && !slices.Contains(h.Matches, leastagency.ActionServer) {
		h.Matches = append(h.Matches, leastagency.ActionServer)
	}
	if h.All {
		h.Matches = nil
	}
	slices.Sort(h.Matches)
}
