package manifest

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// registries are the files with which authors publish an MCP server: for the MCP registry,
// Smithery, and desktop extensions. They start nothing where they lie; what they say counts
// for everybody who installs the server.
//
// Sources: schemas 2025-07-09 to 2025-12-11 of github.com/modelcontextprotocol/static, schemas v0.1 to
// v0.4 of github.com/modelcontextprotocol/mcpb, and build/project-config of github.com/smithery-ai/docs.
func registries() []format {
	named := func(names ...string) func(string) bool {
		return func(p string) bool { return slices.Contains(names, path.Base(p)) }
	}
	return []format{
		{product: "mcp-registry", title: "the MCP registry", syntax: credential.Any, match: named("server.json"),
			is: func(_ *reader, root *node.Node) bool { return isServerJSON(root) }, read: (*reader).serverJSON},
		{product: "mcpb", title: "MCPB", syntax: credential.Braces, match: named("manifest.json"), marks: []string{"mcp_config"},
			is: func(_ *reader, root *node.Node) bool {
				return first(root, "manifest_version", "dxt_version").Is(node.String) && root.Get("server", "mcp_config").Is(node.Map)
			}, read: (*reader).bundle},
		{product: "smithery", title: "Smithery", syntax: credential.Any, match: named("smithery.yaml", "smithery.yml"),
			is: func(_ *reader, root *node.Node) bool {
				return root.Get("startCommand").Is(node.Map) || is(root.Get("runtime"), "typescript", "container", "python")
			}, read: (*reader).smithery},
	}
}

var reverseDNS = lazy.Compile(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+/[A-Za-z0-9._-]+$`)

func isServerJSON(root *node.Node) bool {
	return strings.Contains(root.Get("$schema").String().V, "/server.schema.json") && root.Get("name").Is(node.String) ||
		reverseDNS.MatchString(root.Get("name").String().V) && (root.Get("packages").Is(node.List) || root.Get("remotes").Is(node.List))
}

// published starts the layer of a server that is described and not started.
func (r *reader) published(root *node.Node) *leastagency.Layer {
	l := r.titled(root, leastagency.ModeUnknown)
	l.NoToolList = true
	return l
}

// ecosystems are the registries of packages, as the model calls them.
var ecosystems = map[string]string{"npm": "npm", "pypi": "pypi", "oci": "image", "docker": "image", "nuget": "nuget", "mcpb": "url"}

func (r *reader) serverJSON(root *node.Node) {
	l := r.published(root)
	r.Describe(l, root.Get("description"))
	for _, p := range root.Get("packages").List() {
		r.pack(l, p)
	}
	for _, remote := range root.Get("remotes").List() {
		r.Endpoint(l, leastagency.SwitchRequest, "url", remote.Get("url"))
		r.inputs(l, remote.Get("headers"))
	}
}

// pack reads a package of a server: what is fetched, how it is started and what it is given.
func (r *reader) pack(l *leastagency.Layer, p *node.Node) {
	id, version := first(p, "identifier", "name"), p.Get("version")
	ecosystem := ecosystems[first(p, "registryType", "registry_type", "registry_name").String().V]
	if id.Is(node.String) && ecosystem != "" && ecosystem != "url" {
		a := leastagency.Artifact{At: id.At, Ecosystem: ecosystem, Name: id.Text, Version: version.String().V, Pin: leastagency.Versioned}
		if ecosystem == "image" && version == nil {
			a.Name, a.Version = id.Text, ""
			if i := strings.LastIndexByte(id.Text, ':'); i > strings.LastIndexByte(id.Text, '/') {
				a.Name, a.Version = id.Text[:i], id.Text[i+1:]
			}
		}
		switch {
		case strings.Contains(id.Text, "@sha256:"):
			a.Pin = leastagency.Digested
		case a.Version == "latest":
			a.Pin = leastagency.Unpinned
			if version != nil {
				a.At = version.At
			}
		}
		if a.Pin == leastagency.Unpinned || a.Pin == leastagency.Digested {
			l.Commands = append(l.Commands, &leastagency.Command{At: id.At, Text: id.Text, Artifacts: []leastagency.Artifact{a}})
		}
	}
	r.inputs(l, first(p, "environmentVariables", "environment_variables"))
	for _, key := range []string{"runtimeArguments", "packageArguments", "runtime_arguments", "package_arguments"} {
		r.inputs(l, p.Get(key))
		for _, arg := range p.Get(key).List() {
			if is(first(arg, "name", "value"), "--privileged", "--pid=host", "--net=host", "--network=host") {
				word := first(arg, "name", "value")
				l.Commands = append(l.Commands, command.Exec([]leastagency.Value[string]{leastagency.ValueAt("docker", word.At), leastagency.ValueAt("run", word.At), word.String()}, word.At, r.Sys.Knowledge))
			}
		}
	}
	r.Endpoint(l, leastagency.SwitchRequest, "url", p.Get("transport", "url"))
}

// inputs reads what whoever installs a server is asked for. A value that is written down is a value
// that everybody gets.
func (r *reader) inputs(l *leastagency.Layer, list *node.Node) {
	for _, in := range list.List() {
		name := in.Get("name").String().V
		for _, key := range []string{"value", "default"} {
			if v := in.Get(key); v.Is(node.String) && v.Text != "" && !strings.Contains(v.Text, "{") {
				r.Credential(l, name, v)
			}
		}
	}
}

// bundle reads a desktop extension: a server that runs on the machine of whoever installs it.
func (r *reader) bundle(root *node.Node) {
	l := r.titled(root, leastagency.ModeUnknown, "display_name")
	l.NoToolList = true
	r.Describe(l, root.Get("description"))
	start := root.Get("server", "mcp_config")
	name := root.Get("name")
	if name == nil {
		name = start.Get("command")
	}
	s := r.server(l, name.String().V, name.String().At, mcpserver.Dialect{}, field{"command", start.Get("command")}, field{"args", start.Get("args")}, field{"env", start.Get("env")}, field{"tools", root.Get("tools")})
	if s == nil {
		return
	}
	for _, p := range root.Get("prompts").List() {
		r.Tell(l, reading.Text(leastagency.TextPrompt, p.Get("text")))
	}
	for _, m := range root.Get("user_config").Each() {
		if v := m.Value.Get("default"); v.Is(node.String) && leastagency.Is(m.Value.Get("sensitive").Bool(), true) && v.Text != "" {
			r.Credential(l, m.Key, v)
		}
	}
}

// smithery reads how a server is built and started. The older form is a function in JavaScript.
func (r *reader) smithery(root *node.Node) {
	l := r.agent(path.Base(r.Root), r.File.Whole(), leastagency.ModeUnknown)
	l.NoToolList = true
	r.Env(l, root.Get("env"))
	start := root.Get("startCommand")
	if code := start.Get("commandFunction"); code.Is(node.String) {
		r.Secrets(l, code.Text, code.At)
	}
	for _, m := range start.Get("exampleConfig").Each() {
		r.Credential(l, m.Key, m.Value)
	}
	for _, m := range start.Get("configSchema", "properties").Each() {
		if v := m.Value.Get("default"); v.Is(node.String) && v.Text != "" {
			r.Credential(l, m.Key, v)
		}
	}
}
