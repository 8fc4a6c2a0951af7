package supplychain

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// MutableReference finds images, repositories and plugins that are pinned by a name their owner can move.
var MutableReference = leastagency.Check{Rule: "supplychain/mutable-reference", Run: func(p *leastagency.Pass) {
	var hits []each.Hit
	told := map[leastagency.Span]bool{} // plugins share the place of their marketplace
	add := func(who string, a leastagency.Artifact, fetched bool) {
		if (movable(a) || fetched && unpinned(a)) && !told[a.At] {
			told[a.At] = true
			hits = append(hits, each.Hit{At: a.At, Text: who + " takes " + leastagency.Quote(a.Name) + " " + written(a)})
		}
	}
	for f := range fetches(p) {
		add(f.Who, f.Artifact, false)
	}
	for _, layer := range p.Layers {
		for _, plugin := range layer.Plugins {
			if !plugin.Allowlist {
				add("plugin "+leastagency.Quote(plugin.Name), at(plugin.Source, plugin.At), layer.Kind == leastagency.KindManifest)
			}
		}
	}
	for _, file := range each.Files(p, hits) {
		f := p.Reportf(file[0].At, "%s: a tag or branch can be moved to other code after the review", file[0].Text)
		for _, h := range file[1:] {
			f.Also(h.At, "%s", h.Text)
		}
	}
}}
