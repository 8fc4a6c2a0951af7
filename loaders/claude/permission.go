package claude

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/nearest"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// A tool is one that the product offers its model by itself. Names are case-sensitive.
type tool struct {
	name string
	kind leastagency.ActionKind
	// primary is the input that no Tool(param:value) rule may name, params are those it may.
	primary string
	params  []string
	// instead is the tool whose path rules are consulted in place of this one's.
	instead string
}

var tools = []tool{
	{name: "Agent", kind: leastagency.ActionSpawn, primary: "prompt", params: []string{"description", "isolation", "model", "name", "run_in_background", "subagent_type"}},
	{name: "Task", kind: leastagency.ActionSpawn, primary: "prompt", params: []string{"description", "model", "run_in_background", "subagent_type"}},
	{name: "Workflow", kind: leastagency.ActionSpawn},
	{name: "RemoteTrigger", kind: leastagency.ActionSpawn},
	{name: "Bash", kind: leastagency.ActionShell, primary: "command", params: []string{"dangerouslyDisableSandbox", "description", "run_in_background", "timeout"}},
	{name: "PowerShell", kind: leastagency.ActionShell, primary: "command", params: []string{"description", "run_in_background", "timeout"}},
	{name: "Monitor", kind: leastagency.ActionShell, primary: "command"},
	{name: "Read", kind: leastagency.ActionRead, primary: "file_path", params: []string{"limit", "offset", "pages"}},
	{name: "Glob", kind: leastagency.ActionRead, primary: "path", params: []string{"pattern"}, instead: "Read"},
	{name: "Grep", kind: leastagency.ActionRead, primary: "path", params: []string{"glob", "output_mode", "pattern", "type"}},
	{name: "LS", kind: leastagency.ActionRead},
	{name: "NotebookRead", kind: leastagency.ActionRead, primary: "notebook_path", instead: "Read"},
	{name: "Edit", kind: leastagency.ActionWrite, primary: "file_path", params: []string{"replace_all"}},
	{name: "Write", kind: leastagency.ActionWrite, primary: "file_path", instead: "Edit"},
	{name: "MultiEdit", kind: leastagency.ActionWrite, primary: "file_path", instead: "Edit"},
	{name: "NotebookEdit", kind: leastagency.ActionWrite, primary: "notebook_path", params: []string{"cell_type", "edit_mode"}, instead: "Edit"},
	{name: "WebFetch", kind: leastagency.ActionFetch, primary: "url", params: []string{"prompt"}},
	{name: "WebSearch", kind: leastagency.ActionSearch, params: []string{"query"}},
	{name: "Skill", kind: leastagency.ActionSkill},
	{name: "SlashCommand", kind: leastagency.ActionSkill},
	{name: "Artifact"}, {name: "AskUserQuestion"}, {name: "BashOutput"}, {name: "Cd"}, {name: "CronCreate"}, {name: "CronDelete"},
	{name: "CronList"}, {name: "EndConversation"}, {name: "EnterPlanMode"}, {name: "EnterWorktree"}, {name: "ExitPlanMode"},
	{name: "ExitWorktree"}, {name: "KillBash"}, {name: "KillShell"}, {name: "LSP"}, {name: "ListAgents"}, {name: "ListMcpResourcesTool"},
	{name: "PushNotification"}, {name: "ReadMcpResourceTool"}, {name: "ReportFindings"}, {name: "ScheduleWakeup"}, {name: "SendMessage"},
	{name: "SendUserFile"}, {name: "ShareOnboardingGuide"}, {name: "TaskCreate"}, {name: "TaskGet"}, {name: "TaskList"}, {name: "TaskOutput"},
	{name: "TaskStop"}, {name: "TaskUpdate"}, {name: "TeamCreate"}, {name: "TeamDelete"}, {name: "TodoRead"}, {name: "TodoWrite"},
	{name: "ToolSearch"}, {name: "WaitForMcpServers"},
}

// stripped are programs that the product takes away from the front of a command before it matches rules.
var stripped = []string{"timeout", "time", "nice", "nohup", "stdbuf", "command", "builtin", "noglob"}

// neverByPrefix are programs that no pattern with a wildcard approves.
var neverByPrefix = []string{"watch", "setsid", "ionice", "flock"}

func findTool(name string) *tool {
	for i := range tools {
		if tools[i].name == name {
			if tools[i].kind == leastagency.ActionUnknown {
				t := tools[i]
				t.kind = leastagency.ActionOther
				return &t
			}
			return &tools[i]
		}
	}
	return nil
}

func nearestTool(name string) string {
	names := make([]string, len(tools))
	for i, t := range tools {
		names[i] = t.name
	}
	return nearest.Key(name, names)
}

// A list is the kind of list that a rule stands in: they read the same grammar, but not everything
// that is refused in one is refused in the others.
type list uint8

const (
	listSettings list = iota // permissions.allow, ask, deny
	listGranted              // a skill's allowed-tools
	listOffered              // an agent's tools
)

// rules reads a list of permission rules, and the credentials that were saved with them.
func (r *reader) rules(l *leastagency.Layer, n *node.Node, d leastagency.Decision, in list) []*leastagency.Rule {
	var out []*leastagency.Rule
	for _, item := range n.List() {
		if !item.Is(node.String) {
			if !item.Is(node.Null) || in == listSettings {
				r.Problem(item.At, leastagency.ProblemType, "a permission rule must be a text: Claude Code does not apply this entry")
			}
			continue
		}
		out = append(out, r.saved(l, item.Text, item.At, d, in))
	}
	return out
}

// saved reads a rule and takes the secrets out of what of it may be shown.
func (r *reader) saved(l *leastagency.Layer, text string, at leastagency.Span, d leastagency.Decision, in list) *leastagency.Rule {
	rule := r.rule(text, at, d, in)
	for _, c := range r.Secrets(l, text, at) {
		if secret := c.At.Text(); c.At != at {
			rule.Text = strings.ReplaceAll(rule.Text, secret, "…")
			rule.Action.Pattern = strings.ReplaceAll(rule.Action.Pattern, secret, "…")
		} else {
			rule.Text, rule.Action.Pattern = r.Sys.Knowledge.Redact(rule.Text), r.Sys.Knowledge.Redact(rule.Action.Pattern)
		}
	}
	return rule
}

// rule reads one permission rule.
func (r *reader) rule(text string, at leastagency.Span, d leastagency.Decision, in list) *leastagency.Rule {
	rule := &leastagency.Rule{At: at, Text: text, Decision: d}
	g := grammar{reader: r, decision: d, in: in, at: at, meant: &rule.Meant}
	rule.Action, rule.Inert = g.parse(strings.TrimSpace(text))
	if name, _, _ := splitRule(strings.TrimSpace(text)); findTool(name) != nil {
		rule.Action.Name = name
	}
	if rule.Inert == "" {
		rule.Effects = g.effects(rule.Action)
	}
	return rule
}

// A grammar reads rules for one decision and one scope.
type grammar struct {
	*reader
	decision leastagency.Decision
	in       list
	at       leastagency.Span
	meant    *string // where to note the form that works; nil when nobody asks
}

// means notes the form of a rule that works. What needs escapes is left to its author.
func (g grammar) means(text string) {
	if g.meant != nil && strings.Count(text, "(") < 2 && !strings.Contains(text, `\`) {
		*g.meant = text
	}
}

// parse returns what a rule speaks of, and why the product never consults it.
func (g grammar) parse(text string) (a leastagency.Action, inert string) {
	if text == "" {
		return a, "an empty rule names no tool"
	}
	name, spec, bracket := splitRule(text)
	switch {
	case strings.Contains(text, "(") && !bracket && firstUnescaped(text, '(') >= 0:
		return a, "its brackets are not closed at the end, so it names no tool"
	case name == "":
		return a, "it has a pattern and no tool"
	case bracket && spec == "":
		g.means(name)
		return a, fmt.Sprintf("empty brackets are refused: %s alone means every use", leastagency.Quote(name))
	case spec == "*":
		spec, bracket = "", false
	}
	if server, ok := strings.CutPrefix(name, "mcp__"); ok {
		return g.server(server, spec, bracket)
	}
	if strings.Contains(name, "*") {
		return g.wildcard(name)
	}
	t := findTool(name)
	if t == nil {
		if near := nearestTool(name); strings.EqualFold(near, name) {
			g.means(near + text[len(name):])
		}
		return g.stranger(name)
	}
	a.Kind, a.Pattern = t.kind, spec
	if spec == "" {
		return a, ""
	}
	if param, value, ok := strings.Cut(spec, ":"); ok {
		param = strings.TrimSpace(param)
		prefix := t.kind == leastagency.ActionShell && value == "*"
		switch {
		case param == t.primary && param != "":
			if t.kind == leastagency.ActionShell || t.kind == leastagency.ActionRead || t.kind == leastagency.ActionWrite {
				g.means(name + "(" + strings.TrimSpace(value) + ")")
			}
			return a, fmt.Sprintf("rules on the input %q are ignored: write the pattern without it", param)
		case slices.Contains(t.params, param) && !prefix && g.decision == leastagency.Allow:
			return a, fmt.Sprintf("an allow rule cannot match the input %q, only deny and ask can", param)
		case slices.Contains(t.params, param) && !prefix:
			a.Open = strings.HasSuffix(value, "*")
			return a, ""
		}
	}
	switch t.kind {
	case leastagency.ActionShell:
		return g.shell(spec)
	case leastagency.ActionRead, leastagency.ActionWrite:
		return g.file(t, spec)
	case leastagency.ActionFetch:
		return g.host(spec)
	}
	if g.in == listOffered && t.name == "Agent" {
		a.Pattern = "" // a sub-agent may start any other: the names count for the main thread only
	}
	a.Open = strings.HasSuffix(a.Pattern, "*")
	return a, ""
}

// stranger explains a name that is none of the product's tools.
func (g grammar) stranger(name string) (a leastagency.Action, inert string) {
	if g.loose {
		return a, ""
	}
	near := nearestTool(name)
	if near == "" {
		return a, fmt.Sprintf("Claude Code has no tool %s", leastagency.Quote(name))
	}
	if t := findTool(near); strings.EqualFold(near, name) {
		a.Kind = t.kind
	}
	return a, fmt.Sprintf("Claude Code has no tool %s; did you mean %s?", leastagency.Quote(name), leastagency.Quote(near))
}

// wildcard reads a name with a "*" in it.
func (g grammar) wildcard(name string) (a leastagency.Action, inert string) {
	if g.decision == leastagency.Allow && !(g.in == listOffered && name == "*") {
		if g.loose {
			return a, ""
		}
		return a, "an allow rule may not have a wildcard in the tool's name: Claude Code skips it"
	}
	if name == "*" {
		return leastagency.Action{Kind: leastagency.ActionAny}, ""
	}
	for _, t := range tools {
		if ok, _ := path.Match(name, t.name); ok && t.kind != leastagency.ActionUnknown {
			return leastagency.Action{Kind: t.kind}, ""
		}
	}
	return a, ""
}

// server reads what follows "mcp__": a server, or a server and a tool.
func (g grammar) server(name, spec string, bracket bool) (a leastagency.Action, inert string) {
	a.Kind = leastagency.ActionServer
	a.Server, a.Tool, _ = strings.Cut(name, "__")
	switch {
	case a.Server == "":
		return a, "it names no server"
	case bracket && (g.decision == leastagency.Allow || !strings.Contains(spec, ":")):
		return a, "rules for servers take no brackets: a server or a tool is matched as a whole"
	case bracket:
		a.Pattern = spec
	case strings.Contains(a.Server, "*") && g.decision == leastagency.Allow:
		return a, "an allow rule must name its server: Claude Code skips a wildcard there"
	}
	if a.Tool == "*" {
		a.Tool = ""
	}
	a.Open = strings.HasSuffix(a.Tool, "*")
	return a, ""
}

// shell reads the pattern of a command: exact, or with wildcards that span words.
func (g grammar) shell(spec string) (a leastagency.Action, inert string) {
	a.Kind, a.Pattern = leastagency.ActionShell, spec
	words := spec
	switch {
	case strings.HasSuffix(spec, ":*"):
		words = strings.TrimSpace(strings.TrimSuffix(spec, ":*"))
		a.Open, a.Pattern = true, words
		if words == "" {
			return a, `nothing stands before ":*", so it is no prefix`
		}
	case strings.HasSuffix(spec, " *"):
		words = strings.TrimSpace(strings.TrimSuffix(spec, "*"))
		a.Open = true
		if !strings.Contains(words, "*") {
			a.Pattern = words
		}
	case strings.HasSuffix(spec, "*"):
		a.Open = true
		if strings.Contains(spec, " ") && !strings.HasSuffix(spec, "/*") {
			words = strings.TrimSuffix(spec, "*") // any end of the last word, and any words behind it
		}
	}
	if word, rest, ok := strings.Cut(words, ":*"); ok && isCommandWord(lastWord(word)) && (rest == "" || rest[0] == ' ') {
		return a, `":*" is a wildcard at the end only: here its colon is a letter of the command`
	}
	a.Command = g.command(words, a.Open)
	if g.decision == leastagency.Allow && g.in != listOffered {
		first := firstWord(words)
		switch {
		case a.Open && first == words && slices.Contains(stripped, first):
			return a, fmt.Sprintf("%s is taken off before commands are matched, so nothing is left for the rule to match", leastagency.Quote(first))
		case a.Open && slices.Contains(neverByPrefix, first):
			return a, fmt.Sprintf("no pattern with a wildcard approves %s", leastagency.Quote(first))
		case !a.Open && removesCritical(words):
			return a, "no allow rule approves the removal of this path"
		}
	}
	return a, ""
}

// command returns what the pattern lets run, as this product matches it: a pattern for find never
// covers the options of find that run or delete.
func (g grammar) command(words string, open bool) *leastagency.Command {
	c := command.Pattern(words, open, g.at, g.Sys.Knowledge)
	if c != nil && open && firstWord(words) == "find" {
		c.Runner = ""
		c.Effects = slices.DeleteFunc(slices.Clone(c.Effects), func(e leastagency.Effect) bool {
			return e.Capability != leastagency.ReadPrivate && e.Capability != leastagency.ReadSecret && e.Capability != leastagency.ReadUntrusted
		})
	}
	return c
}

// removesCritical reports whether an exact command removes the disk, the home folder or a folder at the top.
func removesCritical(words string) bool {
	fields := strings.Fields(words)
	if len(fields) < 2 || fields[0] != "rm" && fields[0] != "rmdir" {
		return false
	}
	return slices.ContainsFunc(fields[1:], func(f string) bool {
		return f == "~" || f == "~/" || f == "~/*" || f == "$HOME" || f == "/*" || f == "." || strings.HasPrefix(f, "/") && strings.Count(strings.TrimSuffix(f, "/"), "/") <= 1
	})
}

// file reads the pattern of a path.
func (g grammar) file(t *tool, spec string) (a leastagency.Action, inert string) {
	p := g.anchor(spec)
	a = leastagency.Action{Kind: t.kind, Pattern: p, Open: strings.HasSuffix(p, "*")}
	switch {
	case strings.Contains(spec, ":*"):
		return a, `":*" belongs to commands: no path holds it`
	case g.in == listOffered:
		return a, ""
	case t.instead != "":
		g.means(t.instead + "(" + spec + ")")
		return a, fmt.Sprintf("paths are checked against Read and Edit rules only: write %s", leastagency.Quote(t.instead+"("+spec+")"))
	case strings.HasPrefix(spec, "/") && !strings.HasPrefix(spec, "//") && absoluteLooking(spec):
		g.means(t.name + "(/" + spec + ")")
		return a, fmt.Sprintf("a single slash starts at the settings' own folder, where there is no such path: write %s", leastagency.Quote(t.name+"(/"+spec+")"))
	case t.kind == leastagency.ActionWrite && g.decision == leastagency.Allow && g.in == listSettings && protected(p):
		return a, "no allow rule approves changes of this path: the client protects it"
	}
	return a, ""
}

// anchor rewrites a pattern that starts with one slash, which means the folder of the settings' source.
func (g grammar) anchor(spec string) string {
	if !strings.HasPrefix(spec, "/") || strings.HasPrefix(spec, "//") {
		return spec
	}
	if g.Scope == leastagency.ScopeUser {
		return "~/.claude" + spec
	}
	return "." + spec
}

// host reads the pattern of a request.
func (g grammar) host(spec string) (a leastagency.Action, inert string) {
	a = leastagency.Action{Kind: leastagency.ActionFetch, Pattern: spec}
	host, ok := strings.CutPrefix(spec, "domain:")
	host = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(host), "."))
	switch {
	case !ok:
		return a, fmt.Sprintf("it takes the form WebFetch(domain:host), and %s is no domain", leastagency.Quote(spec))
	case host == "":
		return a, "it names no host"
	case strings.ContainsAny(host, "/ "):
		return a, "a host has no scheme, path or space: the rule matches none"
	case host == "*":
		a.Pattern = ""
		return a, ""
	}
	a.Pattern, a.Open = "domain:"+host, strings.Contains(host, "*")
	return a, ""
}

// splitRule cuts "Tool(pattern)" at its outer brackets; bracket says that both are there.
func splitRule(text string) (name, spec string, bracket bool) {
	open := firstUnescaped(text, '(')
	if open < 0 || !strings.HasSuffix(text, ")") || strings.HasSuffix(text, `\)`) {
		return text, "", false
	}
	spec = text[open+1 : len(text)-1]
	return strings.TrimSpace(text[:open]), strings.NewReplacer(`\(`, "(", `\)`, ")", `\\`, `\`).Replace(spec), true
}

func firstUnescaped(s string, c byte) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case c:
			return i
		}
	}
	return -1
}

// splitTools cuts a list of tools at commas and white space outside of brackets.
func splitTools(s string) [][2]int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth--
		}
	}
	balanced := depth == 0
	var out [][2]int
	start := -1
	depth = 0
	for i := 0; i <= len(s); i++ {
		inside := i < len(s) && depth > 0 && balanced
		if i == len(s) || !inside && (s[i] == ',' || s[i] == ' ' || s[i] == '\t' || s[i] == '\n' || s[i] == '\r') {
			if start >= 0 {
				out = append(out, [2]int{start, i})
			}
			start = -1
			continue
		}
		if start < 0 {
			start = i
		}
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth = max(0, depth-1)
		}
	}
	return out
}

// toolList reads a list of tools in any of its forms: a text with commas or spaces, or a list.
func (r *reader) toolList(l *leastagency.Layer, n *node.Node, d leastagency.Decision, in list) []*leastagency.Rule {
	if !n.Is(node.String) {
		if n.Is(node.List) {
			return r.rules(l, n, d, in)
		}
		return nil
	}
	var out []*leastagency.Rule
	for _, at := range splitTools(n.Text) {
		text := n.Text[at[0]:at[1]]
		if text = strings.Trim(text, `"'[]`); text != "" {
			out = append(out, r.saved(l, text, part(n, at[0], at[1]), d, in))
		}
	}
	return out
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return word
}

func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }

// isCommandWord reports whether a word is a program or sub-command rather than a URL, path or number.
func isCommandWord(s string) bool {
	return s != "" && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz-_") == ""
}
