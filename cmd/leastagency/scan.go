package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/authority"
	"github.com/leastagency/leastagency/checks"
	"github.com/leastagency/leastagency/loaders"
	"github.com/leastagency/leastagency/report"
)

// A scan is what the flags of one run say.
type scan struct {
	outputs     []setting
	category    string
	failOn      string
	minSeverity string
	pedantic    bool
	only, skip  []string
	exitZero    bool
	policyFile  string
	goCode      string
	noIgnore    bool
	showIgnored bool
	failOnSet   bool // --fail-on is given, and wins over the policy file
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
	flags.StringVar(&s.failOn, "fail-on", leastagency.High.String(), "exit with 1 from this severity on: low, medium, high, critical, never")
	flags.StringVar(&s.minSeverity, "min-severity", leastagency.Low.String(), "leave out what is less severe")
	flags.BoolVar(&s.pedantic, "pedantic", false, "show also guesses and findings in test fixtures")
	flags.StringSliceVar(&s.only, "only", nil, "judge by these rules or families only, as agency,boundary/prompt-only")
	flags.StringSliceVar(&s.skip, "skip", nil, "leave these rules or families out")
	flags.BoolVar(&s.exitZero, "exit-zero", false, "exit with 0 even when there are findings")
	flags.StringVar(&s.policyFile, "policy", "", policyUsage)
	goFlag(command, &s.goCode)
	flags.BoolVar(&s.noIgnore, "no-ignore", false, "judge as if no comment ignored anything")
	flags.BoolVar(&s.showIgnored, "show-ignored", false, "show also what comments and the policy ignore, in text and SARIF")
	completeFlags(command)
	return command
}

// completeFlags says to shells which values the flags take.
func completeFlags(command *cobra.Command) {
	severities := []string{"low", "medium", "high", "critical"}
	rules := ruleNames(leastagency.Builtin())
	for flag, values := range map[string][]string{"format": formatNames(), "min-severity": severities, "fail-on": append(severities, "never"), "only": rules, "skip": rules} {
		// It fails only for a flag that does not exist.
		if err := command.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
			panic(err)
		}
	}
}

// run scans and prints, and reports whether anything shown is as severe as --fail-on says.
func (s *scan) run(ctx context.Context, paths []string, stdout, stderr io.Writer) (bool, error) {
	policy := leastagency.Builtin()
	policy.NoInline = s.noIgnore
	outputs, err := printings(s.outputs)
	if err != nil {
		return false, err
	}
	if isSarif := func(p printing) bool { return p.format.Name == "sarif" }; s.category != "" && !slices.ContainsFunc(outputs, isSarif) {
		return false, fmt.Errorf("--category %q says nothing without --format sarif", s.category)
	}
	failOn, err := severity("--fail-on", s.failOn, "never")
	if err != nil {
		return false, err
	}
	minimum, err := severity("--min-severity", s.minSeverity)
	if err != nil {
		return false, err
	}
	list, err := s.checks(policy)
	if err != nil {
		return false, err
	}
	targets, err := findTargets(paths)
	if err != nil {
		return false, err
	}
	if err := s.overlays(targets); err != nil {
		return false, err
	}
	for i := range targets {
		if err := readGo(&targets[i], s.goCode); err != nil {
			return false, err
		}
	}

	linter := &leastagency.Linter{Loaders: loaders.All(), Inferences: authority.All(), Checks: list, Policy: policy, Today: time.Now()}
	result, err := lint(ctx, linter, targets)
	if err != nil {
		return false, failure{err}
	}
	options := report.Options{
		Policy:      targets[0].policy(),
		Version:     version(),
		Pedantic:    s.pedantic,
		Ignored:     s.showIgnored,
		MinSeverity: minimum,
		Category:    s.category,
		// The library looks at NO_COLOR, TERM and whether standard output is a terminal.
		Color: !color.NoColor && stdout == io.Writer(os.Stdout),
	}
	if err := printAll(outputs, result, options, stdout, stderr); err != nil {
		return false, failure{fmt.Errorf("write the report: %w", err)}
	}
	bad := func(f *leastagency.Finding) bool { return f.Severity >= failOn }
	if !s.failOnSet {
		bad = func(f *leastagency.Finding) bool { return fails(f, targets, failOn) }
	}
	return failOn != leastagency.SeverityUnknown && slices.ContainsFunc(report.Shown(result, options), bad), nil
}

// checks returns the checks of the rules that --only and --skip leave.
func (s *scan) checks(policy *leastagency.Policy) ([]leastagency.Check, error) {
	for _, flag := range []struct {
		name  string
		rules []string
	}{{"--only", s.only}, {"--skip", s.skip}} {
		for _, rule := range flag.rules {
			if names := ruleNames(policy); !slices.Contains(names, rule) {
				return nil, fmt.Errorf("unknown rule or family %q for %s: %s", rule, flag.name, oneOf(rule, names))
			}
		}
	}
	return slices.DeleteFunc(checks.All(), func(c leastagency.Check) bool { return !s.judges(c.Rule) }), nil
}

// judges reports whether --only and --skip leave a rule.
func (s *scan) judges(rule string) bool {
	named := func(name string) bool { return rule == name || strings.HasPrefix(rule, name+"/") }
	return (len(s.only) == 0 || slices.ContainsFunc(s.only, named)) && !slices.ContainsFunc(s.skip, named)
}

// severity reads the value of a flag. What is in extra counts as SeverityUnknown.
func severity(flag, value string, extra ...string) (leastagency.Severity, error) {
	if slices.Contains(extra, value) {
		return leastagency.SeverityUnknown, nil
	}
	s, known := leastagency.ParseSeverity(value)
	if !known {
		return s, fmt.Errorf("unknown severity %q for %s: %s", value, flag, oneOf(value, append([]string{"low", "medium", "high", "critical"}, extra...)))
	}
	return s, nil
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
