package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/policy"
	"github.com/leastagency/leastagency/report"
)

// A target is one folder to scan as a root.
type target struct {
	folder string   // as the operating system knows it
	prefix string   // how its paths are shown: slash-separated, "." for as they are
	files  []string // when not empty, only what is in these files is shown; relative to the folder
	trees  []leastagency.TreeLoader
	since  *change // when not nil, what is there before it is known

	overlay    *policy.Overlay     // its policy file; nil for none
	added      []leastagency.Check // for combinations that the policy adds
	everything bool                // all rules and files are judged, so that an entry which matches nothing is of no use
}

// findTargets returns the roots that the arguments ask for, files of one root together.
func findTargets(args []string) ([]target, error) {
	if len(args) == 0 {
		args = []string{"."}
	}
	var targets []target
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, fmt.Errorf("cannot scan %q: %w; give a folder or a file that exists", arg, reason(err))
		}
		folder, file := arg, ""
		if !info.IsDir() {
			folder = inForceFor(arg)
			rel, err := filepath.Rel(folder, arg)
			if err != nil {
				return nil, fmt.Errorf("cannot scan %q: %w", arg, err)
			}
			file = filepath.ToSlash(rel)
		}
		folder = filepath.Clean(folder)
		i := slices.IndexFunc(targets, func(t target) bool { return t.folder == folder })
		switch {
		case i < 0:
			t := target{folder: folder}
			if file != "" {
				t.files = []string{file}
			}
			targets = append(targets, t)
		case file == "":
			targets[i].files = nil // the whole folder is asked for too
		case targets[i].files != nil:
			targets[i].files = append(targets[i].files, file)
		}
	}
	for i := range targets {
		targets[i].prefix = prefix(targets[i].folder, len(targets) > 1)
	}
	return targets, nil
}

// inForceFor returns the folder whose agents a file speaks to: .claude/settings.json speaks to those
// who work beside .claude.
func inForceFor(file string) string {
	parts := strings.Split(filepath.ToSlash(filepath.Dir(file)), "/")
	i := slices.IndexFunc(parts, func(part string) bool { return len(part) > 2 && part[0] == '.' })
	switch {
	case i < 0:
		return filepath.Dir(file)
	case i == 0:
		return "."
	}
	return filepath.FromSlash(strings.Join(parts[:i], "/") + "/")
}

// prefix returns what stands before the paths of a root. Paths below the current folder are shown
// from there. Others are shown from their root, unless there are several to tell apart.
func prefix(folder string, several bool) string {
	if filepath.IsAbs(folder) {
		if here, err := os.Getwd(); err == nil {
			if rel, err := filepath.Rel(here, folder); err == nil && filepath.IsLocal(rel) {
				return filepath.ToSlash(rel)
			}
		}
	} else if filepath.IsLocal(folder) {
		return filepath.ToSlash(folder)
	}
	if !several {
		return "."
	}
	name := filepath.ToSlash(strings.TrimPrefix(folder, filepath.VolumeName(folder)))
	for strings.HasPrefix(name, "../") {
		name = name[len("../"):]
	}
	if name = strings.TrimPrefix(name, "/"); name == "" || name == ".." {
		return "."
	}
	return name
}

// lint scans the targets one after another and returns one report.
func lint(ctx context.Context, linter *leastagency.Linter, targets []target) (*leastagency.Report, error) {
	var parts []report.Part
	for _, t := range targets {
		r, err := t.lint(ctx, linter)
		if err != nil {
			return nil, fmt.Errorf("scan %q: %w", t.folder, err)
		}
		parts = append(parts, report.Part{Prefix: t.prefix, Report: r})
	}
	if len(parts) == 1 && parts[0].Prefix == "." {
		return parts[0].Report, nil
	}
	return report.Merge(parts...), nil
}

// lint judges the files of the target, or what is new in them.
func (t target) lint(ctx context.Context, linter *leastagency.Linter) (*leastagency.Report, error) {
	if t.since != nil {
		return t.since.lintNew(ctx, t, linter)
	}
	root, err := os.OpenRoot(t.folder)
	if err != nil {
		return nil, failure{reason(err)}
	}
	defer root.Close()
	return t.lintTree(ctx, linter, root.FS())
}

// lintTree judges a tree as that of the target.
func (t target) lintTree(ctx context.Context, linter *leastagency.Linter, fsys fs.FS) (*leastagency.Report, error) {
	r, err := t.judged(linter).Lint(ctx, fsys)
	if err != nil {
		return nil, failure{err}
	}
	if t.overlay != nil {
		t.overlay.Filter(r, time.Now(), t.everything)
	}
	if len(t.files) == 0 {
		return r, nil
	}
	other := func(f *leastagency.Finding) bool { return !t.asked(f.At.File.Path, f.At.File.Real) }
	r.Findings = slices.DeleteFunc(r.Findings, other)
	r.Ignored = slices.DeleteFunc(r.Ignored, func(f *leastagency.Ignored) bool { return other(f.Finding) })
	r.System.Problems = slices.DeleteFunc(r.System.Problems, func(p *leastagency.Problem) bool {
		if p.At.IsZero() {
			return !t.asked(p.Path, p.Path)
		}
		return !t.asked(p.At.File.Path, p.At.File.Real)
	})
	return r, nil
}

// asked reports whether a file, by either of its paths, is one that the target is limited to.
func (t target) asked(paths ...string) bool {
	return slices.ContainsFunc(paths, func(p string) bool { return slices.Contains(t.files, path.Clean(p)) })
}

// reason strips the operation and path from an error that is printed with them.
func reason(err error) error {
	if pe, ok := err.(*os.PathError); ok {
		return pe.Err
	}
	return err
}
