package node

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestJSON(t *testing.T) {
	runTable(t, []parseTest{
		{"kinds", "json", `{"a": "x", "b": [1, -2.5e3, true, false, null, {}, []]}`, `
$ map "{\"a\": \"x\", \"b\": [1, -2.5e3, true, false, null, {}, []]}"
$.a string "x" at "\"a\"": "\"x\"" raw
$.b list at "\"b\"": "[1, -2.5e3, true, false, null, {}, []]"
$.b[0] number "1" "1" raw
$.b[1] number "-2.5e3" "-2.5e3" raw
$.b[2] bool "true" "true" raw
$.b[3] bool "false" "false" raw
$.b[4] null "null" "null" raw
$.b[5] map "{}"
$.b[6] list "[]"
`},
		{"escapes are not raw", "json", `["a\nb", "\u0041", "\ud83d\ude00", "é😀", ""]`, `
$ list "[\"a\\nb\", \"\\u0041\", \"\\ud83d\\ude00\", \"é😀\", \"\"]"
$[0] string "a\nb" "\"a\\nb\""
$[1] string "A" "\"\\u0041\""
$[2] string "😀" "\"\\ud83d\\ude00\""
$[3] string "é😀" "\"é😀\"" raw
$[4] string "" "\"\"" raw
`},
		{"byte-order mark and carriage returns", "json", "\ufeff{\r\n \"ключ\": \"знач\"\r\n}\r\n", `
$ map "{\r\n \"ключ\": \"знач\"\r\n}"
$.ключ string "знач" at "\"ключ\"": "\"знач\"" raw
`},
		{"comments and trailing commas", "jsonc", "// one\n{\"a\": 1, /* two */ \"b\": [1,],\n// three\r\n}// four", `
$ map "{\"a\": 1, /* two */ \"b\": [1,],\n// three\r\n}"
$.a number "1" at "\"a\"": "1" raw
$.b list at "\"b\"": "[1,]"
$.b[0] number "1" "1" raw
comment "one" "// one"
comment "two" "/* two */"
comment "three" "// three"
comment "four" "// four"
`},
		{"a comment where none may be", "json", "{\"a\": 1, // why\n \"b\": 2,}", `
$ map "{\"a\": 1, // why\n \"b\": 2,}"
$.a number "1" at "\"a\"": "1" raw
$.b number "2" at "\"b\"": "2" raw
comment "why" "// why"
1:10 syntax: comment in a JSON file: strict readers reject the whole file "// why"
`},
		{"a trailing comma where none may be", "json", `{"a": [1,]} // x`, `
$ map "{\"a\": [1,]}"
$.a list at "\"a\"": "[1,]"
$.a[0] number "1" "1" raw
comment "x" "// x"
1:9 syntax: comma before a closing bracket: strict readers reject the whole file ","
`},
		{"comment marks inside of strings", "json", `{"u": "https://x/*y*/", "c": "a,]"}`, `
$ map "{\"u\": \"https://x/*y*/\", \"c\": \"a,]\"}"
$.u string "https://x/*y*/" at "\"u\"": "\"https://x/*y*/\"" raw
$.c string "a,]" at "\"c\"": "\"a,]\"" raw
`},
		{"a comment can't hide what follows", "jsonc", "{// a\u2028b\n\"x\": 1, // c\r\"y\": 2}", `
$ map "{// a\u2028b\n\"x\": 1, // c\r\"y\": 2}"
$.x number "1" at "\"x\"": "1" raw
$.y number "2" at "\"y\"": "2" raw
comment "a\u2028b" "// a\u2028b"
comment "c" "// c"
`},
		{"duplicate keys", "json", `{"a": 1, "b": {"a": 2}, "\u0061": 3}`, `
$ map "{\"a\": 1, \"b\": {\"a\": 2}, \"\\u0061\": 3}"
$.a number "1" at "\"a\"": "1" raw
$.b map at "\"b\"": "{\"a\": 2}"
$.b.a number "2" at "\"a\"": "2" raw
$.a number "3" at "\"\\u0061\"": "3" raw
1:25 duplicate: key "a" stands twice in one map: readers disagree which one counts "\"\\u0061\""
`},
		{"empty", "json", " \n", `
2:1 syntax: JSON does not parse: a value is missing: the file is empty ""
`},
		{"missing comma", "json", `{"a": {"b": 1 "c": 2}, "d": 3}`, `
$ map "{\"a\": {\"b\": 1"
$.a map at "\"a\"": "{\"b\": 1"
$.a.b number "1" at "\"b\"": "1" raw
1:15 syntax: JSON does not parse: invalid character '"' after object value (expecting ',' or '}') "\""
`},
		{"cut off behind a colon", "json", `{"a": [1, {"b": "x", "c":`, `
$ map "{\"a\": [1, {\"b\": \"x\","
$.a list at "\"a\"": "[1, {\"b\": \"x\","
$.a[0] number "1" "1" raw
$.a[1] map "{\"b\": \"x\","
$.a[1].b string "x" at "\"b\"": "\"x\"" raw
1:11 syntax: JSON does not parse: '{' is not closed "{"
`},
		{"cut off in a string", "json", `["é", "abc`, `
$ list "[\"é\","
$[0] string "é" "\"é\"" raw
1:7 syntax: JSON does not parse: string is not closed "\""
`},
		{"comment not closed", "jsonc", `{"a": 1 /* b}`, `
$ map "{\"a\": 1"
$.a number "1" at "\"a\"": "1" raw
1:9 syntax: JSON does not parse: comment is not closed "/*"
`},
		{"wrong bracket", "json", `{"a": [1, 2}`, `
$ map "{\"a\": [1, 2"
$.a list at "\"a\"": "[1, 2"
$.a[0] number "1" "1" raw
$.a[1] number "2" "2" raw
1:12 syntax: JSON does not parse: invalid character '}' after array value (expecting ',' or ']') "}"
`},
		{"the text of a bad literal is not repeated", "json", "{\"a\": \"hidden\tvalue\", \"b\": 1}", `
$ map "{"
1:7 syntax: JSON does not parse: string holds a control character or an escape that JSON does not know "\"hidden\tvalue\""
`},
		{"bare word", "json", `{"a": 1, "b": hidden, "c": 1}`, `
$ map "{\"a\": 1,"
$.a number "1" at "\"a\"": "1" raw
1:15 syntax: JSON does not parse: bare word that is no number, true, false or null "hidden"
`},
		{"two values", "json", "{}\n{\"a\": 1}", `
$ map "{}"
2:1 syntax: JSON does not parse: invalid character '{' after top-level value "{"
`},
		{"not UTF-8", "json", "{\"a\": \"x\xff\xfey\", \"b\": \"z\"}", `
$ map "{\"a\": \"x\xff\xfey\", \"b\": \"z\"}"
$.a string "x�y" at "\"a\"": "\"x\xff\xfey\""
$.b string "z" at "\"b\"": "\"z\"" raw
1:9 encoding: byte 0xff is not UTF-8 "\xff"
`},
		{"UTF-16", "json", "\xff\xfe{\x00}\x00", `
1:1 encoding: the file is UTF-16, not UTF-8: most readers reject it ""
`},
	})
}

// TestJSONStrings holds that every string is read as encoding/json reads it, from the bytes under its place.
func TestJSONStrings(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		want := rapid.MapOf(rapid.String(), rapid.SliceOf(rapid.String())).Draw(rt, "tree")
		var text []byte
		var err error
		if rapid.Bool().Draw(rt, "indent") {
			text, err = json.MarshalIndent(want, "", "\t")
		} else {
			text, err = json.Marshal(want)
		}
		if err != nil {
			rt.Fatal(err)
		}
		docs, problems := parse(t, "json", string(text))
		if len(problems) > 0 {
			rt.Fatalf("problems: %s", list(problems))
		}
		same := func(text string, source string) {
			var decoded string
			if err := json.Unmarshal([]byte(source), &decoded); err != nil || decoded != text {
				rt.Fatalf("%q is read from %q", text, source)
			}
		}
		if got := len(docs[0].Root.Each()); got != len(want) {
			rt.Fatalf("%d members, want %d", got, len(want))
		}
		for _, m := range docs[0].Root.Members {
			same(m.Key, m.At.Text())
			items := m.Value.List()
			if len(items) != len(want[m.Key]) {
				rt.Fatalf("%d items at %q, want %d", len(items), m.Key, len(want[m.Key]))
			}
			for i, item := range items {
				same(item.Text, item.At.Text())
				if item.Text != want[m.Key][i] {
					rt.Fatalf("item %q, want %q", item.Text, want[m.Key][i])
				}
			}
		}
	})
}

// TestJSONCut holds that a file that is cut off anywhere gives what stands before the cut.
func TestJSONCut(t *testing.T) {
	const text = `{"a": [1, "two", {"b": null}], "c": {"d": "é", "e": [[]]}, "f": true}`
	whole, _ := parse(t, "json", text)
	for i := 1; i < len(text); i++ {
		docs, problems := parse(t, "json", text[:i])
		if len(problems) == 0 {
			t.Errorf("no problem in %s", text[:i])
		}
		if docs[0].Root == nil {
			t.Errorf("no tree from %s", text[:i])
			continue
		}
		var texts, wanted []string
		collect(docs[0].Root, &texts)
		collect(whole[0].Root, &wanted)
		if !strings.HasPrefix(strings.Join(wanted, " "), strings.Join(texts, " ")) {
			t.Errorf("%s gives %q", text[:i], texts)
		}
	}
}

// collect appends all keys and scalars in order.
func collect(n *Node, out *[]string) {
	if n.Kind != Map && n.Kind != List {
		*out = append(*out, n.Text)
	}
	for _, m := range n.Members {
		*out = append(*out, m.Key)
		collect(m.Value, out)
	}
	for _, item := range n.Items {
		collect(item, out)
	}
}
