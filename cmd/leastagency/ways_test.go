package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/leastagency/leastagency/baseline"
)

// section returns what stands between two marks of a text, and the text before and behind.
func section(t *testing.T, text, name string) (before, inside, after string) {
	t.Helper()
	from, to := "<!-- "+name+" -->\n", "<!-- /"+name+" -->\n"
	before, rest, found := strings.Cut(text, from)
	inside, after, closed := strings.Cut(rest, to)
	if !found || !closed {
		t.Fatalf("no section %s", name)
	}
	return before + from, inside, to + after
}

// TestReadmeFiles: the README shows the files that init writes, and none is long.
func TestReadmeFiles(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for name, template := range map[string]string{"workflow": workflowTemplate, "pre-commit": preCommitTemplate} {
		before, _, after := section(t, text, name)
		text = before + "```yaml\n" + template + "```\n" + after
		if lines := strings.Count(template, "\n"); lines >= 30 {
			t.Errorf("%s has %d lines: a way in has less than thirty", name, lines)
		}
	}
	if text == string(data) {
		return
	}
	if !update {
		t.Fatal("the README shows other files than init writes: LEASTAGENCY_UPDATE=1 go test ./cmd/leastagency")
	}
	if err := os.WriteFile("../../README.md", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestReadmeCommands: the commands that the README shows do what they should in a repository.
func TestReadmeCommands(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := section(t, string(data), "cli")
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../testdata/systems/webshop")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", "-A"}, {"-c", "user.name=Ann", "-c", "user.email=ann@example.test", "commit", "-q", "-m", "x"}} {
		if out, err := exec.CommandContext(t.Context(), "git", args...).CombinedOutput(); err != nil {
			t.Skipf("git: %v\n%s", err, out)
		}
	}
	commands := 0
	for line := range strings.Lines(block) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "```" {
			continue
		}
		if words[0] != "leastagency" {
			t.Fatalf("not a command of ours: %s", line)
		}
		commands++
		want := exitClean
		if words[1] == "scan" {
			want = exitFindings
		}
		var out, errs bytes.Buffer
		if status := run(words[1:], nil, &out, &errs); status != want || out.Len() == 0 {
			t.Errorf("%s exits with %d, want %d, and prints %d bytes\n%s", line, status, want, out.Len(), errs.String())
		}
	}
	if commands < 4 || commands >= 30 {
		t.Errorf("%d commands", commands)
	}
	for _, file := range []string{"results.sarif", baseline.Name, ".github/workflows/leastagency.yml", ".pre-commit-config.yaml"} {
		if _, err := os.Stat(file); err != nil {
			t.Error(err)
		}
	}
}
