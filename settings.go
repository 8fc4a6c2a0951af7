package leastagency

import (
	"slices"
	"strings"
)

// Walls, hooks, plugins, and switches without a structure of their own.

// A Sandbox is a wall that the client puts around commands, or the container that the agent runs in.
type Sandbox struct {
	At          Span
	Enabled     Value[bool]
	Whole       Value[bool]     // the agent itself runs inside, with its file tools and servers
	FailClosed  Value[bool]     // refuses to run when the wall cannot be built
	FailKey     string          // the key of FailClosed, to stand beside that of Enabled; empty where the product has none
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

// Door returns the first thing that leads out of the wall to the machine, whatever else it holds; zero
// when nothing says that one does.
func (s *Sandbox) Door() Step {
	switch {
	case s == nil:
		return Step{}
	case len(s.Weakened) > 0:
		return Step{s.Weakened[0].At, Quote(s.Weakened[0].V) + " takes a part of it away"}
	case len(s.Sockets) > 0:
		return Step{s.Sockets[0].At, Quote(s.Sockets[0].V) + " is let through"}
	}
	for _, m := range s.Mounts {
		if what := WidePlace(m.V); what != "" {
			return Step{m.At, "it sees " + Quote(m.V) + ", " + what}
		}
	}
	return Step{}
}

// engineSockets are those through which a container engine is driven: whoever reaches one is root on the host.
var engineSockets = [...]string{"docker.sock", "podman.sock", "containerd.sock"}

// wholes are folders that hold all of a machine or of a person.
var wholes = [...]string{"", "~", "$HOME", "${HOME}", "${env:HOME}", "${userHome}", "%USERPROFILE%", "/root", "/home", "/Users", "/etc", "/var", "C:", "c:"}

// WidePlace says what a place of the host holds when whoever sees it is behind no wall; empty for others.
func WidePlace(path string) string {
	path = strings.TrimRight(strings.ReplaceAll(path, `\`, "/"), "/")
	for _, s := range engineSockets {
		if strings.HasSuffix(path, s) {
			return "the socket of the container engine"
		}
	}
	if slices.Contains(wholes[:], path) {
		if path == "" || strings.HasSuffix(path, ":") {
			return "the whole disk"
		}
		if path == "/etc" || path == "/var" {
			return "the system's folders"
		}
		return "a home folder with its credentials"
	}
	for _, prefix := range []string{"/home/", "/Users/", "C:/Users/", "c:/Users/"} {
		if rest, ok := strings.CutPrefix(path, prefix); ok && !strings.Contains(rest, "/") {
			return "a home folder with its credentials"
		}
	}
	for _, store := range []string{"/.ssh", "/.aws", "/.gnupg", "/.kube", "/.config/gcloud", "/.azure"} {
		if strings.HasSuffix(path, store) {
			return "a folder of credentials"
		}
	}
	return ""
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
