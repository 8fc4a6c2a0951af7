package authority

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// sessions joins the layers that are in force together into agents. A session is one product at one
// root; what a session can load or start (sub-agents, skills, commands) is an agent of its own
// with the session as parent. A plugin is an agent too: it is installed elsewhere.
func sessions(sys *leastagency.System, _ *leastagency.Policy) {
	type key struct {
		product, root, plugin, file string
	}
	sys.Layers = unfollowed(sys.Layers)
	found := map[key]*leastagency.Agent{}
	session := func(layer *leastagency.Layer) *leastagency.Agent {
		k := key{product: layer.Product, root: layer.Root}
		if layer.Scope == leastagency.ScopePlugin {
			k.plugin = layer.Root
		}
		if layer.Product == "mcp" { // servers for a client that we do not know: nothing says that two files meet
			k.file = layer.At.File.Path
		}
		if found[k] == nil {
			a := &leastagency.Agent{ID: layer.Product, Product: layer.Product, Kind: leastagency.KindSession, Root: layer.Root, At: layer.At}
			if k.plugin != "" {
				a.Kind = leastagency.KindPlugin
				a.ID += "/plugins"
			}
			if k.file != "" && layer.Name != "" {
				a.ID += "/" + layer.Name
			}
			if layer.Root != "." {
				a.ID += ":" + layer.Root
			}
			found[k] = a
			sys.Agents = append(sys.Agents, a)
		}
		return found[k]
	}
	var managed, prose []*leastagency.Layer
	for _, layer := range sys.Layers {
		switch {
		case layer.Scope == leastagency.ScopeManaged:
			managed = append(managed, layer)
		case layer.Kind == leastagency.KindSession && layer.Root != "." && onlyTexts(layer):
			prose = append(prose, layer)
		case layer.Kind == leastagency.KindSession || layer.Kind == leastagency.KindPlugin:
			a := session(layer)
			a.Layers = append(a.Layers, layer)
		}
	}
	for _, layer := range prose { // instructions of a folder are read by the session that works above it
		a := parent(sys.Agents, layer)
		if a == nil {
			a = session(layer)
		}
		a.Layers = append(a.Layers, layer)
	}
	for _, layer := range managed { // an administrator's file reaches every session of the machine it is for
		reached := false
		for _, a := range sys.Agents {
			if a.Product == layer.Product && a.Kind == leastagency.KindSession {
				a.Layers = append(a.Layers, layer)
				reached = true
			}
		}
		if !reached {
			a := session(layer)
			a.Layers = append(a.Layers, layer)
		}
	}
	for _, layer := range sys.Layers { // a file that several products read is in force for each that is set up here
		for _, product := range layer.AlsoReadBy {
			if a := found[key{product: product, root: layer.Root}]; a != nil {
				a.Layers = append(a.Layers, layer)
			}
		}
	}
	for _, a := range sys.Agents {
		merge(a)
	}
	top := slices.Clone(sys.Agents)
	for _, layer := range sys.Layers {
		if layer.Kind != leastagency.KindSubagent && layer.Kind != leastagency.KindSkill && layer.Kind != leastagency.KindCommand {
			continue
		}
		child := &leastagency.Agent{Product: layer.Product, Kind: layer.Kind, Name: layer.Name, Root: layer.Root, At: layer.At, Layers: []*leastagency.Layer{layer}}
		child.Parent = parent(top, layer)
		child.ID = layer.Product + "/" + plural[layer.Kind] + "/" + layer.Name
		if layer.Root != "." {
			child.ID += ":" + layer.Root
		}
		merge(child)
		inherit(child)
		sys.Agents = append(sys.Agents, child)
	}
	jobs(sys, top)
	manifests(sys)
}

// onlyTexts reports whether a layer holds instructions and nothing else.
func onlyTexts(l *leastagency.Layer) bool {
	return !l.Mode.Set && l.Sandbox == nil && len(l.Texts) > 0 &&
		len(l.Rules)+len(l.Tools)+len(l.Servers)+len(l.Hooks)+len(l.Commands)+len(l.Credentials)+len(l.Switches)+len(l.Plugins)+len(l.Directories) == 0
}

var plural = [...]string{leastagency.KindSubagent: "agents", leastagency.KindSkill: "skills", leastagency.KindCommand: "commands", leastagency.KindJob: "jobs", leastagency.KindScript: "scripts"}

// parent returns the session or plugin whose folder holds the layer most closely.
func parent(agents []*leastagency.Agent, layer *leastagency.Layer) *leastagency.Agent {
	var best *leastagency.Agent
	for _, a := range agents {
		if a.Product != layer.Product || !(a.Root == "." || layer.Root == a.Root || strings.HasPrefix(layer.Root, a.Root+"/")) {
			continue
		}
		if a.Kind == leastagency.KindPlugin && layer.Scope != leastagency.ScopePlugin {
			continue
		}
		if best == nil || len(path.Clean(a.Root)) > len(path.Clean(best.Root)) {
			best = a
		}
	}
	return best
}

// merge applies precedence: lists of all layers together, single values and whole servers from the highest.
func merge(a *leastagency.Agent) {
	slices.SortStableFunc(a.Layers, func(x, y *leastagency.Layer) int { return cmp.Compare(y.Scope, x.Scope) })
	seen := map[string]bool{}
	for _, layer := range a.Layers {
		if layer.Product == a.Product {
			a.Order = max(a.Order, layer.Order)
			if !a.Mode.Set && a.Mode.V == leastagency.ModeUnknown {
				a.Mode.V = layer.Absent
			}
		}
		if !a.Mode.Set && layer.Mode.Set && layer.Product == a.Product {
			a.Mode = layer.Mode
		}
		own := slices.DeleteFunc(slices.Concat(layer.Rules, denied(layer)), func(r *leastagency.Rule) bool { return r.Inert != "" })
		a.Rules = ranked(a.Order, a.Rules, own)
		for _, s := range layer.Servers {
			if !seen[s.Name] && !s.Disabled {
				a.Servers = append(a.Servers, s)
			}
			seen[s.Name] = true
		}
		a.Hooks = append(a.Hooks, layer.Hooks...)
		a.Sandbox = mergeSandbox(a.Sandbox, layer.Sandbox)
	}
}

// ranked puts the rules of a higher layer where they win over those of a lower one.
func ranked(order leastagency.RuleOrder, high, low []*leastagency.Rule) []*leastagency.Rule {
	if order == leastagency.LastMatch {
		return slices.Concat(low, high)
	}
	return slices.Concat(high, low)
}

// denied returns the entries of the tool list that take a tool away.
func denied(layer *leastagency.Layer) []*leastagency.Rule {
	return slices.DeleteFunc(slices.Clone(layer.Tools), func(r *leastagency.Rule) bool { return r.Decision != leastagency.Deny })
}

func mergeSandbox(high, low *leastagency.Sandbox) *leastagency.Sandbox {
	if high == nil || low == nil {
		return cmp.Or(high, low)
	}
	s := *high
	for _, v := range []struct{ into, from *leastagency.Value[bool] }{{&s.Enabled, &low.Enabled}, {&s.Whole, &low.Whole}, {&s.FailClosed, &low.FailClosed}, {&s.Retry, &low.Retry}, {&s.AutoAllow, &low.AutoAllow}, {&s.OpenNetwork, &low.OpenNetwork}} {
		if !v.into.Set {
			*v.into = *v.from
		}
	}
	s.Excluded = slices.Concat(high.Excluded, low.Excluded)
	s.Writable = slices.Concat(high.Writable, low.Writable)
	s.Unreadable = slices.Concat(high.Unreadable, low.Unreadable)
	s.Readable = slices.Concat(high.Readable, low.Readable)
	s.Unwritable = slices.Concat(high.Unwritable, low.Unwritable)
	s.DeniedHosts = slices.Concat(high.DeniedHosts, low.DeniedHosts)
	s.Hosts = slices.Concat(high.Hosts, low.Hosts)
	s.HostsSet = high.HostsSet || low.HostsSet
	s.Sockets = slices.Concat(high.Sockets, low.Sockets)
	s.Weakened = slices.Concat(high.Weakened, low.Weakened)
	s.Mounts = slices.Concat(high.Mounts, low.Mounts)
	return &s
}

// inherit gives a child what its session has: rules, servers, hooks and walls; its own come first.
func inherit(a *leastagency.Agent) {
	p := a.Parent
	if p == nil {
		return
	}
	if !a.Mode.Set {
		a.Mode = p.Mode
	}
	a.Order = max(a.Order, p.Order)
	a.Rules = ranked(a.Order, a.Rules, p.Rules)
	for _, s := range p.Servers {
		if !slices.ContainsFunc(a.Servers, func(own *leastagency.Server) bool { return own.Name == s.Name }) {
			a.Servers = append(a.Servers, s)
		}
	}
	a.Hooks = slices.Concat(a.Hooks, p.Hooks)
	a.Sandbox = mergeSandbox(a.Sandbox, p.Sandbox)
}
