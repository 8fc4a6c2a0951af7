package manifest

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/agentcli"
	"github.com/leastagency/leastagency/loaders/internal/container"
	"github.com/leastagency/leastagency/loaders/internal/dockerfile"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

// starts returns the agents that a service starts by the command line of a coding agent: its own, or that
// of the image that is built for it.
func (r *reader) starts(s *node.Node) []agentcli.Start {
	entry, cmd := words(s.Get("entrypoint")), words(s.Get("command"))
	image, dir := r.built(s)
	switch {
	case entry.Text != "":
		entry = place.Join(" ", entry, cmd)
	case cmd.Text == "":
		entry = image.Entry()
	default:
		entry = place.Join(" ", image.Entrypoint(), cmd)
	}
	return image.StartsOf(entry, dir, r.Sys)
}

// words is a command line as Compose takes it: a text that is split as a shell would, or a list.
func words(n *node.Node) place.Text {
	if n.Is(node.List) {
		return place.Quoted(n.Strings())
	}
	return place.TextOf(n)
}

// built returns the image that is built for a service, and the folder from which; none for one that is fetched.
func (r *reader) built(s *node.Node) (dockerfile.Image, string) {
	build := s.Get("build")
	dir, name := build.String().V, "Dockerfile"
	if build.Is(node.Map) {
		dir = build.Get("context").String().V
		if v := build.Get("dockerfile").String(); v.V != "" {
			name = v.V
		}
	}
	if build == nil || strings.Contains(dir, "://") {
		return nil, ""
	}
	dir = path.Join(path.Dir(r.File.Path), dir)
	file := path.Join(dir, name)
	if strings.HasPrefix(file, "../") {
		return nil, ""
	}
	f := r.Sys.Open(file)
	if f == nil {
		return nil, ""
	}
	return dockerfile.Build(f, build.Get("target").Scalar().V), dir
}

// started states the agents that a service starts, and the container that the service is.
func (r *reader) started(m node.Member, starts []agentcli.Start, networks *node.Node, servers []string) {
	for i, start := range starts {
		l := r.Layer(leastagency.KindScript, r.File.Path+":"+m.Key, m.At)
		l.Product, l.NoToolList = start.Product, true
		if i > 0 {
			l.Name += fmt.Sprintf("/%d", i+1)
		}
		c := r.service(m.Value)
		flags, _ := container.Flags(c.flags)
		start.Wall = container.Wall(m.At, flags)
		network(start.Wall, m.Value, networks)
		agentcli.Reader{Layer: l, Sys: r.Sys, Syntax: r.Syntax}.Read(start)
		if cmd := c.command(r.Sys.Knowledge); cmd != nil {
			l.Commands = append(l.Commands, &leastagency.Command{At: cmd.At, Text: "image", Artifacts: cmd.Artifacts})
		}
		r.surroundings(l, m.Value, servers)
	}
}

// network reads which networks a service is on: without one that leads out, nothing is sent anywhere.
func network(wall *leastagency.Sandbox, s, networks *node.Node) {
	mode, on := s.Get("network_mode").String(), s.Get("networks")
	if mode.V != "" || on == nil {
		return
	}
	var names []leastagency.Value[string]
	for _, m := range on.Each() {
		names = append(names, leastagency.ValueAt(m.Key, m.At))
	}
	names = append(names, on.Strings()...)
	inner := func(name leastagency.Value[string]) bool {
		return leastagency.Is(networks.Get(name.V, "internal").Bool(), true)
	}
	unknown := func(name leastagency.Value[string]) bool {
		return networks.Get(name.V, "external") != nil
	}
	switch {
	case len(names) == 0 || slices.ContainsFunc(names, func(n leastagency.Value[string]) bool { return !inner(n) && !unknown(n) }):
	case slices.ContainsFunc(names, unknown):
		wall.OpenNetwork = leastagency.Value[bool]{}
	default:
		wall.OpenNetwork = leastagency.ValueAt(false, names[0].At)
	}
}
