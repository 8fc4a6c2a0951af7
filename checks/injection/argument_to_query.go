package injection

import "github.com/leastagency/leastagency"

// ArgumentToQuery finds tools whose code writes an argument into the text of a query.
var ArgumentToQuery = leastagency.Check{Rule: "injection/argument-to-query", Run: func(p *leastagency.Pass) {
	flows(p, leastagency.SinkQuery, "whoever steers the model reads and changes whatever the database login may")
}}
