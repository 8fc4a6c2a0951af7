package manifest

// declared are the formats in which people write agents down by hand: Docker Agent, Kubernetes
// objects, CrewAI, Google ADK, compose services, and this project's own manifest.
func declared() []format {
	return []format{dockerAgent()}
}
