package report

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/leastagency/leastagency"
)

// annotationLine is the only form of workflow command that may be printed: no property can be ended
// or added by a name.
var annotationLine = regexp.MustCompile(`^::(error|warning|notice) file=[^:,]+(,line=\d+,endLine=\d+(,col=\d+,endColumn=\d+)?)?,title=[^:,]+::[^\r\n]+$`)

func TestGitHubEscapes(t *testing.T) {
	p := policy()
	f := leastagency.NewFile("a,b:c/50%.json", []byte("{\n}\n"))
	r := &leastagency.Report{System: &leastagency.System{}, Findings: []*leastagency.Finding{{
		Rule: &p.Rules[0], Severity: leastagency.High, Confidence: leastagency.Declared, At: f.Span(0, 3), Message: "100% of a, b: c",
	}}}
	line, _, _ := strings.Cut(printed(t, Format{"github", GitHub}, r, Options{Policy: p}), "\n")
	want := "::error file=a%2Cb%3Ac/50%25.json,line=1,endLine=2,title=agency/unrestricted-shell%3A The shell is granted whole::" +
		"100%25 of a, b: c%0Aremedy  Allow the commands that the job needs, such as Bash(go test:*)."
	if line != want {
		t.Errorf("got\n%s\nwant\n%s", line, want)
	}
}

// TestGitHubWorstTen: GitHub shows ten of a kind, so those must be the worst, and the rest is counted.
func TestGitHubWorstTen(t *testing.T) {
	p := policy()
	f := leastagency.NewFile("x", []byte(strings.Repeat("x\n", 40)))
	r := &leastagency.Report{System: &leastagency.System{}}
	for i := range 30 {
		rule := &p.Rules[0] // high
		switch {
		case i >= 27:
			rule = &p.Rules[1] // critical
		case i >= 13:
			rule = &p.Rules[2] // low
		}
		r.Findings = append(r.Findings, &leastagency.Finding{
			Rule: rule, Severity: rule.Severity, Confidence: leastagency.Declared, At: f.Span(2*i, 2*i+1), Message: fmt.Sprint("number ", i),
		})
	}
	r.System.Problems = []*leastagency.Problem{{Path: "big", Kind: leastagency.ProblemLimit, Text: "too large"}, {Path: "odd", Kind: leastagency.ProblemType, Text: "odd"}}
	got := printed(t, Format{"github", GitHub}, r, Options{Policy: p})
	lines := strings.Split(strings.TrimSpace(got), "\n")
	for kind, want := range map[string]int{"error": 10, "warning": 1, "notice": 10} {
		if n := strings.Count("\n"+got, "\n::"+kind+" "); n != want {
			t.Errorf("%d of kind %s, want %d", n, kind, want)
		}
	}
	for i, worst := range []int{27, 28, 29, 0, 1} {
		if want := fmt.Sprintf("::number %d%%0A", worst); !strings.Contains(lines[i], want) {
			t.Errorf("line %d is %q, want %q", i, lines[i], want)
		}
	}
	if more := lines[len(lines)-2]; more != "6 errors, 5 notices more: GitHub shows 10 of a kind, the worst are above" {
		t.Errorf("what is left out is told as %q", more)
	}
	if !strings.Contains(got, "::warning file=big,title=limit::too large\n") {
		t.Error("a file that was not judged is not annotated")
	}
}
