package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/authority"
	"github.com/leastagency/leastagency/baseline"
	"github.com/leastagency/leastagency/checks"
	"github.com/leastagency/leastagency/loaders"
	"github.com/leastagency/leastagency/report"
)

// A judge is what the flags say of how to judge: those that scan and diff share.
type judge struct {
	failOn      string
	failOnSet   bool // --fail-on is given, and wins over the policy file
	minSeverity string
	pedantic    bool
	only, skip  []string
	policyFile  string
	baseline    string
	base        string
	noIgnore    bool

	accepted *baseline.Baseline // nil for none
}

func (j *judge) flags(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&j.failOn, "fail-on", leastagency.High.String(), "exit with 1 from this severity on: low, medium, high, critical, never")
	flags.StringVar(&j.minSeverity, "min-severity", leastagency.Low.String(), "leave out what is less severe")
	flags.BoolVar(&j.pedantic, "pedantic", false, "show also guesses and findings in test fixtures")
	flags.StringSliceVar(&j.only, "only", nil, "judge by these rules or families only, as agency,boundary/prompt-only")
	flags.StringSliceVar(&j.skip, "skip", nil, "leave these rules or families out")
	flags.StringVar(&j.policyFile, "policy", "", policyUsage)
	flags.StringVar(&j.baseline, "baseline", "", "leave out the findings that this file accepts, which 'leastagency baseline write' wrote")
	flags.StringVar(&j.base, "base", "", "take the policy file and the baseline from this revision, so that a change cannot weaken what judges it")
	flags.BoolVar(&j.noIgnore, "no-ignore", false, "judge as if no comment ignored anything")
	severities, rules := []string{"low", "medium", "high", "critical"}, ruleNames(leastagency.Builtin())
	completes(command, "fail-on", append(severities, "never"))
	completes(command, "min-severity", severities)
	completes(command, "only", rules)
	completes(command, "skip", rules)
}

// completes says to shells which values a flag takes.
func completes(command *cobra.Command, flag string, values []string) {
	// It fails only for a flag that does not exist.
	if err := command.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err)
	}
}

// A court is a judge with all that it needs to work.
type court struct {
	*judge
	targets         []target
	linter          *leastagency.Linter
	failOn, minimum leastagency.Severity
}

// convene reads what the flags name. An error is one of usage.
func (j *judge) convene(ctx context.Context, paths []string, stderr io.Writer) (*court, error) {
	c := &court{judge: j}
	policy := leastagency.Builtin()
	policy.NoInline = j.noIgnore
	var err error
	if c.failOn, err = severity("--fail-on", j.failOn, "never"); err != nil {
		return nil, err
	}
	if c.minimum, err = severity("--min-severity", j.minSeverity); err != nil {
		return nil, err
	}
	list, err := j.checks(policy)
	if err != nil {
		return nil, err
	}
	if c.targets, err = findTargets(paths); err != nil {
		return nil, err
	}
	if err := j.overlays(ctx, c.targets, stderr); err != nil {
		return nil, err
	}
	if err := j.readBaseline(ctx, stderr); err != nil {
		return nil, err
	}
	c.linter = &leastagency.Linter{Loaders: loaders.All(), Inferences: authority.All(), Checks: list, Policy: policy, Today: time.Now()}
	return c, nil
}

// readGo has the targets read their Go modules as --go says.
func (c *court) readGo(choice string) error {
	for i := range c.targets {
		if err := readGo(&c.targets[i], choice); err != nil {
			return err
		}
	}
	return nil
}

// options say what to show.
func (c *court) options() report.Options {
	return report.Options{Policy: c.targets[0].policy(), Version: version(), Pedantic: c.pedantic, MinSeverity: c.minimum}
}

// fails reports whether any finding is as severe as --fail-on or the policy files say.
func (c *court) fails(shown []*leastagency.Finding) bool {
	bad := func(f *leastagency.Finding) bool { return f.Severity >= c.failOn }
	if !c.failOnSet {
		bad = func(f *leastagency.Finding) bool { return fails(f, c.targets, c.failOn) }
	}
	return c.failOn != leastagency.SeverityUnknown && slices.ContainsFunc(shown, bad)
}

// checks returns the checks of the rules that --only and --skip leave.
func (j *judge) checks(policy *leastagency.Policy) ([]leastagency.Check, error) {
	for _, flag := range []struct {
		name  string
		rules []string
	}{{"--only", j.only}, {"--skip", j.skip}} {
		for _, rule := range flag.rules {
			if names := ruleNames(policy); !slices.Contains(names, rule) {
				return nil, fmt.Errorf("unknown rule or family %q for %s: %s", rule, flag.name, oneOf(rule, names))
			}
		}
	}
	return slices.DeleteFunc(checks.All(), func(c leastagency.Check) bool { return !j.judges(c.Rule) }), nil
}

// judges reports whether --only and --skip leave a rule.
func (j *judge) judges(rule string) bool {
	named := func(name string) bool { return rule == name || strings.HasPrefix(rule, name+"/") }
	return (len(j.only) == 0 || slices.ContainsFunc(j.only, named)) && !slices.ContainsFunc(j.skip, named)
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
