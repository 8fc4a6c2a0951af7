package leastagency_test

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/authority"
	"github.com/leastagency/leastagency/checks"
	"github.com/leastagency/leastagency/loaders"
	"github.com/leastagency/leastagency/loaders/gocode"
	"github.com/leastagency/leastagency/policy"
)

// update rewrites every golden file of the project: LEASTAGENCY_UPDATE=1 go test ./...
var update = os.Getenv("LEASTAGENCY_UPDATE") != ""

func lint(t *testing.T, fsys fs.FS, only string) *leastagency.Report {
	t.Helper()
	return lintWith(t, nil, fsys, only)
}

func lintWith(t *testing.T, trees []leastagency.TreeLoader, fsys fs.FS, only string) *leastagency.Report {
	t.Helper()
	list := slices.DeleteFunc(checks.All(), func(c leastagency.Check) bool { return only != "" && c.Rule != only })
	rules := leastagency.Builtin()
	overlay, err := policy.Find(fsys, rules) // a case may bring a policy file of its own
	if err != nil {
		t.Fatal(err)
	}
	if overlay != nil {
		rules = overlay.Apply(rules)
	}
	linter := leastagency.Linter{Loaders: loaders.All(), Trees: trees, Inferences: authority.All(), Checks: list, Policy: rules}
	report, err := linter.Lint(t.Context(), fsys)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// TestRuleFixtures runs testdata/rules/<family>/<rule>.txtar. The first folder of each file's path
// names a case, which is a repository of its own: "fires…" must have a finding of the rule,
// "silent…" must not. The file "want" holds the findings in full.
func TestRuleFixtures(t *testing.T) {
	for _, check := range checks.All() {
		t.Run(check.Rule, func(t *testing.T) {
			file := filepath.Join("testdata/rules", filepath.FromSlash(check.Rule)+".txtar")
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatalf("rule without fixture: %v", err)
			}
			cases := map[string]fstest.MapFS{}
			var want string
			for _, f := range archive.Files {
				if f.Name == "want" {
					want = string(f.Data)
					continue
				}
				name, rest, ok := strings.Cut(f.Name, "/")
				if !ok || !strings.HasPrefix(name, "fires") && !strings.HasPrefix(name, "silent") {
					t.Fatalf("%s: %q is not in a folder that starts with fires or silent", file, f.Name)
				}
				if cases[name] == nil {
					cases[name] = fstest.MapFS{}
				}
				cases[name][rest] = &fstest.MapFile{Data: f.Data}
			}
			var got strings.Builder
			fires, silent := 0, 0
			programs := loadGo(t, cases)
			for _, name := range slices.Sorted(maps.Keys(cases)) {
				report := lintWith(t, programs[name], cases[name], check.Rule)
				switch shouldFire := strings.HasPrefix(name, "fires"); {
				case shouldFire && len(report.Findings) == 0:
					t.Errorf("%s: no finding", name)
				case !shouldFire && len(report.Findings) > 0:
					t.Errorf("%s: should be silent, found:\n%s", name, render(name, report))
				case shouldFire:
					fires++
				default:
					silent++
				}
				got.WriteString(render(name, report))
				for _, f := range report.Findings {
					if f.Fix != nil && f.Rule.Fixable == "" {
						t.Errorf("%s: a fix of a rule that does not say it has any: %s", name, f.Message)
					}
				}
			}
			if fires == 0 || silent == 0 {
				t.Errorf("%s needs a case that fires and one that is silent", file)
			}
			if got.String() == want {
				return
			}
			if !update {
				t.Errorf("findings differ (-want +got), LEASTAGENCY_UPDATE=1 rewrites them:\n%s", cmp.Diff(want, got.String()))
				return
			}
			archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
			archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(got.String())})
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func render(name string, report *leastagency.Report) string {
	var b strings.Builder
	for _, f := range report.Findings {
		fmt.Fprintf(&b, "%s: %s\n", place(name, f.At), f.Message)
		for _, s := range f.Steps {
			fmt.Fprintf(&b, "\tbecause %s: %s\n", place(name, s.At), s.Text)
		}
		for _, s := range f.Related {
			fmt.Fprintf(&b, "\talso %s: %s\n", place(name, s.At), s.Text)
		}
	}
	return b.String()
}

func place(name string, at leastagency.Span) string {
	pos := at.From()
	return fmt.Sprintf("%s:%d:%d", path.Join(name, at.File.Path), pos.Line, pos.Column)
}

// TestExamples runs the before and after of every rule's documentation.
func TestExamples(t *testing.T) {
	trees := map[string]fstest.MapFS{}
	for _, rule := range leastagency.Builtin().Rules {
		for part, examples := range map[string][]leastagency.Example{"before": rule.Before, "after": rule.After} {
			tree := fstest.MapFS{}
			for _, e := range examples {
				tree[e.Path] = &fstest.MapFile{Data: []byte(e.Text)}
			}
			trees[rule.ID+"/"+part] = tree
		}
	}
	programs := loadGo(t, trees)
	for _, rule := range leastagency.Builtin().Rules {
		t.Run(rule.ID, func(t *testing.T) {
			for _, part := range []struct {
				name  string
				fires bool
			}{{"before", true}, {"after", false}} {
				key := rule.ID + "/" + part.name
				report := lintWith(t, programs[key], trees[key], rule.ID)
				if fired := len(report.Findings) > 0; fired != part.fires {
					t.Errorf("%s: fires = %v, want %v\n%s", part.name, fired, part.fires, render(part.name, report))
				}
			}
		})
	}
}

// loadGo returns a loader for each tree with Go programs. They become packages of one module, in which
// packages of vet/testdata stand for the libraries that they import, so that the go command runs once.
func loadGo(t *testing.T, trees map[string]fstest.MapFS) map[string][]leastagency.TreeLoader {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, data []byte) {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	found := map[string]bool{}
	for name, tree := range trees {
		for path, file := range tree {
			if strings.HasSuffix(path, ".go") {
				found[name] = true
				write(name+"/"+path, file.Data)
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	module := "module example.test\n\ngo 1.26\n"
	for _, sdk := range []string{"github.com/modelcontextprotocol/go-sdk", "github.com/mark3labs/mcp-go", "github.com/anthropics/anthropic-sdk-go", "github.com/sashabaranov/go-openai"} {
		if err := os.CopyFS(filepath.Join(dir, "_sdk", sdk), os.DirFS("vet/testdata/src/"+sdk)); err != nil {
			t.Fatal(err)
		}
		write("_sdk/"+sdk+"/go.mod", []byte("module "+sdk+"\n\ngo 1.26\n"))
		module += "\nrequire " + sdk + " v0.0.0\n\nreplace " + sdk + " => ./_sdk/" + sdk + "\n"
	}
	write("go.mod", []byte(module))
	program, _, err := gocode.Load(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range program.Problems {
		t.Errorf("%s: %s", p.Path, p.Text)
	}
	byTree := map[string][]leastagency.TreeLoader{}
	for name := range found {
		part := &leastagency.System{}
		for _, layer := range program.Layers {
			if file := layer.At.File; strings.HasPrefix(file.Path, name+"/") {
				file.Path = strings.TrimPrefix(file.Path, name+"/")
				file.Real = file.Path
				part.Layers = append(part.Layers, layer)
			}
		}
		byTree[name] = []leastagency.TreeLoader{{Name: "go", Match: func(string) bool { return false },
			Load: func(_ context.Context, _ []string, sys *leastagency.System) (int, error) {
				sys.Layers = append(sys.Layers, part.Layers...)
				return 0, nil
			}}}
	}
	return byTree
}

// TestTriangle proves that every rule has a check and every fixture a rule.
func TestTriangle(t *testing.T) {
	policy := leastagency.Builtin()
	seen := map[string]bool{}
	for _, check := range checks.All() {
		if seen[check.Rule] {
			t.Errorf("%s has two checks", check.Rule)
		}
		seen[check.Rule] = true
		if policy.Rule(check.Rule) == nil {
			t.Errorf("check %s has no entry in rules.cue", check.Rule)
		}
	}
	for _, rule := range policy.Rules {
		if !seen[rule.ID] {
			t.Errorf("rule %s has no check in checks.All", rule.ID)
		}
	}
	fixtures, err := filepath.Glob("testdata/rules/*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range fixtures {
		id, _ := filepath.Rel("testdata/rules", strings.TrimSuffix(file, ".txtar"))
		if !seen[filepath.ToSlash(id)] {
			t.Errorf("%s belongs to no rule", file)
		}
	}
}
