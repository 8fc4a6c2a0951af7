package supplychain

import (
	"strings"

	"github.com/leastagency/leastagency"
)

// reviewed begin the repositories whose owner ships the client itself.
var reviewed = []string{"anthropics/", "github.com/anthropics/", "github/copilot-plugins", "github/awesome-copilot"}

// UnreviewedPlugins finds marketplaces of other people that bring code and instructions without a pin.
var UnreviewedPlugins = leastagency.Check{Rule: "supplychain/unreviewed-plugins", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		if layer.Kind == leastagency.KindPlugin {
			continue
		}
		for _, plugin := range layer.Plugins {
			source := plugin.Source
			if plugin.Allowlist || !plugin.Market || source.Pin != leastagency.Unpinned || !isMoving(source.Version) || official(source.Name) {
				continue
			}
			f := p.Reportf(at(source, plugin.At).At, "marketplace %s follows %s %s: its owner decides what hooks, servers and instructions come with the next update",
				leastagency.Quote(plugin.Name), leastagency.Quote(source.Name), written(source))
			for _, other := range layer.Plugins {
				if !other.Market && other.Enabled && strings.HasSuffix(other.Name, "@"+plugin.Name) {
					f.Also(other.At, "plugin %s of it is enabled", leastagency.Quote(other.Name))
				}
			}
		}
	}
}}

func official(source string) bool {
	source = strings.TrimPrefix(strings.TrimPrefix(source, "https://"), "git@")
	for _, prefix := range reviewed {
		if strings.HasPrefix(source, prefix) {
			return true
		}
	}
	return false
}
