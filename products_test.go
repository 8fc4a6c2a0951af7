package leastagency_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/leastagency/leastagency"
)

// concepts are the columns of the README's table: what a loader can state of a product.
var concepts = []struct {
	name  string
	shown func(*leastagency.Layer) bool
}{
	{"mode", func(l *leastagency.Layer) bool { return l.Mode.Set }},
	{"rules", func(l *leastagency.Layer) bool { return len(l.Rules)+len(l.Tools) > 0 }},
	{"sandbox", func(l *leastagency.Layer) bool { return l.Sandbox != nil }},
	{"hooks", func(l *leastagency.Layer) bool { return len(l.Hooks) > 0 }},
	{"servers", func(l *leastagency.Layer) bool { return len(l.Servers) > 0 }},
	{"agents", func(l *leastagency.Layer) bool {
		return l.Kind == leastagency.KindSubagent || l.Kind == leastagency.KindManifest || l.Kind == leastagency.KindJob || l.Kind == leastagency.KindScript
	}},
	{"credentials", func(l *leastagency.Layer) bool { return len(l.AllCredentials()) > 0 }},
	{"limits", func(l *leastagency.Layer) bool {
		return l.Limits.Turns.Set || l.Limits.Seconds.Set || l.Limits.Depth.Set
	}},
	{"instructions", func(l *leastagency.Layer) bool { return len(l.Texts) > 0 }},
}

// TestProducts keeps the README's table of products what the fixtures of the formats prove: the files
// that a loader recognises, and the concepts that it was seen to read from them.
func TestProducts(t *testing.T) {
	files, err := filepath.Glob("testdata/formats/*-*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]map[string]bool{} // product: what is shown
	paths := map[string]map[string]bool{}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tree := fstest.MapFS{}
		for _, f := range archive.Files {
			if f.Name != "want" {
				tree[f.Name] = &fstest.MapFile{Data: f.Data}
			}
		}
		for _, layer := range lint(t, tree, "none").System.Layers {
			if read[layer.Product] == nil {
				read[layer.Product], paths[layer.Product] = map[string]bool{}, map[string]bool{}
			}
			paths[layer.Product][layer.At.File.Path] = true
			for _, c := range concepts {
				read[layer.Product][c.name] = read[layer.Product][c.name] || c.shown(layer)
			}
		}
	}
	var b strings.Builder
	b.WriteString("| product | files, as the fixtures have them |")
	for _, c := range concepts {
		fmt.Fprintf(&b, " %s |", c.name)
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(concepts)) + "\n")
	for _, product := range slices.Sorted(maps.Keys(read)) {
		names := slices.Sorted(maps.Keys(paths[product]))
		more := ""
		if len(names) > 6 {
			more = fmt.Sprintf(" and %d more", len(names)-6)
			names = names[:6]
		}
		fmt.Fprintf(&b, "| %s | `%s`%s |", product, strings.Join(names, "`, `"), more)
		for _, c := range concepts {
			mark := ""
			if read[product][c.name] {
				mark = "✓"
			}
			fmt.Fprintf(&b, " %s |", mark)
		}
		b.WriteString("\n")
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(readme), "<!-- products -->\n")
	_, after, closed := strings.Cut(rest, "<!-- /products -->\n")
	if !found || !closed {
		t.Fatal("README.md has no table of products")
	}
	want := before + "<!-- products -->\n" + b.String() + "<!-- /products -->\n" + after
	switch {
	case want == string(readme):
	case !update:
		t.Fatal("the README's table is not what the fixtures prove: LEASTAGENCY_UPDATE=1 go test . -run TestProducts")
	default:
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSixProducts proves that a repository with the files of six products gives six sessions.
func TestSixProducts(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/formats/six-products.txtar")
	if err != nil {
		t.Fatal(err)
	}
	tree := fstest.MapFS{}
	for _, f := range archive.Files {
		if f.Name != "want" {
			tree[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	var got []string
	for _, a := range lint(t, tree, "none").System.Agents {
		got = append(got, a.ID)
	}
	slices.Sort(got)
	if want := []string{"claude-code", "codex", "cursor", "gemini", "opencode", "vscode"}; !slices.Equal(got, want) {
		t.Errorf("agents %q, want %q", got, want)
	}
}
