package manifest

// exported are the formats of platforms, gateways and low-code editors.
func exported() []format {
	return []format{}
}
