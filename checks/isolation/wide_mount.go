package isolation

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// WideMount finds containers and file servers that see a whole disk, a home, or a container engine's socket.
var WideMount = leastagency.Check{Rule: "isolation/wide-mount", Run: func(p *leastagency.Pass) {
	for started := range each.Start(p) {
		for _, call := range containers(started.Command) {
			for _, m := range mounts(call.Args) {
				if what := leastagency.WidePlace(m.source); what != "" && !leastagency.Placeholder(m.source) {
					p.Reportf(place(started, m.flag), "%s mounts %s into its container, %s: the container is no wall for it", started.Who, leastagency.Quote(m.source), what)
				}
			}
		}
	}
	for _, s := range each.Server(p) {
		if s.Known == nil || len(containers(s.Command)) > 0 || !leastagency.Has(s.Effects, leastagency.WriteFiles) && !leastagency.Has(s.Effects, leastagency.ReadPrivate) {
			continue
		}
		for _, arg := range s.Args {
			if what := leastagency.WidePlace(arg.V); what != "" && rooted(arg.V) && !leastagency.Placeholder(arg.V) {
				p.Reportf(arg.At, "%s works on %s, %s: its tools read and write everything there", each.Name(s), leastagency.Quote(arg.V), what).Sure(leastagency.Inferred)
			}
		}
	}
	for _, layer := range p.Layers {
		if layer.Sandbox == nil {
			continue
		}
		for _, m := range layer.Sandbox.Mounts {
			if what := leastagency.WidePlace(m.V); what != "" {
				p.Reportf(m.At, "the sandbox sees %s, %s", leastagency.Quote(m.V), what)
			}
		}
	}
}}

// rooted reports whether an argument is a path on its own, and not an empty or a flag's value that looks like one.
func rooted(arg string) bool { return arg != "" && !strings.HasPrefix(arg, "-") }

// A mount is a host path that a container sees, and the value of the flag that says so.
type mount struct{ source, flag string }

// mounts returns the host paths that a container run mounts.
func mounts(args []string) []mount {
	var out []mount
	for _, v := range flagValues(args, "-v", "--volume") {
		if source, _, bind := strings.Cut(driveless(v), ":"); bind {
			out = append(out, mount{source, v})
		}
	}
	for _, v := range flagValues(args, "--mount") {
		for field := range strings.SplitSeq(v, ",") {
			if name, source, _ := strings.Cut(field, "="); name == "source" || name == "src" {
				out = append(out, mount{source, v})
			}
		}
	}
	return out
}

// driveless takes the letter off a Windows path, whose colon would end the source too early.
func driveless(v string) string {
	if len(v) > 2 && (v[0]|0x20 >= 'a' && v[0]|0x20 <= 'z') && v[1] == ':' && (v[2] == '\\' || v[2] == '/') {
		return v[2:]
	}
	return v
}
