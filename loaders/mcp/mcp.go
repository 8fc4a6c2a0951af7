// Package mcp reads the MCP configurations of every client into layers of the model: which servers a
// client starts or reaches, what it hands them, and what it asks before their tools run. It also reads
// tools/list answers that were saved as files.
//
// clients.go tells whose file it is by its path. A JSON file that belongs to no client known by path
// is read when its content is unmistakably a map of servers.
package mcp

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// Loader returns the loader of MCP configurations.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "mcp", Match: match, Load: load}
}

// load reads the file as its client does; a file of no known client is read when its content says what it is.
func load(f *leastagency.File, sys *leastagency.System) {
	c := clientOf(f.Path)
	if c == nil {
		if isYAML(strings.ToLower(f.Path)) {
			loadYAML(f, sys)
		} else if speaks(f) {
			doc, problems := node.ParseJSONC(f)
			loadAny(f, doc.Root, problems, sys)
		}
		return
	}
	doc, problems := c.parse(f)
	r := reader{client: *c, file: f, sys: sys}
	r.holder, r.list = c.servers(doc.Root)
	if r.list == nil && c.shared {
		return // the file has other readers: what is wrong with it is theirs to report
	}
	switch root := doc.Root; {
	case r.list != nil:
		r.read()
	case c.bare && looksBare(root):
		r.holder, r.list = root, &node.Member{At: f.Whole(), Value: root}
		r.scope = leastagency.ScopePlugin // only plugins may leave the outer key out
		r.read()
	case root == nil || root.Kind == node.Map && len(root.Members) == 0:
	case root.Kind != node.Map:
		problem(sys, leastagency.ProblemIgnored, f.Whole(), "not an object; the client reads no servers from it")
	default:
		if _, at := found(f, root); !at.IsZero() {
			problem(sys, leastagency.ProblemIgnored, at, "the client reads its servers from %q and starts none of these", strings.Join(c.keys[0], "."))
			loadAny(f, root, nil, sys)
		}
	}
	sys.Problems = append(sys.Problems, problems...)
}

func problem(sys *leastagency.System, kind leastagency.ProblemKind, at leastagency.Span, format string, args ...any) {
	sys.Problems = append(sys.Problems, &leastagency.Problem{Kind: kind, At: at, Text: fmt.Sprintf(format, args...)})
}

// parse reads the document with the tolerance of the client.
func (c *client) parse(f *leastagency.File) (*node.Document, []*leastagency.Problem) {
	if c.strict {
		return node.ParseJSON(f)
	}
	return node.ParseJSONC(f)
}

// servers returns the map of servers of a document, and the object that it stands in.
func (c *client) servers(root *node.Node) (holder *node.Node, list *node.Member) {
	for _, keys := range c.keys {
		last := len(keys) - 1
		holder = root.Get(keys[:last]...)
		if list = holder.Member(keys[last]); list != nil {
			return holder, list
		}
	}
	return nil, nil
}

// A reader is one file being read as a client reads it.
type reader struct {
	client
	file   *leastagency.File
	sys    *leastagency.System
	holder *node.Node   // the object that the map of servers stands in
	list   *node.Member // the map of servers
}

func (r *reader) read() {
	if r.bare && r.isPlugin() {
		r.scope = leastagency.ScopePlugin
	}
	layer := &leastagency.Layer{Product: r.product, Kind: leastagency.KindSession, Scope: r.scope, Root: r.home(r.file.Path), At: r.list.At}
	if r.scope == leastagency.ScopePlugin {
		layer.Kind = leastagency.KindPlugin
	}
	layer.Servers = r.dialect.Read(r.list.Value, r.sys)
	if r.dialect.Helpers {
		layer.Commands = mcpserver.Helpers(r.list.Value, r.sys)
	}
	layer.Switches = mcpserver.Switches(layer.Servers, r.sys.Knowledge)
	r.inputs(layer)
	if r.product == "vscode" {
		r.sandbox(layer)
	}
	r.sys.Layers = append(r.sys.Layers, layer)
}

// isPlugin reports whether the file is part of a plugin: its manifest stands beside it, or it speaks of
// the folder that the plugin is installed in.
func (r *reader) isPlugin() bool {
	manifest := path.Join(path.Dir(r.file.Path), ".claude-plugin/plugin.json")
	return r.sys.Open(manifest) != nil || bytes.Contains(r.file.Data, []byte("${CLAUDE_PLUGIN_ROOT}"))
}

// speaks reports whether a file of an unknown client may hold servers or tools at all. It spares most
// files the parser, and a broken file that is about something else a problem.
func speaks(f *leastagency.File) bool {
	has := func(key string) bool { return bytes.Contains(f.Data, []byte(key)) }
	if path.Base(f.Path) == "package.json" {
		return has(`"mcpServers"`)
	}
	return has(`"mcpServers"`) || has(`"inputSchema"`) || has(`"command"`) || has(`"url"`)
}

// loadAny reads a file as any client might. It says nothing of a file that holds neither servers nor
// tools, however broken it is.
func loadAny(f *leastagency.File, root *node.Node, problems []*leastagency.Problem, sys *leastagency.System) {
	layer := &leastagency.Layer{Product: anyClient.product, Name: name(f.Path), Root: project(f.Path)}
	list, at := found(f, root)
	var wrong leastagency.System // what is wrong counts when something is right
	wrong.Knowledge = sys.Knowledge
	if layer.Servers = anyClient.dialect.Read(list, &wrong); len(layer.Servers) > 0 {
		layer.Kind, layer.At = leastagency.KindSession, at
		layer.Switches = mcpserver.Switches(layer.Servers, sys.Knowledge)
		r := reader{client: anyClient, file: f, sys: sys, holder: root}
		r.inputs(layer)
	} else if server := dump(f, root); server != nil {
		layer.At = server.At
		layer.Servers = []*leastagency.Server{server}
	}
	if len(layer.Servers) > 0 {
		sys.Layers = append(sys.Layers, layer)
		sys.Problems = append(append(sys.Problems, wrong.Problems...), problems...)
	} else if root == nil && bytes.Contains(f.Data, []byte(`"mcpServers"`)) {
		sys.Problems = append(sys.Problems, problems...)
	}
}

// loadYAML reads a map of servers under the key that all clients share. Blocks of Continue, which have a
// list under the same key, are another loader's.
func loadYAML(f *leastagency.File, sys *leastagency.System) {
	if !bytes.Contains(f.Data, []byte("mcpServers")) {
		return
	}
	docs, problems := node.ParseYAML(f)
	if len(docs) == 1 && docs[0].Root.Get("mcpServers").Is(node.Map) {
		loadAny(f, docs[0].Root, problems, sys)
	}
}

// name is the file's name without its ending: two such files in one folder are two configurations.
func name(p string) string {
	base, _, _ := strings.Cut(strings.TrimPrefix(path.Base(p), "."), ".")
	return base
}

// found returns the map of servers in a file of an unknown client, and where to show it.
func found(f *leastagency.File, root *node.Node) (*node.Node, leastagency.Span) {
	if m := root.Member("mcpServers"); m != nil {
		if list := named(m.Value); some(list, isEntry) {
			return list, m.At
		}
	}
	if m := root.Member("servers"); m != nil {
		if list := named(m.Value); looksServers(list, f) {
			return list, m.At
		}
	}
	if speaksOf(f.Path, "mcp") && looksBare(root) {
		return root, f.Whole()
	}
	return nil, leastagency.Span{}
}

// named turns a list of entries with names into a map; it returns anything else as it is.
func named(list *node.Node) *node.Node {
	if !list.Is(node.List) {
		return list
	}
	out := &node.Node{Kind: node.Map, At: list.At}
	for _, item := range list.Items {
		if name := item.Get("name"); name.Is(node.String) {
			out.Members = append(out.Members, node.Member{Key: name.Text, At: name.At, Value: item})
		}
	}
	return out
}

func some(list *node.Node, is func(*node.Node) bool) bool {
	return slices.ContainsFunc(list.Each(), func(m node.Member) bool { return is(m.Value) })
}

func every(list *node.Node, is func(*node.Node) bool) bool {
	members := list.Each()
	return len(members) > 0 && !slices.ContainsFunc(members, func(m node.Member) bool { return !is(m.Value) })
}

// isEntry reports whether a value can be the entry of a server.
func isEntry(n *node.Node) bool {
	return n.Get("command") != nil || n.Get("url") != nil || n.Get("serverUrl") != nil || n.Get("httpUrl") != nil || n.Get("transport").Is(node.Map)
}

// isStarted reports whether a value is the entry of a server that is started as a process.
func isStarted(n *node.Node) bool {
	return n.Get("command").Is(node.String) && (n.Get("args").Is(node.List) || n.Get("env").Is(node.Map))
}

// isReached reports whether a value is the entry of a server that is reached by URL; an API
// description has servers with URLs too, but neither transports nor such addresses.
func isReached(n *node.Node) bool {
	address := strings.ToLower(n.Get("url").String().V)
	if address == "" || n.Get("protocol") != nil {
		return false
	}
	switch strings.ToLower(n.Get("type").String().V) {
	case "http", "sse", "streamable-http", "ws":
		return true
	}
	return strings.Contains(address, "mcp") || strings.HasSuffix(strings.TrimSuffix(address, "/"), "/sse")
}

func looksBare(root *node.Node) bool {
	return every(root, func(n *node.Node) bool {
		return isStarted(n) || isReached(n) || n.Get("command").Is(node.String) && n.Get("type").String().V == "stdio"
	})
}

// looksServers reports whether the map under a "servers" key is one of MCP servers.
func looksServers(list *node.Node, f *leastagency.File) bool {
	return every(list, func(n *node.Node) bool { return n.Is(node.Map) }) &&
		(some(list, isStarted) || some(list, isReached) || speaksOf(f.Path, "mcp") && some(list, isEntry))
}

// dump reads the answer to tools/list that somebody saved; nil when the file is none.
func dump(f *leastagency.File, root *node.Node) *leastagency.Server {
	if result := root.Get("result"); result.Is(node.Map) {
		root = result
	}
	list := root.Member("tools")
	at := f.Whole()
	var items *node.Node
	switch {
	case list != nil:
		items, at = list.Value, list.At
	case root.Is(node.List):
		items = root
	}
	schemas := 0
	for _, item := range items.List() {
		if item.Get("name").Is(node.String) && item.Get("inputSchema").Is(node.Map) {
			schemas++
		}
	}
	if schemas == 0 || schemas*2 < len(items.List()) {
		return nil
	}
	title := cmp.Or(root.Get("serverInfo", "name").String().V, root.Get("server").String().V, root.Get("name").String().V, name(f.Path))
	return &leastagency.Server{Name: title, At: at, Tools: mcpserver.Tools(items)}
}
