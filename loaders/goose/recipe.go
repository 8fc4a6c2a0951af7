package goose

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// recipe reads a recipe: a prompt that a person starts by name, with the extensions it brings and the
// commands that judge its outcome. The content decides whether a file is one.
func (r *reader) recipe() {
	quiet := reader{r.Quietly()}
	var root *node.Node
	if strings.HasSuffix(r.File.Path, ".json") {
		root = quiet.StrictObject()
	} else {
		root = quiet.YAML()
	}
	if inner := root.Get("recipe"); inner.Is(node.Map) {
		root = inner // as the desktop saves it
	}
	if root == nil && strings.Contains(r.File.Path, ".goose/") { // nobody else's file
		r.Keep(quiet.Reader)
		return
	}
	title := root.Get("title")
	if !title.Is(node.String) || !root.Get("description").Is(node.String) || !root.Get("instructions").Is(node.String) && !root.Get("prompt").Is(node.String) {
		return
	}
	r.Keep(quiet.Reader)
	l := r.Layer(leastagency.KindCommand, strings.TrimSuffix(r.Below, path.Ext(r.Below)), title.At)
	l.Absent = leastagency.ModeBypass
	r.Describe(l, root.Get("description"))
	r.Tell(l, reading.Text(leastagency.TextInstructions, root.Get("instructions")))
	r.Tell(l, reading.Text(leastagency.TextPrompt, root.Get("prompt")))
	r.extensions(l, root.Get("extensions"))
	if turns := root.Get("settings", "max_turns").Int(); turns.Set {
		l.Limits.Turns = turns
	}
	retry := root.Get("retry")
	for _, check := range retry.Get("checks").List() {
		if kind := check.Get("type").String(); kind.Set && kind.V != "shell" {
			r.Problem(kind.At, leastagency.ProblemIgnored, "Goose has no check %s, only \"shell\": it does not run", leastagency.Quote(kind.V))
			continue
		}
		r.shell(l, check.Get("command"))
	}
	r.shell(l, retry.Get("on_failure"))
	for _, sub := range root.Get("sub_recipes").List() {
		if p := sub.Get("path").String(); p.Set {
			name := sub.Get("name").String().V
			l.Tools = append(l.Tools, r.Rule(l, p.At, p.V, leastagency.Allow, leastagency.Action{Kind: leastagency.ActionSpawn, Pattern: name}))
		}
	}
}

// shell adds a command of the recipe. What stands in double braces is a parameter.
func (r *reader) shell(l *leastagency.Layer, n *node.Node) {
	if !n.Is(node.String) || strings.TrimSpace(n.Text) == "" {
		return
	}
	l.Commands = append(l.Commands, command.Parse(parameters(n.Text), n.Inner(), r.Sys.Knowledge))
	r.Secrets(l, n.Text, n.At)
}

// parameters writes "{{ name }}" as a variable, which is as open.
func parameters(text string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "{{")
		inner, after, closed := strings.Cut(rest, "}}")
		b.WriteString(before)
		if !ok || !closed {
			if ok {
				b.WriteString("{{" + rest)
			}
			return b.String()
		}
		b.WriteString("${" + variable(inner) + "}")
		text = after
	}
}

func variable(inner string) string {
	name := strings.Map(func(c rune) rune {
		if c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			return c
		}
		return '_'
	}, strings.TrimSpace(inner))
	return "p_" + name
}
