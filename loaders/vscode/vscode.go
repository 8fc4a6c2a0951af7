// Package vscode reads what the settings and tasks of VS Code say of its agents: approvals, the
// sandbox, variables of terminals, programs that the editor starts, and tasks that run by themselves.
//
// A setting counts only in the places that the editor takes it from; settings.go has them all, with
// where they count, as the source of the editor registers them (github.com/microsoft/vscode,
// chat.shared.contribution.ts and terminalChatAgentToolsConfiguration.ts, and the pages on approvals
// and sandboxing at code.visualstudio.com/docs/agents). The servers of .vscode/mcp.json belong to
// package mcp, the agents, prompts, instructions and hooks below .github to package copilot.
package vscode

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// product is the name under which the layers are joined into sessions.
const product = "vscode"

// Loader returns the loader of VS Code's settings and tasks.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "vscode", Match: func(p string) bool { return placeOf(p).kind != kindNone }, Load: load}
}

// A kind is what a path says a file is.
type kind uint8

const (
	kindNone      kind = iota
	kindSettings       // settings.json of a folder, a user or a machine
	kindWorkspace      // *.code-workspace, with settings and tasks inside
	kindTasks          // .vscode/tasks.json
	kindContainer      // devcontainer.json, whose settings are those of the machine inside
)

// A place is what the path of a file tells.
type place struct {
	kind  kind
	scope leastagency.Scope
	root  string // folder for which the file is in force
}

// editors are the folders under which an editor of this family keeps the settings of a user.
var editors = []string{"Code", "Code - Insiders", "VSCodium", "code-oss"}

func placeOf(p string) place {
	if !strings.HasSuffix(p, ".json") && !strings.HasSuffix(p, ".code-workspace") {
		return place{}
	}
	dirs := strings.Split(p, "/")
	base := dirs[len(dirs)-1]
	dirs = dirs[:len(dirs)-1]
	folder := func(up int) string {
		if len(dirs) < up {
			return ""
		}
		return dirs[len(dirs)-up]
	}
	root := func(up int) string { return path.Join(append([]string{"."}, dirs[:max(0, len(dirs)-up)]...)...) }
	switch {
	case strings.HasSuffix(base, ".code-workspace"):
		return place{kindWorkspace, leastagency.ScopeProject, root(0)}
	case base == "devcontainer.json" && folder(1) == ".devcontainer":
		return place{kindContainer, leastagency.ScopeProject, root(1)}
	case base == "devcontainer.json" && folder(2) == ".devcontainer":
		return place{kindContainer, leastagency.ScopeProject, root(2)}
	case base == ".devcontainer.json":
		return place{kindContainer, leastagency.ScopeProject, root(0)}
	case base == "tasks.json" && folder(1) == ".vscode":
		return place{kindTasks, leastagency.ScopeProject, root(1)}
	case base != "settings.json":
		return place{}
	case folder(1) == ".vscode":
		return place{kindSettings, leastagency.ScopeProject, root(1)}
	case folder(1) == "User" && slices.Contains(editors, folder(2)):
		return place{kindSettings, leastagency.ScopeUser, root(2)}
	case folder(2) == "profiles" && folder(3) == "User" && slices.Contains(editors, folder(4)):
		return place{kindSettings, leastagency.ScopeUser, root(4)}
	case folder(1) == "Machine" && folder(2) == "data" && strings.HasPrefix(folder(3), ".vscode-server"):
		return place{kindSettings, leastagency.ScopeUser, root(3)}
	case (folder(1) == "vscode" || slices.Contains(editors, folder(1))) && (reading.InHome(dirs) || slices.Contains(dirs, ".config")):
		return place{kindSettings, leastagency.ScopeUser, root(1)}
	}
	return place{}
}

// load reads the file as what its path says it is.
func load(f *leastagency.File, sys *leastagency.System) {
	r := newReader(f, sys, placeOf(f.Path))
	doc, problems := node.ParseJSONC(f)
	if r.kind != kindContainer { // which has another reader to say what is wrong with it
		sys.Problems = append(sys.Problems, problems...)
	}
	root := doc.Root
	r.layer = &leastagency.Layer{Product: product, Kind: leastagency.KindSession, Scope: r.Scope, Root: r.Root, At: f.Whole(), Absent: leastagency.ModeAcceptEdits, Order: leastagency.Strictest}
	switch r.kind {
	case kindSettings:
		r.settings(root)
	case kindWorkspace:
		r.settings(root.Get("settings"))
		r.tasks(root.Get("tasks"))
	case kindTasks:
		r.tasks(root)
	case kindContainer:
		inside := root.Get("customizations", "vscode")
		r.settings(inside.Get("settings"))
		r.servers(inside.Get("mcp", "servers"))
	}
	if states(r.layer) {
		sys.Layers = append(sys.Layers, r.layer)
	}
}

// states reports whether anything was found that concerns an agent: most files of an editor are about other things.
func states(l *leastagency.Layer) bool {
	return l.Mode.Set || len(l.Rules) > 0 || l.Sandbox != nil || len(l.Hooks) > 0 || len(l.Switches) > 0 || len(l.Commands) > 0 ||
		len(l.Credentials) > 0 || len(l.Texts) > 0 || len(l.Plugins) > 0 || len(l.Servers) > 0 || l.Limits.Turns.Set
}

// A reader reads one file.
type reader struct {
	reading.Reader
	kind  kind
	layer *leastagency.Layer

	settled map[string]node.Member // the settings of the file by key
}

func newReader(f *leastagency.File, sys *leastagency.System, at place) *reader {
	return &reader{kind: at.kind, Reader: reading.Reader{Product: product, Title: "VS Code", NullIsNone: true, File: f, Sys: sys, Place: reading.Place{Scope: at.scope, Root: at.root}}}
}

// unread is the kind of problem that a key is which the editor does not read: nothing is lost with one that only widens.
func unread(widens bool) leastagency.ProblemKind {
	if widens {
		return leastagency.ProblemIgnored
	}
	return leastagency.ProblemUnknownKey
}

// add adds a switch.
func (r *reader) add(kind leastagency.SwitchKind, name string, at leastagency.Span, target string) {
	r.layer.Switches = append(r.layer.Switches, &leastagency.Switch{Kind: kind, Name: name, At: at, Target: r.Sys.Knowledge.Redact(target)})
}

// servers reads a map of MCP servers.
func (r *reader) servers(n *node.Node) {
	if !n.Is(node.Map) {
		return
	}
	r.layer.Servers = mcpserver.Dialect{Syntax: credential.InputBraces}.Read(n, r.Sys)
	r.layer.Switches = append(r.layer.Switches, mcpserver.Switches(r.layer.Servers, r.Sys.Knowledge)...)
}
