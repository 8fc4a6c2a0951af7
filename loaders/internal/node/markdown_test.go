package node

import "testing"

func TestMarkdown(t *testing.T) {
	runTable(t, []parseTest{
		{"front matter", "markdown", "---\nname: x # c\ntools: [Read, 'Bash(ls:*)']\n---\n# Title\n\ntext\n", `
$ map "name: x # c\ntools: [Read, 'Bash(ls:*)']"
$.name string "x" at "name": "x" raw
$.tools list at "tools": "[Read, 'Bash(ls:*)']"
$.tools[0] string "Read" "Read" raw
$.tools[1] string "Bash(ls:*)" "'Bash(ls:*)'" raw
comment "c" "# c"
body "# Title\n\ntext\n"
`},
		{"byte-order mark and carriage returns", "markdown", "\ufeff---\r\nname: ключ 😀\r\ndescription: >\r\n  one\r\n  two\r\n---\r\nbody\r\n", `
$ map "name: ключ 😀\r\ndescription: >\r\n  one\r\n  two"
$.name string "ключ 😀" at "name": "ключ 😀" raw
$.description string "one two\n" at "description": ">\r\n  one\r\n  two"
body "body\r\n"
`},
		{"none", "markdown", "\ufeff# Title\n---\na: b\n---\n", `
body "# Title\n---\na: b\n---\n"
`},
		{"empty file", "markdown", "", `
body ""
`},
		{"empty", "markdown", "---\n---\nbody", `
body "body"
`},
		{"comment only", "markdown", "---  \n# name: x\n---\t\n", `
body ""
`},
		{"not closed", "markdown", "---\nname: x\n\nbody\n", `
body "---\nname: x\n\nbody\n"
1:1 syntax: front matter is not closed by a line ---: the file is read without it "---"
`},
		{"a rule at the top", "markdown", "---\n", `
body "---\n"
`},
		{"prose between two rules", "markdown", "---\n\nSome prose: with a colon: twice.\n\n---\nmore\n", `
body "---\n\nSome prose: with a colon: twice.\n\n---\nmore\n"
`},
		{"prose that is YAML", "markdown", "---\nSome prose.\n---\nmore\n", `
body "---\nSome prose.\n---\nmore\n"
`},
		{"rule in a text", "markdown", "---\na: |\n  ---\nb: c\n---\nbody\n", `
$ map "a: |\n  ---\nb: c"
$.a string "---\n" at "a": "|\n  ---"
$.b string "c" at "b": "c" raw
body "body\n"
`},
		{"a colon too many", "markdown", "---\nname: reviewer\ndescription: Use when: code is \"done\". Context: user: 'x'\ntools: Read, Bash\nmodel: 'opus' # c\nallowed-tools:\n  - Bash(git log: *)\n  - Read\nmax: 3\n---\nbody\n", `
$ map "name: reviewer\ndescription: Use when: code is \"done\". Context: user: 'x'\ntools: Read, Bash\nmodel: 'opus' # c\nallowed-tools:\n  - Bash(git log: *)\n  - Read\nmax: 3"
$.name string "reviewer" at "name": "reviewer" raw
$.description string "Use when: code is \"done\". Context: user: 'x'" at "description": "Use when: code is \"done\". Context: user: 'x'" raw
$.tools string "Read, Bash" at "tools": "Read, Bash" raw
$.model string "opus" at "model": "'opus'" raw
$.allowed-tools list at "allowed-tools": "- Bash(git log: *)\n  - Read"
$.allowed-tools[0] string "Bash(git log: *)" "Bash(git log: *)" raw
$.allowed-tools[1] string "Read" "Read" raw
$.max number "3" at "max": "3" raw
body "body\n"
3:1 syntax: front matter is not YAML: mapping values are not allowed in this context; strict readers ignore it "description: Use when: code is \"done\". Context: user: 'x'"
`},
		{"an unquoted star", "markdown", "---\ndescription:\nglobs: *.ts,*.tsx\nalwaysApply: false\n---\n", `
$ map "description:\nglobs: *.ts,*.tsx\nalwaysApply: false"
$.description null "" at "description": "" raw
$.globs string "*.ts,*.tsx" at "globs": "*.ts,*.tsx" raw
$.alwaysApply bool "false" at "alwaysApply": "false" raw
body ""
3:1 syntax: front matter is not YAML: did not find expected alphabetic or numeric character; strict readers ignore it "globs: *.ts,*.tsx"
`},
		{"brackets that are no list", "markdown", "---\nargument-hint: [a] | [b]\ndescription: x\n---\n", `
$ map "argument-hint: [a] | [b]\ndescription: x"
$.argument-hint string "[a] | [b]" at "argument-hint": "[a] | [b]" raw
$.description string "x" at "description": "x" raw
body ""
2:1 syntax: front matter is not YAML: did not find expected comment or line break; strict readers ignore it "argument-hint: [a] | [b]"
`},
		{"lines that go on", "markdown", "---\ndescription: Use when: one\n  two\nthree: é\u200b: x\nname: y\n---\n", `
$ map "description: Use when: one\n  two\nthree: é\u200b: x\nname: y"
$.description string "Use when: one two" at "description": "Use when: one\n  two"
$.three string "é\u200b: x" at "three": "é\u200b: x" raw
$.name string "y" at "name": "y" raw
body ""
2:1 syntax: front matter is not YAML: mapping values are not allowed in this context; strict readers ignore it "description: Use when: one\n  two"
`},
		{"quotes in quotes", "markdown", "---\ndescription: \"say \"hi\" now\"\nname: z\n---\n", `
$ map "description: \"say \"hi\" now\"\nname: z"
$.description string "say \"hi\" now" at "description": "\"say \"hi\" now\"" raw
$.name string "z" at "name": "z" raw
body ""
2:1 syntax: front matter is not YAML: did not find expected key; strict readers ignore it "description: \"say \"hi\" now\""
`},
		{"items that are no YAML", "markdown", "---\ntools:\n  - *x\n  - \"a\" b\n  -\nname: z\n---\n", `
$ map "tools:\n  - *x\n  - \"a\" b\n  -\nname: z"
$.tools list at "tools": "- *x\n  - \"a\" b\n  -"
$.tools[0] string "*x" "*x" raw
$.tools[1] string "\"a\" b" "\"a\" b" raw
$.tools[2] null "" "" raw
$.name string "z" at "name": "z" raw
body ""
2:1 syntax: front matter is not YAML: alias of an anchor that is not there; strict readers ignore it "tools:\n  - *x\n  - \"a\" b\n  -"
`},
		{"nested map beside a broken line", "markdown", "---\nx: a: b\nmeta:\n  k: [1, 2]\n  k: 3\n---\n", `
$ map "x: a: b\nmeta:\n  k: [1, 2]\n  k: 3"
$.x string "a: b" at "x": "a: b" raw
$.meta map at "meta": "k: [1, 2]\n  k: 3"
$.meta.k list at "k": "[1, 2]"
$.meta.k[0] number "1" "1" raw
$.meta.k[1] number "2" "2" raw
$.meta.k number "3" at "k": "3" raw
body ""
2:1 syntax: front matter is not YAML: mapping values are not allowed in this context; strict readers ignore it "x: a: b"
5:3 duplicate: key "k" stands twice in one map: readers disagree which one counts "k"
`},
	})
}
