package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/leastagency/leastagency/report"
)

// manCommand prints what --help says as a manual page, for those who package the command.
func manCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:    "man",
		Short:  "Print the manual page",
		Args:   cobra.NoArgs,
		Hidden: true,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := io.WriteString(c.OutOrStdout(), manual(root))
			return err
		},
	}
}

// manual returns the page of a command and all below it, in the man macros of roff.
func manual(root *cobra.Command) string {
	var b strings.Builder
	name := root.Name()
	fmt.Fprintf(&b, ".TH %s 1 \"\" \"%s\"\n.SH NAME\n%s \\- %s\n", strings.ToUpper(name), roff(name+" "+version()), name, roff(root.Short))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n.I command\n[\\fIoption\\fR...] [\\fIargument\\fR...]\n.SH DESCRIPTION\n", name)
	manText(&b, root.Long)
	b.WriteString(".SH COMMANDS\n")
	for _, c := range root.Commands() {
		if !c.IsAvailableCommand() || c.Name() == "help" || c.Name() == "completion" {
			continue
		}
		fmt.Fprintf(&b, ".SS %s\n", roff(c.UseLine()))
		manText(&b, c.Short+".")
		manText(&b, c.Long)
		c.NonInheritedFlags().VisitAll(func(f *pflag.Flag) { manFlag(&b, f) })
		if c.Example != "" {
			b.WriteString(".PP\nExamples:\n")
			manText(&b, c.Example)
		}
	}
	b.WriteString(".SH EXIT STATUS\n.TP\n0\nnothing at or above \\-\\-fail\\-on\n.TP\n1\nfindings\n.TP\n2\nbad usage, nothing was judged\n.TP\n3\nthe run failed, what was printed is no result\n")
	fmt.Fprintf(&b, ".SH SEE ALSO\n%s\n", roff(report.HomeURL))
	return b.String()
}

// manText writes a text as it stands: its lines are laid out for a terminal already.
func manText(b *strings.Builder, text string) {
	if text == "" {
		return
	}
	fmt.Fprintf(b, ".PP\n.nf\n%s\n.fi\n", roff(text))
}

func manFlag(b *strings.Builder, f *pflag.Flag) {
	if f.Hidden || f.Name == "help" {
		return
	}
	value, usage := pflag.UnquoteUsage(f)
	names := "--" + f.Name
	if f.Shorthand != "" {
		names = "-" + f.Shorthand + ", " + names
	}
	if value != "" {
		names += " " + value
	}
	if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" {
		usage += " (default " + f.DefValue + ")"
	}
	fmt.Fprintf(b, ".TP\n\\fB%s\\fR\n%s\n", roff(names), roff(usage))
}

// roff escapes a text: backslashes, hyphens that are to be copied, characters beyond ASCII, and lines
// that would be requests.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	var b strings.Builder
	for _, r := range text {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		}
	}
	lines := strings.Split(b.String(), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
