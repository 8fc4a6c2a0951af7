package credential

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// many is how many services one process may hold keys of before it is a safe worth robbing.
const many = 4

// OverProvisioned finds servers that are handed credentials they have no use for.
var OverProvisioned = leastagency.Check{Rule: "credential/over-provisioned", Run: func(p *leastagency.Pass) {
	byServer := map[*leastagency.Server][]held{}
	for _, h := range all(p) {
		if h.server == nil || h.server.Disabled {
			continue
		}
		if h.Source == leastagency.SourceWholeEnvironment {
			p.Reportf(h.At, "%s gets the whole environment: every credential of the user's shell with it", each.Name(h.server))
			continue
		}
		if h.real() {
			byServer[h.server] = append(byServer[h.server], h)
		}
	}
	for layer := range each.Job(p) {
		jobKeys(p, layer)
	}
	for _, s := range each.Server(p) {
		if services := servicesOf(byServer[s]); len(services) >= many {
			p.Reportf(s.At, "%s holds keys of %d services (%s): whoever takes this one process over has them all", each.Name(s), len(services), strings.Join(services, ", "))
			continue
		}
		for _, h := range byServer[s] {
			if foreign(s.Known, h) {
				p.Reportf(h.At, "%s is handed %s, a key of %s that it does not use", each.Name(s), leastagency.Quote(h.Name), h.Service).Sure(leastagency.Inferred)
			}
		}
	}
}}

// models are the services whose key each product needs.
var models = map[string][]string{"claude-code": {"anthropic"}, "codex": {"openai"}, "gemini": {"google", "gemini"}, "qwen": {"dashscope", "openai", "alibaba"}, "copilot": {"github"}, "cursor": {"cursor"}}

// jobKeys reports the keys of other services in the environment of a job's agent: one finding, at the first.
func jobKeys(p *leastagency.Pass, layer *leastagency.Layer) {
	var others []*leastagency.Credential
	services := map[string]bool{}
	for _, c := range layer.Credentials {
		h := held{c, layer, nil}
		switch own := models[layer.Product]; {
		case c.Source == leastagency.SourceWholeEnvironment:
			p.Reportf(c.At, "%s hands its agent every secret of the repository in %s", h.who(), leastagency.Quote(c.Name))
		case !h.real() || c.Service == "" || own == nil || slices.Contains(own, c.Service) || c.Service == "github" || services[c.Service]:
		default:
			services[c.Service] = true
			others = append(others, c)
		}
	}
	if len(others) < few {
		return
	}
	var names []string
	for _, c := range others {
		names = append(names, c.Service)
	}
	f := p.Reportf(others[0].At, "%s hands its agent keys of services that it does not run on (%s): whatever steers the agent takes them along", each.JobName(layer), strings.Join(names, ", ")).Sure(leastagency.Inferred)
	for _, in := range layer.Inputs {
		f.Because(in.At, "%s", in.Says())
	}
	for _, c := range others[1:] {
		f.Also(c.At, "and %s", leastagency.Quote(c.Name))
	}
}

// few is how many foreign services a job's agent may have a use for: what it builds, and where that goes.
const few = 3

func servicesOf(list []held) []string {
	var out []string
	for _, h := range list {
		if h.Service != "" {
			out = append(out, h.Service)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// foreign reports whether a known server is handed a key of a service that none of its own credentials opens.
func foreign(known *leastagency.KnownServer, h held) bool {
	if known == nil || len(known.Credentials) == 0 || h.Service == "" || h.known() != nil {
		return false
	}
	return !slices.ContainsFunc(known.Credentials, func(c leastagency.KnownCredential) bool {
		return c.Service == "" || strings.EqualFold(c.Service, h.Service)
	})
}
