package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/leastagency/leastagency"
)

func TestDiff(t *testing.T) {
	tests := map[string]struct {
		text, find, with string // every find is replaced
		want             string
	}{
		"close together": {"1\n2\n3x\n4\n5\n6\n7\n8x\n9\n", "x", "", "@@ -1,9 +1,9 @@\n 1\n 2\n-3x\n+3\n 4\n 5\n 6\n 7\n-8x\n+8\n 9\n"},
		"far apart":      {"1x\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11x\n", "x", "y", "@@ -1,4 +1,4 @@\n-1x\n+1y\n 2\n 3\n 4\n@@ -8,4 +8,4 @@\n 8\n 9\n 10\n-11x\n+11y\n"},
		"a line more":    {"1\nx\n2\n3\n4\n5\n6\n7\n8\n9\nx\n", "x", "y\nz", "@@ -1,5 +1,6 @@\n 1\n-x\n+y\n+z\n 2\n 3\n 4\n@@ -8,4 +9,5 @@\n 7\n 8\n 9\n-x\n+y\n+z\n"},
		"a line less":    {"1\nx\n2\n", "x\n", "", "@@ -1,3 +1,2 @@\n 1\n-x\n 2\n"},
		"no line end":    {"1\nx", "x", "y", "@@ -1,2 +1,2 @@\n 1\n-x\n+y\n"},
		"hidden":         {"a\u202eb\tc\r\n", "\u202e", "", "@@ -1,1 +1,1 @@\n-a\\u202eb\tc\n+ab\tc\n"},
		"a secret":       {"a: " + token + " x\nb: " + password + "\n", "x", "y", "@@ -1,2 +1,2 @@\n-a: ghp_… x\n+a: ghp_… y\n b: ***\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			file := leastagency.NewFile("a\nb", []byte(test.text))
			r := &leastagency.Report{System: &leastagency.System{}}
			if i := strings.Index(test.text, password); i >= 0 {
				r.Secrets = []leastagency.Span{file.Span(i, i+len(password))}
			}
			change := &leastagency.Change{File: file}
			for at := 0; ; {
				i := strings.Index(test.text[at:], test.find)
				if i < 0 {
					break
				}
				at += i + len(test.find)
				change.Edits = append(change.Edits, leastagency.Edit{At: file.Span(at-len(test.find), at), New: test.with})
			}
			var b bytes.Buffer
			if err := Diff(&b, r, Options{Policy: policy()}, []*leastagency.Change{change}); err != nil {
				t.Fatal(err)
			}
			if want := "--- a/a\\nb\n+++ b/a\\nb\n" + test.want; b.String() != want {
				t.Errorf("got\n%s\nwant\n%s", b.String(), want)
			}
		})
	}
}
