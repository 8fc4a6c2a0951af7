package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/authority"
	"github.com/leastagency/leastagency/checks"
	"github.com/leastagency/leastagency/checks/combination"
	"github.com/leastagency/leastagency/loaders"
	"github.com/leastagency/leastagency/policy"
	"github.com/leastagency/leastagency/report"
)

const policyUsage = "policy file (default leastagency.cue, .yaml or .json at the root of what is scanned)"

// overlays reads the policy file of each target: the one that --policy names, else the one at its root;
// as it was at --base, where that is given.
func (j *judge) overlays(ctx context.Context, targets []target, stderr io.Writer) error {
	for i := range targets {
		t := &targets[i]
		var err error
		switch {
		case j.base != "":
			t.overlay, err = j.basePolicy(ctx, t, stderr)
		case j.policyFile != "":
			t.overlay, err = readPolicy(j.policyFile)
		default:
			t.overlay, err = t.ownPolicy()
		}
		if err != nil {
			return err
		}
		if t.overlay == nil {
			continue
		}
		t.everything = len(j.only)+len(j.skip)+len(t.files) == 0
		for _, c := range t.overlay.Combinations {
			if check := combination.Added(c.Name); j.judges(check.Rule) {
				t.added = append(t.added, check)
			}
		}
	}
	return nil
}

// basePolicy reads the policy file as it was at the revision of --base; nil where there was none.
func (j *judge) basePolicy(ctx context.Context, t *target, stderr io.Writer) (*policy.Overlay, error) {
	if j.policyFile != "" {
		in, err := openAt(ctx, j.base, j.policyFile)
		if err != nil {
			return nil, fmt.Errorf("policy %q at %q: %w", j.policyFile, j.base, reason(err))
		}
		if in == nil {
			fmt.Fprintf(stderr, "leastagency: there is no %s at %s: judged by what is built in\n", report.Visible(j.policyFile), report.Visible(j.base))
			return nil, nil
		}
		return policy.Read(filepath.ToSlash(j.policyFile), in, leastagency.Builtin())
	}
	tree, err := treeAt(ctx, t.folder, j.base)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	return policy.Find(tree, leastagency.Builtin())
}

func readPolicy(name string) (*policy.Overlay, error) {
	in, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("policy %q: %w", name, reason(err))
	}
	defer in.Close()
	return policy.Read(filepath.ToSlash(name), in, leastagency.Builtin())
}

func (t *target) ownPolicy() (*policy.Overlay, error) {
	root, err := os.OpenRoot(t.folder)
	if err != nil {
		return nil, failure{reason(err)}
	}
	defer root.Close()
	overlay, err := policy.Find(root.FS(), leastagency.Builtin())
	if err != nil && t.prefix != "." {
		err = fmt.Errorf("policy of %q:\n%w", t.prefix, err)
	}
	return overlay, err
}

// policy returns what the target is judged by.
func (t target) policy() *leastagency.Policy {
	if t.overlay == nil {
		return leastagency.Builtin()
	}
	return t.overlay.Apply(leastagency.Builtin())
}

// judged returns the linter for the target, with its Go modules and under its policy file.
func (t target) judged(linter *leastagency.Linter) *leastagency.Linter {
	own := *linter
	own.Trees = t.trees
	if t.overlay == nil {
		return &own
	}
	own.Policy = t.overlay.Apply(linter.Policy)
	if len(linter.Checks) > 0 {
		own.Checks = slices.Concat(linter.Checks, t.added)
	}
	return &own
}

// fails reports whether a finding fails the run by the policy files of the targets, or by threshold
// where one has none.
func fails(f *leastagency.Finding, targets []target, threshold leastagency.Severity) bool {
	return slices.ContainsFunc(targets, func(t target) bool {
		if t.overlay == nil {
			return f.Severity >= threshold
		}
		return t.overlay.FailsOn(f)
	})
}

func everyCheck() *leastagency.Linter {
	return &leastagency.Linter{Loaders: loaders.All(), Inferences: authority.All(), Checks: checks.All(), Policy: leastagency.Builtin(), Today: time.Now()}
}

func policyCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "policy",
		Short: "Work with the policy file of a repository",
	}
	command.AddCommand(policyCheckCommand())
	return command
}

func policyCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check [file]",
		Short: "Say what is wrong in a policy file, all of it at once",
		Long: `Check reads a policy file, which is leastagency.cue, .yaml or .json in the current
folder when none is named, and prints every mistake with its line and column. Entries
that have expired are named and are no mistake.

Exit status: 0 nothing wrong, 2 mistakes.`,
		Example: `  leastagency policy check
  leastagency policy check security/agents.cue`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return checkPolicy(args, c.OutOrStdout())
		},
	}
}

func checkPolicy(args []string, out io.Writer) error {
	var overlay *policy.Overlay
	var err error
	if len(args) > 0 {
		overlay, err = readPolicy(args[0])
	} else if overlay, err = (&target{folder: ".", prefix: "."}).ownPolicy(); err == nil && overlay == nil {
		return fmt.Errorf("no policy file here: name one, or write one with 'leastagency init --policy'")
	}
	if err != nil {
		return err
	}
	r := &leastagency.Report{System: &leastagency.System{}}
	overlay.Filter(r, time.Now(), false)
	for _, p := range r.System.Problems {
		pos := p.At.From()
		fmt.Fprintf(out, "%s:%d:%d: %s\n", p.At.File.Path, pos.Line, pos.Rune, p.Text)
	}
	_, err = fmt.Fprintf(out, "%s: nothing wrong: %d severities, %d ignored, %d agents declared\n", overlay.File.Path, len(overlay.Severities), len(overlay.Ignores), len(overlay.Declarations))
	if err != nil {
		return failure{err}
	}
	return nil
}

// writePolicy writes the policy that declares what the agents of the current folder have now.
func writePolicy(ctx context.Context, stdout io.Writer) error {
	for _, name := range policy.Names {
		if _, err := os.Lstat(name); err == nil {
			return fmt.Errorf("%s is there already; it is not changed", name)
		}
	}
	t := target{folder: ".", prefix: "."}
	if err := readGo(&t, goChoices[0]); err != nil {
		return err
	}
	linter := everyCheck()
	linter.Checks = nil
	found, err := t.lint(ctx, linter)
	if err != nil {
		return failure{err}
	}
	text, err := policy.Format(declare(found.System.Agents))
	if err == nil {
		_, err = policy.Parse(leastagency.NewFile(policy.Names[0], []byte(text)), linter.Policy)
	}
	if err != nil {
		return failure{fmt.Errorf("what was to be written is wrong, please report it: %w", err)}
	}
	file, err := os.OpenFile(policy.Names[0], os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return failure{fmt.Errorf("create %s: %w", policy.Names[0], reason(err))}
	}
	_, err = io.WriteString(file, text)
	if err = errors.Join(err, file.Close()); err != nil {
		return failure{err}
	}
	fmt.Fprintf(stdout, "wrote %s: what each agent has today; take away what it does not need\n", policy.Names[0])
	return nil
}

const policyHead = `// What the agents of this repository may have at most. Whatever exceeds it is reported as
// agency/exceeds-declared. It was written from what they have today: take away what they do not need.
//
//   capabilities  allow: nobody is asked; ask: a person is; contained: behind a sandbox. Others: none.
//   servers       by name; "name=identity" holds what the name stands for as well
//   hosts         that are reached without asking
//   score         0 to 100, as 'leastagency inventory' explains it
//   controls      hard ones that must stay: absence, sandbox, deny, hook, receiver
//
// Further keys, all optional:
//
//   failOn: "medium"
//   severity: "supplychain/unpinned-server": "high"
//   ignore: [{rule: "agency/open-request", path: ".claude/**", reason: "…", expires: "2026-12-31"}]
//
// What a sub-agent, skill or command has is held against its session, unless it has an entry of its own.
`

// declare returns a policy that holds every agent to what it has.
func declare(agents []*leastagency.Agent) string {
	var b strings.Builder
	b.WriteString(policyHead + "\nagents: {\n")
	for _, a := range agents {
		if a.Parent != nil || a.Kind == leastagency.KindCatalog || a.At.IsZero() || a.At.File.Role == leastagency.RoleFixture || len(a.Grants)+len(a.Servers) == 0 {
			continue
		}
		declareAgent(&b, a, family(a, agents))
	}
	b.WriteString("}\n")
	return b.String()
}

// family returns an agent and those that it starts: they are held against its entry.
func family(a *leastagency.Agent, agents []*leastagency.Agent) []*leastagency.Agent {
	all := []*leastagency.Agent{a}
	for _, child := range agents {
		for p := child.Parent; p != nil; p = p.Parent {
			if p == a {
				all = append(all, child)
				break
			}
		}
	}
	return all
}

func declareAgent(b *strings.Builder, a *leastagency.Agent, all []*leastagency.Agent) {
	var servers, hosts []string
	points := 0.0
	for _, member := range all {
		for _, s := range member.Servers {
			name := s.Name
			if id := s.Identity(); id != "" && !strings.Contains(name, "=") {
				name += "=" + id
			}
			servers = append(servers, name)
		}
		for _, h := range member.Hosts() {
			hosts = append(hosts, h.V)
		}
		points = max(points, member.Score.Points)
	}
	fmt.Fprintf(b, "\t%s: {\n\t\tcapabilities: {\n", cueString(a.ID))
	for c := leastagency.ReadUntrusted; c <= leastagency.Pay; c++ {
		use, why := leastagency.Unused, ""
		for _, member := range all {
			if u, by := member.Uses(c); u > use {
				use = u
				if len(by.Evidence) > 0 {
					at := by.Evidence[0].At
					why = fmt.Sprintf(" // %s:%d", at.File.Path, at.From().Line)
				}
			}
		}
		if use != leastagency.Unused {
			fmt.Fprintf(b, "\t\t\t%q: %q%s\n", c, use, plain(why))
		}
	}
	fmt.Fprintf(b, "\t\t}\n\t\tservers: [%s]\n\t\thosts: [%s]\n", quoted(servers), quoted(hosts))
	if points > 0 {
		fmt.Fprintf(b, "\t\tscore: %d\n", min(100, int(points)+1))
	}
	hard := map[string]bool{}
	for _, boundary := range a.Boundaries {
		if boundary.Hardness == leastagency.Hard && boundary.Kind != leastagency.BoundaryUnknown {
			hard[boundary.Kind.String()] = true
		}
	}
	if len(hard) > 0 {
		fmt.Fprintf(b, "\t\tcontrols: [%s]\n", quoted(slices.Collect(maps.Keys(hard))))
	}
	b.WriteString("\t}\n")
}

// plain takes what would end a comment, or cannot be seen, out of a path.
func plain(s string) string {
	q := strconv.QuoteToGraphic(s)
	return q[1 : len(q)-1]
}

func quoted(names []string) string {
	slices.Sort(names)
	names = slices.Compact(names)
	for i, name := range names {
		names[i] = cueString(name)
	}
	return strings.Join(names, ", ")
}

// cueString writes a string as JSON does, which CUE reads.
func cueString(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // no string fails
	}
	return string(text)
}
