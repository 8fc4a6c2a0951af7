package isolation

import (
	"slices"
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
		if inside(s.Command) {
			continue
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

// inside reports whether all addresses that a server listens on are those of its container, whose ports
// nobody else reaches: none is published beyond the machine.
func inside(c *leastagency.Command) bool {
	runs := containers(c)
	for _, call := range runs {
		for _, network := range flagValues(call.Args, "--network", "--net") {
			if network == "host" {
				return false
			}
		}
		for _, port := range flagValues(call.Args, "-p", "--publish") {
			if !strings.HasPrefix(port, "127.") && !strings.HasPrefix(port, "localhost:") && !strings.HasPrefix(port, "[::1]:") {
				return false
			}
		}
		if slices.Contains(call.Args, "-P") || slices.Contains(call.Args, "--publish-all") {
			return false
		}
	}
	return len(runs) > 0
}

func everyAddress(value string) bool {
	value = value[strings.Index(value, "=")+1:]
	return value == "0.0.0.0" || value == "::" || value == "[::]" || strings.HasPrefix(value, "0.0.0.0:") || strings.HasPrefix(value, "[::]:")
}

// guarded reports whether something says that a server asks for a password or a token. A file of variables
// that is handed to its container may hold one.
func guarded(s *leastagency.Server) bool {
	for _, call := range containers(s.Command) {
		if len(flagValues(call.Args, "--env-file")) > 0 {
			return true
		}
	}
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
