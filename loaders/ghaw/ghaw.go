// Package ghaw reads GitHub Agentic Workflows: Markdown files below .github/workflows whose head says
// when an agent runs, with which engine, tools, token and network, and whose body is its prompt.
//
// The compiler of the format puts much around the agent that nobody writes down: only people who may
// write start it, it runs in a container behind a list of hosts, its writes are made by another job from
// what it hands over, and that is searched for attacks first. What a head switches off is told; what the
// compiled lock file beside it does not hold is told too, because that file is what runs.
//
// Sources: the reference of the format (github.github.com/gh-aw/reference) and its compiler.
package ghaw

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/actions"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/effect"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

// Loader returns the loader of agentic workflows.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "ghaw", Match: match, Load: load}
}

func match(p string) bool {
	return path.Ext(p) == ".md" && strings.HasSuffix("/"+path.Dir(p), "/.github/workflows")
}

// A reader reads one workflow.
type reader struct {
	file  *leastagency.File
	sys   *leastagency.System
	layer *leastagency.Layer
	heads []*node.Node // its own head, then those that it imports
	body  leastagency.Span
	lock  *leastagency.File // what the compiler made of it; nil when it is not in the tree
}

func load(f *leastagency.File, sys *leastagency.System) {
	doc, problems := node.ParseMarkdown(f)
	if doc == nil || !doc.Root.Is(node.Map) || doc.Root.Get("on") == nil {
		return // a page about the folder, or a part that workflows import
	}
	for _, p := range problems {
		if p.Kind != leastagency.ProblemSyntax {
			sys.Problems = append(sys.Problems, p)
		}
	}
	r := &reader{file: f, sys: sys, heads: []*node.Node{doc.Root}, body: doc.Body}
	r.lock = sys.Open(strings.TrimSuffix(f.Path, ".md") + ".lock.yml")
	r.imports(doc.Root, 0)
	stem := strings.TrimSuffix(path.Base(f.Path), ".md")
	r.layer = &leastagency.Layer{Product: r.engine(), Kind: leastagency.KindJob, Name: stem + "/agent", Scope: leastagency.ScopeProject, Root: path.Clean(strings.TrimSuffix(path.Dir(f.Path), ".github/workflows")),
		At: doc.Root.Member("on").At, Absent: leastagency.ModeDenyRest, NoToolList: true}
	sys.Layers = append(sys.Layers, r.layer)
	if d := doc.Root.Get("description").String(); d.Set {
		r.layer.Description = d
	}
	r.layer.Powers = actions.Permissions(doc.Root.Get("permissions"))
	r.limits(doc.Root)
	r.sandbox()
	for _, head := range r.heads {
		r.tools(head.Get("tools"))
		r.servers(head.Get("mcp-servers"))
		r.outputs(head.Get("safe-outputs"))
		r.secrets(head)
	}
	r.triggers(doc.Root)
	r.prompt()
}

// Bounds on imports.
const (
	maxImports = 64
	maxDepth   = 4
)

// imports reads the heads of the parts that a workflow is put together from.
func (r *reader) imports(head *node.Node, depth int) {
	for _, item := range head.Get("imports").List() {
		name := item.String()
		if uses := item.Get("uses").String(); uses.Set {
			name = uses
		}
		if !name.Set || len(r.heads) > maxImports || depth >= maxDepth {
			continue
		}
		where, _, _ := strings.Cut(name.V, "#")
		if strings.Contains(where, "@") {
			continue // of another repository: pinned when it is compiled
		}
		p := path.Join(path.Dir(r.file.Path), where)
		if strings.HasPrefix(where, ".github/") {
			p = path.Join(strings.TrimSuffix(path.Dir(r.file.Path), ".github/workflows"), where)
		}
		f := r.sys.Open(p)
		if f == nil || strings.HasPrefix(p, "..") {
			continue
		}
		if doc, _ := node.ParseMarkdown(f); doc != nil && doc.Root.Is(node.Map) && !slices.ContainsFunc(r.heads, func(h *node.Node) bool { return h.At == doc.Root.At }) {
			r.heads = append(r.heads, doc.Root)
			r.imports(doc.Root, depth+1)
		}
	}
}

// first returns the value of a key in the first head that has it.
func (r *reader) first(keys ...string) *node.Node {
	for _, head := range r.heads {
		if n := head.Get(keys...); n != nil {
			return n
		}
	}
	return nil
}

// products are the engines by the name of the product behind them.
var products = map[string]string{"": "copilot", "copilot": "copilot", "claude": "claude-code", "codex": "codex", "gemini": "gemini", "opencode": "opencode", "cursor": "cursor", "crush": "crush", "goose": "goose"}

func (r *reader) engine() string {
	n := r.first("engine")
	id := n.String().V
	if n.Is(node.Map) {
		id = n.Get("id").String().V
	}
	if p, ok := products[id]; ok {
		return p
	}
	return id
}

func (r *reader) problem(at leastagency.Span, kind leastagency.ProblemKind, format string, args ...any) {
	r.sys.Problems = append(r.sys.Problems, &leastagency.Problem{At: at, Kind: kind, Text: fmt.Sprintf(format, args...)})
}

// limits reads the bounds of a run; without any, the compiler sets twenty minutes.
func (r *reader) limits(head *node.Node) {
	r.layer.Limits.Seconds = leastagency.ValueAt(20*60, r.layer.At)
	if minutes := head.Get("timeout-minutes").Int(); minutes.Set {
		r.layer.Limits.Seconds = leastagency.ValueAt(minutes.V*60, minutes.At)
	}
	for _, keys := range [][]string{{"max-turns"}, {"engine", "max-turns"}} {
		if turns := head.Get(keys...).Int(); turns.V > 0 {
			r.layer.Limits.Turns = turns
		}
	}
}

// sandbox reads the container around the agent and the hosts that it reaches.
func (r *reader) sandbox() {
	at := r.layer.At
	if n := r.first("network"); n != nil {
		at = n.At
	}
	value := func(v bool) leastagency.Value[bool] { return leastagency.ValueAt(v, at) }
	s := &leastagency.Sandbox{At: at, Enabled: value(true), FailClosed: value(true), Retry: value(false), AutoAllow: value(true), HostsSet: true}
	r.layer.Sandbox = s
	for _, keys := range [][]string{{"sandbox"}, {"sandbox", "agent"}} {
		if off := r.first(keys...).Bool(); leastagency.Is(off, false) {
			s.Enabled = off
		}
	}
	if n := r.first("network", "firewall"); leastagency.Is(n.Bool(), false) || n.String().V == "disable" {
		s.OpenNetwork = leastagency.ValueAt(true, n.At)
	}
	for _, head := range r.heads {
		for _, host := range head.Get("network", "allowed").Strings() {
			if strings.Contains(host.V, ".") || host.V == "*" { // what has no dot names a group of hosts
				s.Hosts = append(s.Hosts, host)
			}
		}
		s.DeniedHosts = append(s.DeniedHosts, head.Get("network", "blocked").Strings()...)
	}
}

// allow adds an allow rule of the head.
func (r *reader) allow(at leastagency.Span, text string, a leastagency.Action, effects ...leastagency.Effect) {
	rule := &leastagency.Rule{At: at, Text: text, Decision: leastagency.Allow, Action: a, Effects: effects}
	if effects == nil {
		rule.Effects = slices.DeleteFunc(slices.Clone(effect.Of(a)), r.impossible)
	}
	r.layer.Rules = append(r.layer.Rules, rule)
}

// impossible reports whether an effect of a command cannot happen: changes of a service with a token that
// only reads, and exchanges with hosts that the wall does not let through.
func (r *reader) impossible(e leastagency.Effect) bool {
	switch e.Capability {
	case leastagency.WriteState, leastagency.Decide, leastagency.Destroy:
		return len(r.layer.Powers) == 0 && e.Reach.Breadth != leastagency.Project
	case leastagency.Send, leastagency.ReadUntrusted:
		return e.Reach.Breadth == leastagency.Everything && r.reach() != ""
	}
	return false
}

// tools reads what the agent may use.
func (r *reader) tools(tools *node.Node) {
	for _, m := range tools.Each() {
		if leastagency.Is(m.Value.Bool(), false) {
			continue
		}
		switch m.Key {
		case "bash":
			r.shell(m)
		case "edit":
			// In a copy of the repository that goes away with the job: what is to stay, another job takes over.
			r.layer.Tools = append(r.layer.Tools, &leastagency.Rule{At: m.At, Text: m.Key, Decision: leastagency.Allow, Action: leastagency.Action{Kind: leastagency.ActionWrite, Pattern: "./**", Open: true}})
		case "web-fetch":
			r.allow(m.At, m.Key, leastagency.Action{Kind: leastagency.ActionFetch, Pattern: r.reach()})
		case "web-search":
			r.allow(m.At, m.Key, leastagency.Action{Kind: leastagency.ActionSearch})
		case "cache-memory", "repo-memory":
			r.allow(m.At, m.Key, leastagency.Action{Kind: leastagency.ActionOther},
				leastagency.Effect{Capability: leastagency.Remember, Reach: leastagency.Reach{Breadth: leastagency.Project}, Why: "keeps what it notes for later runs"})
		case "github":
			r.github(m)
		}
	}
}

// reach names the hosts that requests of the agent reach; empty for all.
func (r *reader) reach() string {
	s := r.layer.Sandbox
	if leastagency.Is(s.Enabled, false) || s.OpenNetwork.V || slices.ContainsFunc(s.Hosts, func(h leastagency.Value[string]) bool { return h.V == "*" }) {
		return ""
	}
	return "domain:the hosts of the workflow's network list"
}

// shell reads the commands: all, none, or those of a list. A name alone stands for the program with any
// arguments. Without a value it is a list of commands that only look.
func (r *reader) shell(m node.Member) {
	whole := func(at leastagency.Span, text string) {
		r.allow(at, text, leastagency.Action{Kind: leastagency.ActionShell})
	}
	if leastagency.Is(m.Value.Bool(), true) {
		whole(m.Value.At, "bash: true")
	}
	for _, item := range m.Value.Strings() {
		words := strings.TrimSpace(item.V)
		if strings.Trim(words, ":*") == "" {
			whole(item.At, "bash: "+item.V)
			continue
		}
		open := strings.HasSuffix(words, ":*") || strings.HasSuffix(words, " *") || !strings.Contains(words, " ")
		words = strings.TrimSuffix(strings.TrimSuffix(words, ":*"), " *")
		r.allow(item.At, item.V, leastagency.Action{Kind: leastagency.ActionShell, Pattern: words, Open: open, Command: command.Pattern(words, open, item.At, r.sys.Knowledge)})
	}
}

// github reads the server that reads the platform. In a public repository it leaves out what people
// without push access wrote, unless the head says otherwise.
func (r *reader) github(m node.Member) {
	for key, off := range map[string][]string{"min-integrity": {"none", "unapproved"}, "lockdown": {"false"}} {
		n := m.Value.Get(key)
		if slices.Contains(off, n.Scalar().V) {
			r.layer.Inputs = append(r.layer.Inputs, &leastagency.Input{Kind: leastagency.InputThread, At: n.At, Name: "what strangers wrote", Untrusted: true,
				Way: []leastagency.Step{{At: n.At, Text: "the filter that leaves out what strangers wrote is switched off by " + key}}})
		}
	}
}

func (r *reader) servers(n *node.Node) {
	d := mcpserver.Dialect{Syntax: credential.Any, Included: []string{"allowed"}}
	found := d.Read(n, r.sys)
	r.layer.Servers = append(r.layer.Servers, found...)
	r.layer.Switches = append(r.layer.Switches, mcpserver.Switches(found, r.sys.Knowledge)...)
}

// writes are the outputs that change code, start other things or decide, with what they do. The others
// open a thread or comment on one.
var writes = map[string]leastagency.Effect{
	"push-to-pull-request-branch": {Capability: leastagency.WriteState, Why: "pushes commits to the branches of pull requests"},
	"merge-pull-request":          {Capability: leastagency.Decide, Why: "merges pull requests"},
	"dispatch-workflow":           {Capability: leastagency.Execute, Why: "starts other workflows, with inputs of its choice"},
	"create-agent-session":        {Capability: leastagency.Spawn, Why: "starts other agents"},
	"assign-to-agent":             {Capability: leastagency.Spawn, Why: "starts other agents"},
}

// outputs reads what another job does for the agent from what it hands over, and whether that is searched first.
func (r *reader) outputs(n *node.Node) {
	for _, m := range n.Each() {
		if e, known := writes[m.Key]; known && e.Capability != leastagency.Execute {
			e.Reach = leastagency.Reach{Breadth: leastagency.Service}
			r.allow(m.At, m.Key, leastagency.Action{Kind: leastagency.ActionOther}, e)
		}
	}
	if d := n.Get("threat-detection"); leastagency.Is(d.Bool(), false) || leastagency.Is(d.Get("enabled").Bool(), false) {
		r.layer.Switches = append(r.layer.Switches, &leastagency.Switch{Kind: leastagency.SwitchSafetyOff, Name: "threat-detection", At: d.At})
	}
}

// secrets reads what stands in the agent's environment.
func (r *reader) secrets(head *node.Node) {
	for _, block := range []*node.Node{head.Get("env"), head.Get("engine", "env")} {
		for _, m := range block.Each() {
			if _, c := credential.Classify(m.Key, m.Value.Scalar(), credential.Expression, r.sys.Knowledge); c != nil {
				r.layer.Credentials = append(r.layer.Credentials, c)
			}
		}
	}
}

// filters are keys below "on" that are no events.
var filters = []string{"roles", "skip-roles", "bots", "skip-bots", "reaction", "status-comment", "stop-after", "manual-approval", "skip-if-match", "skip-if-no-match", "steps", "needs",
	"permissions", "github-token", "github-app", "cooldown", "skip-author-associations", "labels", "forks", "skip-if-check-failing"}

// everyone are roles that anybody has in a public repository.
var everyone = []string{"all", "read"}

// triggers reads who starts the agent. The format checks roles by itself.
func (r *reader) triggers(head *node.Node) {
	on := head.Get("on")
	for _, e := range actions.Events(on) {
		if slices.Contains(filters, e.Name) {
			continue
		}
		switch e.Name {
		case "slash_command", "command": // a comment by which somebody calls it
			e = actions.Event{At: e.At, Name: e.Name}
		}
		t := &leastagency.Trigger{At: e.At, Name: e.Name, Text: e.Text(), Public: len(e.Open()) > 0 || strings.HasSuffix(e.Name, "command"), Powerless: e.Powerless()}
		if strings.HasSuffix(e.Name, "command") {
			t.Text = "the comment and its thread"
		}
		r.layer.Triggers = append(r.layer.Triggers, t)
		if !t.Public {
			continue
		}
		t.Gates = append(t.Gates, r.gates(on, e, t.At)...)
		open, unsure := true, false
		if condition := place.TextOf(head.Get("if")); condition.Text != "" {
			expr, always := actions.Condition(strings.TrimSpace(condition.Text))
			s := &actions.Stranger{Event: e}
			switch outcome := s.Try(expr); {
			case always:
			case outcome == actions.Blocked:
				t.Gates = append(t.Gates, &leastagency.Gate{At: condition.At, Text: "the condition of the workflow", Holds: true})
			case outcome == actions.Unsure:
				unsure = true
			}
		}
		for _, g := range t.Gates {
			open = open && !g.Holds
			unsure = unsure || !g.Holds && g.Fails == ""
		}
		t.Untrusted = open && !unsure && !t.Powerless
	}
}

// gates are the checks that the compiler adds, and what the head and the lock file leave of them.
func (r *reader) gates(on *node.Node, e actions.Event, at leastagency.Span) []*leastagency.Gate {
	role := &leastagency.Gate{At: at, Text: "the format's own check that who started the run may write", Holds: true}
	n := on.Get("roles")
	roles := n.Strings()
	if one := n.String(); one.Set {
		roles = append(roles, one)
	}
	for _, v := range roles {
		if slices.Contains(everyone, v.V) {
			role = &leastagency.Gate{At: v.At, Text: role.Text, Fails: "this lets everybody pass", Opened: true}
		}
	}
	if role.Holds && r.lock != nil && !bytes.Contains(r.lock.Data, []byte("REQUIRED_ROLES")) && !bytes.Contains(r.lock.Data, []byte("check_membership")) {
		role = &leastagency.Gate{At: at, Text: role.Text, Fails: "the compiled lock file, which is what runs, holds no such check"}
	}
	out := []*leastagency.Gate{role}
	if n := on.Get("manual-approval"); n != nil {
		out = append(out, &leastagency.Gate{At: n.At, Text: "the environment, whose reviewers are not visible here"})
	}
	if e.Name == "workflow_run" {
		out = append(out, &leastagency.Gate{At: at, Text: "the format's own check that the run before was none of a fork", Holds: true})
	}
	return out
}

// prompt reads the body, and what of strangers is filled into it.
func (r *reader) prompt() {
	if strings.TrimSpace(r.body.Text()) == "" {
		return
	}
	body := &leastagency.Text{Kind: leastagency.TextPrompt, At: r.body, Body: r.body.Text(), Raw: true}
	r.layer.Texts = append(r.layer.Texts, body)
	for _, h := range actions.Holes(body.Body) {
		h.Expr.Values(func(e *actions.Expr) {
			sanitized := e.Text == "steps.sanitized.outputs.text" || e.Text == "needs.activation.outputs.text"
			for _, t := range r.layer.Triggers {
				object, words := actions.WordsOf(e.Text)
				if t.Untrusted && (sanitized || words && object != "") {
					r.layer.Inputs = append(r.layer.Inputs, &leastagency.Input{Kind: leastagency.InputPrompt, At: body.Span(h.Start, h.End), Name: e.Text, Untrusted: true})
					return
				}
			}
		})
	}
	if n := len(r.layer.Inputs); n > maxInputs {
		r.problem(r.body, leastagency.ProblemLimit, "more than %s places of the prompt are filled in: the others were not read", strconv.Itoa(maxInputs))
		r.layer.Inputs = r.layer.Inputs[:maxInputs]
	}
}

const maxInputs = 256
