package report

import "github.com/leastagency/leastagency"

// Texts returns what makes a message or a name safe to show: literal secrets of the scan masked, hidden
// characters written as escapes, one line.
func Texts(r *leastagency.Report, o Options) func(string) string { return newView(r, o).text }
