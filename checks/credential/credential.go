// Package credential judges what agents and servers authenticate with.
package credential

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// A held is a credential with who holds it.
type held struct {
	*leastagency.Credential
	layer  *leastagency.Layer
	server *leastagency.Server // nil when the session itself holds it
}

// all returns every credential of a system, in the order of the files.
func all(p *leastagency.Pass) []held {
	var out []held
	for _, layer := range p.Layers {
		for _, c := range layer.Credentials {
			out = append(out, held{c, layer, nil})
		}
		for _, s := range layer.Servers {
			for _, c := range s.Credentials {
				out = append(out, held{c, layer, s})
			}
		}
	}
	return out
}

// who names the holder in a message.
func (h held) who() string {
	if h.server != nil {
		return each.Name(h.server)
	}
	switch h.layer.Kind {
	case leastagency.KindManifest:
		return "agent " + leastagency.Quote(h.layer.Name)
	case leastagency.KindJob:
		return "job " + leastagency.Quote(h.layer.Name)
	case leastagency.KindScript:
		return "script " + leastagency.Quote(h.layer.Name)
	}
	return "the session"
}

// kind names what it is: "GitHub personal access token", or "credential".
func (h held) kind() string {
	if h.Kind != "" {
		return h.Kind
	}
	return "credential"
}

// known returns what is known of the variable for this server; nil otherwise.
func (h held) known() *leastagency.KnownCredential {
	if h.server == nil || h.server.Known == nil {
		return nil
	}
	for i := range h.server.Known.Credentials {
		if c := &h.server.Known.Credentials[i]; c.Name == h.Name || c.Name == h.Reference {
			return c
		}
	}
	return nil
}

// real reports whether somebody's working credential stands behind it.
func (h held) real() bool {
	switch h.Source {
	case leastagency.SourceLiteral, leastagency.SourceReference, leastagency.SourceDefault, leastagency.SourceHelper:
		return true
	}
	return false
}
