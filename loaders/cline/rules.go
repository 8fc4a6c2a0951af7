package cline

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/guard"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/pattern"
)

// variable is the one in which Cline finds which commands it may run at all.
const variable = "CLINE_COMMAND_PERMISSIONS"

// variables reads a file of variables, of which one holds command permissions as JSON.
func (r *reader) variables() {
	i := bytes.Index(r.File.Data, []byte(variable+"="))
	if i < 0 || i > 0 && r.File.Data[i-1] != '\n' && r.File.Data[i-1] != ' ' {
		return
	}
	start := i + len(variable) + 1
	end := start
	for end < len(r.File.Data) && r.File.Data[end] != '\n' && r.File.Data[end] != '\r' {
		end++
	}
	for start < end && (r.File.Data[start] == '\'' || r.File.Data[start] == '"' || r.File.Data[start] == ' ') && r.File.Data[start] != '{' {
		start++
	}
	for end > start && (r.File.Data[end-1] == '\'' || r.File.Data[end-1] == '"' || r.File.Data[end-1] == ' ') {
		end--
	}
	// The value is parsed where it stands, so that places are those of the file.
	part := leastagency.NewFile(r.File.Path, slices.Concat(bytes.Repeat([]byte{' '}, start), r.File.Data[start:end]))
	doc, problems := node.ParseJSON(part)
	at := r.File.Span(i, i+len(variable))
	if doc == nil || !doc.Root.Is(node.Map) || len(problems) > 0 {
		r.Problem(at, leastagency.ProblemType, "%s is no JSON object, so Cline runs every command", variable)
		return
	}
	l := r.Layer(leastagency.KindSession, "", at)
	l.Absent, l.Order = leastagency.ModeAsk, leastagency.HighestPriority
	r.permissions(l, doc.Root)
}

// The priorities of command permissions: what is denied, what may be run, and the rest.
const (
	byDefault = 1 + iota
	byAllow
	byDeny
)

// permissions reads which commands may be run at all; they are still asked for. Once one is allowed,
// all others are denied.
func (r *reader) permissions(l *leastagency.Layer, root *node.Node) {
	add := func(n *node.Node, d leastagency.Decision, priority int) {
		a := leastagency.Action{Kind: leastagency.ActionShell}
		at := r.File.Span(n.At.Start, n.At.End)
		if m := pattern.Glob(n.Text); !m.Any() {
			words, open := m.Command(d != leastagency.Allow)
			a.Pattern, a.Syntax, a.Open = n.Text, leastagency.Glob, open
			a.Command = command.Pattern(words, open, at, r.Sys.Knowledge)
		}
		rule := r.Rule(l, at, n.Text, d, a)
		rule.Priority = priority
		l.Rules = append(l.Rules, rule)
	}
	for _, item := range root.Get("deny").List() {
		if item.Is(node.String) {
			add(item, leastagency.Deny, byDeny)
		}
	}
	allow := root.Member("allow")
	if allow == nil || len(allow.Value.List()) == 0 {
		return
	}
	for _, item := range allow.Value.List() {
		if item.Is(node.String) {
			add(item, leastagency.Ask, byAllow)
		}
	}
	rest := r.Rule(l, r.File.Span(allow.At.Start, allow.At.End), "what allow does not name", leastagency.Deny, leastagency.Action{Kind: leastagency.ActionShell})
	rest.Priority, rest.Implied = byDefault, true
	l.Rules = append(l.Rules, rest)
}

// events are the hooks of Cline, which are files of these names; true for those that can stop something.
var events = map[string]bool{"PreToolUse": true, "UserPromptSubmit": true, "TaskStart": true, "PostToolUse": false, "TaskResume": false, "TaskCancel": false, "TaskComplete": false, "PreCompact": false}

// hook reads a hook: a program with the name of an event.
func (r *reader) hook() {
	name := strings.TrimSuffix(path.Base(r.File.Path), ".ps1")
	blocks, known := events[name]
	if !known || bytes.IndexByte(r.File.Data, 0) >= 0 {
		return
	}
	at := r.File.Whole()
	l := r.Layer(leastagency.KindSession, "", at)
	code := guard.Code(r.File.Data)
	l.Hooks = append(l.Hooks, &leastagency.Hook{At: at, Event: leastagency.ValueAt(name, at), All: true, Kind: leastagency.HookCommand, Blocking: blocks, Script: r.File,
		Command: command.Exec([]leastagency.Value[string]{leastagency.ValueAt("./"+r.Below, at)}, at, r.Sys.Knowledge),
		Guard:   blocks && cancels(code)})
}

// cancels reports whether a hook's program answers that the action is to be stopped.
func cancels(code string) bool {
	compact := strings.NewReplacer(" ", "", `\`, "", "'", `"`).Replace(code)
	return strings.Contains(compact, `"cancel":true`) || strings.Contains(compact, `"cancel":True`) || strings.Contains(compact, "cancel:true")
}
