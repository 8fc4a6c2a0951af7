package codex

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// plugins reads which plugins are enabled, and the marketplaces that they come from.
func (r *reader) plugins(l *leastagency.Layer, root *node.Node) {
	markets := map[string]*leastagency.Plugin{}
	for _, m := range root.Get("marketplaces").Each() {
		if !m.Value.Is(node.Map) {
			continue
		}
		p := &leastagency.Plugin{Name: m.Key, At: m.At, Market: true, Enabled: true, Source: r.source(l, m)}
		markets[m.Key] = p
		l.Plugins = append(l.Plugins, p)
	}
	for _, m := range root.Get("plugins").Each() {
		if !m.Value.Is(node.Map) {
			continue
		}
		p := &leastagency.Plugin{Name: m.Key, At: m.At, Enabled: !leastagency.Is(m.Value.Get("enabled").Bool(), false), Source: leastagency.Artifact{At: m.At, Name: m.Key}}
		if _, market, ok := strings.Cut(m.Key, "@"); ok && markets[market] != nil {
			p.Source = markets[market].Source
		}
		l.Plugins = append(l.Plugins, p)
	}
}

// source reads where a marketplace is kept.
func (r *reader) source(l *leastagency.Layer, m node.Member) leastagency.Artifact {
	address, ref := m.Value.Get("source").String(), m.Value.Get("ref").String()
	a := leastagency.Artifact{At: m.At, Ecosystem: "git", Version: ref.V, Pin: leastagency.Unpinned}
	if address.Set {
		found, masked := credential.FromURL(address, credential.None, r.Sys.Knowledge)
		l.Credentials = append(l.Credentials, found...)
		a.At, a.Name = address.At, r.Sys.Knowledge.Redact(masked.V)
	}
	switch {
	case m.Value.Get("source_type").String().V == "local":
		a.Ecosystem, a.Pin = "", leastagency.LocalCode
	case len(ref.V) == 40 && strings.Trim(strings.ToLower(ref.V), "0123456789abcdef") == "":
		a.Pin = leastagency.Digested
	}
	return a
}

// plugin reads .codex-plugin/plugin.json and the hooks that it brings.
func (r *reader) plugin() {
	doc, problems := node.ParseJSON(r.File)
	r.Sys.Problems = append(r.Sys.Problems, problems...)
	root := doc.Root
	if !root.Is(node.Map) {
		return
	}
	at := r.File.Whole()
	if n := root.Get("name"); n.Is(node.String) {
		at = n.At
	}
	l := r.layer(leastagency.KindPlugin, root.Get("name").String().V, at)
	r.describe(l, root.Get("description"))
	if list := root.Get("mcpServers"); list.Is(node.Map) {
		if inner := list.Get("mcpServers"); inner.Is(node.Map) {
			list = inner
		}
		r.servers(l, list)
	}
	hooks := root.Member("hooks")
	switch {
	case hooks == nil:
		r.bundled(l, "hooks/hooks.json")
	case hooks.Value.Is(node.Map):
		if inner := hooks.Value.Member("hooks"); inner != nil {
			hooks = inner
		}
		r.hooks(l, hooks)
	case hooks.Value.Is(node.List):
		for _, p := range hooks.Value.Strings() {
			r.bundled(l, p.V)
		}
	default:
		r.bundled(l, hooks.Value.String().V)
	}
}

// bundled reads a file of hooks that lies in the plugin, in its root or beside the manifest.
func (r *reader) bundled(l *leastagency.Layer, p string) {
	for _, folder := range []string{r.Root, path.Dir(r.File.Path)} {
		if f := r.Sys.Open(path.Join(folder, p)); p != "" && f != nil {
			doc, problems := node.ParseJSON(f)
			r.Sys.Problems = append(r.Sys.Problems, problems...)
			r.hooks(l, doc.Root.Member("hooks"))
			return
		}
	}
}
