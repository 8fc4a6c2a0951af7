// Package script reads what starts an agent by hand or for others: shell scripts, targets of Makefiles,
// recipes of justfiles, tasks of Taskfiles and scripts of package.json. Each place that starts one gives
// a layer of the agent's product with what its flags say, and the container around it.
//
// Who runs a script is not visible in it: a CI job that does is read by its own loader, through the
// script. Files that start no agent give nothing.
package script

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/agentcli"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/dockerfile"
	"github.com/leastagency/leastagency/loaders/internal/task"
)

// Loader returns the loader of scripts.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "script", Match: task.Proposed, Load: load}
}

// maxFound bounds the agents of one file.
const maxFound = 64

func load(f *leastagency.File, sys *leastagency.System) {
	if !agentcli.Mentioned(f.Data) {
		return // spares nearly every file the parser
	}
	found := 0
	for _, s := range task.Read(f) {
		if !agentcli.Mentioned([]byte(s.Text.Text)) {
			continue
		}
		starts := agentcli.Starts(s.Text, command.Parse(s.Text.Text, s.Text.At, sys.Knowledge))
		for i, start := range starts {
			if found++; found > maxFound {
				return
			}
			l := layer(s, start, sys)
			if i > 0 {
				l.Name += fmt.Sprintf("/%d", i+1)
			}
			sys.Layers = append(sys.Layers, l)
		}
	}
}

func layer(s task.Script, start agentcli.Start, sys *leastagency.System) *leastagency.Layer {
	l := &leastagency.Layer{Product: start.Product, Kind: leastagency.KindScript, Name: s.Name(), Scope: leastagency.ScopeProject, Root: s.Folder, At: start.At, NoToolList: true}
	if start.Wall == nil {
		start.Wall = copied(s.File, sys)
	}
	agentcli.Reader{Layer: l, Sys: sys, Syntax: credential.Dollar}.Read(start)
	if brought := agentcli.Brings(s.Text, l.Product, sys.Knowledge); len(brought) > 0 {
		l.Commands = append(l.Commands, &leastagency.Command{At: brought[0].At, Text: "install", Artifacts: brought})
	}
	l.Credentials = append(l.Credentials, credential.FromText(s.Text.Text, s.Text.At, sys.Knowledge)...)
	return l
}

// images are files beside a script, or above it, that say what a container holds.
var images = [...]string{"Dockerfile", "Containerfile", ".devcontainer/Dockerfile", "docker/Dockerfile"}

// copied returns the wall of the container into which a script is copied, where a Dockerfile names it; of
// how that is started nothing is visible here. It is nil for a script that runs where it lies.
func copied(f *leastagency.File, sys *leastagency.System) *leastagency.Sandbox {
	base := path.Base(f.Path)
	for dir := path.Dir(f.Path); ; dir = path.Dir(dir) {
		for _, name := range images {
			image := sys.Open(path.Join(dir, name))
			if image == nil || !bytes.Contains(image.Data, []byte(base)) {
				continue
			}
			for _, stage := range dockerfile.Read(image) {
				for _, in := range stage.Instructions {
					if (in.Keyword == "COPY" || in.Keyword == "ADD") && strings.Contains(in.Text.Text, base) {
						return agentcli.Entered(in.Text.At)
					}
				}
			}
		}
		if dir == "." {
			return nil
		}
	}
}
