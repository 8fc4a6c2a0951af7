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
	runs             // runs code that its open part names
	destroys         // loses data or infrastructure
	anything         // the whole shell
)

func weigh(rule *leastagency.Rule) weight {
	if rule.Action.Kind != leastagency.ActionShell {
		return light
	}
	runner := rule.Action.Command != nil && rule.Action.Command.Runner != ""
	switch {
	case wholeShell(rule.Action):
		return anything
	case destroysBeyond(rule.Effects, leastagency.Project), !runner && leastagency.Has(rule.Effects, leastagency.Destroy):
		return destroys
	case runner:
		return runs
	case changes(rule.Effects):
		return publishes
	case holds(rule.Effects, leastagency.ReadSecret, leastagency.Service):
		return reveals
	case holds(rule.Effects, leastagency.Send, leastagency.Everything) && !named(rule) &&
		(leastagency.Has(rule.Effects, leastagency.ReadUntrusted) || leastagency.Has(rule.Effects, leastagency.WriteFiles)):
		return requests
	}
	return light
}

func wholeShell(a leastagency.Action) bool {
	return a.Kind == leastagency.ActionShell && strings.Trim(a.Pattern, ":* ") == ""
}

// destroysBeyond reports whether what is lost is more than the breadth: work in a checkout comes back.
func destroysBeyond(effects []leastagency.Effect, b leastagency.Breadth) bool {
	return slices.ContainsFunc(effects, func(e leastagency.Effect) bool { return e.Capability == leastagency.Destroy && e.Reach.Breadth > b })
}

func holds(effects []leastagency.Effect, c leastagency.Capability, b leastagency.Breadth) bool {
	return slices.ContainsFunc(effects, func(e leastagency.Effect) bool { return e.Capability == c && e.Reach.Breadth == b })
}

// named reports whether a rule names the host that it speaks to.
func named(rule *leastagency.Rule) bool {
	return rule.Action.Command != nil && len(rule.Action.Command.Hosts) > 0
}

// worst says what the gravest effect of a rule does. A pattern with an open end lets it happen among other things.
func worst(rule *leastagency.Rule, capabilities ...leastagency.Capability) string {
	why := each.Why(rule.Effects, capabilities...)
	if why == "" {
		why = "changes a service"
	}
	if rule.Action.Open {
		return "at worst it " + why
	}
	return "it " + why
}

// stateful are the capabilities that change a service, gravest first.
var stateful = []leastagency.Capability{leastagency.Destroy, leastagency.Pay, leastagency.Decide, leastagency.Execute, leastagency.WriteState}

func changes(effects []leastagency.Effect) bool {
	for _, c := range stateful {
		if leastagency.Has(effects, c) {
			return true
		}
	}
	return false
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
	}
	return "allow rule "
}
