package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestCan runs testdata/can/<product>.txtar. The first folder of each file's path names a case: a
// repository of its own, whose files below HOME lie in the user's home folder instead. The file "want"
// of a case holds one question a line, behind the line that names the agent. $DIR is the repository,
// $USER the home folder.
//
//	agent claude-code
//	deny  .claude/settings.json:4  Bash(git push)
//	ask   -                        Read(/etc/passwd)     nothing written decides
//	deny  -  --headless  Read(/etc/passwd)
func TestCan(t *testing.T) {
	archives, err := filepath.Glob("../../testdata/can/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, file := range archives {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		wants := map[string]string{}
		for _, f := range archive.Files {
			name, rest, _ := strings.Cut(f.Name, "/")
			if rest == "want" {
				wants[name] = string(f.Data)
				continue
			}
			if below, ok := strings.CutPrefix(rest, "HOME/"); ok {
				name, rest = "home of "+name, below
			}
			to := filepath.Join(dir, name, filepath.FromSlash(rest))
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(to, f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for name, want := range wants {
			if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
				t.Fatal(err)
			}
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+name, func(t *testing.T) {
				t.Setenv("HOME", filepath.Join(dir, "home of "+name))
				ask(t, filepath.Join(dir, name), want)
			})
		}
	}
}

// ask puts the questions of a "want" to the command.
func ask(t *testing.T, dir, want string) {
	agent := ""
	for line := range strings.Lines(want) {
		line = strings.TrimSpace(line)
		word, rest, _ := strings.Cut(line, " ")
		switch {
		case word == "" || word[0] == '#':
			continue
		case word == "agent":
			agent = strings.TrimSpace(rest)
			continue
		}
		by, action, _ := strings.Cut(strings.TrimSpace(rest), " ")
		action = strings.TrimSpace(action)
		args := []string{"can", agent, "", "--path", dir, "--format", "json"}
		if rest, ok := strings.CutPrefix(action, "--headless "); ok {
			action, args = strings.TrimSpace(rest), append(args, "--headless")
		}
		args[2] = strings.NewReplacer("$DIR", filepath.ToSlash(dir), "$USER", filepath.ToSlash(os.Getenv("HOME"))).Replace(action)
		var out, errs bytes.Buffer
		if status := run(args, nil, &out, &errs); status != exitClean {
			t.Errorf("%s: status %d: %s", action, status, errs.String())
			continue
		}
		var got verdict
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		place := "-"
		if got.By != nil {
			place = fmt.Sprintf("%s:%d", got.By.Path, got.By.Line)
		}
		if got.Decision != word || place != by {
			t.Errorf("%s: %s by %s, want %s by %s (%s)", action, got.Decision, place, word, by, got.Why)
		}
	}
}

// TestCanFollowsLinks: a link is allowed where both it and its target are, and denied where one is.
func TestCanFollowsLinks(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HOME", "")
	for name, text := range map[string]string{".claude/settings.json": `{"permissions": {"deny": ["Read(secrets/**)"], "allow": ["Edit(src/**)"]}}`, "secrets/key": "", "src/a": "", "docs/b": ""} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"notes": "secrets/key", "src/out": "../docs/b", "src/in": "a", "etc": "/etc"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skip("no links here:", err)
		}
	}
	ask(t, dir, `
agent claude-code
deny  .claude/settings.json:1  Read(notes)
deny  .claude/settings.json:1  read($DIR/notes)
allow .claude/settings.json:1  Edit(src/in)
ask   -  Edit(src/out)
ask   -  Read(etc/hostname)
allow -  Read(src/a)
`)
}

// TestCanRefuses: an unknown agent and an action that cannot be read are mistakes of usage.
func TestCanRefuses(t *testing.T) {
	t.Setenv("HOME", "")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "CLAUDE.md"), []byte("Be kind.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"nobody", "read(a)"}, "agents: claude-code"},
		{[]string{"claude-code", "Bash(echo \"a)"}, "no command line"},
		{[]string{"claude-code", "Bash(ls"}, "not closed"},
		{[]string{"claude-code", "Bash()"}, "empty"},
		{[]string{"claude-code", "git push"}, "names no tool"},
		{[]string{"claude-code", "Frobnicate(a)"}, "no tool"},
		{[]string{"claude-code", "mcp__"}, "names no server"},
		{[]string{"claude-code", "fetch(http://)"}, "no host"},
		{[]string{"claude-code", "read(a)", "--format", "xml"}, "one of text, json"},
		{[]string{"claude-code", "read(a)", "--path", filepath.Join(dir, "none")}, "cannot read"},
		{[]string{"claude-code"}, "accepts 2 arg"},
	} {
		var out, errs bytes.Buffer
		args := append([]string{"can"}, test.args...)
		if len(test.args) < 4 {
			args = append(args, "--path", dir)
		}
		if status := run(args, nil, &out, &errs); status != exitUsage || !strings.Contains(errs.String(), test.want) || out.Len() > 0 {
			t.Errorf("%q: status %d, %q, %q; want %q", test.args, status, errs.String(), out.String(), test.want)
		}
	}
}
