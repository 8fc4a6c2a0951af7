package gocode

import (
	"go/token"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// A Summary is what a function does with what it is given, as far as its callers need to know. It
// travels between packages as a fact, so that a package is judged by itself.
type Summary struct {
	Sinks   []Sink
	Results [][]Entry // what each result holds of the parameters
	Outs    []Out     // what is written through a pointer
	Caps    []Cap
	Checks  []Checked // what holds of the parameters when it returns a nil error or true
	Softs   []Soft
	// Registers says that the function makes the handler among its parameters callable for a model.
	Registers []roles
	Marks     Marks
	Served    Served
}

func (*Summary) AFact() {}

func (s *Summary) empty() bool {
	return len(s.Sinks) == 0 && len(s.Caps) == 0 && len(s.Checks) == 0 && len(s.Softs) == 0 && len(s.Outs) == 0 && len(s.Registers) == 0 &&
		s.Marks == 0 && !s.Served.Tools &&
		!slices.ContainsFunc(s.Results, func(r []Entry) bool { return len(r) > 0 })
}

// A Part names what of a parameter is meant: the receiver counts as parameter 0, and Path holds
// fields and keys, joined by dots. What a function reads out of a model's answer itself has a number
// below 0.
type Part struct {
	Param int
	Path  string
}

const (
	called   = -1 - iota // the arguments of a call that the model makes
	chosen               // the name of the tool in it
	answered             // what the model says
)

// An Entry says that a value holds a part of a parameter.
type Entry struct {
	At string // where inside the value; empty is throughout
	Part
	Form Form
	Safe Kinds // what it can no longer do harm to
	URL  Piece
	// Element says that it is one of the elements of a list.
	Element bool
}

// An Out says that what parameter Into points to holds a part of another one.
type Out struct {
	Into int
	Entry
}

// A Form tells how much of the text is still as it was.
type Form uint8

const (
	Exact  Form = iota // itself, up to case and white space
	Joined             // the end of a path
	Mixed              // a piece of it, or it among other text
)

// A Piece tells which component of a parsed URL a value is.
type Piece uint8

const (
	NoPiece Piece = iota
	Host
	OtherPiece
)

// Kinds is a set of sinks.
type Kinds uint8

const (
	inShell   Kinds = 1 << iota // a shell or interpreter reads it as code
	inCommand                   // chooses the program, or all its arguments
	inOption                    // one argument of a fixed program, which may read it as an option
	inQuery
	inPath
	inURL // chooses the host
	inEval
	everywhere Kinds = 1<<iota - 1
)

var sinkKinds = map[Kinds]leastagency.SinkKind{inShell: leastagency.SinkShell, inCommand: leastagency.SinkCommand, inOption: leastagency.SinkCommand,
	inQuery: leastagency.SinkQuery, inPath: leastagency.SinkPath, inURL: leastagency.SinkURL, inEval: leastagency.SinkEval}

// A Sink says that a part of a parameter reaches something that acts on it.
type Sink struct {
	Part
	Kind   Kinds
	Callee string // "os/exec.Command"
	Detail string // a clause: "as a command line of sh"
	Soft   string // the check that it goes past
	// Program is the parameter that names the program of an argument list, or -1. Its value at the call
	// decides what the arguments can do.
	Program int
	// List says that the part is a list of arguments, and Of whose, where that is written: callers that
	// write the list out tell more.
	List bool
	Of   string
	Hops []Hop // from the function's own call to the sink
}

// A Cap is a capability that a function reaches.
type Cap struct {
	Capability leastagency.Capability
	Callee     string
	Why        string
	Hops       []Hop
}

// Checked says that a part of a parameter was compared with what is allowed.
type Checked struct {
	Part
	Against Kinds
}

// A Hop is one call on the way. Place is "file.go:12", because positions mean nothing in another package.
type Hop struct {
	Text, Place string

	pos token.Pos // in the package at hand; lost on the way to another
}

const (
	maxHops  = 8
	maxSinks = 48 // of one function
	maxSet   = 64 // entries of one value
	maxPath  = 4  // components
)

// step returns the first component of a path and the rest.
func step(path string) (first, rest string) {
	first, rest, _ = strings.Cut(path, ".")
	return first, rest
}

func join(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	if n := strings.Count(a, ".") + 1; n >= maxPath {
		return a
	}
	return a + "." + b
}

// portable returns the summary in an order that is the same from run to run.
func portable(s *Summary) *Summary {
	for _, r := range s.Results {
		slices.SortFunc(r, compareEntries)
	}
	slices.SortFunc(s.Outs, func(a, b Out) int {
		if a.Into != b.Into {
			return a.Into - b.Into
		}
		return compareEntries(a.Entry, b.Entry)
	})
	slices.SortFunc(s.Sinks, compareSinks)
	slices.SortFunc(s.Caps, func(a, b Cap) int { return int(a.Capability) - int(b.Capability) })
	slices.SortFunc(s.Checks, compareChecks)
	slices.SortFunc(s.Softs, func(a, b Soft) int {
		if c := compareParts(a.Part, b.Part); c != 0 {
			return c
		}
		return strings.Compare(a.Text, b.Text)
	})
	return s
}

func compareChecks(a, b Checked) int {
	if c := compareParts(a.Part, b.Part); c != 0 {
		return c
	}
	return int(a.Against) - int(b.Against)
}

func compareParts(a, b Part) int {
	if a.Param != b.Param {
		return a.Param - b.Param
	}
	return strings.Compare(a.Path, b.Path)
}

func compareEntries(a, b Entry) int {
	if c := compareParts(a.Part, b.Part); c != 0 {
		return c
	}
	if c := strings.Compare(a.At, b.At); c != 0 {
		return c
	}
	if a.Element != b.Element {
		if a.Element {
			return 1
		}
		return -1
	}
	return int(a.Form) - int(b.Form) + 4*(int(a.Safe)-int(b.Safe)) + 1024*(int(a.URL)-int(b.URL))
}

func compareSinks(a, b Sink) int {
	if c := compareParts(a.Part, b.Part); c != 0 {
		return c
	}
	if a.Kind != b.Kind {
		return int(a.Kind) - int(b.Kind)
	}
	key := func(s Sink) string {
		text := s.Callee + s.Detail
		for _, h := range s.Hops {
			text += h.Place + h.Text
		}
		return text
	}
	return strings.Compare(key(a), key(b))
}
