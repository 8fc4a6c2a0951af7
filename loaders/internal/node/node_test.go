package node

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/leastagency/leastagency"
	"go.yaml.in/yaml/v3"
)

var kindNames = [...]string{"invalid", "null", "bool", "number", "string", "list", "map"}

// dump writes a tree, one node a line: its path, kind and text, and the bytes under its place (under
// its key's and its value's for members).
func dump(docs ...*Document) string {
	var b strings.Builder
	var walk func(path string, key string, n *Node)
	walk = func(path, key string, n *Node) {
		fmt.Fprintf(&b, "%s %s", path, kindNames[n.Kind])
		if n.Kind != Map && n.Kind != List {
			fmt.Fprintf(&b, " %q", n.Text)
		}
		if key != "" {
			fmt.Fprintf(&b, " at %q:", key)
		}
		fmt.Fprintf(&b, " %q", n.At.Text())
		if n.Raw {
			b.WriteString(" raw")
		}
		b.WriteString("\n")
		for _, m := range n.Members {
			walk(path+"."+m.Key, m.At.Text(), m.Value)
		}
		for i, item := range n.Items {
			walk(path+"["+strconv.Itoa(i)+"]", "", item)
		}
	}
	for i, doc := range docs {
		if len(docs) > 1 {
			fmt.Fprintf(&b, "--- %d\n", i)
		}
		if doc.Root != nil {
			walk("$", "", doc.Root)
		}
		for _, c := range doc.Comments {
			fmt.Fprintf(&b, "comment %q %q\n", c.Text, c.At.Text())
		}
		if !doc.Body.IsZero() {
			fmt.Fprintf(&b, "body %q\n", doc.Body.Text())
		}
	}
	return b.String()
}

// list writes problems, one a line: place, kind, text and the bytes under the place.
func list(problems []*leastagency.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		from := p.At.From()
		fmt.Fprintf(&b, "%d:%d %s: %s %q\n", from.Line, from.Column, problemNames[p.Kind], p.Text, p.At.Text())
	}
	return b.String()
}

var problemNames = map[leastagency.ProblemKind]string{
	leastagency.ProblemSyntax:       "syntax",
	leastagency.ProblemDuplicateKey: "duplicate",
	leastagency.ProblemLimit:        "limit",
	leastagency.ProblemEncoding:     "encoding",
}

// parse reads text as the named format and checks what must hold for any input.
func parse(t *testing.T, format, text string) ([]*Document, []*leastagency.Problem) {
	t.Helper()
	f := leastagency.NewFile("x", []byte(text))
	docs, problems := parsers[format](f)
	if string(f.Data) != text {
		t.Errorf("the parser changed the file")
	}
	verify(t, f, format, docs, problems)
	return docs, problems
}

var parsers = map[string]func(f *leastagency.File) ([]*Document, []*leastagency.Problem){
	"json":     one(ParseJSON),
	"jsonc":    one(ParseJSONC),
	"json5":    one(ParseJSON5),
	"yaml":     ParseYAML,
	"toml":     one(ParseTOML),
	"markdown": one(ParseMarkdown),
}

func one(parse func(f *leastagency.File) (*Document, []*leastagency.Problem)) func(f *leastagency.File) ([]*Document, []*leastagency.Problem) {
	return func(f *leastagency.File) ([]*Document, []*leastagency.Problem) {
		doc, problems := parse(f)
		return []*Document{doc}, problems
	}
}

// verify checks what must hold of every parsed file, however broken.
func verify(t *testing.T, f *leastagency.File, format string, docs []*Document, problems []*leastagency.Problem) {
	t.Helper()
	valid := utf8.Valid(f.Data)
	within := func(what string, at leastagency.Span) {
		t.Helper()
		if at.File != f || at.Start < 0 || at.Start > at.End || at.End > len(f.Data) {
			t.Fatalf("%s stands at [%d, %d) of a file of %d bytes", what, at.Start, at.End, len(f.Data))
		}
		if valid && !utf8.ValidString(at.Text()) {
			t.Errorf("%s splits a character: %q", what, at.Text())
		}
	}
	nested := format == "json" || format == "jsonc" || format == "json5"
	var walk func(n *Node, depth int)
	walk = func(n *Node, depth int) {
		if depth > 2*maxDepth+2 {
			t.Fatalf("a tree deeper than %d", depth)
		}
		within("a value", n.At)
		if n.Raw && n.Inner().Text() != n.Text {
			t.Errorf("raw text %q stands as %q", n.Text, n.Inner().Text())
		}
		if !utf8.ValidString(n.Text) {
			t.Errorf("text is not UTF-8: %q", n.Text)
		}
		if format == "yaml" && valid && n.Kind > Invalid && n.Kind < List {
			verifyYAML(t, n)
		}
		last := n.At.Start
		inside := func(at leastagency.Span) {
			if nested && (at.Start < last || at.End > n.At.End) {
				t.Errorf("child at [%d, %d) stands before its brother's end %d or behind its parent's end %d", at.Start, at.End, last, n.At.End)
			}
			last = at.End
		}
		for _, m := range n.Members {
			within("a key", m.At)
			inside(m.At)
			inside(m.Value.At)
			walk(m.Value, depth+1)
		}
		for _, item := range n.Items {
			inside(item.At)
			walk(item, depth+1)
		}
	}
	for _, doc := range docs {
		if doc.Root != nil {
			walk(doc.Root, 0)
		}
		for _, c := range doc.Comments {
			within("a comment", c.At)
			if text := c.At.Text(); text == "" || text[0] != '#' && text[0] != '/' {
				t.Errorf("comment stands at %q", text)
			}
		}
		if !doc.Body.IsZero() {
			within("the body", doc.Body)
		}
	}
	for i, p := range problems {
		within("a problem", p.At)
		if problemNames[p.Kind] == "" || p.Text == "" {
			t.Errorf("problem %d %q has no kind or text", p.Kind, p.Text)
		}
		if i > 0 && problems[i-1].At.Compare(p.At) > 0 {
			t.Errorf("problems are not in order of place")
		}
	}
}

// verifyYAML checks that the place of a scalar is exact: a plain one on one line stands as it is, a
// quoted one has its quotes, and read alone it gives the same text.
func verifyYAML(t *testing.T, n *Node) {
	t.Helper()
	text := n.At.Text()
	forbidden := func(r rune) bool {
		return unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\u0085", r) || r == '\ufffe' || r == '\uffff'
	}
	if strings.ContainsFunc(text, forbidden) {
		return // replaced by '?', which is put back where the text stands as it is
	}
	if text == "" {
		if n.Text != "" {
			t.Errorf("text %q stands nowhere", n.Text)
		}
		return
	}
	oneLine := !strings.ContainsAny(text, "\r\n\u0085\u2028\u2029")
	switch mark := text[0]; mark {
	case '|', '>':
		_, body, _ := strings.Cut(strings.NewReplacer("\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text), "\n")
		if strings.Join(strings.Fields(body), "") != strings.Join(strings.Fields(n.Text), "") {
			t.Errorf("block text %q stands at %q", n.Text, text)
		}
	case '"', '\'':
		if len(text) < 2 || text[len(text)-1] != mark {
			t.Errorf("quoted text %q stands at %q", n.Text, text)
		}
		var alone string
		if err := yaml.Unmarshal([]byte(text), &alone); oneLine && err == nil && alone != n.Text {
			t.Errorf("%q is read as %q, alone as %q", text, n.Text, alone)
		}
	default:
		if oneLine && !n.Raw || strings.Join(strings.Fields(text), "") != strings.Join(strings.Fields(n.Text), "") {
			t.Errorf("plain text %q stands at %q", n.Text, text)
		}
	}
}

// A parseTest is a text with the tree and problems that it gives.
type parseTest struct {
	name, format, text string
	want               string // as dump and list write it
}

func runTable(t *testing.T, tests []parseTest) {
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			docs, problems := parse(t, test.format, test.text)
			got := dump(docs...) + list(problems)
			if want := strings.TrimPrefix(test.want, "\n"); got != want {
				t.Errorf("%s:\n%s\ngot:\n%s\nwant:\n%s", test.format, test.text, got, want)
			}
		})
	}
}

func TestGet(t *testing.T) {
	doc, problems := ParseJSONC(leastagency.NewFile("x", []byte(
		`{"a": {"b": [1, "x", true, null, "y"]}, "n": 12, "half": 1.5, "yes": true, "k": "first", "k": "last"}`)))
	if len(problems) != 1 || problems[0].Kind != leastagency.ProblemDuplicateKey {
		t.Fatalf("problems: %s", list(problems))
	}
	root := doc.Root
	if got := root.Get("k").String(); got.V != "last" || got.At.Text() != `"last"` || root.Get("k").Inner().Text() != "last" {
		t.Errorf("of duplicates the last counts, got %v", got)
	}
	if got := len(root.Each()); got != 5 {
		t.Errorf("Each gives %d members, want 5", got)
	}
	var texts []string
	for _, s := range root.Get("a", "b").Strings() {
		texts = append(texts, s.V)
	}
	if strings.Join(texts, " ") != "x y" {
		t.Errorf("Strings = %v", texts)
	}
	if v := root.Get("n").Int(); !v.Set || v.V != 12 {
		t.Errorf("Int = %v", v)
	}
	if v := root.Get("half").Int(); v.Set {
		t.Errorf("Int of 1.5 = %v", v)
	}
	if v := root.Get("yes").Bool(); !v.Set || !v.V {
		t.Errorf("Bool = %v", v)
	}
	if v := root.Get("half").Scalar(); v.V != "1.5" {
		t.Errorf("Scalar = %v", v)
	}
	var absent *Node
	if absent.Get("x") != nil || absent.String().Set || absent.Each() != nil || absent.List() != nil || !absent.Inner().IsZero() ||
		root.Get("a", "no", "no") != nil || root.Get("n", "x") != nil {
		t.Error("an absent value has something in it")
	}
}
