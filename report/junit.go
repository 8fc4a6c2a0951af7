package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/leastagency/leastagency"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Line    int           `xml:"line,attr,omitempty"`
	Failure *junitFailure `xml:"failure"`
	Skipped *junitSkipped `xml:"skipped"`
}

type junitFailure struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

type junitSkipped struct {
	Message string `xml:"message,attr"`
}

// JUnit prints test results in the XML of JUnit, which every CI server shows: a suite for each file
// with a failed test for each finding, and a skipped one for what could not be read or understood. A
// clean scan is one test that passes, because servers take an empty list for a broken run.
func JUnit(w io.Writer, r *leastagency.Report, o Options) error {
	encoded, err := xml.MarshalIndent(newView(r, o).suites(), "", "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+string(encoded)+"\n")
	return err
}

func (v *view) suites() junitSuites {
	all := junitSuites{Name: "leastagency"}
	index := map[string]int{}
	add := func(path string, c junitCase) {
		i, known := index[path]
		if !known {
			i = len(all.Suites)
			index[path] = i
			all.Suites = append(all.Suites, junitSuite{Name: v.text(path)})
		}
		suite := &all.Suites[i]
		suite.Cases = append(suite.Cases, c)
		suite.Tests++
		all.Tests++
		if c.Failure != nil {
			suite.Failures++
			all.Failures++
		}
		if c.Skipped != nil {
			suite.Skipped++
			all.Skipped++
		}
	}
	for _, f := range v.findings {
		pos := f.At.From()
		path := v.text(f.At.File.Real)
		add(f.At.File.Real, junitCase{
			Class: path, Name: fmt.Sprintf("%s at %d:%d", f.Rule.ID, pos.Line, pos.Rune), File: path, Line: pos.Line,
			Failure: &junitFailure{Type: f.Rule.ID, Message: fmt.Sprintf("%s: %s", f.Severity, v.text(f.Message)), Text: v.failure(f)},
		})
	}
	for _, p := range v.unspoken() {
		path := v.text(problemPath(p))
		c := junitCase{Class: path, Name: problemName(p.Kind), File: path, Skipped: &junitSkipped{Message: v.text(p.Text)}}
		if !p.At.IsZero() {
			pos := p.At.From()
			c.Name, c.Line = fmt.Sprintf("%s at %d:%d", c.Name, pos.Line, pos.Rune), pos.Line
		}
		add(problemPath(p), c)
	}
	if len(all.Suites) == 0 {
		add("leastagency", junitCase{Class: "leastagency", Name: v.summary()})
	}
	return all
}

// failure is what a CI server shows when a failed test is opened.
func (v *view) failure(f *leastagency.Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", v.placeOf(f.At), v.text(f.Message))
	for i, step := range f.Steps {
		label := "       "
		if i == 0 {
			label = "because"
		}
		fmt.Fprintf(&b, "%s %s  %s\n", label, v.placeOf(step.At), v.text(step.Text))
	}
	for _, step := range f.Related {
		fmt.Fprintf(&b, "also in %s\n", v.placeOf(step.At))
	}
	if f.Rule.Remedy != "" {
		fmt.Fprintf(&b, "remedy  %s\n", f.Rule.Remedy)
	}
	return b.String() + DocsURL + f.Rule.ID + ".md"
}
