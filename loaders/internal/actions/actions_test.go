package actions

import (
	"strings"
	"testing"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// events reads the "on" of a workflow.
func eventNamed(t *testing.T, on string) Event {
	t.Helper()
	docs, _ := node.ParseYAML(leastagency.NewFile("w.yml", []byte("on:\n"+on)))
	list := Events(docs[0].Root.Get("on"))
	if len(list) != 1 {
		t.Fatalf("%d events", len(list))
	}
	return list[0]
}

// TestStranger says of conditions whether somebody without any right gets past them.
func TestStranger(t *testing.T) {
	comment, issue, target := "  issue_comment:\n    types: [created]\n", "  issues:\n    types: [opened, labeled]\n", "  pull_request_target:\n"
	run, review := "  workflow_run:\n    types: [completed]\n", "  pull_request_review:\n    types: [submitted]\n"
	for _, row := range []struct {
		on, condition string
		want          Outcome
	}{
		{comment, "true", Passes},
		{comment, "false", Blocked},
		{comment, "contains(github.event.comment.body, '@bot')", Chosen},
		{comment, "startsWith(github.event.comment.body, '/run')", Chosen},
		{comment, "github.event.comment.author_association == 'OWNER'", Blocked},
		{comment, "github.event.comment.author_association != 'NONE'", Chosen},
		{comment, "contains(fromJSON('[\"OWNER\",\"MEMBER\"]'), github.event.comment.author_association)", Blocked},
		{comment, "contains(fromJSON('[\"OWNER\",\"CONTRIBUTOR\"]'), github.event.comment.author_association)", Chosen},
		{comment, "contains('OWNER,MEMBER', github.event.comment.author_association)", Blocked},
		{comment, "github.event.issue.author_association == 'OWNER'", Chosen},
		{comment, "github.actor == 'alice'", Blocked},
		{comment, "github.actor != 'dependabot[bot]'", Passes},
		{comment, "!endsWith(github.actor, '[bot]')", Passes},
		{comment, "contains('alice,bob', github.actor)", Chosen},
		{comment, "contains(fromJSON('[\"alice\"]'), github.actor)", Blocked},
		{comment, "contains(vars.ALLOWED, github.actor)", Blocked},
		{comment, "github.actor == github.repository_owner", Blocked},
		{comment, "github.event.sender.type == 'User'", Passes},
		{comment, "github.event.comment.user.type == 'Bot'", Blocked},
		{comment, "contains(github.event.issue.labels.*.name, 'agent')", Chosen},
		{comment, "github.event.issue.pull_request && github.event.comment.user.login == github.event.issue.user.login", Chosen},
		{comment, "github.event_name == 'issues'", Blocked},
		{comment, "github.event_name == 'issue_comment' && github.event.comment.author_association == 'MEMBER' || github.event_name == 'issues'", Blocked},
		{comment, "github.event.pull_request.head.repo.fork == false", Passes},
		{issue, "github.event.label.name == 'agent'", Blocked},
		{issue, "github.event.action == 'labeled'", Blocked},
		{issue, "github.event.action == 'opened'", Passes},
		{issue, "github.event.comment.author_association == 'OWNER'", Blocked},
		{issue, "contains(fromJSON('[\"OWNER\"]'), github.event.comment.author_association || github.event.issue.author_association)", Blocked},
		{issue, "github.event_name == 'issues' || github.event.comment.author_association == 'OWNER'", Passes},
		{issue, "needs.check.outputs.ok == 'true'", Unsure},
		{issue, "steps.check.outputs.ok == 'true' && false", Blocked},
		{issue, "github.repository == 'acme/app' && vars.ON != ''", Passes},
		{issue, "always() && !cancelled()", Passes},
		{target, "github.event.pull_request.head.repo.full_name == github.repository", Blocked},
		{target, "github.event.pull_request.head.repo.fork == false", Blocked},
		{target, "!github.event.pull_request.head.repo.fork", Blocked},
		{target, "github.event.pull_request.head.repo.full_name != github.repository", Passes},
		{target, "startsWith(github.head_ref, 'release/')", Chosen},
		{target, "github.event.pull_request.draft == false", Chosen},
		{target, "contains(github.event.pull_request.labels.*.name, 'ok')", Chosen},
		{run, "github.event.workflow_run.event == 'push'", Blocked},
		{run, "github.event.workflow_run.event == 'pull_request'", Passes},
		{run, "github.event.workflow_run.head_branch == 'main'", Chosen},
		{run, "github.event.workflow_run.head_repository.full_name == github.repository", Blocked},
		{run, "github.event.workflow_run.conclusion == 'failure'", Chosen},
		{review, "github.event.review.author_association == 'COLLABORATOR'", Blocked},
		{review, "github.event.pull_request.author_association == 'COLLABORATOR'", Chosen},
		{review, "github.event.pull_request.head.repo.full_name == github.repository", Chosen},
	} {
		expr, always := Condition(row.condition)
		if expr == nil || always {
			t.Errorf("%s: not read", row.condition)
			continue
		}
		s := &Stranger{Event: eventNamed(t, row.on)}
		if got := s.Try(expr); got != row.want {
			t.Errorf("%s%s: %d, want %d", row.on, row.condition, got, row.want)
		}
	}
}

func TestCondition(t *testing.T) {
	for text, want := range map[string]struct{ read, always bool }{
		"github.actor == 'a'":           {true, false},
		"${{ github.actor == 'a' }}":    {true, false},
		"${{ github.actor == 'a' }}\n":  {false, true},
		"${{ a }} && b":                 {false, true},
		"(a":                            {false, false},
		"a = b":                         {false, false},
		"'it''s' == a['b-c'].*.d":       {true, false},
		"contains(a, 'x') && !(b || c)": {true, false},
		strings.Repeat("!", 500) + "a":  {false, false},
	} {
		expr, always := Condition(text)
		if (expr != nil) != want.read || always != want.always {
			t.Errorf("%q: read %v always %v, want %v", text, expr != nil, always, want)
		}
	}
}

func FuzzCondition(f *testing.F) {
	f.Add("contains(fromJSON('[\"a\"]'), github.actor) && !(github.event.label.name == 'x' || a.*.b['c'])")
	f.Fuzz(func(t *testing.T, text string) {
		expr, _ := Condition(text)
		s := &Stranger{Event: Event{Name: "issues", known: &events[0]}}
		s.Try(expr)
		Holes(text)
	})
}
