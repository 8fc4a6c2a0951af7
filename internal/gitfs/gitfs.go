// Package gitfs reads a folder as it was at a revision, by git and without a work tree.
//
// The repository is as hostile as the files in it. Only rev-parse, merge-base, ls-files and cat-file are
// run, with an environment of our own, so that nothing which the repository's configuration names is
// started: no hook, pager, monitor, filter or transport. Nothing is fetched, and nothing is written.
package gitfs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
	"unicode"
)

// A Repository is where the history of a folder is kept.
type Repository struct {
	git    string // the program
	dir    string // .git, a folder or a file that names one
	top    string // the folder that .git is in
	prefix string // from top to the folder that was asked for; slash-separated, "." for top itself
}

// Find returns the repository that a folder lies in.
func Find(folder string) (*Repository, error) {
	real, err := filepath.Abs(folder)
	if err == nil {
		real, err = filepath.EvalSymlinks(real)
	}
	if err != nil {
		return nil, err
	}
	for top := real; ; top = filepath.Dir(top) {
		dir := filepath.Join(top, ".git")
		if _, err := os.Stat(dir); err == nil {
			prefix, err := filepath.Rel(top, real)
			if err != nil {
				return nil, err
			}
			git, err := exec.LookPath("git")
			if err != nil {
				return nil, errors.New("git is needed to read a revision, and it is not installed: no git in PATH")
			}
			return &Repository{git, dir, top, filepath.ToSlash(prefix)}, nil
		}
		if top == filepath.Dir(top) {
			return nil, fmt.Errorf("%q is in no git repository: there is no revision to read", folder)
		}
	}
}

// Commit returns the full id of the commit that a revision names, in any of git's ways.
func (r *Repository) Commit(ctx context.Context, revision string) (string, error) {
	if revision == "" || revision[0] == '-' || strings.ContainsFunc(revision, unicode.IsControl) {
		return "", fmt.Errorf("%q is no revision", revision)
	}
	out, err := r.output(ctx, "rev-parse", "--verify", "--quiet", revision+"^{commit}")
	if err != nil {
		return "", fmt.Errorf("there is no revision %q here: name a commit, branch or tag that is fetched ('git fetch' brings it; in CI, check out with its history, as fetch-depth: 0 does)", revision)
	}
	return strings.TrimSpace(string(out)), nil
}

// MergeBase returns the commit from which two commits went apart.
func (r *Repository) MergeBase(ctx context.Context, a, b string) (string, error) {
	out, err := r.output(ctx, "merge-base", a, b)
	if err != nil {
		return "", fmt.Errorf("%.12s and %.12s have no commit in common here: fetch more of their history (in CI, check out with fetch-depth: 0)", a, b)
	}
	return strings.TrimSpace(string(out)), nil
}

// Ignored returns the files and folders that lie in the folder, are in no commit and that git is told to
// ignore, relative to the folder and slash-separated.
func (r *Repository) Ignored(ctx context.Context) ([]string, error) {
	out, err := r.output(ctx, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
	if err != nil {
		return nil, fmt.Errorf("ask git what it ignores: %w", err)
	}
	var list []string
	for name := range strings.SplitSeq(string(out), "\x00") {
		if name = strings.TrimSuffix(name, "/"); name != "" {
			list = append(list, name)
		}
	}
	return list, nil
}

// output runs git to its end and returns what it prints. The error is what git says.
func (r *Repository) output(ctx context.Context, args ...string) ([]byte, error) {
	var out, said bytes.Buffer
	command := r.command(ctx, args...)
	command.Stdout, command.Stderr = &out, &said
	if err := command.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		line, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n")
		return nil, fmt.Errorf("git %s: %w: %s", args[0], err, line)
	}
	return out.Bytes(), nil
}

// command returns a call of git from the folder. That .git is named makes git read the repository
// whoever owns it, as a checkout in a container is often another user's; it may, because nothing in it
// is run. What the command line sets wins over the configuration of the repository.
func (r *Repository) command(ctx context.Context, args ...string) *exec.Cmd {
	args = append([]string{"--no-pager", "--git-dir=" + r.dir, "--work-tree=" + r.top,
		"-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull, "-c", "core.untrackedCache=false"}, args...)
	command := exec.CommandContext(ctx, r.git, args...)
	command.Dir = filepath.Join(r.top, filepath.FromSlash(r.prefix))
	command.WaitDelay = time.Second
	command.Env = []string{
		"LC_ALL=C",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_ATTR_NOSYSTEM=1",
		"GIT_NO_REPLACE_OBJECTS=1", "GIT_OPTIONAL_LOCKS=0",
		"GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none", "GIT_TERMINAL_PROMPT=0", // a partial clone stays partial
	}
	// Of what is around us only what git needs to run, and to find the user's own list of ignored files.
	for _, name := range []string{"PATH", "HOME", "XDG_CONFIG_HOME", "TMPDIR", "SystemRoot", "USERPROFILE", "TEMP"} {
		if value, set := os.LookupEnv(name); set {
			command.Env = append(command.Env, name+"="+value)
		}
	}
	return command
}
