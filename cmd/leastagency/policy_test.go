package main

import (
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/policy"
)

// TestDeclare: what init --policy would write for any of the repositories of testdata/formats is read
// without a mistake, and nothing there exceeds it.
func TestDeclare(t *testing.T) {
	files, err := filepath.Glob("../../testdata/formats/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no formats: %v", err)
	}
	declared := 0
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tree := fstest.MapFS{}
		for _, f := range archive.Files {
			tree[f.Name] = &fstest.MapFile{Data: f.Data}
		}
		linter := everyCheck()
		linter.Checks = nil
		found, err := linter.Lint(t.Context(), tree)
		if err != nil {
			t.Fatal(err)
		}
		text, err := policy.Format(declare(found.System.Agents))
		if err != nil {
			t.Errorf("%s: %v\n%s", file, err, declare(found.System.Agents))
			continue
		}
		overlay, err := policy.Parse(leastagency.NewFile(policy.Names[0], []byte(text)), leastagency.Builtin())
		if err != nil {
			t.Errorf("%s: %v\n%s", file, err, text)
			continue
		}
		declared += len(overlay.Declarations)
		again, err := target{overlay: overlay}.judged(everyCheck()).Lint(t.Context(), tree)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range again.Findings {
			if f.Rule.ID == "agency/exceeds-declared" {
				t.Errorf("%s: %s: %s\n%s", file, f.At.File.Path, f.Message, text)
			}
		}
	}
	if declared < len(files)/2 {
		t.Errorf("only %d agents declared in %d repositories", declared, len(files))
	}
}
