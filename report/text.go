package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"

	"github.com/leastagency/leastagency"
)

// Text prints for people: grouped by file, each finding with its place, the source marked, the
// reasons and the remedy, and one closing line. A clean scan is that line alone.
func Text(w io.Writer, r *leastagency.Report, o Options) error {
	v := newView(r, o)
	out := &textWriter{view: v, w: bufio.NewWriter(w), paint: painter(o.Color)}
	out.found()
	out.problems()
	if o.Ignored {
		out.ignoredFindings()
	}
	fmt.Fprintf(out.w, "%s\n", v.summary())
	return out.w.Flush()
}

// found prints the findings that are shown.
func (t *textWriter) found() {
	path := ""
	var said map[string]bool // rules whose remedy stands above in this file
	for i, f := range t.findings {
		if i == 0 || f.At.File.Real != path {
			path = f.At.File.Real
			said = map[string]bool{}
			fmt.Fprintf(t.w, "%s\n", t.paint(t.text(path), color.Bold, color.Underline))
		}
		again := i > 0 && f.At == t.findings[i-1].At
		t.finding(f, !again, !said[f.Rule.ID])
		said[f.Rule.ID] = true
	}
}

type textWriter struct {
	*view
	w     *bufio.Writer
	paint func(text string, as ...color.Attribute) string
}

// painter returns a function that colours a text, or leaves it alone.
func painter(on bool) func(string, ...color.Attribute) string {
	if !on {
		return func(text string, _ ...color.Attribute) string { return text }
	}
	return func(text string, as ...color.Attribute) string {
		c := color.New(as...)
		c.EnableColor()
		return c.Sprint(text)
	}
}

var severityColors = [...][]color.Attribute{
	leastagency.SeverityUnknown: {color.Faint},
	leastagency.Low:             {color.FgCyan},
	leastagency.Medium:          {color.FgYellow},
	leastagency.High:            {color.FgRed},
	leastagency.Critical:        {color.FgRed, color.Bold},
}

// indent is where everything below a finding's first line starts.
const indent = "    "

// finding prints one finding, with the source line and the remedy unless they stand above already.
func (t *textWriter) finding(f *leastagency.Finding, source, remedy bool) {
	pos := f.At.From()
	sure := ""
	if f.Confidence == leastagency.Guessed {
		sure = " (a guess)"
	}
	rule := f.Rule.ID
	if f.Rule.Probe != 0 {
		rule += "  fails " + f.Rule.Probe.String()
	}
	fmt.Fprintf(t.w, "  %d:%d  %s  %s%s\n", pos.Line, pos.Rune,
		t.paint(f.Severity.String(), severityColors[f.Severity]...), t.paint(rule, color.Faint), sure)
	fmt.Fprintf(t.w, "%s%s\n", indent, t.text(f.Message))
	if source {
		t.source(f.At)
	}
	for i, step := range f.Steps {
		label := "       "
		if i == 0 {
			label = "because"
		}
		fmt.Fprintf(t.w, "%s%s %s  %s\n", indent, t.paint(label, color.Faint), t.place(f.At.File, step.At), t.text(step.Text))
	}
	if len(f.Related) > 0 {
		fmt.Fprintf(t.w, "%s%s %s\n", indent, t.paint("also in", color.Faint), t.also(f))
	}
	if remedy && f.Rule.Remedy != "" {
		fmt.Fprintf(t.w, "%s%s  %s\n", indent, t.paint("remedy", color.FgGreen), f.Rule.Remedy)
	}
	fmt.Fprintln(t.w)
}

// source prints the line of a place with the place underlined.
func (t *textWriter) source(at leastagency.Span) {
	text, marks := t.snippet(at)
	if strings.TrimSpace(text) == "" {
		return
	}
	line := fmt.Sprint(at.From().Line)
	bar := t.paint("|", color.Faint)
	fmt.Fprintf(t.w, "%s%s %s %s\n", indent, t.paint(line, color.Faint), bar, text)
	fmt.Fprintf(t.w, "%s%s %s %s\n", indent, strings.Repeat(" ", len(line)), bar, t.paint(marks, color.FgRed))
}

// place names a place for a reader who is in file here: line:column there, path:line:column elsewhere.
func (t *textWriter) place(here *leastagency.File, at leastagency.Span) string {
	pos := at.From()
	if at.File.Real == here.Real {
		return fmt.Sprintf("%d:%d", pos.Line, pos.Rune)
	}
	return fmt.Sprintf("%s:%d:%d", t.text(at.File.Real), pos.Line, pos.Rune)
}

// also names the further places of a finding, those after the first few by their number.
func (t *textWriter) also(f *leastagency.Finding) string {
	const shown = 8
	var places []string
	for _, step := range f.Related {
		if len(places) == shown {
			break
		}
		places = append(places, t.place(f.At.File, step.At))
	}
	text := strings.Join(places, ", ")
	if more := len(f.Related) - len(places); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// problems prints what could not be read or understood, a line each.
func (t *textWriter) problems() {
	list := t.unspoken()
	for _, p := range list {
		place := t.text(problemPath(p))
		if !p.At.IsZero() {
			pos := p.At.From()
			place = fmt.Sprintf("%s:%d:%d", place, pos.Line, pos.Rune)
		}
		fmt.Fprintf(t.w, "%s  %s  %s\n", place, t.paint("problem", color.FgYellow), t.text(p.Text))
	}
	if len(list) > 0 {
		fmt.Fprintln(t.w)
	}
}

// ignoredFindings prints what comments and the policy accept, a line each.
func (t *textWriter) ignoredFindings() {
	for _, f := range t.report.Ignored {
		pos := f.At.From()
		until := ""
		if !f.By.Expires.IsZero() {
			until = " until " + day(f.By.Expires)
		}
		fmt.Fprintf(t.w, "%s:%d:%d  %s  %s%s, by %s: %s\n", t.text(f.At.File.Real), pos.Line, pos.Rune, t.paint("ignored", color.Faint),
			f.Rule.ID, until, t.place(f.At.File, f.By.At), t.text(f.By.Reason))
	}
	if len(t.report.Ignored) > 0 {
		fmt.Fprintln(t.w)
	}
}
