package reading

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/guard"
)

// A Contract is what a product makes of the program behind a hook. In all of them exit status 2 refuses.
type Contract struct {
	Acts    bool // the event is about something that the agent is about to do, so that a hook on it can be a guard
	Late    bool // the event follows what the agent did: a guard on it comes too late
	Closed  bool // a program that fails refuses
	Denies  func(code string) bool
	Crash   string   // why a program that fails lets the action through
	Always  bool     // Crash is true of every guard of the product, and nothing can be set against it
	Folders []string // from which relative paths are found, in the order in which they are tried
}

// Guard tells whether a hook means to stop something, and why a failing one lets it through, the most
// telling reason first.
func (r *Reader) Guard(h *leastagency.Hook, c Contract) {
	line, code := "", ""
	if h.Command != nil {
		line = h.Command.Text
	}
	written, script := r.script(h.Command, c.Folders)
	if script != nil {
		h.Script = script
		code = guard.Code(script.Data)
	}
	answers := c.Denies(code) || c.Denies(line)
	refuses := answers || guard.ExitsTwo(code) || guard.ExitsTwo(line)
	switch {
	case c.Acts:
		h.Guard = refuses || guard.Named(line) || h.Kind == leastagency.HookModel
	case c.Late: // where a refusal is a remark to the model, a status alone does not make a guard
		h.Guard = answers || refuses && guard.Named(line)
	}
	if !h.Guard || h.UnknownEvent {
		return
	}
	switch {
	case !h.Blocking:
		h.FailsOpen = fmt.Sprintf("event %s comes too late to stop anything", leastagency.Quote(h.Event.V))
	case h.Command != nil && h.Command.SwallowsFailure && !answers && !guard.ExitsTwo(line):
		h.FailsOpen = "the line ends in success whatever the guard says"
	case c.Closed:
	case h.Kind == leastagency.HookModel:
		h.FailsOpen = "a model judges, and a timeout lets the action through"
	case guard.FailsClosed(line):
	case written != "" && script == nil && r.Sys.Open(r.File.Path) != nil:
		h.FailsOpen = fmt.Sprintf("its script %s is not in this tree: a script that cannot start lets the action through", leastagency.Quote(written))
	case script != nil && !refuses && guard.ExitsOne(code):
		h.FailsOpen = "it refuses with exit status 1, which lets the action through: only 2 blocks"
	case script != nil && !refuses:
		h.FailsOpen = "its script holds neither exit status 2 nor an answer that denies, so it refuses nothing by itself"
	case guard.FailsClosed(code):
	default:
		h.FailsOpen, h.Inherent = c.Crash, c.Always
	}
}

// own are variables that name the project's folder, as the products write them.
var own = []string{"${CURSOR_PROJECT_DIR}/", "${CLAUDE_PROJECT_DIR}/", "${DEVIN_PROJECT_DIR}/", "${workspaceFolder}/"}

// endings are those of files that hooks run.
var endings = []string{".sh", ".bash", ".zsh", ".py", ".js", ".cjs", ".mjs", ".ts", ".rb", ".pl", ".php", ".ps1", ".go", ".cmd", ".bat"}

// script finds the file of the tree that a command runs: what it is called there, and nil when it is
// not in the tree. The name is empty when the file lies elsewhere or cannot be told.
func (r *Reader) script(c *leastagency.Command, folders []string) (written string, file *leastagency.File) {
	if c == nil {
		return "", nil
	}
	for _, f := range c.Files {
		rest, anchored := f, false
		for _, prefix := range own {
			if cut, ok := strings.CutPrefix(f, prefix); ok {
				rest, anchored = cut, true
			}
		}
		if rest == "" || strings.ContainsAny(rest, "$%`*\\") || strings.HasPrefix(rest, "/") || strings.HasPrefix(rest, "~") || !slices.Contains(endings, path.Ext(rest)) && !strings.Contains(rest, "/") {
			continue
		}
		if anchored {
			folders = []string{r.Root}
		}
		if len(folders) == 0 {
			return "", nil
		}
		for _, folder := range folders {
			p := path.Join(folder, rest)
			if p == ".." || strings.HasPrefix(p, "../") {
				return "", nil
			}
			if file = r.Sys.Open(p); file != nil {
				return rest, file
			}
		}
		return rest, nil
	}
	return "", nil
}
