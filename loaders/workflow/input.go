package workflow

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/actions"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

// A strain is text of strangers on its way to the model.
type strain struct {
	name string
	way  []leastagency.Step
}

// fetchesText recognises a command or call that brings what strangers write on the platform.
var fetchesText = lazy.Compile(`\bgh (?:issue|pr) (?:view|list|diff)\b|\bgh api\b[^\n]*(?:comments|issues|reviews|discussions|/pulls)|\bgh search\b|\bgh run view\b[^\n]*--log|` +
	`\b(?:issues|pulls)\.(?:get|list|listForRepo|listComments|listReviewComments|listReviews)\b|listReviewComments|listCommentsForReview|context\.payload\.(?:issue|comment|pull_request|review|discussion)\??\.(?:body|title)|downloadJobLogsForWorkflowRun|downloadWorkflowRunLogs`)

// fields says which parts a command asks for; textual are those that people write.
var (
	fields  = lazy.Compile(`(?:--json|--jq|-q)[ =]('[^']*'|"[^"]*"|\S+)`)
	textual = lazy.Compile(`body|title|comments|reviews|\blog\b|message|\.\[\]$|diff|patch`)
)

// refused recognises an order not to do what follows in the same sentence.
var refused = lazy.Compile(`(?i)\b(?:not|never|don't|avoid|without|instead of|rather than)\b[^.\n]*$`)

// brings returns the line of a program that brings strangers' text, as offsets; ok is false when none does.
func brings(script string) (start, end int, ok bool) {
	for _, m := range fetchesText.Get().FindAllStringIndex(script, 64) {
		stop := m[1]
		for stop < len(script) && script[stop] != '\n' || stop > m[1] && stop < len(script) && script[stop-1] == '\\' {
			stop++
		}
		line := script[m[0]:min(stop, len(script))]
		if strings.HasPrefix(strings.TrimSpace(script[strings.LastIndexByte(script[:m[0]], '\n')+1:m[0]]), "#") || m[0] > 0 && script[m[0]-1] == '(' && !strings.HasSuffix(script[:m[0]], "$(") {
			continue // a comment, or the pattern of a tool list
		}
		if refused.MatchString(script[max(0, m[0]-80):m[0]]) {
			continue
		}
		if asked := fields.Get().FindAllString(line, -1); len(asked) > 0 && !textual.MatchString(strings.Join(asked, " ")) {
			continue
		}
		return m[0], m[1], true
	}
	if m := takesEvent.Get().FindStringIndex(script); m != nil && readsWords.MatchString(script) {
		return m[0], m[1], true
	}
	return 0, 0, false
}

// A script that takes the issue, comment or pull request as a whole reads its words later.
var (
	takesEvent = lazy.Compile(`context\.payload\.(?:issue|comment|pull_request|review|discussion)\b(?:[ \t]*[;,)\n]|$)`)
	readsWords = lazy.Compile(`\.(?:body|title)\b`)
)

// notText are ends of names of what is a number, hash or switch rather than words.
var notText = lazy.Compile(`(?i)(?:number|num|[._-]id|[._-]ids|sha|url|count|conclusion|outcome|result|exists|skip|enabled|version|model|ref|branch|labels?|date|time|path|repo|state|author|user|actor|login|token|has[_-].*|is[_-].*|should.*)$`)

// trace returns strangers' text that stands under a path of an expression, as seen from a job and step.
func (x *scene) trace(j *job, s *step, p string, depth int) []strain {
	if depth > 6 {
		return nil
	}
	first, rest, _ := strings.Cut(p, ".")
	switch first {
	case "github":
		if x.wrote(p) {
			return []strain{{name: p}}
		}
	case "env":
		if n, owner := variable(j, s, rest); n != nil {
			return x.within(j, owner, n, depth+1, "the variable is set here")
		}
		for _, before := range j.steps {
			if before == s {
				break
			}
			if script := before.script().String().V; strings.Contains(script, "GITHUB_ENV") && containsFold(script, rest) {
				return x.made(j, before, p, depth+1)
			}
		}
	case "steps":
		id, name, _ := strings.Cut(rest, ".")
		if notText.MatchString(name) {
			return nil
		}
		for _, other := range j.steps {
			if other != s && strings.EqualFold(other.id, id) {
				return x.made(j, other, p, depth+1)
			}
		}
	case "needs":
		id, rest, _ := strings.Cut(rest, ".")
		name, isOutput := strings.CutPrefix(rest, "outputs.")
		other := j.jobs[jobID(j, id)]
		if other == nil || !isOutput || notText.MatchString(name) {
			return nil
		}
		for _, m := range other.n.Get("outputs").Each() {
			if strings.EqualFold(m.Key, name) {
				return x.within(other, nil, m.Value, depth+1, "the job hands it on here")
			}
		}
	case "inputs":
		if j.of != nil {
			return x.within(j, j.of, j.of.with(rest), depth+1, "the caller fills the input in here")
		}
		if j.caller != nil {
			for _, m := range j.caller.n.Get("with").Each() {
				if strings.EqualFold(m.Key, rest) {
					return x.within(j.caller, nil, m.Value, depth+1, "the caller fills the input in here")
				}
			}
		}
	case "matrix":
		if notText.MatchString(rest) {
			return nil
		}
		name, _, _ := strings.Cut(rest, ".")
		return x.within(j, s, j.n.Get("strategy", "matrix", name), depth+1, "the matrix is made here")
	}
	return nil
}

func containsFold(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}

// variable returns the value of an environment variable as a step sees it.
func variable(j *job, s *step, name string) (*node.Node, *step) {
	var blocks []*node.Node
	if s != nil {
		blocks = append(blocks, s.n.Get("env"))
	}
	if j.of != nil {
		blocks = append(blocks, j.of.n.Get("env"))
	}
	for _, block := range append(blocks, j.n.Get("env"), j.doc.Get("env")) {
		for _, m := range block.Each() {
			if strings.EqualFold(m.Key, name) {
				return m.Value, s
			}
		}
	}
	return nil, nil
}

// within returns strangers' text in the expressions of a value.
func (x *scene) within(j *job, s *step, n *node.Node, depth int, says string) []strain {
	text := place.TextOf(n)
	var out []strain
	for _, h := range actions.Holes(text.Text) {
		h.Expr.Values(func(e *actions.Expr) {
			for _, found := range x.trace(j, s, e.Text, depth) {
				found.way = append(slices.Clip(found.way), leastagency.Step{At: text.Part(h.Start, h.End), Text: says})
				out = append(out, found)
			}
		})
	}
	return out
}

// made returns strangers' text that a step hands on.
func (x *scene) made(j *job, s *step, p string, depth int) []strain {
	script := place.TextOf(s.script())
	if start, end, ok := brings(script.Text); ok && x.foreign(script.Text[start:end]) {
		return []strain{{name: p, way: []leastagency.Step{{At: script.Part(start, end), Text: "a step fetches what people wrote there"}}}}
	}
	out := x.within(j, s, s.script(), depth, "a step takes it up here")
	for _, m := range s.n.Get("env").Each() {
		if script.Text == "" || strings.Contains(script.Text, m.Key) {
			out = append(out, x.within(j, s, m.Value, depth, "a step takes it up here")...)
		}
	}
	return out
}

// wrote reports whether strangers write what a path of the payload holds, for one of the events with which the agent has power.
func (x *scene) wrote(p string) bool {
	for i, e := range x.job.events {
		if t := x.trigger(e); t != nil && x.job.events[i].Wrote(p, t.Untrusted || unsure(t)) {
			return true
		}
	}
	return false
}

func unsure(t *leastagency.Trigger) bool {
	return !slices.ContainsFunc(t.Gates, func(g *leastagency.Gate) bool { return g.Holds })
}

// trigger returns the trigger of an event; nil when the event starts no agent.
func (x *scene) trigger(e actions.Event) *leastagency.Trigger {
	for _, t := range x.layer.Triggers {
		if t.At == e.At {
			return t
		}
	}
	return nil
}

// foreign reports whether what a command brings can be a stranger's: threads always, a diff only where
// strangers' pull requests get this far with power.
func (x *scene) foreign(fetch string) bool {
	if strings.Contains(fetch, "pr diff") {
		return slices.ContainsFunc(x.layer.Triggers, func(t *leastagency.Trigger) bool { return t.Public && !t.Powerless })
	}
	return true
}

// inputs reads what reaches the model without its doing.
func (x *scene) inputs() {
	for _, p := range x.agent.prompts {
		x.prompt(p)
	}
	x.called()
	x.variables()
	x.files()
	x.workspace()
	if x.agent.thread != nil {
		for _, e := range x.job.events {
			if t := x.trigger(e); t != nil && t.Public && !t.Powerless && t.Text != "" && x.agent.thread(e) && (t.Untrusted || unsure(t) || strangersAround(e)) {
				x.add(leastagency.InputThread, e.At, t.Text, nil)
			}
		}
	}
}

// strangersAround reports whether strangers write beside the person that a gate lets through.
func strangersAround(e actions.Event) bool {
	return e.Name != "issues" || e.Wrote("github.event.issue.body", false)
}

func (x *scene) add(kind leastagency.InputKind, at leastagency.Span, name string, way []leastagency.Step) {
	for _, in := range x.layer.Inputs {
		if in.At == at && in.Kind == kind {
			return
		}
	}
	in := &leastagency.Input{Kind: kind, At: at, Name: name, Untrusted: true, Way: way}
	if kind == leastagency.InputWorkspace && x.agent.restores {
		in.Tamed = "the action puts the base branch's settings and instructions back"
	}
	x.layer.Inputs = append(x.layer.Inputs, in)
}

// prompt reads the expressions and orders of a prompt.
func (x *scene) prompt(n *node.Node) {
	text := place.TextOf(n)
	for _, h := range actions.Holes(text.Text) {
		h.Expr.Values(func(e *actions.Expr) {
			for _, found := range x.trace(x.job, x.agent.step, e.Text, 0) {
				x.add(leastagency.InputPrompt, text.Part(h.Start, h.End), e.Text, found.way)
			}
			if strings.HasPrefix(e.Text, "github.event.") && strings.HasSuffix(e.Text, ".number") && x.public() {
				x.add(leastagency.InputFetched, text.Part(h.Start, h.End), e.Text, nil)
			}
		})
	}
	if !x.agent.shell && slices.Contains(x.agent.arguments, n) {
		return // flags order nothing
	}
	if n.Is(node.String) && !x.agent.shell {
		x.layer.Texts = append(x.layer.Texts, &leastagency.Text{Kind: leastagency.TextPrompt, At: n.Inner(), Body: n.Text, Raw: n.Raw})
	}
	x.ordered(text.Text, text.Part)
	if m := substitution.Get().FindStringIndex(text.Text); m != nil && !x.agent.shell {
		x.problem(text.Part(m[0], m[1]), leastagency.ProblemType, "no shell expands an input of an action, so %s stays as it is: what it should bring, filtered or not, never reaches the prompt", leastagency.Quote(text.Text[m[0]:m[1]]))
	}
}

// orders recognises a tool of a server that reads a thread.
var orders = lazy.Compile(`mcp__github__(?:get_issue|get_issue_comments|issue_read|list_issues|search_issues|get_pull_request_comments|get_pull_request_reviews|pull_request_read)`)

// substitution recognises a command between shell marks.
var substitution = lazy.Compile(`\$\((?:cat|gh|curl|git|jq|echo|head|tail) [^)\n]*\)`)

// public reports whether strangers cause an event that gives the agent its power.
func (x *scene) public() bool {
	return slices.ContainsFunc(x.layer.Triggers, func(t *leastagency.Trigger) bool { return t.Public && !t.Powerless })
}

// variables reads the environment of the agent.
func (x *scene) variables() {
	blocks := []*node.Node{x.agent.step.n.Get("env")}
	if x.agent.shell {
		blocks = append(blocks, x.job.n.Get("env"), x.job.doc.Get("env"))
	}
	for _, block := range blocks {
		for _, m := range block.Each() {
			if x.agent.shell && !slices.ContainsFunc(x.agent.prompts, func(n *node.Node) bool { return strings.Contains(n.Text, m.Key) }) {
				continue
			}
			text := place.TextOf(m.Value)
			for _, h := range actions.Holes(text.Text) {
				h.Expr.Values(func(e *actions.Expr) {
					for _, found := range x.trace(x.job, x.agent.step, e.Text, 0) {
						x.add(leastagency.InputVariable, text.Part(h.Start, h.End), e.Text, found.way)
					}
				})
			}
		}
	}
}

// written recognises where a script stores something.
var written = lazy.Compile(`(?:>>?|\btee(?: -a)?)\s*["']?([^\s"'<>|&;()]+)`)

// files reads the files that steps before the agent, or jobs before it whose artifacts it takes, fill with
// strangers' text, and that the prompt names.
func (x *scene) files() {
	named := append(slices.Clone(x.agent.prompts), x.agent.files...)
	var prompts strings.Builder
	for _, n := range named {
		prompts.WriteString(blanked(n.Scalar().V))
		prompts.WriteByte('\n')
	}
	look := func(j *job, s *step) {
		script := place.TextOf(s.script())
		for _, m := range written.Get().FindAllStringSubmatchIndex(script.Text, 64) {
			name := script.Text[m[2]:m[3]]
			base := blanked(path.Base(name))
			if strings.HasPrefix(name, "$GITHUB_") || strings.HasPrefix(name, "${GITHUB_") || strings.HasPrefix(name, "/dev/") || len(base) < 5 || !strings.Contains(prompts.String(), base) {
				continue
			}
			if m := orders.Get().FindStringIndex(script.Text); m != nil && slices.ContainsFunc(x.agent.files, func(n *node.Node) bool { return strings.Contains(blanked(n.Text), base) }) {
				x.ordered(script.Text[m[0]:m[1]], func(int, int) leastagency.Span { return script.Part(m[0], m[1]) })
			}
			for _, found := range x.made(j, s, name, 1) {
				way := append(slices.Clip(found.way), leastagency.Step{At: script.Part(m[2], m[3]), Text: "it is stored in the file " + leastagency.Quote(name)})
				at := x.agent.at
				for _, n := range named {
					if prefix, _, _ := strings.Cut(base, "*"); strings.Contains(blanked(n.Scalar().V), base) && prefix != "" {
						at = place.TextOf(n).Find(prefix)
					}
				}
				x.add(leastagency.InputFile, at, name, way)
			}
		}
	}
	artifacts := false
	for _, s := range x.job.steps[:min(x.index, len(x.job.steps))] {
		look(x.job, s)
		artifacts = artifacts || strings.HasPrefix(s.n.Get("uses").String().V, "actions/download-artifact@")
	}
	if x.agent.shell {
		look(x.job, x.agent.step)
	}
	if artifacts {
		for _, need := range x.job.needs() {
			if other := x.job.jobs[need]; other != nil {
				for _, s := range other.steps {
					look(other, s)
				}
			}
		}
	}
}

// blanks are the parts of a file's name that are filled in.
var blanks = lazy.Compile(`\$\{\{[^}]*\}\}|\$\{[^}]*\}|\$[A-Za-z_][A-Za-z0-9_]*`)

func blanked(text string) string { return blanks.Get().ReplaceAllString(text, "*") }
