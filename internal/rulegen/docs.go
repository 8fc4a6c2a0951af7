package main

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	la "github.com/leastagency/leastagency"
)

const generated = "<!-- Generated from rules.cue by internal/rulegen. Do not edit. -->\n\n"

// page returns the documentation of one rule: what, why, before and after, standards.
func page(r la.RuleInfo) []byte {
	var b strings.Builder
	b.WriteString(generated)
	fixed := ""
	if r.Fixed {
		fixed = ", which no policy file may lower or ignore"
	}
	fmt.Fprintf(&b, "# %s\n\n%s.\n\nSeverity: **%s**%s\n\n## Why\n\n%s\n\n## Remedy\n\n%s\n", r.ID, r.Title, r.Severity, fixed, r.Why, r.Remedy)
	if r.Probe != 0 {
		fmt.Fprintf(&b, "\nThe control fails probe %s of the hard/soft test: it does not hold when %s.\n", r.Probe, r.Probe.Says())
	}
	if r.Fixable != "" {
		fmt.Fprintf(&b, "\nFixable: `leastagency scan --fix` can %s.\n", r.Fixable)
	}
	for _, part := range []struct {
		title string
		files []la.Example
	}{{"Before", r.Before}, {"After", r.After}} {
		fmt.Fprintf(&b, "\n## %s\n", part.title)
		for _, f := range part.files {
			fence := "```"
			for strings.Contains(f.Text, fence) {
				fence += "`"
			}
			fmt.Fprintf(&b, "\n`%s`\n\n%s%s\n%s\n%s\n", f.Path, fence, strings.TrimPrefix(path.Ext(f.Path), "."), strings.TrimRight(f.Text, "\n"), fence)
		}
	}
	b.WriteString("\n## Standards\n\n| list | entries |\n|---|---|\n")
	for _, row := range standards(r) {
		fmt.Fprintf(&b, "| %s | %s |\n", row[0], row[1])
	}
	return []byte(b.String())
}

func standards(r la.RuleInfo) (rows [][2]string) {
	add := func(title string, ids []string) {
		if len(ids) > 0 {
			rows = append(rows, [2]string{title, strings.Join(ids, ", ")})
		}
	}
	var cwe []string
	for _, n := range r.CWE {
		cwe = append(cwe, fmt.Sprintf("[CWE-%d](https://cwe.mitre.org/data/definitions/%d.html)", n, n))
	}
	add("CWE", cwe)
	add("OWASP Top 10 for Agentic Applications 2026", r.ASI)
	add("OWASP MCP Top 10 2025 (beta)", r.MCP)
	add("OWASP Top 10 for LLM Applications 2025", r.LLM)
	add("OWASP Agentic Skills Top 10", r.AST)
	add("MITRE ATLAS 5.6.0", r.ATLAS)
	add("Zero Trust for AI Agents, control and tier", r.Controls)
	return rows
}

// index returns the list of all rules by family.
func index(src *source, rules []la.RuleInfo) []byte {
	var b strings.Builder
	b.WriteString(generated + "# Rules\n")
	for _, family := range slices.Sorted(maps.Keys(src.Families)) {
		fmt.Fprintf(&b, "\n## %s: %s\n\n", family, src.Families[family].Title)
		for _, r := range rules {
			if r.Family() == family {
				fixable := ""
				if r.Fixable != "" {
					fixable = ", fixable"
				}
				fmt.Fprintf(&b, "- [%s](%s.md) (%s%s): %s\n", r.ID, r.ID, r.Severity, fixable, r.Title)
			}
		}
	}
	return []byte(b.String())
}
