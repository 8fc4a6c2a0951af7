package workflow

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/actions"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

// takesHead recognises a script that takes the commits of a pull request.
var takesHead = lazy.Compile(`\bgh pr checkout\b|git (?:fetch|pull)[^\n]*(?:pull/|refs/pull)|git (?:checkout|switch)[^\n]*(?i:head_?(?:sha|ref|branch))`)

// workspace reads whether strangers' files lie where the agent works.
func (x *scene) workspace() {
	var reached *actions.Event
	for i, e := range x.job.events {
		t := x.trigger(e)
		if t != nil && (e.Name == "pull_request_target" || e.Name == "workflow_run" || e.Name == "issue_comment") && !(e.Name != "issue_comment" && forksOut(t)) {
			reached = &x.job.events[i]
			break
		}
	}
	if reached == nil {
		return
	}
	for _, s := range x.job.steps[:min(x.index+1, len(x.job.steps))] {
		script := place.TextOf(s.n.Get("run"))
		if m := takesHead.Get().FindStringIndex(script.Text); m != nil {
			x.add(leastagency.InputWorkspace, script.Part(m[0], m[1]), "the pull request's commits", []leastagency.Step{{At: reached.At, Text: "strangers' pull requests get this far by " + reached.Name}})
		}
		uses := s.n.Get("uses").String().V
		if !strings.HasPrefix(uses, "actions/checkout@") || s.with("path") != nil {
			continue
		}
		for _, key := range []string{"ref", "repository"} {
			ref := place.TextOf(s.with(key))
			for _, h := range actions.Holes(ref.Text) {
				h.Expr.Values(func(e *actions.Expr) {
					if headRef(e.Text) || strings.Contains(ref.Text, "refs/pull/") {
						x.add(leastagency.InputWorkspace, ref.Part(h.Start, h.End), "the pull request's commits", []leastagency.Step{{At: reached.At, Text: "strangers' pull requests get this far by " + reached.Name}})
					}
				})
			}
		}
	}
}

// namesHead recognises an output or variable that holds the commit, branch or repository of a pull request.
var namesHead = lazy.Compile(`(?:^|[._-])(?:pr_)?head_?(?:sha|ref|branch|repo|repository|commit|oid)$`)

func headRef(p string) bool {
	return !strings.HasPrefix(p, "github.") && namesHead.MatchString(p) || p == "github.head_ref" || strings.HasPrefix(p, "github.event.") && (strings.Contains(p, ".head.sha") || strings.Contains(p, ".head.ref") || strings.Contains(p, ".head.repo") ||
		strings.HasSuffix(p, ".head_sha") || strings.HasSuffix(p, ".head_branch") || strings.Contains(p, ".head_repository") || strings.HasSuffix(p, "merge_commit_sha"))
}

// forksOut reports whether a gate keeps pull requests of forks away.
func forksOut(t *leastagency.Trigger) bool {
	return slices.ContainsFunc(t.Gates, func(g *leastagency.Gate) bool {
		return g.Holds && (strings.Contains(g.At.Text(), "head.repo") || strings.Contains(g.At.Text(), "head_repository") || strings.Contains(g.At.Text(), "author_association"))
	})
}
