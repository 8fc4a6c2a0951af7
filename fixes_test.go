package leastagency_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks"
)

// TestFixes runs testdata/fixes/<family>/<rule>.txtar for every rule that says it is fixable. The first folder
// of each file's path names a case, which is a repository of its own; below "fixed/" stand the files that the
// fixes change, as they are then. Afterwards no finding of the rule that had a fix is left, none of any rule
// is new, and nothing more is changed.
func TestFixes(t *testing.T) {
	seen := map[string]bool{}
	for _, check := range checks.All() {
		rule := leastagency.Builtin().Rule(check.Rule)
		file := filepath.Join("testdata/fixes", filepath.FromSlash(rule.ID)+".txtar")
		seen[file] = true
		archive, err := txtar.ParseFile(file)
		if there := err == nil; there != (rule.Fixable != "") {
			t.Errorf("%s: fixable %q, but %s is there: %v", rule.ID, rule.Fixable, file, there)
		}
		if err != nil {
			continue
		}
		t.Run(rule.ID, func(t *testing.T) {
			cases, want := map[string]fstest.MapFS{}, map[string]string{}
			var before []txtar.File
			for _, f := range archive.Files {
				if strings.HasPrefix(f.Name, "fixed/") {
					want[f.Name] = string(f.Data)
					continue
				}
				before = append(before, f)
				name, rest, _ := strings.Cut(f.Name, "/")
				if cases[name] == nil {
					cases[name] = fstest.MapFS{}
				}
				cases[name][rest] = &fstest.MapFile{Data: f.Data}
			}
			got := map[string]string{}
			for name, tree := range cases {
				for path, data := range fixRule(t, name, tree, rule.ID) {
					got["fixed/"+name+"/"+path] = data
				}
			}
			if update {
				archive.Files = before
				for _, name := range slices.Sorted(maps.Keys(got)) {
					archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(got[name])})
				}
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("files differ (-want +got), LEASTAGENCY_UPDATE=1 rewrites them:\n%s", diff)
			}
		})
	}
	err := filepath.WalkDir("testdata/fixes", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !seen[path] {
			t.Errorf("%s is of no rule", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// fixRule applies the fixes of a rule until there are none, and returns the files that changed.
func fixRule(t *testing.T, name string, tree fstest.MapFS, rule string) map[string]string {
	t.Helper()
	changed := map[string]string{}
	read := func() *leastagency.Report {
		return lintWith(t, loadGo(t, map[string]fstest.MapFS{name: tree})[name], tree, "")
	}
	before := read()
	if len(fixable(before, rule)) == 0 {
		t.Fatalf("%s: nothing to fix:\n%s", name, render(name, before))
	}
	after := before
	for round := 0; len(fixable(after, rule)) > 0; round++ {
		if round == 3 {
			t.Fatalf("%s: fixes do not end:\n%s", name, render(name, after))
		}
		changes, fixed := leastagency.Fixes(fixable(after, rule))
		if len(changes) == 0 || len(fixed) == 0 {
			t.Fatalf("%s: a fix changes nothing", name)
		}
		tree = maps.Clone(tree)
		for _, c := range changes {
			tree[c.File.Real] = &fstest.MapFile{Data: c.Apply()}
			changed[c.File.Real] = string(c.Apply())
		}
		after = read()
	}
	for _, f := range after.Findings {
		if f.Rule.ID == rule {
			t.Errorf("%s: still found: %s", name, f.Message)
		}
		if !slices.ContainsFunc(before.Findings, func(old *leastagency.Finding) bool {
			return old.Rule.ID == f.Rule.ID && old.At.File.Path == f.At.File.Path
		}) {
			t.Errorf("%s: found only after the fix: %s: %s", name, f.Rule.ID, f.Message)
		}
	}
	return changed
}

func fixable(r *leastagency.Report, rule string) []*leastagency.Finding {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f *leastagency.Finding) bool { return f.Rule.ID != rule || f.Fix == nil })
}

// TestFixesMeet: a fix is made whole or not at all, and those that meet wait.
func TestFixesMeet(t *testing.T) {
	file := leastagency.NewFile("a", []byte("0123456789"))
	other := leastagency.NewFile("b", []byte("0123456789"))
	edit := func(f *leastagency.File, start, end int, text string) leastagency.Edit {
		return leastagency.Edit{At: f.Span(start, end), New: text}
	}
	tests := map[string]struct {
		fixes [][]leastagency.Edit
		want  string // the files, and the numbers of the fixes that are made
	}{
		"apart":            {[][]leastagency.Edit{{edit(file, 1, 2, "x")}, {edit(file, 5, 5, "y")}, {edit(file, 2, 4, "")}}, "0x4y56789 [0 1 2]"},
		"the same":         {[][]leastagency.Edit{{edit(file, 1, 2, "x")}, {edit(file, 1, 2, "x")}}, "0x23456789 [0 1]"},
		"overlap":          {[][]leastagency.Edit{{edit(file, 1, 3, "x")}, {edit(file, 2, 4, "y")}, {edit(file, 8, 9, "z")}}, "0x34567z9 [0 2]"},
		"two inserts":      {[][]leastagency.Edit{{edit(file, 1, 1, "x")}, {edit(file, 1, 1, "y")}}, "0x123456789 [0]"},
		"whole or not":     {[][]leastagency.Edit{{edit(file, 1, 3, "x")}, {edit(other, 0, 1, "y"), edit(file, 2, 4, "y")}}, "0x3456789 [0]"},
		"meets itself":     {[][]leastagency.Edit{{edit(file, 1, 3, "x"), edit(file, 2, 4, "y")}}, " []"},
		"in two files":     {[][]leastagency.Edit{{edit(other, 0, 1, "y"), edit(file, 2, 4, "x")}}, "01x456789 y123456789 [0]"},
		"later come first": {[][]leastagency.Edit{{edit(file, 9, 10, "x")}, {edit(file, 0, 1, "y")}}, "y12345678x [0 1]"},
	}
	for name, test := range tests {
		var findings []*leastagency.Finding
		for _, edits := range test.fixes {
			findings = append(findings, &leastagency.Finding{Fix: &leastagency.Fix{Edits: edits}})
		}
		findings = append(findings, &leastagency.Finding{}, &leastagency.Finding{Fix: &leastagency.Fix{}})
		changes, fixed := leastagency.Fixes(findings)
		var got []string
		for _, c := range changes {
			got = append(got, string(c.Apply()))
		}
		numbers := []int{}
		for _, f := range fixed {
			numbers = append(numbers, slices.Index(findings, f))
		}
		if text := fmt.Sprint(strings.Join(got, " "), " ", numbers); text != test.want {
			t.Errorf("%s: %s, want %s", name, text, test.want)
		}
	}
}
