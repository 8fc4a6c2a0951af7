package leastagency

import "strings"

// This file holds the words of the model: what loaders state (Layer and what hangs on it) and what
// authority infers from it (Agent, Grant, Boundary, Chain). Every enumeration's zero value means
// unknown: a loader that cannot tell asserts neither safety nor danger.

// A System is everything found under one root.
type System struct {
	// Layers are what the files say, one layer per file and agent, in order of path and offset.
	Layers []*Layer
	// Problems are places where a file could not be read as its format demands.
	Problems []*Problem
	// Agents are the acting things with all that is in force for them. Derived by inference.
	Agents []*Agent

	// Knowledge is what is known of servers, commands and packages, for loaders and inferences.
	Knowledge *Knowledge

	open func(path string) *File
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
	Triggers    []*Trigger
	Inputs      []*Input   // what reaches the model without its doing
	Powers      []*Power   // what its surroundings give it beside its tools
	Answers     []Step     // places where what the model answers is run as code
	Delegates   []Delegate // agents that it hands work to
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

// A Mode is how a session decides what no rule decides.
type Mode uint8

const (
	ModeUnknown     Mode = iota
	ModeAsk              // a person is asked
	ModeAcceptEdits      // edits in the working folder pass, the rest is asked
	ModePlan             // reads only
	ModeClassifier       // a model decides
	ModeDenyRest         // what no rule allows is denied
	ModeBypass           // nobody is asked
	ModeContained        // nobody is asked: what the sandbox holds passes, the rest is refused
)

// A Decision is what happens when the model calls a tool.
type Decision uint8

const (
	DecisionUnknown Decision = iota
	Deny
	Ask
	Allow
)

// A RuleOrder tells which of several rules for one action counts.
type RuleOrder uint8

const (
	OrderUnknown RuleOrder = iota // taken as Strictest
	Strictest                     // deny before ask before allow, wherever they stand
	FirstMatch
	LastMatch
	HighestPriority // Rule.Priority; the strictest of equal ones
)

// An ActionKind is the neutral name of what a tool does, whatever a product calls the tool.
type ActionKind uint8

const (
	ActionUnknown ActionKind = iota
	ActionAny                // every tool
	ActionShell              // run a command line
	ActionRead               // read, list or search files
	ActionWrite              // create or change files
	ActionFetch              // request a URL
	ActionSearch             // search the web
	ActionServer             // call a tool of an MCP server
	ActionSpawn              // start another agent
	ActionSkill              // load a skill
	ActionOther              // a tool without effect of its own (to-do lists, mode switches)
)

// An Action is what a permission rule, a tool list entry or a hook matcher speaks of.
type Action struct {
	Kind ActionKind
	// Pattern is the part that narrows the tool, in the product's own syntax; empty for the whole tool.
	Pattern string
	// Open says that the pattern ends in a wildcard: whatever follows is allowed too.
	Open bool
	// Syntax tells how Pattern is compared with a call.
	Syntax PatternSyntax
	// Name is the product's own tool, where several do the same and rules tell them apart ("PowerShell"
	// beside "Bash"); empty where every tool of the kind is meant.
	Name string
	// Line says that Pattern is compared with the whole command line rather than with each of its commands.
	Line bool
	// Server and Tool name what an ActionServer reaches; an empty Tool is every tool of the server.
	Server, Tool string
	// Command is what the pattern of an ActionShell lets run; nil for the whole shell.
	Command *Command
}

// A PatternSyntax tells how a pattern is compared with a command line, path or host.
type PatternSyntax uint8

const (
	WordPrefix PatternSyntax = iota // commands by leading words with "*" inside, paths as in .gitignore, hosts with "domain:" in front
	RawPrefix                       // the text starts with the pattern, in the middle of a word too
	Glob                            // "*" stands for any text, of the whole command line, path or host
	Regexp                          // found anywhere in the text
)

// Whole reports whether the action is a tool without any narrowing pattern.
func (a Action) Whole() bool { return a.Pattern == "" && a.Tool == "" }

// A Call is one concrete use of a tool, taken apart as its product does before it weighs the rules.
// What somebody asks for may be several: a command line holds commands, and files that it writes.
type Call struct {
	// Action is the tool with, as Pattern, the command, path or host itself; without one it is the tool
	// as a whole, which only rules about the whole tool allow.
	Action Action
	// Names are the product's tools whose rules it meets; empty for rules of every name.
	Names []string
	// Also are further spellings of Pattern that every rule meets: a path from the home folder, a command
	// without its wrapper. Against are those that only rules which deny or ask meet.
	Also, Against []string
	// Line is the command line that it is part of.
	Line string
	// Refused says that it needs no leave of its own, and is stopped by rules with a pattern that deny or
	// ask: the file that a command reads.
	Refused bool
	// Inside says that it touches nothing beyond the working folder.
	Inside bool
	// Harmless says that the product runs it unasked whatever the mode, Fallback what it decides where no
	// rule does; unknown leaves it to the mode.
	Harmless bool
	Fallback Decision
	// Edit says that it passes where edits in the working folder do.
	Edit bool
	// Exact says that no rule with a wildcard allows it, Guarded why none does; empty when rules may.
	Exact   bool
	Guarded string
	// Critical says that not even the mode that asks nobody lets it pass.
	Critical bool
}

// A Rule is one line of a permission or tool list.
type Rule struct {
	At       Span
	Text     string // as written
	Decision Decision
	Action   Action
	// Priority weighs it against others in a product that numbers its rules.
	Priority int
	// Implied says that nobody wrote it: it comes with the product or follows from another key.
	Implied bool
	// Inert says why the product never consults the rule; empty for a rule that works.
	Inert string
	// Effects are what the action lets happen. For shell rules they come from the command, for
	// reads and writes from the path, for servers from what is known of the server.
	Effects []Effect
	// Recipient is the parameter in which the model names who gets what a tool sends, anybody at all;
	// absent where it cannot, or where we do not know.
	Recipient Value[string]
	// RawQuery is the free query language in which the model writes what a tool of a manifest runs: "SQL".
	RawQuery Value[string]
}

// A Capability is a kind of effect on the world.
type Capability uint8

const (
	CapabilityUnknown Capability = iota
	ReadUntrusted                // reads text that strangers can write
	ReadPrivate                  // reads what is not public
	ReadSecret                   // reads credentials
	WriteFiles                   // changes files
	WriteState                   // changes a service's state: issues, records, deployments, messages
	Destroy                      // loses data or infrastructure
	Send                         // carries data to where others can read it
	Execute                      // runs arbitrary code
	Spawn                        // starts another agent
	Configure                    // changes what an agent may do
	Remember                     // changes what an agent reads next time
	Decide                       // approves, merges, grants
	Pay                          // moves money
)

// A Breadth tells how much a scope holds.
type Breadth uint8

const (
	BreadthUnknown Breadth = iota
	One                    // a single named thing
	Project                // the folder the agent works in
	Service                // one account or service
	Machine                // the home folder or the whole disk
	Everything             // any host, any account
)

// A Reach is the set of things an effect touches.
type Reach struct {
	Breadth Breadth
	Pattern string // paths, hosts or names in the product's syntax; empty when not narrowed
}

// An Effect is one thing that can happen, with the reason we say so.
type Effect struct {
	Capability Capability
	Reach      Reach
	Why        string     // a clause: "pushes commits to a remote"
	Confidence Confidence // zero is taken as Inferred
}

// Has reports whether one of the effects is of the capability.
func Has(effects []Effect, c Capability) bool {
	for _, e := range effects {
		if e.Capability == c {
			return true
		}
	}
	return false
}

// A Command is what a command line, an argument vector or a command pattern can do.
type Command struct {
	At          Span
	Text        string // as a shell would read it; may hold a secret, never print it unredacted
	Invocations []Invocation
	Artifacts   []Artifact // what it downloads before it runs
	Files       []string   // local files that it runs as programs or scripts, variables as ${NAME}: what a writer of them controls
	Hosts       []string   // network targets named in it
	Effects     []Effect
	// Runner says why the command runs whatever code its open part or its input names; empty otherwise.
	Runner string
	// Inline holds the program text given to an interpreter on the command line (sh -c, node -e).
	Inline string
	// RemoteScript says that something downloaded is piped or substituted into an interpreter.
	RemoteScript bool
	// SwallowsFailure says that the line ends in success even when its guard fails (|| true, ; exit 0).
	SwallowsFailure bool
	// Incomplete says that the text is not a valid command line; what was understood is kept.
	Incomplete bool
}

// OnThread reports whether all that a command does is to comment on an issue or pull request, or to label it.
func (c *Command) OnThread() bool {
	if c == nil || len(c.Invocations) == 0 {
		return false
	}
	for _, call := range c.Invocations {
		if call.Program != "gh" || len(call.Args) < 2 || call.Args[0] != "issue" && call.Args[0] != "pr" {
			return false
		}
		switch call.Args[1] {
		case "comment", "edit", "review", "view", "list", "diff", "checks", "status":
		default:
			return false
		}
	}
	return true
}

// An Invocation is one program started by a command line, wrappers removed.
type Invocation struct {
	Program  string   // base name; empty when it is not constant
	Args     []string // arguments behind the program: variables as ${NAME}, empty where a substitution makes them
	Wrappers []string // what starts it, outermost first: "sudo", "npm exec", "bash"
	Open     bool     // further arguments of any kind may follow
}

// An Artifact is code that is fetched when something starts.
type Artifact struct {
	At        Span
	Ecosystem string // "npm", "pypi", "image", "git", "go", "url", "github" (a repository), "nuget", "jsr", "cargo", "gem"
	Name      string // package, image without tag, repository, or URL
	Version   string // version, tag or reference as written
	Pin       Pin
}

// A Pin tells whether the same code comes back tomorrow.
type Pin uint8

const (
	PinUnknown Pin = iota
	Unpinned       // no version, a range, or a tag that moves
	Versioned      // an exact version that the registry does not let anyone change
	Digested       // a content hash
	LocalCode      // not fetched: code of this tree or already installed
)

// A Transport is how an agent talks to a server.
type Transport uint8

const (
	TransportUnknown Transport = iota
	Stdio
	HTTP
	SSE
	WebSocket
	InProcess
)

// A Server is an MCP server: a bundle of tools with a way to start or reach it.
type Server struct {
	Name      string
	At        Span // its name
	Transport Transport
	Command   *Command // how a Stdio server starts; nil when it is reached by URL
	URL       Value[string]
	Directory Value[string]   // working folder
	Args      []Value[string] // as written, for switches and filters
	Env       []Value[Variable]
	Headers   []Value[Variable]
	// Disabled says that the entry is there and not started.
	Disabled bool
	// Trusted says that the client never asks before its tools (Gemini's trust, autoApprove "*").
	Trusted Value[bool]
	// AutoApproved are the tools the client never asks for.
	AutoApproved []Value[string]
	// Included and Excluded filter its tools, where the client can.
	Included, Excluded []Value[string]
	Tools              []*Tool // stated in the file: dumps and manifests
	Credentials        []*Credential
	Unauthenticated    bool // reached by URL with neither headers, oauth nor user information stated
	// Description is what the entry says of the server; nil when it says nothing.
	Description *Text
	// Listen is the address at which its own code waits for clients. Asks says that the code asks them who they are.
	Listen Value[string]
	Asks   bool
	// Sandbox is the wall that the client puts around the server's process; nil when none is stated.
	Sandbox *Sandbox

	// Reference says that the entry only names a server that another object of the format defines.
	Reference bool

	// Of is the definition that a Reference leads to; nil when it is not in the tree. Derived.
	Of *Server
	// Known is what is known of it by package, image, host or program; nil for a stranger. Derived.
	Known *KnownServer
	// Effects are what its tools, after switches and filters, can do. Derived.
	Effects []Effect
	// ReadOnly is the place of the switch that takes its writing tools away. Derived.
	ReadOnly Span
	// Filtered is the place of the filter that narrows its tools. Derived.
	Filtered Span
}

// A Variable is one environment variable or header. Its value is in no field: see Credential.
type Variable struct {
	Name string
	// Plain is the value when it is neither secret-shaped nor a reference; else empty.
	Plain string
	// References are the names of variables, inputs or secrets that the value refers to.
	References []string
}

// A Tool is something an agent can call, as a file describes it.
type Tool struct {
	Name        string
	At          Span
	Description *Text
	Schema      []*Text // descriptions inside the input schema: also read by the model
	ReadOnly    Value[bool]
	Destructive Value[bool]
	Effects     []Effect
	Flows       []*Flow // ways from its arguments to what acts on them, where its code is known
	Does        []Deed  // what its code was seen to do, one for a capability
}

// A Flow is a way from an argument that the model chooses to something that acts on it.
type Flow struct {
	Argument string // as the model calls it; empty for several or all of them
	Sink     SinkKind
	At       Span   // the call of the sink, or the last call on the way that the scanned code holds
	Callee   string // "exec.Command"
	Detail   string // how it arrives, as a clause: "as code for sh"; empty when the kind says it all
	Way      []Step // from the tool to the sink
}

// A SinkKind tells what acts on an argument.
type SinkKind uint8

const (
	SinkUnknown SinkKind = iota
	SinkShell            // a shell or interpreter runs it as code
	SinkCommand          // names a program, or is an argument that steers one
	SinkQuery            // is part of a query
	SinkPath             // names a file
	SinkURL              // names a host
	SinkEval             // is evaluated as code in the process
)

// A Deed is something that a tool's code was seen to do, with the way there.
type Deed struct {
	Capability Capability
	Why        string // a clause: "writes a file"
	Way        []Step
}

// A Credential is something an agent authenticates with. Its value is never kept.
type Credential struct {
	Name    string // of the variable, header, flag or field
	At      Span   // the value
	Source  CredentialSource
	Kind    string // what it is, when its shape or name tells: "GitHub token"
	Service string // whose service it opens: "github"; empty when unknown
	// Reference is the variable, input or file that holds it, in the product's syntax without the braces.
	Reference string
	Admin     bool     // opens everything by name or shape: service-role, root, owner
	Lifetime  Lifetime // how long a copy of it is worth something
	// Digest recognises the same literal in two places without keeping it; 0 for references.
	Digest uint64
}

// A CredentialSource tells where the value comes from.
type CredentialSource uint8

const (
	SourceUnknown          CredentialSource = iota
	SourceLiteral                           // written in the file
	SourcePlaceholder                       // written in the file, and obviously to be replaced
	SourceReference                         // the product fills it in
	SourceDefault                           // a reference whose default is a literal
	SourceBroken                            // looks like a reference, but this product never expands it
	SourcePrompt                            // a person is asked for it
	SourceHelper                            // a program prints it
	SourceSessionLogin                      // the client signs in by itself (OAuth)
	SourceWholeEnvironment                  // everything in the environment is handed over
)

// A Lifetime tells how long a stolen copy works.
type Lifetime uint8

const (
	LifetimeUnknown Lifetime = iota
	Expiring                 // minutes to hours
	Federated                // exchanged per session for an identity
	Static                   // until somebody revokes it
)

// A Sandbox is a wall that the client puts around commands.
type Sandbox struct {
	At          Span
	Enabled     Value[bool]
	FailClosed  Value[bool]     // refuses to run when the wall cannot be built
	Retry       Value[bool]     // the model may ask to run outside
	AutoAllow   Value[bool]     // what runs inside is not asked for
	Excluded    []*Rule         // commands that run outside
	Writable    []Value[string] // beyond the working folder
	Unwritable  []Value[string] // denied writes
	Unreadable  []Value[string] // denied reads
	Readable    []Value[string] // exceptions from denied reads
	Hosts       []Value[string] // allowed hosts; see HostsSet
	HostsSet    bool            // an allow list is present
	OpenNetwork Value[bool]     // commands inside reach any host: by a switch, or because the product's wall is none for the network
	DeniedHosts []Value[string] // denied hosts, which win over allowed ones
	Sockets     []Value[string] // unix sockets let through
	Weakened    []Value[string] // switches that take a part of the wall away, by name
	Mounts      []Value[string] // host folders that a container sees
}

// A Hook is a program or prompt that the client runs on an event.
type Hook struct {
	At      Span
	Event   Value[string]
	Matcher Value[string] // as written; absent matches everything
	// Condition narrows the matcher further, in the syntax of permission rules ("Bash(git *)"); absent does not.
	Condition Value[string]
	// Matches are the actions that the matcher lets through to the hook; nil with All for everything.
	Matches []ActionKind
	All     bool
	Kind    HookKind
	Command *Command
	URL     Value[string]
	Prompt  *Text
	// UnknownEvent says that the product has no such event: the hook never runs.
	UnknownEvent bool
	// Blocking says that the event lets a hook stop the action.
	Blocking bool
	// Async says that the client does not wait for it.
	Async bool
	// Hidden says that it is told to show nothing of what it does.
	Hidden bool
	// Script is the local file it runs, when that is in the tree.
	Script *File
	// Guard says that the hook means to stop something: its script or command denies, blocks or exits 2.
	Guard bool
	// FailsOpen says why a failing guard lets the action through; empty when it does not or we cannot tell.
	FailsOpen string
	// Inherent says that FailsOpen is true of every guard of the product, and tells nothing of this one.
	Inherent bool
}

// A HookKind tells what a hook runs.
type HookKind uint8

const (
	HookUnknown HookKind = iota
	HookCommand
	HookHTTP
	HookTool
	HookModel // a prompt or an agent judges
)

// A Switch is a security-relevant setting without a structure of its own.
type Switch struct {
	Kind SwitchKind
	Name string // the key or variable
	At   Span
	// Target is where it points (a host, a folder), already stripped of secrets; empty otherwise.
	Target string
}

// A SwitchKind tells what a switch does, whatever a product calls it.
type SwitchKind uint8

const (
	SwitchUnknown           SwitchKind = iota
	SwitchTrustsServers                // enables all servers of the project, also later ones
	SwitchEnablesServer                // enables a server of the project by name
	SwitchTrustsSelf                   // marks its own folder as trusted or skips the warning of a dangerous mode
	SwitchEndpoint                     // moves model or API traffic to Target
	SwitchProxy                        // moves all traffic through Target
	SwitchTLSOff                       // accepts any certificate
	SwitchTLSTrust                     // adds a certificate authority
	SwitchTelemetryOff                 // turns off what would be known afterwards
	SwitchTelemetryTarget              // moves the audit trail to Target
	SwitchHooksOff                     // turns guards off
	SwitchConfigHome                   // moves the agent's configuration into Target
	SwitchLoader                       // injects code into every process (LD_PRELOAD, NODE_OPTIONS, PATH)
	SwitchHardening                    // takes authority away: bypass disabled, shell in skills off
	SwitchShellWithoutTrust            // a helper that runs before or without trust
	SwitchSafetyOff                    // turns a safety check of the product off
	SwitchProgram                      // makes the client start Target, a program of the tree
	SwitchRequest                      // where a tool of the agent, or another agent, is reached: Target
	SwitchAnyOrigin                    // lets every web page use it with the rights of whoever looks at the page
	SwitchUnsafeState                  // stored state is turned into running code when it is loaded
	SwitchFullLog                      // prints what the agent reads and does into a log that others can read
)

// A Plugin is code or text that others write and the client installs.
type Plugin struct {
	Name      string
	At        Span
	Source    Artifact
	Enabled   bool
	Market    bool // a marketplace that brings plugins, rather than a plugin
	Updates   bool // replaced without asking
	Allowlist bool // limits what may be installed, rather than installing
}

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

// Limits bound how long an agent may go wrong. Absent is not unlimited.
type Limits struct {
	Turns   Value[int]
	Seconds Value[int]
	Depth   Value[int]
	// Open says that the format has a limit, that none is stated, and that none holds then; it is what
	// the format calls the limit.
	Open string
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

// An Agent is one acting thing with all that is in force for it. Derived by inference.
type Agent struct {
	ID      string // stable name for commands and reports: "claude-code", "claude-code/agents/reviewer"
	Product string
	Kind    Kind
	Name    string
	Root    string
	At      Span
	Parent  *Agent // the session that starts it; nil for sessions

	Layers  []*Layer    // in force together, highest precedence first
	Mode    Value[Mode] // not Set, with V as the product's default, when no layer states one
	Order   RuleOrder
	Rules   []*Rule   // of all layers, in order of precedence; inert ones left out
	Servers []*Server // each name once: the highest layer wins
	Hooks   []*Hook
	Sandbox *Sandbox // merged; nil when no layer speaks of one

	Grants     []*Grant
	Memory     []*Memory
	Boundaries []*Boundary
	Chains     []*Chain
	Score      Score
}

// A Score says how much harm an agent can do once its model obeys somebody else: 0 is none, 100 is
// everything, for long, with nobody looking. See docs/score.md. Derived by inference.
type Score struct {
	Points        float64         // 0 to 100, in tenths
	Contributions []*Contribution // largest first
}

// A Contribution is one reason for a score.
type Contribution struct {
	Side   Side
	Points float64 // its share of the score
	Text   string
	At     Span
}

// A Side is one of the three boundaries of a blast radius.
type Side uint8

const (
	SideUnknown    Side = iota
	SideCapability      // what it can do
	SideData            // how much that reaches
	SideTime            // how long it stays possible
)

// A Memory is what an agent reads next time and believes. Derived by inference.
type Memory struct {
	Kind MemoryKind
	At   Span
	Name string // the file's path or the server's name
	// Writers are the agent's own grants that change it without asking.
	Writers []*Grant
}

// A MemoryKind tells what a memory is.
type MemoryKind uint8

const (
	MemoryUnknown      MemoryKind = iota
	MemoryInstructions            // a file that is loaded as the owner's orders
	MemoryStore                   // a store that a server keeps for the agent
)

// A Grant says that an agent holds a capability.
type Grant struct {
	Capability Capability
	Reach      Reach
	Decision   Decision
	Route      Route
	Evidence   []Step // why we say so, most direct first; the first is where the grant stands
	Rule       *Rule
	Server     *Server
	Input      *Input // that brings strangers' text
	Power      *Power // that a shell uses
	Contained  bool   // only inside a sandbox that has no way out for this capability
	Default    bool   // comes with the product, nobody wrote it down
	Offered    bool   // by a tool that a manifest gives its agent
	Implied    bool   // follows from executing code, not granted by itself
	Confidence Confidence
}

// A Route is the way by which a capability is exercised.
type Route uint8

const (
	RouteUnknown Route = iota
	RouteShell
	RouteFile   // the product's own file tools
	RouteFetch  // the product's own web tools
	RouteServer // an MCP server
	RouteSpawn  // another agent
	RouteConfig // the configuration itself: hooks, helpers
)

// A Boundary is something that stops or checks an effect.
type Boundary struct {
	Kind     BoundaryKind
	At       Span
	Text     string // what it is, as a person would say it
	Hardness Hardness
	// Fails are the probes of the hard/soft test that it fails, with the reason and the place that proves it.
	Fails  []Failure
	Covers []Capability
	Action Action // what exactly it speaks of, where it is a rule
	Rule   *Rule
	Hook   *Hook
}

// A BoundaryKind tells what sort of control a boundary is.
type BoundaryKind uint8

const (
	BoundaryUnknown    BoundaryKind = iota
	BoundaryAbsence                 // the tool is not offered
	BoundarySandbox                 // an operating-system wall
	BoundaryDeny                    // a permission rule of the client
	BoundaryHook                    // a program that may refuse
	BoundaryApproval                // a person is asked
	BoundaryClassifier              // a model judges
	BoundaryPrompt                  // prose
	BoundaryReceiver                // the other side refuses: a read-only role, a narrow token
)

// Hardness tells whether a boundary holds when the model does not.
type Hardness uint8

const (
	HardnessUnknown Hardness = iota
	Hard
	Soft
)

// A Failure is one probe that a boundary fails (P1 to P10).
type Failure struct {
	Probe int
	Why   string
	At    Span
}

// A Chain is a combination of grants that is dangerous together, with its witness.
type Chain struct {
	Name       string // the combination's name in rules.cue: "lethal-trifecta"
	Steps      []Step // source, data, way out: one a leg, each with its place
	Grants     []*Grant
	Unattended bool   // no leg asks anybody
	Cut        string // the cheapest single change that breaks it
	Confidence Confidence
}

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
	ProblemPolicy                   // an entry of a policy file that does nothing: expired, or nothing matches it
)
