package leastagency

import "strings"

// Who starts an agent, what reaches it then, and how long it runs.

// Limits bound how long an agent may go wrong. Absent is not unlimited.
type Limits struct {
	Turns   Value[int]
	Seconds Value[int]
	Depth   Value[int]
	// Implied says that the time is the product's own limit, and that nobody wrote it down.
	Implied bool
	// Open says that the format has a limit, that none is stated, and that none holds then; it is what
	// the format calls the limit.
	Open string
}

// A Run is a place of a program that hands the work to a model again and again, until it is done.
type Run struct {
	At     Span
	Name   string // the function it stands in, or the type that is filled in
	Loop   bool   // a loop of the program's own, rather than of a library
	Limits Limits
}

// A Trigger tells who can make an agent run and whose text it reads then.
type Trigger struct {
	At        Span
	Name      string
	Untrusted bool // strangers can pull it, past all gates
	// Unauthenticated says that it answers over the network whoever knows the address, without asking who that is.
	Unauthenticated bool
	// Public says that strangers cause the event; the gates decide whether the agent runs.
	Public bool
	// Powerless says that a run that strangers cause has neither secrets nor a token that writes.
	Powerless bool
	Text      string // whose text comes with it, as a clause: "the issue"
	Gates     []*Gate
}

// A Gate is a check of who may start an agent.
type Gate struct {
	At    Span
	Text  string // what checks, as a clause: "the condition of the job"
	Holds bool
	// Fails says why strangers get past; empty for one that holds, or of which we cannot tell.
	Fails string
	// Opened says that a setting takes a check away that would have held.
	Opened bool
}

// An Input is text that reaches the model without its doing: pasted into its prompt, put into its
// environment or workspace, or brought by whatever starts it.
type Input struct {
	Kind InputKind
	At   Span
	Name string // "github.event.issue.body"
	// Untrusted says that strangers can write it, whoever starts the agent.
	Untrusted bool
	Way       []Step // how it gets from its author to the model, in order
	// Tamed says in a clause what keeps the text from steering the agent by itself; empty for nothing.
	Tamed string
}

// Says tells in a clause how the text reaches the model.
func (in *Input) Says() string {
	switch in.Kind {
	case InputPrompt:
		return Quote(in.Name) + " is pasted into the prompt"
	case InputVariable:
		return Quote(in.Name) + " is handed to the agent in its environment"
	case InputFile:
		return "the prompt has the agent read the file " + Quote(in.Name)
	case InputThread:
		return in.Name + " is laid before the agent"
	case InputFetched:
		if strings.HasSuffix(in.Name, ".number") {
			return "the prompt names the thread to read, by " + Quote(in.Name)
		}
		return "the prompt has the agent fetch it: " + Quote(in.Name)
	case InputWorkspace:
		return in.Name + " are checked out where the agent works"
	}
	return "it reads " + Quote(in.Name)
}

// An InputKind tells how a text reaches the model.
type InputKind uint8

const (
	InputUnknown   InputKind = iota
	InputPrompt              // pasted into the prompt
	InputVariable            // in its environment
	InputFile                // in a file that the prompt names
	InputThread              // the issue or pull request that whatever starts it lays before it
	InputFetched             // the prompt orders it to fetch the text
	InputWorkspace           // the files it works on, and those that steer it, are the stranger's
)

// A Power is what an agent's surroundings give it beside its tools: a scope of a token, a cloud role.
type Power struct {
	At      Span
	Name    string // as written: "contents: write"
	Admin   bool   // everything there is
	Effects []Effect
	// Holder is the role or account that has it, where it is not the agent's own token.
	Holder string
	// Wide says in a clause why it is more than any one task needs; empty when it is not, or we cannot tell.
	Wide string
	// Shared says that jobs without an agent hold it too, because it is written for all of them.
	Shared bool
}
