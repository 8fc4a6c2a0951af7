// Package isolation judges the walls around what agents run.
package isolation

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// engines are the programs that start containers.
var engines = []string{"docker", "podman", "nerdctl"}

// containers returns the invocations that run a container.
func containers(c *leastagency.Command) []leastagency.Invocation {
	var out []leastagency.Invocation
	if c == nil {
		return nil
	}
	for _, call := range c.Invocations {
		if slices.Contains(engines, call.Program) && slices.Contains(call.Args, "run") {
			out = append(out, call)
		}
	}
	return out
}

// flagValues returns the values of a flag, written "--flag value" or "--flag=value".
func flagValues(args []string, names ...string) []string {
	var out []string
	for i, arg := range args {
		name, value, joined := strings.Cut(arg, "=")
		switch {
		case !slices.Contains(names, name):
		case joined:
			out = append(out, value)
		case i+1 < len(args):
			out = append(out, args[i+1])
		}
	}
	return out
}
