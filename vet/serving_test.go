package vet_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/leastagency/leastagency/vet"
)

// TestServing runs the analyzer over programs that open servers to the network and start others.
func TestServing(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), vet.Analyzer, "serving", "serving_asks", "serving_behind", "serving_origin", "launching", "limits", "answers")
}
