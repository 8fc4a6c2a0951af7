package vscode

import (
	"slices"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// sandbox returns the wall around the commands of the agent.
func (r *reader) sandbox() *leastagency.Sandbox {
	if r.layer.Sandbox == nil {
		r.layer.Sandbox = &leastagency.Sandbox{At: r.File.Whole()}
	}
	return r.layer.Sandbox
}

// sandboxOn reports whether the file switches the wall on.
func (r *reader) sandboxOn() bool {
	return slices.ContainsFunc([]string{"chat.agent.sandbox.enabled", "chat.agent.sandbox.enabledWindows"}, func(key string) bool {
		m := r.settled[key]
		return m.Value != nil && on(m.Value)
	})
}

// on reads a switch of the wall, which has been a boolean once.
func on(n *node.Node) bool {
	s := n.String().V
	return s == "on" || s == "allowNetwork" || leastagency.Is(n.Bool(), true)
}

// openNetwork reports whether sandboxed commands reach every host, which is so until the file says otherwise.
func (r *reader) openNetwork() bool {
	m := r.settled["chat.agent.sandbox.allowNetwork"]
	return m.Value == nil || !leastagency.Is(m.Value.Bool(), false)
}

// sandboxed reads whether commands run behind a wall. Where it cannot be built they are not run, by
// design; what runs inside is not asked for, unless another setting says so.
func sandboxed(r *reader, m node.Member) {
	s := r.sandbox()
	if s.Enabled.V {
		return // the other platform's switch
	}
	s.At, s.Enabled = m.Value.At, leastagency.ValueAt(on(m.Value), m.Value.At)
	if !s.Enabled.V {
		return
	}
	s.FailClosed = leastagency.ValueAt(true, m.Value.At)
	s.HostsSet = true
	if r.openNetwork() {
		at := m.Value.At
		if network := r.settled["chat.agent.sandbox.allowNetwork"]; network.Value != nil {
			at = network.Value.At
		}
		s.Hosts = append(s.Hosts, leastagency.ValueAt("*", at))
	}
}

func sandboxFlag(field func(*leastagency.Sandbox) *leastagency.Value[bool]) func(*reader, node.Member) {
	return func(r *reader, m node.Member) {
		if r.Typed(m.Value, m.Key, node.Bool) {
			*field(r.sandbox()) = m.Value.Bool()
		}
	}
}

// sandboxFiles reads the paths of one platform.
func sandboxFiles(r *reader, m node.Member) {
	if !r.Typed(m.Value, m.Key, node.Map) {
		return
	}
	s := r.sandbox()
	fields := map[string]*[]leastagency.Value[string]{"allowRead": &s.Readable, "allowWrite": &s.Writable, "denyRead": &s.Unreadable, "denyWrite": &s.Unwritable}
	for _, e := range m.Value.Each() {
		field := fields[e.Key]
		if field == nil {
			r.Problem(e.At, leastagency.ProblemUnknownKey, "VS Code knows no %s in %q, so it protects nothing", leastagency.Quote(e.Key), m.Key)
			continue
		}
		if r.Typed(e.Value, m.Key+"."+e.Key, node.List) {
			*field = append(*field, e.Value.Strings()...)
		}
	}
}

// sandboxRuntime reads what is handed to the program that builds the wall.
func sandboxRuntime(r *reader, m node.Member) {
	for _, key := range []string{"enableWeakerNestedSandbox", "enableWeakerNetworkIsolation"} {
		if b := m.Value.Get(key).Bool(); b.V {
			s := r.sandbox()
			s.Weakened = append(s.Weakened, leastagency.ValueAt(key, b.At))
		}
	}
}
