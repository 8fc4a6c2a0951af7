package codex

import (
	"slices"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// dialect is what Codex makes of an entry: it expands nothing, and names the variables that hold secrets.
var dialect = mcpserver.Dialect{Syntax: credential.None, Disabled: []string{"enabled"}, Included: []string{"enabled_tools"}, Excluded: []string{"disabled_tools"}}

// approvals are the values of an approval mode: whether the tools pass without a question. By itself
// ("auto") the client asks for what a tool says it changes, and for tools that say nothing.
var approvals = map[string]bool{"auto": false, "prompt": false, "writes": false, "approve": true}

// filters are the keys of an entry that protect, and what other clients call them.
var (
	filters = []string{"enabled", "enabled_tools", "disabled_tools", "default_tools_approval_mode"}
	foreign = map[string]string{"disabled": "enabled = false", "includeTools": "enabled_tools", "allowed_tools": "enabled_tools", "tools_allowed": "enabled_tools",
		"excludeTools": "disabled_tools", "disallowed_tools": "disabled_tools", "approval_mode": "default_tools_approval_mode"}
	serverKeys = []string{"command", "args", "env", "env_vars", "cwd", "url", "bearer_token", "bearer_token_env_var", "http_headers", "env_http_headers", "scopes", "oauth",
		"oauth_resource", "enabled", "required", "startup_timeout_sec", "startup_timeout_ms", "tool_timeout_sec", "enabled_tools", "disabled_tools", "tools",
		"default_tools_approval_mode", "supports_parallel_tool_calls", "experimental_environment", "environment", "name", "type", "transport", "description"}
)

// servers reads the table of MCP servers.
func (r *reader) servers(l *leastagency.Layer, block *node.Node) {
	read := dialect.Read(block, r.Sys)
	for _, s := range read {
		r.server(s, block.Get(s.Name))
	}
	l.Servers = append(l.Servers, read...)
	l.Switches = append(l.Switches, mcpserver.Switches(read, r.Sys.Knowledge)...)
}

// server adds what only Codex writes: variables by name, and who is asked before a tool runs.
func (r *reader) server(s *leastagency.Server, n *node.Node) {
	stated := false
	add := func(name leastagency.Value[string]) leastagency.Value[leastagency.Variable] {
		v, c := r.named(name)
		if c != nil {
			s.Credentials = append(s.Credentials, c)
		}
		return v
	}
	for _, item := range n.Get("env_vars").List() {
		name := item.String()
		if item.Is(node.Map) {
			name = item.Get("name").String()
		}
		if name.Set {
			s.Env = append(s.Env, add(name))
		}
	}
	for _, m := range n.Get("env_http_headers").Each() {
		if name := m.Value.String(); name.Set {
			stated = true
			v := add(name)
			v.V.Name = m.Key
			s.Headers = append(s.Headers, v)
		}
	}
	if token := n.Get("bearer_token_env_var").String(); token.Set {
		stated = true
		r.bearer(s, token)
	}
	if m := n.Member("bearer_token"); m != nil {
		r.Problem(m.At, leastagency.ProblemIgnored, `Codex rejects "bearer_token": it does not start with a server that has one`)
		if _, c := credential.Classify("bearer_token", m.Value.String(), credential.None, r.Sys.Knowledge); c != nil {
			s.Credentials = append(s.Credentials, c)
		}
	}
	s.Unauthenticated = s.Unauthenticated && !stated
	r.approval(s, n)
	for _, m := range n.Each() {
		instead, known := foreign[m.Key], slices.Contains(serverKeys, m.Key)
		switch {
		case known:
		case instead != "":
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Codex knows no %s here, so it withholds nothing: %s does", leastagency.Quote(m.Key), instead)
		case reading.Meant(m.Key, filters) != "":
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Codex knows no %s here, so it withholds nothing%s", leastagency.Quote(m.Key), reading.Meant(m.Key, filters))
		}
	}
}

// bearer reads the name of the variable that holds a token; a token in its place is one that lies open.
func (r *reader) bearer(s *leastagency.Server, token leastagency.Value[string]) {
	if found := credential.FromText(token.V, token.At, r.Sys.Knowledge); len(found) > 0 {
		s.Credentials = append(s.Credentials, found...)
		r.Problem(token.At, leastagency.ProblemIgnored, `"bearer_token_env_var" takes the name of a variable, and this is none: Codex sends no token to the server`)
		return
	}
	if _, c := r.named(token); c != nil {
		s.Credentials = append(s.Credentials, c)
		return
	}
	s.Credentials = append(s.Credentials, &leastagency.Credential{Name: token.V, At: token.At, Source: leastagency.SourceReference, Reference: token.V, Kind: "bearer token"})
}

// approval reads which tools nobody is asked for.
func (r *reader) approval(s *leastagency.Server, n *node.Node) {
	const says = "Codex does not start with this value"
	if v := n.Get("default_tools_approval_mode"); v != nil {
		if passes, ok := choice(r, v, "default_tools_approval_mode", says, approvals); ok {
			s.Trusted = leastagency.ValueAt(passes, v.At)
		}
	}
	for _, m := range n.Get("tools").Each() {
		if v := m.Value.Get("approval_mode"); v != nil {
			if passes, ok := choice(r, v, "approval_mode", says, approvals); ok && passes {
				s.AutoApproved = append(s.AutoApproved, leastagency.ValueAt(m.Key, v.At))
			}
		}
	}
}

// apps reads the connectors of the person's account of whose tools some pass unasked.
func (r *reader) apps(l *leastagency.Layer, block *node.Node) {
	for _, m := range block.Each() {
		if !m.Value.Is(node.Map) {
			continue
		}
		s := &leastagency.Server{Name: m.Key, At: m.At, Transport: leastagency.HTTP, Disabled: leastagency.Is(m.Value.Get("enabled").Bool(), false)}
		if r.approval(s, m.Value); leastagency.Is(s.Trusted, true) || len(s.AutoApproved) > 0 {
			l.Servers = append(l.Servers, s)
		}
	}
}
