// Package each walks the model the way checks look at it: what is switched off or never consulted is
// left out, and everything comes in the order of the files.
package each

import (
	"fmt"
	"iter"
	"strings"

	"github.com/leastagency/leastagency"
)

// Allow yields every rule that lets something happen without asking, with its layer: with the first one,
// where the agents of a file share it.
func Allow(p *leastagency.Pass) iter.Seq2[*leastagency.Layer, *leastagency.Rule] {
	return func(yield func(*leastagency.Layer, *leastagency.Rule) bool) {
		told := map[*leastagency.Rule]bool{}
		for _, layer := range p.Layers {
			for _, rule := range layer.Rules {
				if rule.Decision != leastagency.Allow || rule.Inert != "" || told[rule] {
					continue
				}
				if told[rule] = true; !yield(layer, rule) {
					return
				}
			}
		}
	}
}

// By names what brings a grant: a rule, a server, an input or a power; empty for the product itself.
func By(g *leastagency.Grant) string {
	switch {
	case g.Rule != nil:
		return leastagency.Quote(g.Rule.Text)
	case g.Server != nil:
		return "server " + leastagency.Quote(g.Server.Name)
	case g.Input != nil:
		return leastagency.Quote(g.Input.Name)
	case g.Power != nil:
		return leastagency.Quote(g.Power.Name)
	}
	return ""
}

// Server yields every server that a client starts or reaches, with its layer.
func Server(p *leastagency.Pass) iter.Seq2[*leastagency.Layer, *leastagency.Server] {
	return func(yield func(*leastagency.Layer, *leastagency.Server) bool) {
		for _, layer := range p.Layers {
			for _, server := range layer.Servers {
				if !server.Disabled && !yield(layer, server) {
					return
				}
			}
		}
	}
}

// A Started is a command that the configuration itself starts; the model need not ask for it.
type Started struct {
	Layer   *leastagency.Layer
	Command *leastagency.Command
	Who     string              // how a message names it: `server "files"`, "the SessionStart hook"
	Server  *leastagency.Server // that it starts; else nil
	Hook    *leastagency.Hook   // that it belongs to; else nil
}

// Start yields every command that the configuration itself starts: servers, hooks, helpers and the
// command blocks of skills.
func Start(p *leastagency.Pass) iter.Seq[Started] {
	return func(yield func(Started) bool) {
		for _, layer := range p.Layers {
			for _, started := range starts(layer) {
				if started.Command != nil && !yield(started) {
					return
				}
			}
		}
	}
}

func starts(layer *leastagency.Layer) []Started {
	var out []Started
	for _, s := range layer.Servers {
		if !s.Disabled {
			out = append(out, Started{layer, s.Command, Name(s), s, nil})
		}
	}
	for _, h := range layer.Hooks {
		if !h.UnknownEvent {
			out = append(out, Started{layer, h.Command, fmt.Sprintf("the %s hook", h.Event.V), nil, h})
		}
	}
	who := "a helper"
	if layer.Kind == leastagency.KindSkill || layer.Kind == leastagency.KindCommand {
		who = "a command block"
	}
	if layer.Kind == leastagency.KindManifest {
		who = "agent " + leastagency.Quote(layer.Name)
	}
	if layer.Kind == leastagency.KindUnknown {
		who = "a script"
	}
	if layer.Kind == leastagency.KindProgram {
		who = "program " + leastagency.Quote(layer.Name)
	}
	if layer.Kind == leastagency.KindJob {
		who = "a step of job " + leastagency.Quote(layer.Name)
	}
	if layer.Kind == leastagency.KindScript {
		who = "script " + leastagency.Quote(layer.Name)
	}
	for _, c := range layer.Commands {
		out = append(out, Started{layer, c, who, nil, nil})
	}
	return out
}

// Name is how messages name a server.
func Name(s *leastagency.Server) string { return "server " + leastagency.Quote(s.Name) }

// Place is the narrowest place that says what a server is: the package, the URL or the program.
func Place(s *leastagency.Server) leastagency.Span {
	switch {
	case s.Command != nil && len(s.Command.Artifacts) > 0 && !s.Command.Artifacts[0].At.IsZero():
		return s.Command.Artifacts[0].At
	case s.URL.Set:
		return s.URL.At
	case s.Command != nil && !s.Command.At.IsZero():
		return s.Command.At
	}
	return s.At
}

// Argument is the place of the argument of a server that holds a text; of its program when none does.
func Argument(s *leastagency.Server, text string) leastagency.Span {
	for _, a := range s.Args {
		if text != "" && strings.Contains(a.V, text) {
			return a.At
		}
	}
	if s.Command != nil && !s.Command.At.IsZero() {
		return s.Command.At
	}
	return s.At
}

// Shared reports whether a layer comes with a repository or a package: whoever clones or installs it
// gets it, and others write it.
func Shared(layer *leastagency.Layer) bool {
	return layer.Scope == leastagency.ScopeProject || layer.Scope == leastagency.ScopePlugin
}

// Agents returns the agents for which the layer is in force.
func Agents(p *leastagency.Pass, layer *leastagency.Layer) []*leastagency.Agent {
	var out []*leastagency.Agent
	for _, agent := range p.Agents {
		for _, l := range agent.Layers {
			if l == layer {
				out = append(out, agent)
			}
		}
	}
	return out
}

// Why returns the reason of the first effect that is one of the capabilities, in the order of these;
// empty when there is none.
func Why(effects []leastagency.Effect, capabilities ...leastagency.Capability) string {
	for _, c := range capabilities {
		for _, e := range effects {
			if e.Capability == c && e.Why != "" {
				return e.Why
			}
		}
	}
	return ""
}

// A Hit is one of several places with the same cause.
type Hit struct {
	At   leastagency.Span
	Text string
}

// Files splits hits by file, keeping their order. Those that a comment accepts stay alone.
func Files(p *leastagency.Pass, hits []Hit) [][]Hit {
	var out [][]Hit
	index := map[*leastagency.File]int{}
	for _, h := range hits {
		if p.Accepted(h.At) {
			out = append(out, []Hit{h})
			continue
		}
		i, seen := index[h.At.File]
		if !seen {
			i = len(out)
			index[h.At.File] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], h)
	}
	return out
}

// AtStart reports whether a hook runs when a session starts, before anybody has asked for anything.
func AtStart(h *leastagency.Hook) bool {
	switch strings.ToLower(h.Event.V) {
	case "sessionstart", "setup", "instructionsloaded", "folderopen", "initializecommand", "agentspawn":
		return true
	}
	return false
}
