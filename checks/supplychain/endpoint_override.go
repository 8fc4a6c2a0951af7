package supplychain

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// vendors are the hosts at which model providers and the clouds that resell them answer.
var vendors = []string{"anthropic.com", "claude.ai", "claude.com", "openai.com", "amazonaws.com", "googleapis.com", "azure.com", "cognitiveservices.azure.com",
	"githubcopilot.com", "github.com", "mistral.ai", "x.ai", "cohere.com", "deepseek.com", "cursor.sh", "cursor.com"}

// EndpointOverride finds shared files that send prompts, answers and keys to somebody else's host.
var EndpointOverride = leastagency.Check{Rule: "supplychain/endpoint-override", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		if !each.Shared(layer) || layer.Kind == leastagency.KindManifest || layer.Kind == leastagency.KindCatalog { // who runs a manifest chooses its model
			continue
		}
		for _, s := range layer.Switches {
			h := host(s.Target)
			if h == "" || nearby(h) || vendor(h) || s.Kind != leastagency.SwitchEndpoint && !(s.Kind == leastagency.SwitchProxy && opened(layer)) {
				continue
			}
			p.Reportf(s.At, "%s in a shared file sends the traffic of everyone who opens this project to %s: prompts, answers and the key with it", leastagency.Quote(s.Name), leastagency.Quote(h))
		}
	}
}}

// opened reports whether a layer also decides whose certificates are believed: only then a proxy reads what passes.
func opened(layer *leastagency.Layer) bool {
	return slices.ContainsFunc(layer.Switches, func(s *leastagency.Switch) bool {
		return s.Kind == leastagency.SwitchTLSOff || s.Kind == leastagency.SwitchTLSTrust
	})
}

func vendor(host string) bool {
	for _, v := range vendors {
		if host == v || strings.HasSuffix(host, "."+v) {
			return true
		}
	}
	return false
}
