package escalation

import "github.com/leastagency/leastagency"

// liberty orders modes by how much passes without a person; 0 is no statement. Bypass is not here:
// agency/approval-disabled speaks of it wherever it stands.
var liberty = map[leastagency.Mode]int{leastagency.ModePlan: 1, leastagency.ModeDenyRest: 2, leastagency.ModeAsk: 3, leastagency.ModeAcceptEdits: 4, leastagency.ModeClassifier: 5}

// WiderDelegate finds sub-agents whose mode lets more pass than that of the session that starts them.
var WiderDelegate = leastagency.Check{Rule: "escalation/wider-delegate", Run: func(p *leastagency.Pass) {
	for _, agent := range p.Agents {
		if agent.Parent == nil || len(agent.Layers) == 0 {
			continue
		}
		layer := agent.Layers[0]
		own, session := liberty[layer.Mode.V], liberty[agent.Parent.Mode.V]
		if layer.Kind != leastagency.KindSubagent || !layer.Mode.Set || own == 0 || session == 0 || own <= session {
			continue
		}
		p.Reportf(layer.Mode.At, "%s works in mode %s, its session in mode %s: what the session has to ask for, it delegates", actor(layer), layer.Mode.V, agent.Parent.Mode.V).
			Because(agent.Parent.Mode.At, "the mode of the session")
	}
}}
