// Package mcpserver reads the map of MCP servers that every client writes alike: a name, and how the
// server is started or reached.
package mcpserver

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// A Dialect is what one client makes of an entry. A key that the client does not know does nothing
// there, however much it looks like a protection; so each client lists the keys that it honours.
type Dialect struct {
	Syntax   credential.Syntax
	Disabled []string // keys that keep a server from starting: "disabled" true, "enabled" false
	Approved []string // lists of tools that nobody is asked for
	Trust    []string // switches that let all tools pass
	Included []string // lists of the only tools offered
	Excluded []string // lists of tools withheld
	// Shell says that a command with spaces and without arguments is split as a shell would.
	Shell bool
	// Helpers says that the client runs the programs that print headers; see [Helpers].
	Helpers bool
}

// Read reads a map of server name to server entry as Claude Code does, in file order. A value of the
// wrong kind is a problem of sys, and the rest of the entry is kept.
func Read(servers *node.Node, syntax credential.Syntax, sys *leastagency.System) []*leastagency.Server {
	return Dialect{Syntax: syntax, Helpers: true}.Read(servers, sys)
}

// Read reads a map of server name to server entry, in file order. A value of the wrong kind is a
// problem of sys, and the rest of the entry is kept.
func (d Dialect) Read(servers *node.Node, sys *leastagency.System) []*leastagency.Server {
	if servers == nil || servers.Kind == node.Null || servers.Kind == node.Invalid {
		return nil
	}
	if servers.Kind != node.Map {
		problem(sys, servers.At, "servers are not a map from name to entry; the client starts none of them")
		return nil
	}
	var out []*leastagency.Server
	for _, m := range servers.Each() {
		switch m.Value.Kind {
		case node.Map:
			e := entry{Dialect: d, sys: sys, node: m.Value}
			out = append(out, e.read(m.Key, m.At))
		case node.Null, node.Invalid:
		default:
			problem(sys, m.Value.At, "the entry of a server is not an object; the client does not start it")
		}
	}
	return out
}

// Helpers returns the commands that the entries have the client run besides the servers themselves:
// programs that print headers.
func Helpers(servers *node.Node, sys *leastagency.System) []*leastagency.Command {
	var out []*leastagency.Command
	for _, m := range servers.Each() {
		if helper := m.Value.Get("headersHelper").String(); helper.Set {
			out = append(out, command.Parse(helper.V, helper.At, sys.Knowledge))
		}
	}
	return out
}

// Switches returns the variables in the servers' environments that change what a server is, whatever it
// does: where its traffic goes, whose certificates it believes, what else is loaded into it.
func Switches(servers []*leastagency.Server, k *leastagency.Knowledge) []*leastagency.Switch {
	var out []*leastagency.Switch
	for _, s := range servers {
		for _, v := range s.Env {
			w := credential.Switch(v, k)
			if w == nil {
				continue
			}
			switch w.Kind {
			case leastagency.SwitchEndpoint, leastagency.SwitchProxy, leastagency.SwitchTLSOff, leastagency.SwitchTLSTrust:
				out = append(out, w)
			case leastagency.SwitchLoader:
				if w.Name != "PATH" { // so that the program is found: every other entry has one
					out = append(out, w)
				}
			}
		}
	}
	return out
}

func problem(sys *leastagency.System, at leastagency.Span, format string, args ...any) {
	if at.IsZero() {
		return
	}
	sys.Problems = append(sys.Problems, &leastagency.Problem{At: at, Kind: leastagency.ProblemIgnored, Text: fmt.Sprintf(format, args...)})
}

// An entry is one server being read.
type entry struct {
	Dialect
	sys  *leastagency.System
	node *node.Node
}

func (e entry) read(name string, at leastagency.Span) *leastagency.Server {
	s := &leastagency.Server{Name: name, At: at}
	start := e.node
	if nested := start.Get("transport"); nested.Is(node.Map) {
		start = nested // older clients keep how to start a server apart
	}
	s.Transport = transport(start)
	s.Directory = first(start, "cwd", "workingDirectory").String()
	e.start(s, start)
	e.address(s, start)
	fromArgs := len(s.Credentials)
	s.Env = append(s.Env, e.variables(s, start, "env", "environment", "envs")...)
	s.Credentials = handedOn(s.Credentials, fromArgs)
	s.Headers = e.variables(s, start, "headers", "http_headers", "httpHeaders")
	if s.Headers == nil {
		s.Headers = e.variables(s, start.Get("requestInit"), "headers")
	}
	e.signIn(s, start)
	if s.Transport == leastagency.TransportUnknown {
		s.Transport = implied(s)
	}

	s.Disabled = e.disabled()
	s.AutoApproved = e.tools(e.Approved)
	s.Included = slices.DeleteFunc(e.tools(e.Included), func(t leastagency.Value[string]) bool { return t.V == "*" })
	s.Excluded = e.tools(e.Excluded)
	s.Trusted = e.trusted(s)
	s.Tools = Tools(e.node.Get("tools"))
	if d := first(e.node, "description", "instructions"); d.Is(node.String) && d.Text != "" {
		s.Description = text(d)
	}
	return s
}

// first returns the value of the first of the keys that is there.
func first(n *node.Node, keys ...string) *node.Node {
	for _, key := range keys {
		if v := n.Get(key); v != nil && v.Kind != node.Null {
			return v
		}
	}
	return nil
}

// transport reads the name of the transport, as the clients write it.
func transport(n *node.Node) leastagency.Transport {
	switch strings.ToLower(first(n, "type", "transport", "transportType").String().V) {
	case "stdio", "local", "command":
		return leastagency.Stdio
	case "http", "streamable-http", "streamablehttp", "streamable_http", "remote":
		return leastagency.HTTP
	case "sse":
		return leastagency.SSE
	case "ws", "websocket":
		return leastagency.WebSocket
	case "sdk", "builtin", "inprocess":
		return leastagency.InProcess
	}
	return leastagency.TransportUnknown
}

// implied is the transport of an entry that does not state one.
func implied(s *leastagency.Server) leastagency.Transport {
	address := strings.ToLower(s.URL.V)
	switch {
	case s.Command != nil && !s.URL.Set:
		return leastagency.Stdio
	case strings.HasPrefix(address, "ws://") || strings.HasPrefix(address, "wss://"):
		return leastagency.WebSocket
	case strings.HasSuffix(strings.TrimSuffix(address, "/"), "/sse"):
		return leastagency.SSE
	case s.URL.Set:
		return leastagency.HTTP
	}
	return leastagency.TransportUnknown
}

// start reads the command and its arguments.
func (e entry) start(s *leastagency.Server, n *node.Node) {
	args := e.list(n, "the argument list", "args", "arguments")
	program := n.Get("command")
	var argv []leastagency.Value[string]
	switch {
	case program == nil || program.Kind == node.Null || program.Kind == node.Invalid:
	case program.Kind == node.String:
		argv = []leastagency.Value[string]{program.String()}
	case program.Kind == node.List: // the program and its arguments in one
		argv = program.Strings()
		if len(argv) > 0 {
			args = append(slices.Clone(argv[1:]), args...)
			argv = argv[:1]
		}
	case program.Kind == node.Map: // {path, args, env}
		argv = values(program.Get("path").String())
		if args == nil {
			args = e.list(program, "the argument list", "args")
		}
		s.Env = append(s.Env, e.variables(s, program, "env")...)
	default:
		problem(e.sys, program.At, "the command of the server is not a string; the client does not start it")
	}
	creds, masked := credential.FromArgs(args, e.Syntax, e.sys.Knowledge)
	s.Args = masked
	s.Credentials = append(s.Credentials, creds...)
	if len(argv) == 0 || strings.TrimSpace(argv[0].V) == "" {
		return
	}
	at := argv[0].At
	if e.Shell && len(args) == 0 && strings.Contains(strings.TrimSpace(argv[0].V), " ") && !isPath(argv[0].V) {
		s.Command = command.Parse(argv[0].V, at, e.sys.Knowledge)
		return
	}
	s.Command = command.Exec(append(argv, args...), at, e.sys.Knowledge)
}

func values(v leastagency.Value[string]) []leastagency.Value[string] {
	if !v.Set {
		return nil
	}
	return []leastagency.Value[string]{v}
}

// isPath reports whether a program with spaces in it is one path, as on Windows.
func isPath(program string) bool {
	word, _, _ := strings.Cut(program, " ")
	return strings.Contains(word, ":\\") || strings.Contains(word, ":/") || strings.HasPrefix(word, "/") && !strings.Contains(program, " -")
}

// address reads the URL of a remote server.
func (e entry) address(s *leastagency.Server, n *node.Node) {
	stated := first(n, "url", "serverUrl", "httpUrl", "uri", "endpoint", "baseUrl")
	if stated == nil {
		return
	}
	if stated.Kind != node.String {
		problem(e.sys, stated.At, "the address of the server is not a string; the client does not connect to it")
		return
	}
	creds, masked := credential.FromURL(stated.String(), e.Syntax, e.sys.Knowledge)
	s.URL = masked
	s.Credentials = append(s.Credentials, creds...)
}

// variables reads environment variables or headers: a map, or a list of "NAME=value".
func (e entry) variables(s *leastagency.Server, n *node.Node, keys ...string) []leastagency.Value[leastagency.Variable] {
	stated := first(n, keys...)
	var out []leastagency.Value[leastagency.Variable]
	add := func(name string, value leastagency.Value[string]) {
		v, c := credential.Classify(name, value, e.Syntax, e.sys.Knowledge)
		out = append(out, leastagency.ValueAt(v, value.At))
		if c != nil {
			s.Credentials = append(s.Credentials, c)
		}
	}
	switch {
	case stated == nil || stated.Kind == node.Invalid:
	case stated.Kind == node.Map:
		for _, m := range stated.Each() {
			switch value := m.Value.Scalar(); {
			case value.Set:
				add(m.Key, value)
			case m.Value.Kind != node.Null && m.Value.Kind != node.Invalid:
				problem(e.sys, m.Value.At, "the value of a variable or header is neither text nor number")
			}
		}
	case stated.Kind == node.List:
		for _, item := range stated.Items {
			if name, value, ok := strings.Cut(item.Text, "="); ok && item.Kind == node.String {
				add(name, leastagency.ValueAt(value, credential.Within(item.At, value)))
			} else if pair := item.Get("name").String(); pair.Set {
				add(pair.V, item.Get("value").Scalar())
			}
		}
		problem(e.sys, stated.At, "variables and headers are a map from name to value; as a list the client does not read them")
	default:
		problem(e.sys, stated.At, "variables and headers are a map from name to value; anything else the client does not read")
	}
	return out
}

// handedOn leaves out those of the first n credentials that a flag such as "docker run -e NAME" only hands on,
// because the environment behind them states what they are.
func handedOn(credentials []*leastagency.Credential, n int) []*leastagency.Credential {
	stated := map[string]bool{}
	for _, c := range credentials[n:] {
		stated[c.Name] = true
	}
	out := slices.DeleteFunc(slices.Clone(credentials[:n]), func(c *leastagency.Credential) bool {
		return c.Source == leastagency.SourceReference && c.Reference == c.Name && stated[c.Name]
	})
	return append(out, credentials[n:]...)
}

// signIn reads how else the client authenticates, and whether it does at all.
func (e entry) signIn(s *leastagency.Server, n *node.Node) {
	stated := s.Headers != nil
	for _, key := range []string{"oauth", "auth", "authorization", "headersHelper", "envFile", "authProviderType", "bearerToken", "apiKey"} {
		m := n.Member(key)
		if m == nil || m.Value.Kind == node.Null || key == "headersHelper" && !e.Helpers {
			continue
		}
		switch key {
		case "headersHelper":
			stated = true
			s.Credentials = append(s.Credentials, &leastagency.Credential{Name: key, At: m.Value.At, Source: leastagency.SourceHelper, Kind: "headers that a program prints"})
		case "envFile":
			if file := m.Value.String(); file.Set {
				s.Credentials = append(s.Credentials, &leastagency.Credential{Name: key, At: file.At, Source: leastagency.SourceReference, Reference: file.V, Kind: "file of variables"})
			}
		case "bearerToken", "apiKey":
			stated = true
			if _, c := credential.Classify(key, m.Value.String(), e.Syntax, e.sys.Knowledge); c != nil {
				s.Credentials = append(s.Credentials, c)
			}
		default:
			if b := m.Value.Bool(); b.Set && !b.V {
				continue // no sign-in, said in so many words
			}
			stated = true
			if _, c := credential.Classify(key, m.Value.String(), e.Syntax, e.sys.Knowledge); c != nil {
				s.Credentials = append(s.Credentials, c)
				continue
			}
			s.Credentials = append(s.Credentials, &leastagency.Credential{Name: key, At: m.At, Source: leastagency.SourceSessionLogin, Kind: "sign-in by the client", Lifetime: leastagency.Expiring})
			for _, field := range m.Value.Each() {
				if _, c := credential.Classify(field.Key, field.Value.String(), e.Syntax, e.sys.Knowledge); c != nil {
					s.Credentials = append(s.Credentials, c)
				}
			}
		}
	}
	s.Unauthenticated = s.URL.Set && !stated && len(s.Credentials) == 0 && remote(s.URL.V)
}

// remote reports whether a URL names a host that is another machine. A host that a reference names is not known.
func remote(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && !strings.ContainsAny(u.Host, "${}<>%") && !credential.Loopback(u.Host)
}

func (e entry) disabled() bool {
	for _, key := range e.Disabled {
		if b := e.node.Get(key).Bool(); b.Set && b.V != (key == "enabled") {
			return true
		}
	}
	return false
}

// tools reads the lists of tool names under the keys.
func (e entry) tools(keys []string) []leastagency.Value[string] {
	var out []leastagency.Value[string]
	for _, key := range keys {
		n := e.node.Get(key)
		if n.Is(node.List) && slices.ContainsFunc(n.Items, func(item *node.Node) bool { return item.Kind == node.Map }) {
			continue // tools in full, see Tools
		}
		out = append(out, e.list(e.node, "the list of tools", key)...)
	}
	return out
}

// list reads a list of strings; numbers and truth values are taken as they are written. A single
// value in place of a list is a problem, and is read as a list of one.
func (e entry) list(n *node.Node, what string, keys ...string) []leastagency.Value[string] {
	stated := first(n, keys...)
	switch {
	case stated == nil || stated.Kind == node.Invalid:
		return nil
	case stated.Kind != node.List:
		problem(e.sys, stated.At, "%s is not a list; the client rejects the entry or ignores the key", what)
		return values(stated.Scalar())
	}
	out := make([]leastagency.Value[string], 0, len(stated.Items))
	for _, item := range stated.Items {
		switch v := item.Scalar(); {
		case v.Set:
			out = append(out, v)
		case item.Kind != node.Invalid:
			problem(e.sys, item.At, "an item of %s is not a string", what)
		}
	}
	return out
}

// trusted tells whether all tools pass without a question.
func (e entry) trusted(s *leastagency.Server) leastagency.Value[bool] {
	for _, key := range e.Trust {
		if b := e.node.Get(key).Bool(); b.Set {
			return b
		}
	}
	for _, tool := range s.AutoApproved {
		if tool.V == "*" {
			return leastagency.ValueAt(true, tool.At)
		}
	}
	return leastagency.Value[bool]{}
}
