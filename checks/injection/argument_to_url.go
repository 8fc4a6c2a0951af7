package injection

import "github.com/leastagency/leastagency"

// ArgumentToURL finds tools whose code requests a URL whose host the model chooses.
var ArgumentToURL = leastagency.Check{Rule: "injection/argument-to-url", Run: func(p *leastagency.Pass) {
	flows(p, leastagency.SinkURL, "whoever steers the model reaches any host, those of the inner network included")
}}
