package main

import (
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"
)

func TestParseChange(t *testing.T) {
	for spec, want := range map[string]change{
		"main":      {from: "main"},
		"a..b":      {from: "a", to: "b"},
		"a...b":     {from: "a", to: "b", merged: true},
		"v1.2..":    {from: "v1.2", to: "HEAD"},
		"...b":      {from: "HEAD", to: "b", merged: true},
		"HEAD~1..":  {from: "HEAD~1", to: "HEAD"},
		"main@{1d}": {from: "main@{1d}"},
	} {
		if got := parseChange(spec); got != want {
			t.Errorf("%q is %+v, want %+v", spec, got, want)
		}
	}
}

// TestTracked: what is hidden is not there in any way, and nothing else is missing.
func TestTracked(t *testing.T) {
	files := &tracked{fstest.MapFS{"a/.mcp.json": {}, "a/b/CLAUDE.md": {}, "lib/other/CLAUDE.md": {}, "lib/kept": {}}, map[string]bool{"lib/other": true, "a/.mcp.json": true}}
	seen := map[string]bool{}
	err := fs.WalkDir(files, ".", func(p string, _ fs.DirEntry, err error) error {
		seen[p] = true
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, there := range map[string]bool{"a/b/CLAUDE.md": true, "lib": true, "lib/kept": true, "a/.mcp.json": false, "lib/other": false, "lib/other/CLAUDE.md": false} {
		if seen[name] != there {
			t.Errorf("%s is listed: %t", name, seen[name])
		}
		_, opened := files.Open(name)
		_, stat := fs.Stat(files, name)
		_, lstat := fs.Lstat(files, name)
		for way, err := range map[string]error{"opened": opened, "stat": stat, "lstat": lstat} {
			if errors.Is(err, fs.ErrNotExist) == there {
				t.Errorf("%s, %s: %v", name, way, err)
			}
		}
	}
}
