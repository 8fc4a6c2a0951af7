package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leastagency/leastagency"
)

// TestRDJSON: columns count bytes of UTF-8, and a fix is a suggestion as long as all of it can be one.
func TestRDJSON(t *testing.T) {
	p := policy()
	f := leastagency.NewFile("x", []byte("\na𐐀b"))
	other := leastagency.NewFile("y", []byte("y"))
	b := f.Span(6, 7)
	finding := func(fix *leastagency.Fix) *leastagency.Report {
		return &leastagency.Report{
			Secrets: []leastagency.Span{leastagency.NewFile("z", []byte(password)).Whole()},
			System:  &leastagency.System{}, Findings: []*leastagency.Finding{{Rule: &p.Rules[0], Severity: leastagency.High, Confidence: leastagency.Declared, At: b, Message: "m", Fix: fix}},
		}
	}
	at := rdRange{rdPosition{2, 6}, rdPosition{2, 7}}
	for _, test := range []struct {
		name string
		fix  *leastagency.Fix
		want []rdSuggestion
	}{
		{"no fix", nil, nil},
		{"replace", &leastagency.Fix{Edits: []leastagency.Edit{{At: b, New: "c"}}}, []rdSuggestion{{at, "c"}}},
		{"delete", &leastagency.Fix{Edits: []leastagency.Edit{{At: b}}}, []rdSuggestion{{at, ""}}},
		{"another file too", &leastagency.Fix{Edits: []leastagency.Edit{{At: b}, {At: other.Whole()}}}, nil},
		{"a secret by its shape", &leastagency.Fix{Edits: []leastagency.Edit{{At: b, New: token}}}, nil},
		{"a secret of the scan", &leastagency.Fix{Edits: []leastagency.Edit{{At: b, New: password}}}, nil},
		{"no place", &leastagency.Fix{Edits: []leastagency.Edit{{New: "c"}}}, nil},
	} {
		var result rdResult
		text := printed(t, Format{"rdjson", RDJSON}, finding(test.fix), Options{Policy: p})
		if err := json.Unmarshal([]byte(text), &result); err != nil {
			t.Fatal(err)
		}
		got := result.Diagnostics[0]
		if diff := cmp.Diff(test.want, got.Suggestions); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
		if diff := cmp.Diff(&at, got.Location.Range); diff != "" {
			t.Errorf("%s: place (-want +got):\n%s", test.name, diff)
		}
		if sarif := printed(t, Format{"sarif", SARIF}, finding(test.fix), Options{Policy: p}); strings.Contains(sarif, password) || strings.Contains(sarif, token) {
			t.Errorf("%s: the SARIF fix shows a secret", test.name)
		}
	}
}
