// Package dockerfile reads Dockerfiles: instructions with continued lines, heredocs, and the shell and
// exec forms, each byte with its place (docs.docker.com/reference/dockerfile).
package dockerfile

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

// Proposed reports whether a path may be a Dockerfile.
func Proposed(p string) bool {
	base := strings.ToLower(path.Base(p))
	for _, name := range []string{"dockerfile", "containerfile"} {
		if base == name || strings.HasPrefix(base, name+".") || strings.HasSuffix(base, "."+name) {
			return !strings.HasSuffix(base, ".dockerignore")
		}
	}
	return false
}

// A Stage is what stands between one FROM and the next.
type Stage struct {
	Image        leastagency.Value[string] // the base, or the name of a stage before
	Name         string
	Instructions []Instruction
}

// An Instruction is one instruction without its flags.
type Instruction struct {
	Keyword string // in capitals
	At      leastagency.Span
	Text    place.Text // shell form, or what stands behind the keyword
	Exec    []leastagency.Value[string]
	IsExec  bool         // written as a list
	Docs    []place.Text // bodies of heredocs
}

// Bounds on one file.
const (
	maxInstructions = 2000
	maxSize         = 1 << 20
)

// Read returns the stages of a Dockerfile. ARG in front of the first FROM belongs to none.
func Read(f *leastagency.File) []Stage {
	p := &parser{file: f, data: string(f.Data), escape: `\`}
	if len(p.data) > maxSize {
		p.data = p.data[:maxSize]
	}
	var out []Stage
	for n := 0; n < maxInstructions; n++ {
		in, ok := p.next()
		if !ok {
			break
		}
		switch {
		case in.Keyword == "FROM":
			out = append(out, stage(in))
		case len(out) > 0:
			last := &out[len(out)-1]
			last.Instructions = append(last.Instructions, in)
		}
	}
	return out
}

func stage(in Instruction) Stage {
	words := place.Words(in.Text.Text)
	s := Stage{}
	if len(words) > 0 {
		s.Image = leastagency.ValueAt(words[0].Text, in.Text.Part(words[0].Start, words[0].End))
	}
	if len(words) == 3 && strings.EqualFold(words[1].Text, "AS") {
		s.Name = words[2].Text
	}
	return s
}

type parser struct {
	file   *leastagency.File
	data   string
	at     int
	escape string
}

// line returns the next line and where it starts.
func (p *parser) line() (text string, start int, ok bool) {
	if p.at >= len(p.data) {
		return "", 0, false
	}
	start = p.at
	text, _, _ = strings.Cut(p.data[start:], "\n")
	p.at += len(text) + 1
	return strings.TrimSuffix(text, "\r"), start, true
}

// next returns the next instruction.
func (p *parser) next() (Instruction, bool) {
	b := place.Builder{File: p.file}
	for {
		text, start, ok := p.line()
		if !ok {
			return p.instruction(b.Text())
		}
		trimmed := strings.TrimSpace(text)
		if strings.HasPrefix(trimmed, "#") {
			if name, value, found := strings.Cut(strings.TrimSpace(trimmed[1:]), "="); found && strings.EqualFold(strings.TrimSpace(name), "escape") && strings.TrimSpace(value) == "`" {
				p.escape = "`"
			}
			continue // also between continued lines
		}
		if trimmed == "" {
			continue
		}
		body, continued := strings.CutSuffix(strings.TrimRight(text, " \t"), p.escape)
		if !continued {
			body = text
		}
		b.Write(body, start)
		if !continued {
			return p.instruction(b.Text())
		}
	}
}

// instruction takes a logical line apart, and reads the heredocs that it announces.
func (p *parser) instruction(line place.Text) (Instruction, bool) {
	words := place.Words(line.Text)
	if len(words) == 0 {
		return Instruction{}, false
	}
	in := Instruction{Keyword: strings.ToUpper(words[0].Text), At: line.Part(words[0].Start, words[0].End)}
	first := 1
	for first < len(words) && strings.HasPrefix(words[first].Text, "--") && in.Keyword != "CMD" && in.Keyword != "ENTRYPOINT" {
		first++
	}
	if first < len(words) {
		in.Text = line.Sub(words[first].Start, len(line.Text))
	} else {
		in.Text = place.TextOf(nil)
	}
	if strings.HasPrefix(in.Text.Text, "[") {
		if root, problems := in.Text.JSON(); root.Is(node.List) && len(problems) == 0 {
			in.IsExec, in.Exec = true, root.Strings()
		}
	}
	if in.Keyword == "RUN" || in.Keyword == "COPY" || in.Keyword == "ADD" {
		for _, w := range words {
			if rest, ok := strings.CutPrefix(w.Text, "<<"); ok && strings.Trim(rest, "-") != "" && !strings.HasPrefix(rest, "<") {
				in.Docs = append(in.Docs, p.doc(strings.TrimPrefix(rest, "-")))
			}
		}
	}
	return in, true
}

// doc reads the body of a heredoc.
func (p *parser) doc(end string) place.Text {
	b := place.Builder{File: p.file}
	for {
		text, start, ok := p.line()
		if !ok || strings.TrimLeft(text, "\t") == end {
			return b.Text()
		}
		b.Write(text+"\n", start)
	}
}

// Shell is an instruction as a shell would be given it, with its heredocs.
func (in Instruction) Shell() place.Text {
	switch {
	case in.IsExec:
		return place.Quoted(in.Exec)
	case len(in.Docs) > 0 && strings.HasPrefix(in.Text.Text, "<<"):
		return place.Lines(in.Docs...)
	}
	return in.Text
}
