package manifest

import (
	"cmp"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// toolHive reads servers that ToolHive runs or forwards to.
func (r *reader) toolHive(o object) {
	if o.kind == "VirtualMCPServer" { // acts for whoever calls it
		l := r.agent(o.name, o.at, leastagency.ModeUnknown)
		l.NoToolList = true
		if auth := o.spec.Get("incomingAuth", "type"); is(auth, "anonymous") {
			l.Triggers = append(l.Triggers, &leastagency.Trigger{At: auth.At, Name: "calls of any client", Unauthenticated: true})
		}
		return
	}
	l := r.catalog(o.name, o.at)
	switch o.kind {
	case "MCPServer":
		c := &launch{image: o.spec.Get("image").String()}
		c.add(o.spec.Get("args"))
		r.pod(l, c, o.spec, o.spec)
		template := o.spec.Get("podTemplateSpec", "spec")
		for _, box := range template.Get("containers").List() {
			r.pod(l, c, template, box)
		}
		s := r.serve(l, o.name, o.at, c, nil)
		s.Included = r.toolConfig(o.spec)
		r.serverEnv(s, o.spec.Get("env"))
		for _, secret := range o.spec.Get("secrets").List() {
			if name := secret.Get("name").String(); name.Set {
				env := cmp.Or(secret.Get("targetEnvName").String().V, secret.Get("key").String().V)
				s.Credentials = append(s.Credentials, &leastagency.Credential{Name: env, At: name.At, Source: leastagency.SourceReference, Reference: name.V + "/" + secret.Get("key").String().V})
			}
		}
		if profile := o.spec.Get("permissionProfile", "name"); profile.Is(node.String) && o.spec.Get("permissionProfile", "type").String().V != "configmap" {
			if l.Sandbox == nil {
				l.Sandbox = &leastagency.Sandbox{At: profile.At}
			}
			if is(profile, "network") {
				l.Sandbox.OpenNetwork = leastagency.ValueAt(true, profile.At)
			} else {
				l.Sandbox.HostsSet = is(profile, "none")
			}
		}
		if off := o.spec.Get("audit", "enabled"); off.Is(node.Bool) && !off.Bool().V {
			r.Switch(l, leastagency.SwitchTelemetryOff, "audit.enabled", off.At)
		}
	case "MCPRemoteProxy":
		r.server(l, o.name, o.at, mcpserver.Dialect{}, field{"url", first(o.spec, "remoteUrl", "remoteURL")}, field{"headers", o.spec.Get("headerForward", "addPlaintextHeaders")},
			field{"auth", first(o.spec, "externalAuthConfigRef", "oidcConfig", "oidcConfigRef")})
	}
}

// toolConfig returns the only tools that ToolHive offers of a server: a list of its own, or one in
// another object. What an object says that is not in the file is not known, and neither is what is offered.
func (r *reader) toolConfig(spec *node.Node) []leastagency.Value[string] {
	ref := spec.Get("toolConfigRef", "name")
	if !ref.Is(node.String) {
		return first(spec, "toolsFilter", "tools").Strings()
	}
	for _, doc := range r.docs {
		if is(doc.Root.Get("kind"), "MCPToolConfig") && doc.Root.Get("metadata", "name").String().V == ref.Text {
			return doc.Root.Get("spec", "toolsFilter").Strings()
		}
	}
	return []leastagency.Value[string]{ref.String()}
}
