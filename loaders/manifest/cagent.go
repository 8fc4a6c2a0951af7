package manifest

import (
	"cmp"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/guard"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/pattern"
	"github.com/leastagency/leastagency/loaders/internal/product"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// dockerAgent is Docker Agent, formerly cagent: a map of agents with toolsets. It asks before every
// tool that is not marked as one that only reads; one list of permissions counts for all agents of a
// file. Source: agent-schema.json and docs/configuration of github.com/docker/docker-agent.
func dockerAgent() format {
	return format{
		product: "cagent",
		title:   "Docker Agent",
		syntax:  credential.DockerAgent,
		match:   func(p string) bool { return ends(p, ".yaml", ".yml") },
		marks:   []string{"agents:"},
		is: func(_ *reader, root *node.Node) bool {
			if root.Get("services") != nil || root.Get("apiVersion") != nil {
				return false
			}
			named := root.Get("models").Is(node.Map) || root.Get("version") != nil
			for _, m := range root.Get("agents").Each() {
				if named && m.Key == "root" && m.Value.Get("model").Is(node.String) {
					return true
				}
				if m.Value.Get("role") == nil && (m.Value.Get("instruction").Is(node.String) || m.Value.Get("toolsets").Is(node.List) || m.Value.Get("sub_agents").Is(node.List)) {
					return true
				}
			}
			return false
		},
		read: (*reader).dockerAgents,
	}
}

func (r *reader) dockerAgents(root *node.Node) {
	agents := root.Get("agents")
	rules := r.dockerPermissions(root)
	for i, m := range agents.Each() {
		if !m.Value.Is(node.Map) {
			continue
		}
		l := r.agent(m.Key, m.At, leastagency.ModeAsk)
		l.Order = leastagency.HighestPriority
		l.Rules, l.ToolsSet = slices.Clone(rules), true
		if i == 0 {
			r.dockerModels(l, root)
		}
		if i := slices.IndexFunc(rules, func(rule *leastagency.Rule) bool {
			return rule.Decision == leastagency.Allow && rule.Action.Kind == leastagency.ActionAny
		}); i >= 0 {
			l.Mode = leastagency.ValueAt(leastagency.ModeBypass, rules[i].At)
		}
		r.dockerFlags(l)
		r.Describe(l, m.Value.Get("description"))
		r.instruct(l, m.Value.Get("instruction"))
		number(&l.Limits.Turns, m.Value.Get("max_iterations"))
		if !l.Limits.Turns.Set || l.Limits.Turns.V == 0 {
			l.Limits.Turns, l.Limits.Open = leastagency.Value[int]{}, "max_iterations"
		}
		for _, set := range m.Value.Get("toolsets").List() {
			r.dockerToolset(l, root, set)
		}
		for _, key := range []string{"sub_agents", "handoffs"} {
			for _, name := range m.Value.Get(key).List() {
				r.dockerDelegate(l, agents, name)
			}
		}
		r.dockerHooks(l, m.Value.Get("hooks"))
		r.dockerCommands(l, m.Value.Get("commands"))
	}
}

// dockerFlags reads the flags of the program that the first line of an executable manifest starts.
func (r *reader) dockerFlags(l *leastagency.Layer) {
	line := string(r.File.Line(1))
	if !strings.HasPrefix(line, "#!") {
		return
	}
	at := func(flag string) (leastagency.Span, bool) {
		i := strings.Index(line+" ", " "+flag+" ")
		return r.File.Span(i+1, i+1+len(flag)), i > 0
	}
	if span, ok := at("--yolo"); ok {
		l.Mode = leastagency.ValueAt(leastagency.ModeBypass, span)
	}
	if span, ok := at("--sandbox"); ok {
		l.Sandbox = &leastagency.Sandbox{At: span, Enabled: leastagency.ValueAt(true, span), FailClosed: leastagency.ValueAt(true, span), Retry: leastagency.ValueAt(false, span),
			OpenNetwork: leastagency.ValueAt(true, span), AutoAllow: leastagency.ValueAt(false, span)}
	}
}

// dockerModels reads where model traffic goes and which variables hold the keys.
func (r *reader) dockerModels(l *leastagency.Layer, root *node.Node) {
	for _, block := range []string{"models", "providers"} {
		for _, m := range root.Get(block).Each() {
			r.Endpoint(l, leastagency.SwitchEndpoint, "base_url", m.Value.Get("base_url"))
			if key := m.Value.Get("token_key").String(); key.Set && key.V != "" {
				c := &leastagency.Credential{Name: "token_key", At: key.At, Source: leastagency.SourceReference, Reference: key.V}
				if _, told := credential.Classify(key.V, leastagency.ValueAt("$"+key.V, key.At), r.Syntax, r.Sys.Knowledge); told != nil {
					c.Kind, c.Service, c.Lifetime, c.Admin = told.Kind, told.Service, told.Lifetime, told.Admin
				}
				l.Credentials = append(l.Credentials, c)
			}
		}
	}
}

// dockerTools are the product's own tools by the kind of what they do. Of those that only read, nobody
// is asked, unless a permission says so.
var dockerTools = []struct {
	kind  leastagency.ActionKind
	quiet bool
	names []string
}{
	{leastagency.ActionShell, false, []string{"shell", "run_background_job"}},
	{leastagency.ActionRead, true, []string{"read_file", "read_multiple_files", "directory_tree", "list_directory", "search_files_content"}},
	{leastagency.ActionWrite, false, []string{"write_file", "edit_file", "create_directory", "remove_directory"}},
	{leastagency.ActionFetch, false, []string{"fetch"}},
	{leastagency.ActionSpawn, true, []string{"transfer_task", "handoff", "run_background_agent"}},
	{leastagency.ActionOther, true, []string{"think", "create_todo", "create_todos", "update_todos", "list_todos", "get_memories", "search_memories", "read_skill", "read_skill_file",
		"list_background_jobs", "view_background_job", "user_prompt", "change_model", "revert_model", "search_tool"}},
	{leastagency.ActionOther, false, []string{"add_memory", "delete_memory", "update_memory", "add_tool"}},
}

// dockerPermissions reads the lists of the file: what they deny goes before what they allow, that
// before what they ask for, and last comes what reads only.
func (r *reader) dockerPermissions(root *node.Node) []*leastagency.Rule {
	l := &leastagency.Layer{}
	block := root.Get("permissions")
	r.Unknown(block, "permissions", "allow", "ask", "deny")
	for _, list := range []struct {
		key      string
		decision leastagency.Decision
		priority int
	}{{"deny", leastagency.Deny, 4}, {"allow", leastagency.Allow, 3}, {"ask", leastagency.Ask, 2}} {
		for _, item := range r.List(block.Get(list.key), list.key) {
			for _, a := range r.dockerActions(item, list.decision) {
				rule := r.Rule(l, item.At, item.Text, list.decision, a)
				rule.Priority = list.priority
				l.Rules = append(l.Rules, rule)
			}
		}
	}
	for _, t := range dockerTools {
		if t.quiet {
			l.Rules = append(l.Rules, quiet(root.Member("agents").At, leastagency.Action{Kind: t.kind}, t.names...)...)
		}
	}
	return l.Rules
}

// quiet are rules that nobody wrote: tools that the product marks as readers run unasked.
func quiet(at leastagency.Span, a leastagency.Action, names ...string) []*leastagency.Rule {
	if a.Kind != leastagency.ActionOther {
		return []*leastagency.Rule{{At: at, Text: strings.Join(names, ", "), Decision: leastagency.Allow, Action: a, Priority: 1, Implied: true}}
	}
	var out []*leastagency.Rule
	for _, name := range names {
		a.Name = name
		out = append(out, &leastagency.Rule{At: at, Text: name, Decision: leastagency.Allow, Action: a, Priority: 1, Implied: true})
	}
	return out
}

// dockerActions reads a pattern: a tool's name with "*" in it, and arguments behind colons.
func (r *reader) dockerActions(item *node.Node, d leastagency.Decision) []leastagency.Action {
	name, args := dockerPattern(item.Text)
	if name == "*" && len(args) == 0 {
		return []leastagency.Action{{Kind: leastagency.ActionAny}}
	}
	if rest, ok := strings.CutPrefix(name, "mcp:"); ok {
		server, tool, _ := strings.Cut(rest, ":")
		return []leastagency.Action{{Kind: leastagency.ActionServer, Server: cmp.Or(server, "*"), Tool: strings.TrimSuffix(tool, "*") + star(tool)}}
	}
	var out []leastagency.Action
	for _, t := range dockerTools {
		hits := 0
		for _, tool := range t.names {
			if ok, err := filepath.Match(strings.ToLower(name), tool); ok && err == nil || strings.EqualFold(name, tool) {
				hits++
			}
		}
		switch {
		case hits == 0:
		case t.kind == leastagency.ActionOther:
			out = append(out, leastagency.Action{Kind: t.kind, Name: strings.ToLower(name)})
		case d == leastagency.Deny && hits < len(t.names) && t.kind != leastagency.ActionShell:
			out = append(out, leastagency.Action{Kind: leastagency.ActionOther, Name: strings.ToLower(name)}) // others of the kind are left
		default:
			out = append(out, r.dockerArgument(leastagency.Action{Kind: t.kind}, args, item, d))
		}
	}
	if out == nil || strings.HasPrefix(name, "*") {
		out = append(out, leastagency.Action{Kind: leastagency.ActionServer, Server: "*", Tool: name})
	}
	return out
}

func star(s string) string {
	if strings.HasSuffix(s, "*") && s != "*" {
		return "*"
	}
	return ""
}

// dockerPattern splits a pattern as the product does: the first part with "=" ends the tool's name.
func dockerPattern(text string) (name string, args map[string]string) {
	args = map[string]string{}
	var names []string
	for part := range strings.SplitSeq(text, ":") {
		if key, value, ok := strings.Cut(part, "="); ok && key != "" && names != nil {
			args[key] = value
		} else if len(args) == 0 {
			names = append(names, part)
		}
	}
	return strings.Join(names, ":"), args
}

// dockerArgument narrows an action to an argument. Of a command the whole line is compared, so that
// what an open end lets through may be another command.
func (r *reader) dockerArgument(a leastagency.Action, args map[string]string, item *node.Node, d leastagency.Decision) leastagency.Action {
	key := map[leastagency.ActionKind]string{leastagency.ActionShell: "cmd", leastagency.ActionRead: "path", leastagency.ActionWrite: "path", leastagency.ActionFetch: "urls"}[a.Kind]
	value, stated := args[key]
	if !stated {
		if len(args) > 0 && d == leastagency.Allow {
			a.Pattern, a.Syntax = "*", leastagency.Glob // narrowed by something that says nothing of what it does
		}
		return a
	}
	a.Pattern, a.Open = value, strings.HasSuffix(value, "*")
	m := pattern.Glob(value)
	switch a.Kind {
	case leastagency.ActionShell:
		a.Syntax, a.Line = leastagency.Glob, true
		if m.Any() {
			return leastagency.Action{Kind: a.Kind}
		}
		words, open := m.Command(d != leastagency.Allow)
		a.Command = command.Pattern(words, open, item.At, r.Sys.Knowledge)
		if d == leastagency.Allow && strings.Contains(value, "*") && a.Command.Runner == "" {
			a.Command.Runner = "matches the whole line, so that another command may follow"
			a.Command.Effects = append(slices.Clone(a.Command.Effects), leastagency.Effect{Capability: leastagency.Execute, Reach: leastagency.Reach{Breadth: leastagency.Machine}, Why: "lets another command follow on the line"})
		}
	case leastagency.ActionRead, leastagency.ActionWrite:
		if paths := m.Paths(); len(paths) == 1 {
			a.Pattern = paths[0]
		}
	case leastagency.ActionFetch:
		a.Syntax = leastagency.Glob
	}
	return a
}

// dockerToolset reads one entry of an agent's list.
func (r *reader) dockerToolset(l *leastagency.Layer, root, set *node.Node) {
	kind := set.Get("type")
	at := kind.Inner()
	if !kind.Is(node.String) {
		return
	}
	names := set.Get("tools").Strings()
	offers := func(of leastagency.ActionKind) bool {
		return len(names) == 0 || slices.ContainsFunc(dockerTools, func(t struct {
			kind  leastagency.ActionKind
			quiet bool
			names []string
		}) bool {
			return t.kind == of && slices.ContainsFunc(names, func(n leastagency.Value[string]) bool { return slices.Contains(t.names, n.V) })
		})
	}
	r.instruct(l, set.Get("instruction"))
	switch kind.Text {
	case "mcp":
		r.dockerServer(l, root, set)
	case "shell":
		r.kind(l, "shell", at, leastagency.ActionShell)
		r.Env(l, set.Get("env"))
	case "filesystem":
		if offers(leastagency.ActionRead) {
			r.kind(l, "filesystem", at, leastagency.ActionRead)
		}
		if offers(leastagency.ActionWrite) {
			r.kind(l, "filesystem", at, leastagency.ActionWrite)
		}
		for _, edit := range set.Get("post_edit").List() {
			r.Run(l, edit.Get("cmd"))
		}
	case "script":
		for _, m := range set.Get("shell").Each() {
			r.dockerScript(l, m)
		}
	case "fetch":
		r.kind(l, "fetch", at, leastagency.ActionFetch)
	case "api":
		api := set.Get("api_config")
		r.dockerRequest(l, cmp.Or(api.Get("name").String().V, "api"), api.Get("endpoint"), strings.EqualFold(api.Get("method").String().V, "GET"))
		r.headers(l, api.Get("headers"))
	case "openapi":
		r.dockerRequest(l, "openapi", set.Get("url"), false)
		r.headers(l, set.Get("headers"))
	case "a2a":
		name := cmp.Or(set.Get("name").String().V, "a2a")
		t := r.kind(l, name, at, leastagency.ActionOther)
		t.Action.Name = plain(name)
		effects(t, leastagency.One, "hands the task to an agent elsewhere", leastagency.Spawn, leastagency.Send)
		r.headers(l, set.Get("headers"))
	case "memory":
		t := r.tool(l, "add_memory", at)
		t.Text = "memory"
		effects(t, leastagency.Project, "keeps what it is told for later sessions", leastagency.Remember)
	case "lsp":
		r.Start(l, set.Get("command"), set.Get("args"), set.Get("env"))
		t := r.kind(l, "lsp", at, leastagency.ActionOther)
		t.Action.Name = "lsp"
	case "background_agents":
		r.kind(l, "background_agents", at, leastagency.ActionSpawn)
	default:
		t := r.kind(l, kind.Text, at, leastagency.ActionOther)
		t.Action.Name = plain(kind.Text)
	}
}

// dockerScript reads a command that the manifest makes a tool of: the model chooses its arguments,
// which reach it as variables.
func (r *reader) dockerScript(l *leastagency.Layer, m node.Member) {
	cmd := m.Value.Get("cmd")
	if !cmd.Is(node.String) {
		return
	}
	t := &leastagency.Rule{At: m.At, Text: m.Key, Decision: leastagency.Allow, Action: leastagency.Action{Kind: leastagency.ActionShell, Pattern: r.Sys.Knowledge.Redact(cmd.Text),
		Command: command.Parse(cmd.Text, cmd.Inner(), r.Sys.Knowledge)}}
	t.Effects = t.Action.Command.Effects
	l.Tools = append(l.Tools, t)
	r.Secrets(l, cmd.Text, cmd.At)
	r.Env(l, m.Value.Get("env"))
	r.explain(l, m.Value.Get("description"))
}

// dockerRequest reads a tool that calls one address; reads says that it only gets.
func (r *reader) dockerRequest(l *leastagency.Layer, name string, address *node.Node, reads bool) {
	if !address.Is(node.String) {
		return
	}
	found, _ := credential.FromURL(address.String(), r.Syntax, r.Sys.Knowledge)
	l.Credentials = append(l.Credentials, found...)
	t := r.kind(l, name, address.Inner(), leastagency.ActionFetch)
	reach := leastagency.Reach{Breadth: leastagency.One, Pattern: host(address.Text)}
	if t.Action.Pattern = "domain:" + reach.Pattern; reach.Pattern == "" {
		t.Action.Pattern = ""
	}
	t.Effects = []leastagency.Effect{{Capability: leastagency.ReadUntrusted, Reach: reach, Why: "reads what the address answers"}, {Capability: leastagency.Send, Reach: reach, Why: "sends arguments to the address"}}
	if !reads {
		t.Effects = append(t.Effects, leastagency.Effect{Capability: leastagency.WriteState, Reach: leastagency.Reach{Breadth: leastagency.Service}, Why: "changes what the service holds"})
	} else if t.Action.Pattern != "" {
		l.Rules = append(l.Rules, quiet(address.At, t.Action, name)...)
	}
}

// headers reads the credentials among headers.
func (r *reader) headers(l *leastagency.Layer, block *node.Node) {
	for _, m := range block.Each() {
		r.Credential(l, m.Key, m.Value)
	}
}

// dockerServer reads an MCP server: one that is started, one that is reached, one of Docker's catalog,
// or one that the file defines elsewhere.
func (r *reader) dockerServer(l *leastagency.Layer, root, set *node.Node) {
	ref := set.Get("ref")
	name, catalog := "", false
	defined := (*node.Node)(nil)
	if ref.Is(node.String) {
		if name, catalog = strings.CutPrefix(ref.Text, "docker:"); !catalog {
			defined = root.Get("mcps", ref.Text)
		}
	}
	get := func(keys ...string) *node.Node {
		if v := set.Get(keys...); v != nil {
			return v
		}
		return defined.Get(keys...)
	}
	at := set.Get("type").Inner()
	switch {
	case set.Get("name").Is(node.String):
		name = set.Get("name").Text
	case get("command").Is(node.String):
		name, at = cmp.Or(name, get("command").Text), get("command").Inner()
	case get("remote", "url").Is(node.String):
		name, at = cmp.Or(name, host(get("remote", "url").Text), "remote"), get("remote", "url").Inner()
	}
	if ref.Is(node.String) {
		at = ref.Inner()
	}
	s := r.server(l, cmp.Or(name, "mcp"), at, mcpserver.Dialect{Included: []string{"tools"}},
		field{"command", get("command")}, field{"args", get("args")}, field{"env", get("env")}, field{"tools", get("tools")},
		field{"url", get("remote", "url")}, field{"headers", get("remote", "headers")}, field{"type", get("remote", "transport_type")},
		field{"instructions", get("instruction")})
	if s == nil {
		return
	}
	if !catalog && defined == nil && set.Get("name") == nil && s.Command != nil && len(s.Command.Artifacts) > 0 {
		s.Name = s.Command.Artifacts[0].Name // of a runner, the package tells more than the program
	}
	if catalog { // the catalog names the image and its digest
		s.Transport = leastagency.Stdio
		s.Command = &leastagency.Command{At: at, Text: ref.Text, Artifacts: []leastagency.Artifact{{At: at, Ecosystem: "image", Name: "mcp/" + name}}}
	}
	if v := get("version"); v.Is(node.String) && v.Text != "false" && s.Command != nil { // the product installs the program from there
		repo, version, _ := strings.Cut(v.Text, "@")
		pin := leastagency.Versioned
		if version == "" {
			pin = leastagency.Unpinned
		}
		s.Command.Artifacts = append(s.Command.Artifacts, leastagency.Artifact{At: v.Inner(), Ecosystem: "github", Name: repo, Version: version, Pin: pin})
	}
}

// dockerDelegate reads an agent of the file, or one that is fetched from a registry or an address.
func (r *reader) dockerDelegate(l *leastagency.Layer, agents, name *node.Node) {
	if !name.Is(node.String) || agents.Get(name.Text) != nil || !strings.ContainsAny(name.Text, "/:") {
		if v := name.String(); v.V != "" {
			l.Delegates = append(l.Delegates, leastagency.Delegate{Name: v.V, At: v.At, Typed: agents.Get(v.V, "structured_output").Is(node.Map)})
		}
		return
	}
	ref := name.Text
	if local, remote, ok := strings.Cut(ref, ":"); ok && strings.Contains(remote, "/") && !strings.ContainsAny(local, "/.") { // name:reference
		ref = remote
		if local == "http" || local == "https" {
			ref = name.Text
		}
	}
	l.Delegates = append(l.Delegates, leastagency.Delegate{Name: name.Text, At: name.At})
	source := leastagency.Artifact{At: name.Inner(), Ecosystem: "url", Name: ref, Pin: leastagency.Unpinned}
	if !strings.Contains(ref, "://") {
		source = image(leastagency.ValueAt(ref, name.Inner()), r.Sys.Knowledge)
	}
	l.Plugins = append(l.Plugins, &leastagency.Plugin{Name: ref, At: name.At, Source: source, Enabled: true, Updates: source.Pin == leastagency.Unpinned})
}

// image reads the reference of a container image.
func image(ref leastagency.Value[string], k *leastagency.Knowledge) leastagency.Artifact {
	c := command.Exec([]leastagency.Value[string]{{V: "docker"}, {V: "run"}, ref}, ref.At, k)
	for _, a := range c.Artifacts {
		if a.Ecosystem == "image" {
			return a
		}
	}
	return leastagency.Artifact{At: ref.At, Ecosystem: "image", Name: ref.V}
}

const dockerCrash = "a crash, a timeout or any exit status but 2 lets the action through"

// dockerHooks reads the commands that run around tool calls and sessions.
func (r *reader) dockerHooks(l *leastagency.Layer, block *node.Node) {
	events := []string{"pre_tool_use", "post_tool_use", "session_start", "session_end", "on_user_input"}
	for _, m := range block.Each() {
		for _, item := range m.Value.List() {
			hooks := item.Get("hooks").List()
			if hooks == nil {
				hooks = []*node.Node{item}
			}
			for _, n := range hooks {
				c := n.Get("command")
				if !c.Is(node.String) || strings.TrimSpace(c.Text) == "" {
					continue
				}
				h := &leastagency.Hook{At: c.At, Event: leastagency.ValueAt(m.Key, m.At), Matcher: item.Get("matcher").String(), Kind: leastagency.HookCommand,
					UnknownEvent: !slices.Contains(events, m.Key), Blocking: m.Key == "pre_tool_use", Command: command.Parse(c.Text, c.Inner(), r.Sys.Knowledge)}
				if strings.EqualFold(m.Key, "session_start") {
					h.Event.V = "session_start"
				}
				r.Secrets(l, c.Text, c.At)
				product.Kinds(h, dockerMatched(h.Matcher.V), !h.Matcher.Set || h.Matcher.V == "*" || h.Matcher.V == "")
				r.Guard(h, reading.Contract{Acts: m.Key == "pre_tool_use", Denies: guard.AnswersDeny, Crash: dockerCrash, Always: true, Folders: []string{r.Root}})
				l.Hooks = append(l.Hooks, h)
			}
		}
	}
}

// dockerMatched are the kinds of tools whose names a matcher finds.
func dockerMatched(matcher string) []leastagency.ActionKind {
	re, err := regexp.Compile("^(?:" + matcher + ")$")
	if err != nil {
		return nil
	}
	var out []leastagency.ActionKind
	for _, t := range dockerTools {
		if slices.ContainsFunc(t.names, re.MatchString) {
			out = append(out, t.kind)
		}
	}
	return out
}

var bang = lazy.Compile("!`([^`\n]+)`")

// dockerCommands reads prompts that a person starts by name, and the command lines that they paste in.
func (r *reader) dockerCommands(l *leastagency.Layer, block *node.Node) {
	for _, m := range block.Each() {
		n := m.Value
		if n.Is(node.Map) {
			n = n.Get("instruction")
		}
		t := reading.Text(leastagency.TextPrompt, n)
		if t == nil {
			continue
		}
		r.Tell(l, t)
		for _, at := range bang.Get().FindAllStringSubmatchIndex(t.Body, -1) {
			l.Commands = append(l.Commands, command.Parse(t.Body[at[2]:at[3]], t.Span(at[2], at[3]), r.Sys.Knowledge))
		}
	}
}
