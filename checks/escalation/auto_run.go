package escalation

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// AutoRun finds code that starts with the session and that nobody could review: fetched without a
// version, or run before the folder is trusted. A hook that runs a script of the repository is neither.
var AutoRun = leastagency.Check{Rule: "escalation/auto-run", Run: func(p *leastagency.Pass) {
	for s := range each.Start(p) {
		if s.Hook == nil || !each.AtStart(s.Hook) || s.Command.RemoteScript {
			continue
		}
		if s.Hook.Hidden {
			p.Reportf(s.Command.At, "%s runs %s whenever the folder is opened, and hides it from whoever opens it", s.Who, leastagency.Quote(s.Command.Text))
			continue
		}
		for _, a := range s.Command.Artifacts {
			if a.Pin != leastagency.Unpinned {
				continue
			}
			at := a.At
			if at.IsZero() {
				at = s.Command.At
			}
			p.Reportf(at, "%s fetches %s without a version and runs it whenever a session starts, before anybody has asked for anything", s.Who, leastagency.Quote(a.Name))
			break
		}
	}
	for _, layer := range p.Layers {
		for _, s := range layer.Switches {
			if s.Kind == leastagency.SwitchShellWithoutTrust && each.Shared(layer) {
				p.Reportf(s.At, "%s of a shared file runs a command at start; a headless session runs it without asking whether the folder is trusted", leastagency.Quote(s.Name))
			}
		}
	}
}}
