package command

import (
	"fmt"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	for line, want := range map[string]string{
		"a b":                       `"a b" [a b]`,
		"a && b || c; d | e & f":    `"a" [a] "b" [b] "c" [c] "d" [d] "e" [e] "f" [f]`,
		"A=1 B=2 c 'd e'":           `"A=1 B=2 c 'd e'" [c d e] A B`,
		"a \"$(b)\" `c`":            `"a \"$(b)\" ` + "`c`" + `" [a  ] "b" [b] "c" [c]`,
		"a > x >> 'y z' 2>&1":       `"a" [a] >x >y z`,
		"a >/dev/null <in":          `"a" [a]`,
		"(a; b) > c":                `"" [] >c "a" [a] "b" [b]`,
		"export A=$(b)":             `"export A=$(b)" [export] "b" [b]`,
		"for i in 1; do a $i; done": `"a $i" [a ${i}]`,
		"a\nb # c":                  `"a" [a] "b" [b]`,
		"a <<E\nb\nE":               `"a" [a]`,
	} {
		parts, err := Split(line)
		if err != nil {
			t.Errorf("%q: %v", line, err)
			continue
		}
		var got []string
		for _, p := range parts {
			s := fmt.Sprintf("%q %v", p.Text, p.Words)
			for _, v := range p.Vars {
				s += " " + v
			}
			for _, w := range p.Writes {
				s += " >" + w
			}
			got = append(got, s)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q:\n got %s\nwant %s", line, s, want)
		}
	}
	for _, line := range []string{"a 'b", "a $(b", "if a", "a &&"} {
		if _, err := Split(line); err == nil {
			t.Errorf("%q is no command line, and there is no error", line)
		}
	}
	parts, _ := Split("A=1 timeout 5 npm test")
	if got := parts[0].From(2); got != "npm test" {
		t.Errorf("From(2) = %q", got)
	}
}
