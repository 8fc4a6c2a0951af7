package leastagency

// Command lines, and the code that they fetch.

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
	// Locked is the one version that a lock file of the tree names, where the artifact itself names none. Derived.
	Locked Value[string]
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
