package vet_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/leastagency/leastagency/vet"
)

// Test runs the analyzer over testdata/src, where packages under the real import paths stand for the SDKs.
func Test(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), vet.Analyzer, "shell", "paths", "sdks", "loops", "guards", "dials", "sinks", "hard")
}

// TestFixes applies what a diagnostic suggests, as go vet -fix does.
func TestFixes(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, analysistest.TestData(), vet.Analyzer, "claims")
}

// TestNogo holds what nogo demands of an analyzer in a library: a valid one, in a variable of this name, and
// configured by the name that docs/go.md gives it.
func TestNogo(t *testing.T) {
	if err := analysis.Validate([]*analysis.Analyzer{vet.Analyzer}); err != nil {
		t.Error(err)
	}
	docs, err := os.ReadFile("../docs/go.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(docs), "<!-- nogo-config -->\n```json\n")
	text, _, closed := strings.Cut(rest, "```\n<!-- /nogo-config -->")
	var config map[string]any
	if err := json.Unmarshal([]byte(text), &config); err != nil || !found || !closed {
		t.Fatalf("docs/go.md has no nogo.json: %v", err)
	}
	if _, ok := config[vet.Analyzer.Name]; !ok || len(config) != 1 {
		t.Errorf("nogo.json configures %v, and the analyzer is %s", config, vet.Analyzer.Name)
	}
}
