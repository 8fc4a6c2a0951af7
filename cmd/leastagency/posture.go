package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/posture"
	"github.com/leastagency/leastagency/report"
)

func postureCommand() *cobra.Command {
	var format, policyFile, goCode string
	command := &cobra.Command{
		Use:   "posture [path]",
		Short: "Hold the agents against the tiers of Zero Trust for AI Agents",
		Long: `Posture says for each control of the Zero Trust for AI Agents tiers what the files of
a repository show: evidence of it, something that contradicts it, or nothing. It is no
statement of compliance: what is not visible may be there, and evidence may not suffice.
A finding that the policy file ignores contradicts a control all the same.`,
		Example: `  leastagency posture
  leastagency posture services/triage --format markdown`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return writePosture(c.Context(), args, format, policyFile, goCode, c.OutOrStdout())
		},
	}
	command.Flags().StringVarP(&format, "format", "f", "text", "how to print: text, json, markdown")
	command.Flags().StringVar(&policyFile, "policy", "", policyUsage)
	goFlag(command, &goCode)
	return command
}

func writePosture(ctx context.Context, args []string, format, policyFile, goCode string, out io.Writer) error {
	writers := map[string]func(io.Writer, postureReport) error{"text": postureText, "json": postureJSON, "markdown": postureMarkdown}
	write := writers[format]
	if write == nil {
		return fmt.Errorf("unknown format %q for --format: %s", format, oneOf(format, []string{"text", "json", "markdown"}))
	}
	targets, err := findTargets(args)
	if err != nil {
		return err
	}
	t := targets[0]
	t.files = nil
	j := judge{policyFile: policyFile}
	one := []target{t}
	if err := j.overlays(ctx, one, io.Discard); err != nil {
		return err
	}
	t = one[0]
	if err := readGo(&t, goCode); err != nil {
		return err
	}
	found, err := t.lint(ctx, everyCheck())
	if err != nil {
		return failure{fmt.Errorf("scan %q: %w", t.folder, err)}
	}
	root, err := os.OpenRoot(t.folder)
	if err != nil {
		return failure{reason(err)}
	}
	defer root.Close()
	rules := t.policy()
	options := report.Options{Policy: rules, Version: version()}
	shown := report.Shown(found, options)
	for _, accepted := range found.Ignored { // what a team accepts is there all the same
		shown = append(shown, accepted.Finding)
	}
	v := newPostureReport(posture.Of(found.System, shown, rules, root.FS()), report.Texts(found, options), t.prefix)
	buffer := bufio.NewWriter(out)
	if err := write(buffer, v); err != nil {
		return failure{err}
	}
	if err := buffer.Flush(); err != nil {
		return failure{err}
	}
	return nil
}

// A postureReport is the whole of the JSON format. Its texts are safe to show.
type postureReport struct {
	Version   int              `json:"version"`
	Framework string           `json:"framework"`
	Note      string           `json:"note"`
	Controls  []postureControl `json:"controls"`
}

type postureControl struct {
	ID         string         `json:"id"`
	Tier       string         `json:"tier"`
	Capability string         `json:"capability"`
	Control    string         `json:"control"`
	Visible    string         `json:"visible"` // how much of it files can show: "mostly", "partly", "never"
	State      string         `json:"state"`   // "evidence", "contradicted here", "not visible"
	Evidence   []posturePlace `json:"evidence"`
	Against    []posturePlace `json:"against"`
}

type posturePlace struct {
	Rule   string `json:"rule,omitempty"`
	Path   string `json:"path"`
	Line   int    `json:"line"`
	Column int    `json:"column"` // UTF-16 code units
	Text   string `json:"text"`
}

const postureNote = "What files show, no statement of compliance: what is not visible may be there, and evidence may not suffice."

func newPostureReport(rows []posture.Row, text func(string) string, prefix string) postureReport {
	place := func(at leastagency.Span, rule, says string) posturePlace {
		name := at.File.Real
		if prefix != "." {
			name = prefix + "/" + name
		}
		pos := at.From()
		return posturePlace{rule, text(name), pos.Line, pos.Column, text(says)}
	}
	v := postureReport{Version: 1, Framework: "Zero Trust for AI Agents", Note: postureNote}
	for _, row := range rows {
		c := postureControl{row.ID, row.Tier, row.Capability, row.Text, row.Visible, row.State.String(), []posturePlace{}, []posturePlace{}}
		for _, step := range row.Evidence {
			c.Evidence = append(c.Evidence, place(step.At, "", step.Text))
		}
		for _, f := range row.Against {
			c.Against = append(c.Against, place(f.At, f.Rule.ID, f.Message))
		}
		v.Controls = append(v.Controls, c)
	}
	return v
}

func postureJSON(w io.Writer, v postureReport) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// postureShown is how many places a control is given in the formats for people.
const postureShown = 4

func (p posturePlace) String() string {
	says := p.Text
	if p.Rule != "" {
		says = p.Rule + ": " + says
	}
	return fmt.Sprintf("%s:%d:%d  %s", p.Path, p.Line, p.Column, says)
}

func postureText(w io.Writer, v postureReport) error {
	fmt.Fprintf(w, "%s\n%s\n", v.Framework, v.Note)
	tier := ""
	for _, c := range v.Controls {
		if c.Tier != tier {
			tier = c.Tier
			fmt.Fprintf(w, "\n%s\n", tier)
		}
		fmt.Fprintf(w, "  %s  %-17s  %s: %s\n", c.ID, c.State, c.Capability, c.Control)
		for _, list := range []struct {
			mark   string
			places []posturePlace
		}{{"-", c.Against}, {"+", c.Evidence}} {
			for i, p := range list.places {
				if i == postureShown {
					fmt.Fprintf(w, "      %s and %d more\n", list.mark, len(list.places)-i)
					break
				}
				fmt.Fprintf(w, "      %s %s\n", list.mark, p)
			}
		}
	}
	_, err := fmt.Fprintf(w, "\n%s\n", v.summary())
	return err
}

func postureMarkdown(w io.Writer, v postureReport) error {
	fmt.Fprintf(w, "# %s\n\n%s\n", v.Framework, v.Note)
	tier := ""
	for _, c := range v.Controls {
		if c.Tier != tier {
			tier = c.Tier
			fmt.Fprintf(w, "\n## %s\n\n| control | state | asks for | places |\n|---|---|---|---|\n", tier)
		}
		var places []string
		for _, p := range slices.Concat(c.Against, c.Evidence) {
			if len(places) == postureShown {
				places = append(places, fmt.Sprintf("and %d more", len(c.Against)+len(c.Evidence)-postureShown))
				break
			}
			places = append(places, escapeMarkdown(p.String()))
		}
		fmt.Fprintf(w, "| %s | %s | %s: %s | %s |\n", c.ID, c.State, c.Capability, c.Control, strings.Join(places, "<br>"))
	}
	_, err := fmt.Fprintf(w, "\n%s\n", v.summary())
	return err
}

func (v postureReport) summary() string {
	count := map[string]int{}
	for _, c := range v.Controls {
		count[c.State]++
	}
	return fmt.Sprintf("%d controls: %d with evidence, %d contradicted here, %d not visible", len(v.Controls),
		count[posture.Evidence.String()], count[posture.Contradicted.String()], count[posture.NotVisible.String()])
}

// escapeMarkdown writes what Markdown or HTML would read as more than text as character references.
func escapeMarkdown(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_{}[]()<>#+!|&~@\"", r) || r == ':' {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
