package dockerfile

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/agentcli"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/place"
	"github.com/leastagency/leastagency/loaders/internal/task"
)

// An Image is a stage with those that it is built upon, the last one first.
type Image []Stage

// Build returns the image that a Dockerfile makes: of the stage with a name, else of the last one.
func Build(f *leastagency.File, target string) Image {
	stages := Read(f)
	at := len(stages) - 1
	if i := slices.IndexFunc(stages, func(s Stage) bool { return target != "" && strings.EqualFold(s.Name, target) }); i >= 0 {
		at = i
	}
	var out Image
	for at >= 0 {
		out = append(out, stages[at])
		base := stages[at].Image.V
		at = slices.IndexFunc(stages[:at], func(s Stage) bool { return s.Name != "" && strings.EqualFold(s.Name, base) })
	}
	return out
}

// last returns the last instruction of a kind, the nearest stage first.
func (m Image) last(keyword string) *Instruction {
	for _, s := range m {
		for i := len(s.Instructions) - 1; i >= 0; i-- {
			if s.Instructions[i].Keyword == keyword {
				return &s.Instructions[i]
			}
		}
	}
	return nil
}

// Entry is what the image starts: its entry point with the arguments of its command, or one of them.
func (m Image) Entry() place.Text {
	entry, cmd := m.last("ENTRYPOINT"), m.last("CMD")
	switch {
	case entry != nil && entry.IsExec && cmd != nil && cmd.IsExec:
		return place.Quoted(slices.Concat(entry.Exec, cmd.Exec))
	case entry != nil:
		return entry.Shell()
	case cmd != nil:
		return cmd.Shell()
	}
	return place.TextOf(nil)
}

// Entrypoint is the entry point alone, to which somebody else adds arguments.
func (m Image) Entrypoint() place.Text {
	if entry := m.last("ENTRYPOINT"); entry != nil && entry.IsExec {
		return place.Quoted(entry.Exec)
	}
	return place.TextOf(nil)
}

// StartsOf returns the agents that a command line starts inside of the image, by itself or by a script
// that is copied into it. Dir is the folder from which the image is built.
func (m Image) StartsOf(entry place.Text, dir string, sys *leastagency.System) []agentcli.Start {
	if entry.Text == "" {
		return nil
	}
	parsed := command.Parse(entry.Text, entry.At, sys.Knowledge)
	out := agentcli.Starts(entry, parsed)
	for _, file := range parsed.Files {
		script := m.source(file, dir, sys)
		if script == nil || !agentcli.Mentioned(script.Data) {
			continue
		}
		for _, s := range task.Shell(script) {
			out = append(out, agentcli.Starts(s.Text, command.Parse(s.Text.Text, s.Text.At, sys.Knowledge))...)
		}
	}
	return out
}

// source returns the file of the tree that lies in the image under a name; nil when none does.
func (m Image) source(name, dir string, sys *leastagency.System) *leastagency.File {
	for _, s := range m {
		for _, in := range s.Instructions {
			if in.Keyword != "COPY" && in.Keyword != "ADD" {
				continue
			}
			var words []string
			for _, w := range place.Words(in.Text.Text) {
				words = append(words, strings.Trim(w.Text, `[],"`))
			}
			for _, from := range words[:max(len(words)-1, 0)] {
				if path.Base(from) != path.Base(name) || strings.HasPrefix(path.Join(dir, from), "..") {
					continue
				}
				for _, root := range []string{dir, "."} {
					if f := sys.Open(path.Join(root, from)); f != nil {
						return f
					}
				}
			}
		}
	}
	return nil
}
