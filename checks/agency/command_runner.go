package agency

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// apart is how many runners of one file are reported one by one; more are one finding with places.
const apart = 5

// CommandRunner finds allowed commands that run whatever code their open part names.
var CommandRunner = leastagency.Check{Rule: "agency/command-runner", Run: func(p *leastagency.Pass) {
	var hits []each.Hit
	for layer, rule := range each.Allow(p) {
		if weigh(p, rule) == runs && !contained(p, rule) {
			hits = append(hits, each.Hit{At: rule.At, Text: subject(layer) + leastagency.Quote(rule.Text) + ": it " + rule.Action.Command.Runner + ", which is any code"})
		}
	}
	for _, file := range each.Files(hits) {
		if len(file) <= apart {
			for _, h := range file {
				p.Reportf(h.At, "%s", h.Text)
			}
			continue
		}
		f := p.Reportf(file[0].At, "%s; so do %d more rules of this file: together they are an open shell", file[0].Text, len(file)-1)
		for _, h := range file[1:] {
			f.Also(h.At, "%s", h.Text)
		}
	}
}}
