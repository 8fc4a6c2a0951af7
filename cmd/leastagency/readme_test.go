package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// TestReadme proves that the output shown in the README is what the command prints.
func TestReadme(t *testing.T) {
	t.Chdir("../..")
	var out, errs bytes.Buffer
	run([]string{"scan", "testdata/systems/webshop", "--only", "combination/lethal-trifecta,boundary/bypassable-deny,boundary/prompt-only"}, nil, &out, &errs)
	if errs.Len() > 0 {
		t.Fatal(errs.String())
	}
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), "<!-- scan -->\n")
	_, after, closed := strings.Cut(rest, "<!-- /scan -->\n")
	if !found || !closed {
		t.Fatal("README.md has no scan block")
	}
	want := before + "<!-- scan -->\n```\n" + out.String() + "```\n<!-- /scan -->\n" + after
	if want == string(text) {
		return
	}
	if os.Getenv("LEASTAGENCY_UPDATE") == "" {
		t.Fatal("the README shows another output than the command prints: LEASTAGENCY_UPDATE=1 go test ./cmd/leastagency")
	}
	if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}
