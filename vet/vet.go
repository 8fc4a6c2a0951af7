// Package vet judges Go code that offers tools to a model, as an analyzer of go/analysis.
//
//	go vet -vettool=$(which leastagency) ./...
//
// runs it, as do other drivers: golangci-lint, Bazel nogo. It reads nothing but the package at hand and
// the facts of those that it imports, so that its results can be cached.
package vet

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/audit"
	"github.com/leastagency/leastagency/checks/credential"
	"github.com/leastagency/leastagency/checks/escalation"
	"github.com/leastagency/leastagency/checks/injection"
	"github.com/leastagency/leastagency/checks/isolation"
	"github.com/leastagency/leastagency/checks/limits"
	"github.com/leastagency/leastagency/checks/poisoning"
	"github.com/leastagency/leastagency/checks/supplychain"
	"github.com/leastagency/leastagency/loaders/gocode"
)

// Analyzer reports what is wrong with the tools of a package. The category of a diagnostic is the rule.
var Analyzer = &analysis.Analyzer{
	Name:     "leastagency",
	Doc:      "find tools of AI agents that give away more than they say\n\nReports arguments that the model chooses and that reach a shell, a program, a query, a path or a host unchecked; annotations that the code contradicts; and servers open to the network.",
	URL:      "https://github.com/leastagency/leastagency",
	Requires: []*analysis.Analyzer{gocode.Analyzer},
	Run:      run,
}

// checks returns the checks that a package alone gives enough to go on.
func checks() []leastagency.Check {
	return []leastagency.Check{
		audit.VoidIgnore,
		credential.LiteralSecret,
		escalation.BypassSpawn,
		injection.ArgumentToCommand,
		injection.ArgumentToEval,
		injection.ArgumentToPath,
		injection.ArgumentToQuery,
		injection.ArgumentToShell,
		injection.ArgumentToURL,
		injection.OutputExecuted,
		isolation.ExposedServer,
		isolation.MissingOriginCheck,
		limits.UnboundedAgent,
		limits.UnboundedLoop,
		poisoning.FalseAnnotation,
		supplychain.InsecureTransport,
		supplychain.UnpinnedServer,
	}
}

func run(pass *analysis.Pass) (any, error) {
	program := pass.ResultOf[gocode.Analyzer].(*gocode.Program)
	if program.Layer == nil {
		return nil, nil
	}
	policy := leastagency.Builtin()
	linter := leastagency.Linter{Checks: checks(), Policy: policy}
	sys := &leastagency.System{Layers: []*leastagency.Layer{program.Layer}, Knowledge: policy.Knowledge}
	// No day is given: results are cached, so that an ignore until a day counts here for good.
	report, err := linter.Judge(context.Background(), sys)
	if err != nil {
		return nil, err
	}
	for _, f := range report.Findings {
		start, end := program.Range(f.At)
		d := analysis.Diagnostic{Pos: start, End: end, Category: f.Rule.ID, Message: fmt.Sprintf("%s: %s (%s)", f.Severity, f.Message, f.Rule.ID)}
		for _, s := range slices.Concat(f.Steps, f.Related) {
			from, to := program.Range(s.At)
			d.Related = append(d.Related, analysis.RelatedInformation{Pos: from, End: to, Message: s.Text})
		}
		if f.Fix != nil {
			fix := analysis.SuggestedFix{Message: f.Fix.Text}
			for _, e := range f.Fix.Edits {
				from, to := program.Range(e.At)
				fix.TextEdits = append(fix.TextEdits, analysis.TextEdit{Pos: from, End: to, NewText: []byte(e.New)})
			}
			d.SuggestedFixes = append(d.SuggestedFixes, fix)
		}
		pass.Report(d)
	}
	return nil, nil
}
