package gitfs

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// A repo is a repository that a test writes.
type repo struct {
	t   *testing.T
	dir string
}

func newRepo(t *testing.T, options ...string) repo {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r := repo{t, dir}
	r.git(append([]string{"init", "-q", "-b", "main"}, options...)...)
	return r
}

func (r repo) git(args ...string) string {
	r.t.Helper()
	command := exec.CommandContext(r.t.Context(), "git", append([]string{"-c", "user.name=Ann", "-c", "user.email=ann@example.test", "-c", "protocol.file.allow=always"}, args...)...)
	command.Dir = r.dir
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	out, err := command.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// write writes a file; "-> target" as its text makes a link.
func (r repo) write(name, text string) {
	r.t.Helper()
	file := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		r.t.Fatal(err)
	}
	var err error
	if target, link := strings.CutPrefix(text, "-> "); link {
		err = os.Symlink(target, file)
	} else {
		err = os.WriteFile(file, []byte(text), 0o644)
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r repo) commit() string {
	r.t.Helper()
	r.git("add", "-A", "-f")
	r.git("commit", "-q", "-m", "x", "--allow-empty")
	return r.git("rev-parse", "HEAD")
}

// tree opens the folder of the repository at a revision.
func (r repo) tree(folder, revision string) *Tree {
	r.t.Helper()
	found, err := Find(filepath.Join(r.dir, folder))
	if err != nil {
		r.t.Fatal(err)
	}
	commit, err := found.Commit(r.t.Context(), revision)
	if err != nil {
		r.t.Fatal(err)
	}
	tree, err := found.Tree(r.t.Context(), commit)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(tree.Close)
	return tree
}

// contents reads everything in a tree: files by their text, links by their target and what stands behind.
func contents(t *testing.T, fsys fs.FS) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if p == ".git" {
			return fs.SkipDir
		}
		text := ""
		if d.Type()&fs.ModeSymlink != 0 {
			target, err := fs.ReadLink(fsys, p)
			if err != nil {
				return err
			}
			text = "-> " + target + " "
		}
		info, err := fs.Stat(fsys, p)
		switch {
		case err != nil:
			text += "refused"
		case info.IsDir():
			list, err := fs.ReadDir(fsys, p)
			if err != nil {
				return err
			}
			for _, e := range list {
				if e.Name() != ".git" {
					text += e.Name() + "/"
				}
			}
		default:
			data, err := fs.ReadFile(fsys, p)
			if err != nil {
				return err
			}
			text += string(data)
		}
		all[p] = text
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestSame: a commit reads as its checkout does through os.Root, links and folders included.
func TestSame(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege")
	}
	for _, format := range []string{"sha1", "sha256"} {
		t.Run(format, func(t *testing.T) {
			r := newRepo(t, "--object-format="+format)
			for name, text := range map[string]string{
				"CLAUDE.md": "hello\n", "empty": "", "a/b/c.json": "{}", "a-b/x": "1", "a.b": "2", "ä ö/€\n.md": "line end", "-o": "option",
				"AGENTS.md": "-> CLAUDE.md", "a/up": "-> ../CLAUDE.md", "folder": "-> a/b", "a/chain": "-> ../folder/c.json", "a/b/root": "-> ../..",
				"out": "-> ../../etc/passwd", "abs": "-> /etc/passwd", "broken": "-> nothing", "loop": "-> loop2", "loop2": "-> loop", "a/escape": "-> ../../a", "weird": "-> a/../a/./b//c.json",
				"large.bin": strings.Repeat("0123456789abcdef", 100_000),
			} {
				r.write(name, text)
			}
			r.commit()
			for _, folder := range []string{".", "a", "a/b"} {
				root, err := os.OpenRoot(filepath.Join(r.dir, folder))
				if err != nil {
					t.Fatal(err)
				}
				defer root.Close()
				want, got := contents(t, root.FS()), contents(t, r.tree(folder, "HEAD"))
				if len(want) < 3 || !maps.Equal(got, want) {
					for p := range want {
						if got[p] != want[p] {
							t.Errorf("%s: %q reads %.80q, want %.80q", folder, p, got[p], want[p])
						}
					}
					t.Errorf("%s: got %d paths, want %d", folder, len(got), len(want))
				}
			}
		})
	}
}

func TestTree(t *testing.T) {
	r := newRepo(t)
	r.write("a/x", "one")
	first := r.commit()
	r.write("a/x", "two")
	r.write("b/y", "new")
	r.commit()
	r.write("a/x", "not committed")
	r.git("tag", "-a", "-m", "tag", "v1", first)
	read := func(folder, revision, name string) string {
		data, err := fs.ReadFile(r.tree(folder, revision), name)
		if err != nil {
			return err.Error()
		}
		return string(data)
	}
	for _, test := range []struct{ folder, revision, name, want string }{
		{".", "HEAD", "a/x", "two"}, {".", "main~1", "a/x", "one"}, {"a", "v1", "x", "one"}, {"a", first[:10], "x", "one"},
		{"b", "HEAD", "y", "new"},
		{"b", first, "y", "open y: file does not exist"}, // the folder was not there yet
		{".", "HEAD", "a", "read a: is a folder"}, {".", "HEAD", "a/x/y", "open a/x/y: file does not exist"}, {".", "HEAD", "../a", "open ../a: invalid argument"},
	} {
		if got := read(test.folder, test.revision, test.name); got != test.want {
			t.Errorf("%s of %s at %s reads %q, want %q", test.name, test.folder, test.revision, got, test.want)
		}
	}
	if got := contents(t, r.tree("b", first)); len(got) != 1 || got["."] != "" {
		t.Errorf("a folder that was not there holds %v", got)
	}
	found, err := Find(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "none", "-h", "--all", "HEAD:a", "HEAD~9", "a\nb", strings.Repeat("0", 40)} {
		if commit, err := found.Commit(t.Context(), bad); err == nil {
			t.Errorf("revision %q is taken for %s", bad, commit)
		}
	}
	if _, err := found.Tree(t.Context(), strings.Repeat("0", 40)); err == nil {
		t.Error("a commit that is not there has a tree")
	}
	if _, err := Find(t.TempDir()); err == nil || !strings.Contains(err.Error(), "no git repository") {
		t.Errorf("a folder without a repository gives %v", err)
	}
}

func TestMergeBase(t *testing.T) {
	r := newRepo(t)
	base := r.commit()
	r.git("checkout", "-q", "-b", "side")
	side := r.commit()
	r.git("checkout", "-q", "main")
	r.write("x", "y")
	main := r.commit()
	r.git("checkout", "-q", "--orphan", "other")
	other := r.commit()
	found, err := Find(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := found.MergeBase(t.Context(), side, main); err != nil || got != base {
		t.Errorf("got %s, %v; want %s", got, err, base)
	}
	if _, err := found.MergeBase(t.Context(), main, other); err == nil || !strings.Contains(err.Error(), "no commit in common") {
		t.Errorf("unrelated commits give %v", err)
	}
}

func TestIgnored(t *testing.T) {
	r := newRepo(t)
	r.write(".gitignore", "*.local.json\n/build/\nkept.json\n")
	r.write("kept.json", "committed all the same")
	r.commit()
	r.write("sub/settings.local.json", "{}")
	r.write("build/a/b", "")
	r.write("sub/new.json", "{}")
	for folder, want := range map[string][]string{".": {"build", "sub/settings.local.json"}, "sub": {"settings.local.json"}} {
		found, err := Find(filepath.Join(r.dir, folder))
		if err != nil {
			t.Fatal(err)
		}
		got, err := found.Ignored(t.Context())
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: ignored are %q, %v; want %q", folder, got, err, want)
		}
	}
}

// TestSubmodule: what another repository keeps is not here, and is said to be missing.
func TestSubmodule(t *testing.T) {
	other := newRepo(t)
	other.write("CLAUDE.md", "theirs")
	other.commit()
	r := newRepo(t)
	r.write("CLAUDE.md", "ours")
	r.git("submodule", "--quiet", "add", other.dir, "lib/other")
	r.commit()
	tree := r.tree(".", "HEAD")
	got := contents(t, tree)
	if got["lib/other"] != "" || got["lib"] != "other/" {
		t.Errorf("the submodule reads %q in %q", got["lib/other"], got["lib"])
	}
	if want := []string{"lib/other"}; !slices.Equal(tree.Submodules(), want) {
		t.Errorf("submodules are %q", tree.Submodules())
	}
	inside := r.tree("lib/other", "HEAD") // has a repository of its own
	if got := contents(t, inside)["CLAUDE.md"]; got != "theirs" {
		t.Errorf("inside the submodule CLAUDE.md reads %q", got)
	}
}

// TestWorktree: .git may be a file that names the repository, and the user may have said where git is
// to look.
func TestWorktree(t *testing.T) {
	r := newRepo(t)
	r.write("x", "1")
	r.commit()
	second := repo{t, filepath.Join(r.dir, "second")}
	r.git("worktree", "add", "-q", "second")
	second.write("x", "2")
	second.commit()
	t.Setenv("GIT_DIR", "/nowhere")
	t.Setenv("GIT_INDEX_FILE", "/nowhere/index")
	t.Setenv("GIT_OBJECT_DIRECTORY", "/nowhere/objects")
	if data, err := fs.ReadFile(second.tree(".", "HEAD"), "x"); err != nil || string(data) != "2" {
		t.Errorf("x reads %q, %v", data, err)
	}
	if data, err := fs.ReadFile(second.tree(".", "main"), "x"); err != nil || string(data) != "1" {
		t.Errorf("x of main reads %q, %v", data, err)
	}
}

// TestHostile: a repository whose configuration names programs for everything starts none of them.
func TestHostile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the programs are scripts")
	}
	r := newRepo(t)
	r.write(".gitattributes", "* filter=bad diff=bad textconv=bad\n")
	r.write("x", "1")
	r.write("ignored", "1")
	r.commit()
	r.write(".gitignore", "local\n")
	r.write("local", "1")
	canary := filepath.Join(t.TempDir(), "canary")
	program := filepath.Join(t.TempDir(), "bad")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho \"$0 $*\" >> "+canary+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	hooks := filepath.Join(r.dir, ".git", "hooks")
	os.MkdirAll(hooks, 0o755)
	for _, hook := range []string{"post-index-change", "reference-transaction", "fsmonitor-watchman", "post-checkout"} {
		if err := os.Symlink(program, filepath.Join(hooks, hook)); err != nil {
			t.Fatal(err)
		}
	}
	settings := map[string]string{
		"core.fsmonitor": program, "core.hooksPath": hooks, "core.pager": program, "core.sshCommand": program, "core.editor": program, "core.askPass": program, "core.gitProxy": program,
		"core.alternateRefsCommand": program, "core.worktree": "/", "filter.bad.clean": program, "filter.bad.smudge": program, "filter.bad.process": program, "diff.bad.textconv": program, "diff.bad.command": program,
		"diff.external": program, "alias.cat-file": "!" + program, "alias.rev-parse": "!" + program, "alias.ls-files": "!" + program, "pager.cat-file": program, "pager.ls-files": program, "credential.helper": "!" + program,
		"remote.origin.url": "ext::" + program + " %S", "remote.origin.promisor": "true", "remote.origin.uploadpack": program, "extensions.partialClone": "origin", "core.repositoryFormatVersion": "1",
		"gpg.program": program, "protocol.allow": "always", "uploadpack.packObjectsHook": program, "core.untrackedCache": "true", "trace2.eventTarget": canary,
	}
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		r.git("config", "-f", filepath.Join(r.dir, ".git", "config"), key, settings[key])
	}
	// The program is one that git would start: it does for whoever just asks for the state of things.
	plain := exec.CommandContext(t.Context(), "git", "-c", "core.worktree="+r.dir, "status")
	plain.Dir = r.dir
	plain.Run()
	if _, err := os.Stat(canary); err != nil {
		t.Fatal("the configuration would start nothing: the test proves nothing")
	}
	os.Remove(canary)

	tree := r.tree(".", "HEAD")
	if got := contents(t, tree)["x"]; got != "1" {
		t.Errorf("x reads %q", got)
	}
	found, err := Find(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := found.Ignored(t.Context()); err != nil || !slices.Equal(got, []string{"local"}) {
		t.Errorf("ignored are %q, %v", got, err)
	}
	head, err := found.Commit(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := found.MergeBase(t.Context(), head, head); err != nil {
		t.Fatal(err)
	}
	if _, err := tree.objects.read(strings.Repeat("1", 40)); err == nil { // a partial clone would fetch it
		t.Error("an object that is not there was read")
	}
	if said, err := os.ReadFile(canary); err == nil {
		t.Errorf("the configuration of the repository was run:\n%s", said)
	}
}

// TestEmbeddedRepository: a folder that looks like a bare repository is none: only .git is one.
func TestEmbeddedRepository(t *testing.T) {
	r := newRepo(t)
	r.write("x", "1")
	r.commit()
	bare := filepath.Join(r.dir, "bare")
	r.git("init", "-q", "--bare", bare)
	tree := r.tree("bare", "HEAD")
	if got := contents(t, tree); len(got) != 1 {
		t.Errorf("the bare repository was read: %v", got)
	}
}

func TestLarge(t *testing.T) {
	r := newRepo(t)
	r.write("large", strings.Repeat("x", maxObject+1))
	r.write("small", "1")
	r.commit()
	tree := r.tree(".", "HEAD")
	in, err := tree.Open("large")
	if err != nil {
		t.Fatal(err)
	}
	if info, err := in.Stat(); err != nil || info.Size() != maxObject+1 {
		t.Errorf("size %v, %v", info.Size(), err)
	}
	if _, err := fs.ReadFile(tree, "large"); err == nil || !strings.Contains(err.Error(), "larger than 16 MiB") {
		t.Errorf("the large file gives %v", err)
	}
	if data, err := fs.ReadFile(tree, "small"); err != nil || string(data) != "1" {
		t.Errorf("after it the small one reads %q, %v", data, err)
	}
}

func TestCancelled(t *testing.T) {
	r := newRepo(t)
	r.write("x", "1")
	head := r.commit()
	found, err := Find(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	tree, err := found.Tree(ctx, head)
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	cancel()
	if _, err := found.Tree(ctx, head); err == nil {
		t.Error("a cancelled run starts git")
	}
	for range 100 { // git may still answer before it is killed
		if _, err = tree.objects.read(head); err != nil {
			return
		}
	}
	t.Error("a cancelled tree goes on reading")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("100644 x\x0001234567890123456789"), 20)
	f.Add([]byte("40000 ..\x0001234567890123456789120000 a/b\x0001234567890123456789"), 20)
	f.Fuzz(func(t *testing.T, data []byte, idSize int) {
		if idSize != 20 && idSize != 32 {
			idSize = 20
		}
		list, err := parse(data, idSize)
		if err != nil && list != nil {
			t.Error("a broken list gives entries")
		}
		for i, e := range list {
			if e.name == "" || e.name == "." || e.name == ".." || strings.Contains(e.name, "/") || e.mode == 0 || len(e.id) != 2*idSize && !e.IsDir() {
				t.Errorf("entry %+v", e)
			}
			if i > 0 && list[i-1].name >= e.name {
				t.Errorf("%q before %q", list[i-1].name, e.name)
			}
		}
	})
}
