// Package junie reads the action allowlist of JetBrains Junie into layers of the model. Its server list
// is that of package mcp, its guidelines those of package instructions.
//
// Source: junie.jetbrains.com/docs/action-allowlist-junie-cli.html.
package junie

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/pattern"
	"github.com/leastagency/leastagency/loaders/internal/product"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

type kind uint8

var places = []product.Place[kind]{{End: ".junie/allowlist.json", Kind: 1, Scope: leastagency.ScopeProject}}

// Loader returns the loader of Junie's allowlist.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "junie", Match: match, Load: load}
}

func match(p string) bool {
	if !strings.Contains(p, "junie/") {
		return false
	}
	k, _ := product.Find(p, places)
	return k != 0
}

func load(f *leastagency.File, sys *leastagency.System) {
	_, at := product.Find(f.Path, places)
	r := &reader{product.Reader{Reader: reading.Reader{Product: "junie", Title: "Junie", File: f, Sys: sys, Place: at}}}
	r.allowlist()
}

type reader struct{ product.Reader }

// groups are the groups of rules, and the tools that they speak of.
var groups = []struct {
	key  string
	kind leastagency.ActionKind
}{
	{"executables", leastagency.ActionShell}, {"fileEditing", leastagency.ActionWrite}, {"mcpTools", leastagency.ActionServer},
	{"readOutsideProject", leastagency.ActionRead}, {"readSecretFile", leastagency.ActionRead},
}

var groupNames = []string{"executables", "fileEditing", "mcpTools", "readOutsideProject", "readSecretFile"}

// allowlist reads the file. In each group the first rule that matches counts.
func (r *reader) allowlist() {
	root := r.Object()
	if root == nil {
		return
	}
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	l.Absent, l.Order = leastagency.ModeAsk, leastagency.FirstMatch
	if d := root.Get("defaultBehavior"); r.Typed(d, "defaultBehavior", node.String) {
		switch d.Text {
		case "allow":
			l.Mode = leastagency.ValueAt(leastagency.ModeBypass, d.At)
		case "ask":
			l.Mode = leastagency.ValueAt(leastagency.ModeAsk, d.At)
		default:
			r.Problem(d.At, leastagency.ProblemType, "Junie has no behaviour %s: it asks", leastagency.Quote(d.Text))
		}
	}
	r.Bool(root.Get("allowReadonlyCommands"), "allowReadonlyCommands")
	rules := root.Get("rules")
	if r.Typed(rules, "rules", node.Map) {
		for _, g := range groups {
			list := rules.Get(g.key)
			if list.Is(node.Map) {
				list = list.Get("rules")
			}
			if !r.Typed(list, g.key, node.List) {
				continue
			}
			for _, n := range list.List() {
				r.rule(l, g.key, g.kind, n)
			}
		}
		r.Unknown(rules, "rules", groupNames...)
	}
	r.Misspelt(root, "defaultBehavior", "allowReadonlyCommands", "rules")
}

// rule reads one rule: a prefix, or a glob over the whole text, and what happens.
func (r *reader) rule(l *leastagency.Layer, group string, kind leastagency.ActionKind, n *node.Node) {
	text := n.Get("prefix")
	m, syntax := pattern.Prefix(text.String().V), leastagency.RawPrefix
	if text == nil {
		text = n.Get("pattern")
		m, syntax = pattern.Glob(text.String().V), leastagency.Glob
	}
	if !text.Is(node.String) {
		r.Problem(n.At, leastagency.ProblemType, "a rule has a prefix or a pattern, and an action: Junie does not apply this one")
		return
	}
	d, inert := leastagency.Ask, ""
	switch action := n.Get("action").String(); action.V {
	case "allow":
		d = leastagency.Allow
	case "ask":
	case "deny":
		d, inert = leastagency.Deny, "Junie allows or asks, it has no action \"deny\""
	default:
		r.Problem(n.At, leastagency.ProblemType, "a rule's action is allow or ask: Junie does not apply this one")
		return
	}
	a := leastagency.Action{Kind: kind}
	name := group + "(" + text.Text + ")"
	if kind == leastagency.ActionServer {
		a.Server, a.Tool, _ = strings.Cut(strings.TrimRight(text.Text, "*"), ":")
		if a.Server == "" {
			a.Server = "*"
		}
		a.Open = a.Tool != "" && (syntax == leastagency.RawPrefix || strings.HasSuffix(text.Text, "*"))
		if a.Open {
			a.Tool += "*"
		}
	} else if text.Text != "" && !m.Any() {
		a.Pattern, a.Syntax, a.Open = text.Text, syntax, !m.End
	}
	if kind == leastagency.ActionShell && a.Pattern != "" {
		words, open := m.Command(d != leastagency.Allow)
		a.Open, a.Command = open, command.Pattern(words, open, text.At, r.Sys.Knowledge)
	}
	rule := r.Rule(l, text.At, name, d, a)
	switch {
	case group == "readSecretFile":
		rule.Effects = []leastagency.Effect{{Capability: leastagency.ReadSecret, Reach: leastagency.Reach{Breadth: leastagency.Project, Pattern: a.Pattern}, Why: "reads files that hold credentials", Confidence: leastagency.Declared}}
	case a.Pattern != "" && (kind == leastagency.ActionRead || kind == leastagency.ActionWrite):
		rule.Effects = product.Over(kind, m.Paths())
	}
	if inert != "" {
		rule.Inert, rule.Effects = inert, nil
	}
	l.Rules = append(l.Rules, rule)
}
