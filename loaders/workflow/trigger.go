package workflow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/actions"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

// A tried condition stands between an event and the agent.
type tried struct {
	text place.Text
	what string
	j    *job
}

// never reports whether the condition is switched off by hand, and the agent with it.
func (c tried) never() bool {
	condition, _ := actions.Condition(c.text.Text)
	return c.text.Is(node.Bool) && c.text.Text == "false" || condition != nil && condition.Op == actions.OpWord && condition.Text == "false"
}

// conditions returns what must be true before the agent starts, from its step outwards.
func (x *scene) conditions() []tried {
	var out []tried
	add := func(n *node.Node, what string, j *job) {
		if n.Is(node.Bool) || n.Is(node.String) {
			text := place.TextOf(n)
			if n.Is(node.Bool) {
				text = place.Text{Node: n}
			}
			out = append(out, tried{text, what, j})
		}
	}
	add(x.agent.step.n.Get("if"), "the condition of the step", x.job)
	if x.job.of != nil {
		add(x.job.of.n.Get("if"), "the condition of the step that calls the action", x.job)
	}
	for j, depth := x.job, 0; j != nil && depth <= maxCalls; j, depth = j.caller, depth+1 {
		x.jobConditions(j, add, map[string]bool{})
	}
	return out
}

// jobConditions adds the condition of a job, and of the jobs without which it is skipped.
func (x *scene) jobConditions(j *job, add func(*node.Node, string, *job), seen map[string]bool) {
	if seen[j.id] || len(seen) > 16 {
		return
	}
	seen[j.id] = true
	condition := j.n.Get("if")
	add(condition, fmt.Sprintf("the condition of job %s", leastagency.Quote(j.id)), j)
	for _, override := range []string{"always()", "failure()", "cancelled()"} {
		if strings.Contains(condition.Scalar().V, override) {
			return // it runs although another was skipped
		}
	}
	for _, need := range j.needs() {
		if other := j.jobs[need]; other != nil {
			x.jobConditions(other, add, seen)
		}
	}
}

// needs returns the jobs that must have run before.
func (j *job) needs() []string {
	var out []string
	for _, need := range append(j.n.Get("needs").Strings(), j.n.Get("needs").String()) {
		if need.Set {
			out = append(out, need.V)
		}
	}
	return out
}

// triggers reads who can start the agent, and what stops them.
func (x *scene) triggers() {
	conditions := x.conditions()
	own := x.agent.gates(x)
	checks := x.checkSteps()
	for _, e := range x.job.events {
		if x.agent.idle != nil && x.agent.idle(e) {
			continue
		}
		t := &leastagency.Trigger{At: e.At, Name: e.Name, Text: e.Text(), Public: len(e.Open()) > 0, Powerless: e.Powerless()}
		x.layer.Triggers = append(x.layer.Triggers, t)
		if !t.Public {
			continue
		}
		open, unsure := true, false
		for _, c := range conditions {
			outcome, gates := x.try(e, c)
			t.Gates = append(t.Gates, gates...)
			if outcome == actions.Blocked && !slices.ContainsFunc(gates, func(g *leastagency.Gate) bool { return g.Holds }) {
				t.Gates = append(t.Gates, &leastagency.Gate{At: c.text.At, Text: c.what, Holds: true}) // it is about what happens, not about who
			}
			open = open && outcome != actions.Blocked
			unsure = unsure || outcome == actions.Unsure
		}
		for _, g := range append(checks, own(e)...) {
			t.Gates = append(t.Gates, g)
			open = open && !g.Holds
			unsure = unsure || !g.Holds && g.Fails == ""
		}
		if n := x.job.n.Get("environment"); n != nil {
			t.Gates = append(t.Gates, &leastagency.Gate{At: n.At, Text: "the environment, whose reviewers are not visible here"})
			unsure = true
		}
		t.Untrusted = open && !unsure && !t.Powerless
	}
}

// try evaluates one condition for a stranger, and returns its parts that check people.
func (x *scene) try(e actions.Event, c tried) (actions.Outcome, []*leastagency.Gate) {
	if c.text.Is(node.Bool) {
		return actions.Passes, nil
	}
	condition, always := actions.Condition(c.text.Text)
	if always {
		return actions.Passes, []*leastagency.Gate{{At: c.text.At, Text: c.what, Fails: "something stands around its marks, so it is a text, and a text is always true"}}
	}
	if condition == nil {
		return actions.Unsure, nil
	}
	s := &actions.Stranger{Event: e, Output: func(p string) (actions.Outcome, string) { return x.output(e, c.j, p, 0) }}
	outcome := s.Try(condition)
	var gates []*leastagency.Gate
	for _, n := range s.Notes {
		at := c.text.Part(n.Start, n.End)
		switch {
		case n.Outcome == actions.Unsure:
			gates = append(gates, &leastagency.Gate{At: at, Text: c.what})
		case outcome == actions.Blocked:
			if n.Outcome == actions.Blocked {
				gates = append(gates, &leastagency.Gate{At: at, Text: c.what, Holds: true})
			}
		case n.Outcome == actions.Blocked:
			gates = append(gates, &leastagency.Gate{At: at, Text: c.what, Fails: "the condition has another way to be true for " + e.Name})
		default:
			gates = append(gates, &leastagency.Gate{At: at, Text: c.what, Fails: n.Why})
		}
	}
	return outcome, gates
}

// checksPeople recognises a program that asks the platform who somebody is.
var checksPeople = lazy.Compile(`(?i)getCollaboratorPermissionLevel|checkCollaborator|/collaborators\b|checkMembershipFor|getMembershipFor|/memberships/|author_?association|checkUserPermission|isCollaborator`)

// looksAtEvent recognises a program that decides by what happened or who caused it.
var looksAtEvent = lazy.Compile(`(?i)event|payload|actor|sender|author|trigger`)

// stops recognises a program that ends the job.
var stops = lazy.Compile(`\bexit +[1-9]|setFailed|\bthrow\b|process\.exit\([1-9]`)

// checkAction recognises an action that checks who started the run.
var checkAction = lazy.Compile(`(?i)(permission|authori[sz]|collaborator|membership|actor|access)[a-z-]*check|check[a-z-]*(permission|actor|member|collaborator|author|access|team)|(is-actor|actions?)-authori[sz]ed|team-member`)

// script returns the program text of a step.
func (s *step) script() *node.Node {
	if n := s.n.Get("run"); n.Is(node.String) {
		return n
	}
	return s.with("script")
}

// checksActor reports whether a step asks who started the run.
func (s *step) checksActor() bool {
	name, _, _ := strings.Cut(s.n.Get("uses").String().V, "@")
	return checkAction.MatchString(name) || checksPeople.MatchString(s.script().String().V)
}

// checkSteps returns the steps before the agent that end the job when the wrong person started it.
func (x *scene) checkSteps() []*leastagency.Gate {
	var out []*leastagency.Gate
	for _, s := range x.job.steps[:min(x.index, len(x.job.steps))] {
		if !s.checksActor() || s.n.Get("if") != nil || leastagency.Is(s.n.Get("continue-on-error").Bool(), true) {
			continue
		}
		script := s.script()
		if script == nil {
			out = append(out, &leastagency.Gate{At: s.n.Get("uses").At, Text: "the step before that checks who started the run"})
		} else if stops.MatchString(script.Text) {
			out = append(out, &leastagency.Gate{At: script.At, Text: "the step before that asks who started the run, and ends the job", Holds: true})
		}
	}
	return out
}

// output says what a stranger makes of the output of a step or job that a condition looks at.
func (x *scene) output(e actions.Event, j *job, p string, depth int) (actions.Outcome, string) {
	parts := strings.Split(p, ".")
	if depth > 4 || len(parts) < 3 {
		return actions.Chosen, ""
	}
	switch parts[0] {
	case "steps":
		for _, s := range j.steps {
			if !strings.EqualFold(s.id, parts[1]) || parts[len(parts)-1] == "outcome" || parts[len(parts)-1] == "conclusion" {
				continue
			}
			if s.checksActor() {
				if s.script() == nil {
					return actions.Unsure, ""
				}
				return actions.Blocked, ""
			}
			if script := s.script(); script == nil || looksAtEvent.MatchString(script.Text) {
				return actions.Unsure, "" // what it makes of the event we do not see
			}
		}
		return actions.Chosen, ""
	case "needs":
		other := j.jobs[jobID(j, parts[1])]
		if other == nil {
			return actions.Unsure, ""
		}
		if parts[2] != "outputs" || len(parts) < 4 {
			return actions.Chosen, ""
		}
		for _, m := range other.n.Get("outputs").Each() {
			if !strings.EqualFold(m.Key, parts[3]) {
				continue
			}
			out := actions.Chosen
			for _, h := range actions.Holes(m.Value.Scalar().V) {
				h.Expr.Paths(func(e2 *actions.Expr) {
					if strings.HasPrefix(e2.Text, "steps.") || strings.HasPrefix(e2.Text, "needs.") {
						if o, _ := x.output(e, other, e2.Text, depth+1); o == actions.Blocked || o == actions.Unsure && out != actions.Blocked {
							out = o
						}
					}
				})
			}
			return out, ""
		}
		if other.n.Get("uses") != nil {
			return actions.Unsure, ""
		}
	}
	return actions.Chosen, ""
}

// jobID returns the identifier of a job whatever its case.
func jobID(j *job, lower string) string {
	for id := range j.jobs {
		if strings.EqualFold(id, lower) {
			return id
		}
	}
	return lower
}
