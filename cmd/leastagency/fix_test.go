package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/leastagency/leastagency"
)

// TestWrite: a file that is not what was read stays as it is, and so does whatever links lead to.
func TestWrite(t *testing.T) {
	const read, fixed = "read\n", "fixed\n"
	change := func(name string) *leastagency.Change {
		file := leastagency.NewFile(name, []byte(read))
		return &leastagency.Change{File: file, Edits: []leastagency.Edit{{At: file.Span(0, 4), New: "fixed"}}}
	}
	tests := map[string]struct {
		prepare func(t *testing.T, root string) // makes the file "a/b" of the root
		want    string                          // what stands there afterwards
		err     error
	}{
		"as read": {func(t *testing.T, root string) { write(t, root+"/a/b", read) }, fixed, nil},
		"changed": {func(t *testing.T, root string) { write(t, root+"/a/b", "other\n") }, "other\n", errChanged},
		"a link by now": {func(t *testing.T, root string) {
			write(t, root+"/c", read)
			link(t, "../c", root+"/a/b")
		}, read, errChanged},
		"behind a link that leads out": {func(t *testing.T, root string) {
			write(t, root+"/../out/b", read)
			if err := os.Remove(root + "/a"); err != nil {
				t.Fatal(err)
			}
			link(t, "../out", root+"/a")
		}, read, errAny},
		"gone": {func(*testing.T, string) {}, "", os.ErrNotExist},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			root := filepath.Join(t.TempDir(), "root")
			if err := os.MkdirAll(filepath.Join(root, "a"), 0o777); err != nil {
				t.Fatal(err)
			}
			test.prepare(t, root)
			err := target{folder: root, prefix: "in"}.write([]*leastagency.Change{change("in/a/b")})
			if (err == nil) != (test.err == nil) || test.err != errAny && !errors.Is(err, test.err) {
				t.Errorf("error %v, want %v", err, test.err)
			}
			got, _ := os.ReadFile(root + "/a/b")
			if string(got) != test.want {
				t.Errorf("%q stands there, want %q", got, test.want)
			}
			if left, _ := filepath.Glob(root + "/a/.b.*"); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

var errAny = errors.New("any")

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, to, name string) {
	t.Helper()
	if err := os.Symlink(to, name); err != nil {
		if runtime.GOOS == "windows" {
			t.Skip(err)
		}
		t.Fatal(err)
	}
}
