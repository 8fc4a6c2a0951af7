package opencode

import (
	"net/url"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/nearest"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/effect"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// A permission is a key under which the product asks before it acts.
type permission struct {
	name string
	kind leastagency.ActionKind
}

// own is the name of a tool that rules tell apart from others which do the same.
func (p permission) own() string {
	if p.kind == leastagency.ActionRead || p.kind == leastagency.ActionSearch {
		return p.name
	}
	return ""
}

var permissions = []permission{
	{"bash", leastagency.ActionShell},
	{"read", leastagency.ActionRead}, {"glob", leastagency.ActionRead}, {"grep", leastagency.ActionRead}, {"list", leastagency.ActionRead},
	{"edit", leastagency.ActionWrite},
	{"webfetch", leastagency.ActionFetch}, {"websearch", leastagency.ActionSearch}, {"codesearch", leastagency.ActionSearch},
	{"task", leastagency.ActionSpawn}, {"skill", leastagency.ActionSkill},
	{"lsp", leastagency.ActionOther}, {"todoread", leastagency.ActionOther}, {"todowrite", leastagency.ActionOther}, {"question", leastagency.ActionOther},
	{"external_directory", leastagency.ActionOther}, {"doom_loop", leastagency.ActionOther}, {"plan_enter", leastagency.ActionOther}, {"plan_exit", leastagency.ActionOther},
}

// writers are the tools that change files. All of them ask under the name "edit".
var writers = []string{"write", "patch", "multiedit", "apply_patch"}

var decisions = map[string]leastagency.Decision{"allow": leastagency.Allow, "ask": leastagency.Ask, "deny": leastagency.Deny}

// modes are what a decision for everything amounts to.
var modes = map[leastagency.Decision]leastagency.Mode{leastagency.Allow: leastagency.ModeBypass, leastagency.Ask: leastagency.ModeAsk, leastagency.Deny: leastagency.ModeDenyRest}

// switches reads the older map of tools, which the product turns into permissions before it reads those.
func (r *reader) switches(l *leastagency.Layer, tools *node.Node) {
	for _, m := range tools.Each() {
		on := m.Value.Bool()
		if !on.Set {
			if !m.Value.Is(node.Null) {
				r.Problem(m.Value.At, leastagency.ProblemType, "tool %s must be true or false: opencode refuses the file", leastagency.Quote(m.Key))
			}
			continue
		}
		d, key := leastagency.Deny, m.Key
		if on.V {
			d = leastagency.Allow
		}
		if slices.Contains(writers, key) {
			key = "edit"
		}
		r.rules(l, key, m.Key+": "+m.Value.Text, "*", m.Value.At, d)
	}
}

// permission reads a decision for everything, or one for each kind of action.
func (r *reader) permission(l *leastagency.Layer, n *node.Node) {
	switch {
	case n == nil || n.Is(node.Null):
	case n.Is(node.String):
		if d := r.decision(n); d != leastagency.DecisionUnknown {
			l.Mode = leastagency.ValueAt(modes[d], n.At)
			r.rules(l, "*", "*", "*", n.At, d)
		}
	case !n.Is(node.Map):
		r.Problem(n.At, leastagency.ProblemType, "\"permission\" must be a decision or an object: opencode refuses the file")
	default:
		for _, m := range n.Each() {
			r.entry(l, m)
		}
	}
}

// entry reads one key: a decision, or decisions by pattern.
func (r *reader) entry(l *leastagency.Layer, m node.Member) {
	if near := nearest.Key(m.Key, keys()); r.known(m.Key) == nil && near != "" && near != m.Key && !strings.Contains(m.Key, "_") {
		r.Problem(m.At, leastagency.ProblemUnknownKey, "opencode has no tool %s to ask for, so this decides nothing; did you mean %s?", leastagency.Quote(m.Key), leastagency.Quote(near))
		return
	}
	switch {
	case m.Value.Is(node.String):
		d := r.decision(m.Value)
		if d == leastagency.DecisionUnknown {
			return
		}
		if m.Key == "*" {
			l.Mode = leastagency.ValueAt(modes[d], m.Value.At)
		}
		r.rules(l, m.Key, m.Key, "*", m.Value.At, d)
	case m.Value.Is(node.Map):
		for _, p := range m.Value.Each() {
			if d := r.decision(p.Value); d != leastagency.DecisionUnknown {
				r.rules(l, m.Key, m.Key+"("+p.Key+")", p.Key, p.At, d)
			}
		}
	default:
		r.Problem(m.Value.At, leastagency.ProblemType, "permission %s must be \"allow\", \"ask\", \"deny\" or an object of patterns: opencode refuses the file", leastagency.Quote(m.Key))
	}
}

func (r *reader) decision(n *node.Node) leastagency.Decision {
	d := decisions[n.Text]
	if !n.Is(node.String) || d == leastagency.DecisionUnknown {
		r.Problem(n.At, leastagency.ProblemType, "a permission must be \"allow\", \"ask\" or \"deny\": opencode refuses the file")
		return leastagency.DecisionUnknown
	}
	return d
}

// keys are the names of everything that the product asks for by itself.
func keys() []string {
	out := []string{"*"}
	for _, p := range permissions {
		out = append(out, p.name)
	}
	return append(out, writers...)
}

// known returns the permission of a name; nil for a tool of a server or of the project.
func (r *reader) known(name string) *permission {
	for i := range permissions {
		if permissions[i].name == name {
			return &permissions[i]
		}
	}
	return nil
}

// rules adds a decision for what key and pattern speak of. A key may hold wildcards itself.
func (r *reader) rules(l *leastagency.Layer, key, written, pattern string, at leastagency.Span, d leastagency.Decision) {
	add := func(a leastagency.Action, inert string) *leastagency.Rule {
		rule := &leastagency.Rule{At: at, Text: written, Decision: d, Action: a, Inert: inert}
		if inert == "" && !(a.Kind == leastagency.ActionAny && d == leastagency.Allow) { // of that the mode speaks
			rule.Effects = effects(a)
		}
		r.redact(l, rule)
		l.Rules = append(l.Rules, rule)
		return rule
	}
	switch {
	case key == "*":
		add(leastagency.Action{Kind: leastagency.ActionAny, Pattern: anything(pattern)}, "")
	case slices.Contains(writers, key):
		add(leastagency.Action{Kind: leastagency.ActionWrite}, `every tool that changes files asks as "edit": write "edit"`)
	case r.known(key) != nil:
		add(r.action(*r.known(key), pattern, at), "")
		if key == "external_directory" && d == leastagency.Allow {
			dir := strings.TrimRight(strings.TrimSuffix(pattern, "*"), "*/")
			if dir == "" {
				dir = "/"
			}
			l.Directories = append(l.Directories, leastagency.ValueAt(dir, at))
		}
	default:
		covered := false
		if strings.Contains(key, "*") {
			for _, p := range permissions {
				if glob(key, p.name) {
					covered = true
					add(r.action(p, pattern, at), "")
				}
			}
		}
		if !covered {
			add(r.tool(key), "")
		}
	}
}

// anything is the pattern in the words of the model, in which every call is the empty pattern.
func anything(pattern string) string {
	if pattern == "*" || pattern == "**" {
		return ""
	}
	return pattern
}

// action reads a pattern as the product compares it: "*" stands for any text, and the whole must match.
func (r *reader) action(p permission, pattern string, at leastagency.Span) leastagency.Action {
	a := leastagency.Action{Kind: p.kind, Name: p.own(), Pattern: anything(pattern)}
	if a.Pattern == "" {
		return a
	}
	a.Open = strings.HasSuffix(pattern, "*")
	switch p.kind {
	case leastagency.ActionShell:
		a.Syntax = leastagency.Glob
		words := pattern
		if rest, ok := strings.CutSuffix(pattern, " *"); ok || a.Open && strings.Contains(pattern, " ") && !strings.HasSuffix(pattern, "/*") {
			if words = rest; !ok {
				words = strings.TrimSuffix(pattern, "*")
			}
		}
		a.Command = command.Pattern(words, a.Open, at, r.Sys.Knowledge)
	case leastagency.ActionRead, leastagency.ActionWrite:
		a.Pattern = ignored(pattern)
	case leastagency.ActionFetch:
		if u, err := url.Parse(strings.TrimSuffix(pattern, "*")); err == nil && u.Host != "" && strings.Count(pattern, "/") > 2 {
			a.Pattern = "domain:" + strings.ToLower(u.Hostname())
			a.Open = false
		} else {
			a.Syntax = leastagency.Glob
		}
	}
	return a
}

// ignored rewrites a path in which "*" stands for any text, slashes too, in the syntax of .gitignore.
func ignored(pattern string) string {
	for _, home := range []string{"$HOME/", "$HOME"} {
		if rest, ok := strings.CutPrefix(pattern, home); ok {
			pattern = "~/" + rest
			break
		}
	}
	lead := ""
	if strings.HasPrefix(pattern, "/") {
		lead = "/"
	}
	parts := strings.Split(pattern, "/")
	var out []string
	for i, part := range parts {
		star := strings.Contains(part, "*")
		switch {
		case star && strings.Trim(part, "*") == "":
			part = "**"
		case star && i > 0 && strings.HasPrefix(part, "*") && out[len(out)-1] != "**":
			out = append(out, "**") // "src/*.ts" holds the files of every folder below
		}
		if part == "**" && len(out) > 0 && out[len(out)-1] == "**" {
			continue
		}
		out = append(out, part)
	}
	return lead + strings.Join(out, "/")
}

// tool reads the name of a tool that a server brings: the server's name, "_" and the tool's.
func (r *reader) tool(key string) leastagency.Action {
	a := leastagency.Action{}
	best := ""
	for _, s := range r.servers {
		if (key == s || strings.HasPrefix(key, s+"_") || key == s+"*") && len(s) > len(best) {
			best = s
		}
	}
	server, tool := best, strings.TrimPrefix(strings.TrimPrefix(key, best), "_")
	if best == "" {
		var found bool
		if server, tool, found = strings.Cut(key, "_"); !found && !strings.HasSuffix(key, "*") {
			return a // a tool of the project, or one that we do not know
		}
	}
	if tool == "*" {
		tool = ""
	}
	return leastagency.Action{Kind: leastagency.ActionServer, Server: server, Tool: tool, Open: strings.HasSuffix(key, "*") && tool != ""}
}

// effects returns what an action lets happen. The product's file tools stay in the project: what lies
// outside is asked for under a name of its own.
func effects(a leastagency.Action) []leastagency.Effect {
	if a.Pattern == "" && (a.Kind == leastagency.ActionRead || a.Kind == leastagency.ActionWrite) {
		a.Pattern = "**"
	}
	return effect.Of(a)
}

// glob reports whether a name matches a pattern in which "*" stands for any text and "?" for one character.
func glob(pattern, name string) bool {
	match, mark, star := 0, 0, -1
	n := 0
	for n < len(name) {
		switch {
		case match < len(pattern) && (pattern[match] == '?' || pattern[match] == name[n]) && pattern[match] != '*':
			match++
			n++
		case match < len(pattern) && pattern[match] == '*':
			star, mark = match, n
			match++
		case star >= 0:
			mark++
			match, n = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[match:], "*") == ""
}

// redact takes the secrets out of what of a rule may be shown, and keeps their places.
func (r *reader) redact(l *leastagency.Layer, rule *leastagency.Rule) {
	if r.Sys.Knowledge == nil {
		return
	}
	found := credential.FromText(rule.At.Text(), rule.At, r.Sys.Knowledge)
	for _, c := range found {
		secret := strings.Trim(c.At.Text(), `"`)
		rule.Text = strings.ReplaceAll(rule.Text, secret, "…")
		rule.Action.Pattern = strings.ReplaceAll(rule.Action.Pattern, secret, "…")
	}
	l.Credentials = append(l.Credentials, found...)
	rule.Text, rule.Action.Pattern = r.Sys.Knowledge.Redact(rule.Text), r.Sys.Knowledge.Redact(rule.Action.Pattern)
}
