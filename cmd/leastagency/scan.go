package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/report"
)

// A scan is what the flags of one run say.
type scan struct {
	judge
	outputs     []setting
	category    string
	exitZero    bool
	goCode      string
	showIgnored bool
	since       string // a revision: only findings that are new since are shown; empty for all
	mend, dry   bool   // --fix, --dry-run
}

func scanCommand(status *int) *cobra.Command {
	var s scan
	command := &cobra.Command{
		Use:   "scan [path...]",
		Short: "Find what is wrong with the agents of a repository",
		Long: `Scan reads every agent configuration under each path, which is the current folder
when none is given, and prints what is wrong, worst consequences explained.

A folder is read as a repository of its own. For a file, the folder that it is in
force for is read, because settings work together, and only what stands in that
file is shown.

Several formats at once: each --output belongs to the --format before it.

Exit status: 0 nothing at or above --fail-on, 1 findings, 2 bad usage, 3 failure.
Findings go to standard output, everything else to standard error.`,
		Example: `  leastagency scan
  leastagency scan services/triage --fail-on medium
  leastagency scan --only credential,supplychain/unpinned-server
  leastagency scan --format sarif -o results.sarif --exit-zero
  leastagency scan --format sarif -o results.sarif --format github
  leastagency scan --fix --dry-run
  leastagency scan .mcp.json`,
		RunE: func(c *cobra.Command, args []string) error {
			s.failOnSet = c.Flags().Changed("fail-on")
			found, err := s.run(c.Context(), args, c.OutOrStdout(), c.ErrOrStderr())
			if err == nil && found && !s.exitZero {
				*status = exitFindings
			}
			return err
		},
	}
	flags := command.Flags()
	flags.SortFlags = false
	flags.VarP(outputFlag{"format", report.All()[0].Name, &s.outputs}, "format", "f", "how to print: "+strings.Join(formatNames(), ", "))
	flags.VarP(outputFlag{"output", "", &s.outputs}, "output", "o", "write to this file instead of standard output")
	flags.StringVar(&s.category, "category", "", "tell this run apart from others of the same commit, in SARIF")
	s.judge.flags(command)
	flags.StringVar(&s.since, "diff", "", "show only what is new since this revision; Go code is left out")
	flags.BoolVar(&s.exitZero, "exit-zero", false, "exit with 0 even when there are findings")
	goFlag(command, &s.goCode)
	flags.BoolVar(&s.showIgnored, "show-ignored", false, "show also what comments and the policy ignore, in text and SARIF")
	flags.BoolVar(&s.mend, "fix", false, "change the files where a fix is safe and certain, then judge them")
	flags.BoolVar(&s.dry, "dry-run", false, "with --fix, change nothing and print a diff instead of the findings")
	completes(command, "format", formatNames())
	return command
}

// run scans and prints, and reports whether anything shown is as severe as --fail-on says.
func (s *scan) run(ctx context.Context, paths []string, stdout, stderr io.Writer) (bool, error) {
	outputs, err := printings(s.outputs)
	if err != nil {
		return false, err
	}
	if isSarif := func(p printing) bool { return p.format.Name == "sarif" }; s.category != "" && !slices.ContainsFunc(outputs, isSarif) {
		return false, fmt.Errorf("--category %q says nothing without --format sarif", s.category)
	}
	if s.dry && (!s.mend || len(s.outputs) > 0) {
		return false, fmt.Errorf("--dry-run prints what --fix would change: give both, and no --format or --output")
	}
	c, err := s.convene(ctx, paths, stderr)
	if err != nil {
		return false, err
	}
	if err := c.readGo(s.goCode); err != nil {
		return false, err
	}
	if s.since != "" {
		if err := s.compare(c.targets); err != nil {
			return false, err
		}
	}
	options := c.options()
	options.Ignored, options.Category, options.New = s.showIgnored, s.category, s.since != ""
	// The library looks at NO_COLOR, TERM and whether standard output is a terminal.
	options.Color = !color.NoColor && stdout == io.Writer(os.Stdout)
	if s.mend && !s.dry {
		if err := c.fix(ctx, options, stderr); err != nil {
			return false, err
		}
	}
	result, err := c.lint(ctx)
	if err != nil {
		return false, err
	}
	if s.dry {
		err = c.dryRun(ctx, options, stdout, stderr)
	} else {
		err = printAll(outputs, result, options, stdout, stderr)
	}
	if err != nil {
		return false, failure{fmt.Errorf("write the report: %w", err)}
	}
	return c.fails(report.Shown(result, options)), nil
}

// compare has each target judged by what is new since the revision of --diff. Go code is read from the
// disk, which has no revisions, so it is left out.
func (s *scan) compare(targets []target) error {
	since := parseChange(s.since)
	if since.to != "" {
		return fmt.Errorf("--diff %q: name one revision; 'leastagency diff' takes two", s.since)
	}
	if s.goCode == "on" {
		return errors.New("--go on: Go code is not compared with a revision yet; leave --diff or --go out")
	}
	for i := range targets {
		targets[i].since, targets[i].trees = &since, nil
		targets[i].everything = false // entries for Go code match nothing
	}
	return nil
}

func formatNames() []string {
	var names []string
	for _, f := range report.All() {
		names = append(names, f.Name)
	}
	return names
}

// ruleNames returns every rule and family, sorted.
func ruleNames(policy *leastagency.Policy) []string {
	var names []string
	for i := range policy.Rules {
		names = append(names, policy.Rules[i].ID, policy.Rules[i].Family())
	}
	slices.Sort(names)
	return slices.Compact(names)
}
