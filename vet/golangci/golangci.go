// Package golangci makes a module plugin of golangci-lint of the analyzer; docs/go.md shows its configuration.
//
// Its dependency beyond the analyzer is one small module that has none of its own, so that it needs no
// module and no version apart.
package golangci

import (
	"fmt"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/leastagency/leastagency/vet"
)

// Name is what configurations call the linter.
const Name = "leastagency"

// The only way by which golangci-lint learns of a plugin.
func init() { register.Plugin(Name, New) }

// New returns the plugin. It has no settings: to be given some is a mistake of the configuration.
func New(settings any) (register.LinterPlugin, error) {
	if _, err := register.DecodeSettings[struct{}](settings); err != nil {
		return nil, fmt.Errorf("%s has no settings: %w", Name, err)
	}
	return plugin{}, nil
}

type plugin struct{}

func (plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	return []*analysis.Analyzer{vet.Analyzer}, nil
}

func (plugin) GetLoadMode() string { return register.LoadModeTypesInfo }
