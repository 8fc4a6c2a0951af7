package injection

import "github.com/leastagency/leastagency"

// ArgumentToPath finds tools whose code opens a file that the model names, with nothing that keeps it in a folder.
var ArgumentToPath = leastagency.Check{Rule: "injection/argument-to-path", Run: func(p *leastagency.Pass) {
	flows(p, leastagency.SinkPath, "whoever steers the model leaves the folder by ../ or an absolute path")
}}
