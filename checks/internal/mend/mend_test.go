package mend

import (
	"strings"
	"testing"

	"github.com/leastagency/leastagency"
)

// at returns a file without the marks « and », and the place between them.
func at(text string) leastagency.Span {
	start := strings.Index(text, "«")
	end := strings.Index(text, "»") - len("«")
	text = strings.NewReplacer("«", "", "»", "").Replace(text)
	return leastagency.NewFile("a.json", []byte(text)).Span(start, end)
}

func made(at leastagency.Span, edits ...leastagency.Edit) string {
	return string((&leastagency.Change{File: at.File, Edits: edits}).Apply())
}

func TestRemove(t *testing.T) {
	tests := map[string]string{ // an empty result is one that is not understood
		`{"a": «"1"», "b": 2}`:                          `{"b": 2}`,
		`{"b": 2, "a": «"1"»}`:                          `{"b": 2}`,
		`{"b": 2, «"a"»: "1", "c": 3}`:                  `{"b": 2, "c": 3}`,
		`{"a": «true»}`:                                 `{}`,
		"{\n  \"b\": 2,\n  \"a\": «\"1\"»\n}\n":         "{\n  \"b\": 2\n}\n",
		"{\r\n  \"a\": «\"1\"»,\r\n  \"b\": 2\r\n}\r\n": "{\r\n  \"b\": 2\r\n}\r\n",
		`{«"a"»: {"x": 1}, "b": 2}`:                     "",
		`{"a\"": «1», "b": 2}`:                          "",
		`["a", «"b"», "c"]`:                             "",
		"{ // note\n \"a\": «1», \"b\": 2}":             "",
		"{\"c\": 1, // note,\n \"a\": «1», \"b\": 2}":   "",
		"a: «1»\nb: 2\n":                                "",
		"{a: «1», b: 2}":                                "",
		`«1»`:                                           "",
		`{"a": «1»`:                                     "",
	}
	for text, want := range tests {
		span := at(text)
		edit, ok := Remove(span)
		if ok != (want != "") {
			t.Errorf("%s: understood %v", text, ok)
		} else if got := made(span, edit); ok && got != want {
			t.Errorf("%s gives\n%s, want\n%s", text, got, want)
		}
	}
}

func TestFlip(t *testing.T) {
	tests := map[string]string{
		`{"a": «true»}`:       `{"a": false}`,
		`{«"a"»: true}`:       `{"a": false}`,
		"a: «'true'» # why\n": "a: 'false' # why\n",
		"«a»: true\nb: 1\n":   "a: false\nb: 1\n",
		`{"a": «false»}`:      "",
		`{«"a"»: {"b": 1}}`:   "",
		`{«"a"»: `:            "",
	}
	for text, want := range tests {
		span := at(text)
		fix := Off(span, "off")
		if (fix != nil) != (want != "") {
			t.Errorf("%s: fix %v", text, fix)
		} else if fix != nil && made(span, fix.Edits...) != want {
			t.Errorf("%s gives %s, want %s", text, made(span, fix.Edits...), want)
		}
		if fix != nil && On(at(want[:strings.Index(want, "false")]+"«false»"+want[strings.Index(want, "false")+5:]), "on") == nil {
			t.Errorf("%s: cannot be switched on again", want)
		}
	}
}

func TestBefore(t *testing.T) {
	tests := map[string]string{
		`{"a": «true»}`:             `{"k": 1, "a": true}`,
		"{\n\t\"a\": «true»\n}":     "{\n\t\"k\": 1,\n\t\"a\": true\n}",
		"{\r\n  \"a\": «true»\r\n}": "{\r\n  \"k\": 1,\r\n  \"a\": true\r\n}",
		"a: «true»\n":               "",
		`[«true»]`:                  "",
	}
	for text, want := range tests {
		span := at(text)
		edit, ok := Before(span, `"k": 1`)
		if ok != (want != "") {
			t.Errorf("%s: understood %v", text, ok)
		} else if ok && made(span, edit) != want {
			t.Errorf("%s gives %q, want %q", text, made(span, edit), want)
		}
	}
}
