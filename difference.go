package leastagency

// A Difference is what a change does: to what agents have, and to what is wrong with them.
type Difference struct {
	Agents []*AgentChange // that changed, the largest growth first
	New    []*Finding     // were not there before
	Mended []*Finding     // are there no more
}

// An AgentChange is what one agent gained and lost.
type AgentChange struct {
	Before, After *Agent // one of them may be nil: the agent is new, or gone
	// Growth is by how many points of the score it may do more harm than before, never less than 0. A new
	// session grows by what it has beyond what its product brings, a new agent that a session starts by what
	// it has beyond its session. What stands in an example or a template grows nothing.
	Growth float64
	// Gained and Lost are sorted by kind and text. A new or lost agent's are without what its product brings,
	// and what its session has too; an old one's without what its session gained and lost with it.
	Gained, Lost []Trait
}

// Agent returns the agent as it is, or as it was before it went.
func (c *AgentChange) Agent() *Agent {
	if c.After != nil {
		return c.After
	}
	return c.Before
}

// A Trait is one thing that an agent has or is. It is the same one wherever it stands: by its kind and
// text, which holds no place. One that is used more freely than before is gained, one that is used less
// freely is lost.
type Trait struct {
	Kind TraitKind
	Text string
	Use  Use    // Unused where that does not apply
	Why  string // a clause more about it; empty for none
	At   Span   // zero for what the product brings
}

// A TraitKind tells what a trait is.
type TraitKind uint8

const (
	TraitUnknown TraitKind = iota
	TraitMode              // what happens when no rule decides
	TraitCapability
	TraitRoute // what lets it happen: a rule, a server, an input
	TraitChain // a dangerous combination
	TraitServer
	TraitHost // reached without asking
	TraitCredential
	TraitTrigger
	TraitBoundary // with its hardness
	TraitLimit
)
