package codex

import (
	"path"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// agents reads the limits of sub-agents, and the roles that the file declares.
func (r *reader) agents(l *leastagency.Layer, block *node.Node) {
	if !r.Typed(block, "agents", node.Map) {
		return
	}
	l.Limits.Depth = block.Get("max_depth").Int()
	l.Limits.Seconds = block.Get("job_max_runtime_seconds").Int()
	for _, m := range block.Each() {
		if m.Value.Is(node.Map) {
			r.role(m, l.Limits.Seconds)
		}
	}
}

// role reads a declared role: what it is for, and the file that is laid over the session's settings.
func (r *reader) role(m node.Member, seconds leastagency.Value[int]) {
	l := r.layer(leastagency.KindSubagent, m.Key, m.At)
	l.Limits.Seconds = seconds
	r.describe(l, m.Value.Get("description"))
	f := r.open(m.Value.Get("config_file").String().V)
	if f == nil {
		return
	}
	doc, problems := node.ParseTOML(f)
	r.Sys.Problems = append(r.Sys.Problems, problems...)
	if doc.Root != nil {
		if !l.Description.Set {
			r.describe(l, doc.Root.Get("description"))
		}
		r.settings(l, doc.Root)
	}
}

// roleFile reads a role that stands in a file of its own, unless config.toml declares it.
func (r *reader) roleFile() {
	root := r.toml()
	if root == nil || r.declared() {
		return
	}
	name, at := root.Get("name").String(), r.File.Whole()
	if name.Set {
		at = name.At
	} else {
		name.V = path.Base(r.File.Path[:len(r.File.Path)-len(".toml")])
	}
	l := r.layer(leastagency.KindSubagent, name.V, at)
	r.describe(l, root.Get("description"))
	r.settings(l, root)
}

// declared reports whether config.toml beside names this file as that of a role.
func (r *reader) declared() bool {
	f := r.Sys.Open(r.home + "/config.toml")
	if f == nil {
		return false
	}
	doc, _ := node.ParseTOML(f)
	for _, m := range doc.Root.Get("agents").Each() {
		if file := m.Value.Get("config_file").String(); file.Set && path.Join(r.home, file.V) == r.File.Path {
			return true
		}
	}
	return false
}

func (r *reader) describe(l *leastagency.Layer, n *node.Node) {
	if d := n.String(); d.Set && d.V != "" {
		l.Description = d
		r.Tell(l, reading.Text(leastagency.TextDescription, n))
	}
}
