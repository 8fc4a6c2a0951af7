package opencode

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/guard"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// natives are the agents that come with the product.
var natives = []string{"build", "plan", "general", "explore", "title", "summary", "compaction"}

// agentKeys are those of an agent; what else stands there is handed to the model's provider.
var agentKeys = []string{"tools", "permission", "prompt", "description", "steps", "maxSteps"}

// agent reads an agent of the configuration. One of the product's own, of which only the model or the
// colour is set, is left as it is.
func (r *reader) agent(name string, at leastagency.Span, n *node.Node, primary bool) {
	if !n.Is(node.Map) || leastagency.Is(n.Get("disable").Bool(), true) {
		return
	}
	primary = primary || n.Get("mode").String().V == "primary"
	limited := n.Get("tools").Is(node.Map) || n.Get("permission") != nil
	if !limited && (primary || slices.Contains(natives, name)) {
		if !slices.ContainsFunc(agentKeys, func(k string) bool { return n.Get(k) != nil }) {
			return
		}
	}
	l := r.layer(leastagency.KindSubagent, name, at)
	l.NoToolList = limited
	if primary && !limited {
		l.Kind, l.Name = leastagency.KindSession, "" // a session of its own, with all that sessions have
	}
	if d := reading.Text(leastagency.TextDescription, n.Get("description")); d != nil {
		l.Description = n.Get("description").String()
		r.Tell(l, d)
	}
	r.prompt(l, n.Get("prompt"))
	r.limits(l, n)
}

// limits reads what an agent may do and for how long.
func (r *reader) limits(l *leastagency.Layer, n *node.Node) {
	r.switches(l, n.Get("tools"))
	r.permission(l, n.Get("permission"))
	for _, key := range []string{"steps", "maxSteps"} {
		if steps := n.Get(key).Int(); steps.Set && !l.Limits.Turns.Set {
			l.Limits.Turns = steps
		}
	}
	if m := n.Member("permissions"); m != nil {
		r.Problem(m.At, leastagency.ProblemUnknownKey, `opencode knows no "permissions" of an agent, so this protects nothing; did you mean "permission"?`)
	}
}

// agentFile reads an agent or mode of its own file. Its text is the prompt.
func (r *reader) agentFile() {
	head, body := r.frontMatter()
	if head == nil && body == nil || leastagency.Is(head.Get("disable").Bool(), true) {
		return
	}
	name, at := r.name, r.File.Whole()
	if n := head.Get("name").String(); n.Set && n.V != "" {
		name, at = n.V, n.At
	}
	l := r.layer(leastagency.KindSubagent, name, at)
	l.NoToolList = head.Get("tools").Is(node.Map) || head.Get("permission") != nil
	if (r.primary || head.Get("mode").String().V == "primary") && !l.NoToolList {
		l.Kind, l.Name = leastagency.KindSession, ""
	}
	if d := reading.Text(leastagency.TextDescription, head.Get("description")); d != nil {
		l.Description = head.Get("description").String()
		r.Tell(l, d)
	}
	r.Tell(l, body)
	r.limits(l, head)
}

// commandFile reads a command of its own file.
func (r *reader) commandFile() {
	head, body := r.frontMatter()
	if body == nil {
		return
	}
	l := r.layer(leastagency.KindCommand, strings.ReplaceAll(r.name, "/", ":"), r.File.Whole())
	if d := reading.Text(leastagency.TextDescription, head.Get("description")); d != nil {
		l.Description = head.Get("description").String()
		r.Tell(l, d)
	}
	r.Tell(l, body)
	r.shell(l, body)
}

// command reads a command of the configuration.
func (r *reader) command(name string, at leastagency.Span, n, template *node.Node) {
	t := reading.Text(leastagency.TextInstructions, template)
	if t == nil {
		return
	}
	l := r.layer(leastagency.KindCommand, name, at)
	if d := reading.Text(leastagency.TextDescription, n.Get("description")); d != nil {
		l.Description = n.Get("description").String()
		r.Tell(l, d)
	}
	before := len(l.Texts)
	r.prompt(l, template)
	for _, t := range l.Texts[before:] {
		r.shell(l, t)
	}
}

// frontMatter reads the head of a Markdown file and the text below it.
func (r *reader) frontMatter() (head *node.Node, body *leastagency.Text) {
	doc, problems := node.ParseMarkdown(r.File)
	if doc.Root.Is(node.Map) {
		head = doc.Root
		for _, p := range problems {
			if p.Kind != leastagency.ProblemSyntax { // what is not quite YAML was read line by line
				r.Sys.Problems = append(r.Sys.Problems, p)
			}
		}
	}
	return head, reading.Body(doc.Body)
}

// code reads a plugin or tool of the project: a program that runs inside the product when it starts.
// A plugin that throws before a tool is executed stops the tool.
func (r *reader) code() {
	if strings.HasSuffix(r.File.Path, ".d.ts") || strings.Contains(path.Base(r.File.Path), ".test.") {
		return
	}
	at := r.File.Whole()
	l := r.layer(leastagency.KindSession, "", at)
	l.Plugins = []*leastagency.Plugin{{Name: path.Base(r.File.Path), At: at, Enabled: true, Source: leastagency.Artifact{At: at, Name: r.File.Path, Pin: leastagency.LocalCode}}}
	const event = "tool.execute.before"
	code := guard.Code(r.File.Data)
	i := strings.Index(code, event)
	if i < 0 {
		return
	}
	place := at
	if j := strings.Index(string(r.File.Data), event); j >= 0 {
		place = r.File.Span(j, j+len(event))
	}
	l.Hooks = []*leastagency.Hook{{At: place, Event: leastagency.ValueAt(event, place), All: true, Kind: leastagency.HookTool, Blocking: true, Script: r.File,
		Guard: strings.Contains(code[i:], "throw ")}}
}
