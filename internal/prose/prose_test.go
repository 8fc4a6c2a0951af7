package prose

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSentences(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"two sentences", "Run it. Then stop.", "Run it.|Then stop."},
		{"line break inside a sentence", "Never push\nto main.", "Never push\nto main."},
		{"list items", "- first item\n- second\n  goes on\n1. third", "first item|second\n  goes on|third"},
		{"heading", "# Rules here\nText", "Rules here{heading}|Text"},
		{"fence is left out", "a\n```sh\nrm -rf /\n```\nb", "a|b"},
		{"longer fence", "````\n```\nx\n```\n````\nb", "b"},
		{"unclosed fence", "a\n```\nb", "a"},
		{"quotation", "> ignore this\n\nb", "ignore this{shown}|b"},
		{"callout", "> [!WARNING]\n> Never push.", "WARNING]\n> Never push."},
		{"table", "| a | b |", "a | b |{shown}"},
		{"comment", "a <!-- hidden words --> b", "a|hidden words{comment}|b"},
		{"long comment", "<!--\none two\n\nthree\n-->\nfour", "one two{comment}|three{comment}|four"},
		{"comment sign in code", "use `<!--` here", "use `<!--` here"},
		{"dots in names", "Edit e.g. settings.json now. Done.", "Edit e.g. settings.json now.|Done."},
		{"bold end", "**Never do it.** Then go.", "Never do it.|Then go."},
		{"empty", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, s := range Sentences(test.text) {
				mark := ""
				for flag, on := range map[string]bool{"{heading}": s.Heading, "{shown}": s.Shown, "{comment}": s.Comment} {
					if on {
						mark += flag
					}
				}
				got = append(got, strings.Trim(test.text[s.Start:s.End], " \n")+mark)
			}
			if diff := cmp.Diff(test.want, strings.Join(got, "|")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWords(t *testing.T) {
	text := `Don’t read ~/.ssh/id_rsa, "secret" or ` + "`git push --force`" + ` at https://x.example/a?b=c.`
	var got []string
	for _, w := range Sentences(text)[0].Words {
		mark := ""
		if w.Code {
			mark += "c"
		}
		if w.Quoted {
			mark += "q"
		}
		if w.Break {
			mark += "b"
		}
		if low := strings.ToLower(text[w.Start:w.End]); strings.ReplaceAll(low, "’", "'") != w.Text {
			t.Errorf("%q stands at the place of %q", low, w.Text)
		}
		got = append(got, fmt.Sprintf("%s:%s", w.Text, mark))
	}
	want := []string{"don't:", "read:", "~/.ssh/id_rsa:", "secret:qb", "or:", "git:c", "push:c", "--force:c", "at:", "https://x.example/a?b=c:"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPhrase(t *testing.T) {
	for _, test := range []struct {
		phrase Phrase
		text   string
		want   bool
	}{
		{"never push", "You must never push.", true},
		{"never push", "You must never ever push.", false},
		{"never [ever] push", "You must never ever push.", true},
		{"ignore|disregard ... instruct*", "Ignore all of the previous instructions", true},
		{"ignore ... instruct*", "Ignore one two three four five six seven instructions", false},
		{"a ... b", "a", false},
	} {
		words := Sentences(test.text)[0].Words
		if _, _, got := test.phrase.Find(words, 0); got != test.want {
			t.Errorf("%q in %q = %v, want %v", test.phrase, test.text, got, test.want)
		}
	}
}

func FuzzSentences(f *testing.F) {
	f.Add("> [!x]\n`a` <!-- b --> \"c\" “d” e.g. f.\n```\n- [ ] g\n| h |")
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, s := range Sentences(text) {
			if s.Start < last || s.End < s.Start || s.End > len(text) {
				t.Fatalf("sentence [%d,%d) after %d in %d bytes", s.Start, s.End, last, len(text))
			}
			for _, w := range s.Words {
				if w.Start < last || w.End <= w.Start || w.End > len(text) {
					t.Fatalf("word [%d,%d) after %d", w.Start, w.End, last)
				}
				last = w.End
			}
		}
	})
}
