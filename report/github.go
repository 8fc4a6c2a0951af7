package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// What GitHub shows of the annotations of one step. It drops the rest without a word.
const (
	maxAnnotations = 10   // of a kind
	maxAnnotation  = 4000 // characters of a message
	maxTitle       = 250  // characters of a title
)

// An annotation is one line of a job's log that GitHub shows at a place in a file.
type annotation struct {
	kind  string // "error", "warning", "notice"
	path  string
	at    leastagency.Span // zero for a file that could not be opened
	title string
	lines []string // of the message
}

// annotationKinds are GitHub's names of our severities.
var annotationKinds = [...]string{
	leastagency.SeverityUnknown: "warning",
	leastagency.Low:             "notice",
	leastagency.Medium:          "warning",
	leastagency.High:            "error",
	leastagency.Critical:        "error",
}

// GitHub prints workflow commands, which a GitHub Actions runner turns into annotations: the worst
// findings first, as many of each kind as are shown, and lines of plain text with what else there is.
func GitHub(w io.Writer, r *leastagency.Report, o Options) error {
	v := newView(r, o)
	out := bufio.NewWriter(w)
	count := map[string]int{}
	for _, a := range v.annotations() {
		if count[a.kind]++; count[a.kind] <= maxAnnotations {
			fmt.Fprintln(out, v.command(a))
		}
	}
	var more []string
	for _, kind := range []string{"error", "warning", "notice"} {
		if n := count[kind] - maxAnnotations; n > 0 {
			more = append(more, plural(n, kind))
		}
	}
	if len(more) > 0 {
		fmt.Fprintf(out, "%s more: GitHub shows %d of a kind, the worst are above\n", strings.Join(more, ", "), maxAnnotations)
	}
	fmt.Fprintln(out, v.summary())
	return out.Flush()
}

// annotations returns all findings, the worst first, and then what could not be read or understood,
// files that were not judged first.
func (v *view) annotations() []annotation {
	var list []annotation
	for _, f := range v.worstFirst() {
		a := annotation{kind: annotationKinds[f.Severity], path: f.At.File.Real, at: f.At, title: f.Rule.ID + ": " + f.Rule.Title, lines: []string{v.text(f.Message)}}
		for i, step := range f.Steps {
			label := "        "
			if i == 0 {
				label = "because "
			}
			a.lines = append(a.lines, fmt.Sprintf("%s%s  %s", label, v.placeOf(step.At), v.text(step.Text)))
		}
		if f.Rule.Remedy != "" {
			a.lines = append(a.lines, "remedy  "+f.Rule.Remedy)
		}
		list = append(list, a)
	}
	for _, p := range v.unjudgedFirst() {
		kind := "notice"
		if notEvaluated(p) {
			kind = "warning"
		}
		list = append(list, annotation{kind: kind, path: problemPath(p), at: p.At, title: problemName(p.Kind), lines: []string{v.text(p.Text)}})
	}
	return list
}

// worstFirst returns the findings by severity, those of one severity in their own order.
func (v *view) worstFirst() []*leastagency.Finding {
	list := slices.Clone(v.findings)
	slices.SortStableFunc(list, func(a, b *leastagency.Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	return list
}

// unjudgedFirst returns the unspoken problems, those that kept something from being judged first.
func (v *view) unjudgedFirst() []*leastagency.Problem {
	list := v.unspoken()
	slices.SortStableFunc(list, func(a, b *leastagency.Problem) int {
		switch {
		case notEvaluated(a) == notEvaluated(b):
			return 0
		case notEvaluated(a):
			return -1
		}
		return 1
	})
	return list
}

// placeOf names a place in whatever file: path:line:column, in characters.
func (v *view) placeOf(at leastagency.Span) string {
	pos := at.From()
	return fmt.Sprintf("%s:%d:%d", v.text(at.File.Real), pos.Line, pos.Rune)
}

// command returns the workflow command of an annotation. Columns are given only within one line:
// the runner refuses others.
func (v *view) command(a annotation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "::%s file=%s", a.kind, commandProperty(v.text(a.path)))
	if !a.at.IsZero() {
		from, to := a.at.From(), a.at.To()
		fmt.Fprintf(&b, ",line=%d,endLine=%d", from.Line, to.Line)
		if from.Line == to.Line {
			fmt.Fprintf(&b, ",col=%d,endColumn=%d", from.Column, to.Column)
		}
	}
	fmt.Fprintf(&b, ",title=%s::%s", commandProperty(shorten(v.text(a.title), maxTitle)), commandData(shorten(strings.Join(a.lines, "\n"), maxAnnotation)))
	return b.String()
}

// commandData escapes the message of a workflow command.
func commandData(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

// commandProperty escapes a property of a workflow command.
func commandProperty(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(text)
}
