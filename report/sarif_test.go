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
