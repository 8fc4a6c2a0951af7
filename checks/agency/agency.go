// Package agency judges whether what an agent may do is wider than its job.
package agency

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// A weight says what an allowed command line can do at worst. Each line is spoken for by one rule, the
// gravest, because one edit mends them all.
type weight uint8

const (
	light     weight = iota
	requests         // exchanges data with any host
	reveals          // prints stored credentials
	publishes        // changes a service
	queries          // runs any statement on a database
	runs             // runs code that its open part names
	destroys         // loses data or infrastructure
	anything         // the whole shell
)

// consoles are programs that take statements of a database.
var consoles = []string{"psql", "mysql", "mariadb", "sqlite3", "sqlite", "duckdb", "redis-cli", "mongosh", "mongo", "clickhouse-client", "sqlcmd", "cqlsh", "usql"}

// infrastructure are programs of which a pattern for all subcommands is a pattern for the worst one.
var infrastructure = []string{"kubectl", "oc", "helm", "terraform", "tofu", "terragrunt", "pulumi", "cdk", "argocd", "flux", "eksctl"}

func weigh(p *leastagency.Pass, rule *leastagency.Rule) weight {
	c := rule.Action.Command
	switch {
	case rule.Action.Kind != leastagency.ActionShell:
		return light
	case wholeShell(rule.Action):
		return anything
	case c == nil:
		return light
	case starts(c, consoles) && leastagency.Has(rule.Effects, leastagency.Destroy):
		return queries
	case meansLoss(p, rule):
		return destroys
	case c.Runner != "" && !leastagency.Has(rule.Effects, leastagency.Spawn): // of agents, escalation/unbounded-spawn speaks
		return runs
	case slices.ContainsFunc(rule.Effects, changesService):
		return publishes
	case slices.ContainsFunc(rule.Effects, func(e leastagency.Effect) bool {
		return e.Capability == leastagency.ReadSecret && e.Reach.Breadth == leastagency.Service
	}):
		return reveals
	case len(c.Hosts) == 0 && slices.ContainsFunc(rule.Effects, leavesAnywhere) &&
		(leastagency.Has(rule.Effects, leastagency.ReadUntrusted) || leastagency.Has(rule.Effects, leastagency.WriteFiles)):
		return requests
	}
	return light
}

func wholeShell(a leastagency.Action) bool {
	return a.Kind == leastagency.ActionShell && strings.Trim(a.Pattern, ":* ") == ""
}

func starts(c *leastagency.Command, programs []string) bool {
	return slices.ContainsFunc(c.Invocations, func(call leastagency.Invocation) bool { return slices.Contains(programs, call.Program) })
}

// lossy is an effect that loses more than work in a checkout, which comes back.
func lossy(e leastagency.Effect) bool {
	return e.Capability == leastagency.Destroy && e.Reach.Breadth > leastagency.Project
}

// changesService is an effect that others see. Processes and programs of the machine are not a service.
func changesService(e leastagency.Effect) bool {
	switch e.Capability {
	case leastagency.Pay, leastagency.Decide:
		return true
	case leastagency.WriteState, leastagency.Destroy:
		return e.Reach.Breadth >= leastagency.Service && e.Reach.Breadth != leastagency.Machine
	}
	return false
}

func leavesAnywhere(e leastagency.Effect) bool {
	return e.Capability == leastagency.Send && e.Reach.Breadth == leastagency.Everything
}

// meansLoss reports whether a rule's own words lead to a loss, and not only one of the many subcommands
// that its open end lets through: "npm *" is for building, though npm can also take a package away.
func meansLoss(p *leastagency.Pass, rule *leastagency.Rule) bool {
	for _, e := range rule.Effects {
		if !lossy(e) {
			continue
		}
		if !rule.Action.Open || starts(rule.Action.Command, infrastructure) {
			return true
		}
		for _, call := range rule.Action.Command.Invocations {
			for _, known := range p.Policy.Knowledge.Commands {
				if known.Program == call.Program && known.Why == e.Why && len(known.Sub) <= words(call.Args) {
					return true
				}
			}
		}
	}
	return false
}

// words counts the arguments that are no options.
func words(args []string) int {
	n := 0
	for _, arg := range args {
		if !strings.HasPrefix(arg, "-") {
			n++
		}
	}
	return n
}

// stateful are the capabilities that change something outside the project, gravest first.
var stateful = []leastagency.Capability{leastagency.Destroy, leastagency.Pay, leastagency.Decide, leastagency.Execute, leastagency.WriteState}

func changes(effects []leastagency.Effect) bool {
	return slices.ContainsFunc(stateful, func(c leastagency.Capability) bool { return leastagency.Has(effects, c) })
}

// worst says what the gravest effect of a rule does. A pattern with an open end lets it happen among other things.
func worst(rule *leastagency.Rule, capabilities ...leastagency.Capability) string {
	why := each.Why(rule.Effects, capabilities...)
	if rule.Action.Open {
		return "at worst it " + why
	}
	return "it " + why
}

// apart is how many hits in one file are reported one by one; more are one finding with places. So
// are those of one list in one string, which is edited once.
const apart = 5

// report adds a finding for each hit or group of hits; more says that there are others. How many is
// told by their places and not by the message, which must stay the same when one of them goes.
func report(p *leastagency.Pass, hits []each.Hit, more string) {
	for _, file := range each.Files(p, hits) {
		group := line
		if len(file) > apart {
			group = func(each.Hit) int { return 0 }
		}
		found := map[int]*leastagency.Finding{}
		for _, h := range file {
			if f := found[group(h)]; f != nil {
				f.Also(h.At, "%s", h.Text)
				continue
			}
			text := h.Text
			if slices.ContainsFunc(file, func(other each.Hit) bool { return other.At != h.At && group(other) == group(h) }) {
				text += "; " + more
			}
			found[group(h)] = p.Reportf(h.At, "%s", text)
		}
	}
}

// line returns where the line of a hit starts; where the hit itself starts when it is a string of its
// own, so that it does not matter how a list is laid out.
func line(h each.Hit) int {
	if text := h.At.Text(); text != "" && strings.ContainsRune("\"'", rune(text[0])) {
		return h.At.Start
	}
	return h.At.File.LineStart(h.At.From().Line)
}

// contained reports whether all that a rule lets run stays inside a sandbox, wherever it is in force.
func contained(p *leastagency.Pass, rule *leastagency.Rule) bool {
	found := false
	for _, agent := range p.Agents {
		for _, g := range agent.Grants {
			if g.Rule != rule || g.Capability != leastagency.Execute {
				continue
			}
			if !g.Contained {
				return false
			}
			found = true
		}
	}
	return found
}

// subject names whose rule it is in a message.
func subject(layer *leastagency.Layer) string {
	switch layer.Kind {
	case leastagency.KindSkill:
		return "skill " + leastagency.Quote(layer.Name) + " pre-approves "
	case leastagency.KindCommand:
		return "command " + leastagency.Quote(layer.Name) + " pre-approves "
	case leastagency.KindJob:
		return "job " + leastagency.Quote(layer.Name) + " allows "
	case leastagency.KindScript:
		return "script " + leastagency.Quote(layer.Name) + " allows "
	}
	return "allow rule "
}

// actor names who acts under a layer in a message.
func actor(layer *leastagency.Layer) string {
	switch layer.Kind {
	case leastagency.KindSubagent:
		return "sub-agent " + leastagency.Quote(layer.Name)
	case leastagency.KindSkill:
		return "skill " + leastagency.Quote(layer.Name)
	case leastagency.KindCommand:
		return "command " + leastagency.Quote(layer.Name)
	case leastagency.KindManifest:
		return "agent " + leastagency.Quote(layer.Name)
	case leastagency.KindJob:
		return "the agent of job " + leastagency.Quote(layer.Name)
	case leastagency.KindScript:
		return "the agent of script " + leastagency.Quote(layer.Name)
	}
	return "the session"
}
