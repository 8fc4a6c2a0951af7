package kiro

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/guard"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/product"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// events are the moments at which hooks of an agent run. Only one can stop anything.
var events = []string{"agentSpawn", "userPromptSubmit", "preToolUse", "postToolUse", "stop"}

const crash = "a crash, a timeout or any exit status but 2 lets the action through"

// hooks reads the hooks of an agent.
func (r *reader) hooks(l *leastagency.Layer, block *node.Node) {
	if !r.Typed(block, "hooks", node.Map) {
		return
	}
	for _, m := range block.Each() {
		for _, n := range m.Value.List() {
			c := n.Get("command")
			if !c.Is(node.String) || strings.TrimSpace(c.Text) == "" {
				continue
			}
			h := &leastagency.Hook{At: c.At, Event: leastagency.ValueAt(m.Key, m.At), Matcher: n.Get("matcher").String(), Kind: leastagency.HookCommand,
				UnknownEvent: !slices.Contains(events, m.Key) && reading.Meant(m.Key, events) != "",
				Blocking:     m.Key == "preToolUse", Command: command.Parse(c.Text, c.Inner(), r.Sys.Knowledge)}
			r.Secrets(l, c.Text, c.At)
			product.Kinds(h, matched(h.Matcher.V), !h.Matcher.Set || h.Matcher.V == "*" || h.Matcher.V == "")
			r.guard(h, m.Key == "preToolUse")
			if ttl := n.Get("cache_ttl_seconds").Int(); ttl.V > 0 && h.Guard && (h.FailsOpen == "" || h.Inherent) {
				h.FailsOpen, h.Inherent = fmt.Sprintf("its consent is kept for %d seconds, in which it is not asked again", ttl.V), false
			}
			l.Hooks = append(l.Hooks, h)
		}
	}
}

func (r *reader) guard(h *leastagency.Hook, acts bool) {
	c := reading.Contract{Acts: acts, Denies: guard.AnswersDeny, Crash: crash, Always: true}
	if r.Scope == leastagency.ScopeProject {
		c.Folders = []string{r.Root}
	}
	r.Guard(h, c)
}

// matched are the kinds of tools that a matcher of an agent's hook names.
func matched(matcher string) []leastagency.ActionKind {
	var out []leastagency.ActionKind
	for _, a := range actions(matcher) {
		if a.Kind != leastagency.ActionUnknown {
			out = append(out, a.Kind)
		}
	}
	return out
}

// triggers are the moments of hooks in files of their own. Others may be added: only a misspelt one is
// told.
var triggers = []string{"PreToolUse", "PostToolUse", "UserPromptSubmit", "SessionStart", "AgentSpawn", "Stop", "PostFileSave", "PostFileCreate", "PostFileDelete",
	"PreTaskExecution", "PostTaskExecution", "Manual"}

// hooksFile reads hooks of a project or person.
func (r *reader) hooksFile() {
	root := r.Object()
	list := root.Get("hooks")
	if !list.Is(node.List) || root.Get("version") == nil {
		return
	}
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	for _, n := range list.List() {
		trigger, action := n.Get("trigger").String(), n.Get("action")
		if !trigger.Set || !action.Is(node.Map) || leastagency.Is(n.Get("enabled").Bool(), false) {
			continue
		}
		h := &leastagency.Hook{At: n.At, Event: trigger, Matcher: n.Get("matcher").String(), UnknownEvent: !slices.Contains(triggers, trigger.V) && reading.Meant(trigger.V, triggers) != ""}
		tools := trigger.V == "PreToolUse" || trigger.V == "PostToolUse"
		kinds, all := named(h.Matcher.V)
		product.Kinds(h, kinds, all || !tools)
		switch action.Get("type").String().V {
		case "command":
			c := action.Get("command")
			if !c.Is(node.String) {
				continue
			}
			h.Kind, h.At = leastagency.HookCommand, c.At
			h.Command = command.Parse(c.Text, c.Inner(), r.Sys.Knowledge)
			h.Blocking = trigger.V == "PreToolUse" || trigger.V == "UserPromptSubmit"
			r.Secrets(l, c.Text, c.At)
			r.guard(h, h.Blocking)
		case "agent":
			p := action.Get("prompt")
			if t := reading.Text(leastagency.TextPrompt, p); t != nil {
				h.Kind, h.At, h.Prompt = leastagency.HookModel, p.At, t // a word to the model: it stops nothing
				r.Tell(l, t)
			}
		default:
			continue
		}
		l.Hooks = append(l.Hooks, h)
	}
}

// kiroNames are names of tools as regular expressions of hooks meet them.
var kiroNames = []tool{{"mcp_server_tool", leastagency.ActionServer}, {"str_replace", leastagency.ActionWrite}}

// named are the kinds of tools whose names a regular expression is found in.
func named(matcher string) (kinds []leastagency.ActionKind, all bool) {
	if matcher == "" || matcher == ".*" || matcher == "*" {
		return nil, true
	}
	if len(matcher) > 1000 {
		return nil, true
	}
	re, err := regexp.Compile(matcher)
	if err != nil {
		return nil, true
	}
	for _, t := range slices.Concat(tools, kiroNames) {
		if re.MatchString(t.name) {
			kinds = append(kinds, t.kind)
		}
	}
	return kinds, false
}

// legacyHook reads a hook in the form before version 1, which only old versions run.
func (r *reader) legacyHook() {
	root := r.Object()
	when, then := root.Get("when", "type").String(), root.Get("then")
	if !when.Set || !then.Is(node.Map) || leastagency.Is(root.Get("enabled").Bool(), false) {
		return
	}
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	r.Tell(l, reading.Text(leastagency.TextPrompt, then.Get("prompt")))
	r.Run(l, then.Get("command"))
}
