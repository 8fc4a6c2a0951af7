package manifest

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// exported are the formats of platforms, gateways and low-code editors.
func exported() []format {
	return slices.Concat(
		microsoft365(),
		microsoftAgents(),
		agentSpec(),
		langGraph(),
		bedrock(),
		n8n(),
		flowise(),
		dify(),
		openClaw(),
		relatives(),
		registries(),
		hostedAgents(),
		a2a(),
	)
}

// gate says of a tool by itself whether somebody is asked before it runs, where the format does.
func (r *reader) gate(l *leastagency.Layer, tool *leastagency.Rule, d leastagency.Decision, at leastagency.Span) {
	rule := *tool
	rule.Decision = d
	if !at.IsZero() {
		rule.At = at
	}
	l.Rules = append(l.Rules, &rule)
}

// A field is one key of a server's entry as package mcpserver reads it.
type field struct {
	key   string
	value *node.Node
}

// server adds a server whose entry the format writes in keys of its own. Absent values are left out.
func (r *reader) server(l *leastagency.Layer, name string, at leastagency.Span, d mcpserver.Dialect, fields ...field) *leastagency.Server {
	entry := &node.Node{Kind: node.Map, At: at}
	for _, f := range fields {
		if f.value != nil && !f.value.Is(node.Null) {
			entry.Members = append(entry.Members, node.Member{Key: f.key, At: f.value.At, Value: f.value})
		}
	}
	d.Syntax = r.Syntax
	list := &node.Node{Kind: node.Map, At: at, Members: []node.Member{{Key: name, At: at, Value: entry}}}
	for _, s := range r.Servers(l, d, list) {
		return s
	}
	return nil
}

// stranger adds a way by which text that anybody can write starts the agent. The agent reads it, so
// it holds that capability too.
func (r *reader) stranger(l *leastagency.Layer, t *leastagency.Trigger, why string) {
	t.Untrusted = true
	l.Triggers = append(l.Triggers, t)
	l.Tools = append(l.Tools, effects(&leastagency.Rule{At: t.At, Text: t.Name, Decision: leastagency.Allow, Implied: true,
		Action: leastagency.Action{Kind: leastagency.ActionOther, Name: "trigger " + t.Name}}, leastagency.Everything, why, leastagency.ReadUntrusted))
}

// effects gives a tool effects that the format states, instead of those that its name has.
func effects(tool *leastagency.Rule, breadth leastagency.Breadth, why string, can ...leastagency.Capability) *leastagency.Rule {
	tool.Effects = nil
	for _, c := range can {
		tool.Effects = append(tool.Effects, leastagency.Effect{Capability: c, Reach: leastagency.Reach{Breadth: breadth}, Why: why, Confidence: leastagency.Inferred})
	}
	return tool
}

// secrets reads every field of a document that holds a credential by its name, however deep it lies.
func (r *reader) secrets(l *leastagency.Layer, n *node.Node, names ...string) {
	for _, m := range n.Each() {
		if slices.Contains(names, m.Key) {
			r.Credential(l, m.Key, m.Value)
		}
		r.secrets(l, m.Value, names...)
	}
	for _, item := range n.List() {
		r.secrets(l, item, names...)
	}
}

// explain adds what a manifest says of a tool, which the model reads when it chooses.
func (r *reader) explain(l *leastagency.Layer, n *node.Node) {
	r.Tell(l, reading.Text(leastagency.TextDescription, n))
}

var (
	sends     = lazy.Compile(`(?i)^(send|create|invite|add|share|post|forward|reply|schedule|book|update|message|mail|email|notify|submit|write)`)
	addressee = lazy.Compile(`(?i)^(to|cc|bcc|sendto|send_to|to_?(emails?|addresses|address|number)|e?mail_?(to|address|addresses)|recipients?(_?(emails?|ids?|address|addresses))?|attendees?(_?emails?)?|invitees?(_?emails?)?|phone_?numbers?)$`)
)

// recipient returns the parameter in which the model names who gets what a tool sends: one of a tool
// that sends, by its name, in which every text is as good as any other.
func recipient(tool string, schema *node.Node) leastagency.Value[string] {
	if !sends.MatchString(plain(tool)) {
		return leastagency.Value[string]{}
	}
	for _, m := range schema.Get("properties").Each() {
		p := m.Value
		if p.Get("items") != nil {
			p = p.Get("items")
		}
		if addressee.MatchString(m.Key) && p.Get("enum") == nil && p.Get("const") == nil && p.Get("pattern") == nil && (p.Get("type") == nil || is(p.Get("type"), "string", "object")) {
			return leastagency.ValueAt(m.Key, m.At)
		}
	}
	return leastagency.Value[string]{}
}

// first returns the value of the first of the keys that is there.
func first(n *node.Node, keys ...string) *node.Node {
	for _, key := range keys {
		if v := n.Get(key); v != nil && !v.Is(node.Null) {
			return v
		}
	}
	return nil
}

// is reports whether the node is one of the texts, whatever their case.
func is(n *node.Node, texts ...string) bool {
	return n.Is(node.String) && slices.ContainsFunc(texts, func(t string) bool { return strings.EqualFold(t, n.Text) })
}

// number sets a limit that the document states.
func number(into *leastagency.Value[int], n *node.Node) {
	if v := n.Int(); v.Set && !into.Set {
		*into = v
	}
}

// host is the constant host of an address; empty where the model or a variable chooses it.
func host(address string) string {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		return ""
	}
	end := strings.IndexAny(rest, "/?#")
	if end >= 0 {
		rest = rest[:end]
	}
	if strings.ContainsAny(rest, "{}$<>[]*() =&") {
		return ""
	}
	return strings.ToLower(rest[strings.LastIndexByte(rest, '@')+1:])
}
