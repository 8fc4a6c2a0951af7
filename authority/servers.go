package authority

import (
	"net/url"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// servers recognises the servers that many people use, and derives what their tools can do once
// switches and filters are applied.
func servers(sys *leastagency.System, policy *leastagency.Policy) {
	known := make(map[string]*leastagency.KnownServer)
	var prefixes []string // of url: matches, longest first
	for i := range policy.Knowledge.Servers {
		s := &policy.Knowledge.Servers[i]
		for _, match := range s.Match {
			known[match] = s
			if strings.HasPrefix(match, "url:") {
				prefixes = append(prefixes, match)
			}
		}
	}
	slices.SortFunc(prefixes, func(a, b string) int { return len(b) - len(a) })
	for _, layer := range sys.Layers {
		for _, s := range layer.Servers {
			for _, name := range names(s) {
				if s.Known = known[name]; s.Known == nil && strings.HasPrefix(name, "url:") {
					if i := slices.IndexFunc(prefixes, func(p string) bool { return name == p || strings.HasPrefix(name, p+"/") }); i >= 0 {
						s.Known = known[prefixes[i]]
					}
				}
				if s.Known != nil {
					break
				}
			}
			if s.Known == nil {
				continue
			}
			s.ReadOnly = switched(s, s.Known.ReadOnly)
			s.Filtered = switched(s, s.Known.Filter)
			if s.Filtered.IsZero() && len(s.Included) > 0 {
				s.Filtered = s.Included[0].At
			}
			for _, group := range offered(s) {
				for _, c := range group.Can {
					s.Effects = append(s.Effects, leastagency.Effect{Capability: c, Reach: leastagency.Reach{Breadth: group.Breadth}, Why: group.Why, Confidence: leastagency.Inferred})
				}
			}
		}
	}
}

// names returns the names under which a server may be known, the most specific first.
func names(s *leastagency.Server) []string {
	var out []string
	if s.URL.Set {
		if u, err := url.Parse(s.URL.V); err == nil && u.Host != "" {
			out = append(out, "url:"+strings.TrimSuffix(strings.ToLower(u.Hostname())+u.Path, "/"))
		}
	}
	if s.Command == nil {
		return out
	}
	for _, a := range slices.Backward(s.Command.Artifacts) { // the server stands behind its runner
		name := a.Name
		if a.Ecosystem == "git" {
			name = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(name, "git+"), "https://"), ".git")
		}
		out = append(out, a.Ecosystem+":"+name)
		if a.Ecosystem == "url" {
			if u, err := url.Parse(a.Name); err == nil {
				out = append(out, "url:"+strings.TrimSuffix(strings.ToLower(u.Hostname())+u.Path, "/"))
			}
		}
	}
	for _, inv := range slices.Backward(s.Command.Invocations) {
		if i := slices.Index(inv.Args, "-m"); i >= 0 && i+1 < len(inv.Args) && strings.HasPrefix(inv.Program, "python") {
			out = append(out, "module:"+inv.Args[i+1])
		}
		if inv.Program == "mcp-remote" || strings.Contains(inv.Program, "mcp-remote") {
			for _, arg := range inv.Args {
				if u, err := url.Parse(arg); err == nil && u.Host != "" {
					out = slices.Insert(out, 0, "url:"+strings.TrimSuffix(strings.ToLower(u.Hostname())+u.Path, "/"))
				}
			}
		}
		out = append(out, "bin:"+inv.Program)
	}
	return out
}

// switched returns the place that turns a switch on; the zero Span when nothing does.
func switched(s *leastagency.Server, sw *leastagency.KnownSwitch) leastagency.Span {
	if sw == nil {
		return leastagency.Span{}
	}
	for i, arg := range s.Args {
		flag, value, joined := strings.Cut(arg.V, "=")
		if !slices.Contains(sw.Args, arg.V) && !slices.Contains(sw.Args, flag) {
			continue
		}
		if !joined && i+1 < len(s.Args) {
			value = s.Args[i+1].V
		}
		if !off(value) && !slices.Contains(sw.Wide, value) {
			return arg.At
		}
	}
	for _, list := range []struct {
		vars  []leastagency.Value[leastagency.Variable]
		names []string
	}{{s.Env, sw.Env}, {s.Headers, sw.Headers}} {
		for _, v := range list.vars {
			for _, name := range list.names {
				name, want, exact := strings.Cut(name, "=")
				if !strings.EqualFold(v.V.Name, name) || exact && v.V.Plain != want || off(v.V.Plain) || slices.Contains(sw.Wide, v.V.Plain) {
					continue
				}
				return v.At
			}
		}
	}
	for _, path := range sw.Paths {
		if s.URL.Set && strings.Contains(s.URL.V, path) {
			return s.URL.At
		}
		for _, arg := range s.Args {
			if strings.Contains(arg.V, "://") && strings.Contains(arg.V, path) {
				return arg.At
			}
		}
	}
	return leastagency.Span{}
}

func off(value string) bool {
	return slices.Contains([]string{"false", "0", "no", "off"}, strings.ToLower(value))
}

// changes are the capabilities that a read-only switch takes away.
var changes = []leastagency.Capability{leastagency.WriteFiles, leastagency.WriteState, leastagency.Destroy, leastagency.Execute,
	leastagency.Spawn, leastagency.Configure, leastagency.Remember, leastagency.Decide, leastagency.Pay}

// offered returns the tool groups that are left after switches and filters.
func offered(s *leastagency.Server) []leastagency.KnownTools {
	var out []leastagency.KnownTools
	for _, group := range s.Known.Tools {
		if !s.ReadOnly.IsZero() && slices.ContainsFunc(group.Can, func(c leastagency.Capability) bool { return slices.Contains(changes, c) }) {
			continue
		}
		if group.OptIn && !optedIn(s, group) {
			continue
		}
		if len(s.Included) > 0 && !slices.ContainsFunc(s.Included, func(v leastagency.Value[string]) bool { return v.V == "*" || inGroup(group, v.V) }) {
			continue
		}
		if len(group.Names) > 0 && len(s.Excluded) > 0 && !slices.ContainsFunc(group.Names, func(n string) bool {
			return strings.Contains(n, "*") || !slices.ContainsFunc(s.Excluded, func(v leastagency.Value[string]) bool { return v.V == n })
		}) {
			continue
		}
		out = append(out, group)
	}
	return out
}

// optedIn reports whether the server is told to offer a group that is off by default: by its own
// switch, or by a filter or argument that names one of its tools.
func optedIn(s *leastagency.Server, group leastagency.KnownTools) bool {
	if group.When != nil {
		return !switched(s, group.When).IsZero()
	}
	return !s.Filtered.IsZero() || slices.ContainsFunc(s.Args, func(a leastagency.Value[string]) bool {
		return slices.ContainsFunc(group.Names, func(n string) bool { return strings.Contains(a.V, n) })
	})
}

func inGroup(group leastagency.KnownTools, tool string) bool {
	return slices.ContainsFunc(group.Names, func(n string) bool { return glob(n, tool) || glob(tool, n) })
}
