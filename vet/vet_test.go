package vet_test

import (
	"testing"

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
