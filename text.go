package leastagency

import "strings"

// Prose that a model reads.

// A Text is prose that a model reads.
type Text struct {
	Kind TextKind
	At   Span
	Body string // decoded; At covers it and its quotes
	// Raw says that Body is byte for byte what stands under At, so that offsets in Body are offsets in the file.
	Raw bool
	// Remote are the places it tells the client to load more text from.
	Imports []Value[string]
	// Downloads are the lines of its shell code blocks that run a script as it is downloaded.
	Downloads []*Command
	// Statements are what its sentences order, forbid or ask. Derived.
	Statements []Statement
}

// Span returns the place of Body[start:end]: exactly where Body stands in the file unchanged or the
// part occurs once under At, else the whole text.
func (t *Text) Span(start, end int) Span {
	start = max(0, min(start, len(t.Body)))
	end = max(start, min(end, len(t.Body)))
	if t.Raw {
		return t.At.File.Span(t.At.Start+start, t.At.Start+end)
	}
	under, part := t.At.Text(), t.Body[start:end]
	if i := strings.Index(under, part); i >= 0 && part != "" && i == strings.LastIndex(under, part) {
		return t.At.File.Span(t.At.Start+i, t.At.Start+i+len(part))
	}
	return t.At
}

// A TextKind tells who wrote a text for whom.
type TextKind uint8

const (
	TextUnknown      TextKind = iota
	TextInstructions          // CLAUDE.md, rules, skill and agent bodies: read as the owner's orders
	TextDescription           // of a tool, server, skill or agent: read when choosing
	TextPrompt                // a hook's or command's prompt
)

// A Statement is what one sentence wants of the model.
type Statement struct {
	At         Span
	Polarity   Polarity
	Capability Capability // what it speaks of; unknown when it names none
	Text       string     // the sentence, shortened
}

// A Polarity tells an order from its opposite.
type Polarity uint8

const (
	PolarityUnknown Polarity = iota
	Orders                   // do it
	Forbids                  // never do it
	Restrains                // ask before doing it
)
