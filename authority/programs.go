package authority

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
)

// programs finds the servers that are programs of the scanned tree, and tells what their code says of them.
type programs struct {
	sys   *leastagency.System
	known map[*leastagency.Program]*leastagency.KnownServer
}

// find returns the program that a server's command starts, and what is known of it: nil for both when it
// starts none, or one without tools.
func (p programs) find(layer *leastagency.Layer, s *leastagency.Server) (*leastagency.Program, *leastagency.KnownServer) {
	if s.Command == nil || len(p.sys.Programs) == 0 {
		return nil, nil
	}
	i := slices.IndexFunc(p.sys.Programs, func(program *leastagency.Program) bool { return p.starts(layer, s, program) })
	if i < 0 {
		return nil, nil
	}
	program := p.sys.Programs[i]
	if _, told := p.known[program]; !told {
		p.known[program] = byCode(program)
	}
	return program, p.known[program]
}

// workspace is how clients write the folder that they work in.
var workspace = lazy.Compile(`^\$\{[A-Za-z_:]*(?i:workspace|project|pwd|root)[A-Za-z_:]*\}/`)

// starts reports whether a server's command runs a program: from its source, by a file that the tree builds
// of it, or by a name that no other program of the tree has.
func (p programs) starts(layer *leastagency.Layer, s *leastagency.Server, program *leastagency.Program) bool {
	name := programName(program)
	alone := func() bool {
		return !slices.ContainsFunc(p.sys.Programs, func(o *leastagency.Program) bool { return o != program && programName(o) == name })
	}
	for _, file := range s.Command.Files {
		if file == program.Path {
			return true
		}
		inside := workspace.Get().ReplaceAllString(file, "")
		if path.IsAbs(inside) || strings.HasPrefix(inside, "${") {
			continue
		}
		from := layer.Root
		if s.Directory.Set && inside == file {
			from = path.Join(from, workspace.Get().ReplaceAllString(s.Directory.V+"/", ""))
		}
		file = path.Join(from, inside)
		switch {
		case file == program.Folder, path.Ext(file) == ".go" && path.Dir(file) == program.Folder, slices.Contains(program.Builds, file):
			return true
		case strings.TrimSuffix(path.Base(file), ".exe") == name && p.sys.Open(file) == nil && alone():
			return true
		}
	}
	if len(s.Command.Files) > 0 || len(s.Command.Artifacts) > 0 || len(s.Command.Invocations) == 0 {
		return false
	}
	last := s.Command.Invocations[len(s.Command.Invocations)-1].Program
	return last == name && !p.common(last) && alone()
}

// common reports whether a name is that of a program found everywhere.
func (p programs) common(name string) bool {
	return p.sys.Knowledge != nil && slices.ContainsFunc(p.sys.Knowledge.Commands, func(c leastagency.KnownCommand) bool { return c.Program == name })
}

// programName returns what the go command calls the file that it builds.
func programName(program *leastagency.Program) string {
	name := path.Base(program.Path)
	if major.MatchString(name) {
		name = path.Base(path.Dir(program.Path))
	}
	return name
}

var major = lazy.Compile(`^v[0-9]+$`)

// byCode tells what a program's tools can do, each by itself; nil when it has none.
func byCode(program *leastagency.Program) *leastagency.KnownServer {
	known := &leastagency.KnownServer{ID: "program:" + program.Path, Title: fmt.Sprintf("built from %s", leastagency.Quote(program.Folder))}
	for _, tool := range toolsOf(program) {
		var can []leastagency.Effect
		for _, e := range tool.Effects {
			if e.Capability != leastagency.Execute || chooses(tool, leastagency.SinkShell, leastagency.SinkCommand, leastagency.SinkEval) {
				can = append(can, e)
			}
		}
		if len(can) == 0 { // it is there all the same, and a filter may name it
			known.Tools = append(known.Tools, leastagency.KnownTools{Names: []string{tool.Name}})
		}
		for _, e := range can {
			known.Tools = append(known.Tools, leastagency.KnownTools{Names: []string{tool.Name}, Can: []leastagency.Capability{e.Capability}, Breadth: breadthOf(tool, e), Why: e.Why})
		}
	}
	if len(known.Tools) == 0 {
		return nil
	}
	return known
}

func toolsOf(program *leastagency.Program) (all []*leastagency.Tool) {
	if program == nil {
		return nil
	}
	for _, s := range program.Servers {
		all = append(all, s.Tools...)
	}
	return all
}

// chooses reports whether an argument that the model chooses reaches one of the sinks.
func chooses(tool *leastagency.Tool, sinks ...leastagency.SinkKind) bool {
	return slices.ContainsFunc(tool.Flows, func(f *leastagency.Flow) bool { return slices.Contains(sinks, f.Sink) })
}

// breadthOf tells how far an effect of a tool reaches: what the model names may be anything.
func breadthOf(tool *leastagency.Tool, e leastagency.Effect) leastagency.Breadth {
	switch {
	case e.Reach.Breadth != leastagency.BreadthUnknown:
		return e.Reach.Breadth
	case e.Capability == leastagency.Execute:
		return leastagency.Machine
	case e.Capability == leastagency.Send || e.Capability == leastagency.ReadUntrusted:
		if chooses(tool, leastagency.SinkURL) {
			return leastagency.Everything
		}
	case chooses(tool, leastagency.SinkPath):
		return leastagency.Machine
	}
	return leastagency.BreadthUnknown
}

// witness returns the way through a program's code on which a tool does something.
func witness(program *leastagency.Program, names []string, c leastagency.Capability) []leastagency.Step {
	for _, tool := range toolsOf(program) {
		if !slices.Contains(names, tool.Name) {
			continue
		}
		for _, d := range tool.Does {
			if d.Capability == c {
				return d.Way
			}
		}
	}
	return nil
}
