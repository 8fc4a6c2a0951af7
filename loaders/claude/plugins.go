package claude

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// plugins reads what a settings file enables and the marketplaces that it comes from.
func (r *reader) plugins(l *leastagency.Layer, root *node.Node) {
	markets := map[string]*leastagency.Plugin{}
	known := root.Get("extraKnownMarketplaces")
	if known == nil {
		known = root.Get("additionalMarketplaces")
	}
	if r.Typed(known, "extraKnownMarketplaces", node.Map) {
		for _, m := range known.Each() {
			p := &leastagency.Plugin{Name: m.Key, At: m.At, Market: true, Enabled: true, Updates: leastagency.Is(m.Value.Get("autoUpdate").Bool(), true)}
			p.Source = r.source(l, m.Value.Get("source"), m.At)
			markets[m.Key] = p
			l.Plugins = append(l.Plugins, p)
			for _, inline := range m.Value.Get("source", "plugins").List() {
				l.Plugins = append(l.Plugins, r.marketPlugin(l, inline))
			}
		}
	}
	if enabled := root.Get("enabledPlugins"); r.Typed(enabled, "enabledPlugins", node.Map) {
		for _, m := range enabled.Each() {
			p := &leastagency.Plugin{Name: m.Key, At: m.At, Enabled: !leastagency.Is(m.Value.Bool(), false), Source: leastagency.Artifact{At: m.At, Name: m.Key}}
			if _, market, ok := strings.Cut(m.Key, "@"); ok && markets[market] != nil {
				p.Source = markets[market].Source
				p.Updates = markets[market].Updates
			}
			l.Plugins = append(l.Plugins, p)
		}
	}
	if r.Scope != leastagency.ScopeManaged {
		return
	}
	for _, key := range []string{"strictKnownMarketplaces", "allowedMarketplaces"} {
		list := root.Member(key)
		if list == nil || !r.Typed(list.Value, key, node.List) {
			continue
		}
		l.Switches = append(l.Switches, &leastagency.Switch{Kind: leastagency.SwitchHardening, Name: key, At: list.At})
		for _, item := range list.Value.List() {
			a := r.source(l, item, item.At)
			l.Plugins = append(l.Plugins, &leastagency.Plugin{Name: a.Name, At: item.At, Market: true, Allowlist: true, Source: a})
		}
	}
}

var (
	commitHash = lazy.Compile(`^[0-9a-fA-F]{40}$`)
	exact      = lazy.Compile(`^v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$`)
)

// source reads where a plugin or marketplace comes from.
func (r *reader) source(l *leastagency.Layer, n *node.Node, at leastagency.Span) leastagency.Artifact {
	a := leastagency.Artifact{At: at}
	if s := n.String(); s.Set { // a path inside the marketplace
		a.At, a.Name = s.At, s.V
		if strings.Contains(s.V, "://") {
			a.Ecosystem, a.Pin = "url", leastagency.Unpinned
		} else {
			a.Pin = leastagency.LocalCode
		}
		return a
	}
	get := func(key string) leastagency.Value[string] { return n.Get(key).String() }
	name := func(key, ecosystem string) {
		if v := get(key); v.Set {
			a.At, a.Name, a.Ecosystem = v.At, v.V, ecosystem
			if strings.Contains(v.V, "://") {
				found, masked := credential.FromURL(v, credential.None, r.Sys.Knowledge)
				l.Credentials, a.Name = append(l.Credentials, found...), r.Sys.Knowledge.Redact(masked.V)
			}
		}
	}
	revision := func() {
		a.Pin = leastagency.Unpinned
		switch sha, ref := get("sha"), get("ref"); {
		case commitHash.MatchString(sha.V):
			a.Version, a.Pin = sha.V, leastagency.Digested
		case commitHash.MatchString(ref.V):
			a.Version, a.Pin = ref.V, leastagency.Digested
		default:
			a.Version = ref.V
		}
	}
	kind := get("source").V
	if kind == "" {
		kind = get("type").V
	}
	switch kind {
	case "github":
		name("repo", "github")
		revision()
	case "git", "git-subdir":
		name("url", "git")
		revision()
	case "url":
		name("url", "url")
		if get("ref").Set || get("sha").Set || strings.HasSuffix(a.Name, ".git") {
			a.Ecosystem = "git"
		}
		revision()
	case "npm":
		name("package", "npm")
		a.Version, a.Pin = get("version").V, leastagency.Unpinned
		if exact.MatchString(a.Version) {
			a.Pin = leastagency.Versioned
		}
	case "archive":
		name("url", "url")
		a.Pin = leastagency.Unpinned
		if sum := get("sha256").V; len(sum) == 64 {
			a.Version, a.Pin = "sha256:"+sum, leastagency.Digested
		}
	case "directory", "file":
		name("path", "")
		a.Pin = leastagency.LocalCode
	case "settings":
		name("name", "")
		a.Pin = leastagency.LocalCode
	case "command":
		if c := n.Get("command"); c.Is(node.String) {
			a.At = c.At
			r.run(l, c)
		}
	}
	return a
}

// marketPlugin reads one entry of a marketplace.
func (r *reader) marketPlugin(l *leastagency.Layer, n *node.Node) *leastagency.Plugin {
	p := &leastagency.Plugin{At: n.At, Enabled: true}
	if name := n.Get("name").String(); name.Set {
		p.Name, p.At = name.V, name.At
	}
	p.Source = r.source(l, n.Get("source"), p.At)
	return p
}

// market reads .claude-plugin/marketplace.json.
func (r *reader) market() {
	root := r.StrictObject()
	plugins := root.Get("plugins")
	if !plugins.Is(node.List) {
		return
	}
	name := root.Get("name").String()
	at := name.At
	if !name.Set {
		at = r.File.Whole()
	}
	l := r.Layer(leastagency.KindPlugin, name.V, at)
	if d := root.Get("description"); d != nil {
		r.describe(l, d)
	} else {
		r.describe(l, root.Get("metadata", "description"))
	}
	base := root.Get("metadata", "pluginRoot").String().V
	for _, n := range plugins.List() {
		if !n.Is(node.Map) {
			continue
		}
		p := r.marketPlugin(l, n)
		l.Plugins = append(l.Plugins, p)
		r.Tell(l, reading.Text(leastagency.TextDescription, n.Get("description")))
		if n.Get("mcpServers").Is(node.Map) || n.Get("hooks").Is(node.Map) {
			entry := *r
			entry.Root = path.Join(r.Root, base, p.Source.Name)
			if p.Source.Pin != leastagency.LocalCode || entry.Root == ".." || strings.HasPrefix(entry.Root, "../") {
				entry.Root = r.Root
			}
			own := entry.Layer(leastagency.KindPlugin, p.Name, p.At)
			entry.components(own, n)
		}
	}
}

// plugin reads .claude-plugin/plugin.json.
func (r *reader) plugin() {
	root := r.StrictObject()
	name := root.Get("name").String()
	if !name.Set {
		return
	}
	l := r.Layer(leastagency.KindPlugin, name.V, name.At)
	r.describe(l, root.Get("description"))
	r.components(l, root)
	for _, d := range root.Get("dependencies").List() {
		dep := d.Scalar()
		if n := d.Get("name").String(); n.Set {
			dep = n
		}
		if dep.Set {
			l.Plugins = append(l.Plugins, &leastagency.Plugin{Name: dep.V, At: dep.At, Enabled: true, Source: leastagency.Artifact{At: dep.At, Name: dep.V}})
		}
	}
	for _, c := range root.Get("channels").List() {
		if s := c.Get("server").String(); s.Set {
			l.Triggers = append(l.Triggers, &leastagency.Trigger{At: s.At, Name: "messages of server " + s.V})
		}
	}
}

// components reads what a manifest brings: servers, hooks, language servers, monitors, agents and
// commands, written in it or in files that it names.
func (r *reader) components(l *leastagency.Layer, n *node.Node) {
	r.each(n.Get("hooks"), "hooks/hooks.json", func(r *reader, n *node.Node) {
		if inner := n.Get("hooks"); inner.Is(node.Map) {
			n = inner
		}
		r.hooks(l, n)
	})
	r.each(n.Get("mcpServers"), ".mcp.json", func(r *reader, n *node.Node) {
		if inner := n.Get("mcpServers"); inner.Is(node.Map) {
			n = inner
		}
		r.servers(l, n)
	})
	r.each(n.Get("lspServers"), ".lsp.json", func(r *reader, n *node.Node) { r.programs(l, n) })
	monitors := n.Get("experimental", "monitors")
	if monitors == nil {
		monitors = n.Get("monitors")
	}
	if monitors.Is(node.List) {
		r.watchers(l, monitors)
	}
	for _, part := range []struct {
		key  string
		kind kind
	}{{"agents", kindAgent}, {"commands", kindCommand}} {
		for _, p := range namedPaths(n.Get(part.key)) {
			full := path.Join(r.Root, p.V)
			if !strings.HasSuffix(full, ".md") || placeOf(full).kind != kindNone || r.opened[full] {
				continue
			}
			if f := r.open(full); f != nil {
				sub := newReader(f, r.Sys, place{kind: part.kind, scope: r.Scope, root: r.Root, below: path.Base(full), inHome: true})
				if part.kind == kindAgent {
					sub.agent()
				} else {
					sub.command()
				}
			}
		}
	}
}

// open returns a further file of the plugin, each once.
func (r *reader) open(p string) *leastagency.File {
	const most = 200
	if r.opened == nil {
		r.opened = map[string]bool{}
	}
	if r.opened[p] || len(r.opened) > most || p == ".." || strings.HasPrefix(p, "../") {
		return nil
	}
	r.opened[p] = true
	return r.Sys.Open(p)
}

func namedPaths(n *node.Node) []leastagency.Value[string] {
	if s := n.String(); s.Set {
		return []leastagency.Value[string]{s}
	}
	return n.Strings()
}

// each calls f with an inline object, or with the content of every file that is named in its place.
// The file that the product reads anyway is left to its own loader.
func (r *reader) each(n *node.Node, standard string, f func(*reader, *node.Node)) {
	if n.Is(node.Map) {
		f(r, n)
		return
	}
	for _, item := range n.List() {
		if item.Is(node.Map) {
			f(r, item)
		}
	}
	for _, p := range namedPaths(n) {
		full := path.Join(r.Root, p.V)
		if path.Clean(p.V) == standard || !strings.HasSuffix(full, ".json") || placeOf(full).kind == kindHooks {
			continue
		}
		if file := r.open(full); file != nil {
			other := *r
			other.File = file
			if root := other.StrictObject(); root != nil {
				f(&other, root)
			}
		}
	}
}

// pluginName returns the name that a manifest gives.
func (r *reader) pluginName(manifest *leastagency.File) string {
	doc, _ := node.ParseJSON(manifest)
	if doc == nil {
		return ""
	}
	return doc.Root.Get("name").String().V
}

// pluginSettings reads the settings of a plugin, of which the product takes two keys.
func (r *reader) pluginSettings() {
	dir := path.Dir(r.File.Path)
	if r.Sys.Open(path.Join(dir, ".claude-plugin/plugin.json")) == nil {
		return
	}
	root := r.StrictObject()
	if root == nil {
		return
	}
	l := r.Layer(leastagency.KindPlugin, "", r.File.Whole())
	for _, m := range root.Each() {
		switch {
		case m.Key == "subagentStatusLine":
			r.run(l, m.Value.Get("command"))
		case slices.Contains([]string{"permissions", "sandbox", "hooks", "env"}, m.Key):
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Claude Code takes no %q from a plugin's settings, only \"agent\" and \"subagentStatusLine\"", m.Key)
		}
	}
}

// languageServers reads .lsp.json: programs that the client starts for code intelligence.
func (r *reader) languageServers() {
	root := r.StrictObject()
	if !slices.ContainsFunc(root.Each(), func(m node.Member) bool { return m.Value.Get("command").Is(node.String) }) {
		return
	}
	r.programs(r.Layer(leastagency.KindPlugin, "", r.File.Whole()), root)
}

func (r *reader) programs(l *leastagency.Layer, n *node.Node) {
	for _, m := range n.Each() {
		if c := m.Value.Get("command"); c.Is(node.String) {
			argv := append([]leastagency.Value[string]{c.String()}, m.Value.Get("args").Strings()...)
			l.Commands = append(l.Commands, command.Exec(argv, c.At, r.Sys.Knowledge))
		}
	}
}

// monitors reads monitors/monitors.json: commands that run as long as the session.
func (r *reader) monitors() {
	doc, problems := node.ParseJSON(r.File)
	if doc == nil || !slices.ContainsFunc(doc.Root.List(), func(n *node.Node) bool { return n.Get("command").Is(node.String) }) {
		return
	}
	r.Sys.Problems = append(r.Sys.Problems, problems...)
	r.watchers(r.Layer(leastagency.KindPlugin, "", r.File.Whole()), doc.Root)
}

func (r *reader) watchers(l *leastagency.Layer, n *node.Node) {
	for _, item := range n.List() {
		r.run(l, item.Get("command"))
	}
}
