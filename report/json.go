package report

import (
	"encoding/json"
	"io"
	"time"

	"github.com/leastagency/leastagency"
)

// JSONVersion is the version of the JSON format. It grows when a field changes its meaning or goes;
// new fields may come without it.
const JSONVersion = 1

// A Document is the whole of the JSON format. Lists are never null and always in the same order:
// findings by path and place, problems by place, agents as found. Lines and columns count from 1;
// columns are UTF-16 code units, as in SARIF and in editors, and an end is exclusive.
type Document struct {
	Version  int           `json:"version"` // JSONVersion
	Tool     JSONTool      `json:"tool"`
	Summary  JSONSummary   `json:"summary"`
	Findings []JSONFinding `json:"findings"`
	Ignored  []JSONIgnored `json:"ignored"`
	Agents   []JSONAgent   `json:"agents"`
	Problems []JSONProblem `json:"problems"`
}

// A JSONTool names what wrote the document.
type JSONTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// A JSONSummary counts: Findings are those in the document, by severity below it.
type JSONSummary struct {
	Files    int        `json:"files"` // read
	Findings int        `json:"findings"`
	Critical int        `json:"critical"`
	High     int        `json:"high"`
	Medium   int        `json:"medium"`
	Low      int        `json:"low"`
	Hidden   JSONHidden `json:"hidden"`
}

// A JSONHidden counts the findings that the options leave out of the document.
type JSONHidden struct {
	Fixtures int `json:"fixtures"` // in test fixtures; shown with --pedantic
	Guessed  int `json:"guessed"`  // shown with --pedantic
	Below    int `json:"below"`    // less severe than --min-severity
	Ignored  int `json:"ignored"`  // by a comment or an entry of the policy file; see Document.Ignored
	Baseline int `json:"baseline"` // accepted by the baseline
	Earlier  int `json:"earlier"`  // there already at the revision of --diff
}

// A JSONFinding is one thing wrong at one place. Its text holds no secret and no control character.
type JSONFinding struct {
	Rule       string      `json:"rule"`       // "family/bad-pattern"
	Title      string      `json:"title"`      // of the rule
	Severity   string      `json:"severity"`   // "critical", "high", "medium" or "low"
	Confidence string      `json:"confidence"` // "declared", "inferred" or "guessed"
	Place                  // where it is
	Message    string      `json:"message"`
	Probe      string      `json:"probe,omitempty"` // of the hard/soft test that the control fails: "P6"
	Steps      []JSONPlace `json:"steps"`           // why: the witness, in order
	Related    []JSONPlace `json:"related"`         // further places of the same cause
	Remedy     string      `json:"remedy"`
	Help       string      `json:"help"` // page of the rule
	// Fingerprint recognises the finding in later runs while its rule, path and message stay. The
	// number behind the colon tells equal findings of one run apart.
	Fingerprint string `json:"fingerprint"`
}

// A JSONIgnored is a finding that a comment or the policy file accepts.
type JSONIgnored struct {
	Rule        string `json:"rule"`
	Severity    string `json:"severity"`
	Place              // of the finding
	Message     string `json:"message"`
	Fingerprint string `json:"fingerprint"`
	Kind        string `json:"kind"`    // "inSource" for a comment, "external" for an entry of the policy file
	By          Place  `json:"by"`      // the comment or the entry
	Reason      string `json:"reason"`  // as it gives it
	Expires     string `json:"expires"` // the last day on which it counts, as 2027-03-31; empty for none
}

// A Place is a range of a file. Path is slash-separated and relative to where the scan was started
// or to the scanned root; a file reached through a link is named where its bytes lie.
type Place struct {
	Path  string    `json:"path"`
	Start JSONPoint `json:"start"`
	End   JSONPoint `json:"end"`
}

// A JSONPoint is a position in a file.
type JSONPoint struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// A JSONPlace is a place with what happens there.
type JSONPlace struct {
	Place
	Text string `json:"text"`
}

// A JSONAgent is one acting thing that the scan found.
type JSONAgent struct {
	ID           string   `json:"id"`      // "claude-code", "claude-code/agents/reviewer"
	Product      string   `json:"product"` // whose format it is
	Kind         string   `json:"kind"`    // "session", "subagent", "skill", …
	Root         string   `json:"root"`    // folder for which it is in force
	Mode         string   `json:"mode"`    // what happens when no rule decides; "unknown" when not stated
	Servers      []string `json:"servers"`
	Capabilities []string `json:"capabilities"` // held by an allow or ask grant, in the order of the model
	Place                 // where it is declared
}

// A JSONProblem is a file or place that could not be read or understood. Start is absent for a file
// that could not be opened.
type JSONProblem struct {
	Kind  string     `json:"kind"` // "syntax", "duplicate-key", "limit", "encoding", "type", "unknown-key", "unreadable"
	Path  string     `json:"path"`
	Start *JSONPoint `json:"start,omitempty"`
	Text  string     `json:"text"`
}

// JSON prints a Document.
func JSON(w io.Writer, r *leastagency.Report, o Options) error {
	return writeJSON(w, newView(r, o).document())
}

// writeJSON prints a value as JSON that no terminal, log or eye is tricked by.
func writeJSON(w io.Writer, value any) error {
	encoded, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(asciiSafe(encoded), '\n'))
	return err
}

func (v *view) document() Document {
	by, _ := v.count()
	doc := Document{
		Version: JSONVersion,
		Tool:    JSONTool{Name: "leastagency", Version: v.version()},
		Summary: JSONSummary{
			Files: v.report.Files, Findings: len(v.findings),
			Critical: by[leastagency.Critical], High: by[leastagency.High], Medium: by[leastagency.Medium], Low: by[leastagency.Low],
			Hidden: JSONHidden{Fixtures: v.fixtures, Guessed: v.guessed, Below: v.below, Ignored: len(v.report.Ignored), Baseline: len(v.report.Baselined), Earlier: len(v.report.Earlier)},
		},
		Findings: v.jsonFindings(), Ignored: []JSONIgnored{}, Agents: []JSONAgent{}, Problems: []JSONProblem{},
	}
	prints := v.fingerprints()
	for _, f := range v.report.Ignored {
		doc.Ignored = append(doc.Ignored, JSONIgnored{
			Rule: f.Rule.ID, Severity: f.Severity.String(), Place: jsonPlace(f.At), Message: v.text(f.Message), Fingerprint: prints[f.Finding],
			Kind: suppression(f.By), By: jsonPlace(f.By.At), Reason: v.text(f.By.Reason), Expires: day(f.By.Expires),
		})
	}
	for _, a := range v.report.System.Agents {
		doc.Agents = append(doc.Agents, v.jsonAgent(a))
	}
	for _, p := range v.report.System.Problems {
		problem := JSONProblem{Kind: problemName(p.Kind), Path: problemPath(p), Text: v.text(p.Text)}
		if !p.At.IsZero() {
			problem.Start = ptr(jsonPlace(p.At).Start)
		}
		doc.Problems = append(doc.Problems, problem)
	}
	return doc
}

func (v *view) jsonFindings() []JSONFinding {
	out := []JSONFinding{}
	prints := v.fingerprints()
	for _, f := range v.findings {
		out = append(out, JSONFinding{
			Rule: f.Rule.ID, Title: f.Rule.Title, Severity: f.Severity.String(), Confidence: f.Confidence.String(),
			Place: jsonPlace(f.At), Message: v.text(f.Message), Steps: v.jsonPlaces(f.Steps), Related: v.jsonPlaces(f.Related),
			Probe: f.Rule.Probe.String(), Remedy: f.Rule.Remedy, Help: DocsURL + f.Rule.ID + ".md", Fingerprint: prints[f],
		})
	}
	return out
}

func (v *view) jsonAgent(a *leastagency.Agent) JSONAgent {
	agent := JSONAgent{ID: v.text(a.ID), Product: a.Product, Kind: a.Kind.String(), Root: a.Root, Mode: a.Mode.V.String(), Servers: []string{}, Capabilities: []string{}}
	if !a.At.IsZero() {
		agent.Place = jsonPlace(a.At)
	}
	for _, s := range a.Servers {
		agent.Servers = append(agent.Servers, v.text(s.Name))
	}
	var held [leastagency.Pay + 1]bool
	for _, g := range a.Grants {
		if g.Decision == leastagency.Allow || g.Decision == leastagency.Ask {
			held[g.Capability] = true
		}
	}
	for c := leastagency.ReadUntrusted; c <= leastagency.Pay; c++ {
		if held[c] {
			agent.Capabilities = append(agent.Capabilities, c.String())
		}
	}
	return agent
}

func (v *view) jsonPlaces(steps []leastagency.Step) []JSONPlace {
	places := make([]JSONPlace, 0, len(steps))
	for _, s := range steps {
		places = append(places, JSONPlace{jsonPlace(s.At), v.text(s.Text)})
	}
	return places
}

func jsonPlace(at leastagency.Span) Place {
	from, to := at.From(), at.To()
	return Place{at.File.Real, JSONPoint{from.Line, from.Column}, JSONPoint{to.Line, to.Column}}
}

// suppression returns what SARIF calls the kind of an ignore.
func suppression(by *leastagency.Ignore) string {
	if by.Inline() {
		return "inSource"
	}
	return "external"
}

// day writes a day; the zero time is none.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// version returns the tool's version, or one that says it has none.
func (v *view) version() string {
	if v.Version == "" {
		return "0.0.0-dev"
	}
	return v.Version
}
