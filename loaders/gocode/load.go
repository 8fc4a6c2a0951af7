package gocode

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/leastagency/leastagency"
)

// Load reads the Go module in a folder. It asks the go command for the packages, and has it download
// nothing, choose no other toolchain and run no code of the module. The error means that there are no
// packages to be had; a package that cannot be analysed is a problem of the result.
func Load(ctx context.Context, dir string) (*Tree, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	config := &packages.Config{
		Context: ctx,
		Dir:     dir,
		// The go command must not ask git about the tree: git reads the repository's own configuration.
		BuildFlags: []string{"-buildvcs=false"},
		Env:        append(os.Environ(), "GOTOOLCHAIN=local", "GOFLAGS=", "CGO_ENABLED=0", "GOPROXY=off", "GOWORK=off"),
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedTypes |
			packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedModule | packages.NeedExportFile,
	}
	list, err := packages.Load(config, "./...")
	if err != nil {
		return nil, fmt.Errorf("list the Go packages: %w", err)
	}
	t := &Tree{}
	sound := slices.DeleteFunc(list, func(p *packages.Package) bool {
		if len(p.Errors) == 0 && !p.IllTyped {
			return false
		}
		text := "does not type-check"
		if len(p.Errors) > 0 {
			text += ": " + strings.ReplaceAll(p.Errors[0].Msg, dir+string(filepath.Separator), "")
		}
		t.problem(relative(dir, p.Dir), text)
		return true
	})
	graph, err := checker.Analyze([]*analysis.Analyzer{Analyzer}, sound, nil)
	if err != nil {
		return nil, err
	}
	for _, root := range graph.Roots {
		program, ok := root.Result.(*Program)
		if !ok {
			t.problem(relative(dir, root.Package.Dir), fmt.Sprintf("could not be analysed: %v", root.Err))
			continue
		}
		if program.Layer == nil {
			continue
		}
		for file := range program.files {
			file.Path = relative(dir, filepath.FromSlash(file.Path))
			file.Real, file.Role = file.Path, leastagency.RoleOf(file.Path)
		}
		t.Layers = append(t.Layers, program.Layer)
	}
	return t, nil
}

// A Tree is what the packages of a module hold for a model.
type Tree struct {
	Layers   []*leastagency.Layer
	Problems []*leastagency.Problem // packages that were not understood
}

func (t *Tree) problem(path, text string) {
	t.Problems = append(t.Problems, &leastagency.Problem{Path: path, Kind: leastagency.ProblemUnreadable, Text: "the Go package " + text})
}

// Loader returns a loader that adds the layers when the file that each stands in is read.
func (t *Tree) Loader() leastagency.Loader {
	in := func(path string) func(*leastagency.Layer) bool {
		return func(l *leastagency.Layer) bool { return l.At.File.Path == path }
	}
	return leastagency.Loader{
		Name:  "go",
		Match: func(path string) bool { return slices.ContainsFunc(t.Layers, in(path)) },
		Load: func(file *leastagency.File, sys *leastagency.System) {
			for _, l := range t.Layers {
				if in(file.Path)(l) {
					sys.Layers = append(sys.Layers, l)
				}
			}
		},
	}
}

// relative returns a path as reports show it.
func relative(dir, path string) string {
	rel, err := filepath.Rel(dir, path)
	if err != nil {
		return filepath.ToSlash(filepath.Base(path))
	}
	return filepath.ToSlash(rel)
}
