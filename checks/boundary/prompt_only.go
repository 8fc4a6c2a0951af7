package boundary

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// PromptOnly finds what an instruction forbids or restrains while the configuration lets it happen
// unasked: the sentence is then the only control.
var PromptOnly = leastagency.Check{Rule: "boundary/prompt-only", Run: func(p *leastagency.Pass) {
	onlySaid(p, "%s is the only control: %s, and nothing outside the model stops it", func(a *leastagency.Agent, said leastagency.Statement) bool {
		return !asksNobody(a, said)
	})
}}

// ApprovalUnattended finds a sentence that has an agent ask first where nobody can answer: in a job.
var ApprovalUnattended = leastagency.Check{Rule: "boundary/approval-unattended", Run: func(p *leastagency.Pass) {
	onlySaid(p, "%s waits for a person, and this runs where there is none: %s", asksNobody)
}}

// asksNobody reports whether a sentence asks for approval in a run without a person.
func asksNobody(a *leastagency.Agent, said leastagency.Statement) bool {
	return a.Kind == leastagency.KindJob && said.Polarity == leastagency.Restrains
}

// onlySaid reports the wanted sentences that are the only control of what they speak of. One finding
// per file and capability, at the first sentence.
func onlySaid(p *leastagency.Pass, format string, wanted func(*leastagency.Agent, leastagency.Statement) bool) {
	type key struct {
		file *leastagency.File
		can  leastagency.Capability
	}
	found := map[key]*leastagency.Finding{}
	for _, a := range p.Agents {
		for _, said := range sayings(a) {
			if said.Capability == leastagency.WriteFiles || !wanted(a, said) || manners(a, said) {
				continue // what can be undone: see ProseLimit
			}
			grant := unstopped(a, said)
			if grant == nil {
				continue
			}
			k := key{said.At.File, said.Capability}
			switch f := found[k]; {
			case f == nil:
				found[k] = p.Reportf(said.At, format, leastagency.Quote(said.Text), unasked(grant)).
					Because(grant.Evidence[0].At, "%s", grant.Evidence[0].Text).Sure(leastagency.Inferred)
			case f.At != said.At && !slices.ContainsFunc(f.Related, func(s leastagency.Step) bool { return s.At == said.At }):
				f.Also(said.At, "the same holds for %s", leastagency.Quote(said.Text))
			}
		}
	}
}

// manners reports whether a sentence tells a job how to comment on the thread that it is there to comment on.
func manners(a *leastagency.Agent, said leastagency.Statement) bool {
	if a.Kind != leastagency.KindJob || said.Capability != leastagency.WriteState {
		return false
	}
	text := " " + strings.ToLower(said.At.Text()) + " "
	return strings.Contains(text, "comment") && !slices.ContainsFunc(topics[:], func(words []string) bool { return !slices.Contains(words, "comment") && mentions(text, words) })
}

// sayings returns what the instructions of an agent, and of the session it belongs to, forbid or restrain.
func sayings(a *leastagency.Agent) []leastagency.Statement {
	var out []leastagency.Statement
	for ; a != nil; a = a.Parent {
		for _, layer := range a.Layers {
			for _, text := range layer.Texts {
				for _, s := range text.Statements {
					if text.Kind != leastagency.TextDescription && (s.Polarity == leastagency.Forbids || s.Polarity == leastagency.Restrains) {
						out = append(out, s)
					}
				}
			}
		}
	}
	return out
}

// unstopped returns the grant by which the agent can do unasked, outside every wall, what a sentence
// speaks of; nil when there is none, or a hard control covers it.
func unstopped(a *leastagency.Agent, said leastagency.Statement) *leastagency.Grant {
	can := said.Capability
	if slices.ContainsFunc(a.Boundaries, func(b *leastagency.Boundary) bool {
		return b.Hardness == leastagency.Hard && b.Kind != leastagency.BoundaryApproval && slices.Contains(b.Covers, can)
	}) {
		return nil
	}
	for _, g := range a.Grants {
		if g.Decision == leastagency.Allow && !g.Contained && g.Confidence != leastagency.Guessed && reaches(a, g, can) && sameTopic(said, g) {
			return g
		}
	}
	return nil
}

// reaches reports whether a grant is the very thing that a sentence forbids. A shell without any
// pattern reaches everything, unless it is open only because nobody has set the product up; other
// programs that run code are not taken for what they might do.
func reaches(a *leastagency.Agent, g *leastagency.Grant, can leastagency.Capability) bool {
	if g.Capability == leastagency.Execute && g.Route == leastagency.RouteShell && (g.Default && a.Mode.Set || g.Rule != nil && g.Rule.Action.Whole()) {
		return true
	}
	if g.Default || g.Implied {
		return false
	}
	switch can {
	case leastagency.Send, leastagency.ReadSecret: // harm needs both
		other := leastagency.Send + leastagency.ReadSecret - can
		return g.Capability == can && slices.ContainsFunc(a.Grants, func(o *leastagency.Grant) bool {
			return o.Decision == leastagency.Allow && (o.Capability == other || other == leastagency.ReadSecret && o.Capability == leastagency.ReadPrivate)
		})
	case leastagency.WriteState: // comments and labels are how a job answers: what they should say is style
		return g.Capability == can && !(g.Rule != nil && g.Rule.Action.Command.OnThread())
	case leastagency.Configure, leastagency.Decide: // access lists are files: a skill that may write any file may write them
		return g.Capability == can || can == leastagency.Configure && a.Kind == leastagency.KindSkill && g.Capability == leastagency.WriteFiles &&
			g.Route == leastagency.RouteFile && g.Rule != nil && g.Rule.Action.Whole()
	}
	return g.Capability == can
}

// topics are what a change of a service can be about, by the words that sentences and grants share.
var topics = [...][]string{
	{"push", "commit"}, {"deploy", "rollout"}, {"publish", "releas"}, {"issue", "comment", "ticket"}, {"pull request", "pull-request", " pr ", " prs "},
	{"terraform", "tofu", "kubectl", "helm"}, {"production", "prod ", "database", "table", "sql"},
}

// sameTopic reports whether a grant to change a service is about what the sentence is about; a
// sentence without a topic is about all of them.
func sameTopic(said leastagency.Statement, g *leastagency.Grant) bool {
	if said.Capability != leastagency.WriteState || g.Capability != leastagency.WriteState {
		return true
	}
	text := " " + strings.ToLower(said.At.Text()) + " "
	does := " " + strings.ToLower(g.Evidence[0].Text) + " "
	about := false
	for _, words := range topics {
		if !mentions(text, words) {
			continue
		}
		if mentions(does, words) {
			return true
		}
		about = true
	}
	return !about
}

func mentions(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// unasked says in a clause how the grant lets it happen.
func unasked(g *leastagency.Grant) string {
	if g.Rule != nil || g.Server != nil {
		return each.By(g) + " runs without asking"
	}
	return "the mode asks nobody"
}
