package workflow

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/actions"
)

// This file holds what actions check by themselves of who started the run. Sources: the code of each.

// only makes an action check every event alike.
func only(a *agent, gate func() *leastagency.Gate) {
	a.gates = func(*scene) func(actions.Event) []*leastagency.Gate {
		return func(actions.Event) []*leastagency.Gate { return []*leastagency.Gate{gate()} }
	}
}

const writers = "the action's own check that who started the run may write"

// writersOnly is the check of claude-code-action, and of actions made from its code. It does not know of
// discussions, forks and stars.
func writersOnly(a *agent) {
	s := a.step
	a.gates = func(x *scene) func(actions.Event) []*leastagency.Gate {
		return func(e actions.Event) []*leastagency.Gate {
			if strings.HasPrefix(e.Name, "discussion") || e.Name == "fork" || e.Name == "watch" {
				return nil
			}
			g := &leastagency.Gate{At: a.at, Text: writers, Holds: true}
			var more []*leastagency.Gate
			if n := s.with("allowed_non_write_users"); n.Scalar().V == "*" {
				if s.with("github_token") == nil {
					x.problem(n.At, leastagency.ProblemIgnored, "the action reads \"allowed_non_write_users\" only where \"github_token\" is given")
				} else {
					g = &leastagency.Gate{At: n.At, Text: writers, Fails: "this lets everybody pass", Opened: true}
				}
			}
			if n := s.with("allowed_bots"); n.Scalar().V == "*" && g.Holds {
				more = append(more, &leastagency.Gate{At: n.At, Text: "the action's own check that a person started the run", Fails: "this lets every app pass, and in a public repository apps of strangers act too", Opened: true})
			}
			return append(more, g)
		}
	}
}

// codexAction says that the action checks who started the run.
func codexAction(a *agent) {
	only(a, func() *leastagency.Gate {
		if n := a.step.with("allow-users"); strings.TrimSpace(n.Scalar().V) == "*" {
			return &leastagency.Gate{At: n.At, Text: writers, Fails: "this lets everybody pass", Opened: true}
		}
		return &leastagency.Gate{At: a.at, Text: writers, Holds: true}
	})
}

// openGate says that a check is there of which we do not know what it covers.
func openGate(a *agent) {
	only(a, func() *leastagency.Gate {
		return &leastagency.Gate{At: a.at, Text: "the action's own check of who started the run"}
	})
}

// cagentAction says that the action lets only people of the repository start it by a comment, and checks nothing else.
func cagentAction(a *agent) {
	a.gates = func(*scene) func(actions.Event) []*leastagency.Gate {
		return func(e actions.Event) []*leastagency.Gate {
			if !strings.HasSuffix(e.Name, "_comment") {
				return nil
			}
			return []*leastagency.Gate{{At: a.at, Text: "the action's own check of who wrote the comment", Holds: true}}
		}
	}
}
