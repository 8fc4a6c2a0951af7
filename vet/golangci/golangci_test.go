package golangci_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/golangci/plugin-module-register/register"
	"go.yaml.in/yaml/v3"
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

// TestDocs makes sure that the configuration in docs/go.md names what there is.
func TestDocs(t *testing.T) {
	docs, err := os.ReadFile("../../docs/go.md")
	if err != nil {
		t.Fatal(err)
	}
	block := func(name string) []byte {
		_, rest, found := strings.Cut(string(docs), "<!-- "+name+" -->\n```yaml\n")
		text, _, closed := strings.Cut(rest, "```\n<!-- /"+name+" -->")
		if !found || !closed {
			t.Fatalf("docs/go.md has no block %q", name)
		}
		return []byte(text)
	}
	var custom struct {
		Plugins []struct{ Module, Import string }
	}
	if err := yaml.Unmarshal(block("custom-gcl"), &custom); err != nil {
		t.Fatal(err)
	}
	plugin, err := golangci.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(custom.Plugins) != 1 || custom.Plugins[0].Import != reflect.TypeOf(plugin).PkgPath() ||
		!strings.HasPrefix(custom.Plugins[0].Import, custom.Plugins[0].Module+"/") {
		t.Errorf("the plugin is not in %+v", custom.Plugins)
	}
	var config struct {
		Linters struct {
			Enable   []string
			Settings struct {
				Custom map[string]struct{ Type string }
			}
		}
	}
	if err := yaml.Unmarshal(block("golangci"), &config); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(config.Linters.Enable, []string{golangci.Name}) || config.Linters.Settings.Custom[golangci.Name].Type != "module" {
		t.Errorf("the linter is not switched on by %+v", config)
	}
}
