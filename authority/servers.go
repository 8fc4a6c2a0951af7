package authority

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// servers recognises the servers that many people use, and derives what their tools can do once
// switches and filters are applied.
func servers(sys *leastagency.System, policy *leastagency.Policy) {
	known := index(policy.Knowledge.Servers)
	own := programs{sys: sys, known: map[*leastagency.Program]*leastagency.KnownServer{}}
	used := resolve(sys)
	for _, layer := range sys.Layers {
		for _, s := range layer.Servers {
			stated := cmp.Or(s.Of, s)
			if s.Offered {
				continue // what it can do counts where somebody has it
			}
			if s.Known = known.find(stated); s.Known == nil {
				s.Program, s.Known = own.find(layer, stated)
			}
			if s.Known == nil || used[s] {
				continue
			}
			s.ReadOnly, _ = switched(stated, s.Known.ReadOnly)
			s.Filtered, _ = switched(stated, s.Known.Filter)
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

// A directory finds known servers by their names.
type directory map[string]*leastagency.KnownServer

func index(servers []leastagency.KnownServer) directory {
	d := directory{}
	for i := range servers {
		for _, match := range servers[i].Match {
			ecosystem, name, _ := strings.Cut(match, ":")
			d[canonical(ecosystem, name)] = &servers[i]
		}
	}
	return d
}

// find returns what is known of a server: of what stands behind a proxy rather than of the proxy.
func (d directory) find(s *leastagency.Server) *leastagency.KnownServer {
	var proxy *leastagency.KnownServer
	for _, name := range names(s) {
		found := d[name]
		for parent := name; found == nil && strings.HasPrefix(name, "url:") && strings.Contains(parent, "/"); {
			parent = parent[:strings.LastIndexByte(parent, '/')]
			found = d[parent]
		}
		if found != nil && !found.Proxy {
			return found
		}
		if proxy == nil {
			proxy = found
		}
	}
	return proxy
}

// canonical spells a name as its registry compares it.
func canonical(ecosystem, name string) string {
	if ecosystem == "pypi" { // PEP 503
		name = strings.NewReplacer("_", "-", ".", "-").Replace(name)
	}
	if ecosystem != "module" && ecosystem != "bin" {
		name = strings.ToLower(name)
	}
	return ecosystem + ":" + name
}

// names returns the names under which a server may be known, the most telling first.
func names(s *leastagency.Server) []string {
	var out []string
	address := func(text string) {
		if u, err := url.Parse(text); err == nil && u.Host != "" {
			out = append(out, canonical("url", strings.TrimSuffix(u.Hostname()+u.Path, "/")))
		}
	}
	address(s.URL.V)
	if s.Command == nil {
		return out
	}
	for _, a := range slices.Backward(s.Command.Artifacts) { // the server stands behind its runner
		switch a.Ecosystem {
		case "git":
			out = append(out, canonical("git", strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(a.Name, "git+"), "https://"), ".git")))
		case "url":
			address(a.Name)
		default:
			out = append(out, canonical(a.Ecosystem, a.Name))
		}
	}
	for _, inv := range slices.Backward(s.Command.Invocations) {
		if i := slices.Index(inv.Args, "-m"); i >= 0 && i+1 < len(inv.Args) && strings.HasPrefix(inv.Program, "python") {
			out = append(out, canonical("module", inv.Args[i+1]))
		}
		out = append(out, canonical("bin", inv.Program))
	}
	for _, arg := range s.Args {
		address(arg.V)
	}
	return out
}

// switched returns the place that turns a switch on and the value it is given; the zero Span when
// nothing does, or the value switches nothing off.
func switched(s *leastagency.Server, sw *leastagency.KnownSwitch) (at leastagency.Span, value string) {
	if sw == nil {
		return leastagency.Span{}, ""
	}
	counts := func(value string) bool { return !off(value) && !slices.Contains(sw.Wide, value) }
	for i, arg := range s.Args {
		flag, value, joined := strings.Cut(arg.V, "=")
		if !slices.Contains(sw.Args, arg.V) && !slices.Contains(sw.Args, flag) {
			continue
		}
		if !joined && i+1 < len(s.Args) && !strings.HasPrefix(s.Args[i+1].V, "-") {
			value = s.Args[i+1].V
		}
		if counts(value) {
			return arg.At, value
		}
	}
	for _, list := range []struct {
		vars  []leastagency.Value[leastagency.Variable]
		names []string
	}{{s.Env, sw.Env}, {s.Headers, sw.Headers}} {
		for _, v := range list.vars {
			for _, name := range list.names {
				name, want, exact := strings.Cut(name, "=")
				if strings.EqualFold(v.V.Name, name) && (!exact || v.V.Plain == want) && counts(v.V.Plain) {
					return v.At, v.V.Plain
				}
			}
		}
	}
	for _, path := range sw.Paths {
		if s.URL.Set && strings.Contains(s.URL.V, path) {
			return s.URL.At, s.URL.V
		}
		for _, arg := range s.Args {
			if strings.Contains(arg.V, "://") && strings.Contains(arg.V, path) {
				return arg.At, arg.V
			}
		}
	}
	return leastagency.Span{}, ""
}

func off(value string) bool {
	return slices.Contains([]string{"false", "0", "no", "off"}, strings.ToLower(value))
}

// changes are the capabilities that a read-only switch takes away.
var changes = []leastagency.Capability{leastagency.WriteFiles, leastagency.WriteState, leastagency.Destroy, leastagency.Execute,
	leastagency.Spawn, leastagency.Configure, leastagency.Remember, leastagency.Decide, leastagency.Pay}

// offered returns the tool groups that are left after switches and filters.
func offered(s *leastagency.Server) []leastagency.KnownTools {
	stated := cmp.Or(s.Of, s)
	filter := filterOf(stated, s.Known)
	var out []leastagency.KnownTools
	for _, group := range s.Known.Tools {
		changing := slices.ContainsFunc(group.Can, func(c leastagency.Capability) bool { return slices.Contains(changes, c) })
		switch {
		case !s.ReadOnly.IsZero() && changing, !filter.lets(stated, group):
		case len(s.Included) > 0 && !slices.ContainsFunc(s.Included, func(v leastagency.Value[string]) bool { return v.V == "*" || inGroup(group, v.V) }):
		case len(s.Excluded) > 0 && excluded(s, group):
		default:
			out = append(out, group)
		}
	}
	return out
}

// excluded reports whether every tool of the group is withheld by name.
func excluded(s *leastagency.Server, group leastagency.KnownTools) bool {
	return !slices.ContainsFunc(group.Names, func(n string) bool {
		return strings.Contains(n, "*") || !slices.ContainsFunc(s.Excluded, func(v leastagency.Value[string]) bool { return v.V == n })
	})
}

// A filter is what a server's own filter names: sets of tools, or tools one by one.
type filter struct {
	words   []string
	byTools bool
}

func filterOf(s *leastagency.Server, known *leastagency.KnownServer) filter {
	_, value := switched(s, known.Filter)
	f := filter{words: strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(", ;/?&=", r) })}
	f.byTools = slices.ContainsFunc(known.Tools, func(g leastagency.KnownTools) bool { return f.named(g) })
	return f
}

// named reports whether the filter names a tool of the group.
func (f filter) named(group leastagency.KnownTools) bool {
	return slices.ContainsFunc(f.words, func(w string) bool { return slices.Contains(group.Names, w) })
}

// lets reports whether the group's tools are there under the filter and the switches that bring them.
func (f filter) lets(s *leastagency.Server, group leastagency.KnownTools) bool {
	in := f.named(group) || slices.ContainsFunc(f.words, func(w string) bool { return w == "all" || slices.Contains(group.Sets, w) })
	if group.OptIn {
		if group.When != nil {
			at, value := switched(s, group.When)
			in = in || !at.IsZero() && (len(group.Sets) == 0 || slices.Contains(group.Sets, value))
		}
		return in || slices.ContainsFunc(s.Args, func(a leastagency.Value[string]) bool {
			return slices.ContainsFunc(group.Names, func(n string) bool { return strings.Contains(a.V, n) })
		})
	}
	return in || len(f.words) == 0 || slices.Contains(f.words, "default") || len(group.Sets) == 0 && !f.byTools
}

func inGroup(group leastagency.KnownTools, tool string) bool {
	return slices.ContainsFunc(group.Names, func(n string) bool { return glob(n, tool) || glob(tool, n) })
}
