// Package report prints what a scan found: one file per format.
//
// Whatever comes from a scanned file is hostile and may hold a secret. Every format therefore takes
// its texts from a view, which masks secrets and writes control, bidirectional and invisible
// characters as escapes; a format adds what its own readers would be tricked by (links in SARIF,
// workflow commands in a log).
//
// A new format is a file with one Write function and a line in All.
package report

import (
	"io"
	"slices"

	"github.com/leastagency/leastagency"
)

// A Format is one way of printing a report.
type Format struct {
	Name  string // as --format takes it
	Write func(io.Writer, *leastagency.Report, Options) error
}

// All returns every format; the first is the one for people.
func All() []Format {
	return []Format{
		{"text", Text},
		{"json", JSON},
		{"sarif", SARIF},
		{"github", GitHub},
		{"markdown", Markdown},
		{"gitlab", GitLab},
		{"junit", JUnit},
		{"rdjson", RDJSON},
	}
}

// Find returns the format of a name.
func Find(name string) (Format, bool) {
	all := All()
	i := slices.IndexFunc(all, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, false
	}
	return all[i], true
}

// Options say what to show and how.
type Options struct {
	Policy  *leastagency.Policy // the rules that were in force, and what recognises secrets; must be set
	Version string              // of the tool, without a leading "v"; empty for a build without one
	// Pedantic shows also guessed findings and those in test fixtures, which else are only counted.
	Pedantic bool
	// Ignored shows also what comments and the policy file accept, where a format can tell it from the rest:
	// text in a line each, sarif as suppressed results. JSON always lists it.
	Ignored bool
	// MinSeverity leaves out what is less severe.
	MinSeverity leastagency.Severity
	// Category tells several uploads of one commit apart; only the sarif format has it. Empty for none.
	Category string
	// New says that the findings are those that were not there at an earlier revision; only the sarif format
	// says it.
	New bool
	// Color marks severities and places with terminal colours; only the text format has them.
	Color bool
}

// HomeURL is where the project lives.
const HomeURL = "https://github.com/leastagency/leastagency"

// DocsURL is where the page of each rule lies, under its id and ".md".
const DocsURL = "https://github.com/leastagency/leastagency/blob/main/docs/rules/"

// Shown returns the findings that every format shows under the options, sorted by the file they
// are shown in and their place there.
func Shown(r *leastagency.Report, o Options) []*leastagency.Finding {
	return newView(r, o).findings
}

// Summary returns the closing line of the text format, without a line end.
func Summary(r *leastagency.Report, o Options) string {
	return newView(r, o).summary()
}
