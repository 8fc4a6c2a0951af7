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
	inputs := r.holder.Get("inputs").List()
	for _, input := range inputs {
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
	if len(inputs) == 0 {
		return
	}
	for _, s := range layer.Servers {
		known := map[leastagency.Span]bool{}
		for _, c := range s.Credentials {
			known[c.At] = true
		}
		for _, v := range slices.Concat(s.Env, s.Headers) {
			for _, ref := range v.V.References {
				if masked[ref] && !known[v.At] {
					known[v.At] = true
					s.Credentials = append(s.Credentials, &leastagency.Credential{Name: v.V.Name, At: v.At, Source: leastagency.SourcePrompt, Reference: "input:" + ref})
				}
			}
		}
	}
}

// sandbox reads the editor's wall, which holds for the servers that ask for it.
func (r *reader) sandbox(layer *leastagency.Layer) {
	servers := map[leastagency.Span]*leastagency.Server{}
	for _, s := range layer.Servers {
		servers[s.At] = s
	}
	wall := r.holder.Get("sandbox")
	for _, m := range r.list.Value.Each() {
		enabled := m.Value.Get("sandboxEnabled").Bool()
		server := servers[m.At]
		if !enabled.Set || server == nil {
			continue
		}
		files, network := wall.Get("filesystem"), wall.Get("network")
		server.Sandbox = &leastagency.Sandbox{
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
