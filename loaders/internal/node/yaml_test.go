package node

import (
	"testing"

	"github.com/leastagency/leastagency"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

func TestYAML(t *testing.T) {
	runTable(t, []parseTest{
		{"scalars", "yaml", "a: plain text # c\nb: 'it''s'\nc: \"x\\ny\"\nd: 12\ne: -1.5\nf: True\ng: ~\nh:\ni: 'same'\nj: yes\n\"k\": 2024-01-01\n", `
$ map "a: plain text # c\nb: 'it''s'\nc: \"x\\ny\"\nd: 12\ne: -1.5\nf: True\ng: ~\nh:\ni: 'same'\nj: yes\n\"k\": 2024-01-01"
$.a string "plain text" at "a": "plain text" raw
$.b string "it's" at "b": "'it''s'"
$.c string "x\ny" at "c": "\"x\\ny\""
$.d number "12" at "d": "12" raw
$.e number "-1.5" at "e": "-1.5" raw
$.f bool "True" at "f": "True" raw
$.g null "~" at "g": "~" raw
$.h null "" at "h": "" raw
$.i string "same" at "i": "'same'" raw
$.j string "yes" at "j": "yes" raw
$.k string "2024-01-01" at "\"k\"": "2024-01-01" raw
comment "c" "# c"
`},
		{"characters of every width", "yaml", "ключ: знач\n😀: [\"é😀\", ü, '€']\nx: y\n", `
$ map "ключ: знач\n😀: [\"é😀\", ü, '€']\nx: y"
$.ключ string "знач" at "ключ": "знач" raw
$.😀 list at "😀": "[\"é😀\", ü, '€']"
$.😀[0] string "é😀" "\"é😀\"" raw
$.😀[1] string "ü" "ü" raw
$.😀[2] string "€" "'€'" raw
$.x string "y" at "x": "y" raw
`},
		{"byte-order mark and carriage returns", "yaml", "\ufeffa: b\r\nc: |\r\n  one\r\n  two\r\nd: [e,\r\n  f]\r\n", `
$ map "a: b\r\nc: |\r\n  one\r\n  two\r\nd: [e,\r\n  f]"
$.a string "b" at "a": "b" raw
$.c string "one\ntwo\n" at "c": "|\r\n  one\r\n  two"
$.d list at "d": "[e,\r\n  f]"
$.d[0] string "e" "e" raw
$.d[1] string "f" "f" raw
`},
		{"nested blocks", "yaml", "a:\n  b:\n  - c\n  - d: 1\n    e: 2\n  -\n  f:\n    g: h\ni: j\n", `
$ map "a:\n  b:\n  - c\n  - d: 1\n    e: 2\n  -\n  f:\n    g: h\ni: j"
$.a map at "a": "b:\n  - c\n  - d: 1\n    e: 2\n  -\n  f:\n    g: h"
$.a.b list at "b": "- c\n  - d: 1\n    e: 2\n  -"
$.a.b[0] string "c" "c" raw
$.a.b[1] map "d: 1\n    e: 2"
$.a.b[1].d number "1" at "d": "1" raw
$.a.b[1].e number "2" at "e": "2" raw
$.a.b[2] null "" "" raw
$.a.f map at "f": "g: h"
$.a.f.g string "h" at "g": "h" raw
$.i string "j" at "i": "j" raw
`},
		{"flow", "yaml", "a: {b: [1, {c: d}, ], e, f: , \"g\":h} # x\nb: []\nc: {}\nd: [x: y, ? z]\n", `
$ map "a: {b: [1, {c: d}, ], e, f: , \"g\":h} # x\nb: []\nc: {}\nd: [x: y, ? z]"
$.a map at "a": "{b: [1, {c: d}, ], e, f: , \"g\":h}"
$.a.b list at "b": "[1, {c: d}, ]"
$.a.b[0] number "1" "1" raw
$.a.b[1] map "{c: d}"
$.a.b[1].c string "d" at "c": "d" raw
$.a.e null "" at "e": "" raw
$.a.f null "" at "f": "" raw
$.a.g string "h" at "\"g\"": "h" raw
$.b list at "b": "[]"
$.c map at "c": "{}"
$.d list at "d": "[x: y, ? z]"
$.d[0] map "x: y"
$.d[0].x string "y" at "x": "y" raw
$.d[1] map "? z"
$.d[1].z null "" at "z": "" raw
comment "x" "# x"
`},
		{"flow over lines", "yaml", "a: [\n  b, # one ]\n  c\n]\nd: {\n  e: f, # }\n}\n", `
$ map "a: [\n  b, # one ]\n  c\n]\nd: {\n  e: f, # }\n}"
$.a list at "a": "[\n  b, # one ]\n  c\n]"
$.a[0] string "b" "b" raw
$.a[1] string "c" "c" raw
$.d map at "d": "{\n  e: f, # }\n}"
$.d.e string "f" at "e": "f" raw
comment "one ]" "# one ]"
comment "}" "# }"
`},
		{"several lines", "yaml", "a: one\n  two\n\n  three # c\nb: \"one\n  two\"\nc:\n  - d\n    e\n", `
$ map "a: one\n  two\n\n  three # c\nb: \"one\n  two\"\nc:\n  - d\n    e"
$.a string "one two\nthree" at "a": "one\n  two\n\n  three"
$.b string "one two" at "b": "\"one\n  two\""
$.c list at "c": "- d\n    e"
$.c[0] string "d e" "d\n    e"
comment "c" "# c"
`},
		{"block scalars", "yaml", "a: |\n  # no comment\n  x: y\n\n  z\n\nb: >-  # comment\n  folded\n  text\nc: |2+\n   x\n\nd: |\ne: |- # empty\nf: x\n", `
$ map "a: |\n  # no comment\n  x: y\n\n  z\n\nb: >-  # comment\n  folded\n  text\nc: |2+\n   x\n\nd: |\ne: |- # empty\nf: x"
$.a string "# no comment\nx: y\n\nz\n" at "a": "|\n  # no comment\n  x: y\n\n  z"
$.b string "folded text" at "b": ">-  # comment\n  folded\n  text"
$.c string " x\n\n" at "c": "|2+\n   x"
$.d string "" at "d": "|"
$.e string "" at "e": "|-"
$.f string "x" at "f": "x" raw
comment "comment" "# comment"
comment "empty" "# empty"
`},
		{"documents", "yaml", "# first\na: 1\n---\n# second\n- b\n...\n---\n--- c # third\n", `
--- 0
$ map "a: 1"
$.a number "1" at "a": "1" raw
comment "first" "# first"
--- 1
$ list "- b"
$[0] string "b" "b" raw
comment "second" "# second"
--- 2
--- 3
$ string "c" "c" raw
comment "third" "# third"
`},
		{"no document", "yaml", "# nothing\n", ``},
		{"tags construct nothing", "yaml", "a: !!python/object/apply:os.system ['id']\nb: !env SECRET\nc: !!str 12\nd: !!int \"7\"\ne: !!binary aGk=\nf: ! x\n", `
$ map "a: !!python/object/apply:os.system ['id']\nb: !env SECRET\nc: !!str 12\nd: !!int \"7\"\ne: !!binary aGk=\nf: ! x"
$.a list at "a": "['id']"
$.a[0] string "id" "'id'" raw
$.b string "SECRET" at "b": "SECRET" raw
$.c string "12" at "c": "12" raw
$.d number "7" at "d": "\"7\"" raw
$.e string "aGk=" at "e": "aGk=" raw
$.f string "x" at "f": "x" raw
`},
		{"aliases stand where their anchor stands", "yaml", "base: &base {a: 1, b: &x two}\nuse: *base\nlist: [*x, &y z, *y]\n*x : k\n", `
$ map "base: &base {a: 1, b: &x two}\nuse: *base\nlist: [*x, &y z, *y]\n*x : k"
$.base map at "base": "{a: 1, b: &x two}"
$.base.a number "1" at "a": "1" raw
$.base.b string "two" at "b": "two" raw
$.use map at "use": "{a: 1, b: &x two}"
$.use.a number "1" at "a": "1" raw
$.use.b string "two" at "b": "two" raw
$.list list at "list": "[*x, &y z, *y]"
$.list[0] string "two" "two" raw
$.list[1] string "z" "z" raw
$.list[2] string "z" "z" raw
$.two string "k" at "*x": "k" raw
`},
		{"merge keys", "yaml", "base: &b {a: 1, b: 2}\nmore: &m\n  b: 3\n  c: 4\nuse:\n  <<: [*b, *m]\n  a: own\nother:\n  d: 5\n  <<: *m\n\"<<\": quoted\nbad:\n  <<: text\n", `
$ map "base: &b {a: 1, b: 2}\nmore: &m\n  b: 3\n  c: 4\nuse:\n  <<: [*b, *m]\n  a: own\nother:\n  d: 5\n  <<: *m\n\"<<\": quoted\nbad:\n  <<: text"
$.base map at "base": "{a: 1, b: 2}"
$.base.a number "1" at "a": "1" raw
$.base.b number "2" at "b": "2" raw
$.more map at "more": "b: 3\n  c: 4"
$.more.b number "3" at "b": "3" raw
$.more.c number "4" at "c": "4" raw
$.use map at "use": "<<: [*b, *m]\n  a: own"
$.use.a string "own" at "a": "own" raw
$.use.b number "2" at "b": "2" raw
$.use.c number "4" at "c": "4" raw
$.other map at "other": "d: 5\n  <<: *m"
$.other.d number "5" at "d": "5" raw
$.other.b number "3" at "b": "3" raw
$.other.c number "4" at "c": "4" raw
$.<< string "quoted" at "\"<<\"": "quoted" raw
$.bad map at "bad": "<<: text"
$.bad.<< string "text" at "<<": "text" raw
`},
		{"anchor above a block", "yaml", "a: &x\n  b: c\nd: &y !!map # why\n  - e\n&k f: g\n", `
$ map "a: &x\n  b: c\nd: &y !!map # why\n  - e\n&k f: g"
$.a map at "a": "b: c"
$.a.b string "c" at "b": "c" raw
$.d list at "d": "- e"
$.d[0] string "e" "e" raw
$.f string "g" at "f": "g" raw
comment "why" "# why"
`},
		{"duplicate keys", "yaml", "a: 1\nb: {c: 1, \"c\": 2}\na: 3\n", `
$ map "a: 1\nb: {c: 1, \"c\": 2}\na: 3"
$.a number "1" at "a": "1" raw
$.b map at "b": "{c: 1, \"c\": 2}"
$.b.c number "1" at "c": "1" raw
$.b.c number "2" at "\"c\"": "2" raw
$.a number "3" at "a": "3" raw
2:11 duplicate: key "c" stands twice in one map: readers disagree which one counts "\"c\""
3:1 duplicate: key "a" stands twice in one map: readers disagree which one counts "a"
`},
		{"keys that are no scalars", "yaml", "? [a, b]\n: c\n? d\n: e\nf: {{ template }}\n[x]: y\n", `
$ map "? [a, b]\n: c\n? d\n: e\nf: {{ template }}\n[x]: y"
$.[a, b] string "c" at "[a, b]": "c" raw
$.d string "e" at "d": "e" raw
$.f map at "f": "{{ template }}"
$.f.{ template } null "" at "{ template }": "" raw
$.[x] string "y" at "[x]": "y" raw
`},
		{"cut off in a flow list", "yaml", "a: 1\nb:\n  c: 2\n  d: [x,\n    y\ne: 3\n", `
$ map "a: 1\nb:\n  c: 2"
$.a number "1" at "a": "1" raw
$.b map at "b": "c: 2"
$.b.c number "2" at "c": "2" raw
6:1 syntax: YAML does not parse: did not find expected ',' or ']' "e: 3"
`},
		{"cut off in quotes", "yaml", "a: 1\nb: \"x\nc: 2\n", `
$ map "a: 1"
$.a number "1" at "a": "1" raw
2:1 syntax: YAML does not parse: found unexpected end of stream "b: \"x"
`},
		{"a colon too many", "yaml", "a: 1\nb: Use when: x\nc: 2\n", `
$ map "a: 1"
$.a number "1" at "a": "1" raw
2:1 syntax: YAML does not parse: mapping values are not allowed in this context "b: Use when: x"
`},
		{"text behind quotes", "yaml", "a: 1\nb: \"x\" y\nc: 2\n", `
$ map "a: 1"
$.a number "1" at "a": "1" raw
2:1 syntax: YAML does not parse: did not find expected key "b: \"x\" y"
`},
		{"a tab for indentation", "yaml", "a:\n  b: 1\n\tc: 2\n", `
$ map "a:\n  b: 1"
$.a map at "a": "b: 1"
$.a.b number "1" at "b": "1" raw
3:2 syntax: YAML does not parse: found a tab character that violates indentation "c: 2"
`},
		{"wrong indentation", "yaml", "a:\n    b: 1\n  c: 2\nd: 3\n", `
$ map "a:\n    b: 1"
$.a map at "a": "b: 1"
$.a.b number "1" at "b": "1" raw
3:3 syntax: YAML does not parse: did not find expected key "c: 2"
`},
		{"unknown anchor", "yaml", "a: 1\nb: *none\nc: 2\n", `
$ map "a: 1"
$.a number "1" at "a": "1" raw
2:1 syntax: YAML does not parse: alias of an anchor that is not there "b: *none"
`},
		{"an alias in its own anchor", "yaml", "a: &a [x, *a]\nb: &b\n  c: *b\n", `
$ map "a: &a [x, *a]\nb: &b\n  c: *b"
$.a list at "a": "[x, *a]"
$.a[0] string "x" "x" raw
$.a[1] invalid "" "*a"
$.b map at "b": "c: *b"
$.b.c invalid "" at "c": "*b"
1:11 limit: alias stands inside of its own anchor: it has no end "*a"
`},
		{"a break in the second document", "yaml", "a: 1\n---\nb: 2\nc: [\n", `
--- 0
$ map "a: 1"
$.a number "1" at "a": "1" raw
--- 1
$ map "b: 2"
$.b number "2" at "b": "2" raw
4:1 syntax: YAML does not parse: did not find expected node content "c: ["
`},
		{"not UTF-8", "yaml", "a: x\xffy\nb: z\n", `
$ map "a: x\xffy\nb: z"
$.a string "x�y" at "a": "x\xffy"
$.b string "z" at "b": "z" raw
1:5 encoding: byte 0xff is not UTF-8 "\xff"
`},
		{"hidden characters are kept", "yaml", "a: x\ufeffy\nb: \"\u200bz\x1b[0m\"\nc: d\n", `
$ map "a: x\ufeffy\nb: \"\u200bz\x1b[0m\"\nc: d"
$.a string "x\ufeffy" at "a": "x\ufeffy" raw
$.b string "\u200bz\x1b[0m" at "b": "\"\u200bz\x1b[0m\"" raw
$.c string "d" at "c": "d" raw
2:7 syntax: YAML forbids the character U+001B: strict readers reject the file "\x1b"
`},
		{"YAML's own line ends", "yaml", "a: b\u0085c: d\u2028e: f\rg: h\n", `
$ map "a: b\u0085c: d\u2028e: f\rg: h"
$.a string "b" at "a": "b" raw
$.c string "d" at "c": "d" raw
$.e string "f" at "e": "f" raw
$.g string "h" at "g": "h" raw
`},
		{"comments", "yaml", "#!/bin/x\na: b#c # d\n#e\nf: \"#g\" #h\ni: '#j'\n  # k\n", `
$ map "a: b#c # d\n#e\nf: \"#g\" #h\ni: '#j'"
$.a string "b#c" at "a": "b#c" raw
$.f string "#g" at "f": "\"#g\"" raw
$.i string "#j" at "i": "'#j'" raw
comment "!/bin/x" "#!/bin/x"
comment "d" "# d"
comment "e" "#e"
comment "h" "#h"
comment "k" "# k"
`},
	})
}

// TestYAMLStrings holds that whatever style a text is written in, it is read back and stands where
// verify expects it.
func TestYAMLStrings(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		styles := rapid.SampledFrom([]yaml.Style{0, yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle, yaml.LiteralStyle, yaml.FoldedStyle})
		letters := rapid.StringOfN(rapid.SampledFrom([]rune("ab é😀\n\t:#-,[]{}'\"&*!|>\u0085\u2028\ufeff\u200b")), 0, 12, -1)
		text := func() *yaml.Node {
			return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: letters.Draw(rt, "text"), Style: styles.Draw(rt, "style")}
		}
		var tree func(depth int) *yaml.Node
		tree = func(depth int) *yaml.Node {
			n := &yaml.Node{}
			switch kind := rapid.IntRange(0, 2).Draw(rt, "kind"); {
			case kind == 0 && depth > 0 || depth == 4:
				return text()
			case kind == 1:
				n.Kind = yaml.SequenceNode
				for range rapid.IntRange(0, 3).Draw(rt, "items") {
					n.Content = append(n.Content, tree(depth+1))
				}
			default:
				n.Kind = yaml.MappingNode
				for range rapid.IntRange(0, 3).Draw(rt, "members") {
					n.Content = append(n.Content, text(), tree(depth+1))
				}
			}
			if rapid.Bool().Draw(rt, "flow") {
				n.Style = yaml.FlowStyle
			}
			return n
		}
		source, err := yaml.Marshal(tree(0))
		if err != nil {
			rt.Skip(err)
		}
		if yaml.Unmarshal(source, new(yaml.Node)) != nil {
			rt.Skip("the encoder wrote what the decoder does not take")
		}
		docs, problems := parse(t, "yaml", string(source))
		if has(problems, leastagency.ProblemSyntax) {
			rt.Fatalf("problems: %s", list(problems))
		}
		var got []string
		collect(docs[0].Root, &got)
		var again yaml.Node
		if err := yaml.Unmarshal(source, &again); err != nil {
			rt.Fatal(err)
		}
		var wanted []string
		scalars(&again, &wanted)
		if len(got) != len(wanted) {
			rt.Fatalf("%q\ngives %q\nwant  %q", source, got, wanted)
		}
		for i := range got {
			if got[i] != wanted[i] {
				rt.Fatalf("%q\ngives %q\nwant  %q", source, got, wanted)
			}
		}
	})
}

// scalars appends the texts of all scalars in order.
func scalars(n *yaml.Node, out *[]string) {
	if n.Kind == yaml.ScalarNode {
		*out = append(*out, n.Value)
	}
	for _, child := range n.Content {
		scalars(child, out)
	}
}
