package cline

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/pattern"
	"github.com/leastagency/leastagency/loaders/internal/product"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// groups are the groups of tools that a mode may have.
var groups = map[string]leastagency.Action{
	"read":    {Kind: leastagency.ActionRead},
	"edit":    {Kind: leastagency.ActionWrite},
	"command": {Kind: leastagency.ActionShell},
	"browser": {Kind: leastagency.ActionFetch},
	"mcp":     {Kind: leastagency.ActionServer, Server: "*"},
	"modes":   {Kind: leastagency.ActionOther},
}

var groupNames = []string{"read", "edit", "command", "browser", "mcp", "modes"}

// modes reads custom modes, in YAML, of which JSON is a part.
func (r *reader) modes() {
	root := r.YAML()
	for _, n := range root.Get("customModes").List() {
		r.mode(n)
	}
}

// mode reads one mode: a set of tools with a role. One without groups is refused.
func (r *reader) mode(n *node.Node) {
	slug := n.Get("slug").Scalar()
	if !slug.Set || slug.V == "" {
		return
	}
	list := n.Get("groups")
	if !list.Is(node.List) {
		r.Problem(slug.At, leastagency.ProblemIgnored, "mode %s has no list \"groups\": Roo Code does not load it", leastagency.Quote(slug.V))
		return
	}
	l := r.Layer(leastagency.KindSubagent, slug.V, slug.At)
	l.ToolsSet = true
	r.Describe(l, n.Get("description"))
	r.Tell(l, reading.Text(leastagency.TextDescription, n.Get("whenToUse")))
	r.Tell(l, reading.Text(leastagency.TextInstructions, n.Get("roleDefinition")))
	r.Tell(l, reading.Text(leastagency.TextInstructions, n.Get("customInstructions")))
	for _, g := range list.List() {
		r.group(l, g)
	}
}

// group reads one group of a mode: its name, or its name with the files that it is kept to.
func (r *reader) group(l *leastagency.Layer, n *node.Node) {
	name, options := n, (*node.Node)(nil)
	if items := n.List(); len(items) > 0 {
		name = items[0]
		if len(items) > 1 {
			options = items[1]
		}
	}
	if !name.Is(node.String) {
		return
	}
	a, ok := groups[name.Text]
	if !ok {
		r.Problem(name.At, leastagency.ProblemType, "Roo Code has no group %s, so it does not load these modes%s", leastagency.Quote(name.Text), reading.Meant(name.Text, groupNames))
		return
	}
	text := name.Text
	expr := options.Get("fileRegex")
	m, compiles := pattern.Regexp(expr.String().V)
	switch {
	case !expr.Is(node.String) || expr.Text == "":
	case !compiles && !pattern.Compiles(expr.Text):
		r.Problem(expr.At, leastagency.ProblemType, "%s is no regular expression: Roo Code does not load these modes", leastagency.Quote(expr.Text))
	case !m.Any():
		text += "(" + expr.Text + ")"
		a.Pattern, a.Syntax = expr.Text, leastagency.Regexp
	}
	rule := r.Rule(l, n.At, text, leastagency.Allow, a)
	if a.Pattern != "" && compiles {
		rule.Effects = product.Over(a.Kind, m.Paths())
	}
	l.Tools = append(l.Tools, rule)
}

// approvals are the switches of auto-approval, and what passes unasked with them.
var approvals = []struct {
	key    string
	action leastagency.Action
}{
	{"alwaysAllowReadOnly", leastagency.Action{Kind: leastagency.ActionRead, Pattern: "**"}},
	{"alwaysAllowReadOnlyOutsideWorkspace", leastagency.Action{Kind: leastagency.ActionRead}},
	{"alwaysAllowWrite", leastagency.Action{Kind: leastagency.ActionWrite, Pattern: "**"}},
	{"alwaysAllowWriteOutsideWorkspace", leastagency.Action{Kind: leastagency.ActionWrite}},
	{"alwaysAllowBrowser", leastagency.Action{Kind: leastagency.ActionFetch}},
	{"alwaysAllowSubtasks", leastagency.Action{Kind: leastagency.ActionSpawn}},
}

// settingsKeys are those that grant or withhold.
var settingsKeys = []string{"autoApprovalEnabled", "alwaysAllowExecute", "allowedCommands", "deniedCommands", "alwaysAllowReadOnly", "alwaysAllowReadOnlyOutsideWorkspace",
	"alwaysAllowWrite", "alwaysAllowWriteOutsideWorkspace", "alwaysAllowWriteProtected", "alwaysAllowBrowser", "alwaysAllowMcp", "alwaysAllowModeSwitch", "alwaysAllowSubtasks",
	"alwaysAllowFollowupQuestions", "alwaysAllowUpdateTodoList", "alwaysApproveResubmit"}

// settings reads the settings that the extension exports and imports. They are its own state otherwise.
func (r *reader) settings() {
	root := r.Object()
	g := root.Get("globalSettings")
	if !g.Is(node.Map) && !root.Get("providerProfiles").Is(node.Map) {
		return
	}
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	l.Absent, l.Order = leastagency.ModeAsk, leastagency.HighestPriority
	if leastagency.Is(r.Bool(g.Get("autoApprovalEnabled"), "autoApprovalEnabled"), true) { // else everything is asked
		r.approvals(l, g)
	}
	r.commands(l, g.Get("deniedCommands"), leastagency.Deny)
	l.Limits.Turns = g.Get("allowedMaxRequests").Int()
	for _, n := range g.Get("customModes").List() {
		r.mode(n)
	}
	r.Tell(l, reading.Text(leastagency.TextInstructions, g.Get("customInstructions")))
	for _, profile := range root.Get("providerProfiles", "apiConfigs").Each() {
		for _, m := range profile.Value.Each() {
			if strings.HasSuffix(m.Key, "BaseUrl") {
				r.Endpoint(l, leastagency.SwitchEndpoint, m.Key, m.Value)
			} else if m.Value.Is(node.String) {
				r.Credential(l, m.Key, m.Value)
			}
		}
	}
	r.Misspelt(g, settingsKeys...)
}

// approvals reads what passes unasked.
func (r *reader) approvals(l *leastagency.Layer, g *node.Node) {
	on := func(key string) (*node.Node, bool) {
		n := g.Get(key)
		return n, leastagency.Is(r.Bool(n, key), true)
	}
	for _, a := range approvals {
		if n, ok := on(a.key); ok {
			rule := r.Rule(l, n.At, a.key, leastagency.Allow, a.action)
			rule.Priority = 1
			l.Rules = append(l.Rules, rule)
		}
	}
	if n, ok := on("alwaysAllowWriteProtected"); ok {
		rule := r.Rule(l, n.At, "alwaysAllowWriteProtected", leastagency.Allow, leastagency.Action{Kind: leastagency.ActionWrite, Pattern: ".roo/**"})
		rule.Effects = append(rule.Effects, leastagency.Effect{Capability: leastagency.Configure, Reach: leastagency.Reach{Breadth: leastagency.Project}, Why: "changes the product's own files"})
		rule.Priority = 1
		l.Rules = append(l.Rules, rule)
	}
	if _, ok := on("alwaysAllowExecute"); ok {
		r.commands(l, g.Get("allowedCommands"), leastagency.Allow)
	}
}

// commands reads a list of prefixes. Of those that a command starts with the longest counts, and of
// two equal ones the one that denies; a star alone is the shortest.
func (r *reader) commands(l *leastagency.Layer, n *node.Node, d leastagency.Decision) {
	for _, item := range r.List(n, "commands") {
		a := leastagency.Action{Kind: leastagency.ActionShell}
		if text := strings.TrimSpace(item.Text); text != "*" && text != "" {
			m := pattern.Prefix(text)
			words, open := m.Command(d != leastagency.Allow)
			a.Pattern, a.Syntax, a.Open = text, leastagency.RawPrefix, open
			a.Command = command.Pattern(words, open, item.At, r.Sys.Knowledge)
		}
		rule := r.Rule(l, item.At, item.Text, d, a)
		rule.Priority = max(1, len(item.Text))
		l.Rules = append(l.Rules, rule)
	}
}

// editor reads the lists of commands among the settings of a project's editor, which are joined with
// the person's own. Others report what is wrong with that file.
func (r *reader) editor() {
	quiet := reader{r.Quietly()}
	root := quiet.Object()
	allowed, denied := root.Get("roo-cline.allowedCommands"), root.Get("roo-cline.deniedCommands")
	if allowed == nil && denied == nil {
		return
	}
	l := r.Layer(leastagency.KindSession, "", root.Member(present(root)).At)
	l.Absent, l.Order = leastagency.ModeAsk, leastagency.HighestPriority
	r.commands(l, allowed, leastagency.Allow)
	r.commands(l, denied, leastagency.Deny)
}

func present(root *node.Node) string {
	i := slices.IndexFunc(root.Members, func(m node.Member) bool {
		return strings.HasPrefix(m.Key, "roo-cline.") && strings.HasSuffix(m.Key, "edCommands")
	})
	return root.Members[i].Key
}
