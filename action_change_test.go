package leastagency_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A checkout is what actions/checkout makes of a pull request: the commit that GitHub merged it into.
type checkout struct {
	t   *testing.T
	dir string
}

func (c checkout) git(args ...string) string {
	c.t.Helper()
	command := exec.CommandContext(c.t.Context(), "git", args...)
	command.Dir = c.dir
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=Ann", "GIT_AUTHOR_EMAIL=ann@example.test", "GIT_COMMITTER_NAME=Ann", "GIT_COMMITTER_EMAIL=ann@example.test")
	out, err := command.CombinedOutput()
	if err != nil {
		c.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// commit writes files over those that are there, an empty text takes one away, and commits all.
func (c checkout) commit(files map[string]string) string {
	c.t.Helper()
	for name, text := range files {
		file := filepath.Join(c.dir, name)
		err := os.MkdirAll(filepath.Dir(file), 0o755)
		if err == nil && text == "" {
			err = os.Remove(file)
		} else if err == nil {
			err = os.WriteFile(file, []byte(text), 0o644)
		}
		if err != nil {
			c.t.Fatal(err)
		}
	}
	c.git("add", "-A")
	c.git("commit", "-q", "--allow-empty", "-m", "x")
	return c.git("rev-parse", "HEAD")
}

const (
	narrowSettings = `{"permissions": {"allow": ["Bash(go test ./...)", "WebFetch"]}}` + "\n"
	shellSettings  = `{"permissions": {"allow": ["Bash(go test ./...)", "Bash"]}}` + "\n"
	acceptAll      = "ignore:\n" +
		"  - {rule: agency/unrestricted-shell, path: \"**\", reason: because, expires: \"2999-12-31\"}\n" +
		"  - {rule: boundary/prompt-only, path: \"**\", reason: because, expires: \"2999-12-31\"}\n"
)

// TestActionPullRequest runs the steps of action.yml on pull requests.
func TestActionPullRequest(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the command and runs it many times")
	}
	if runtime.GOOS == "windows" {
		t.Skip("the paths of the simulated runner are those of Unix")
	}
	built := filepath.Join(t.TempDir(), "leastagency")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", built, "./cmd/leastagency").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var accepting string // a baseline that accepts the shell
	{
		dir := t.TempDir()
		checkout{t, dir}.git("init", "-q")
		checkout{t, dir}.commit(map[string]string{".claude/settings.json": shellSettings})
		command := exec.CommandContext(t.Context(), built, "baseline", "write", "-o", "b.json")
		command.Dir = dir
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		accepting = readFile(t, filepath.Join(dir, "b.json"))
	}
	diffOnly := func(r *runner) { r.inputs["diff-only"] = "true" }
	all := func(changes ...func(*runner)) func(*runner) {
		return func(r *runner) {
			for _, change := range changes {
				change(r)
			}
		}
	}
	input := func(name, value string) func(*runner) { return func(r *runner) { r.inputs[name] = value } }
	for _, test := range []struct {
		name         string
		base, head   map[string]string // files, over those of before
		shallow      bool
		change       func(*runner)
		code         int
		log, summary []string // parts that must be there; must not behind a "!"
	}{
		{name: "nothing new", base: map[string]string{".claude/settings.json": shellSettings}, head: map[string]string{"README.md": "x"}, change: diffOnly, code: 0,
			log: []string{"no findings", "1 there before", "!warning"}, summary: []string{"## What this change lets agents do\n\nno agent gained or lost anything · no new findings", "!unrestricted-shell"}},
		{name: "a shell", base: map[string]string{".claude/settings.json": narrowSettings}, head: map[string]string{".claude/settings.json": shellSettings}, change: diffOnly, code: 1,
			log: []string{"agency/unrestricted-shell", "!open-request"}, summary: []string{"### `claude-code`: score", "capability | execute, unasked", "### New findings"}},
		{name: "all of it", base: map[string]string{".claude/settings.json": shellSettings}, head: map[string]string{"README.md": "x"}, code: 1,
			log: []string{"agency/unrestricted-shell", "!there before"}, summary: []string{"unrestricted-shell", "!What this change"}},
		{name: "growth", base: map[string]string{".claude/settings.json": narrowSettings}, head: map[string]string{".claude/settings.json": shellSettings},
			change: all(diffOnly, input("fail-on", "never"), input("max-growth", "5")), code: 1, summary: []string{"1 grew by more than 5"}},
		{name: "growth that does not matter", base: map[string]string{".claude/settings.json": narrowSettings}, head: map[string]string{".claude/settings.json": shellSettings},
			change: all(diffOnly, input("fail-on", "never")), code: 0, summary: []string{"**grew by "}},

		{name: "policy that accepts the change", base: map[string]string{".claude/settings.json": narrowSettings}, head: map[string]string{".claude/settings.json": shellSettings, "leastagency.yaml": acceptAll}, code: 1,
			log: []string{"agency/unrestricted-shell", "!ignored by the policy", "!::warning"}},
		{name: "policy by name", base: map[string]string{".claude/settings.json": narrowSettings}, head: map[string]string{".claude/settings.json": shellSettings, "security/policy.yaml": acceptAll}, change: input("policy", "security/policy.yaml"), code: 1,
			log: []string{"agency/unrestricted-shell", "there is no security/policy.yaml at"}},
		{name: "policy of the base", base: map[string]string{".claude/settings.json": narrowSettings, "leastagency.yaml": acceptAll}, head: map[string]string{".claude/settings.json": shellSettings, "leastagency.yaml": ""}, code: 0,
			log: []string{"ignored by the policy"}},
		{name: "baseline that accepts the change", base: map[string]string{".claude/settings.json": narrowSettings}, head: map[string]string{".claude/settings.json": shellSettings, "b.json": accepting}, change: input("baseline", "b.json"), code: 1,
			log: []string{"agency/unrestricted-shell", "judged without a baseline"}},
		{name: "baseline of the base", base: map[string]string{".claude/settings.json": shellSettings, "b.json": accepting}, head: map[string]string{"b.json": "broken"}, change: input("baseline", "b.json"), code: 0,
			log: []string{"1 in the baseline"}},

		{name: "shallow", base: map[string]string{".claude/settings.json": narrowSettings}, head: map[string]string{".claude/settings.json": shellSettings, "leastagency.yaml": acceptAll}, shallow: true, code: 0,
			log: []string{"::warning title=leastagency::The revision that this pull request is to be merged into is not in the checkout, so it is judged by its own policy", "fetch-depth", "ignored by the policy"}, summary: []string{"> **Warning:** The revision"}},
		{name: "shallow, what is new", base: map[string]string{".claude/settings.json": shellSettings}, head: map[string]string{"README.md": "x"}, shallow: true, change: diffOnly, code: 1,
			log: []string{"::warning title=leastagency::", "everything is shown, not only what is new", "agency/unrestricted-shell"}, summary: []string{"> **Warning:** The revision", "unrestricted-shell"}},
		{name: "not GitHub's merge", base: map[string]string{".claude/settings.json": narrowSettings}, head: map[string]string{".claude/settings.json": shellSettings, "leastagency.yaml": acceptAll}, code: 1,
			// The head of the pull request is checked out: its own parent is no base, the event names it.
			change: func(r *runner) {
				checkout{r.t, r.workspace}.git("checkout", "-q", "HEAD^2")
				checkout{r.t, r.workspace}.commit(map[string]string{"README.md": "one more"})
			}, log: []string{"agency/unrestricted-shell", "!ignored by the policy"}},
		{name: "a head that looks like the merge", base: map[string]string{".claude/settings.json": narrowSettings}, head: map[string]string{"leastagency.yaml": acceptAll}, code: 0,
			// Its parent holds the policy; without the commit that the event names, none is known.
			change: func(r *runner) {
				checkout{r.t, r.workspace}.git("checkout", "-q", "HEAD^2")
				checkout{r.t, r.workspace}.commit(map[string]string{".claude/settings.json": shellSettings})
				r.github["base"] = strings.Repeat("1", 40)
			}, log: []string{"is not in the checkout"}},
		{name: "push", base: map[string]string{".claude/settings.json": shellSettings}, head: map[string]string{"README.md": "x"}, code: 1,
			change: all(diffOnly, func(r *runner) {
				r.github["event_name"], r.github["ref"], r.github["base"] = "push", "refs/heads/main", ""
			}), log: []string{"agency/unrestricted-shell", "!warning"}},
		{name: "several folders", base: map[string]string{"a/.claude/settings.json": narrowSettings, "b/.claude/settings.json": shellSettings}, head: map[string]string{"a/.claude/settings.json": shellSettings}, change: all(diffOnly, input("paths", "a\nb\n")), code: 1,
			log: []string{"a/.claude/settings.json", "!b/.claude/settings.json"}, summary: []string{"a/.claude/settings.json:1:"}},
		{name: "bad choice", base: map[string]string{"x": "1"}, head: map[string]string{"x": "2"}, change: input("diff-only", "yes"), code: 2, log: []string{"::error title=leastagency::diff-only is true or false"}},
		{name: "bad growth", base: map[string]string{"x": "1"}, head: map[string]string{"x": "2"}, change: all(diffOnly, input("max-growth", "$(touch pwned)")), code: 2, log: []string{"invalid argument"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			workspace, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			c := checkout{t, workspace}
			c.git("init", "-q", "-b", "main")
			old := c.commit(test.base)
			c.git("checkout", "-q", "-b", "change")
			c.commit(test.head)
			c.git("checkout", "-q", "main")
			c.commit(map[string]string{"later.md": "what the base gained since"})
			c.git("merge", "-q", "--no-ff", "-m", "merge", "change")
			c.git("checkout", "-q", "--detach")
			if test.shallow {
				clone := filepath.Join(t.TempDir(), "clone")
				c.git("clone", "-q", "--depth", "1", "file://"+workspace, clone)
				c.dir, workspace = clone, clone
			}
			r := newRunner(t, workspace)
			r.built = built
			r.github["event_name"], r.github["ref"], r.github["head"] = "pull_request", "refs/pull/7/merge", "octo/webshop"
			r.github["base"], r.github["sha"] = old, c.git("rev-parse", "HEAD")
			if test.change != nil {
				test.change(r)
			}
			r.run()
			if r.exitCode != test.code {
				t.Errorf("exit status %d, want %d", r.exitCode, test.code)
			}
			for where, text := range map[string]string{"log": r.log.String(), "summary": r.summary} {
				for _, part := range map[string][]string{"log": test.log, "summary": test.summary}[where] {
					absent, not := strings.CutPrefix(part, "!")
					if strings.Contains(text, absent) == not {
						t.Errorf("the %s has it wrong: %q", where, part)
					}
				}
			}
			if _, err := os.Stat(filepath.Join(workspace, "pwned")); err == nil {
				t.Error("an input was run")
			}
			if test.code < 2 {
				wantAll(t, r)
			}
			if t.Failed() {
				t.Logf("log:\n%s\nsummary:\n%s", &r.log, r.summary)
			}
		})
	}
}

// wantAll demands that what is uploaded is all there is, whatever is shown.
func wantAll(t *testing.T, r *runner) {
	t.Helper()
	var log struct {
		Runs []struct {
			Results []struct{ BaselineState string }
		}
	}
	if err := json.Unmarshal([]byte(readFile(t, r.output("sarif-file"))), &log); err != nil {
		t.Fatal(err)
	}
	for _, result := range log.Runs[0].Results {
		if result.BaselineState != "" {
			t.Error("only what is new is uploaded")
		}
	}
	if _, done := r.used[uploadSarif]; !done {
		t.Error("nothing is uploaded")
	}
	if r.inputs["diff-only"] == "true" && strings.Contains(r.log.String(), " there before") && len(log.Runs[0].Results) == 0 {
		t.Error("what was there before is not uploaded")
	}
}

// TestActionVersion: a release is installed by its exact version, and nothing that moves.
func TestActionVersion(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the paths of the simulated runner are those of Unix")
	}
	tools := t.TempDir()
	said := filepath.Join(tools, "said")
	fake := "#!/bin/sh\necho \"$@ GOFLAGS=$GOFLAGS CGO_ENABLED=$CGO_ENABLED\" >'" + said + "'\nprintf '#!/bin/sh\\nexit 2\\n' >\"$GOBIN/leastagency\"\nchmod +x \"$GOBIN/leastagency\"\n"
	if err := os.WriteFile(filepath.Join(tools, "go"), []byte(fake), 0o755); err != nil {
		t.Fatal(err)
	}
	for version, want := range map[string]string{
		"v1.2.3":         "install -trimpath github.com/leastagency/leastagency/cmd/leastagency@v1.2.3 GOFLAGS= CGO_ENABLED=0\n",
		"v1.20.3-rc.1":   "install -trimpath github.com/leastagency/leastagency/cmd/leastagency@v1.20.3-rc.1 GOFLAGS= CGO_ENABLED=0\n",
		"latest":         "",
		"v1":             "",
		"main":           "",
		"":               "",
		"v1.2.3 -x":      "",
		"v1.2.3;touch x": "",
		"v1.2.3\nx":      "",
	} {
		r := newRunner(t, t.TempDir())
		r.path = tools + string(os.PathListSeparator) + os.Getenv("PATH")
		r.inputs["version"] = version
		os.Remove(said)
		r.run()
		got, err := os.ReadFile(said)
		if string(got) != want || (err != nil) != (want == "") || r.exitCode != 2 {
			t.Errorf("version %q: exit status %d, go is called with %q, want %q\n%s", version, r.exitCode, got, want, &r.log)
		}
		if want == "" && !strings.Contains(r.log.String(), "::error title=leastagency::version is source, or a release") {
			t.Errorf("version %q: nothing says what is wrong:\n%s", version, &r.log)
		}
	}
}
