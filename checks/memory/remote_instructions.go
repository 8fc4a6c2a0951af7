package memory

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/prose"
)

// RemoteInstructions finds instruction files that import text from a URL, or tell the model to fetch a
// document and do what it says.
var RemoteInstructions = leastagency.Check{Rule: "memory/remote-instructions", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		for _, text := range layer.Texts {
			for _, imported := range text.Imports {
				if address(imported.V) {
					p.Reportf(imported.At, "instructions are loaded from %s: whoever controls that page orders this agent about", leastagency.Quote(imported.V))
				}
			}
			if text.Kind == leastagency.TextInstructions {
				ordered(p, text)
			}
		}
	}
}}

func address(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}

// obeys are orders to do what a fetched text says.
var obeys = []prose.Phrase{
	"follow|execute|obey|apply|perform|adopt [the|its|all|any|these|those|every] [latest|remote|fetched|current] instruction*|directive*|rules|steps|prompt|prompts|commands",
	"follow|obey|execute it|them [exactly|verbatim]",
	"do what it says",
	"as [your] instructions",
}

// fetches are orders to get a text.
const fetches = "fetch|download|curl|retrieve|load|pull|get|read|wget|visit|open|go"

// ordered reports sentences that name an address, tell to fetch it and tell to obey what is there.
func ordered(p *leastagency.Pass, text *leastagency.Text) {
	for _, s := range prose.Sentences(text.Body) {
		if s.Shown || s.Heading {
			continue
		}
		for i, w := range s.Words {
			if !address(w.Text) || w.Quoted || !prose.Has(s.Words[:i], fetches) {
				continue
			}
			first, last, ok := prose.Any(obeys, s.Words, 0)
			if ok && !negated(s.Words, first) && !prose.Has(s.Words[first:last+1], "never") {
				p.Reportf(text.Span(w.Start, w.End), "the model is told to fetch %s and do what it says: whoever controls that page orders this agent about", leastagency.Quote(text.Body[w.Start:w.End])).
					Because(text.Span(s.Start, s.End), "the order").Sure(leastagency.Inferred)
			}
			break
		}
	}
}

// negated reports whether a prohibition stands before word i of the sentence.
func negated(w []prose.Word, i int) bool {
	return prose.Has(w[:i], "never|not|don't|mustn't|without|instead|unless|refuse|avoid")
}
