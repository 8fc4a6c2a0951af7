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
		if names(s, drivers) {
			p.Reportf(each.Place(s), "%s drives the container engine: a model that may start containers may mount the host into one, and is root there", each.Name(s))
		}
	}
}}

// names reports whether a server starts one of the packages, modules or programs.
func names(s *leastagency.Server, list []string) bool {
	if s.Command == nil {
		return false
	}
	for _, a := range s.Command.Artifacts {
		if slices.Contains(list, a.Name) {
			return true
		}
	}
	for _, call := range s.Command.Invocations {
		if slices.Contains(list, call.Program) {
			return true
		}
		for i, arg := range call.Args {
			if arg == "-m" && i+1 < len(call.Args) && slices.Contains(list, strings.SplitN(call.Args[i+1], ".", 2)[0]) {
				return true
			}
		}
	}
	return false
}
