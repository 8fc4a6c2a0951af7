package leastagency

import (
	"slices"
	"strings"
)

// A Policy is what the judgement rests on: the rules, the combinations and the knowledge. Builtin
// returns the one written in rules.cue.
type Policy struct {
	Rules        []RuleInfo    // sorted by ID
	Combinations []Combination // sorted by name
	Knowledge    *Knowledge
	Declarations []Declaration // what a policy file lets agents have; nil when it declares nothing
	Weights      *Weights      // nil gives no scores
	NoInline     bool          // no comment in a file accepts a finding
}

// Rule returns the entry of a rule; nil when there is none.
func (p *Policy) Rule(id string) *RuleInfo {
	i, found := slices.BinarySearchFunc(p.Rules, id, func(r RuleInfo, id string) int { return strings.Compare(r.ID, id) })
	if !found {
		return nil
	}
	return &p.Rules[i]
}

// Builtin returns the policy of rules.cue. Its tables are shared: change a copy.
func Builtin() *Policy {
	return &Policy{Rules: builtinRules, Combinations: builtinCombinations, Knowledge: &builtinKnowledge, Weights: &builtinWeights}
}

// Weights are what the score of an agent is made of, all in percent. The slices are indexed by the
// values of the enumeration that they speak of. rules.cue says what each stands for, docs/score.md how
// they work together.
type Weights struct {
	Capabilities []int // by Capability
	Autonomy     []int // by Decision
	Exposure     Exposure
	Reach        []int // by Breadth
	Lifetimes    []int // by Lifetime

	Contained, Denied, Guarded, Further, Approval, Unlimited, Triggered, Remembers, Unseen int
}

// An Exposure is how much of what an agent may do is open to strangers: whose text it never reads,
// reads after asking, or reads unasked.
type Exposure struct{ Hidden, Asked, Open int }

// RuleInfo is the entry of one rule in rules.cue: everything but its code.
type RuleInfo struct {
	ID       string // "family/bad-pattern"
	Title    string // what is wrong, as a short sentence
	Severity Severity
	Fixed    bool   // no policy file may lower or ignore it
	Fixable  string // what a fix does, imperative; empty for a rule whose findings have none
	Probe    Probe  // of the hard/soft test that the control fails which a finding speaks of
	Why      string // why it matters
	Remedy   string // one line: what to do
	Before   []Example
	After    []Example
	CWE      []int
	ASI      []string // OWASP Top 10 for Agentic Applications 2026
	MCP      []string // OWASP MCP Top 10 2025
	LLM      []string // OWASP Top 10 for LLM Applications 2025
	AST      []string // OWASP Agentic Skills Top 10
	ATLAS    []string // MITRE ATLAS techniques, release 5.6.0
	Controls []string // Zero Trust for AI Agents: capability and tier, such as "PM-F"
}

// Family returns the part of the id before the slash.
func (r *RuleInfo) Family() string {
	family, _, _ := strings.Cut(r.ID, "/")
	return family
}

// An Example is a file that shows a rule: it fires on all of Before and is silent on all of After.
type Example struct {
	Path, Text string
}

// A Combination is a set of capabilities that is dangerous in one session.
type Combination struct {
	Name string
	Legs []Leg
}

// A Leg is one link of a combination: any of its capabilities will do.
type Leg struct {
	Role string // "untrusted content", "private data", "a way out"
	Any  []Capability
}

// Knowledge is what is known of the world outside the scanned files.
type Knowledge struct {
	Servers    []KnownServer
	Tools      []KnownTool    // sorted by format
	Commands   []KnownCommand // sorted by program
	Advisories []Advisory
	Secrets    []SecretShape   // sorted by prefix, none of them empty
	Variables  []KnownVariable // sorted by name
	GoFuncs    []GoFunc        // sorted by name
	GoClients  []GoClient      // sorted by path
	OpenHosts  []string        // hosts on which anybody may publish, without subdomains
	Controls   []Control       // of the Zero Trust for AI Agents tiers, in their order
}

// A Control is one row of the Zero Trust for AI Agents tiers.
type Control struct {
	ID         string // "PM-F": capability and tier
	Capability string // "permission model"
	Tier       string // "Foundation", "Enterprise" or "Advanced"
	Text       string // what it asks for
	// Visible says how much of it files can show: "mostly", "partly" or "never".
	Visible string
}

// A KnownServer is what is known of an MCP server that many people use.
type KnownServer struct {
	ID    string
	Title string
	// Match are its names: "npm:", "pypi:", "image:", "url:host/path", "bin:", "git:host/owner/repo", "go:" or "module:" (python -m).
	Match  []string
	Source string // where the tools and switches are documented
	// Proxy says that it passes calls on to the URL or command among its arguments, and can do what that one can.
	Proxy bool
	Tools []KnownTools
	// ReadOnly takes its changing tools away; Filter narrows which tools it offers. nil when it has no such switch.
	ReadOnly *KnownSwitch
	Filter   *KnownSwitch
	// Credentials are the variables that it reads its credential from.
	Credentials []KnownCredential
	// RawQuery names the free query language that one of its tools takes; empty otherwise.
	RawQuery string
}

// KnownTools is a group of tools with the same effects.
type KnownTools struct {
	Names   []string // exact, or with "*"
	Can     []Capability
	Breadth Breadth
	Why     string // a clause: "reads issues and comments that anyone may write"
	// Sets are the names by which the filter, or When, knows the group: "issues". Empty when those name tools one by one.
	Sets []string
	// OptIn says that the tools are there only when a switch or filter names them.
	OptIn bool
	// When is the switch that brings them, where it is not the filter: "--allow-write". Only set with OptIn.
	When *KnownSwitch
}

// A KnownSwitch is how a server is told to offer less.
type KnownSwitch struct {
	Args    []string // flags, without their values
	Env     []string
	Headers []string
	Paths   []string // parts of the URL, path or query
	Wide    []string // values that switch nothing off, such as "all"
}

// A KnownCredential is a variable that holds a server's credential.
type KnownCredential struct {
	Name     string
	Service  string
	Lifetime Lifetime
	Admin    bool
	// Instead is the expiring or federated form that the service offers; empty when it has none.
	Instead string
}

// A KnownTool says what a tool can do that agent manifests give by its name.
type KnownTool struct {
	// Format is the product of the layers in which the name means this; empty for all of them.
	Format string
	Names  []string // in lower case, words joined by "_", without the module; exact or with "*"
	Does   ActionKind
	// Can is empty when the action says it all, and for a tool that does nothing to the world.
	Can        []Capability
	Breadth    Breadth
	Why        string     // a clause: "reads pages that anyone may write"
	Confidence Confidence // Guessed where only the words of the name tell
}

// A KnownCommand says what one form of a command can do.
type KnownCommand struct {
	Program string
	Sub     []string // words behind the program, options left out: ["push"]
	Flags   []string // at least one of these must be there, literally
	Unless  []string // none of these may be there
	// Open limits the entry to patterns that leave everything behind Sub open.
	Open    bool
	Can     []Capability
	Breadth Breadth
	Runner  bool // runs whatever code its arguments or input name
	Why     string
}

// An Advisory is a published warning about a package or image.
type Advisory struct {
	ID        string // "CVE-2025-6514"
	Ecosystem string
	Name      string
	Affected  string // comma-separated comparisons, all of which must hold: ">=0.0.5,<0.1.16"; "*" is every version
	Malicious bool
	Title     string
	Source    string
}

// A SecretShape recognises a kind of secret by how it is written.
type SecretShape struct {
	Kind    string
	Service string
	Prefix  string
	Charset string // "hex", "alnum", "base64" (also - and _), "word" (anything but white space, quotes and brackets)
	Min     int    // characters behind the prefix
	Max     int    // 0 is no upper bound
	Admin   bool
}

// A KnownVariable is an environment variable that changes what an agent is.
type KnownVariable struct {
	Name   string
	Switch SwitchKind
	// Values are those that do it; empty means any value.
	Values []string
}

// A GoFunc is a function of Go that acts on the world.
type GoFunc struct {
	Name string // as types.Func.FullName gives it: "os.Open", "(*database/sql.DB).Query"
	// Sink says how it acts on Args: "exec" (a program's name, with the arguments behind it), "shell",
	// "command", "query", "path", "url", "eval"; empty when no argument matters.
	Sink string
	Args []int // which arguments must not be the model's choice; the receiver counts
	Can  []Capability
	Why  string // a clause: "writes a file"
	As   string // how an argument arrives, as a clause: "as JavaScript"; empty where Sink says it all
}

// A GoClient is a library through which Go code talks to one service.
type GoClient struct {
	Path    string // of its packages, or what their paths begin with
	Service string
	Verbs   []GoVerb // sorted by prefix
}

// A GoVerb tells what methods do whose names begin with Prefix.
type GoVerb struct {
	Prefix string
	Can    Capability
}
