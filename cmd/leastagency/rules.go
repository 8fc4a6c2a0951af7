package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/report"
)

func rulesCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "rules",
		Short:   "List every rule with its severity",
		Example: "  leastagency rules\n  leastagency rules | grep credential/",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return listRules(c.OutOrStdout(), leastagency.Builtin().Rules)
		},
	}
}

func listRules(w io.Writer, rules []leastagency.RuleInfo) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i := range rules {
		fmt.Fprintf(table, "%s\t%s\t%s\n", rules[i].ID, rules[i].Severity, rules[i].Title)
	}
	return table.Flush()
}

func explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "explain RULE",
		Short:   "Say what a rule finds, why it matters and what to do",
		Example: "  leastagency explain boundary/prompt-only\n  leastagency explain lethal-trifecta",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			policy := leastagency.Builtin()
			rule := findRule(policy, args[0])
			if rule == nil {
				return fmt.Errorf("unknown rule %q: %s", args[0], oneOf(args[0], ruleNames(policy)))
			}
			_, err := io.WriteString(c.OutOrStdout(), explain(rule))
			return err
		},
	}
}

// findRule returns the rule of an id, or of the part behind the slash where only one rule has it.
func findRule(policy *leastagency.Policy, name string) *leastagency.RuleInfo {
	if rule := policy.Rule(name); rule != nil {
		return rule
	}
	var found *leastagency.RuleInfo
	for i := range policy.Rules {
		if _, short, _ := strings.Cut(policy.Rules[i].ID, "/"); short == name {
			if found != nil {
				return nil
			}
			found = &policy.Rules[i]
		}
	}
	return found
}

// explain returns the entry of a rule as a page for a terminal.
func explain(r *leastagency.RuleInfo) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n%s.\n\n%s\n\nRemedy: %s\n", r.ID, r.Severity, r.Title, wrap(r.Why, 88), r.Remedy)
	if r.Probe != 0 {
		fmt.Fprintf(&b, "Fails probe %s: it does not hold when %s.\n", r.Probe, r.Probe.Says())
	}
	if r.Fixable != "" {
		fmt.Fprintf(&b, "Fixable: 'leastagency scan --fix' can %s.\n", r.Fixable)
	}
	for _, part := range []struct {
		name     string
		examples []leastagency.Example
	}{{"Before", r.Before}, {"After", r.After}} {
		for _, e := range part.examples {
			fmt.Fprintf(&b, "\n%s, %s:\n", part.name, e.Path)
			for line := range strings.Lines(strings.TrimRight(e.Text, "\n") + "\n") {
				b.WriteString("    " + line)
			}
		}
	}
	var ids []string
	for _, n := range r.CWE {
		ids = append(ids, fmt.Sprintf("CWE-%d", n))
	}
	for _, group := range [][]string{r.ASI, r.MCP, r.LLM, r.AST, r.ATLAS, r.Controls} {
		ids = append(ids, group...)
	}
	if len(ids) > 0 {
		fmt.Fprintf(&b, "\nStandards: %s\n", strings.Join(ids, ", "))
	}
	fmt.Fprintf(&b, "\n%s%s.md\n", report.DocsURL, r.ID)
	return b.String()
}

// wrap breaks a text into lines of at most n bytes where it has blanks.
func wrap(text string, n int) string {
	var b strings.Builder
	column := 0
	for word := range strings.FieldsSeq(text) {
		switch {
		case column == 0:
		case column+1+len(word) > n:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}
