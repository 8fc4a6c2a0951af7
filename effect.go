package leastagency

// What can happen to the world, and how far it reaches.

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
