package report

import (
	"encoding/json"
	"testing"

	"github.com/leastagency/leastagency"
)

// TestGitLab: what GitLab demands of each entry, and that no two are taken for one.
func TestGitLab(t *testing.T) {
	decode := func(r *leastagency.Report) (issues []qualityIssue) {
		t.Helper()
		text := printed(t, Format{"gitlab", GitLab}, r, Options{Policy: policy(), Pedantic: true})
		if err := json.Unmarshal([]byte(text), &issues); err != nil {
			t.Fatal(err)
		}
		if issues == nil {
			t.Errorf("no list at all: %s", text)
		}
		return issues
	}
	r := scanned()
	p := policy()
	twice := leastagency.NewFile("twice.json", []byte("[1,\n2]"))
	for _, at := range []leastagency.Span{twice.Span(1, 2), twice.Span(4, 5)} {
		r.Findings = append(r.Findings, &leastagency.Finding{Rule: &p.Rules[0], Severity: leastagency.High, Confidence: leastagency.Declared, At: at, Message: "the same"})
	}
	again := *r.System.Problems[0]
	r.System.Problems = append(r.System.Problems, &again)
	seen := map[string]bool{}
	count := map[string]int{}
	for _, issue := range decode(r) {
		if seen[issue.Fingerprint] {
			t.Errorf("fingerprint %s twice: GitLab drops one", issue.Fingerprint)
		}
		seen[issue.Fingerprint] = true
		count[issue.Severity]++
		if issue.Description == "" || issue.CheckName == "" || issue.Location.Path == "" || issue.Location.Lines.Begin < 1 || issue.Location.Lines.End < issue.Location.Lines.Begin {
			t.Errorf("incomplete: %+v", issue)
		}
	}
	if count["blocker"] != 2 || count["critical"] != 4 || count["minor"] != 2 || count["info"] != 3 {
		t.Errorf("by severity: %v", count)
	}
	if clean := decode(&leastagency.Report{System: &leastagency.System{}}); len(clean) != 0 {
		t.Errorf("a clean scan gives %v", clean)
	}
}
