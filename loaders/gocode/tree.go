package gocode

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/leastagency/leastagency"
)

// A Choice tells which modules of a tree are read.
type Choice uint8

const (
	ChoiceUnknown Choice = iota // read as Likely
	Likely                      // those of which a cheap look says that they may hold an agent or a server
	Every
)

// Loader returns a loader of the Go modules below a folder, which must be the one that is scanned. Where
// packages cannot be had with their types, it takes what their syntax alone says, and tells so in a
// Problem. With Every, a tree without a module and a machine without a go command are errors.
func Loader(dir string, choice Choice) leastagency.TreeLoader {
	return leastagency.TreeLoader{Name: "go", Match: proposes, Load: func(ctx context.Context, paths []string, sys *leastagency.System) (int, error) {
		t := seen(paths)
		if len(t.modules) == 0 {
			if choice == Every {
				return 0, errors.New("there is no go.mod, and so no Go code to read")
			}
			return 0, nil
		}
		all := t.units(sys)
		if choice != Every {
			all = slices.DeleteFunc(all, func(u unit) bool {
				return !slices.ContainsFunc(u.modules, func(m string) bool { return t.likely(m, sys) })
			})
		}
		if len(all) == 0 {
			return 0, nil
		}
		root, err := rootOf(dir)
		if err != nil {
			return 0, err
		}
		r := reader{tree: t, root: root, sys: sys}
		for i, u := range all {
			if i == maxUnits {
				r.problem(u, leastagency.ProblemLimit, fmt.Sprintf("more than %d Go modules under the root; this and %d more were not read", maxUnits, len(all)-maxUnits-1))
				break
			}
			if err := r.read(ctx, u); err != nil && (choice == Every && errors.Is(err, errNoGo) || ctx.Err() != nil) {
				return r.packages, err
			}
		}
		for _, recipe := range t.builds {
			builds(sys.Open(recipe), sys.Programs)
		}
		return r.packages, nil
	}}
}

func rootOf(dir string) (string, error) {
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", err
	}
	return filepath.Abs(root)
}

// A reader reads the units of a tree.
type reader struct {
	tree
	root     string
	sys      *leastagency.System
	packages int
}

// problem says what is wrong with a unit as a whole.
func (r *reader) problem(u unit, kind leastagency.ProblemKind, text string) {
	p := &leastagency.Problem{Path: u.file(), Kind: kind, Text: text}
	if file := r.sys.Open(u.file()); file != nil {
		p.At = file.Whole()
	}
	r.sys.Problems = append(r.sys.Problems, p)
}

func (r *reader) read(ctx context.Context, u unit) error {
	list, err := u.list(ctx, r.root)
	if err != nil {
		r.problem(u, leastagency.ProblemUnreadable, "Go packages were read without their types: "+err.Error())
		return err
	}
	r.packages += len(list)
	return analyse(r.root, list, r.sys)
}
