package cursor

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
	blocks bool // an answer of the hook stops what is about to happen
	about  []leastagency.ActionKind
	tools  bool // its matcher filters the names of tools
}

var events = map[string]event{
	"preToolUse":           {blocks: true, tools: true},
	"beforeShellExecution": {blocks: true, about: []leastagency.ActionKind{leastagency.ActionShell}},
	"beforeMCPExecution":   {blocks: true, about: []leastagency.ActionKind{leastagency.ActionServer}},
	"beforeReadFile":       {blocks: true, about: []leastagency.ActionKind{leastagency.ActionRead}},
	"beforeTabFileRead":    {blocks: true, about: []leastagency.ActionKind{leastagency.ActionRead}},
	"subagentStart":        {blocks: true, about: []leastagency.ActionKind{leastagency.ActionSpawn}},
	"beforeSubmitPrompt":   {blocks: true},
	"sessionStart":         {}, "sessionEnd": {}, "workspaceOpen": {}, "postToolUse": {}, "postToolUseFailure": {}, "subagentStop": {},
	"afterShellExecution": {}, "afterMCPExecution": {}, "afterFileEdit": {}, "afterTabFileEdit": {}, "afterAgentResponse": {},
	"afterAgentThought": {}, "preCompact": {}, "stop": {},
}

// tools are the names that the matcher of preToolUse is compared with. Tools of servers are "MCP:" and their name.
var tools = []struct {
	name string
	kind leastagency.ActionKind
}{
	{"Shell", leastagency.ActionShell}, {"Read", leastagency.ActionRead}, {"Grep", leastagency.ActionRead}, {"Write", leastagency.ActionWrite},
	{"Delete", leastagency.ActionWrite}, {"Task", leastagency.ActionSpawn}, {"MCP:tool", leastagency.ActionServer},
}

// hooksFile reads programs that run beside the agent.
func (r *reader) hooksFile() {
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
		for _, n := range m.Value.List() {
			if n.Is(node.Map) {
				r.hook(l, m, n)
			}
		}
	}
}

// denies reports whether code answers with a permission that is not given.
func denies(code string) bool { return guard.DeniesPermission(code) }

func (r *reader) hook(l *leastagency.Layer, m node.Member, n *node.Node) {
	e, known := events[m.Key]
	h := &leastagency.Hook{At: n.At, Event: leastagency.ValueAt(m.Key, m.At), Matcher: n.Get("matcher").String(), UnknownEvent: !known, Blocking: e.blocks}
	if c := n.Get("command"); c.Is(node.String) {
		h.At, h.Kind = c.At, leastagency.HookCommand
		h.Command = command.Parse(c.Text, c.Inner(), r.Sys.Knowledge)
		r.Secrets(l, c.Text, c.At)
	} else if n.Get("hooks").Is(node.List) {
		r.Problem(n.At, leastagency.ProblemType, "a hook of Cursor has its \"command\" beside the matcher: a group with a list \"hooks\" runs nothing")
		return
	}
	if n.Get("type").String().V == "prompt" {
		h.Kind = leastagency.HookModel
		if h.Prompt = reading.Text(leastagency.TextPrompt, n.Get("prompt")); h.Prompt != nil {
			h.At = n.Get("prompt").At
			r.Secrets(l, h.Prompt.Body, h.Prompt.At)
		}
	}
	r.matches(h, e)
	closed := r.Bool(n.Get("failClosed"), "failClosed")
	r.Unknown(n, "hooks."+m.Key, "command", "type", "prompt", "matcher", "timeout", "failClosed", "loop_limit", "model", "event", "description", "enabled")
	folders := []string{r.Root, path.Dir(r.File.Path)}
	if r.Scope == leastagency.ScopeUser || r.Scope == leastagency.ScopeManaged {
		folders = folders[1:]
	}
	r.Guard(h, reading.Contract{
		Acts: e.blocks || !known, Late: strings.HasPrefix(m.Key, "after") || strings.HasPrefix(m.Key, "postTool"), Closed: leastagency.Is(closed, true), Denies: denies, Folders: folders,
		Crash: "a crash, a timeout or any exit status but 2 lets the action through, unless \"failClosed\" is true",
	})
	l.Hooks = append(l.Hooks, h)
}

// matches tells which actions get to the hook. Only one event filters by tool; the matchers of others
// narrow by command or path, which leaves the kind of action as it is.
func (r *reader) matches(h *leastagency.Hook, e event) {
	if !e.tools {
		h.Matches = e.about
		return
	}
	matcher := strings.TrimSpace(h.Matcher.V)
	if matcher == "" || matcher == "*" {
		h.All = true
		return
	}
	test := func(name string) bool { return strings.Contains(matcher, name) }
	if len(matcher) < 1000 {
		if re, err := regexp.Compile(matcher); err == nil {
			test = re.MatchString
		}
	}
	h.All = true
	for _, t := range tools {
		switch {
		case !test(t.name) && !(t.kind == leastagency.ActionServer && strings.Contains(matcher, "MCP")):
			h.All = false
		case !slices.Contains(h.Matches, t.kind):
			h.Matches = append(h.Matches, t.kind)
		}
	}
	if h.All {
		h.Matches = nil
	}
	slices.Sort(h.Matches)
}
