package supplychain

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// UnpinnedServer finds servers whose code is fetched anew at every start: one finding a file.
var UnpinnedServer = leastagency.Check{Rule: "supplychain/unpinned-server", Run: func(p *leastagency.Pass) {
	var hits []each.Hit
	for f := range fetches(p) {
		if f.Server == nil || !unpinned(f.Artifact) {
			continue
		}
		if fix := pin(f); fix != nil {
			p.Reportf(f.At, "%s runs %s %s: whoever publishes it next decides what runs here, unreviewed", f.Who, leastagency.Quote(f.Name), written(f.Artifact)).
				Because(f.Locked.At, "this repository has it at %s", f.Locked.V).Fix = fix
		} else {
			hits = append(hits, each.Hit{At: f.At, Text: f.Who + " runs " + leastagency.Quote(f.Name) + " " + written(f.Artifact)})
		}
	}
	for _, file := range each.Files(p, hits) {
		f := p.Reportf(file[0].At, "%s: whoever publishes it next decides what runs here, unreviewed", file[0].Text)
		for _, h := range file[1:] {
			f.Also(h.At, "%s", h.Text)
		}
	}
}}
