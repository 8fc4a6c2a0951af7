// Package combination reports what is fine alone and dangerous together: the combinations of
// rules.cue that an agent holds, with the grants that make them as witness.
package combination

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// report reports the named combination for every agent that holds it, at the place of its last leg.
// What a child agent holds because its session does is the session's finding. says is the end of the
// message, behind the legs.
func report(p *leastagency.Pass, name, says string, wanted func(*leastagency.Agent, *leastagency.Chain) bool) {
	for _, a := range p.Agents {
		c := chain(a, name)
		if c == nil || !several(c) || !wanted(a, c) || a.Parent != nil && sameHold(chain(a.Parent, name), c) {
			continue
		}
		says := says
		if a.Kind == leastagency.KindJob {
			says = strings.Replace(says, "in one session", "in job "+leastagency.Quote(a.Name), 1)
		}
		if a.Kind == leastagency.KindManifest {
			says = strings.Replace(says, "in one session", meeting(a, c), 1)
		}
		last := c.Grants[len(c.Grants)-1]
		f := p.Reportf(last.Evidence[0].At, "%s %s", legs(p.Policy, c), says).Sure(c.Confidence)
		if c.Cut != "" {
			f.Message += fmt.Sprintf("; without %s the chain is broken", c.Cut)
		}
		if a.Kind == leastagency.KindJob {
			if t := each.Cause(a.Layers[0]); t != nil && t.At != c.Steps[0].At {
				each.Starts(f, t)
			}
		}
		for _, step := range c.Steps {
			f.Because(step.At, "%s", step.Text)
		}
	}
}

// meeting says where the legs of a chain meet: in one agent, or where another hands on what it reads.
func meeting(a *leastagency.Agent, c *leastagency.Chain) string {
	name := leastagency.Quote(a.Name)
	if slices.ContainsFunc(c.Grants, func(g *leastagency.Grant) bool { return !slices.Contains(a.Grants, g) }) {
		return "over what others hand to agent " + name
	}
	return "in agent " + name
}

// chain returns the agent's chain of a name; nil when it has none.
func chain(a *leastagency.Agent, name string) *leastagency.Chain {
	i := slices.IndexFunc(a.Chains, func(c *leastagency.Chain) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return a.Chains[i]
}

// sameHold reports whether the session's chain is already as bad as the child's.
func sameHold(session, child *leastagency.Chain) bool {
	return session != nil && (session.Unattended || !child.Unattended)
}

// legs names what each leg of the chain is, with its role.
func legs(policy *leastagency.Policy, c *leastagency.Chain) string {
	var names []string
	roles := map[string][]string{}
	for i, g := range c.Grants {
		name := what(g)
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		if role := role(policy, c.Name, i); role != "" {
			roles[name] = append(roles[name], role)
		}
	}
	var parts []string
	for _, name := range names {
		if len(roles[name]) > 0 {
			name += " (" + strings.Join(roles[name], ", ") + ")"
		}
		parts = append(parts, name)
	}
	n := len(parts) - 1
	return strings.Join(parts[:n], ", ") + " and " + parts[n]
}

func role(policy *leastagency.Policy, name string, leg int) string {
	for _, c := range policy.Combinations {
		if c.Name == name && leg < len(c.Legs) {
			return c.Legs[leg].Role
		}
	}
	return ""
}

// what names the thing that grants: a rule, a server or a tool of the product.
func what(g *leastagency.Grant) string { return cmp.Or(each.By(g), "the client's own tool") }

// several reports whether the legs come from more than one rule or server: what one permission does
// alone is too wide, which is another finding.
func several(c *leastagency.Chain) bool {
	for _, g := range c.Grants {
		if what(g) != what(c.Grants[0]) {
			return true
		}
	}
	return false
}

func unattended(_ *leastagency.Agent, c *leastagency.Chain) bool { return c.Unattended }
