package report

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/leastagency/leastagency"
)

// TestJUnit: the counts are those of the cases, and every text survives as XML.
func TestJUnit(t *testing.T) {
	reports := []*leastagency.Report{scanned(), {System: &leastagency.System{}}}
	for _, name := range append(hostileNames, "]]>", "\ufffe\uffff") {
		reports = append(reports, hostile(name))
	}
	for i, r := range reports {
		text := printed(t, Format{"junit", JUnit}, r, Options{Policy: policy()})
		var all junitSuites
		if err := xml.Unmarshal([]byte(text), &all); err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		var tests, failures, skipped int
		for _, suite := range all.Suites {
			tests += suite.Tests
			failures += suite.Failures
			skipped += suite.Skipped
			for _, c := range suite.Cases {
				if c.Failure != nil {
					failures--
					if c.Failure.Type == "" || !strings.Contains(c.Failure.Text, DocsURL+c.Failure.Type) {
						t.Errorf("report %d: failure %+v", i, c.Failure)
					}
				}
				if c.Skipped != nil {
					skipped--
				}
				tests--
			}
		}
		if tests != 0 || failures != 0 || skipped != 0 {
			t.Errorf("report %d: counts are off by %d, %d, %d", i, tests, failures, skipped)
		}
		if want := len(Shown(r, Options{Policy: policy()})); all.Failures != want || all.Tests == 0 {
			t.Errorf("report %d: %d failures of %d tests, want %d failures", i, all.Failures, all.Tests, want)
		}
	}
}
