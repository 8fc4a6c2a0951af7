package isolation

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// drivers are servers whose tools start, enter and remove containers of the user's engine.
var drivers = []string{"mcp-server-docker", "mcp_server_docker", "docker-mcp", "docker_mcp", "docker-mcp-server", "mcp-docker", "podman-mcp-server", "mcp/docker", "@docker/mcp", "@quantgeekdev/docker-mcp"}

// ContainerDriver finds servers that hand the model the container engine.
var ContainerDriver = leastagency.Check{Rule: "isolation/container-driver", Run: func(p *leastagency.Pass) {
	for _, s := range each.Server(p) {
		if name := named(s, drivers); name != "" {
			p.Reportf(each.Argument(s, name), "%s drives the container engine: a model that may start containers may mount the host into one, and is root there", each.Name(s))
		}
	}
}}

// named returns the package, module or program of the list that a server starts; empty when it starts none.
func named(s *leastagency.Server, list []string) string {
	if s.Command == nil {
		return ""
	}
	for _, a := range s.Command.Artifacts {
		if slices.Contains(list, a.Name) {
			return a.Name
		}
	}
	for _, call := range s.Command.Invocations {
		if slices.Contains(list, call.Program) {
			return call.Program
		}
		for i, arg := range call.Args {
			if arg != "-m" || i+1 == len(call.Args) {
				continue
			}
			if module, _, _ := strings.Cut(call.Args[i+1], "."); slices.Contains(list, module) {
				return module
			}
		}
	}
	return ""
}
