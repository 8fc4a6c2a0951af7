package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/authority"
	"github.com/leastagency/leastagency/diff"
	"github.com/leastagency/leastagency/report"
)

// A comparison is what the flags of one diff say.
type comparison struct {
	judge
	format, output string
	maxGrowth      float64
	exitZero       bool
}

// usualGrowth is a small step: a named command or a read-only server takes less, a shell or a chain more.
const usualGrowth = 10

func diffCommand(status *int) *cobra.Command {
	var d comparison
	command := &cobra.Command{
		Use:   "diff REV[..REV] [path]",
		Short: "Say what a change lets each agent do that it could not do before",
		Long: `Diff compares what agents may do at a revision with what they may do in the files as
they are, or at another revision: capabilities, what brings them, chains, servers,
hosts, credentials, triggers, boundaries and limits that were gained and lost, the
score before and after, and the findings that are new. Moved lines, another layout of
a file and a move to another file of the same scope are no change.

Revisions are git's: a...b is from where the two went apart to b. Nothing is checked
out, fetched or run. What git ignores, submodules and Go code are not compared.

Exit status: 0 nothing grew by more than --max-growth and no new finding is at or
above --fail-on, 1 else, 2 bad usage, 3 failure.`,
		Example: `  leastagency diff main
  leastagency diff main...feature --format markdown -o comment.md
  leastagency diff HEAD~1 services/triage --max-growth 0`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(c *cobra.Command, args []string) error {
			d.failOnSet = c.Flags().Changed("fail-on")
			bad, err := d.run(c.Context(), args[0], args[1:], c.OutOrStdout(), c.ErrOrStderr())
			if err == nil && bad && !d.exitZero {
				*status = exitFindings
			}
			return err
		},
	}
	flags := command.Flags()
	flags.SortFlags = false
	formats := report.DifferenceFormats()
	flags.StringVarP(&d.format, "format", "f", formats[0], "how to print: text, json, markdown")
	flags.StringVarP(&d.output, "output", "o", "", "write to this file instead of standard output")
	flags.Float64Var(&d.maxGrowth, "max-growth", usualGrowth, "exit with 1 when the score of an agent grew by more points; 100 for never")
	d.judge.flags(command)
	flags.BoolVar(&d.exitZero, "exit-zero", false, "exit with 0 whatever grew")
	completes(command, "format", formats)
	return command
}

// run compares and prints, and reports whether agents grew by more than they may, or something is newly wrong.
func (d *comparison) run(ctx context.Context, spec string, paths []string, stdout, stderr io.Writer) (bool, error) {
	if formats := report.DifferenceFormats(); !slices.Contains(formats, d.format) {
		return false, fmt.Errorf("unknown format %q for --format: %s", d.format, oneOf(d.format, formats))
	}
	if d.maxGrowth < 0 || d.maxGrowth > 100 {
		return false, fmt.Errorf("--max-growth %g: a score goes from 0 to 100", d.maxGrowth)
	}
	c, err := d.convene(ctx, paths, stderr)
	if err != nil {
		return false, err
	}
	t := c.targets[0]
	if len(t.files) > 0 {
		return false, fmt.Errorf("%q is a file: agents are compared by folder", paths[0])
	}
	what := parseChange(spec)
	before, after, err := what.lintBoth(ctx, t, c.linter)
	if err != nil {
		return false, err
	}
	if c.accepted != nil {
		for _, r := range []*leastagency.Report{before, after} {
			c.accepted.Filter(r, t.policy(), func(string, string) bool { return false })
		}
	}
	compared := report.Comparison{Difference: diff.Of(before, after, func(a *leastagency.Agent) *leastagency.Agent { return authority.Bare(a, t.policy()) }), Before: before, After: after, From: what.from, To: what.to, MaxGrowth: d.maxGrowth, Prefix: t.prefix}
	options := c.options()
	write := func(w io.Writer) error { return report.WriteDifference(w, compared, options, d.format) }
	if file := outputFile(d.output); file != "" {
		err = writeFile(filepath.Clean(file), write)
	} else {
		options.Color = !color.NoColor && stdout == io.Writer(os.Stdout)
		err = write(stdout)
	}
	if err != nil {
		return false, failure{fmt.Errorf("write the difference: %w", err)}
	}
	return slices.ContainsFunc(compared.Agents, compared.Outgrown) || c.fails(compared.NewFindings(options)), nil
}
