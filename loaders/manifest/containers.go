package manifest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/container"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// A launch is how a manifest has a container started, in the words of an engine's command line:
// each argument at the place of the key that says so.
type launch struct {
	image leastagency.Value[string]
	flags []leastagency.Value[string]
	args  []leastagency.Value[string]
}

func (c *launch) flag(at leastagency.Span, words ...string) {
	for _, w := range words {
		c.flags = append(c.flags, leastagency.ValueAt(w, at))
	}
}

// add appends the items of a list, or the words of a single text, as arguments of the program.
func (c *launch) add(n *node.Node) {
	if n.Is(node.String) {
		for word := range strings.FieldsSeq(n.Text) {
			c.args = append(c.args, leastagency.ValueAt(word, credential.Within(n.At, word)))
		}
		return
	}
	for _, item := range n.List() {
		if v := item.Scalar(); v.Set {
			c.args = append(c.args, v)
		}
	}
}

// argv is the command line; nil where no image is named.
func (c *launch) argv() []leastagency.Value[string] {
	if c.image.V == "" || strings.Contains(c.image.V, "{{") { // which image it is decides who installs it
		return nil
	}
	argv := []leastagency.Value[string]{leastagency.ValueAt("docker", c.image.At), leastagency.ValueAt("run", c.image.At)}
	argv = append(argv, c.flags...)
	argv = append(argv, c.image)
	return append(argv, c.args...)
}

// command is what the container runs. Without an image it is the program by itself.
func (c *launch) command(k *leastagency.Knowledge) *leastagency.Command {
	var cmd *leastagency.Command
	if argv := c.argv(); argv != nil {
		cmd = command.Exec(argv, c.image.At, k)
	} else if len(c.args) > 0 {
		cmd = command.Exec(c.args, c.args[0].At, k)
		cmd.Inline = "" // what a container's own shell waits for and starts stays inside
	}
	return cmd
}

// serve makes a server of the container.
func (r *reader) serve(l *leastagency.Layer, name string, at leastagency.Span, c *launch, env []node.Member) *leastagency.Server {
	s := &leastagency.Server{Name: name, At: at, Command: c.command(r.Sys.Knowledge)}
	found, masked := credential.FromArgs(c.args, r.Syntax, r.Sys.Knowledge)
	s.Credentials, s.Args = found, append(c.flags[:len(c.flags):len(c.flags)], masked...)
	inside := !c.published()
	if inside {
		s.Args = slices.DeleteFunc(s.Args, func(a leastagency.Value[string]) bool { return everywhere(a.V) })
	}
	for _, m := range env {
		if inside && everywhere(m.Value.Text) {
			continue
		}
		r.variable(s, m.Key, m.Value)
	}
	l.Servers = append(l.Servers, s)
	return s
}

// published reports whether a port of the container is open on every address of the host. Inside of a
// container that has none, listening everywhere is how others of its network reach it.
func (c *launch) published() bool {
	for i, f := range c.flags {
		if f.V == "-p" && i+1 < len(c.flags) && !strings.HasPrefix(c.flags[i+1].V, "127.0.0.1:") && !strings.HasPrefix(c.flags[i+1].V, "[::1]:") {
			return true
		}
	}
	return false
}

// everywhere reports whether a text is an address to listen on for everybody.
func everywhere(text string) bool {
	text = text[strings.LastIndexByte(text, '=')+1:]
	return text == "::" || text == "[::]" || text == "0.0.0.0" || strings.HasPrefix(text, "0.0.0.0:")
}

// variable hands a variable or header to a server.
func (r *reader) variable(s *leastagency.Server, name string, n *node.Node) {
	value := n.Scalar()
	if !value.Set {
		return
	}
	v, c := credential.Classify(name, value, r.Syntax, r.Sys.Knowledge)
	s.Env = append(s.Env, leastagency.ValueAt(v, value.At))
	if c != nil {
		s.Credentials = append(s.Credentials, c)
	}
}

// pairs reads variables as a map, or as a list of NAME=value; a bare NAME is taken from outside.
func pairs(n *node.Node) []node.Member {
	if n.Is(node.Map) {
		return n.Each()
	}
	var out []node.Member
	for _, item := range n.List() {
		if !item.Is(node.String) {
			continue
		}
		name, value, ok := strings.Cut(item.Text, "=")
		at := item.At
		if !ok {
			value = "${" + name + "}"
		} else if value != "" {
			at = credential.Within(item.At, value)
		}
		out = append(out, node.Member{Key: name, At: item.At, Value: &node.Node{Kind: node.String, Text: value, At: at}})
	}
	return out
}

// wall makes of the flags of the container in which an agent runs what they say of the wall around it.
func (r *reader) wall(l *leastagency.Layer, c *launch) {
	flags, _ := container.Flags(c.flags)
	s := cmp.Or(l.Sandbox, &leastagency.Sandbox{})
	if container.Into(s, flags); len(s.Weakened)+len(s.Mounts) > 0 {
		if s.At.IsZero() {
			s.At = slices.Concat(s.Weakened, s.Mounts)[0].At
		}
		l.Sandbox = s
	}
	c.flags = nil
}
