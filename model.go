package leastagency

// The words of the model. What files state stands here and in permission.go, effect.go, command.go,
// server.go, settings.go, text.go and trigger.go; what authority infers from it stands in agent.go.
// Every enumeration's zero value means unknown: a loader that cannot tell asserts neither safety nor danger.

// A System is everything found under one root.
type System struct {
	// Layers are what the files say, one layer per file and agent, in order of path and offset.
	Layers []*Layer
	// Problems are places where a file could not be read as its format demands.
	Problems []*Problem
	// Programs are what the code of the tree can be built to, where it was read.
	Programs []*Program
	// Agents are the acting things with all that is in force for them. Derived by inference.
	Agents []*Agent

	// Ignores are the comments that accept findings, by place. They are there once findings are.
	Ignores []*Ignore

	// Knowledge is what is known of servers, commands and packages, for loaders and inferences.
	Knowledge *Knowledge

	open func(path string) *File
	read func() []*File
}

// files returns the files that the model was read from, as far as it knows them.
func (s *System) files() (list []*File) {
	if s.read != nil {
		list = s.read()
	}
	for _, l := range s.Layers {
		list = append(list, l.At.File)
	}
	return list
}

// Open returns another file of the scanned tree, such as a script that a hook starts or an imported
// instruction file; nil when there is none, it lies outside the root, or it may not be read.
// The path is slash-separated and relative to the root.
func (s *System) Open(path string) *File {
	if s.open == nil {
		return nil
	}
	return s.open(path)
}

// A Layer is what one file says for one agent: a settings file, one server list, one agent file.
// Inference joins the layers that are in force together into an Agent.
type Layer struct {
	Product string // whose format it is: "claude-code", "cursor", "vscode", "mcp" (any client)
	Kind    Kind
	Name    string // the name of a sub-agent, skill or command; empty for a session's own settings
	Scope   Scope
	Root    string // folder for which the layer is in force, relative to the scanned root; "." is the root itself
	At      Span   // what to show when the layer as a whole is meant (the name, or the first line)

	Description Value[string] // what the file says the agent is for
	Mode        Value[Mode]
	Absent      Mode            // how the product decides when no layer states a mode
	Order       RuleOrder       // how its rules are weighed against each other
	AlsoReadBy  []string        // other products whose sessions read the same file
	Tools       []*Rule         // the tools it offers the model (Decision Allow) or withholds (Deny), where the format has such a list
	ToolsSet    bool            // the format's tool list is present, even when empty
	NoToolList  bool            // the format has no tool list, so that silence about tools says nothing
	Rules       []*Rule         // permission rules, in file order
	Directories []Value[string] // folders it may work in beyond its root
	Sandbox     *Sandbox
	Hooks       []*Hook
	Servers     []*Server
	Commands    []*Command // started by the configuration itself: helpers, status lines, inline command blocks
	Credentials []*Credential
	Switches    []*Switch
	Plugins     []*Plugin
	Texts       []*Text
	Limits      Limits
	Runs        []*Run // places of a program that hand the work to a model again and again
	Triggers    []*Trigger
	Inputs      []*Input   // what reaches the model without its doing
	Way         []Step     // from what is started to what starts the agent, where that lies in other files
	Powers      []*Power   // what its surroundings give it beside its tools
	Answers     []Step     // places where what the model answers is run as code
	Delegates   []Delegate // agents that it hands work to
	// Calls are the commands and skills of the same tree with whose name its prompt starts ("/review" is
	// "review"): their text becomes the prompt, and their tools pass unasked.
	Calls []Value[string]
}

// A Delegate is an agent that another one hands work to, and whose answer it reads.
type Delegate struct {
	Name string // of its layer, or as written where it is defined elsewhere
	At   Span
	// Typed says that what is handed over and what comes back has a fixed form, so that no sentence passes.
	Typed bool
}

// A Kind tells what acts under a layer.
type Kind uint8

const (
	KindUnknown  Kind = iota
	KindSession       // a coding agent's session in a folder
	KindSubagent      // started by a session, with its own tools
	KindSkill         // loaded into a session on demand, may bring pre-approvals
	KindCommand       // a prompt that a person starts by name
	KindPlugin        // a package that brings servers, hooks, agents or skills
	KindManifest      // an agent declared by a framework or platform manifest
	KindJob           // a CI job that runs an agent
	KindScript        // an agent that a script, a task of a build tool or a container starts
	KindProgram       // an agent or server written in Go
	KindCatalog       // servers or tasks that are described for whoever picks some of them: nobody acts
)

// A Scope tells how far a layer reaches and what it may override.
type Scope uint8

const (
	ScopeUnknown Scope = iota
	ScopePlugin
	ScopeUser
	ScopeProject
	ScopeLocal   // the project's file of one person, usually kept out of version control
	ScopeManaged // set by an administrator
)

// A Problem is a place where a file is not what its format demands, or could not be read at all.
type Problem struct {
	At   Span
	Path string // for a file that could not be opened, where At is zero
	Kind ProblemKind
	Text string
}

// A ProblemKind tells what is wrong.
type ProblemKind uint8

const (
	ProblemUnknown      ProblemKind = iota
	ProblemSyntax                   // does not parse from here on
	ProblemDuplicateKey             // the same key twice: readers disagree on which counts
	ProblemLimit                    // too large, too deep or too many aliases
	ProblemEncoding                 // not UTF-8
	ProblemType                     // a value of the wrong kind where a control is set
	ProblemUnknownKey               // a key the product does not know, in a block that protects
	ProblemUnreadable               // could not be opened, or leads out of the root
	ProblemIgnored                  // a key or value without effect where nothing protects: a server that is not started
	ProblemUntyped                  // code that was read by its syntax alone, because its types were not to be had
	ProblemPolicy                   // an entry of a policy file that does nothing: expired, or nothing matches it
)
