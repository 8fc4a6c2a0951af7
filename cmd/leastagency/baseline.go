package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/baseline"
	"github.com/leastagency/leastagency/report"
)

// readBaseline reads the file that --baseline names; as it was at --base, where that is given.
func (j *judge) readBaseline(ctx context.Context, stderr io.Writer) error {
	if j.baseline == "" {
		return nil
	}
	in, err := io.ReadCloser(nil), error(nil)
	if j.base != "" {
		in, err = openAt(ctx, j.base, j.baseline)
		if err == nil && in == nil {
			fmt.Fprintf(stderr, "leastagency: there is no %s at %s: judged without a baseline\n", report.Visible(j.baseline), report.Visible(j.base))
			return nil
		}
	} else if in, err = os.Open(j.baseline); os.IsNotExist(err) {
		return fmt.Errorf("there is no baseline %q: 'leastagency baseline write -o %s' writes one of what is found now", j.baseline, j.baseline)
	}
	if err != nil {
		return fmt.Errorf("baseline %q: %w", j.baseline, reason(err))
	}
	defer in.Close()
	j.accepted, err = baseline.Read(filepath.ToSlash(j.baseline), in)
	return err
}

// lint judges the targets, by the baseline too.
func (c *court) lint(ctx context.Context) (*leastagency.Report, error) {
	r, err := lint(ctx, c.linter, c.targets)
	if err == nil && c.accepted != nil {
		c.accepted.Filter(r, c.targets[0].policy(), c.looksAt)
	}
	return r, err
}

// looksAt reports whether a rule is judged for a file, whose path is as reports show it.
func (c *court) looksAt(rule, file string) bool {
	if !c.judges(rule) {
		return false
	}
	for _, t := range c.targets {
		rel, below := file, t.prefix == "."
		if !below {
			rel, below = strings.CutPrefix(file, t.prefix+"/")
		}
		if below && (len(t.files) == 0 || t.asked(rel)) && (len(t.trees) > 0 || filepath.Ext(file) != ".go") {
			return true
		}
	}
	return false
}

func baselineCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "baseline",
		Short: "Accept the findings that are there, so that only new ones count",
	}
	command.AddCommand(baselineWriteCommand())
	return command
}

func baselineWriteCommand() *cobra.Command {
	var j judge
	var output, goCode string
	command := &cobra.Command{
		Use:   "write [path...]",
		Short: "Write down the findings that are there",
		Long: `Write scans as 'leastagency scan' does and writes a file that accepts what it shows:
for each file and rule the fingerprints of its findings. 'leastagency scan --baseline'
leaves them out, and says when an entry is of no use any more. Paths are as scan
shows them, so scan from the same folder.

What is fixed, as a secret in a file, no baseline accepts: it is found again.`,
		Example: `  leastagency baseline write
  leastagency scan --baseline ` + baseline.Name,
		RunE: func(c *cobra.Command, args []string) error {
			return writeBaseline(c.Context(), &j, args, output, goCode, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	flags := command.Flags()
	flags.SortFlags = false
	flags.StringVarP(&output, "output", "o", baseline.Name, "the file to write")
	flags.StringVar(&j.policyFile, "policy", "", policyUsage)
	flags.BoolVar(&j.pedantic, "pedantic", false, "accept also guesses and findings in test fixtures")
	goFlag(command, &goCode)
	return command
}

func writeBaseline(ctx context.Context, j *judge, paths []string, output, goCode string, stdout, stderr io.Writer) error {
	j.failOn, j.minSeverity = "never", leastagency.Low.String()
	c, err := j.convene(ctx, paths, stderr)
	if err != nil {
		return err
	}
	if err := c.readGo(goCode); err != nil {
		return err
	}
	r, err := c.lint(ctx)
	if err != nil {
		return err
	}
	b, fixed := baseline.Of(report.Shown(r, c.options()))
	if err := writeFile(filepath.Clean(output), b.Write); err != nil {
		return failure{fmt.Errorf("write the baseline: %w", err)}
	}
	fmt.Fprintf(stdout, "wrote %s: it accepts %d findings\n", report.Visible(output), b.Size())
	for _, f := range fixed {
		fmt.Fprintf(stderr, "leastagency: %s:%d: %s is not accepted: mend it\n", report.Visible(f.At.File.Real), f.At.From().Line, f.Rule.ID)
	}
	return nil
}
