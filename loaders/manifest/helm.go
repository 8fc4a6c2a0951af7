package manifest

import (
	"bytes"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

var (
	directive = lazy.Compile(`(?s)\{\{.*?\}\}`)
	loose     = lazy.Compile(`(?m)^\s*\{\{|:[ \t]+[^"'\n]*\{\{|^\s*-[ \t]+[^"'\n]*\{\{`)
)

// parseYAML reads YAML, and the templates of YAML that Helm fills in: what it will put there is not
// known, so a directive on lines of its own is left out and one inside a value stands for some text.
func parseYAML(f *leastagency.File) ([]*node.Document, []*leastagency.Problem) {
	if !loose.Get().Match(f.Data) {
		return node.ParseYAML(f)
	}
	masked := bytes.Clone(f.Data)
	for _, at := range directive.Get().FindAllIndex(f.Data, -1) {
		mask(masked, at[0], at[1])
	}
	docs, problems := node.ParseYAML(leastagency.NewFile(f.Path, masked))
	for _, doc := range docs {
		relocate(doc.Root, f)
	}
	var kept []*leastagency.Problem
	for _, p := range problems {
		if p.Kind == leastagency.ProblemSyntax || p.Kind == leastagency.ProblemDuplicateKey { // both branches of a condition stand there
			continue
		}
		p.At.File = f
		kept = append(kept, p)
	}
	return docs, kept
}

// mask writes over one directive, of the same length and with the same ends of lines.
func mask(text []byte, start, end int) {
	line := bytes.LastIndexByte(text[:start], '\n') + 1
	stop := bytes.IndexByte(text[end:], '\n')
	if stop < 0 {
		stop = len(text) - end
	}
	alone := len(bytes.TrimSpace(text[line:start])) == 0 && len(bytes.TrimSpace(text[end:end+stop])) == 0
	for i := start; i < end; i++ {
		switch {
		case text[i] == '\n' || text[i] == '\r':
		case alone:
			text[i] = ' '
		case i < start+2:
			text[i] = '<'
		case i >= end-2:
			text[i] = '>'
		case text[i] == '"' || text[i] == '\'' || text[i] == ':' || text[i] == '#' || text[i] == '{' || text[i] == '}':
			text[i] = '_'
		}
	}
}

// relocate moves the places of a document into the file that it was masked from.
func relocate(n *node.Node, f *leastagency.File) {
	if n == nil {
		return
	}
	n.At.File = f
	if n.Is(node.String) && strings.Contains(n.Text, "<<") {
		if text := n.At.Text(); !strings.Contains(text, "\n") {
			n.Text = strings.Trim(text, `"'`)
		} else {
			n.Text, n.Raw = strings.NewReplacer("<<", "{{", ">>", "}}").Replace(n.Text), false
		}
	}
	for i := range n.Members {
		n.Members[i].At.File = f
		relocate(n.Members[i].Value, f)
	}
	for _, item := range n.Items {
		relocate(item, f)
	}
}
