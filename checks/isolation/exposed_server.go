package isolation

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// guards are parts of flags and variables with which servers ask for a password or a token.
var guards = []string{"auth", "token", "password", "api-key", "apikey", "api_key"}

// ExposedServer finds servers that listen on every network of the machine and ask nobody who they are.
var ExposedServer = leastagency.Check{Rule: "isolation/exposed-server", Run: func(p *leastagency.Pass) {
	for _, s := range each.Server(p) {
		if guarded(s) {
			continue
		}
		for _, e := range s.Endpoints {
			if e.Reach == leastagency.ByNetwork && e.Asks == leastagency.Missing {
				p.Reportf(e.At, "%s listens on every network of the machine without authentication: anybody near can use its tools", each.Name(s)).Sure(leastagency.Inferred)
			}
		}
		for _, arg := range s.Args {
			if everyAddress(arg.V) {
				p.Reportf(arg.At, "%s listens on every network of the machine without authentication: anybody near can use its tools", each.Name(s))
				break
			}
		}
		for _, env := range s.Env {
			if everyAddress(env.V.Plain) {
				p.Reportf(env.At, "%s listens on every network of the machine without authentication: anybody near can use its tools", each.Name(s))
				break
			}
		}
	}
}}

func everyAddress(value string) bool {
	value = value[strings.Index(value, "=")+1:]
	return value == "0.0.0.0" || value == "::" || value == "[::]" || strings.HasPrefix(value, "0.0.0.0:") || strings.HasPrefix(value, "[::]:")
}

func guarded(s *leastagency.Server) bool {
	for _, guard := range guards {
		for _, arg := range s.Args {
			if strings.HasPrefix(arg.V, "-") && strings.Contains(strings.ToLower(arg.V), guard) {
				return true
			}
		}
		for _, env := range s.Env {
			if strings.Contains(strings.ToLower(env.V.Name), guard) {
				return true
			}
		}
	}
	return false
}
