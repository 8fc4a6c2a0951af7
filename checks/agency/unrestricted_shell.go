package agency

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// UnrestrictedShell finds a shell that is allowed without any pattern and that no sandbox contains. A
// file that says so of each of its agents is one finding.
var UnrestrictedShell = leastagency.Check{Rule: "agency/unrestricted-shell", Run: func(p *leastagency.Pass) {
	type key struct {
		file *leastagency.File
		kind leastagency.Kind
		text string
	}
	found := map[key]*leastagency.Finding{}
	for layer, rule := range each.Allow(p) {
		if weigh(p, rule) != anything || contained(p, rule) {
			continue
		}
		k := key{rule.At.File, layer.Kind, rule.Text}
		if f := found[k]; f != nil && layer.Kind == leastagency.KindSubagent {
			f.Also(rule.At, "the same for %s", actor(layer))
			continue
		}
		f := p.Reportf(rule.At, "%s%s: every command runs without asking, so one injected instruction can read, change or send whatever the user can",
			subject(layer), leastagency.Quote(rule.Text))
		if s := leaky(p, layer); s != nil {
			f.Because(s.Enabled.At, "the sandbox does not contain it: the model may ask to run outside, and this rule answers")
		}
		found[k] = f
	}
	offered(p)
}}

// offered reports shells that manifests give their agents and that the framework runs without asking. A
// file that gives one to several is one finding.
func offered(p *leastagency.Pass) {
	found := map[*leastagency.File]*leastagency.Finding{}
	for _, a := range p.Agents {
		for _, g := range a.Grants {
			if !g.Offered || g.Capability != leastagency.Execute || g.Decision != leastagency.Allow || g.Contained || !wholeShell(g.Rule.Action) {
				continue
			}
			if f := found[g.Rule.At.File]; f != nil {
				f.Also(g.Rule.At, "agent %s has one too", leastagency.Quote(a.Name))
				continue
			}
			byDefault := ""
			if g.Rule.Unless != "" {
				byDefault = " by default, as no " + leastagency.Quote(g.Rule.Unless) + " is stated"
			}
			found[g.Rule.At.File] = p.Reportf(g.Rule.At, "tool %s of agent %s is a shell%s, and nobody is asked: one injected instruction can read, change or send whatever the process can",
				leastagency.Quote(g.Rule.Text), leastagency.Quote(a.Name), byDefault).Sure(g.Confidence)
		}
	}
}

// leaky returns an enabled sandbox that a command may leave on request.
func leaky(p *leastagency.Pass, layer *leastagency.Layer) *leastagency.Sandbox {
	for _, agent := range each.Agents(p, layer) {
		if s := agent.Sandbox; s != nil && leastagency.Is(s.Enabled, true) && !leastagency.Is(s.Retry, false) {
			return s
		}
	}
	return nil
}
