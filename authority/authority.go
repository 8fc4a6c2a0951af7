// Package authority infers what follows from what the files state: it recognises servers, joins
// layers into agents, applies precedence and modes, derives grants, classes boundaries by the
// probes, and finds chains. It fills derived fields of the model and judges nothing.
package authority

import "github.com/leastagency/leastagency"

// All returns every inference, in the order in which they build on each other.
func All() []leastagency.Inference {
	return []leastagency.Inference{
		{Name: "prose", Run: prose},
		{Name: "locked", Run: locked},
		{Name: "servers", Run: servers},
		{Name: "sessions", Run: sessions},
		{Name: "grants", Run: grants},
		{Name: "memories", Run: memories},
		{Name: "boundaries", Run: boundaries},
		{Name: "chains", Run: chains},
		{Name: "scores", Run: scores},
		{Name: "factors", Run: factors},
	}
}

// Bare returns a session as its product makes it where nothing is written down for it.
func Bare(a *leastagency.Agent, policy *leastagency.Policy) *leastagency.Agent {
	layer := &leastagency.Layer{Product: a.Product, Kind: leastagency.KindSession, Scope: leastagency.ScopeProject, Root: a.Root, At: a.At, Order: a.Order}
	for _, l := range a.Layers {
		if l.Product == a.Product {
			layer.Absent, layer.NoToolList = l.Absent, l.NoToolList
			break
		}
	}
	sys := &leastagency.System{Layers: []*leastagency.Layer{layer}, Knowledge: policy.Knowledge}
	for _, inference := range All() {
		inference.Run(sys, policy)
	}
	return sys.Agents[0]
}
