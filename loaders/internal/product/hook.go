package product

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/guard"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// An Event is a moment at which a product runs hooks.
type Event struct {
	Name string
	// Blocks says that exit status 2 stops what is about to happen.
	Blocks bool
	// Tools says that the matcher is compared with the names of tools.
	Tools bool
}

// Hook reads a hook that runs a command line, in a product in which only exit status 2 stops anything.
// Project is how the command names the project's own folder. The event is nil when the product has none
// of that name.
func (r *Reader) Hook(l *leastagency.Layer, name leastagency.Value[string], e *Event, n *node.Node, project ...string) *leastagency.Hook {
	h := &leastagency.Hook{At: n.At, Event: name, Kind: leastagency.HookCommand, UnknownEvent: e == nil, Blocking: e != nil && e.Blocks, All: true}
	l.Hooks = append(l.Hooks, h)
	if strings.TrimSpace(n.Text) == "" {
		return h
	}
	h.Command = command.Parse(n.Text, n.Inner(), r.Sys.Knowledge)
	r.Secrets(l, n.Text, n.At)
	script, missing := r.script(h.Command, project)
	h.Script = script
	code := ""
	if script != nil {
		code = guard.Code(script.Data)
	}
	refuses := guard.Refuses(code) || guard.Refuses(n.Text)
	switch {
	case e == nil, e.Blocks && e.Tools:
		h.Guard = refuses || guard.Named(n.Text)
	case e.Tools:
		h.Guard = refuses && guard.AnswersDeny(code+n.Text)
	case e.Blocks:
		h.Guard = refuses
	}
	if h.Guard && e != nil {
		h.FailsOpen, h.Inherent = failsOpen(h, e, code, n.Text, refuses, missing)
	}
	return h
}

// failsOpen says why the action passes when the guard fails, the most telling reason first.
func failsOpen(h *leastagency.Hook, e *Event, code, line string, refuses bool, missing string) (why string, inherent bool) {
	switch {
	case !e.Blocks:
		return "event " + leastagency.Quote(e.Name) + " comes too late to stop anything", false
	case h.Command.SwallowsFailure && !guard.ExitsTwo(line):
		return "the line ends in success whatever the guard says", false
	case missing != "":
		return "its script " + leastagency.Quote(missing) + " is not in this tree: a script that cannot start lets the action through", false
	case h.Script != nil && !refuses && guard.ExitsOne(code):
		return "it refuses with exit status 1, which lets the action through: only 2 blocks", false
	case h.Script != nil && !refuses:
		return "its script holds neither exit status 2 nor a deny decision, so it refuses nothing by itself", false
	case guard.FailsClosed(code) || guard.FailsClosed(line):
		return "", false
	}
	return "a crash, a timeout or any exit status but 2 lets the action through", true
}

// script finds the first file of the tree that a command runs. Missing is the name of one that should
// lie in the tree and does not.
func (r *Reader) script(c *leastagency.Command, project []string) (f *leastagency.File, missing string) {
	for _, file := range c.Files {
		inProject := false
		for _, mark := range project {
			if rest, ok := strings.CutPrefix(file, mark); ok {
				file, inProject = strings.TrimPrefix(rest, "/"), true
			}
		}
		if r.Scope == leastagency.ScopeUser && inProject || file == "" || strings.ContainsAny(file, "$%`*") || strings.HasPrefix(file, "/") || strings.HasPrefix(file, "~") {
			continue
		}
		if !inProject && r.Scope != leastagency.ScopeProject && r.Scope != leastagency.ScopeLocal {
			continue
		}
		p := path.Join(r.Root, file)
		if p == ".." || strings.HasPrefix(p, "../") {
			continue
		}
		if f := r.Sys.Open(p); f != nil {
			return f, ""
		}
		if missing == "" && r.Sys.Open(r.File.Path) != nil {
			missing = file
		}
	}
	return nil, missing
}

// Kinds sorts the kinds of actions that a matcher lets through; a nil list is all of them.
func Kinds(h *leastagency.Hook, kinds []leastagency.ActionKind, all bool) {
	h.All = all
	h.Matches = nil
	if all {
		return
	}
	for _, k := range kinds {
		if !slices.Contains(h.Matches, k) {
			h.Matches = append(h.Matches, k)
		}
	}
	slices.Sort(h.Matches)
}
