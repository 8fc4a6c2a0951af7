package node

import "testing"

func TestTOML(t *testing.T) {
	runTable(t, []parseTest{
		{"scalars", "toml", "a = \"x\" # c\nb = 'y'\nc = 12\nd = 1_000.5\ne = true\nf = 2024-01-01T00:00:00Z\n\"g h\" = \"a\\tb\"\ni = 0xff\n", `
$ map "a = \"x\" # c\nb = 'y'\nc = 12\nd = 1_000.5\ne = true\nf = 2024-01-01T00:00:00Z\n\"g h\" = \"a\\tb\"\ni = 0xff\n"
$.a string "x" at "a": "\"x\"" raw
$.b string "y" at "b": "'y'" raw
$.c number "12" at "c": "12" raw
$.d number "1_000.5" at "d": "1_000.5" raw
$.e bool "true" at "e": "true" raw
$.f string "2024-01-01T00:00:00Z" at "f": "2024-01-01T00:00:00Z" raw
$.g h string "a\tb" at "\"g h\"": "\"a\\tb\""
$.i number "0xff" at "i": "0xff" raw
comment "c" "# c"
`},
		{"several lines", "toml", "a = \"\"\"\none\n two\"\"\"\nb = '''x'y'''\nc = \"\"\"a\\\n  b\"\"\"\nd = \"\"\n", `
$ map "a = \"\"\"\none\n two\"\"\"\nb = '''x'y'''\nc = \"\"\"a\\\n  b\"\"\"\nd = \"\"\n"
$.a string "one\n two" at "a": "\"\"\"\none\n two\"\"\""
$.b string "x'y" at "b": "'''x'y'''" raw
$.c string "ab" at "c": "\"\"\"a\\\n  b\"\"\""
$.d string "" at "d": "\"\"" raw
`},
		{"byte-order mark, carriage returns, every width", "toml", "\ufeffk = \"é😀\"\r\n[\"ключ\"]\r\nv = [ \"ü\" ,\r\n 'x' ]\r\n", `
$ map "k = \"é😀\"\r\n[\"ключ\"]\r\nv = [ \"ü\" ,\r\n 'x' ]\r\n"
$.k string "é😀" at "k": "\"é😀\"" raw
$.ключ map at "\"ключ\"": "[\"ключ\"]\r\nv = [ \"ü\" ,\r\n 'x' ]"
$.ключ.v list at "v": "[ \"ü\" ,\r\n 'x' ]"
$.ключ.v[0] string "ü" "\"ü\"" raw
$.ключ.v[1] string "x" "'x'" raw
`},
		{"tables", "toml", "top = 1\n[a]\nx = 1\n[a.b]\ny = 2\n[ c . \"d\" ]\nz = 3\n[c]\nw = 4\n", `
$ map "top = 1\n[a]\nx = 1\n[a.b]\ny = 2\n[ c . \"d\" ]\nz = 3\n[c]\nw = 4\n"
$.top number "1" at "top": "1" raw
$.a map at "a": "[a]\nx = 1"
$.a.x number "1" at "x": "1" raw
$.a.b map at "b": "[a.b]\ny = 2"
$.a.b.y number "2" at "y": "2" raw
$.c map at "c": "[c]\nw = 4"
$.c.d map at "\"d\"": "[ c . \"d\" ]\nz = 3"
$.c.d.z number "3" at "z": "3" raw
$.c.w number "4" at "w": "4" raw
`},
		{"dotted keys", "toml", "a.b.c = 1\na.b.d = 2\na . e = 3\n", `
$ map "a.b.c = 1\na.b.d = 2\na . e = 3\n"
$.a map at "a": "a"
$.a.b map at "b": "b"
$.a.b.c number "1" at "c": "1" raw
$.a.b.d number "2" at "d": "2" raw
$.a.e number "3" at "e": "3" raw
`},
		{"tables in a list", "toml", "[[s]]\nn = 1\n[s.t]\nk = 1\n[[s]]\nn = 2\n[s.t]\nk = 2\n", `
$ map "[[s]]\nn = 1\n[s.t]\nk = 1\n[[s]]\nn = 2\n[s.t]\nk = 2\n"
$.s list at "s": "[[s]]\nn = 1\n[s.t]\nk = 1\n[[s]]"
$.s[0] map "[[s]]\nn = 1"
$.s[0].n number "1" at "n": "1" raw
$.s[0].t map at "t": "[s.t]\nk = 1"
$.s[0].t.k number "1" at "k": "1" raw
$.s[1] map "[[s]]\nn = 2"
$.s[1].n number "2" at "n": "2" raw
$.s[1].t map at "t": "[s.t]\nk = 2"
$.s[1].t.k number "2" at "k": "2" raw
`},
		{"lists and inline tables", "toml", "a = [1, [2, 3], # c ]\n {x = 1, y.z = [ ]}, ]\nb = { }\nc = {d = {e = 'f'}} # g\n", `
$ map "a = [1, [2, 3], # c ]\n {x = 1, y.z = [ ]}, ]\nb = { }\nc = {d = {e = 'f'}} # g\n"
$.a list at "a": "[1, [2, 3], # c ]\n {x = 1, y.z = [ ]}, ]"
$.a[0] number "1" "1" raw
$.a[1] list "[2, 3]"
$.a[1][0] number "2" "2" raw
$.a[1][1] number "3" "3" raw
$.a[2] map "{x = 1, y.z = [ ]}"
$.a[2].x number "1" at "x": "1" raw
$.a[2].y map at "y": "y"
$.a[2].y.z list at "z": "[ ]"
$.b map at "b": "{ }"
$.c map at "c": "{d = {e = 'f'}}"
$.c.d map at "d": "{e = 'f'}"
$.c.d.e string "f" at "e": "'f'" raw
comment "c ]" "# c ]"
comment "g" "# g"
`},
		{"duplicates", "toml", "a = 1\na = 2\n[t]\nb = 1\n[t]\nc = 2\n[a]\nd = 1\n[u]\nv = {w = 1, w = 2}\n[u.v.x]\ny = 1\n", `
$ map "a = 1\na = 2\n[t]\nb = 1\n[t]\nc = 2\n[a]\nd = 1\n[u]\nv = {w = 1, w = 2}\n[u.v.x]\ny = 1\n"
$.a number "1" at "a": "1" raw
$.a number "2" at "a": "2" raw
$.t map at "t": "[t]\nb = 1"
$.t.b number "1" at "b": "1" raw
$.t map at "t": "[t]\nc = 2"
$.t.c number "2" at "c": "2" raw
$.a map at "a": "[a]\nd = 1"
$.a.d number "1" at "d": "1" raw
$.u map at "u": "[u]\nv = {w = 1, w = 2}"
$.u.v map at "v": "{w = 1, w = 2}"
$.u.v.w number "1" at "w": "1" raw
$.u.v.w number "2" at "w": "2" raw
$.u.v.x map at "x": "[u.v.x]\ny = 1"
$.u.v.x.y number "1" at "y": "1" raw
2:1 duplicate: key "a" stands twice in one map: readers disagree which one counts "a"
5:2 duplicate: key "t" stands twice in one map: readers disagree which one counts "t"
7:2 duplicate: key "a" stands twice in one map: readers disagree which one counts "a"
10:13 duplicate: key "w" stands twice in one map: readers disagree which one counts "w"
`},
		{"broken value", "toml", "a = 1\n[t]\nb = \nc = 3\n", `
$ map "a = 1\n[t]\nb = \nc = 3\n"
$.a number "1" at "a": "1" raw
$.t map at "t": "[t]"
3:5 syntax: TOML does not parse: unexpected character U+000A at start of value: not read from here on "\n"
`},
		{"cut off in a list", "toml", "a = 1\nb = [1, 2", `
$ map "a = 1\nb = [1, 2"
$.a number "1" at "a": "1" raw
2:9 syntax: TOML does not parse: array is incomplete: not read from here on "2"
`},
		{"cut off in a string", "toml", "a = 1\nb = \"x\nc = 2\n", `
$ map "a = 1\nb = \"x\nc = 2\n"
$.a number "1" at "a": "1" raw
2:7 syntax: TOML does not parse: basic strings cannot have new lines: not read from here on "\n"
`},
		{"the text of a broken value is not repeated", "toml", "a = hidden\n", `
1:5 syntax: TOML does not parse: unexpected character U+0068 'h' at start of value: not read from here on "h"
`},
		{"not UTF-8", "toml", "a = \"x\xffy\"\nb = 1\n", `
$ map "a = \"x\xffy\"\nb = 1\n"
$.a string "x�y" at "a": "\"x\xffy\""
$.b number "1" at "b": "1" raw
1:7 encoding: byte 0xff is not UTF-8 "\xff"
`},
		{"empty", "toml", "# only\n", `
comment "only" "# only"
`},
		{"comments", "toml", "# a\n[t] # b\nx = [ # c\n # d\n 1, # e\n # f\n] # g\n# h", `
$ map "# a\n[t] # b\nx = [ # c\n # d\n 1, # e\n # f\n] # g\n# h"
$.t map at "t": "[t] # b\nx = [ # c\n # d\n 1, # e\n # f\n]"
$.t.x list at "x": "[ # c\n # d\n 1, # e\n # f\n]"
$.t.x[0] number "1" "1" raw
comment "a" "# a"
comment "b" "# b"
comment "c" "# c"
comment "d" "# d"
comment "e" "# e"
comment "f" "# f"
comment "g" "# g"
comment "h" "# h"
`},
	})
}
