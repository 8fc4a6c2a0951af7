// Package place finds places inside of texts that a format folds, indents or continues: scripts and
// prompts in YAML, arguments of a command line, JSON within either.
package place

import (
	"bytes"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// A Text is a string of a document with the place of each of its bytes.
type Text struct {
	*node.Node
	at []int // offset in the file of each byte of the text; nil when they cannot be told
}

// TextOf returns the string of a node; its Text is empty when the node is no string.
func TextOf(n *node.Node) Text {
	if !n.Is(node.String) {
		return Text{Node: &node.Node{}}
	}
	return Text{Node: n, at: align(n)}
}

// align finds each byte of a string in the bytes it was decoded from. What YAML takes away or folds is
// white space, so the rest stands there in the same order.
func align(n *node.Node) []int {
	if n.Raw {
		return nil // Inner tells
	}
	source := n.At.Text()
	i := 0
	if strings.HasPrefix(source, "|") || strings.HasPrefix(source, ">") {
		if i = strings.IndexByte(source, '\n'); i < 0 {
			return nil
		}
	} else if strings.HasPrefix(source, `"`) || strings.HasPrefix(source, "'") {
		i = 1
	}
	at := make([]int, len(n.Text)+1)
	for j := range len(n.Text) {
		if space(n.Text[j]) {
			at[j] = n.At.Start + i
			continue
		}
		for i < len(source) && space(source[i]) {
			i++
		}
		if i+1 < len(source) && source[i] == '\\' && source[0] == '"' { // JSON and YAML escape what would end the text
			i++
		}
		if i >= len(source) || source[i] != n.Text[j] {
			return nil
		}
		at[j] = n.At.Start + i
		i++
	}
	at[len(n.Text)] = n.At.Start + i
	return at
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// Arguments finds the arguments of a program in the text, from the place where it stands.
func (t Text) Arguments(from int, args []string) []Word {
	var out []Word
	for _, arg := range args {
		if arg == "" {
			continue
		}
		w := Word{Text: arg}
		for _, form := range []string{arg, bare.Get().ReplaceAllString(arg, "$$$1")} {
			if at := strings.Index(t.Text[from:], form); at >= 0 {
				w.Start, w.End = from+at, from+at+len(form)
				from = w.End
				break
			}
			if at := strings.Index(t.Text, form); at >= 0 && w.End == 0 {
				w.Start, w.End = at, at+len(form)
			}
		}
		out = append(out, w)
	}
	return out
}

// bare recognises a variable that may stand without its brackets.
var bare = lazy.Compile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// Part returns the place of Text[start:end]; the whole value where that cannot be told.
func (t Text) Part(start, end int) leastagency.Span {
	start, end = max(0, start), min(end, len(t.Text))
	switch {
	case t.At.IsZero() || start >= end:
		return t.At
	case t.Raw:
		at := t.Inner()
		return at.File.Span(at.Start+start, at.Start+end)
	case t.at == nil:
		return t.At
	}
	return t.At.File.Span(t.at[start], t.at[end-1]+1)
}

// Find returns the place of a word in the text; of the whole value when it does not stand there.
func (t Text) Find(word string) leastagency.Span {
	if i := strings.Index(t.Text, word); i >= 0 && word != "" {
		return t.Part(i, i+len(word))
	}
	return t.At
}

// JSON reads the text as JSON with the places of the file, and returns what was wrong with it. It is nil
// for anything but an object or a list.
func (t Text) JSON() (*node.Node, []*leastagency.Problem) {
	if t.At.IsZero() || !strings.ContainsAny(t.Text, "{[") {
		return nil, nil
	}
	file := t.At.File
	var masked []byte
	if t.Raw || t.at != nil {
		first, last := strings.IndexAny(t.Text, "{["), strings.LastIndexAny(t.Text, "}]")
		if last < first {
			return nil, nil
		}
		at := t.Part(first, last+1)
		masked = bytes.Repeat([]byte{' '}, at.End)
		copy(masked[at.Start:], file.Data[at.Start:at.End])
		fill(masked[at.Start:at.End])
	} else {
		masked = []byte(t.Text)
	}
	doc, problems := node.ParseJSONC(leastagency.NewFile(file.Path, masked))
	exact := t.Raw || t.at != nil
	move := func(at *leastagency.Span) {
		if exact {
			at.File = file
		} else {
			*at = t.At
		}
	}
	for _, p := range problems {
		move(&p.At)
	}
	if doc == nil || !doc.Root.Is(node.Map) && !doc.Root.Is(node.List) {
		return nil, problems
	}
	relocate(doc.Root, move)
	if !exact {
		unraw(doc.Root)
	}
	return doc.Root, problems
}

// fill puts a number in place of expressions that stand outside of strings, where the text they give is
// one value or another.
func fill(json []byte) {
	quoted := false
	for i := 0; i < len(json); i++ {
		switch {
		case json[i] == '\\' && quoted:
			i++
		case json[i] == '"':
			quoted = !quoted
		case !quoted && bytes.HasPrefix(json[i:], []byte("${{")):
			end := bytes.Index(json[i:], []byte("}}"))
			if end < 0 {
				return
			}
			for j := range end + 2 {
				json[i+j] = ' '
			}
			json[i] = '0'
			i += end + 1
		}
	}
}

func relocate(n *node.Node, move func(*leastagency.Span)) {
	move(&n.At)
	for i := range n.Members {
		move(&n.Members[i].At)
		relocate(n.Members[i].Value, move)
	}
	for _, item := range n.Items {
		relocate(item, move)
	}
}

// unraw says of a tree that its texts do not stand in the file as they are.
func unraw(n *node.Node) {
	n.Raw = false
	for _, m := range n.Members {
		unraw(m.Value)
	}
	for _, item := range n.Items {
		unraw(item)
	}
}

// A Word is one word of a text as a shell would split it.
type Word struct {
	Text       string
	Start, End int // in the text, with its quotes
}

// Words splits arguments at white space outside of quotes and expressions, as actions do that take a
// line of arguments; lines that start with "#" are left out.
func Words(text string) []Word {
	var out []Word
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case space(c) || c == '\\' && i+1 < len(text) && text[i+1] == '\n':
			i++
			if c == '\\' {
				i++
			}
		case c == '#' && strings.TrimSpace(text[strings.LastIndexByte(text[:i], '\n')+1:i]) == "":
			if end := strings.IndexByte(text[i:], '\n'); end >= 0 {
				i += end
			} else {
				i = len(text)
			}
		default:
			w, end := word(text, i)
			out = append(out, Word{w, i, end})
			i = end
		}
	}
	return out
}

func word(text string, i int) (string, int) {
	var b strings.Builder
	quote := byte(0)
	for ; i < len(text); i++ {
		c := text[i]
		switch {
		case quote == 0 && space(c):
			return b.String(), i
		case strings.HasPrefix(text[i:], "${{"):
			end := strings.Index(text[i:], "}}")
			if end < 0 {
				end = len(text) - i - 2
			}
			b.WriteString(text[i : i+end+2])
			i += end + 1
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote && quote != 0:
			quote = 0
		case c == '\\' && quote != '\'' && i+1 < len(text):
			i++
			if text[i] != '\n' {
				b.WriteByte(text[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), len(text)
}
