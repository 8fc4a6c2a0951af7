package manifest

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// dockerMCP are the entries of Docker's MCP registry, its catalogs, and profiles that put servers of
// them together. Sources: pkg/servers/types.go of github.com/docker/mcp-registry, pkg/catalog and
// pkg/workingset of github.com/docker/mcp-gateway.
func dockerMCP() []format {
	yaml := func(p string) bool { return ends(p, ".yaml", ".yml") }
	base := format{product: "docker-mcp", title: "Docker's MCP gateway", syntax: credential.Any, match: yaml} // {{name}} of its own, and ${VAR} in commands and headers
	entry, catalog, profile := base, base, base
	entry.marks = []string{"type: server", "type: remote", "type: poci"}
	entry.is = func(_ *reader, root *node.Node) bool {
		return is(root.Get("type"), "server", "remote", "poci") && root.Get("name").Is(node.String) && (root.Get("about") != nil || root.Get("meta") != nil) &&
			(root.Get("image") != nil || root.Get("remote") != nil)
	}
	entry.read = func(r *reader, root *node.Node) {
		l := r.catalog(root.Get("name").Text, root.Get("name").Inner())
		r.offer(r.dockerEntry(l, root.Get("name").Text, root.Get("name").Inner(), root))
	}
	catalog.marks = []string{"registry:"}
	catalog.is = func(_ *reader, root *node.Node) bool {
		for _, m := range root.Get("registry").Each() {
			if m.Value.Get("image").Is(node.String) || m.Value.Get("remote").Is(node.Map) {
				return root.Get("services") == nil && root.Get("apiVersion") == nil
			}
		}
		return false
	}
	catalog.read = func(r *reader, root *node.Node) {
		at := root.Member("registry").At
		if name := root.Get("name"); name.Is(node.String) {
			at = name.Inner()
		}
		l := r.catalog(root.Get("name").String().V, at)
		for _, m := range root.Get("registry").Each() {
			r.offer(r.dockerEntry(l, m.Key, m.At, m.Value))
		}
	}
	profile.marks = []string{"servers:"}
	profile.is = func(_ *reader, root *node.Node) bool {
		servers := root.Get("servers").List()
		return len(servers) > 0 && root.Get("id").Is(node.String) && root.Get("version") != nil && is(servers[0].Get("type"), "registry", "image", "remote")
	}
	profile.read = func(r *reader, root *node.Node) {
		l := r.agent(root.Get("id").Text, root.Get("id").Inner(), leastagency.ModeUnknown)
		l.NoToolList = true
		for _, item := range root.Get("servers").List() {
			ref := first(item, "image", "source", "endpoint", "url")
			name := item.Get("name").String().V
			if name == "" {
				name = ref.String().V
			}
			if s := r.dockerEntry(l, name, ref.Inner(), item); s != nil {
				s.Included = item.Get("tools").Strings()
			}
		}
	}
	return []format{entry, profile, catalog}
}

// offer says that a server is only offered: what it can do is judged where somebody picks it.
func (r *reader) offer(s *leastagency.Server) {
	if s != nil {
		s.Offered = true
	}
}

// dockerEntry reads one server. Docker builds the images of its own catalog from the commit that the
// entry names; others are what their publisher's tag says.
func (r *reader) dockerEntry(l *leastagency.Layer, name string, at leastagency.Span, n *node.Node) *leastagency.Server {
	if at.IsZero() {
		return nil
	}
	if remote := n.Get("remote"); remote.Is(node.Map) || n.Get("endpoint").Is(node.String) {
		s := r.server(l, name, at, mcpserver.Dialect{}, field{"url", remote.Get("url")}, field{"url", n.Get("endpoint")}, field{"headers", remote.Get("headers")}, field{"type", first(remote, "transport_type")}, field{"oauth", n.Get("oauth")})
		r.dockerSecrets(s, n)
		return s
	}
	run := n.Get("run")
	if run == nil {
		run = n // a catalog has it flat
	}
	c := &launch{image: n.Get("image").String()}
	if !c.image.Set {
		c.image = n.Get("source").String()
		c.image.V = strings.TrimPrefix(c.image.V, "docker://")
	}
	for _, v := range run.Get("volumes").Strings() {
		if !strings.HasPrefix(v.V, "{{") {
			c.flag(v.At, "-v", v.V)
		}
	}
	if user := run.Get("user").Scalar(); user.Set {
		c.flag(user.At, "-u", user.V)
	}
	c.add(run.Get("command"))
	var env []node.Member
	for _, list := range []*node.Node{run.Get("env"), n.Get("config", "env")} {
		if list.Is(node.Map) {
			env = append(env, list.Each()...)
		}
		for _, item := range list.List() {
			if v := item.Get("value"); v != nil {
				env = append(env, node.Member{Key: item.Get("name").String().V, At: v.At, Value: v})
			}
		}
	}
	s := r.serve(l, name, at, c, env)
	if s.Command != nil && strings.HasPrefix(c.image.V, "mcp/") {
		for i := range s.Command.Artifacts {
			s.Command.Artifacts[i].Pin = leastagency.PinUnknown
		}
		if source := n.Get("source"); source.Get("project").Is(node.String) && !source.Get("commit").Is(node.String) {
			project := source.Get("project")
			s.Command.Artifacts = append(s.Command.Artifacts, leastagency.Artifact{At: project.Inner(), Ecosystem: "git", Name: strings.TrimPrefix(project.Text, "https://"),
				Version: source.Get("branch").String().V, Pin: leastagency.Unpinned})
		}
	}
	r.dockerSecrets(s, n)
	hosts, closed := run.Get("allowHosts"), run.Get("disableNetwork")
	if hosts.Is(node.List) || leastagency.Is(closed.Bool(), true) {
		wall := closed.Bool().At
		if hosts.Is(node.List) {
			wall = hosts.At
		}
		s.Sandbox = &leastagency.Sandbox{At: wall, Enabled: leastagency.ValueAt(true, wall), FailClosed: leastagency.ValueAt(true, wall), Retry: leastagency.ValueAt(false, wall), Hosts: hosts.Strings(), HostsSet: true}
	}
	return s
}

// dockerSecrets reads which secrets of the user's store a server is handed.
func (r *reader) dockerSecrets(s *leastagency.Server, n *node.Node) {
	if s == nil {
		return
	}
	for _, list := range []*node.Node{n.Get("config", "secrets"), n.Get("secrets")} {
		for _, secret := range list.List() {
			env := secret.Get("env").String()
			if !env.Set {
				continue
			}
			c := &leastagency.Credential{Name: env.V, At: env.At, Source: leastagency.SourcePrompt, Reference: secret.Get("name").String().V}
			if _, told := credential.Classify(env.V, leastagency.ValueAt("${"+env.V+"}", env.At), credential.Any, r.Sys.Knowledge); told != nil {
				c.Kind, c.Service, c.Lifetime = told.Kind, told.Service, told.Lifetime
			}
			s.Credentials = append(s.Credentials, c)
			s.Unauthenticated = false
		}
	}
}
