package gemini

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/nearest"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/effect"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// A tool is one that a product offers its model by itself.
type tool struct {
	names []string // the first is today's; class names are older
	qwen  []string // names that only Qwen Code takes, some of them Claude Code's
	kind  leastagency.ActionKind
}

var tools = []tool{
	{[]string{"run_shell_command", "ShellTool"}, []string{"Shell", "Bash"}, leastagency.ActionShell},
	{[]string{"read_file", "ReadFileTool"}, []string{"ReadFile", "Read"}, leastagency.ActionRead},
	{[]string{"read_many_files", "ReadManyFilesTool"}, []string{"ReadManyFiles"}, leastagency.ActionRead},
	{[]string{"list_directory", "LSTool"}, []string{"ListFiles", "ListFilesTool", "ReadFolder"}, leastagency.ActionRead},
	{[]string{"glob", "GlobTool"}, []string{"Glob", "FindFiles"}, leastagency.ActionRead},
	{[]string{"grep_search", "search_file_content", "GrepTool", "RipGrepTool"}, []string{"Grep", "SearchFiles"}, leastagency.ActionRead},
	{[]string{"write_file", "WriteFileTool"}, []string{"WriteFile", "Write"}, leastagency.ActionWrite},
	{[]string{"replace", "EditTool"}, []string{"edit", "Edit", "notebook_edit", "NotebookEdit"}, leastagency.ActionWrite},
	{[]string{"web_fetch", "WebFetchTool"}, []string{"WebFetch"}, leastagency.ActionFetch},
	{[]string{"google_web_search", "WebSearchTool"}, []string{"web_search", "WebSearch"}, leastagency.ActionSearch},
	{[]string{"invoke_agent", "codebase_investigator", "cli_help", "delegate_to_agent"}, []string{"agent", "Agent", "AgentTool", "task", "Task", "TaskTool"}, leastagency.ActionSpawn},
	{[]string{"activate_skill"}, []string{"skill", "Skill", "SkillTool"}, leastagency.ActionSkill},
	{[]string{"save_memory", "MemoryTool", "ask_user", "write_todos", "enter_plan_mode", "exit_plan_mode", "update_topic", "complete_task", "get_internal_docs", "read_mcp_resource",
		"list_mcp_resources", "tracker_create_task", "tracker_update_task", "tracker_get_task", "tracker_list_tasks", "tracker_add_dependency", "tracker_visualize"},
		[]string{"SaveMemory", "todo_write", "TodoWrite", "ExitPlanMode", "lsp", "Lsp", "task_create", "task_get", "task_list", "task_update", "task_stop", "task_output", "ask_user_question"}, leastagency.ActionOther},
}

// findTool returns the tool of a name of either product; nil for a tool of a server or none at all.
func findTool(name string) *tool {
	for i := range tools {
		if slices.Contains(tools[i].names, name) || slices.Contains(tools[i].qwen, name) {
			return &tools[i]
		}
	}
	return nil
}

// toolNames are the names of tools that the product takes.
func (r *reader) toolNames() []string {
	var out []string
	for _, t := range tools {
		out = append(out, t.names...)
		if !r.gemini() {
			out = append(out, t.qwen...)
		}
	}
	return out
}

// Priorities of the lists in Gemini CLI's settings, in thousandths, among those of a person's policies.
const (
	tierExtension = 2000
	tierProject   = 3000
	tierUser      = 4000
	tierAdmin     = 5000

	excludedServer = tierUser + 900
	excludedTool   = tierUser + 400
	confirmedTool  = tierUser + 350
	allowedTool    = tierUser + 300
	narrowedTool   = tierUser + 290
	coreTool       = tierUser + 250
	notCoreTool    = tierUser + 240
	allowedServer  = tierUser + 100
)

// list reads a list of tools of the settings.
func (r *reader) list(l *leastagency.Layer, items []leastagency.Value[string], d leastagency.Decision, priority int) {
	narrowed := leastagency.Span{}
	if !r.gemini() {
		priority = 0
	}
	for _, item := range items {
		rule := &leastagency.Rule{At: item.At, Text: item.V, Decision: d, Priority: priority}
		rule.Action, rule.Inert = r.listed(strings.TrimSpace(item.V), item.At, d)
		if rule.Inert == "" {
			rule.Effects = effects(rule.Action)
		}
		l.Rules = append(l.Rules, r.Hide(l, rule))
		if rule.Action.Kind == leastagency.ActionShell && rule.Action.Pattern != "" && rule.Inert == "" {
			narrowed = item.At
		}
	}
	if r.gemini() && priority == allowedTool && !narrowed.IsZero() { // a list of command lines denies all others
		l.Rules = append(l.Rules, &leastagency.Rule{At: narrowed, Text: "run_shell_command", Decision: leastagency.Deny, Priority: narrowedTool, Implied: true,
			Action: leastagency.Action{Kind: leastagency.ActionShell}})
	}
}

// listed reads an entry: a tool, or the shell with the beginning of a command line in brackets.
func (r *reader) listed(entry string, at leastagency.Span, d leastagency.Decision) (a leastagency.Action, inert string) {
	name, prefix, bracket := strings.Cut(entry, "(")
	bracket = bracket && strings.HasSuffix(entry, ")")
	prefix = strings.TrimSuffix(prefix, ")")
	if entry == "" {
		return a, "an empty entry names no tool"
	}
	if bracket && d != leastagency.Allow && r.gemini() {
		return a, fmt.Sprintf("this list knows whole tools only: no tool is called %s", leastagency.Quote(entry))
	}
	if !bracket {
		name = entry
	}
	a, inert = r.named(name)
	if !bracket || a.Kind != leastagency.ActionShell || strings.TrimSpace(prefix) == "" || prefix == "*" {
		return a, inert // of other tools the brackets are not read: the whole tool is meant
	}
	return r.prefix(strings.TrimSuffix(prefix, ":*"), at), inert
}

// prefix is every command line that starts with the words.
func (r *reader) prefix(words string, at leastagency.Span) leastagency.Action {
	words = strings.TrimSpace(words)
	return leastagency.Action{Kind: leastagency.ActionShell, Pattern: words, Open: true, Command: command.Pattern(words, true, at, r.Sys.Knowledge)}
}

// named reads the name of a tool, of the product or of a server.
func (r *reader) named(name string) (a leastagency.Action, inert string) {
	if t := findTool(name); t != nil {
		if r.gemini() && slices.Contains(t.qwen, name) {
			return leastagency.Action{Kind: t.kind}, fmt.Sprintf("Gemini CLI has no tool %s; it is called %s there", leastagency.Quote(name), leastagency.Quote(t.names[0]))
		}
		return leastagency.Action{Kind: t.kind, Name: r.own(t, name)}, ""
	}
	switch {
	case name == "*":
		return leastagency.Action{Kind: leastagency.ActionAny}, ""
	case r.gemini() && strings.HasPrefix(name, "mcp_") && !strings.HasPrefix(name, "mcp__"):
		a.Kind = leastagency.ActionServer
		rest := strings.TrimPrefix(name, "mcp_")
		if rest == "*" {
			a.Server = "*"
			return a, ""
		}
		if a.Server, a.Tool, _ = cutServer(rest); a.Tool == "*" {
			a.Tool = ""
		}
		return a, ""
	case strings.HasPrefix(name, "mcp__") && !r.gemini():
		a.Kind = leastagency.ActionServer
		a.Server, a.Tool, _ = strings.Cut(strings.TrimPrefix(name, "mcp__"), "__")
		if a.Tool == "*" {
			a.Tool = ""
		}
		if a.Server == "*" || a.Server == "" {
			a.Server, a.Tool = "*", ""
		}
		a.Open = strings.HasSuffix(a.Tool, "*")
		return a, ""
	case r.gemini() && strings.Contains(name, "__"):
		if strings.HasPrefix(name, "mcp__") {
			return a, fmt.Sprintf("Gemini CLI names tools of servers mcp_server_tool: none is called %s", leastagency.Quote(name))
		}
		a.Kind = leastagency.ActionServer // as older versions wrote it
		a.Server, a.Tool, _ = strings.Cut(name, "__")
		return a, ""
	}
	if near := nearest.Key(name, r.toolNames()); near != "" {
		return a, fmt.Sprintf("%s has no tool %s; did you mean %s?", r.Title, leastagency.Quote(name), leastagency.Quote(near))
	}
	return a, "" // of a server, a sub-agent or a discovery command
}

// own is the name of a tool that rules tell apart from others which do the same. Qwen Code takes a rule
// about read_file for every tool that reads, and one about edit for every tool that changes files.
func (r *reader) own(t *tool, name string) string {
	switch {
	case t.kind != leastagency.ActionRead && t.kind != leastagency.ActionWrite:
		return ""
	case !r.gemini() && (t.names[0] == "read_file" || t.names[0] == "replace" && !strings.EqualFold(strings.ReplaceAll(name, "_", ""), "notebookedit")):
		return ""
	}
	return t.names[0]
}

// cutServer cuts "server_tool" behind the server's name, which has no underscore of its own.
func cutServer(name string) (server, tool string, ok bool) {
	if server, ok = strings.CutSuffix(name, "_*"); ok {
		return server, "*", true
	}
	return strings.Cut(name, "_")
}

// effects returns what an action lets happen. The file tools of both products stay in the workspace.
func effects(a leastagency.Action) []leastagency.Effect {
	if a.Pattern == "" && (a.Kind == leastagency.ActionRead || a.Kind == leastagency.ActionWrite) {
		a.Pattern = "**"
	}
	if a.Syntax == leastagency.Regexp {
		if a.Command == nil {
			return nil
		}
		return a.Command.Effects
	}
	return effect.Of(a)
}

// serverRules reads a list of names of servers.
func (r *reader) serverRules(l *leastagency.Layer, key string, mcp *node.Node, d leastagency.Decision, priority int) {
	for _, name := range r.Strings(mcp.Get(strings.TrimPrefix(key, "mcp.")), key) {
		l.Rules = append(l.Rules, &leastagency.Rule{At: name.At, Text: key + ": " + name.V, Decision: d, Priority: priority, Action: leastagency.Action{Kind: leastagency.ActionServer, Server: name.V}})
	}
}

// permissions reads Qwen Code's lists of rules: "Tool" or "Tool(pattern)".
func (r *reader) permissions(l *leastagency.Layer, items []leastagency.Value[string], d leastagency.Decision) {
	for _, item := range items {
		rule := &leastagency.Rule{At: item.At, Text: item.V, Decision: d}
		rule.Action, rule.Inert = r.permission(strings.TrimSpace(item.V), item.At)
		if rule.Inert == "" {
			rule.Effects = effects(rule.Action)
		}
		l.Rules = append(l.Rules, r.Hide(l, rule))
	}
}

// permission reads one rule. A command without a wildcard is the beginning of a command line, and a
// path that starts with one slash lies in the project.
func (r *reader) permission(text string, at leastagency.Span) (a leastagency.Action, inert string) {
	name, spec, bracket := strings.Cut(strings.Replace(text, ":*", " *", 1), "(")
	switch {
	case text == "":
		return a, "an empty rule names no tool"
	case bracket && !strings.HasSuffix(spec, ")"):
		bracket, spec = false, "" // without the closing bracket the pattern is not read
	}
	spec = strings.TrimSuffix(spec, ")")
	if a, inert = r.named(strings.TrimSpace(name)); inert != "" || !bracket || spec == "" {
		return a, inert
	}
	switch a.Kind {
	case leastagency.ActionShell:
		return r.commandRule(spec, at), ""
	case leastagency.ActionRead, leastagency.ActionWrite:
		if strings.HasPrefix(spec, "/") && !strings.HasPrefix(spec, "//") {
			spec = "." + spec
		}
		a.Pattern, a.Open = spec, strings.HasSuffix(spec, "*")
		if spec == "**" || spec == "./**" {
			a.Pattern = ""
		}
	case leastagency.ActionFetch:
		host := strings.ToLower(strings.TrimSpace(strings.TrimPrefix(spec, "domain:")))
		if host == "" {
			return a, "it names no host"
		}
		a.Pattern = "domain:" + host
	case leastagency.ActionServer:
		return a, "" // a server's tool is matched as a whole
	default:
		a.Pattern = spec
	}
	return a, ""
}

func (r *reader) commandRule(spec string, at leastagency.Span) leastagency.Action {
	if strings.Trim(spec, " *") == "" {
		return leastagency.Action{Kind: leastagency.ActionShell}
	}
	if !strings.Contains(spec, "*") {
		return r.prefix(spec, at)
	}
	if words, ok := strings.CutSuffix(spec, " *"); ok && !strings.Contains(words, "*") {
		return r.prefix(words, at)
	}
	a := leastagency.Action{Kind: leastagency.ActionShell, Pattern: spec, Open: strings.HasSuffix(spec, "*")}
	words := spec
	if a.Open && strings.Contains(spec, " ") && !strings.HasSuffix(spec, "/*") {
		words = strings.TrimSuffix(spec, "*")
	}
	a.Command = command.Pattern(strings.TrimSpace(words), a.Open, at, r.Sys.Knowledge)
	return a
}
