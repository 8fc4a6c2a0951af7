package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/leastagency/leastagency"
)

// A qualityIssue is one entry of a GitLab Code Quality report, a subset of Code Climate's format.
type qualityIssue struct {
	Description string          `json:"description"`
	CheckName   string          `json:"check_name"`
	Fingerprint string          `json:"fingerprint"` // GitLab drops all but one of those with the same
	Severity    string          `json:"severity"`
	Location    qualityLocation `json:"location"`
}

type qualityLocation struct {
	Path  string       `json:"path"`
	Lines qualityLines `json:"lines"`
}

type qualityLines struct {
	Begin int `json:"begin"`
	End   int `json:"end"`
}

// qualitySeverities are Code Climate's names of our severities. The lowest, "info", is left for problems.
var qualitySeverities = [...]string{
	leastagency.SeverityUnknown: "major",
	leastagency.Low:             "minor",
	leastagency.Medium:          "major",
	leastagency.High:            "critical",
	leastagency.Critical:        "blocker",
}

// GitLab prints a Code Quality report, which GitLab shows in merge requests at every tier. What could
// not be read or understood is an issue of severity info.
func GitLab(w io.Writer, r *leastagency.Report, o Options) error {
	v := newView(r, o)
	issues := []qualityIssue{}
	prints := v.fingerprints()
	for _, f := range v.findings {
		issues = append(issues, qualityIssue{
			Description: v.text(f.Message), CheckName: f.Rule.ID, Fingerprint: prints[f],
			Severity: qualitySeverities[f.Severity], Location: qualityPlace(f.At.File.Real, f.At),
		})
	}
	seen := map[string]int{}
	for _, p := range v.unspoken() {
		sum := sha256.Sum256([]byte(problemName(p.Kind) + "\x00" + problemPath(p) + "\x00" + p.Text))
		id := hex.EncodeToString(sum[:12])
		seen[id]++
		issues = append(issues, qualityIssue{
			Description: v.text(p.Text), CheckName: "problem/" + problemName(p.Kind), Fingerprint: fmt.Sprintf("%s:%d", id, seen[id]),
			Severity: "info", Location: qualityPlace(problemPath(p), p.At),
		})
	}
	return writeJSON(w, issues)
}

// qualityPlace returns a location; a file that could not be opened is shown at its first line.
func qualityPlace(path string, at leastagency.Span) qualityLocation {
	if at.IsZero() {
		return qualityLocation{path, qualityLines{1, 1}}
	}
	return qualityLocation{path, qualityLines{at.From().Line, at.To().Line}}
}
