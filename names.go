package leastagency

import "strconv"

// The names of enumerations as reports and rules.cue write them.

var probeNames = [...]string{"", "the model ignores its instructions", "the attacker writes what the model says", "the person clicks yes every time", "nobody is there to be asked",
	"the agent can write the control", "the same effect is reachable another way", "the credential is copied out", "the tool changes after it was approved",
	"the call is made by a sub-agent", "the attacker tries as often as they like"}

// String returns the probe as standards number it: "P6"; empty for none.
func (v Probe) String() string {
	if v <= 0 || int(v) >= len(probeNames) {
		return ""
	}
	return "P" + strconv.Itoa(int(v))
}

// Says tells in a clause when the control does not hold.
func (v Probe) Says() string { return name(probeNames[:], int(v)) }

var capabilityNames = [...]string{"unknown", "read.untrusted", "read.private", "read.secret", "write.files", "write.state", "destroy", "send", "execute", "spawn", "configure", "remember", "decide", "pay"}

func (v Capability) String() string { return name(capabilityNames[:], int(v)) }

var decisionNames = [...]string{"unknown", "deny", "ask", "allow"}

func (v Decision) String() string { return name(decisionNames[:], int(v)) }

var modeNames = [...]string{"unknown", "ask", "accept-edits", "plan", "classifier", "deny-rest", "bypass", "contained"}

func (v Mode) String() string { return name(modeNames[:], int(v)) }

var scopeNames = [...]string{"unknown", "plugin", "user", "project", "local", "managed"}

func (v Scope) String() string { return name(scopeNames[:], int(v)) }

var kindNames = [...]string{"unknown", "session", "subagent", "skill", "command", "plugin", "manifest", "job", "script", "program", "catalog"}

func (v Kind) String() string { return name(kindNames[:], int(v)) }

var actionKindNames = [...]string{"unknown", "any", "shell", "read", "write", "fetch", "search", "server", "spawn", "skill", "other"}

func (v ActionKind) String() string { return name(actionKindNames[:], int(v)) }

var breadthNames = [...]string{"unknown", "one", "project", "service", "machine", "everything"}

func (v Breadth) String() string { return name(breadthNames[:], int(v)) }

var pinNames = [...]string{"unknown", "unpinned", "versioned", "digested", "local"}

func (v Pin) String() string { return name(pinNames[:], int(v)) }

var hardnessNames = [...]string{"unknown", "hard", "soft"}

func (v Hardness) String() string { return name(hardnessNames[:], int(v)) }

var boundaryKindNames = [...]string{"unknown", "absence", "sandbox", "deny", "hook", "approval", "classifier", "prompt", "receiver"}

func (v BoundaryKind) String() string { return name(boundaryKindNames[:], int(v)) }

var routeNames = [...]string{"unknown", "shell", "file", "fetch", "server", "spawn", "config"}

func (v Route) String() string { return name(routeNames[:], int(v)) }

var credentialSourceNames = [...]string{"unknown", "literal", "placeholder", "reference", "default", "broken", "prompt", "helper", "login", "environment"}

func (v CredentialSource) String() string { return name(credentialSourceNames[:], int(v)) }

var lifetimeNames = [...]string{"unknown", "expiring", "federated", "static"}

func (v Lifetime) String() string { return name(lifetimeNames[:], int(v)) }

var transportNames = [...]string{"unknown", "stdio", "http", "sse", "websocket", "in-process"}

func (v Transport) String() string { return name(transportNames[:], int(v)) }

var polarityNames = [...]string{"unknown", "orders", "forbids", "restrains"}

func (v Polarity) String() string { return name(polarityNames[:], int(v)) }

var sideNames = [...]string{"unknown", "capability", "data", "time"}

func (v Side) String() string { return name(sideNames[:], int(v)) }

var traitNames = [...]string{"unknown", "mode", "capability", "route", "chain", "server", "host", "credential", "trigger", "boundary", "limit"}

func (v TraitKind) String() string { return name(traitNames[:], int(v)) }
