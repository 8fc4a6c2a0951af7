package actions

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// scopes say what writing with a token of that scope does.
var scopes = map[string]leastagency.Effect{
	"actions":             {Capability: leastagency.WriteState, Why: "starts, cancels and deletes workflow runs"},
	"attestations":        {Capability: leastagency.Decide, Why: "attests where artifacts come from"},
	"checks":              {Capability: leastagency.Decide, Why: "reports checks as passed"},
	"contents":            {Capability: leastagency.WriteState, Why: "pushes commits, branches, tags and releases"},
	"deployments":         {Capability: leastagency.WriteState, Why: "creates deployments"},
	"discussions":         {Capability: leastagency.WriteState, Why: "writes in discussions"},
	"id-token":            {Capability: leastagency.ReadSecret, Why: "gets an identity that clouds exchange for keys"},
	"issues":              {Capability: leastagency.WriteState, Why: "writes, labels and closes issues"},
	"packages":            {Capability: leastagency.WriteState, Why: "publishes packages"},
	"pages":               {Capability: leastagency.WriteState, Why: "publishes the site"},
	"pull-requests":       {Capability: leastagency.WriteState, Why: "writes, labels and closes pull requests"},
	"repository-projects": {Capability: leastagency.WriteState, Why: "changes projects"},
	"security-events":     {Capability: leastagency.WriteState, Why: "uploads and dismisses alerts"},
	"statuses":            {Capability: leastagency.Decide, Why: "reports commits as checked"},
}

// Permissions returns what a token that is written down may change, in order; reads are left out. A
// text other than write-all, and nothing at all, says nothing here.
func Permissions(n *node.Node) []*leastagency.Power {
	if n.Is(node.String) && n.Text == "write-all" {
		p := &leastagency.Power{At: n.At, Name: "write-all", Admin: true}
		for _, name := range []string{"contents", "packages", "actions", "id-token"} {
			p.Effects = append(p.Effects, effectOf(name))
		}
		return []*leastagency.Power{p}
	}
	var out []*leastagency.Power
	for _, m := range n.Each() {
		if m.Value.Scalar().V != "write" {
			continue
		}
		if _, ok := scopes[m.Key]; ok {
			at := m.At.File.Span(m.At.Start, m.Value.At.End)
			out = append(out, &leastagency.Power{At: at, Name: m.Key + ": write", Effects: []leastagency.Effect{effectOf(m.Key)}})
		}
	}
	return out
}

func effectOf(scope string) leastagency.Effect {
	e := scopes[scope]
	e.Reach = leastagency.Reach{Breadth: leastagency.Service, Pattern: strings.TrimSuffix(scope, ":")}
	e.Confidence = leastagency.Declared
	return e
}
