// Command leastagency reads what a repository says its AI agents may do, and judges it.
//
//	leastagency scan [path…]     the main job
//	leastagency diff REV [path]  what a change lets each agent do that it could not do before
//	leastagency inventory [path] every agent with all that it holds
//	leastagency can AGENT ACTION whether it may do one thing, and what decides
//	leastagency posture [path]   the controls of the Zero Trust tiers, as far as files show them
//	leastagency policy check     what is wrong in a policy file
//	leastagency baseline write   accept the findings that are there, so that only new ones count
//	leastagency rules            every rule
//	leastagency explain RULE     one rule, with a remedy and examples
//	leastagency init             a workflow and a pre-commit hook
//	leastagency version          what this build is
//
// The exit status is the same for every format; see the constants below.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/leastagency/leastagency/report"
	"github.com/leastagency/leastagency/vet"
)

// Exit statuses. Scripts rely on them.
const (
	exitClean    = 0 // nothing at or above --fail-on
	exitFindings = 1 // findings at or above --fail-on
	exitUsage    = 2 // bad flags, arguments or policy: nothing was judged
	exitFailure  = 3 // the run itself failed: what was printed before, if anything, is no result
)

func main() {
	if vetAsks(os.Args[1:]) {
		unitchecker.Main(vet.Analyzer)
	}
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the whole command: streams in, status out.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) (status int) {
	defer func() {
		// A crash must not look like a usage error, which is what Go's own status 2 says.
		if r := recover(); r != nil {
			fmt.Fprintf(stderr, "leastagency: internal error, please report it: %q\n%s", fmt.Sprint(r), debug.Stack())
			status = exitFailure
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	root := newRoot(&status)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	command, err := root.ExecuteContextC(ctx)
	if err == nil {
		return status
	}
	printError(stderr, err)
	if _, failed := errors.AsType[failure](err); failed {
		return exitFailure
	}
	fmt.Fprintf(stderr, "Run '%s --help' for usage.\n", command.CommandPath())
	return exitUsage
}

// printError prints an error with the names in it made harmless: a CI runner reads commands from
// standard error too.
func printError(w io.Writer, err error) {
	prefix := "leastagency: "
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintf(w, "%s%s\n", prefix, report.Visible(strings.TrimSpace(line)))
		prefix = ""
	}
}

// A failure is an error of the run itself. Every other error is one of usage.
type failure struct{ error }

func (f failure) Unwrap() error { return f.error }

// newRoot returns the command line. Commands that end well with another status than exitClean set
// it through status.
func newRoot(status *int) *cobra.Command {
	root := &cobra.Command{
		Use:   "leastagency",
		Short: "Judge what the AI agents of a repository may do",
		Long: `leastagency reads what a repository says its AI agents may do: settings of coding
agents, MCP servers, sub-agents, skills, commands and instruction files. It works
out what each agent can really do, what stops it, and which chains its grants open.

It runs nothing, fetches nothing and repeats no secret of what it reads.`,
		Example: `  leastagency scan
  leastagency scan --format sarif -o results.sarif
  leastagency explain combination/lethal-trifecta`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(scanCommand(status), diffCommand(status), inventoryCommand(), canCommand(), postureCommand(), policyCommand(), baselineCommand(), rulesCommand(), explainCommand(), versionCommand(), initCommand(), manCommand(root))
	return root
}
