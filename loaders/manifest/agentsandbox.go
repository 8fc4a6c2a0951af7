package manifest

import (
	"slices"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// agentSandbox reads pods in which agents run code.
func (r *reader) agentSandbox(o object) {
	switch o.kind {
	case "Sandbox", "SandboxTemplate", "SandboxWarmPool":
		pod := o.spec.Get("podTemplate", "spec")
		l := r.agent(o.name, o.at, leastagency.ModeUnknown)
		l.NoToolList = true
		for _, key := range []string{"containers", "initContainers"} {
			for _, box := range pod.Get(key).List() {
				c := &launch{image: box.Get("image").String()}
				c.add(box.Get("command"))
				c.add(box.Get("args"))
				r.inPod(l, c, pod, box)
				pod = without(pod, "hostNetwork", "hostPID", "hostIPC", "volumes") // told once
			}
		}
		if m := o.spec.Get("networkPolicyManagement"); is(m, "Unmanaged") && o.spec.Get("networkPolicy") == nil {
			if l.Sandbox == nil {
				l.Sandbox = &leastagency.Sandbox{At: m.At}
			}
			l.Sandbox.OpenNetwork = leastagency.ValueAt(true, m.At)
		}
	case "SandboxClaim":
		l := r.catalog(o.name, o.at)
		r.kubeEnv(o.spec.Get("env"), func(name string, value leastagency.Value[string]) { r.assign(l, name, value) }, func(c *leastagency.Credential) { l.Credentials = append(l.Credentials, c) })
	}
}

// without returns a map without some of its keys.
func without(n *node.Node, keys ...string) *node.Node {
	if !n.Is(node.Map) {
		return n
	}
	rest := *n
	rest.Members = slices.DeleteFunc(slices.Clone(n.Members), func(m node.Member) bool { return slices.Contains(keys, m.Key) })
	return &rest
}
