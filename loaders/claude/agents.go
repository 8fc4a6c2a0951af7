package claude

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/effect"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// frontMatter reads the head of a Markdown file and returns it with the text below it.
func (r *reader) frontMatter() (head *node.Node, body *leastagency.Text) {
	doc, problems := node.ParseMarkdown(r.File)
	if doc == nil {
		return nil, nil
	}
	for _, p := range problems {
		if p.Kind != leastagency.ProblemSyntax { // what is not quite YAML was read as the product reads it
			r.Sys.Problems = append(r.Sys.Problems, p)
		}
	}
	if doc.Root.Is(node.Map) {
		head = doc.Root
	}
	return head, bodyText(doc.Body)
}

// bodyText returns the prose under a span; nil when there is none.
func bodyText(at leastagency.Span) *leastagency.Text {
	if at.IsZero() || strings.TrimSpace(at.Text()) == "" {
		return nil
	}
	return &leastagency.Text{Kind: leastagency.TextInstructions, At: at, Body: at.Text(), Raw: true}
}

// describe sets the description, which the model reads when it chooses.
func (r *reader) describe(l *leastagency.Layer, n *node.Node) {
	if t := reading.Text(leastagency.TextDescription, n); t != nil {
		l.Description = n.String()
		r.Tell(l, t)
	}
}

// memoryScopes are the values of an agent's memory.
var memoryScopes = []string{"user", "project", "local"}

// agent reads a sub-agent. One without name or description is skipped by the product.
func (r *reader) agent() {
	r.adopt()
	head, body := r.frontMatter()
	name, description := head.Get("name").Scalar(), head.Get("description").String()
	if !name.Set || name.V == "" || !description.Set {
		return
	}
	tools := head.Get("tools")
	if r.loose && tools == nil && head.Get("model") == nil && head.Get("disallowedTools") == nil {
		return // front matter of some other page about agents
	}
	l := r.Layer(leastagency.KindSubagent, name.V, name.At)
	r.describe(l, head.Get("description"))
	r.Tell(l, body)

	l.ToolsSet = tools != nil && !tools.Is(node.Null)
	l.Tools = r.toolList(l, tools, leastagency.Allow, listOffered)
	l.Tools = append(l.Tools, r.toolList(l, head.Get("disallowedTools"), leastagency.Deny, listOffered)...)
	if m := head.Get("memory").String(); l.ToolsSet && slices.Contains(memoryScopes, m.V) {
		// A memory brings the tools to write it, and they are not kept to it.
		l.Tools = append(l.Tools, &leastagency.Rule{At: m.At, Text: "memory: " + m.V, Decision: leastagency.Allow,
			Action: leastagency.Action{Kind: leastagency.ActionWrite}, Effects: effect.Write("", ownFiles...)})
	}
	if n := head.Get("maxTurns").Int(); n.Set {
		l.Limits.Turns = n
	}
	r.Tell(l, reading.Text(leastagency.TextPrompt, head.Get("initialPrompt")))
	if m := head.Member("permissions"); m != nil {
		r.Problem(m.At, leastagency.ProblemUnknownKey, "an agent's file has no \"permissions\": Claude Code ignores it, and without \"tools\" the agent inherits every tool")
	}
	for _, key := range []string{"allowed-tools", "allowedTools"} {
		if m := head.Member(key); m != nil && tools == nil {
			r.Problem(m.At, leastagency.ProblemUnknownKey, "an agent's file has no %q: Claude Code ignores it, and without \"tools\" the agent inherits every tool", key)
		}
	}
	if r.Scope == leastagency.ScopePlugin { // the product takes none of these from a plugin
		if m := head.Member("hooks"); m != nil {
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Claude Code runs no hooks of a plugin's agent")
		}
		return
	}
	if mode := head.Get("permissionMode"); mode != nil {
		l.Mode = r.mode(mode, "permissionMode", false)
	}
	if hooks := head.Get("hooks"); hooks != nil {
		r.hooks(l, hooks)
	}
	r.agentServers(l, head.Get("mcpServers"))
}

// agentServers reads the servers of an agent: names of those that are configured elsewhere, and whole entries.
func (r *reader) agentServers(l *leastagency.Layer, n *node.Node) {
	r.servers(l, n)
	for _, item := range n.List() {
		r.servers(l, item)
	}
}

// servers reads a map of MCP servers.
func (r *reader) servers(l *leastagency.Layer, n *node.Node) {
	if !n.Is(node.Map) {
		return
	}
	found := mcpserver.Read(n, credential.Braces, r.Sys)
	l.Servers = append(l.Servers, found...)
	l.Commands = append(l.Commands, mcpserver.Helpers(n, r.Sys)...)
	l.Switches = append(l.Switches, mcpserver.Switches(found, r.Sys.Knowledge)...)
}

// skill reads a SKILL.md. Its allowed-tools approve in advance; they restrict nothing.
func (r *reader) skill() {
	folder := path.Base(path.Dir(r.File.Path))
	foreignProduct := r.foreignProduct()
	r.adopt()
	if foreignProduct != "" {
		if r.Scope == leastagency.ScopePlugin && foreignRoot(r.Root+"/x") != r.Root {
			foreignProduct = "" // a plugin that is kept there
		} else {
			r.loose = true
			r.Scope, r.Root = leastagency.ScopeProject, foreignRoot(r.File.Path)
		}
	}
	head, body := r.frontMatter()
	if head.Get("name") == nil && head.Get("description") == nil {
		return
	}
	name, at := folder, r.File.Whole()
	if n := head.Get("name").Scalar(); n.Set && n.V != "" {
		name, at = n.V, n.At
	}
	l := r.Layer(leastagency.KindSkill, name, at)
	if foreignProduct != "" {
		l.Product = foreignProduct
	}
	r.prompt(l, head, body)
}

// products are the owners of the folders that also hold skills.
var products = map[string]string{".agents": "agent-skills", ".codex": "codex", ".codex-plugin": "codex", ".continue": "continue", ".cursor": "cursor", ".gemini": "gemini",
	".github": "copilot", ".kiro": "kiro", ".opencode": "opencode", ".qwen": "qwen", ".roo": "roo", ".rulesync": "agent-skills", ".vscode": "copilot",
	".windsurf": "windsurf", ".zed": "zed"}

// foreignProduct returns the product in whose folder the file lies; empty for this one's.
func (r *reader) foreignProduct() string {
	if r.inHome {
		return ""
	}
	for dir := range strings.SplitSeq(path.Dir(r.File.Path), "/") {
		if p := products[dir]; p != "" {
			return p
		}
	}
	return ""
}

// foreignRoot returns the folder that holds the other product's folder; the file's own when there is none.
func foreignRoot(p string) string {
	dirs := strings.Split(path.Dir(p), "/")
	if i := slices.IndexFunc(dirs, func(d string) bool { return products[d] != "" }); i >= 0 {
		return reading.Join(dirs[:i])
	}
	return path.Dir(p)
}

// command reads a prompt that a person starts by name.
func (r *reader) command() {
	r.adopt()
	head, body := r.frontMatter()
	if head == nil && body == nil {
		return
	}
	if r.loose && head.Get("allowed-tools") == nil && head.Get("argument-hint") == nil && head.Get("disable-model-invocation") == nil {
		return
	}
	name := strings.ReplaceAll(strings.TrimSuffix(r.Below, ".md"), "/", ":")
	at := r.File.Whole()
	if n := head.Get("name").Scalar(); n.Set && n.V != "" {
		at = n.At
	}
	r.prompt(r.Layer(leastagency.KindCommand, name, at), head, body)
}

// prompt reads what skills and commands have in common.
func (r *reader) prompt(l *leastagency.Layer, head *node.Node, body *leastagency.Text) {
	r.describe(l, head.Get("description"))
	r.Tell(l, reading.Text(leastagency.TextDescription, head.Get("when_to_use")))
	r.Tell(l, body)
	l.Rules = append(l.Rules, r.toolList(l, head.Get("allowed-tools"), leastagency.Allow, listGranted)...)
	l.Rules = append(l.Rules, r.toolList(l, head.Get("disallowed-tools"), leastagency.Deny, listGranted)...)
	if hooks := head.Get("hooks"); hooks != nil && l.Product == product {
		r.hooks(l, hooks)
	}
	if body != nil && l.Product == product {
		l.Commands = append(l.Commands, r.inlineCommands(body.At)...)
	}
}

// prose reads output styles and path-scoped rules: instructions with a head.
func (r *reader) prose() {
	if r.kind == kindStyle {
		r.adopt()
	}
	head, body := r.frontMatter()
	if body == nil || r.loose && (head.Get("name") == nil || head.Get("description") == nil) {
		return
	}
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	r.Tell(l, body)
	if r.kind == kindRule {
		r.imports(l, body)
	}
}
