package each

import (
	"iter"

	"github.com/leastagency/leastagency"
)

// Manifest yields every agent that a manifest declares, with its layer.
func Manifest(p *leastagency.Pass) iter.Seq2[*leastagency.Layer, *leastagency.Agent] {
	return kind(p, leastagency.KindManifest)
}

// AgentName is how messages name the agent of a manifest.
func AgentName(layer *leastagency.Layer) string { return "agent " + leastagency.Quote(layer.Name) }
