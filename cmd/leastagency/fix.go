package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/report"
)

// rounds bounds how often files are read again: fixes that meet in the same bytes wait for a later round.
const rounds = 5

// fix makes the fixes of what is shown in each target, and tells each on out.
func (c *court) fix(ctx context.Context, options report.Options, out io.Writer) error {
	for _, t := range c.targets {
		for range rounds {
			f, err := c.fixes(ctx, t, options)
			if err != nil {
				return err
			}
			if len(f.changes) == 0 {
				break
			}
			if err := t.write(f.changes); err != nil {
				return failure{err}
			}
			f.tell(out)
		}
	}
	return nil
}

// dryRun prints what fix would change first.
func (c *court) dryRun(ctx context.Context, options report.Options, stdout, stderr io.Writer) error {
	for _, t := range c.targets {
		f, err := c.fixes(ctx, t, options)
		if err != nil {
			return err
		}
		if err := report.Diff(stdout, f.report, options, f.changes); err != nil {
			return err
		}
		f.tell(stderr)
	}
	return nil
}

// A fixing is what can be fixed in one target, whose paths have its prefix.
type fixing struct {
	report  *leastagency.Report
	options report.Options
	changes []*leastagency.Change
	fixed   []*leastagency.Finding
}

func (c *court) fixes(ctx context.Context, t target, options report.Options) (*fixing, error) {
	one := *c
	one.targets = []target{t}
	r, err := one.lint(ctx)
	if err != nil {
		return nil, err
	}
	// What a test reads is the business of the test.
	shown := slices.DeleteFunc(report.Shown(r, options), func(f *leastagency.Finding) bool { return f.At.File.Role == leastagency.RoleFixture })
	f := &fixing{report: r, options: options}
	f.changes, f.fixed = leastagency.Fixes(shown)
	return f, nil
}

// tell says a line for each fix.
func (f *fixing) tell(out io.Writer) {
	say := report.Texts(f.report, f.options)
	for _, one := range f.fixed {
		pos := one.At.From()
		fmt.Fprintf(out, "%s:%d:%d  %s  %s\n", say(one.At.File.Real), pos.Line, pos.Rune, one.Rule.ID, say(one.Fix.Text))
	}
}

// write writes each file whole or not at all, with the mode it had. Nothing outside of the folder is written,
// whatever links lead there, and nothing that has changed since it was read.
func (t target) write(changes []*leastagency.Change) error {
	root, err := os.OpenRoot(t.folder)
	if err != nil {
		return reason(err)
	}
	defer root.Close()
	for _, c := range changes {
		name := c.File.Real
		if t.prefix != "." {
			name = strings.TrimPrefix(name, t.prefix+"/")
		}
		if err := writeChange(root, name, c); err != nil {
			return fmt.Errorf("fix %q: %w", c.File.Real, reason(err))
		}
	}
	return nil
}

var errChanged = errors.New("the file has changed since it was read; scan again")

func writeChange(root *os.Root, name string, c *leastagency.Change) error {
	info, err := root.Lstat(name)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errChanged
	}
	now, err := root.ReadFile(name)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, c.File.Data) {
		return errChanged
	}
	temp := path.Join(path.Dir(name), fmt.Sprintf(".%s.%08x.tmp", path.Base(name), rand.Uint32()))
	file, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm())
	if err != nil {
		return err
	}
	defer root.Remove(temp) // does nothing once the file has its name
	_, err = file.Write(c.Apply())
	if err = errors.Join(err, file.Chmod(info.Mode()&(fs.ModePerm|fs.ModeSetuid|fs.ModeSetgid|fs.ModeSticky)), file.Close()); err != nil {
		return err
	}
	return root.Rename(temp, name)
}
