package manifest

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/layertest"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// TestEachHasFixtures holds that every format has a file among the permissive configurations of
// testdata/formats, in which something is found, and one among the hardened, in which nothing is.
func TestEachHasFixtures(t *testing.T) {
	for _, kind := range []string{"permissive", "hardened"} {
		archives, err := filepath.Glob("../../testdata/formats/*-" + kind + ".txtar")
		if err != nil || len(archives) == 0 {
			t.Fatalf("no fixtures: %v", err)
		}
		var claimed sync.Map // files are read at the same time
		for _, name := range archives {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			tree := fstest.MapFS{}
			for _, f := range archive.Files {
				tree[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			all := formats()
			for i := range all {
				of, label := all[i], label(all, i)
				of.read = func(*reader, *node.Node) { claimed.Store(label, true) }
				all[i] = of
			}
			layertest.Read(t, leastagency.Loader{Name: "manifest", Match: func(string) bool { return true },
				Load: func(f *leastagency.File, sys *leastagency.System) { load(all, f, sys) }}, tree)
		}
		all := formats()
		for i := range all {
			if _, ok := claimed.Load(label(all, i)); !ok {
				t.Errorf("no %s fixture for %s", kind, label(all, i))
			}
		}
	}
}

// label tells the formats of one product apart by their order.
func label(all []format, i int) string {
	n := 0
	for _, of := range all[:i] {
		if of.product == all[i].product {
			n++
		}
	}
	return fmt.Sprintf("%s, form %d (%s)", all[i].product, n+1, strings.Join(all[i].marks, " "))
}
