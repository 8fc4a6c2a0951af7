package vscode

import (
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// platforms are the keys under which a task differs on one operating system.
var platforms = []string{"linux", "osx", "windows"}

// tasks reads a list of tasks. Those that run when the folder is opened are hooks, with the tasks that
// they depend on; the person must have allowed automatic tasks, or trusted the folder in older versions.
func (r *reader) tasks(root *node.Node) {
	all := root.Get("tasks").List()
	byLabel := map[string]*node.Node{}
	for _, t := range all {
		for _, key := range []string{"label", "taskName"} {
			if name := t.Get(key).String(); name.Set {
				byLabel[name.V] = t
			}
		}
		r.variables(t.Get("options", "env"))
		for _, platform := range platforms {
			r.variables(t.Get(platform, "options", "env"))
		}
	}
	r.variables(root.Get("options", "env"))
	started := map[*node.Node]bool{}
	for _, t := range all {
		if on := t.Get("runOptions", "runOn").String(); on.V == "folderOpen" {
			r.start(t, on, byLabel, started)
		}
	}
}

// start adds a task that runs when the folder is opened, after those that it depends on.
func (r *reader) start(t *node.Node, on leastagency.Value[string], byLabel map[string]*node.Node, started map[*node.Node]bool) {
	if started[t] || len(started) > 1000 {
		return
	}
	started[t] = true
	needs := t.Get("dependsOn")
	names := needs.Strings()
	if s := needs.String(); s.Set {
		names = append(names, s)
	}
	for _, name := range names {
		if needed := byLabel[name.V]; needed != nil {
			r.start(needed, on, byLabel, started)
		}
	}
	r.hook(t, t, on)
	for _, platform := range platforms {
		r.hook(t.Get(platform), t, on)
	}
}

// hook adds what a task runs, as the task or its variant for a platform states it.
func (r *reader) hook(n, task *node.Node, on leastagency.Value[string]) {
	c := r.commandOf(n, task)
	if c == nil {
		return
	}
	r.Secrets(r.layer, c.Text, c.At)
	r.layer.Hooks = append(r.layer.Hooks, &leastagency.Hook{At: c.At, Event: leastagency.ValueAt("folderOpen", on.At), All: true, Kind: leastagency.HookCommand, Command: c, Hidden: hidden(task)})
}

// hidden reports whether a task neither stands in the list of tasks nor shows its terminal. One of the
// two alone is how watchers are kept out of the way.
func hidden(task *node.Node) bool {
	shows := task.Get("presentation")
	return task.Get("hide").Bool().V && (shows.Get("reveal").String().V == "never" || leastagency.Is(shows.Get("echo").Bool(), false) || shows.Get("close").Bool().V)
}

// commandOf returns the command line of a task; nil when it has none of its own.
func (r *reader) commandOf(n, task *node.Node) *leastagency.Command {
	kind := task.Get("type").String().V
	if script := n.Get("script").String(); kind == "npm" && script.Set {
		return command.Exec([]leastagency.Value[string]{leastagency.ValueAt("npm", script.At), leastagency.ValueAt("run", script.At), script}, script.At, r.Sys.Knowledge)
	}
	program := word(n.Get("command"))
	if strings.TrimSpace(program.V) == "" {
		return nil
	}
	args := n.Get("args")
	if args == nil {
		args = task.Get("args")
	}
	if kind == "process" {
		argv := []leastagency.Value[string]{program}
		for _, a := range args.List() {
			argv = append(argv, word(a))
		}
		return command.Exec(argv, program.At, r.Sys.Knowledge)
	}
	line := program.V
	for _, a := range args.List() {
		if w := word(a).V; strings.ContainsAny(w, " \t") && !strings.ContainsAny(w, `'"`) {
			line += " '" + w + "'" // as the editor quotes an argument with spaces
		} else {
			line += " " + w
		}
	}
	at := program.At
	if shell := n.Get("options", "shell", "executable").String(); shell.V != "" {
		argv := append([]leastagency.Value[string]{shell}, n.Get("options", "shell", "args").Strings()...)
		return command.Exec(append(argv, leastagency.ValueAt(line, at)), at, r.Sys.Knowledge)
	}
	return command.Parse(line, at, r.Sys.Knowledge)
}

// word reads a word of a command line: a text, or an object that also says how it is quoted.
func word(n *node.Node) leastagency.Value[string] {
	if v := n.Get("value"); v != nil {
		n = v
	}
	if n.Is(node.List) {
		joined := leastagency.ValueAt("", n.At)
		for _, part := range n.Strings() {
			joined.V = strings.TrimSpace(joined.V + " " + part.V)
		}
		return joined
	}
	return n.String()
}
