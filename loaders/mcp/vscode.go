package mcp

import (
	"slices"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
)

// inputs reads the questions that the editor asks: a default in a masked one is a secret in the file, and
// a variable that refers to a masked one is a credential whatever it is called.
func (r *reader) inputs(layer *leastagency.Layer) {
	masked := map[string]bool{}
	for _, input := range r.holder.Get("inputs").List() {
		id := input.Get("id").String().V
		hidden := input.Get("password").Bool()
		if id == "" {
			continue
		}
		masked[id] = hidden.V
		value := input.Get("default").String()
		if !value.Set || value.V == "" {
			continue
		}
		name := id
		if hidden.V && !credential.Secret(id) {
			name = "password"
		}
		if _, c := credential.Classify(name, value, r.dialect.Syntax, r.sys.Knowledge); c != nil {
			if c.Source == leastagency.SourceLiteral {
				c.Source = leastagency.SourceDefault
			}
			c.Name = id
			layer.Credentials = append(layer.Credentials, c)
		}
	}
	for _, s := range layer.Servers {
		for _, v := range slices.Concat(s.Env, s.Headers) {
			for _, ref := range v.V.References {
				if masked[ref] && !slices.ContainsFunc(s.Credentials, func(c *leastagency.Credential) bool { return c.At == v.At }) {
					s.Credentials = append(s.Credentials, &leastagency.Credential{Name: v.V.Name, At: v.At, Source: leastagency.SourcePrompt, Reference: "input:" + ref})
				}
			}
		}
	}
}

// sandbox reads the editor's wall, which holds for the servers that ask for it.
func (r *reader) sandbox(layer *leastagency.Layer) {
	wall := r.holder.Get("sandbox")
	for _, m := range r.list.Value.Each() {
		enabled := m.Value.Get("sandboxEnabled").Bool()
		if !enabled.Set {
			continue
		}
		i := slices.IndexFunc(layer.Servers, func(s *leastagency.Server) bool { return s.At == m.At })
		if i < 0 {
			continue
		}
		files, network := wall.Get("filesystem"), wall.Get("network")
		layer.Servers[i].Sandbox = &leastagency.Sandbox{
			At:         enabled.At,
			Enabled:    enabled,
			Writable:   files.Get("allowWrite").Strings(),
			Unreadable: files.Get("denyRead").Strings(),
			Readable:   files.Get("allowRead").Strings(),
			Hosts:      network.Get("allowedDomains").Strings(),
			HostsSet:   network.Get("allowedDomains") != nil,
		}
	}
}
