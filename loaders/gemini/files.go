package gemini

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// beside is a path in the folder that the file is in force for.
func (r *reader) beside(name string) string { return path.Join(r.root, name) }

// manifest reads the manifest of an extension.
func (r *reader) manifest() {
	root := r.Object()
	name := text(root, "name")
	if !name.Set {
		return
	}
	l := r.layer(leastagency.KindPlugin, name.V, name.At)
	r.Describe(l, root.Get("description"))
	r.servers(l, root.Get("mcpServers"), extensionDialect)
	for _, m := range root.Get("mcpServers").Each() {
		if trust := m.Value.Get("trust"); leastagency.Is(trust.Bool(), true) {
			r.Problem(trust.At, leastagency.ProblemIgnored, "%s trusts no server of an extension: each of its tools is asked for", r.Title)
		}
	}
	r.list(l, r.Strings(root.Get("excludeTools"), "excludeTools"), leastagency.Deny, excludedTool)
	for _, s := range root.Get("settings").List() {
		variable := text(s, "envVar")
		if variable.Set && (leastagency.Is(s.Get("sensitive").Bool(), true) || credential.Secret(variable.V)) {
			l.Credentials = append(l.Credentials, &leastagency.Credential{Name: variable.V, At: variable.At, Source: leastagency.SourcePrompt, Reference: variable.V})
		}
	}
	for _, file := range texts(root.Get("contextFileName")) {
		p := r.beside(file.V)
		if path.Base(p) == r.product.memory || p == ".." || strings.HasPrefix(p, "../") {
			continue // read by itself
		}
		if f := r.Sys.Open(p); f != nil {
			other := *r
			other.File = f
			other.memory(l)
		}
	}
}

// command reads a prompt that a person starts by name, and the commands that it runs: !{…}. The
// product asks before it runs them.
func (r *reader) command() {
	name := strings.ReplaceAll(r.name, "/", ":")
	if strings.HasSuffix(r.File.Path, ".md") {
		if r.gemini() {
			return
		}
		head, body := r.Markdown()
		if body != nil {
			l := r.layer(leastagency.KindCommand, name, r.File.Whole())
			r.Describe(l, head.Get("description"))
			r.Tell(l, body)
			r.shell(l, body)
		}
		return
	}
	doc, problems := node.ParseTOML(r.File)
	r.Sys.Problems = append(r.Sys.Problems, problems...)
	prompt := reading.Text(leastagency.TextInstructions, doc.Root.Get("prompt"))
	if prompt == nil {
		return
	}
	l := r.layer(leastagency.KindCommand, name, doc.Root.Get("prompt").At)
	r.Describe(l, doc.Root.Get("description"))
	r.Tell(l, prompt)
	r.shell(l, prompt)
}

// shell finds the command blocks of a prompt. Their braces are balanced.
func (r *reader) shell(l *leastagency.Layer, t *leastagency.Text) {
	const most = 200
	for i := 0; len(l.Commands) < most; {
		start := strings.Index(t.Body[i:], "!{")
		if start < 0 {
			return
		}
		start += i + 2
		end, depth := start, 1
		for ; end < len(t.Body) && depth > 0; end++ {
			switch t.Body[end] {
			case '{':
				depth++
			case '}':
				depth--
			}
		}
		if depth > 0 {
			return
		}
		if line := t.Body[start : end-1]; strings.TrimSpace(line) != "" {
			l.Commands = append(l.Commands, command.Parse(strings.ReplaceAll(line, "{{args}}", `"$args"`), t.Span(start, end-1), r.Sys.Knowledge))
		}
		i = end
	}
}

// agent reads a sub-agent. Gemini CLI refuses one without a name; without a list of tools it has all.
func (r *reader) agent() {
	head, body := r.Markdown()
	name := text(head, "name")
	if !name.Set || body == nil && head.Get("agent_card_url") == nil {
		return
	}
	l := r.layer(leastagency.KindSubagent, name.V, name.At)
	r.Describe(l, head.Get("description"))
	r.Tell(l, body)
	tools := head.Get("tools")
	switch {
	case tools.Is(node.String) && r.gemini():
		l.NoToolList = true
		r.Problem(tools.At, leastagency.ProblemType, "\"tools\" must be a list: Gemini CLI refuses this agent")
	case tools.Is(node.String):
		tools = &node.Node{Kind: node.List, At: tools.At, Items: []*node.Node{tools}}
	}
	l.ToolsSet = tools.Is(node.List)
	r.offered(l, tools.Strings(), leastagency.Allow)
	if r.gemini() {
		if head.Get("kind").String().V == "remote" || head.Get("agent_card_url") != nil {
			l.NoToolList = true // it runs elsewhere, with the tools that it has there
		}
		r.servers(l, head.Get("mcp_servers"), agentDialect)
		r.agentKeys(head)
		for _, m := range head.Get("auth").Each() {
			r.variable(l, m.Key, m.Value.Scalar(), credential.Dollar)
		}
		if turns := head.Get("max_turns").Int(); turns.Set {
			l.Limits.Turns = turns
		}
		if minutes := head.Get("timeout_mins").Int(); minutes.Set {
			l.Limits.Seconds = leastagency.ValueAt(60*minutes.V, minutes.At)
		}
		return
	}
	r.offered(l, texts(head.Get("disallowedTools")), leastagency.Deny)
	if n := head.Get("approvalMode"); n.Is(node.String) {
		if m, known := modes[n.Text]; known {
			l.Mode = leastagency.ValueAt(m, n.At)
		}
	}
	r.servers(l, head.Get("mcpServers"), dialect)
}

// agentKeys reports the keys of other products that promise a limit: Gemini CLI refuses an agent with them.
func (r *reader) agentKeys(head *node.Node) {
	for key, right := range map[string]string{"maxTurns": "max_turns", "max-turns": "max_turns", "mcpServers": "mcp_servers", "excludeTools": "tools", "disallowedTools": "tools", "timeoutMins": "timeout_mins"} {
		if m := head.Member(key); m != nil {
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Gemini CLI refuses an agent with the key %s; did you mean %s?", leastagency.Quote(key), leastagency.Quote(right))
		}
	}
}

// offered reads the tools of an agent.
func (r *reader) offered(l *leastagency.Layer, items []leastagency.Value[string], d leastagency.Decision) {
	for _, item := range items {
		for word := range strings.FieldsFuncSeq(item.V, func(c rune) bool { return c == ',' }) {
			rule := &leastagency.Rule{At: credential.Within(item.At, word), Text: strings.TrimSpace(word), Decision: d}
			if rule.Action, rule.Inert = r.named(rule.Text); rule.Inert == "" {
				rule.Effects = effects(rule.Action)
			}
			l.Tools = append(l.Tools, r.Hide(l, rule))
		}
	}
}

// memoryFile reads GEMINI.md and its kin, which are loaded as the owner's orders.
func (r *reader) memoryFile() {
	if r.Whole() != nil {
		r.memory(r.layer(leastagency.KindSession, "", r.File.Whole()))
	}
}

const (
	maxHops    = 5   // imports of imports, as the products count them
	maxImports = 200 // files that one memory brings in
)

// memory adds the file's text, and the files that it imports with @path.
func (r *reader) memory(l *leastagency.Layer) {
	seen := map[string]bool{r.File.Path: true}
	var follow func(r reader, hops int)
	follow = func(r reader, hops int) {
		t := r.Whole()
		r.Tell(l, t)
		if t == nil || hops == maxHops {
			return
		}
		fenced := false
		for line := range strings.Lines(t.Body) {
			if mark := strings.TrimSpace(line); strings.HasPrefix(mark, "```") || strings.HasPrefix(mark, "~~~") {
				fenced = !fenced
			}
			if fenced || !strings.Contains(line, "@") {
				continue
			}
			for word := range strings.FieldsSeq(line) {
				name, at := strings.CutPrefix(word, "@")
				p := path.Join(path.Dir(r.File.Path), name)
				if !at || !strings.ContainsAny(name, "./") || strings.HasPrefix(name, "/") || p == ".." || strings.HasPrefix(p, "../") || seen[p] || len(seen) > maxImports {
					continue
				}
				if f := r.Sys.Open(p); f != nil {
					seen[p] = true
					next := r
					next.File = f
					follow(next, hops+1)
				}
			}
		}
	}
	follow(*r, 0)
}

// variables reads .gemini/.env: variables that are set before anything else is read.
func (r *reader) variables() {
	l := &leastagency.Layer{Product: r.product.id, Kind: leastagency.KindSession, Scope: r.scope, Root: r.root, At: r.File.Whole(), Absent: r.product.absent, Order: r.product.order}
	offset := 0
	for line := range strings.SplitAfterSeq(string(r.File.Data), "\n") {
		start := offset
		offset += len(line)
		name, value, found := strings.Cut(strings.TrimRight(line, "\r\n"), "=")
		trimmed := strings.TrimSpace(value)
		key := strings.TrimPrefix(strings.TrimSpace(name), "export ")
		if !found || trimmed == "" || key == "" || strings.HasPrefix(key, "#") {
			continue
		}
		from := start + len(name) + 1 + strings.Index(value, trimmed)
		r.variable(l, key, leastagency.ValueAt(strings.Trim(trimmed, `"'`), r.File.Span(from, from+len(trimmed))), credential.None)
	}
	if len(l.Credentials)+len(l.Switches) > 0 {
		r.Sys.Layers = append(r.Sys.Layers, l)
	}
}
