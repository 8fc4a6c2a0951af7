// Package dockerfile reads Dockerfiles of which the image starts an agent: by its entry point or command,
// or by a script that is copied into it. The image is a container around the agent; how somebody starts
// it, with which mounts and network, is not visible in it.
package dockerfile

import (
	"fmt"
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/agentcli"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/dockerfile"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

// Loader returns the loader of Dockerfiles.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "dockerfile", Match: dockerfile.Proposed, Load: load}
}

func load(f *leastagency.File, sys *leastagency.System) {
	if !agentcli.Mentioned(f.Data) {
		return // spares nearly every file the parser
	}
	image := dockerfile.Build(f, "")
	for i, start := range image.StartsOf(image.Entry(), path.Dir(f.Path), sys) {
		if start.At.File != f {
			continue // in a script, which is read by itself
		}
		l := &leastagency.Layer{Product: start.Product, Kind: leastagency.KindScript, Name: f.Path, Scope: leastagency.ScopeProject, Root: path.Dir(f.Path), At: start.At, NoToolList: true}
		if i > 0 {
			l.Name += fmt.Sprintf("/%d", i+1)
		}
		start.Wall = agentcli.Entered(start.At)
		agentcli.Reader{Layer: l, Sys: sys, Syntax: credential.Dollar}.Read(start)
		for _, stage := range image {
			for _, in := range stage.Instructions {
				instruction(l, in, sys)
			}
		}
		sys.Layers = append(sys.Layers, l)
	}
}

// instruction reads what an instruction brings into the image: the agent's program, and secrets that
// everybody has who has the image.
func instruction(l *leastagency.Layer, in dockerfile.Instruction, sys *leastagency.System) {
	switch in.Keyword {
	case "RUN":
		if brought := agentcli.Brings(in.Shell(), l.Product, sys.Knowledge); len(brought) > 0 {
			l.Commands = append(l.Commands, &leastagency.Command{At: in.At, Text: "install", Artifacts: brought})
		}
	case "ENV", "ARG":
		for _, v := range variables(in.Text) {
			if _, c := credential.Classify(v.name, v.value, credential.Dollar, sys.Knowledge); c != nil && c.Source != leastagency.SourceReference {
				l.Credentials = append(l.Credentials, c)
			}
		}
	}
}

type variable struct {
	name  string
	value leastagency.Value[string]
}

// variables reads NAME=value pairs, or the one NAME value of an older ENV.
func variables(text place.Text) []variable {
	var out []variable
	words := place.Words(text.Text)
	for i, w := range words {
		name, value, ok := strings.Cut(w.Text, "=")
		switch {
		case ok:
			out = append(out, variable{name, leastagency.ValueAt(value, text.Part(w.End-min(len(value), w.End-w.Start), w.End))})
		case i == 0 && len(words) > 1:
			if pairs := strings.Contains(words[1].Text, "="); !pairs {
				last := words[len(words)-1]
				return []variable{{w.Text, leastagency.ValueAt(text.Text[words[1].Start:last.End], text.Part(words[1].Start, last.End))}}
			}
		}
	}
	return out
}
