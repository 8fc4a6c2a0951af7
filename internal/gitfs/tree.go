package gitfs

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Tree is a folder at a commit. Links are followed inside it and refused where they lead out, as
// os.Root does. A submodule, which is kept in a repository of its own, is a folder without files.
type Tree struct {
	objects *objects
	root    entry

	mu         sync.Mutex
	folders    map[string][]entry // by id
	submodules []string
}

var (
	_ fs.ReadDirFS  = (*Tree)(nil)
	_ fs.ReadLinkFS = (*Tree)(nil)
	_ fs.StatFS     = (*Tree)(nil)
)

// Tree returns the repository's folder at a commit, which is a full id. Where the folder was not there
// yet, it is empty. It must be closed.
func (r *Repository) Tree(ctx context.Context, commit string) (*Tree, error) {
	t := &Tree{objects: r.catFile(ctx), folders: map[string][]entry{}}
	top, err := t.objects.read(commit + "^{tree}")
	if err == nil && top.kind != "tree" {
		err = fmt.Errorf("%s is no commit", commit)
	}
	if err != nil {
		t.Close()
		return nil, err
	}
	t.root = entry{mode: fs.ModeDir, id: top.id}
	found, err := t.find("stat", r.prefix, false)
	switch {
	case err == nil && found.mode.IsDir():
		t.root = found
	case err == nil || errors.Is(err, fs.ErrNotExist):
		t.root.id = ""
	default:
		t.Close()
		return nil, err
	}
	return t, nil
}

// Close ends the git that reads for the tree.
func (t *Tree) Close() {
	t.objects.mu.Lock()
	defer t.objects.mu.Unlock()
	t.objects.stop()
}

// Submodules returns the submodules in the folders that were listed so far, sorted.
func (t *Tree) Submodules() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Compact(slices.Sorted(slices.Values(t.submodules)))
}

// An entry is a name in a folder. It is its own fs.DirEntry and fs.FileInfo.
type entry struct {
	name string
	mode fs.FileMode
	id   string // empty for a folder whose files are not here
	size int64  // 0 until the file is opened
}

func (e entry) Name() string               { return e.name }
func (e entry) IsDir() bool                { return e.mode.IsDir() }
func (e entry) Type() fs.FileMode          { return e.mode.Type() }
func (e entry) Mode() fs.FileMode          { return e.mode }
func (e entry) Info() (fs.FileInfo, error) { return e, nil }
func (e entry) Size() int64                { return e.size }
func (e entry) ModTime() time.Time         { return time.Time{} }
func (e entry) Sys() any                   { return nil }

// list returns what is in a folder, by name.
func (t *Tree) list(folder entry) ([]entry, error) {
	if folder.id == "" {
		return nil, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if list, known := t.folders[folder.id]; known {
		return list, nil
	}
	found, err := t.objects.read(folder.id)
	switch {
	case err != nil:
		return nil, err
	case found.kind != "tree":
		return nil, fmt.Errorf("git has a %s where a folder should be", found.kind)
	case found.size > maxObject:
		return nil, fmt.Errorf("the list of its files is larger than %d MiB", maxObject>>20)
	}
	list, err := parse(found.data, len(found.id)/2)
	if err == nil {
		t.folders[folder.id] = list
	}
	return list, err
}

// modes are git's, as they stand in a tree. What is not here does not exist.
var modes = map[string]fs.FileMode{"40000": fs.ModeDir | 0o755, "100644": 0o644, "100664": 0o644, "100755": 0o755, "120000": fs.ModeSymlink | 0o777, gitlink: fs.ModeDir | 0o755}

const gitlink = "160000" // a commit of another repository

// parse reads a tree: mode, blank, name, zero byte and the bytes of the id, again and again. Names that
// no file can have are left out: git does not check them when it reads.
func parse(data []byte, idSize int) (list []entry, err error) {
	for len(data) > 0 {
		head, rest, found := bytes.Cut(data, []byte{0})
		mode, name, parted := strings.Cut(string(head), " ")
		if !found || !parted || len(rest) < idSize {
			return nil, errors.New("the list of its files is broken")
		}
		e := entry{name: name, mode: modes[mode], id: hex.EncodeToString(rest[:idSize])}
		data = rest[idSize:]
		if mode == gitlink {
			e.id = ""
		}
		if e.mode != 0 && name != "." && fs.ValidPath(name) && !strings.Contains(name, "/") {
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	return slices.CompactFunc(list, func(a, b entry) bool { return a.name == b.name }), nil
}

// child returns what a name in a folder stands for.
func (t *Tree) child(folder entry, name string) (entry, error) {
	if !folder.IsDir() {
		return entry{}, fs.ErrNotExist
	}
	list, err := t.list(folder)
	if err != nil {
		return entry{}, err
	}
	i, found := slices.BinarySearchFunc(list, name, func(e entry, name string) int { return strings.Compare(e.name, name) })
	if !found {
		return entry{}, fs.ErrNotExist
	}
	return list[i], nil
}

// maxLinks is how many links one path may lead through, as in an operating system.
const maxLinks = 40

var errEscapes = errors.New("link leads out of the folder")

// find returns what a path stands for. The last name is followed when it is a link, on request.
func (t *Tree) find(op, name string, follow bool) (entry, error) {
	fail := func(err error) (entry, error) { return entry{}, &fs.PathError{Op: op, Path: name, Err: err} }
	if !fs.ValidPath(name) {
		return fail(fs.ErrInvalid)
	}
	way := []entry{t.root} // from the root to where we are
	links := 0
	for rest := strings.Split(name, "/"); len(rest) > 0; {
		part := rest[0]
		rest = rest[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			if len(way) == 1 {
				return fail(errEscapes)
			}
			way = way[:len(way)-1]
			continue
		}
		next, err := t.child(way[len(way)-1], part)
		if err != nil {
			return fail(err)
		}
		if next.mode&fs.ModeSymlink == 0 || len(rest) == 0 && !follow {
			way = append(way, next)
			continue
		}
		target, err := t.target(next)
		if err != nil {
			return fail(err)
		}
		if links++; links > maxLinks {
			return fail(errors.New("too many links"))
		}
		if path.IsAbs(target) {
			return fail(errEscapes)
		}
		rest = append(strings.Split(target, "/"), rest...)
	}
	found := way[len(way)-1]
	found.name = path.Base(name)
	return found, nil
}

// target returns where a link leads.
func (t *Tree) target(link entry) (string, error) {
	found, err := t.objects.read(link.id)
	if err == nil && (found.kind != "blob" || found.size > 4096) {
		err = errors.New("link leads nowhere")
	}
	return string(found.data), err
}

func (t *Tree) ReadLink(name string) (string, error) {
	found, err := t.find("readlink", name, false)
	if err != nil {
		return "", err
	}
	if found.mode&fs.ModeSymlink == 0 {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	target, err := t.target(found)
	if err != nil {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: err}
	}
	return target, nil
}

// Lstat and Stat know the size of no file: it is told when the file is opened.
func (t *Tree) Lstat(name string) (fs.FileInfo, error) {
	found, err := t.find("lstat", name, false)
	if err != nil {
		return nil, err
	}
	return found, nil
}

func (t *Tree) Stat(name string) (fs.FileInfo, error) {
	found, err := t.find("stat", name, true)
	if err != nil {
		return nil, err
	}
	return found, nil
}

func (t *Tree) ReadDir(name string) ([]fs.DirEntry, error) {
	found, err := t.find("readdir", name, true)
	if err != nil {
		return nil, err
	}
	if !found.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errors.New("not a folder")}
	}
	list, err := t.list(found)
	if err != nil {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: err}
	}
	entries := make([]fs.DirEntry, len(list))
	for i, e := range list {
		entries[i] = e
		if e.IsDir() && e.id == "" {
			t.mu.Lock()
			t.submodules = append(t.submodules, path.Join(name, e.name))
			t.mu.Unlock()
		}
	}
	return entries, nil
}

func (t *Tree) Open(name string) (fs.File, error) {
	found, err := t.find("open", name, true)
	if err != nil {
		return nil, err
	}
	if found.IsDir() {
		entries, err := t.ReadDir(name)
		if err != nil {
			return nil, err
		}
		return &folder{entry: found, name: name, rest: entries}, nil
	}
	data, err := t.objects.read(found.id)
	if err == nil && data.kind != "blob" {
		err = fmt.Errorf("git has a %s where a file should be", data.kind)
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	found.size = data.size
	return &file{entry: found, Reader: bytes.NewReader(data.data)}, nil
}

// A file is an open one. Of a larger one than maxObject the end is missing, and its size says so.
type file struct {
	entry
	*bytes.Reader
}

func (f *file) Size() int64                { return f.entry.size }
func (f *file) Stat() (fs.FileInfo, error) { return f.entry, nil }
func (f *file) Close() error               { return nil }

func (f *file) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if err == io.EOF && f.entry.size > maxObject {
		err = fmt.Errorf("larger than %d MiB", maxObject>>20)
	}
	return n, err
}

// A folder is an open one.
type folder struct {
	entry
	name string
	rest []fs.DirEntry
}

func (f *folder) Stat() (fs.FileInfo, error) { return f.entry, nil }
func (f *folder) Close() error               { return nil }
func (f *folder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.name, Err: errors.New("is a folder")}
}

func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(f.rest)
	} else if len(f.rest) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(f.rest))
	out := f.rest[:n]
	f.rest = f.rest[n:]
	return out, nil
}
