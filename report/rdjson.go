package report

import (
	"io"

	"github.com/leastagency/leastagency"
)

// An rdResult is reviewdog's diagnostic format. Lines and columns count from 1, columns in bytes of
// UTF-8, and an end is exclusive.
type rdResult struct {
	Source      rdSource       `json:"source"`
	Diagnostics []rdDiagnostic `json:"diagnostics"`
}

type rdSource struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type rdDiagnostic struct {
	Message     string         `json:"message"`
	Location    rdLocation     `json:"location"`
	Severity    string         `json:"severity"`
	Code        rdCode         `json:"code"`
	Suggestions []rdSuggestion `json:"suggestions,omitempty"`
}

type rdLocation struct {
	Path  string   `json:"path"`
	Range *rdRange `json:"range,omitempty"`
}

type rdRange struct {
	Start rdPosition `json:"start"`
	End   rdPosition `json:"end"`
}

type rdPosition struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

type rdCode struct {
	Value string `json:"value"`
	URL   string `json:"url,omitempty"`
}

type rdSuggestion struct {
	Range rdRange `json:"range"`
	Text  string  `json:"text"`
}

// rdSeverities are reviewdog's names of our severities.
var rdSeverities = [...]string{
	leastagency.SeverityUnknown: "WARNING",
	leastagency.Low:             "INFO",
	leastagency.Medium:          "WARNING",
	leastagency.High:            "ERROR",
	leastagency.Critical:        "ERROR",
}

// RDJSON prints a result for reviewdog, which comments on the changed lines of a pull request and
// offers fixes there.
func RDJSON(w io.Writer, r *leastagency.Report, o Options) error {
	v := newView(r, o)
	result := rdResult{Source: rdSource{"leastagency", HomeURL}, Diagnostics: []rdDiagnostic{}}
	for _, f := range v.findings {
		result.Diagnostics = append(result.Diagnostics, rdDiagnostic{
			Message: v.text(f.Message), Location: rdPlace(f.At.File.Real, f.At), Severity: rdSeverities[f.Severity],
			Code: rdCode{f.Rule.ID, DocsURL + f.Rule.ID + ".md"}, Suggestions: v.suggestions(f),
		})
	}
	for _, p := range v.unspoken() {
		severity := "INFO"
		if notEvaluated(p) {
			severity = "WARNING"
		}
		result.Diagnostics = append(result.Diagnostics, rdDiagnostic{
			Message: v.text(p.Text), Location: rdPlace(problemPath(p), p.At), Severity: severity, Code: rdCode{Value: "problem/" + problemName(p.Kind)},
		})
	}
	return writeJSON(w, result)
}

// suggestions returns the fix of a finding as far as reviewdog can offer it: edits of the finding's
// own file, all or none.
func (v *view) suggestions(f *leastagency.Finding) []rdSuggestion {
	var list []rdSuggestion
	for _, edit := range v.edits(f.Fix) {
		if edit.At.File.Real != f.At.File.Real {
			return nil
		}
		list = append(list, rdSuggestion{rdSpan(edit.At), edit.New})
	}
	return list
}

func rdPlace(path string, at leastagency.Span) rdLocation {
	if at.IsZero() {
		return rdLocation{Path: path}
	}
	span := rdSpan(at)
	return rdLocation{path, &span}
}

func rdSpan(at leastagency.Span) rdRange {
	return rdRange{rdPoint(at.File, at.Start), rdPoint(at.File, max(at.Start, at.End))}
}

func rdPoint(file *leastagency.File, offset int) rdPosition {
	line := file.Position(offset).Line
	return rdPosition{line, max(0, min(offset, len(file.Data))) - file.LineStart(line) + 1}
}
