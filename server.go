package leastagency

// Servers with their tools, and what they authenticate with.

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
	// Endpoints are the ways into it over the network that its own code opens.
	Endpoints []*Endpoint
	// Sandbox is the wall that the client puts around the server's process; nil when none is stated.
	Sandbox *Sandbox

	// Reference says that the entry only names a server that another object of the format defines.
	Reference bool
	// Offered says that the entry describes a server for whoever picks it, and that it runs nowhere here.
	Offered bool

	// Of is the definition that a Reference leads to; nil when it is not in the tree. Derived.
	Of *Server
	// Known is what is known of it by package, image, host or program; nil for a stranger. Derived.
	Known *KnownServer
	// Program is the one of this tree that its command starts, from whose code Known then is; nil for others. Derived.
	Program *Program
	// Effects are what its tools, after switches and filters, can do. Derived.
	Effects []Effect
	// ReadOnly is the place of the switch that takes its writing tools away. Derived.
	ReadOnly Span
	// Filtered is the place of the filter that narrows its tools. Derived.
	Filtered Span
}

// An Endpoint is a way into a server over the network, as its own code opens it.
type Endpoint struct {
	At     Span // the address, or the call that opens it
	Reach  Reached
	Asks   Presence // whether clients are asked who they are
	Origin Presence // whether requests are refused that a web page makes under another name: by Host or Origin
}

// A Reached tells from where an endpoint can be reached, by default.
type Reached uint8

const (
	ReachedUnknown Reached = iota
	ByMachine              // by programs of the same machine, a browser among them
	ByNetwork              // by whoever reaches the machine
)

// A Presence tells whether a control is there.
type Presence uint8

const (
	PresenceUnknown Presence = iota
	Missing                  // all that could hold it was read, and does not
	Present
)

// A Program is a program of the scanned tree, as its code tells.
type Program struct {
	Path    string    // import path of its main package
	Folder  string    // of its main package, relative to the root
	Builds  []string  // files that recipes of the tree build of it, relative to the root
	Servers []*Server // of all packages that it is made of
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
	// Instead is how the product refers to a variable called NAME, where such a reference can stand in place of
	// the secret, or of a reference that is not filled in: "${env:NAME}". Empty where none can, or we do not know.
	Instead string
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
