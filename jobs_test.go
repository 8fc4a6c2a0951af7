package leastagency_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/report"
)

// chainRules are those whose findings in a job are a way from what starts it to what its agent can do.
var chainRules = []string{"injection/untrusted-trigger", "injection/untrusted-text-in-prompt", "injection/open-actor-gate", "injection/untrusted-checkout", "injection/output-executed",
	"agency/shell-expansion", "limits/unbounded-public-agent", "combination/lethal-trifecta", "combination/secret-to-send", "combination/untrusted-to-change", "combination/untrusted-to-execute"}

// TestWitnessOfJobs: in every fixture, such a finding leads from the trigger to the tool, and SARIF shows it as a code flow.
func TestWitnessOfJobs(t *testing.T) {
	rules, _ := filepath.Glob("testdata/rules/*/*.txtar")
	formats, _ := filepath.Glob("testdata/formats/*.txtar")
	seen := map[string]int{}
	for _, file := range append(rules, formats...) {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		cases := map[string]fstest.MapFS{}
		for _, f := range archive.Files {
			name, rest := "", f.Name
			if slices.Contains(rules, file) {
				name, rest, _ = strings.Cut(f.Name, "/")
			}
			if cases[name] == nil {
				cases[name] = fstest.MapFS{}
			}
			if rest != "" && f.Name != "want" {
				cases[name][rest] = &fstest.MapFile{Data: f.Data}
			}
		}
		for name, fsys := range cases {
			if !slices.ContainsFunc(archive.Files, func(f txtar.File) bool {
				return strings.HasPrefix(f.Name, name) && strings.Contains(f.Name, ".github/workflows/")
			}) {
				continue
			}
			witnesses(t, filepath.Base(file)+"/"+name, lint(t, fsys, ""), seen)
		}
	}
	for _, rule := range chainRules {
		if seen[rule] == 0 {
			t.Errorf("no fixture has a finding of %s in a job", rule)
		}
	}
}

func witnesses(t *testing.T, name string, r *leastagency.Report, seen map[string]int) {
	var out bytes.Buffer
	if err := report.SARIF(&out, r, report.Options{Policy: leastagency.Builtin()}); err != nil {
		t.Fatal(err)
	}
	flows := flowLengths(t, out.Bytes())
	starts := map[leastagency.Span]bool{}
	for _, a := range r.System.Agents {
		for _, trigger := range a.Layers[0].Triggers {
			starts[trigger.At] = a.Kind == leastagency.KindJob
		}
	}
	for _, f := range r.Findings {
		if !slices.Contains(chainRules, f.Rule.ID) || !strings.Contains(f.Message, "job \"") || strings.Contains(f.Message, "/action\"") && len(starts) == 0 {
			continue // not of a job, or of an action that nobody calls here
		}
		seen[f.Rule.ID]++
		switch {
		case len(f.Steps) < 2:
			t.Errorf("%s: %s: a witness of %d steps", name, f.Message, len(f.Steps))
		case !starts[f.Steps[0].At]:
			t.Errorf("%s: %s: starts with %q, no trigger", name, f.Message, f.Steps[0].Text)
		case starts[f.Steps[len(f.Steps)-1].At]:
			t.Errorf("%s: %s: ends with the trigger, not with what the agent can do", name, f.Message)
		case flows[resultKey(f.Rule.ID, f.At.File.Path, f.At.From().Line, f.At.From().Column)] != len(f.Steps):
			t.Errorf("%s: %s: no code flow of its %d steps", name, f.Message, len(f.Steps))
		}
	}
}

func resultKey(rule, path string, line, column int) string {
	return fmt.Sprintf("%s at %s:%d:%d", rule, path, line, column)
}

// flowLengths returns how many steps the code flow of each result has, by its rule and place.
func flowLengths(t *testing.T, sarif []byte) map[string]int {
	var log struct {
		Runs []struct {
			Results []struct {
				RuleID    string
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine, StartColumn int }
					}
				}
				CodeFlows []struct {
					ThreadFlows []struct{ Locations []any }
				}
			}
		}
	}
	if err := json.Unmarshal(sarif, &log); err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, run := range log.Runs {
		for _, result := range run.Results {
			at := result.Locations[0].PhysicalLocation
			for _, flow := range result.CodeFlows {
				out[resultKey(result.RuleID, at.ArtifactLocation.URI, at.Region.StartLine, at.Region.StartColumn)] = len(flow.ThreadFlows[0].Locations)
			}
		}
	}
	return out
}
