package authority

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/leastagency/leastagency"
)

// grants derives what each agent may do: by its permission rules, by its servers and by the
// product's own tools, with the decision that is left after all rules and the mode. Executing code
// implies reading, writing and sending, unless a sandbox takes that away.
func grants(sys *leastagency.System, _ *leastagency.Policy) {
	for _, a := range sys.Agents {
		g := granter{agent: a, contained: contained(a.Sandbox)}
		g.fromRules()
		g.fromTools()
		g.fromServers()
		g.fromProduct()
		g.close()
		g.fromJob()
		a.Grants = g.out
	}
}

type granter struct {
	agent     *leastagency.Agent
	contained bool
	out       []*leastagency.Grant
}

// contained reports whether commands run behind a wall that lets nothing be sent to hosts of the
// model's choice: enabled, no way to ask out of it, and hosts named one by one.
func contained(s *leastagency.Sandbox) bool {
	if s == nil || !leastagency.Is(s.Enabled, true) || !leastagency.Is(s.Retry, false) || leastagency.Is(s.OpenNetwork, true) || s.Door() != (leastagency.Step{}) {
		return false
	}
	return !slices.ContainsFunc(s.Hosts, func(h leastagency.Value[string]) bool { return h.V == "*" })
}

// holds reports whether the wall is what lets commands pass that no rule speaks of: to run one of them
// outside, somebody is asked.
func holds(a *leastagency.Agent) bool {
	s := a.Sandbox
	if s == nil || a.Mode.V == leastagency.ModeBypass {
		return false
	}
	inside := *s
	inside.Retry = leastagency.Value[bool]{Set: true}
	return contained(&inside)
}

// outside reports whether a rule is one whose commands the sandbox leaves out.
func outside(s *leastagency.Sandbox, r *leastagency.Rule) bool {
	return s != nil && r != nil && slices.Contains(s.Excluded, r)
}

// decision returns what is left of a decision for an action once every rule that covers all of it
// has been weighed, in the product's own order.
func decision(a *leastagency.Agent, action leastagency.Action, from leastagency.Decision) leastagency.Decision {
	var best *leastagency.Rule
	for _, r := range a.Rules {
		if r.Decision == leastagency.DecisionUnknown || !covers(r.Action, action) {
			continue
		}
		if best == nil || outweighs(a.Order, r, best) {
			best = r
		}
	}
	switch {
	case best == nil:
		return from
	case a.Order == leastagency.OrderUnknown || a.Order == leastagency.Strictest:
		return min(from, best.Decision)
	}
	return best.Decision
}

// outweighs reports whether rule r, which comes later, counts instead of best.
func outweighs(order leastagency.RuleOrder, r, best *leastagency.Rule) bool {
	switch order {
	case leastagency.FirstMatch:
		return false
	case leastagency.LastMatch:
		return true
	case leastagency.HighestPriority:
		if r.Priority != best.Priority {
			return r.Priority > best.Priority
		}
	}
	return r.Decision < best.Decision
}

func (g *granter) fromRules() {
	for _, r := range g.agent.Rules {
		if r.Decision != leastagency.Allow {
			continue
		}
		d := decision(g.agent, r.Action, leastagency.Allow)
		if listed(g.agent) && !offers(g.agent, r.Action) {
			continue
		}
		for _, e := range r.Effects {
			g.add(&leastagency.Grant{Capability: e.Capability, Reach: e.Reach, Decision: d, Route: routes[r.Action.Kind], Rule: r, Confidence: cmp.Or(e.Confidence, leastagency.Inferred),
				Evidence: []leastagency.Step{{At: r.At, Text: fmt.Sprintf("%s runs without asking%s", leastagency.Quote(r.Text), because(e.Why))}}})
		}
	}
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return ": " + why
}

var routes = [...]leastagency.Route{leastagency.ActionUnknown: leastagency.RouteUnknown, leastagency.ActionAny: leastagency.RouteUnknown,
	leastagency.ActionSkill: leastagency.RouteUnknown, leastagency.ActionOther: leastagency.RouteUnknown,
	leastagency.ActionShell: leastagency.RouteShell, leastagency.ActionRead: leastagency.RouteFile, leastagency.ActionWrite: leastagency.RouteFile,
	leastagency.ActionFetch: leastagency.RouteFetch, leastagency.ActionSearch: leastagency.RouteFetch, leastagency.ActionServer: leastagency.RouteServer,
	leastagency.ActionSpawn: leastagency.RouteSpawn,
}

func (g *granter) fromServers() {
	for _, s := range g.agent.Servers {
		if s.Known == nil {
			continue
		}
		for _, group := range offered(s) {
			d, rule := g.serverDecision(s, group)
			if d == leastagency.Deny {
				continue
			}
			at := s.At
			if rule != nil {
				at = rule.At
			}
			for _, c := range group.Can {
				if g.agent.Kind == leastagency.KindSubagent && !offers(g.agent, leastagency.Action{Kind: leastagency.ActionServer, Server: s.Name}) {
					continue
				}
				grant := &leastagency.Grant{Capability: c, Reach: leastagency.Reach{Breadth: group.Breadth}, Decision: d, Route: leastagency.RouteServer, Rule: rule, Server: s, Confidence: leastagency.Inferred,
					Evidence: []leastagency.Step{{At: s.At, Text: fmt.Sprintf("server %s (%s)%s", leastagency.Quote(s.Name), s.Known.Title, says(group.Why))}}}
				if rule != nil {
					grant.Evidence = append(grant.Evidence, leastagency.Step{At: at, Text: fmt.Sprintf("%s lets it run without asking", leastagency.Quote(rule.Text))})
				}
				grant.Evidence = append(grant.Evidence, witness(s.Program, group.Names, c)...)
				g.add(grant)
			}
		}
	}
}

func says(why string) string {
	if why == "" {
		return ""
	}
	return " " + why
}

// serverDecision returns what happens when the model calls a tool of the group, and the rule that allows it.
func (g *granter) serverDecision(s *leastagency.Server, group leastagency.KnownTools) (leastagency.Decision, *leastagency.Rule) {
	whole := leastagency.Action{Kind: leastagency.ActionServer, Server: s.Name}
	if decision(g.agent, whole, leastagency.Allow) == leastagency.Deny {
		return leastagency.Deny, nil
	}
	denied := func(tool string) bool {
		return decision(g.agent, leastagency.Action{Kind: leastagency.ActionServer, Server: s.Name, Tool: tool}, leastagency.Allow) == leastagency.Deny
	}
	if len(group.Names) > 0 && !slices.ContainsFunc(group.Names, func(n string) bool { return !denied(n) }) {
		return leastagency.Deny, nil
	}
	if g.agent.Kind == leastagency.KindManifest && g.asked(s, group) {
		return leastagency.Ask, nil
	}
	if leastagency.Is(s.Trusted, true) || g.agent.Mode.V == leastagency.ModeBypass {
		return leastagency.Allow, nil
	}
	for _, v := range s.AutoApproved {
		if v.V == "*" || inGroup(group, v.V) {
			return leastagency.Allow, nil
		}
	}
	for _, r := range g.agent.Rules {
		if r.Decision != leastagency.Allow || r.Action.Kind != leastagency.ActionServer || !glob(r.Action.Server, s.Name) {
			continue
		}
		if r.Action.Tool == "" || inGroup(group, r.Action.Tool) && !denied(r.Action.Tool) {
			return decision(g.agent, r.Action, leastagency.Allow), r
		}
	}
	if leastagency.Is(g.agent.Mode, leastagency.ModeDenyRest) || g.agent.Kind == leastagency.KindJob {
		return leastagency.Deny, nil // in a job nobody answers
	}
	if g.agent.Kind == leastagency.KindManifest {
		return byFramework(g.agent), nil
	}
	return leastagency.Ask, nil
}

// builtin are the tools that every coding agent brings along, and what they can do.
var builtin = []struct {
	kind leastagency.ActionKind
	can  []leastagency.Capability
	wide leastagency.Breadth
	what string
}{
	{leastagency.ActionShell, []leastagency.Capability{leastagency.Execute}, leastagency.Machine, "runs any command"},
	{leastagency.ActionRead, []leastagency.Capability{leastagency.ReadPrivate}, leastagency.Project, "reads the files of the project"},
	{leastagency.ActionWrite, []leastagency.Capability{leastagency.WriteFiles}, leastagency.Project, "changes the files of the project"},
	{leastagency.ActionFetch, []leastagency.Capability{leastagency.ReadUntrusted, leastagency.Send}, leastagency.Everything, "requests any URL"},
	{leastagency.ActionSearch, []leastagency.Capability{leastagency.ReadUntrusted}, leastagency.Everything, "searches the web"},
	{leastagency.ActionSpawn, []leastagency.Capability{leastagency.Spawn}, leastagency.Project, "starts sub-agents"},
}

// products are those that bring the builtin tools along; a list of servers for any client brings none.
var products = []string{"claude-code", "codex", "cursor", "vscode", "copilot", "windsurf", "devin", "cline", "roo", "continue", "kiro", "amazon-q", "gemini", "qwen",
	"opencode", "zed", "goose", "amp", "crush", "junie", "warp"}

// fromProduct adds the tools that come with the product, as the mode decides on them.
func (g *granter) fromProduct() {
	a := g.agent
	if !slices.Contains(products, a.Product) || a.Kind == leastagency.KindPlugin {
		return
	}
	for _, tool := range builtin {
		action := leastagency.Action{Kind: tool.kind}
		if a.Kind == leastagency.KindSubagent && !offers(a, action) {
			continue
		}
		d := byMode(a, tool.kind)
		if ruled(a, action) && a.Mode.V != leastagency.ModePlan {
			d = leastagency.Allow // the mode decides what no rule decides
		}
		d = decision(a, action, d)
		if d == leastagency.Deny {
			continue
		}
		at := a.At
		if a.Mode.Set {
			at = a.Mode.At
		}
		for _, c := range tool.can {
			g.add(&leastagency.Grant{Capability: c, Reach: leastagency.Reach{Breadth: tool.wide}, Decision: d, Route: routes[tool.kind], Default: !told(a), Implied: told(a) && c != leastagency.Execute, Confidence: leastagency.Inferred,
				Evidence: []leastagency.Step{{At: at, Text: "the product's own tool " + tool.what}}})
		}
	}
}

// bringsUnasked reports whether the product's own tools do one of some things unasked though no rule says so.
func bringsUnasked(a *leastagency.Agent, any []leastagency.Capability) bool {
	return slices.ContainsFunc(a.Grants, func(g *leastagency.Grant) bool {
		return g.Default && !g.Implied && !g.Contained && g.Decision == leastagency.Allow && slices.Contains(any, g.Capability) &&
			!slices.ContainsFunc(a.Rules, func(r *leastagency.Rule) bool { return routes[r.Action.Kind] == g.Route && r.Action.Whole() })
	})
}

// told reports whether a job says that its agent is to ask nobody, so that the product's tools are its own choice.
func told(a *leastagency.Agent) bool {
	return a.Kind == leastagency.KindJob && leastagency.Is(a.Mode, leastagency.ModeBypass) && a.Mode == a.Layers[0].Mode
}

// ruled reports whether some rule speaks of all of an action.
func ruled(a *leastagency.Agent, action leastagency.Action) bool {
	return slices.ContainsFunc(a.Rules, func(r *leastagency.Rule) bool {
		return r.Decision != leastagency.DecisionUnknown && covers(r.Action, action)
	})
}

// byMode returns what a mode decides for a tool that no rule speaks of.
func byMode(a *leastagency.Agent, kind leastagency.ActionKind) leastagency.Decision {
	quiet := kind == leastagency.ActionRead || kind == leastagency.ActionSpawn
	switch a.Mode.V {
	case leastagency.ModeBypass:
		return leastagency.Allow
	case leastagency.ModePlan:
		if kind == leastagency.ActionShell || kind == leastagency.ActionWrite {
			return leastagency.Deny
		}
	case leastagency.ModeAcceptEdits:
		quiet = quiet || kind == leastagency.ActionWrite
	case leastagency.ModeDenyRest:
		if !quiet {
			return leastagency.Deny
		}
	case leastagency.ModeContained:
		quiet = quiet || kind == leastagency.ActionWrite
		if !quiet && kind != leastagency.ActionShell {
			return leastagency.Deny
		}
	}
	if kind == leastagency.ActionShell && a.Sandbox != nil && leastagency.Is(a.Sandbox.Enabled, true) && !leastagency.Is(a.Sandbox.AutoAllow, false) {
		return leastagency.Allow // sandboxed commands are not asked for, unless autoAllow is off
	}
	if quiet {
		return leastagency.Allow
	}
	return leastagency.Ask
}

// listed reports whether an agent holds what its own tool list names, and nothing else.
func listed(a *leastagency.Agent) bool {
	return a.Kind == leastagency.KindSubagent || a.Kind == leastagency.KindManifest
}

// offers reports whether a sub-agent's tool list holds the action; without a list it holds everything.
func offers(a *leastagency.Agent, action leastagency.Action) bool {
	own := a.Layers[0]
	if !own.ToolsSet {
		return true
	}
	for _, t := range own.Tools {
		if t.Decision == leastagency.Allow && (t.Action.Kind == leastagency.ActionAny || t.Action.Kind == action.Kind &&
			(action.Kind != leastagency.ActionServer || glob(t.Action.Server, action.Server))) {
			return true
		}
	}
	return false
}

// close adds what executing code implies.
func (g *granter) close() {
	for _, grant := range slices.Clone(g.out) {
		if grant.Capability != leastagency.Execute {
			continue
		}
		if grant.Route == leastagency.RouteShell || grant.Offered {
			grant.Contained = (g.contained || grant.Default && holds(g.agent)) && !outside(g.agent.Sandbox, grant.Rule)
		}
		if grant.Contained {
			continue
		}
		implies := []leastagency.Capability{leastagency.ReadPrivate, leastagency.ReadSecret, leastagency.WriteFiles, leastagency.Send}
		if s := g.agent.Sandbox; s != nil && leastagency.Is(s.Enabled, true) && (grant.Offered || leastagency.Is(s.Whole, true) && s.Door().Text == "") {
			implies = implies[3:] // a container of its own holds nothing of the machine's, but has a network
		}
		for _, c := range implies {
			implied := *grant
			implied.Capability = c
			implied.Reach = leastagency.Reach{Breadth: leastagency.Machine}
			implied.Implied = true
			g.add(&implied)
		}
	}
}

func (g *granter) add(grant *leastagency.Grant) { g.out = append(g.out, grant) }
