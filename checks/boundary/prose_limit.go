package boundary

import "github.com/leastagency/leastagency"

// ProseLimit finds agents, skills and commands whose text forbids them to change files while their own
// list of tools lets them: what can be undone, and is still no limit.
var ProseLimit = leastagency.Check{Rule: "boundary/prose-limit", Run: func(p *leastagency.Pass) {
	for _, layer := range p.Layers {
		if layer.Kind != leastagency.KindSubagent && layer.Kind != leastagency.KindSkill && layer.Kind != leastagency.KindCommand {
			continue
		}
		tool := writer(layer)
		if tool == nil {
			continue
		}
		for _, text := range layer.Texts {
			if said, ok := leavesFiles(text); ok {
				p.Reportf(said.At, "%s is the only limit: the tool list has %s", leastagency.Quote(said.Text), leastagency.Quote(tool.Text)).
					Because(tool.At, "changes files all the same").Sure(leastagency.Inferred)
				break
			}
		}
	}
}}

// leavesFiles returns the sentence of a text that forbids any change of files.
func leavesFiles(text *leastagency.Text) (leastagency.Statement, bool) {
	for _, s := range text.Statements {
		if text.Kind != leastagency.TextDescription && s.Polarity == leastagency.Forbids && s.Capability == leastagency.WriteFiles {
			return s, true
		}
	}
	return leastagency.Statement{}, false
}

// writer returns the entry of the layer's own lists that changes files anywhere: a file tool or a shell without a pattern.
func writer(layer *leastagency.Layer) *leastagency.Rule {
	for _, list := range [][]*leastagency.Rule{layer.Tools, layer.Rules} {
		for _, r := range list {
			if r.Decision == leastagency.Allow && r.Inert == "" && r.Action.Whole() && (r.Action.Kind == leastagency.ActionWrite || r.Action.Kind == leastagency.ActionShell) {
				return r
			}
		}
	}
	return nil
}
