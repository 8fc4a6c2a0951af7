package diff_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/authority"
	"github.com/leastagency/leastagency/checks"
	"github.com/leastagency/leastagency/diff"
	"github.com/leastagency/leastagency/loaders"
)

type fataler interface {
	Helper()
	Fatal(...any)
}

// scan judges files, name and text one after the other.
func scan(t fataler, files map[string]string) *leastagency.Report {
	t.Helper()
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	linter := leastagency.Linter{Loaders: loaders.All(), Inferences: authority.All(), Checks: checks.All(), Policy: leastagency.Builtin()}
	report, err := linter.Lint(context.Background(), tree)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// compare returns the difference of two reports.
func compare(before, after *leastagency.Report) *leastagency.Difference {
	return diff.Of(before, after, func(a *leastagency.Agent) *leastagency.Agent { return authority.Bare(a, leastagency.Builtin()) })
}

// show prints a difference: agents with their growth, and what they gained and lost, then findings.
func show(d *leastagency.Difference) string {
	var b strings.Builder
	for _, a := range d.Agents {
		state := ""
		switch {
		case a.Before == nil:
			state = " new"
		case a.After == nil:
			state = " gone"
		}
		grown := ""
		if a.Growth > 0 {
			grown = " grown"
		}
		fmt.Fprintf(&b, "%s%s%s\n", a.Agent().ID, state, grown)
		for _, list := range []struct {
			sign   string
			traits []leastagency.Trait
		}{{"+", a.Gained}, {"-", a.Lost}} {
			for _, t := range list.traits {
				use := ""
				if t.Use != leastagency.Unused {
					use = " [" + t.Use.String() + "]"
				}
				fmt.Fprintf(&b, "  %s %s %s%s\n", list.sign, t.Kind, t.Text, use)
			}
		}
	}
	for _, f := range d.New {
		fmt.Fprintf(&b, "new %s %s:%d\n", f.Rule.ID, f.At.File.Path, f.At.From().Line)
	}
	for _, f := range d.Mended {
		fmt.Fprintf(&b, "mended %s %s:%d\n", f.Rule.ID, f.At.File.Path, f.At.From().Line)
	}
	return b.String()
}

// TestDifference reads testdata/diff/*.txtar: the files of before/ and after/, those of both/ at either
// time, and in "want" what changed. Where the name starts with "same" nothing did.
func TestDifference(t *testing.T) {
	files, err := filepath.Glob("../testdata/diff/*.txtar")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d archives: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			trees, want := map[string]map[string]string{"before": {}, "after": {}}, ""
			for _, f := range archive.Files {
				side, name, _ := strings.Cut(f.Name, "/")
				switch side {
				case "want":
					want = string(f.Data)
				case "both":
					trees["before"][name], trees["after"][name] = string(f.Data), string(f.Data)
				default:
					trees[side][name] = string(f.Data)
				}
			}
			before, after := scan(t, trees["before"]), scan(t, trees["after"])
			got := show(compare(before, after))
			switch same := strings.HasPrefix(filepath.Base(file), "same"); {
			case len(before.System.Layers)+len(after.System.Layers) == 0:
				t.Fatal("nothing was read")
			case same && got != "":
				t.Fatalf("nothing should have changed, got:\n%s", got)
			case !same && got == "":
				t.Fatal("nothing changed")
			case got == want:
				return
			case os.Getenv("LEASTAGENCY_UPDATE") == "":
				t.Fatalf("changes differ (-want +got), LEASTAGENCY_UPDATE=1 rewrites them:\n%s", cmp.Diff(want, got))
			}
			archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
			archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(got)})
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// repositories are those of the fixtures, by name.
func repositories(t *testing.T) map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]string{}
	files, err := filepath.Glob("../testdata/formats/*-permissive.txtar")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d archives: %v", len(files), err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tree := map[string]string{}
		for _, f := range archive.Files {
			if f.Name != "want" {
				tree[f.Name] = string(f.Data)
			}
		}
		all[filepath.Base(file)] = tree
	}
	return all
}

// TestReformatting: blanks and line ends between the words of JSON, and empty lines and comments around
// YAML and TOML, change nothing, whatever they move.
func TestReformatting(t *testing.T) {
	all := repositories(t)
	names := slices.Sorted(maps.Keys(all))
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names).Draw(t, "repository")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		tree, other := all[name], map[string]string{}
		for _, file := range slices.Sorted(maps.Keys(tree)) {
			other[file] = reformat(random, file, tree[file])
		}
		if got := show(compare(scan(t, tree), scan(t, other))); got != "" {
			t.Fatalf("%s, laid out in another way, makes a difference:\n%s", name, got)
		}
	})
}

// reformat lays a file out in another way that says the same.
func reformat(random *rand.Rand, file, text string) string {
	switch path.Ext(file) {
	case ".json", ".jsonc":
		return respace(random, text)
	case ".yaml", ".yml", ".toml":
		return strings.Repeat("\n", random.IntN(3)) + "# a comment\n" + text + "\n# another\n"
	}
	return text
}

// respace puts blanks and line ends where JSON allows them: around the marks outside of strings and
// comments.
func respace(random *rand.Rand, text string) string {
	var b strings.Builder
	gap := func() {
		b.WriteString([]string{"", "", " ", "\n", "\n\t", "\r\n  "}[random.IntN(6)])
	}
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '"':
			end := i + 1
			for end < len(text) && text[end] != '"' {
				if text[end] == '\\' {
					end++
				}
				end++
			}
			end = min(end, len(text)-1)
			b.WriteString(text[i : end+1])
			i = end
		case strings.HasPrefix(text[i:], "//"):
			line, _, _ := strings.Cut(text[i:], "\n")
			b.WriteString(line)
			i += len(line) - 1
		case strings.HasPrefix(text[i:], "/*"):
			comment, _, _ := strings.Cut(text[i:], "*/")
			b.WriteString(comment + "*/")
			i += len(comment) + 1
		case strings.IndexByte("{}[],:", text[i]) >= 0:
			gap()
			b.WriteByte(text[i])
			gap()
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String()
}

// TestSwapped: what one way gains the other way loses, and a report differs from itself in nothing.
func TestSwapped(t *testing.T) {
	all := repositories(t)
	names := slices.Sorted(maps.Keys(all))
	reports := map[string]*leastagency.Report{}
	for name, tree := range all {
		reports[name] = scan(t, tree)
		if got := show(compare(reports[name], reports[name])); got != "" {
			t.Errorf("%s differs from itself:\n%s", name, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := reports[rapid.SampledFrom(names).Draw(t, "a")], reports[rapid.SampledFrom(names).Draw(t, "b")]
		there, back := compare(a, b), compare(b, a)
		if len(there.New) != len(back.Mended) || len(there.Mended) != len(back.New) {
			t.Fatalf("%d new and %d mended one way, %d and %d the other", len(there.New), len(there.Mended), len(back.New), len(back.Mended))
		}
		if len(there.Agents) != len(back.Agents) {
			t.Fatalf("%d agents changed one way, %d the other", len(there.Agents), len(back.Agents))
		}
		for _, x := range there.Agents {
			i := slices.IndexFunc(back.Agents, func(y *leastagency.AgentChange) bool { return y.Before == x.After && y.After == x.Before })
			if i < 0 {
				t.Fatalf("agent %s changed one way only", x.Agent().ID)
			}
			if y := back.Agents[i]; !slices.Equal(x.Gained, y.Lost) || !slices.Equal(x.Lost, y.Gained) {
				t.Fatalf("agent %s gains %v and loses %v, the other way it loses %v and gains %v", x.Agent().ID, x.Gained, x.Lost, y.Lost, y.Gained)
			}
		}
	})
}
