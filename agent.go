package leastagency

// What follows from the files: nothing in here is written by a loader.

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
	Factors    []Factor // the ten of AIVSS, in its order
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

// A Factor is one of the ten risk amplification factors of OWASP AIVSS, as far as files show it. It is
// listed beside the score and no part of it: AIVSS rates one vulnerability, which files do not tell.
type Factor struct {
	Name   string // as AIVSS has it
	Amount Amount
	Why    string // a clause; what is not visible where Amount is unknown
	At     Span
}

// AIVSSVersion is the version of OWASP AIVSS whose factors are listed.
const AIVSSVersion = "0.8"

// An Amount is how much of a factor there is, in the three steps of AIVSS.
type Amount uint8

const (
	AmountUnknown Amount = iota // not visible in files
	AmountNone                  // 0.0
	AmountPartial               // 0.5
	AmountFull                  // 1.0
)

// Value returns the factor as AIVSS adds it up, and whether it is known.
func (a Amount) Value() (value float64, known bool) {
	return max(0, float64(a)-1) / 2, a != AmountUnknown
}

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

// By names what brings the grant; empty for the product itself.
func (g *Grant) By() string {
	switch {
	case g.Server != nil:
		return "server " + g.Server.Name
	case g.Rule != nil:
		return g.Rule.Text
	case g.Input != nil:
		return g.Input.Name
	case g.Power != nil:
		return g.Power.Name
	}
	return ""
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

// A Probe is a question of the hard/soft test, P1 to P10: does a control still hold when it comes to that?
type Probe int

// A Failure is one probe that a boundary fails.
type Failure struct {
	Probe Probe
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
