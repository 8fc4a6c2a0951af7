package leastagency_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestFormats runs all checks over testdata/formats/<product>-<permissive|hardened>.txtar: a repository
// that carries one product's files, and in the file "want" what is found in it. A hardened one is silent.
func TestFormats(t *testing.T) {
	files, err := filepath.Glob("testdata/formats/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no formats: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			tree, want := fstest.MapFS{}, ""
			for _, f := range archive.Files {
				if f.Name == "want" {
					want = string(f.Data)
					continue
				}
				tree[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			report := lint(t, tree, "")
			var b strings.Builder
			for _, f := range report.Findings {
				b.WriteString(f.Rule.ID + " ")
				b.WriteString(place("", f.At) + ": " + f.Message + "\n")
			}
			got := b.String()
			switch hardened := strings.HasSuffix(name, "-hardened"); {
			case hardened && got != "":
				t.Fatalf("a hardened configuration should be silent, found:\n%s", got)
			case !hardened && got == "":
				t.Fatal("nothing found in a permissive configuration")
			case len(report.System.Layers) == 0:
				t.Fatal("nothing was read")
			case got == want:
				return
			case !update:
				t.Fatalf("findings differ (-want +got), LEASTAGENCY_UPDATE=1 rewrites them:\n%s", cmp.Diff(want, got))
			}
			archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
			archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(got)})
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}
