package manifest

import "slices"

// declared are the formats in which people write agents down by hand: Kubernetes objects, Docker Agent
// and Docker's MCP files, CrewAI, Google ADK, compose services, and this project's own manifest.
func declared() []format {
	return slices.Concat(
		kubernetes(),
		[]format{dockerAgent()},
		dockerMCP(),
		crewAI(),
		[]format{agentKit(), compose()},
	)
}
