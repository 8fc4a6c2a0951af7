package golangci_test

import (
	"path/filepath"
	"testing"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/leastagency/leastagency/vet/golangci"
)

// TestPlugin takes the plugin from where golangci-lint looks for it, and runs its analyzers over code that
// has findings.
func TestPlugin(t *testing.T) {
	build, err := register.GetPlugin(golangci.Name)
	if err != nil {
		t.Fatal(err)
	}
	plugin, err := build(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := plugin.GetLoadMode(); got != register.LoadModeTypesInfo {
		t.Errorf("load mode %q: the analyzers need types", got)
	}
	analyzers, err := plugin.BuildAnalyzers()
	if err != nil || len(analyzers) == 0 {
		t.Fatalf("%d analyzers, %v", len(analyzers), err)
	}
	testdata, err := filepath.Abs("../testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range analyzers {
		analysistest.Run(t, testdata, a, "claims")
	}
}

func TestSettings(t *testing.T) {
	if _, err := golangci.New(map[string]any{}); err != nil {
		t.Errorf("no settings: %v", err)
	}
	if _, err := golangci.New(map[string]any{"strict": true}); err == nil {
		t.Error("a setting that does not exist is taken in silence")
	}
}
