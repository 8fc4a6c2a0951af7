package combination

import "github.com/leastagency/leastagency"

// UntrustedToExecute finds agents that read what strangers write and run code outside a sandbox, asking nobody.
var UntrustedToExecute = leastagency.Check{Rule: "combination/untrusted-to-execute", Run: func(p *leastagency.Pass) {
	report(p, "untrusted-to-execute", "meet in one session and nobody is asked: a stranger's text can run code", unattended)
}}
