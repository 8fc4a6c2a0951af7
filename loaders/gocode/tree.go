package gocode

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

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
// Problem. With Every, a tree without a module and one whose packages the go command cannot list are errors.
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
		r := reader{tree: t, root: root, sys: sys, untyped: leastagency.ProblemUntyped}
		if choice == Every {
			r.untyped = leastagency.ProblemUnreadable
		}
		for i, u := range all {
			if i == maxUnits {
				r.problem(u, leastagency.ProblemLimit, fmt.Sprintf("more than %d Go modules under the root; this and %d more were not read", maxUnits, len(all)-maxUnits-1))
				break
			}
			if err := r.read(ctx, u); err != nil && (choice == Every || ctx.Err() != nil) {
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
	untyped  leastagency.ProblemKind // what a package without types is
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

// read adds what the packages of a unit state. The error is the one of the go command, where it could not
// tell of any package; their syntax has been read all the same.
func (r *reader) read(ctx context.Context, u unit) error {
	list, err := u.list(ctx, r.root)
	if err != nil {
		parts := r.sketches(u)
		r.packages += len(parts)
		r.sys.Programs = append(r.sys.Programs, programs(parts)...)
		r.problem(u, r.untyped, fmt.Sprintf("%s read by syntax alone, which follows no argument: %v", count(len(parts)), err))
		return err
	}
	r.packages += len(list)
	parts, unsound, err := analyse(r.root, list, r.sys)
	if err != nil {
		return err
	}
	for _, b := range unsound {
		var sources []string
		for _, file := range b.GoFiles {
			sources = append(sources, relative(r.root, file))
		}
		parts = append(parts, sketchPackage(r.sys, sources, b.PkgPath, relative(r.root, b.Dir)))
	}
	if len(unsound) > 0 {
		r.degraded(u, unsound, len(list))
	}
	r.sys.Programs = append(r.sys.Programs, programs(parts)...)
	return nil
}

// degraded says once for a unit which packages were read without types, and why: at the import that is
// missing, where one is.
func (r *reader) degraded(u unit, unsound []broken, of int) {
	first := unsound[max(0, slices.IndexFunc(unsound, func(b broken) bool { return strings.HasPrefix(b.why, "imports ") }))]
	text := fmt.Sprintf("%d of %s read by syntax alone, which follows no argument: package %s %s", len(unsound), count(of), first.PkgPath, first.why)
	for _, e := range first.Errors {
		name, rest, _ := strings.Cut(e.Pos, ":")
		line, _, _ := strings.Cut(rest, ":")
		n, err := strconv.Atoi(line)
		file := r.sys.Open(relative(r.root, name))
		if file == nil || err != nil {
			continue
		}
		start := file.LineStart(n)
		end := start + len(file.Line(n))
		start += len(file.Line(n)) - len(bytes.TrimLeft(file.Line(n), " \t"))
		r.sys.Problems = append(r.sys.Problems, &leastagency.Problem{At: file.Span(start, end), Kind: r.untyped, Text: text})
		return
	}
	r.problem(u, r.untyped, text)
}

func count(n int) string {
	if n == 1 {
		return "1 Go package"
	}
	return fmt.Sprintf("%d Go packages", n)
}

// sketches reads the syntax of all packages of a unit.
func (r *reader) sketches(u unit) []*part {
	byFolder := map[string][]string{}
	for _, src := range r.sources {
		if slices.Contains(u.modules, moduleOf(src, r.modules)) {
			byFolder[path.Dir(src)] = append(byFolder[path.Dir(src)], src)
		}
	}
	var parts []*part
	for _, folder := range slices.Sorted(maps.Keys(byFolder)) {
		m := moduleOf(folder+"/x", r.modules)
		importPath := strings.TrimPrefix(strings.TrimPrefix(folder, m), "/")
		if m == "." {
			importPath = folder
		}
		if names := directives(r.sys.Open(path.Join(m, "go.mod")), "module"); len(names) > 0 {
			importPath = path.Join(names[0][0], importPath)
		}
		parts = append(parts, sketchPackage(r.sys, byFolder[folder], importPath, folder))
	}
	return parts
}
