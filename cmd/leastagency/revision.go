package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/diff"
	"github.com/leastagency/leastagency/internal/gitfs"
)

// A change is what lies between a revision and another one, or the files as they are.
type change struct {
	from, to string // as written; to is empty for the files as they are
	merged   bool   // from where the two went apart, as "a...b" asks for
}

// parseChange reads "rev", "rev..rev" or "rev...rev", as git does: what is left out beside the dots is HEAD.
func parseChange(spec string) change {
	from, to, ranged := strings.Cut(spec, "..")
	if !ranged {
		return change{from: spec}
	}
	to, merged := strings.CutPrefix(to, ".")
	head := func(name string) string {
		if name == "" {
			return "HEAD"
		}
		return name
	}
	return change{head(from), head(to), merged}
}

// sides opens a folder before and after the change. They must be closed.
func (c change) sides(ctx context.Context, t target) (before, after fs.FS, closeBoth func(), err error) {
	repo, err := gitfs.Find(t.folder)
	if err != nil {
		return nil, nil, nil, err
	}
	from, err := repo.Commit(ctx, c.from)
	if err != nil {
		return nil, nil, nil, err
	}
	to := ""
	if c.to != "" {
		if to, err = repo.Commit(ctx, c.to); err != nil {
			return nil, nil, nil, err
		}
	}
	if c.merged {
		if from, err = repo.MergeBase(ctx, from, to); err != nil {
			return nil, nil, nil, err
		}
	}
	old, err := repo.Tree(ctx, from)
	if err != nil {
		return nil, nil, nil, failure{err}
	}
	if to != "" {
		tree, err := repo.Tree(ctx, to)
		if err != nil {
			old.Close()
			return nil, nil, nil, failure{err}
		}
		return old, tree, func() { old.Close(); tree.Close() }, nil
	}
	ignored, err := repo.Ignored(ctx)
	if err != nil {
		old.Close()
		return nil, nil, nil, failure{err}
	}
	root, err := os.OpenRoot(t.folder)
	if err != nil {
		old.Close()
		return nil, nil, nil, failure{reason(err)}
	}
	files := &tracked{root.FS(), map[string]bool{}}
	for _, name := range ignored {
		files.hidden[name] = true
	}
	return old, files, func() { old.Close(); root.Close() }, nil
}

// lintBoth judges a target before and after a change, each by the same policy.
func (c change) lintBoth(ctx context.Context, t target, linter *leastagency.Linter) (before, after *leastagency.Report, err error) {
	old, files, closeBoth, err := c.sides(ctx, t)
	if err != nil {
		return nil, nil, err
	}
	defer closeBoth()
	if before, err = t.lintTree(ctx, linter, old); err != nil {
		return nil, nil, err
	}
	if shown, ok := files.(*tracked); ok {
		for _, name := range old.(*gitfs.Tree).Submodules() {
			shown.hidden[name] = true
		}
	}
	after, err = t.lintTree(ctx, linter, files)
	return before, after, err
}

// lintNew judges a target, and parts the findings that were there before from the new ones.
func (c change) lintNew(ctx context.Context, t target, linter *leastagency.Linter) (*leastagency.Report, error) {
	before, after, err := c.lintBoth(ctx, t, linter)
	if err != nil {
		return nil, err
	}
	after.Findings, after.Earlier, _ = diff.Findings(before, after)
	return after, nil
}

// tracked shows the files of a folder that a commit could hold: neither those that git ignores, nor
// submodules, which the other side does not have either.
type tracked struct {
	files  fs.FS
	hidden map[string]bool
}

func (t *tracked) hides(op, name string) error {
	for dir := name; dir != "."; dir = path.Dir(dir) {
		if t.hidden[dir] {
			return &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
		}
	}
	return nil
}

func (t *tracked) Open(name string) (fs.File, error) {
	if err := t.hides("open", name); err != nil {
		return nil, err
	}
	return t.files.Open(name)
}

func (t *tracked) Stat(name string) (fs.FileInfo, error) {
	if err := t.hides("stat", name); err != nil {
		return nil, err
	}
	return fs.Stat(t.files, name)
}

func (t *tracked) Lstat(name string) (fs.FileInfo, error) {
	if err := t.hides("lstat", name); err != nil {
		return nil, err
	}
	return fs.Lstat(t.files, name)
}

func (t *tracked) ReadLink(name string) (string, error) {
	if err := t.hides("readlink", name); err != nil {
		return "", err
	}
	return fs.ReadLink(t.files, name)
}

func (t *tracked) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := t.hides("readdir", name); err != nil {
		return nil, err
	}
	list, err := fs.ReadDir(t.files, name)
	kept := list[:0:0]
	for _, e := range list {
		if !t.hidden[path.Join(name, e.Name())] {
			kept = append(kept, e)
		}
	}
	return kept, err
}

// openAt opens a file as it was at a revision, by its path as the user wrote it. There is no error and no
// file where there was none.
func openAt(ctx context.Context, revision, name string) (io.ReadCloser, error) {
	rel := name
	if filepath.IsAbs(name) {
		here, err := filepath.Abs(".")
		if err == nil {
			rel, err = filepath.Rel(here, name)
		}
		if err != nil {
			return nil, err
		}
	}
	if rel = filepath.ToSlash(filepath.Clean(rel)); !fs.ValidPath(rel) {
		return nil, fmt.Errorf("%q is not below the current folder: it cannot be taken from revision %q", name, revision)
	}
	tree, err := treeAt(ctx, ".", revision)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	file, err := tree.Open(rel) // holds all of it
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return file, err
}

// treeAt opens a folder as it was at a revision. It must be closed.
func treeAt(ctx context.Context, folder, revision string) (*gitfs.Tree, error) {
	repo, err := gitfs.Find(folder)
	if err != nil {
		return nil, err
	}
	commit, err := repo.Commit(ctx, revision)
	if err != nil {
		return nil, err
	}
	return repo.Tree(ctx, commit)
}
