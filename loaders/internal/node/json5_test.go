package node

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/leastagency/leastagency"
)

func TestJSON5(t *testing.T) {
	runTable(t, []parseTest{
		{"all that JSON has not", "json5", "// one\n{a: 'it\"s', $b_1: [+1, .5, 0xfF, -Infinity,], 'c d': \"x\\\ny\", /* two */}", `
$ map "{a: 'it\"s', $b_1: [+1, .5, 0xfF, -Infinity,], 'c d': \"x\\\ny\", /* two */}"
$.a string "it\"s" at "a": "'it\"s'" raw
$.$b_1 list at "$b_1": "[+1, .5, 0xfF, -Infinity,]"
$.$b_1[0] number "+1" "+1" raw
$.$b_1[1] number ".5" ".5" raw
$.$b_1[2] number "0xfF" "0xfF" raw
$.$b_1[3] number "-Infinity" "-Infinity" raw
$.c d string "xy" at "'c d'": "\"x\\\ny\""
comment "one" "// one"
comment "two" "/* two */"
`},
		{"escapes", "json5", `['\x41\u00e9\ud83d\ude00\q\'', "plain"]`, `
$ list "['\\x41\\u00e9\\ud83d\\ude00\\q\\'', \"plain\"]"
$[0] string "Aé😀q'" "'\\x41\\u00e9\\ud83d\\ude00\\q\\''"
$[1] string "plain" "\"plain\"" raw
`},
		{"duplicate keys", "json5", `{a: 1, 'a': 2}`, `
$ map "{a: 1, 'a': 2}"
$.a number "1" at "a": "1" raw
$.a number "2" at "'a'": "2" raw
1:8 duplicate: key "a" stands twice in one map: readers disagree which one counts "'a'"
`},
		{"a break keeps what stands before", "json5", `{a: {b: 1, c d}, e: 2}`, `
$ map "{a: {b: 1, c "
$.a map at "a": "{b: 1, c "
$.a.b number "1" at "b": "1" raw
1:14 syntax: JSON5 does not parse: ':' is missing behind a key "d"
`},
		{"no number", "json5", `[01, 2]`, `
$ list "["
$[0] invalid "" ""
1:2 syntax: JSON5 does not parse: bare word that is no number, true, false or null "0"
`},
		{"not closed", "json5", `{a: ['x', "y`, `
$ map "{a: ['x', \"y"
$.a list at "a": "['x', \"y"
$.a[0] string "x" "'x'" raw
$.a[1] string "y" "\"y"
1:11 syntax: JSON5 does not parse: string is not closed "\""
`},
		{"no value", "json5", `{a: `, `
$ map "{a: "
1:2 syntax: JSON5 does not parse: a key has no value "a"
`},
		{"a key that needs quotes", "json5", `{a-b: 1}`, `
$ map "{"
1:2 syntax: JSON5 does not parse: a key is missing, or it needs quotes "a"
`},
		{"comment not closed", "json5", `[1 /* ]`, `
$ list "[1 "
$[0] number "1" "1" raw
1:4 syntax: JSON5 does not parse: comment is not closed "/"
`},
		{"more than one value", "json5", `{} {}`, `
$ map "{}"
1:4 syntax: JSON5 does not parse: something follows the value "{"
`},
		{"nothing", "json5", `// x`, `
comment "x" "// x"
1:5 syntax: JSON5 does not parse: a value is missing: the file is empty ""
`},
	})
}

// FuzzJSON5 holds besides that every text of JSON is one of JSON5.
func FuzzJSON5(f *testing.F) {
	fuzz(f, "json5", []string{
		`{a: 'x', "b": [1, +.5e3, 0x1f, NaN, tru], }`, "// a\u2028{b: 1}", `{a: '\x4`, "'a\\\r\nb'", `[,]`, `{a 1}`, `["\ud83d\ude00"]`, "{\x00", "{a:/*", "",
	}, func(t *testing.T, text string, problems []*leastagency.Problem) {
		if utf8.ValidString(text) && json.Valid([]byte(text)) && has(problems, leastagency.ProblemSyntax) {
			t.Errorf("valid JSON is no JSON5: %q\n%s", text, list(problems))
		}
	})
}
