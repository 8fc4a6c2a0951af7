package command

import (
	"fmt"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/leastagency/leastagency"
)

// A Part is one command of a line, as clients see it that weigh the commands of a line one by one.
type Part struct {
	Text   string   // as written, variables in front included
	Words  []string // program and arguments without quotes: variables as ${NAME}, empty where a substitution makes them
	Vars   []string // names of the variables that are set in front
	Writes []string // files that its output goes to
	starts []int    // where each word starts in Text
}

// From returns the text from a word on.
func (p *Part) From(word int) string { return p.Text[p.starts[word]:] }

// Split takes a command line apart into its commands, those in substitutions and control structures
// included. What is no command line is an error.
func Split(line string) ([]Part, error) {
	if len(line) > maxText {
		return nil, fmt.Errorf("longer than %d bytes", maxText)
	}
	if err := checkBrackets(line); err != nil {
		return nil, err
	}
	var parts []Part
	err := parseShell(line, func(stmt *syntax.Stmt) {
		syntax.Walk(stmt, func(n syntax.Node) bool {
			if s, ok := n.(*syntax.Stmt); ok {
				if part := partOf(line, s); part.Text != "" || len(part.Writes) > 0 {
					parts = append(parts, part)
				}
			}
			return true
		})
	})
	return parts, err
}

// partOf returns what a statement is by itself, without the statements inside it.
func partOf(line string, s *syntax.Stmt) (p Part) {
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		p.Text = line[c.Pos().Offset():c.End().Offset()]
		for _, a := range c.Assigns {
			if a.Name != nil {
				p.Vars = append(p.Vars, a.Name.Value)
			}
		}
		for _, w := range c.Args {
			p.Words = append(p.Words, constant(w))
			p.starts = append(p.starts, int(w.Pos().Offset()-c.Pos().Offset()))
		}
	case *syntax.DeclClause:
		p.Text = line[c.Pos().Offset():c.End().Offset()]
		p.Words, p.starts = []string{c.Variant.Value}, []int{0}
	}
	for _, r := range s.Redirs {
		switch r.Op {
		case syntax.RdrOut, syntax.AppOut, syntax.RdrAll, syntax.AppAll, syntax.RdrClob, syntax.RdrInOut:
			if target := constant(r.Word); !strings.HasPrefix(target, "/dev/") && strings.Trim(target, "0123456789-") != "" || target == "" {
				p.Writes = append(p.Writes, target)
			}
		}
	}
	return p
}

// constant returns a word without quotes, as far as it can be told without running anything.
func constant(w *syntax.Word) string {
	s := &shellText{analysis: newAnalysis("", leastagency.Span{}, nil)}
	if w == nil {
		return ""
	}
	var b strings.Builder
	var out word
	s.parts(w.Parts, false, &b, &out)
	if out.made {
		return ""
	}
	return b.String()
}
