package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/leastagency/leastagency"
)

// update rewrites every golden file of the project: LEASTAGENCY_UPDATE=1 go test ./...
var update = os.Getenv("LEASTAGENCY_UPDATE") != ""

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"leastagency": main})
}

// token has the shape of a live key. Scripts write @TOKEN@ for it, so that no file of this
// repository looks as if it held one.
const token = "ghp_" + "R7sK2mQ9xWb4TzN8vLcJ1yHd5gFp3aEu6oXi"

// TestScripts runs testdata/script/*.txtar: the real command in a folder of its own.
//
//	status N leastagency …   runs it and demands exit status N
//	fill FILE…               replaces @TOKEN@ in files
//	absent TEXT FILE…        demands that files do not contain a text
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		UpdateScripts:       update,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("TOKEN", token)
			env.Setenv("NO_COLOR", "")
			// Go code is read by the go command of whoever runs the tests, with what that has compiled, and no
			// module that it has downloaded. $BIN holds the command under test and no other.
			cache, err := exec.Command("go", "env", "GOCACHE").Output()
			if err != nil {
				return err
			}
			env.Setenv("GOCACHE", strings.TrimSpace(string(cache)))
			env.Setenv("GOMODCACHE", filepath.Join(env.WorkDir, ".modules"))
			env.Setenv("BIN", filepath.SplitList(env.Getenv("PATH"))[0])
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": func(ts *testscript.TestScript, neg bool, args []string) {
				if neg || len(args) < 2 {
					ts.Fatalf("usage: status N command [arg...]")
				}
				want, err := strconv.Atoi(args[0])
				ts.Check(err)
				got := 0
				if err := ts.Exec(args[1], args[2:]...); err != nil {
					exit, ok := errors.AsType[*exec.ExitError](err)
					if !ok {
						ts.Fatalf("%v", err)
					}
					got = exit.ExitCode()
				}
				if got != want {
					ts.Fatalf("exit status %d, want %d", got, want)
				}
			},
			"fill": func(ts *testscript.TestScript, neg bool, args []string) {
				for _, name := range args {
					file := ts.MkAbs(name)
					data, err := os.ReadFile(file)
					ts.Check(err)
					ts.Check(os.WriteFile(file, bytes.ReplaceAll(data, []byte("@TOKEN@"), []byte(token)), 0o644))
				}
			},
			"absent": func(ts *testscript.TestScript, neg bool, args []string) {
				for _, name := range args[1:] {
					if strings.Contains(ts.ReadFile(name), args[0]) {
						ts.Fatalf("%s contains %q", name, args[0])
					}
				}
			},
		},
	})
}

// scanDir runs a scan in this process and returns what it prints.
func scanDir(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	status = run(append([]string{"scan"}, args...), strings.NewReader(""), &out, &err)
	return status, out.String(), err.String()
}

// TestWriteFile: a file is written whole or not at all.
func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "out.sarif")
	read := func() string {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	if err := writeFile(name, func(w io.Writer) error { _, err := io.WriteString(w, "a long first result"); return err }); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(name, func(w io.Writer) error { _, err := io.WriteString(w, "second"); return err }); err != nil {
		t.Fatal(err)
	}
	if got := read(); got != "second" {
		t.Errorf("after two writes the file holds %q", got)
	}
	half := errors.New("half-way")
	if err := writeFile(name, func(w io.Writer) error { io.WriteString(w, "thi"); return half }); !errors.Is(err, half) {
		t.Errorf("a failing write gives %v, want %v", err, half)
	}
	if got := read(); got != "second" {
		t.Errorf("after a failing write the file holds %q", got)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink("out.sarif", link); err == nil {
		if err := writeFile(link, func(w io.Writer) error { _, err := io.WriteString(w, "third"); return err }); err != nil {
			t.Fatal(err)
		}
		if got := read(); got != "third" {
			t.Errorf("writing through a link leaves %q in its target", got)
		}
		os.Remove(link)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestOneOf(t *testing.T) {
	names := ruleNames(leastagency.Builtin())
	for wrong, want := range map[string]string{
		"agncy":                      "did you mean agency?",
		"credential/litteral-secret": "did you mean credential/literal-secret?",
		"Literal-Secret":             "did you mean credential/literal-secret?",
		"zzzzzzzz":                   "'leastagency rules' lists them",
	} {
		if got := oneOf(wrong, names); got != want {
			t.Errorf("oneOf(%q) = %q, want %q", wrong, got, want)
		}
	}
	if got, want := oneOf("x", []string{"text", "json"}), "one of text, json"; got != want {
		t.Errorf("oneOf among few = %q, want %q", got, want)
	}
}

func TestTargets(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, file := range []string{"a/.claude/settings.json", "a/.claude/agents/x.md", "a/CLAUDE.md", ".mcp.json", ".claude/settings.json"} {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	type want struct {
		folder, prefix string
		files          string
	}
	for _, test := range []struct {
		args string
		want []want
	}{
		{"", []want{{".", ".", ""}}},
		{"./a/", []want{{"a", "a", ""}}},
		{here, []want{{here, ".", ""}}},
		{filepath.Join(here, "a"), []want{{filepath.Join(here, "a"), "a", ""}}},
		{".mcp.json .claude/settings.json", []want{{".", ".", ".mcp.json,.claude/settings.json"}}},
		{"a/.claude/agents/x.md a/CLAUDE.md", []want{{"a", "a", ".claude/agents/x.md,CLAUDE.md"}}},
		{"a/CLAUDE.md a", []want{{"a", "a", ""}}},
		{"a a/CLAUDE.md", []want{{"a", "a", ""}}},
		{"a .", []want{{"a", "a", ""}, {".", ".", ""}}},
		{"..", []want{{"..", ".", ""}}},
	} {
		targets, err := findTargets(strings.Fields(test.args))
		if err != nil {
			t.Errorf("%q: %v", test.args, err)
			continue
		}
		var got []want
		for _, target := range targets {
			got = append(got, want{target.folder, target.prefix, strings.Join(target.files, ",")})
		}
		if len(got) != len(test.want) {
			t.Errorf("%q: %v, want %v", test.args, got, test.want)
			continue
		}
		for i := range got {
			if got[i] != test.want[i] {
				t.Errorf("%q: %v, want %v", test.args, got, test.want)
			}
		}
	}
}
