package supplychain

import (
	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// RemoteScript finds downloads that are run as they come.
var RemoteScript = leastagency.Check{Rule: "supplychain/remote-script", Run: func(p *leastagency.Pass) {
	for s := range each.Start(p) {
		if s.Command.RemoteScript {
			p.Reportf(s.Command.At, "%s downloads a script%s and runs it as it comes: whoever controls the server or the way to it runs code here", s.Who, from(s.Command))
		}
	}
	for _, rule := range each.Allow(p) {
		if c := rule.Action.Command; c != nil && c.RemoteScript {
			p.Reportf(rule.At, "allow rule %s lets a script be downloaded%s and run as it comes, unasked", leastagency.Quote(rule.Text), from(c))
		}
	}
}}

func from(c *leastagency.Command) string {
	if len(c.Hosts) == 0 {
		return ""
	}
	return " from " + leastagency.Quote(c.Hosts[0])
}
