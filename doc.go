// Package leastagency reads what a repository says its AI agents may do and judges it.
//
// The package holds the words and the engine, and imports the standard library only:
//
//   - source.go: File, Span, Value: bytes and exact places
//   - model.go: the System and its Layers: what files state, in the words of permission.go, effect.go,
//     command.go, server.go, settings.go, text.go and trigger.go
//   - agent.go: what follows from it (Agent, Grant, Boundary, Chain, Score)
//   - policy.go: the rules and what is known of servers, commands and packages; rules_gen.go is
//     their table, generated from rules.cue and knowledge/*.cue
//   - finding.go: Finding, with the witness that proves it
//   - lint.go: the engine and its seams
//
// A run is a list of steps over one System:
//
//	load    a Loader turns the bytes of a file into layers      loaders/
//	        a TreeLoader does so for what spans files           loaders/gocode
//	infer   an Inference joins layers into agents and derives   authority/
//	check   a Check reports findings for one rule               checks/
//	write   a Writer prints the report                          report/
//
// Loaders state and never infer, inferences derive and never judge, checks judge and never change.
// They do not import each other: they meet in the words of this package. cmd/leastagency and the
// tests put the steps together:
//
//	linter := leastagency.Linter{
//		Loaders:    loaders.All(),
//		Inferences: authority.All(),
//		Checks:     checks.All(),
//		Policy:     leastagency.Builtin(),
//	}
//	report, err := linter.Lint(ctx, root.FS())
//
// What is scanned is hostile: nothing of it is run, imported or fetched; sizes, depths and counts
// are capped; a secret is never kept in the model, only its place (see Credential).
package leastagency

//go:generate go run ./internal/rulegen
