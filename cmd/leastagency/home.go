package main

import (
	"context"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/leastagency/leastagency"
)

// userFiles are the files below a home folder that are in force in every project of the user.
var userFiles = []string{
	".aws/amazonq/cli-agents/*.json", ".aws/amazonq/mcp.json",
	".claude.json", ".claude/settings.json",
	".codeium/windsurf/mcp_config.json",
	".codex/config.toml", ".codex/rules/*.rules",
	".config/Code/User/mcp.json", ".config/Code/User/settings.json",
	".config/amp/settings.json", ".config/amp/settings.jsonc",
	".config/crush/crush.json",
	".config/goose/config.yaml", ".config/goose/permission.yaml",
	".config/opencode/opencode.json", ".config/opencode/opencode.jsonc",
	".config/zed/settings.json",
	".continue/config.yaml", ".continue/permissions.yaml",
	".copilot/mcp-config.json", ".copilot/permissions-config.json", ".copilot/settings.json",
	".cursor/cli-config.json", ".cursor/mcp.json", ".cursor/permissions.json", ".cursor/sandbox.json",
	".gemini/policies/*.toml", ".gemini/settings.json",
	".junie/allowlist.json",
	".kiro/settings/mcp.json", ".kiro/settings/permissions.yaml",
	".qwen/settings.json",
}

// homeFolder returns the user's home folder; empty when HOME names none, or the one that is asked about.
func homeFolder(folder string) (string, error) {
	home := os.Getenv("HOME")
	if home == "" {
		return "", nil
	}
	its, err := os.Stat(home)
	if err != nil || !its.IsDir() {
		return "", nil
	}
	here, err := os.Stat(folder)
	if err != nil {
		return "", reason(err)
	}
	if os.SameFile(its, here) {
		return "", nil
	}
	return home, nil
}

// addUser adds what the user's own files state to the model of a project, as its lowest layers.
func addUser(ctx context.Context, linter *leastagency.Linter, to *leastagency.Report, home string) error {
	root, err := os.OpenRoot(home)
	if err != nil {
		return reason(err)
	}
	defer root.Close()
	tree := userTree{FS: root.FS()}
	for _, pattern := range userFiles {
		files, err := fs.Glob(tree.FS, pattern)
		if err != nil {
			return err
		}
		tree.files = append(tree.files, files...)
	}
	found, err := linter.Lint(ctx, tree)
	if err != nil {
		return err
	}
	renamed := map[*leastagency.File]bool{}
	for _, l := range found.System.Layers {
		if l.Scope != leastagency.ScopeUser {
			continue
		}
		if f := l.At.File; f != nil && !renamed[f] {
			renamed[f] = true
			f.Path = "~" + strings.TrimPrefix(f.Path, path.Clean(userFolder))
			f.Real = f.Path
		}
		l.Root = "."
		to.System.Layers = append(to.System.Layers, l)
	}
	to.Secrets = append(to.Secrets, found.Secrets...)
	return nil
}

// userFolder is where the files of a home folder lie in the tree that loaders see, which tell by it
// whose they are.
const userFolder = "home/user/"

// A userTree shows some files of a home folder, and nothing else, below userFolder.
type userTree struct {
	fs.FS
	files []string
}

func (t userTree) Open(name string) (fs.File, error) {
	rest, ok := strings.CutPrefix(name, userFolder)
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return t.FS.Open(rest)
}

func (t userTree) ReadDir(name string) (entries []fs.DirEntry, err error) {
	for _, file := range t.files {
		rest, ok := userFolder+file, true
		if name != "." {
			rest, ok = strings.CutPrefix(rest, name+"/")
		}
		base, _, nested := strings.Cut(rest, "/")
		if ok && !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == base }) {
			entries = append(entries, userEntry{base, nested})
		}
	}
	return entries, nil
}

// A userEntry is a file or folder of a userTree.
type userEntry struct {
	name string
	dir  bool
}

func (e userEntry) Name() string               { return e.name }
func (e userEntry) IsDir() bool                { return e.dir }
func (e userEntry) Info() (fs.FileInfo, error) { return e, nil }
func (e userEntry) Size() int64                { return 0 }
func (e userEntry) ModTime() time.Time         { return time.Time{} }
func (e userEntry) Sys() any                   { return nil }
func (e userEntry) Type() fs.FileMode          { return e.Mode().Type() }
func (e userEntry) Mode() fs.FileMode {
	if e.dir {
		return fs.ModeDir
	}
	return 0
}
