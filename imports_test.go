package leastagency_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"
)

// TestImports holds the direction of imports. Each row forbids packages below one folder to import
// what starts with a prefix, and says why; the first row that matches a folder and an import decides.
func TestImports(t *testing.T) {
	const module = "github.com/leastagency/leastagency"
	rows := []struct {
		folder, prefix string
		allowed        bool
		why            string
	}{
		{".", module, false, "the root holds the words: everything imports it, it imports nothing of ours"},
		{".", "std", true, ""},
		{".", "", false, "the root stays on the standard library, so that importing the words costs nothing"},
		{"internal/rulegen", "cuelang.org/go", true, ""},
		{"policy", "cuelang.org/go", true, ""},
		{"", "cuelang.org/go", false, "CUE costs 7 ms and 10 MB where it is only linked: it stays in policy and internal/rulegen"},
		{"report", "github.com/owenrumney/go-sarif", true, ""},
		{"", "github.com/owenrumney/go-sarif", false, "SARIF is one way of printing: only report knows it"},
		{"internal/gitfs", "os/exec", true, ""},
		{"loaders/gocode", "os/exec", true, ""}, // looks where the go command is, that go/packages starts
		{"", "os/exec", false, "nothing that is scanned is run: git alone is started, by internal/gitfs, which keeps it from what the repository configures"},
		{"diff", module + "/", false, "it compares models, whatever made them"},
		{"baseline", module + "/", false, "it recognises findings, whatever made them"},
		{"internal/gitfs", module, false, "it reads git, whatever for"},
		{"cmd", "", true, ""},
		{"loaders", module + "/authority", false, "loaders state, they do not infer: meet in the words of the root"},
		{"loaders", module + "/checks", false, "loaders state, they do not judge: meet in the words of the root"},
		{"authority", module + "/loaders", false, "inference works on the model, whatever file it came from"},
		{"authority", module + "/checks", false, "inference does not judge"},
		{"checks", module + "/loaders", false, "checks judge the model, whatever file it came from"},
		{"checks", module + "/authority", false, "checks read what inference derived, from the model"},
		{"report", module + "/", false, "a report is printed from the words of the root alone"},
		{"vet/golangci", "github.com/golangci", true, ""},
		{"", "github.com/golangci", false, "golangci-lint is one driver of the analyzer: vet/golangci alone knows it, and is imported by nothing"},
		{"", module + "/vet/golangci", false, "it registers itself where golangci-lint looks, which is nobody else's business"},
		{"", "github.com/spf13/cobra", false, "only the command knows of flags"},
	}
	err := fs.WalkDir(os.DirFS("."), ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == ".git") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder := path.Dir(file)
		for _, spec := range parsed.Imports {
			target, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			for _, row := range rows {
				here := row.folder == "" || folder == row.folder || row.folder != "." && strings.HasPrefix(folder, row.folder+"/")
				std := !strings.Contains(strings.Split(target, "/")[0], ".")
				if !here || !(row.prefix == "std" && std || row.prefix != "std" && strings.HasPrefix(target, row.prefix)) {
					continue
				}
				if !row.allowed {
					t.Errorf("%s imports %s: %s", file, target, row.why)
				}
				break
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
