package report

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/leastagency/leastagency"
)

// fixed returns a report with a fix that replaces, inserts and deletes in two files.
func fixed() *leastagency.Report {
	p := policy()
	f := leastagency.NewFile("a b.json", []byte("{\"é😀\": [1, 2]}\n"))
	other := leastagency.NewFile("c.json", []byte("x\n"))
	return &leastagency.Report{System: &leastagency.System{}, Findings: []*leastagency.Finding{{
		Rule: &p.Rules[0], Severity: leastagency.High, Confidence: leastagency.Declared, At: f.Span(12, 13), Message: "m",
		Fix: &leastagency.Fix{Text: "Take [it] out", Edits: []leastagency.Edit{{At: f.Span(12, 13), New: "3\u202e"}, {At: other.Span(1, 1), New: "y"}, {At: f.Span(13, 16)}}},
	}}}
}

func TestSARIFFix(t *testing.T) {
	text := printed(t, Format{"sarif", SARIF}, fixed(), Options{Policy: policy()})
	if strings.Contains(text, "\u202e") {
		t.Error("a hidden character of a fix is printed raw")
	}
	type region struct{ StartLine, StartColumn, EndLine, EndColumn int }
	var log struct {
		Runs []struct {
			Results []struct {
				Fixes []struct {
					Description     struct{ Text string }
					ArtifactChanges []struct {
						ArtifactLocation struct{ URI, URIBaseID string }
						Replacements     []struct {
							DeletedRegion   region
							InsertedContent *struct{ Text string }
						}
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &log); err != nil {
		t.Fatal(err)
	}
	fixes := log.Runs[0].Results[0].Fixes
	if len(fixes) != 1 || fixes[0].Description.Text != `Take \[it\] out.` {
		t.Fatalf("fixes %+v", fixes)
	}
	var got []string
	for _, change := range fixes[0].ArtifactChanges {
		for _, r := range change.Replacements {
			inserted := "-"
			if r.InsertedContent != nil {
				inserted = r.InsertedContent.Text
			}
			got = append(got, fmt.Sprintf("%s %v %q", change.ArtifactLocation.URI, r.DeletedRegion, inserted))
		}
	}
	// One change a file, in the order of the edits; columns in UTF-16 code units.
	want := []string{`a%20b.json {1 10 1 11} "3\u202e"`, `a%20b.json {1 11 1 14} "-"`, `c.json {1 2 1 2} "y"`}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("edits\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestSARIFCategory: GitHub takes what stands before the last slash for the category, so one must follow.
func TestSARIFCategory(t *testing.T) {
	for category, want := range map[string]string{"": "", "nightly": `"nightly/"`, "a/b": `"a/b/"`, "a/": `"a/"`} {
		text := printed(t, Format{"sarif", SARIF}, scanned(), Options{Policy: policy(), Category: category})
		_, after, found := strings.Cut(text, `"automationDetails": {`)
		if found != (want != "") {
			t.Errorf("category %q: automationDetails there: %v", category, found)
		}
		if found && !strings.HasPrefix(strings.TrimSpace(after), `"id": `+want) {
			t.Errorf("category %q gives %.40s", category, after)
		}
	}
}

// TestSARIFProblems: a tree that is broken everywhere makes no log that is refused for its size.
func TestSARIFProblems(t *testing.T) {
	r := &leastagency.Report{System: &leastagency.System{}}
	for i := range maxNotes + 5 {
		r.System.Problems = append(r.System.Problems, &leastagency.Problem{Path: fmt.Sprint(i), Kind: leastagency.ProblemUnreadable, Text: "locked"})
	}
	text := printed(t, Format{"sarif", SARIF}, r, Options{Policy: policy()})
	if n := strings.Count(text, "locked."); n != maxNotes {
		t.Errorf("%d notifications, want %d", n, maxNotes)
	}
	if !strings.Contains(text, "5 problems left out: a log holds the first 1000.") {
		t.Error("nothing says what was left out")
	}
}

// TestSARIFRules: every built-in rule keeps to what code hosts take of one, and has what they show.
func TestSARIFRules(t *testing.T) {
	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct {
					Rules []struct {
						ID, Name, HelpURI string
						ShortDescription  struct{ Text string }
						FullDescription   struct{ Text string }
						Help              struct{ Text, Markdown string }
						Properties        struct {
							Tags             []string
							Precision        string
							SecuritySeverity string `json:"security-severity"`
						}
					}
				}
			}
		}
	}
	builtin := leastagency.Builtin()
	text := printed(t, Format{"sarif", SARIF}, &leastagency.Report{System: &leastagency.System{}}, Options{Policy: builtin})
	if err := json.Unmarshal([]byte(text), &log); err != nil {
		t.Fatal(err)
	}
	rules := log.Runs[0].Tool.Driver.Rules
	if len(rules) != len(builtin.Rules) {
		t.Fatalf("%d of %d rules", len(rules), len(builtin.Rules))
	}
	for _, r := range rules {
		p := r.Properties
		if len(p.Tags) == 0 || len(p.Tags) > 10 || p.Tags[0] != "security" || p.Precision == "" || p.SecuritySeverity == "" {
			t.Errorf("%s: properties %+v", r.ID, p)
		}
		for _, part := range []string{r.ShortDescription.Text, r.FullDescription.Text, r.Name} {
			if n := len([]rune(part)); n == 0 || n > 1024 {
				t.Errorf("%s: a text of %d characters", r.ID, n)
			}
		}
		if r.Help.Text == "" || !strings.Contains(r.Help.Markdown, "**Remedy:**") || !strings.HasSuffix(r.HelpURI, r.ID+".md") {
			t.Errorf("%s: help %q at %q", r.ID, r.Help.Text, r.HelpURI)
		}
	}
}

// TestSARIFLimits: of places and steps that are too many the first are kept, and the message counts the rest.
func TestSARIFLimits(t *testing.T) {
	p := policy()
	f := leastagency.NewFile("a", []byte(strings.Repeat("x\n", 3000)))
	finding := &leastagency.Finding{Rule: &p.Rules[0], Severity: leastagency.High, Confidence: leastagency.Declared, At: f.Span(0, 1), Message: "m"}
	for i := range 1500 {
		finding.Also(f.Span(2*i+2, 2*i+3), "also")
		finding.Because(f.Span(2*i+2, 2*i+3), "because")
	}
	text := printed(t, Format{"sarif", SARIF}, &leastagency.Report{System: &leastagency.System{}, Findings: []*leastagency.Finding{finding}}, Options{Policy: p})
	if also, because := strings.Count(text, `"text": "also"`), strings.Count(text, `"text": "because"`); also != maxRelated || because != maxSteps {
		t.Errorf("%d related places and %d steps, want %d and %d", also, because, maxRelated, maxSteps)
	}
	if !strings.Contains(text, " and 1490 more.") {
		t.Error("nothing says how many places are left out")
	}
}
