package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/authority"
	"github.com/leastagency/leastagency/loaders"
	"github.com/leastagency/leastagency/report"
)

// A question is what the flags of one run of can say.
type question struct {
	folder   string
	headless bool
	format   string
}

func canCommand() *cobra.Command {
	var q question
	command := &cobra.Command{
		Use:   "can AGENT ACTION",
		Short: "Say whether an agent may do one thing: allow, ask, deny or unknown",
		Long: `Can answers for one concrete action what happens when the agent tries it, and names
the rule that decides and where it stands.

AGENT is an id or a name that 'leastagency inventory' lists. ACTION is in the syntax
of the product's own rules, or neutral: shell(…), read(…), write(…), edit(…),
fetch(host), mcp(server/tool). A tool alone asks for every use of it.

The answer is for a trusted folder and a session that was started there, with the
user's own settings from HOME. With --headless nobody is there to be asked. Hooks are
not judged, and what is left to a model is unknown.

Exit status: 0 for an answer, whatever it is, 2 for an unknown agent or an action that
cannot be read, 3 failure.`,
		Example: `  leastagency can claude-code 'Bash(git push origin main)'
  leastagency can codex 'shell(rm -rf build)' --headless
  leastagency can cursor 'mcp(github/create_issue)' --path services/triage --format json`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return q.answer(c.Context(), args[0], args[1], c.OutOrStdout())
		},
	}
	flags := command.Flags()
	flags.SortFlags = false
	flags.StringVar(&q.folder, "path", ".", "the folder where the session is started")
	flags.BoolVar(&q.headless, "headless", false, "nobody is there to be asked")
	flags.StringVarP(&q.format, "format", "f", "text", "how to print: text, json")
	return command
}

func (q *question) answer(ctx context.Context, agent, action string, out io.Writer) error {
	if q.format != "text" && q.format != "json" {
		return fmt.Errorf("unknown format %q for --format: %s", q.format, oneOf(q.format, []string{"text", "json"}))
	}
	info, err := os.Stat(q.folder)
	if err != nil {
		return fmt.Errorf("cannot read %q: %w; give a folder that exists", q.folder, reason(err))
	}
	if !info.IsDir() {
		return fmt.Errorf("cannot read %q: it is no folder", q.folder)
	}
	home, err := homeFolder(q.folder)
	if err != nil {
		return failure{err}
	}
	found, err := inForce(ctx, q.folder, home)
	if err != nil {
		return err
	}
	a, err := findAgent(found.System.Agents, agent)
	if err != nil {
		return err
	}
	work, err := filepath.Abs(filepath.Join(q.folder, filepath.FromSlash(a.Root)))
	if err != nil {
		return failure{err}
	}
	calls, err := loaders.Calls(a, action, loaders.Folders{Work: filepath.ToSlash(work), Home: filepath.ToSlash(os.Getenv("HOME")), Follow: follow})
	if err != nil {
		return err
	}
	whole, each := authority.DecideAll(a, calls)
	text := report.Texts(found, report.Options{Policy: leastagency.Builtin()})
	job := a.Kind == leastagency.KindJob
	v := q.verdict(whole, job, text)
	v.Version, v.Agent, v.Action, v.Calls = 1, text(a.ID), text(action), []verdict{}
	for _, one := range each {
		if !one.Call.Refused || one.Decision != leastagency.Allow { // a file that nothing keeps it from is no news
			v.Calls = append(v.Calls, q.verdict(one, job, text))
		}
	}
	if q.format == "json" {
		encoder := json.NewEncoder(out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(v)
	} else {
		_, err = io.WriteString(out, v.text())
	}
	if err != nil {
		return failure{err}
	}
	return nil
}

// A verdict is the answer as it is printed, for the whole action or for one call of it.
type verdict struct {
	Version  int       `json:"version,omitempty"`
	Agent    string    `json:"agent,omitempty"`
	Action   string    `json:"action"`
	Decision string    `json:"decision"` // "allow", "ask", "deny" or "unknown"
	By       *ground   `json:"by"`       // null when the product decides so by itself
	Why      string    `json:"why"`
	Calls    []verdict `json:"calls,omitempty"` // that the action consists of
}

// A ground is what decides, and where it stands.
type ground struct {
	Kind   string `json:"kind"` // "rule", "mode", "sandbox", "server" or "tools"
	Path   string `json:"path"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Rule   string `json:"rule,omitempty"` // as it is written
}

// verdict prints a verdict. In a job nobody is there to be asked either.
func (q *question) verdict(from authority.Verdict, job bool, text func(string) string) verdict {
	v := verdict{Action: text(describe(from.Call)), Decision: from.Decision.String(), Why: text(from.Why)}
	if (q.headless || job) && from.Decision == leastagency.Ask {
		v.Decision, v.Why = leastagency.Deny.String(), v.Why+"; nobody is there to be asked"
	}
	if !from.At.IsZero() {
		at := from.At.From()
		v.By = &ground{Kind: from.By.String(), Path: text(from.At.File.Real), Line: at.Line, Column: at.Column}
		if from.Rule != nil {
			v.By.Rule = text(from.Rule.Text)
		}
	}
	return v
}

// describe writes a call in neutral syntax.
func describe(c leastagency.Call) string {
	name, what := c.Action.Kind.String(), c.Action.Pattern
	if c.Action.Kind == leastagency.ActionServer {
		name, what = "mcp", strings.TrimSuffix(c.Action.Server+"/"+c.Action.Tool, "/")
	}
	if what == "" {
		return name
	}
	return name + "(" + what + ")"
}

// text returns the answer for a person: the decision first, then why and where.
func (v *verdict) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n  %s\n", v.Decision, v.Action, v.reason())
	if len(v.Calls) > 1 {
		for i := range v.Calls {
			fmt.Fprintf(&b, "    %-7s  %s: %s\n", v.Calls[i].Decision, v.Calls[i].Action, v.Calls[i].reason())
		}
	}
	return b.String()
}

func (v *verdict) reason() string {
	if v.By == nil {
		return v.Why
	}
	place := fmt.Sprintf("%s:%d:%d", v.By.Path, v.By.Line, v.By.Column)
	if v.By.Rule != "" {
		return fmt.Sprintf("%s: %s  %s", v.Why, v.By.Rule, place)
	}
	return v.Why + "  " + place
}

// inForce returns the model of a folder together with the user's own files, where home names a folder.
func inForce(ctx context.Context, folder, home string) (*leastagency.Report, error) {
	t := target{folder: folder}
	var err error
	if t.overlay, err = t.ownPolicy(); err != nil { // it may know servers and commands of its own
		return nil, err
	}
	linter := t.judged(&leastagency.Linter{Loaders: loaders.All(), Policy: leastagency.Builtin()})
	found, err := t.lint(ctx, linter)
	if err != nil {
		return nil, failure{err}
	}
	if home != "" {
		if err := addUser(ctx, linter, found, home); err != nil {
			return nil, failure{err}
		}
	}
	for _, inference := range authority.All() {
		inference.Run(found.System, linter.Policy)
	}
	return found, nil
}

// findAgent returns the agent of an id or name, else an error that lists the ids.
func findAgent(agents []*leastagency.Agent, name string) (*leastagency.Agent, error) {
	ids := make([]string, len(agents))
	for i, a := range agents {
		ids[i] = a.ID
	}
	for _, same := range []func(*leastagency.Agent) bool{
		func(a *leastagency.Agent) bool { return a.ID == name },
		func(a *leastagency.Agent) bool { return strings.EqualFold(a.ID, name) },
		func(a *leastagency.Agent) bool { return strings.EqualFold(a.Name, name) && name != "" },
		func(a *leastagency.Agent) bool {
			return strings.EqualFold(a.Product, name) && a.Kind == leastagency.KindSession
		},
		func(a *leastagency.Agent) bool { return strings.EqualFold(a.Product, name) },
	} {
		i := slices.IndexFunc(agents, same)
		if i < 0 {
			continue
		}
		if next := slices.IndexFunc(agents[i+1:], same); next >= 0 && agents[i].ID != name {
			return nil, fmt.Errorf("several agents are called %q: use an id\nagents: %s", name, strings.Join(ids, ", "))
		}
		return agents[i], nil
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("no agent %q: nothing here configures one", name)
	}
	return nil, fmt.Errorf("no agent %q\nagents: %s", name, strings.Join(ids, ", "))
}

// follow returns where a path leads to when it, or a folder of it, is a link.
func follow(path string) string {
	dir, rest := filepath.FromSlash(path), ""
	for {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			return filepath.ToSlash(filepath.Join(real, rest))
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return path
		}
		rest = filepath.Join(filepath.Base(dir), rest)
		dir = parent
	}
}
