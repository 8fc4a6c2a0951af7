package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/leastagency/leastagency"
)

// A view is what all formats share: which findings are shown, and texts that are safe to show.
type view struct {
	Options
	report   *leastagency.Report
	findings []*leastagency.Finding

	fixtures, guessed, below int // findings left out: in fixtures, guesses, less severe than asked for

	masks   map[*leastagency.File][]mask // literal secrets, by place
	secrets *strings.Replacer            // the same, wherever else their text shows up
}

// secretRule is shown in fixtures too: a live key in a test is as public as any other.
const secretRule = "credential/literal-secret"

func newView(r *leastagency.Report, o Options) *view {
	v := &view{Options: o, report: r}
	for _, f := range r.Findings {
		switch {
		case f.Severity < o.MinSeverity:
			v.below++
		case f.At.File.Role == leastagency.RoleFixture && f.Rule.ID != secretRule && !o.Pedantic:
			v.fixtures++
		case f.Confidence == leastagency.Guessed && !o.Pedantic:
			v.guessed++
		default:
			v.findings = append(v.findings, f)
		}
	}
	slices.SortStableFunc(v.findings, compareShown)
	// A file that is also reached through a link is read twice and shown once, where its bytes lie.
	v.findings = slices.CompactFunc(v.findings, func(a, b *leastagency.Finding) bool { return compareShown(a, b) == 0 })
	v.collectSecrets()
	return v
}

// compareShown orders findings by the file that is shown, then place, rule and message.
func compareShown(a, b *leastagency.Finding) int {
	return cmp.Or(
		strings.Compare(a.At.File.Real, b.At.File.Real),
		cmp.Compare(a.At.Start, b.At.Start),
		cmp.Compare(a.At.End, b.At.End),
		strings.Compare(a.Rule.ID, b.Rule.ID),
		strings.Compare(a.Message, b.Message),
	)
}

// unspoken returns the problems that a reader is not told of by a finding at the same place. Those in
// fixtures, which are often broken on purpose, are left out too, unless nothing of the file was read.
func (v *view) unspoken() []*leastagency.Problem {
	spoken := map[string][]leastagency.Span{}
	for _, f := range v.findings {
		spoken[f.At.File.Real] = append(spoken[f.At.File.Real], f.At)
	}
	var list []*leastagency.Problem
	for _, p := range v.report.System.Problems {
		fixture := !p.At.IsZero() && p.At.File.Role == leastagency.RoleFixture
		covered := slices.ContainsFunc(spoken[problemPath(p)], func(at leastagency.Span) bool {
			return p.At.IsZero() || at.Start <= p.At.End && p.At.Start <= at.End
		})
		if !covered && (!fixture || v.Pedantic || notEvaluated(p)) {
			list = append(list, p)
		}
	}
	return list
}

// problemPath returns the file that a problem is shown in.
func problemPath(p *leastagency.Problem) string {
	if p.At.IsZero() {
		return p.Path
	}
	return p.At.File.Real
}

// notEvaluated reports whether a problem kept a file, a folder or the rest of a file from being judged.
func notEvaluated(p *leastagency.Problem) bool {
	return p.Kind == leastagency.ProblemUnreadable || p.Kind == leastagency.ProblemLimit
}

// problemNames are the kinds of problems as JSON and SARIF name them.
var problemNames = [...]string{
	leastagency.ProblemUnknown:      "unknown",
	leastagency.ProblemSyntax:       "syntax",
	leastagency.ProblemDuplicateKey: "duplicate-key",
	leastagency.ProblemLimit:        "limit",
	leastagency.ProblemEncoding:     "encoding",
	leastagency.ProblemType:         "type",
	leastagency.ProblemUnknownKey:   "unknown-key",
	leastagency.ProblemUnreadable:   "unreadable",
	leastagency.ProblemIgnored:      "ignored",
	leastagency.ProblemPolicy:       "policy",
	leastagency.ProblemUntyped:      "untyped",
}

func problemName(k leastagency.ProblemKind) string {
	if int(k) < len(problemNames) {
		return problemNames[k]
	}
	return problemNames[0]
}

// fingerprints returns what recognises each finding in later runs. Equal ones are told apart by the
// number behind the colon, counted over everything found, so that no option of showing changes them.
func (v *view) fingerprints() map[*leastagency.Finding]string {
	count := map[string]int{}
	prints := make(map[*leastagency.Finding]string, len(v.report.Findings))
	all := slices.Concat(v.report.Findings, v.report.Baselined, v.report.Earlier)
	for _, f := range v.report.Ignored {
		all = append(all, f.Finding)
	}
	slices.SortStableFunc(all, compareShown)
	for _, f := range all {
		sum := f.Fingerprint()
		count[sum]++
		prints[f] = sum + ":" + strconv.Itoa(count[sum])
	}
	return prints
}

// count returns the findings by severity, and the number of files they are in.
func (v *view) count() (by [leastagency.Critical + 1]int, files int) {
	last := ""
	for i, f := range v.findings {
		by[f.Severity]++
		if i == 0 || f.At.File.Real != last {
			files++
		}
		last = f.At.File.Real
	}
	return by, files
}

// ignored counts the findings that comments accept, and those that the policy file does.
func (v *view) ignored() (inline, policy int) {
	for _, f := range v.report.Ignored {
		if f.By.Inline() {
			inline++
		}
	}
	return inline, len(v.report.Ignored) - inline
}

// counts lists the severities with how many findings they have, the worst first.
func (v *view) counts() string {
	by, _ := v.count()
	var counts []string
	for s := leastagency.Critical; s >= leastagency.Low; s-- {
		if by[s] > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", by[s], s))
		}
	}
	return strings.Join(counts, ", ")
}

// leftOut says what the options leave out.
func (v *view) leftOut() (out []string) {
	var hidden []string
	if v.fixtures > 0 {
		hidden = append(hidden, fmt.Sprintf("%d in fixtures", v.fixtures))
	}
	if v.guessed > 0 {
		hidden = append(hidden, fmt.Sprintf("%d guessed", v.guessed))
	}
	if len(hidden) > 0 {
		out = append(out, "more with --pedantic: "+strings.Join(hidden, ", "))
	}
	if v.below > 0 {
		out = append(out, fmt.Sprintf("%d below %s", v.below, v.MinSeverity))
	}
	return out
}

// summary says in one line what was found, what was read and what is not shown.
func (v *view) summary() string {
	_, files := v.count()
	parts := []string{"no findings"}
	if n := len(v.findings); n > 0 {
		parts[0] = fmt.Sprintf("%s: %s in %s", plural(n, "finding"), v.counts(), plural(files, "file"))
	}
	parts = append(parts, plural(v.report.Files, "file")+" read")
	if n := v.report.Packages; n > 0 {
		parts = append(parts, plural(n, "Go package")+" read")
	}
	unread := 0
	for _, p := range v.report.System.Problems {
		if notEvaluated(p) {
			unread++
		}
	}
	if unread > 0 {
		parts = append(parts, fmt.Sprintf("%d not evaluated", unread))
	}
	parts = append(parts, v.leftOut()...)
	inline, policy := v.ignored()
	if inline > 0 {
		parts = append(parts, fmt.Sprintf("%d ignored by comments", inline))
	}
	if policy > 0 {
		parts = append(parts, fmt.Sprintf("%d ignored by the policy", policy))
	}
	if n := len(v.report.Baselined); n > 0 {
		parts = append(parts, fmt.Sprintf("%d in the baseline", n))
	}
	if n := len(v.report.Earlier); n > 0 {
		parts = append(parts, fmt.Sprintf("%d there before", n))
	}
	return strings.Join(parts, " · ")
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.Itoa(n) + " " + word + "s"
}
