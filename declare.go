package leastagency

import (
	"path"
	"slices"
	"strings"
)

// A Declaration is what a policy says that an agent may have, at most. What is not Set is not limited.
type Declaration struct {
	Agent        string // an agent's ID, or a pattern in which "*" stands for any text
	At           Span   // that name in the policy
	Capabilities Value[[]Allowance]
	Servers      Value[[]Value[string]] // "name", or "name=identity" as Server.Identity gives it
	Hosts        Value[[]Value[string]] // reached without asking; "*" for any
	Score        Value[int]             // 0 to 100
	Controls     []Value[BoundaryKind]  // of which a hard one must be there
}

// An Allowance is a capability with how freely it may be used.
type Allowance struct {
	Capability Capability
	Use        Use
	At         Span
}

// A Use says how freely an agent uses a capability; a greater one is freer.
type Use uint8

const (
	Unused      Use = iota
	Inside          // behind a wall that nothing of it leaves
	AfterAsking     // a person is asked, or nothing says that none is
	Freely          // nobody is asked
)

var useNames = [...]string{"none", "contained", "ask", "allow"}

func (u Use) String() string { return name(useNames[:], int(u)) }

// ParseUse returns the use of a name as String gives it.
func ParseUse(s string) (Use, bool) {
	i := slices.Index(useNames[:], s)
	return Use(max(i, 0)), i > 0
}

// Uses returns how freely the agent uses a capability, and the first grant that says so; nil when it
// has none. What is only guessed does not count.
func (a *Agent) Uses(c Capability) (use Use, by *Grant) {
	for _, g := range a.Grants {
		if g.Capability == c && g.Use() > use {
			use, by = g.Use(), g
		}
	}
	return use, by
}

// Use returns how freely the grant lets its capability be used; what is denied or only guessed is not.
func (g *Grant) Use() Use {
	switch {
	case g.Decision == Deny || g.Confidence == Guessed:
		return Unused
	case g.Contained:
		return Inside
	case g.Decision == Allow:
		return Freely
	}
	return AfterAsking
}

// Hosts returns the hosts that the agent's web tools, and commands in its sandbox, reach without
// asking, each once, with the place that says so; "*" is any host.
func (a *Agent) Hosts() []Value[string] {
	var out []Value[string]
	add := func(host string, at Span) {
		if !slices.ContainsFunc(out, func(v Value[string]) bool { return v.V == host }) {
			out = append(out, ValueAt(host, at))
		}
	}
	for _, g := range a.Grants {
		if g.Route != RouteFetch || g.Use() != Freely || g.Implied || len(g.Evidence) == 0 {
			continue
		}
		host := strings.TrimPrefix(strings.ToLower(g.Reach.Pattern), "domain:")
		if host == "" {
			host = "*"
		}
		add(host, g.Evidence[0].At)
	}
	if a.Sandbox != nil && Is(a.Sandbox.Enabled, true) {
		for _, h := range a.Sandbox.Hosts {
			add(strings.ToLower(h.V), h.At)
		}
		if Is(a.Sandbox.OpenNetwork, true) {
			add("*", a.Sandbox.OpenNetwork.At)
		}
	}
	return out
}

// Identity says what a server is, whatever it is called: where it is reached, the package or image it
// comes from without its version, or the program or script that is started. Empty when nothing tells.
func (s *Server) Identity() string {
	if s.Of != nil {
		s = s.Of
	}
	if s.URL.Set {
		address := s.URL.V
		if _, rest, ok := strings.Cut(address, "://"); ok {
			address = rest
		}
		address, _, _ = strings.Cut(address, "?")
		if i := strings.LastIndexByte(address, '@'); i >= 0 {
			address = address[i+1:] // user information may be a secret
		}
		return "url:" + strings.TrimSuffix(address, "/")
	}
	if s.Command == nil {
		return ""
	}
	if n := len(s.Command.Artifacts); n > 0 { // the server stands behind its runner
		return s.Command.Artifacts[n-1].Ecosystem + ":" + s.Command.Artifacts[n-1].Name
	}
	if len(s.Command.Files) > 0 {
		return "file:" + path.Clean(s.Command.Files[0])
	}
	if n := len(s.Command.Invocations); n > 0 && s.Command.Invocations[n-1].Program != "" {
		return "bin:" + s.Command.Invocations[n-1].Program
	}
	return ""
}

// Declared returns what the policy declares for an agent: by its ID, by the longest pattern that
// matches it, or by what is declared for the session that starts it; nil when nothing is.
func (p *Policy) Declared(a *Agent) *Declaration {
	var best *Declaration
	for i := range p.Declarations {
		d := &p.Declarations[i]
		if Wildcard(d.Agent, a.ID) && (best == nil || d.Agent == a.ID || best.Agent != a.ID && len(d.Agent) > len(best.Agent)) {
			best = d
		}
	}
	if best == nil && a.Parent != nil {
		return p.Declared(a.Parent)
	}
	return best
}

// Wildcard reports whether a name matches a pattern in which "*" stands for any text.
func Wildcard(pattern, name string) bool {
	head, rest, starred := strings.Cut(pattern, "*")
	if !starred || !strings.HasPrefix(name, head) {
		return pattern == name
	}
	name = name[len(head):]
	for {
		part, more, starred := strings.Cut(rest, "*")
		if !starred {
			return strings.HasSuffix(name, part)
		}
		i := strings.Index(name, part)
		if i < 0 {
			return false
		}
		name, rest = name[i+len(part):], more
	}
}
