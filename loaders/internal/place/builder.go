package place

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// A Builder puts a text together from parts of one file: the lines of a script in a list, the arguments
// of a program, or a script without the marks of the format around it.
type Builder struct {
	File *leastagency.File
	text strings.Builder
	at   []int
}

// Write adds bytes that stand in the file at an offset.
func (b *Builder) Write(s string, at int) {
	b.text.WriteString(s)
	for i := range len(s) {
		b.at = append(b.at, at+i)
	}
}

// Fill adds a text that stands for what is at one place, such as the value of a variable.
func (b *Builder) Fill(s string, at int) {
	b.text.WriteString(s)
	for range len(s) {
		b.at = append(b.at, at)
	}
}

// Add adds a text with its places; those of another file are all at the place before.
func (b *Builder) Add(t Text) {
	switch {
	case t.At.File != b.File:
		b.Fill(t.Text, b.last())
	case t.Raw:
		b.Write(t.Text, t.Inner().Start)
	case t.at == nil:
		b.Fill(t.Text, t.At.Start)
	default:
		b.text.WriteString(t.Text)
		b.at = append(b.at, t.at[:len(t.Text)]...)
	}
}

func (b *Builder) last() int {
	if len(b.at) == 0 {
		return 0
	}
	return b.at[len(b.at)-1]
}

// Text returns what was added.
func (b *Builder) Text() Text {
	if len(b.at) == 0 {
		return Text{Node: &node.Node{}}
	}
	n := &node.Node{Kind: node.String, Text: b.text.String(), At: b.File.Span(b.at[0], b.last()+1)}
	return Text{Node: n, at: append(b.at, b.last()+1)}
}

// Lines joins texts as the lines of one script.
func Lines(parts ...Text) Text { return Join("\n", parts...) }

// Join joins texts with something between them.
func Join(between string, parts ...Text) Text {
	var b Builder
	for _, p := range parts {
		switch {
		case p.At.IsZero():
			continue
		case b.File == nil:
			b.File = p.At.File
		default:
			b.Fill(between, b.last())
		}
		b.Add(p)
	}
	return b.Text()
}

// Quoted joins the arguments of a program as a shell would be given them.
func Quoted(args []leastagency.Value[string]) Text {
	var b Builder
	for i, a := range args {
		if i == 0 {
			b.File = a.At.File
		} else {
			b.Fill(" ", b.last())
		}
		part := TextOf(&node.Node{Kind: node.String, At: a.At, Text: a.V, Raw: strings.Trim(a.At.Text(), "\"'") == a.V})
		if a.V != "" && !strings.ContainsAny(a.V, " \t\n\"'`$\\;|&<>()*?#!") {
			b.Add(part)
			continue
		}
		b.Fill("'", a.At.Start)
		for j, piece := range strings.Split(a.V, "'") {
			if j > 0 {
				b.Fill(`'\''`, b.last())
			}
			b.Add(part.sub(piece))
		}
		b.Fill("'", a.At.End-1)
	}
	return b.Text()
}

// Sub returns Text[start:end] as a text of its own.
func (t Text) Sub(start, end int) Text {
	if t.at == nil && !t.Raw || t.At.IsZero() || start >= end {
		return t
	}
	n := &node.Node{Kind: node.String, Text: t.Text[start:end], At: t.Part(start, end), Raw: t.Raw}
	if t.Raw {
		return Text{Node: n}
	}
	return Text{Node: n, at: t.at[start : end+1]}
}

// sub returns a part of the text as a text of its own.
func (t Text) sub(s string) Text {
	at := t.Find(s)
	if s == "" {
		return Text{Node: &node.Node{At: t.At}}
	}
	return TextOf(&node.Node{Kind: node.String, At: at, Text: s, Raw: at.Text() == s})
}
