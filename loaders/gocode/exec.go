package gocode

import (
	"go/token"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// interpreters run a text as code behind one of these flags.
var interpreters = map[string][]string{
	"sh": {"-c"}, "bash": {"-c", "-lc", "-ic"}, "zsh": {"-c", "-lc"}, "dash": {"-c"}, "ash": {"-c"}, "ksh": {"-c"}, "fish": {"-c"},
	"cmd": {"/c", "/C", "/k"}, "powershell": {"-Command", "-c", "-EncodedCommand"}, "pwsh": {"-Command", "-c", "-EncodedCommand"},
	"python": {"-c"}, "python3": {"-c"}, "node": {"-e", "--eval", "-p"}, "perl": {"-e", "-E"}, "ruby": {"-e"}, "php": {"-r"}, "osascript": {"-e"},
}

// shells read a command line that is handed to them.
var shells = []string{"sh", "bash", "zsh", "dash", "ash", "ksh", "fish", "cmd", "powershell", "pwsh"}

// optionRunners are programs whose options start other programs or write files, so that one argument
// which begins with "-" is enough.
var optionRunners = []string{"git", "tar", "find", "ssh", "scp", "rsync", "curl", "wget", "zip", "xargs", "awk", "gawk", "sed", "make", "go", "npm", "npx",
	"docker", "podman", "kubectl", "helm", "terraform", "env", "sudo", "nice", "timeout", "watch", "man", "less", "vim", "gdb", "nmap", "tcpdump", "ffmpeg",
	"rg", "pandoc", "sqlite3", "psql", "mysql", "python", "python3", "node", "perl", "ruby", "php"}

// program records what the start of a program does with its name and its arguments.
func (e *engine) program(call ssa.CallInstruction, sink Sink, name, args ssa.Value) {
	chosen := sink
	chosen.Kind, chosen.Detail = inCommand, "as the name of the program"
	e.sink(call, chosen, e.get(name))
	e.arguments(call, sink, name, args)
}

// arguments records what a program does with its arguments. Where its name is a parameter, callers
// decide; see Sink.Program.
func (e *engine) arguments(call ssa.CallInstruction, sink Sink, name, args ssa.Value) {
	program := e.programName(name, 0)
	sink.Program = -1
	if p, ok := name.(*ssa.Parameter); ok && p.Parent() == call.Parent() {
		sink.Program = slices.Index(p.Parent().Params, p)
	}
	e.list(call, sink, program, args)
}

// list records what a program does with a list of arguments: with each where the list is written out,
// with all of it where it comes from elsewhere.
func (e *engine) list(call ssa.CallInstruction, sink Sink, program string, args ssa.Value) {
	for _, list := range e.argumentLists(args, 0) {
		at := reading{program: program, flags: interpreters[program]}
		for _, a := range list {
			if !a.spread {
				e.argument(call, sink, &at, a.v)
				continue
			}
			whole := sink
			whole.Kind, whole.Detail = inCommand, "as the whole list of arguments"
			if slices.Contains(shells, at.program) {
				whole.Kind, whole.Detail = inShell, "among the arguments of "+at.program
			}
			e.whole(call, whole, at.program, e.get(a.v))
			at.ended = false
		}
	}
}

// programName returns the base name of a program, where that is written: behind a search in the path, as
// one of the places that a function of the package tries, or as the user's shell. It is empty when nothing tells.
func (e *engine) programName(v ssa.Value, depth int) string {
	if text := constString(v); text != "" {
		return strings.TrimSuffix(path.Base(strings.ReplaceAll(text, `\`, "/")), ".exe")
	}
	first := func(values []ssa.Value) string {
		for _, one := range values {
			if name := e.programName(one, depth+1); name != "" {
				return name
			}
		}
		return ""
	}
	if depth > 6 {
		return ""
	}
	index := 0
	if x, ok := v.(*ssa.Extract); ok {
		v, index = x.Tuple, x.Index
	}
	switch x := v.(type) {
	case *ssa.Phi:
		return first(x.Edges)
	case *ssa.UnOp:
		if one := e.stored(x.X); one != nil {
			return e.programName(one, depth+1)
		}
	case *ssa.Call:
		switch name := calleeName(&x.Call); name {
		case "os/exec.LookPath":
			return e.programName(x.Call.Args[0], depth+1)
		case "os.Getenv":
			return map[string]string{"SHELL": "sh", "COMSPEC": "cmd", "ComSpec": "cmd"}[constString(x.Call.Args[0])]
		}
		if fn := x.Call.StaticCallee(); fn != nil && e.sums[source(fn)] != nil {
			return first(returns(source(fn), index))
		}
	}
	return ""
}

// A reading is how far a program has read its arguments.
type reading struct {
	program     string
	flags       []string // behind which code follows
	code, ended bool     // code follows; options have ended
	valued      bool     // the value of an option follows
}

// argument records what a program does with one argument.
func (e *engine) argument(call ssa.CallInstruction, sink Sink, at *reading, arg ssa.Value) {
	text := constString(arg)
	sink.Program = -1
	valued := at.valued
	at.valued = !at.ended && strings.HasPrefix(text, "-") && !strings.Contains(text, "=") && !slices.Contains(bare, strings.TrimLeft(text, "-"))
	switch {
	case at.code:
		sink.Kind, sink.Detail = inShell, "as code for "+at.program
		e.sink(call, sink, e.get(arg))
	case slices.Contains(at.flags, text):
		at.code = true
	case text == "--":
		at.ended = true
	case slices.Contains(shells, text): // sh inside docker exec, ssh, env
		at.program, at.flags = text, interpreters[text]
	case !at.ended && !valued && slices.Contains(optionRunners, at.program):
		sink.Kind, sink.Detail = inOption, "as an argument of "+at.program+", which takes it for an option when it begins with \"-\""
		e.sink(call, sink, e.get(arg))
	}
}

// bare are options that no value follows.
var bare = []string{"", "v", "vv", "verbose", "q", "quiet", "y", "yes", "f", "force", "r", "rf", "R", "l", "la", "a", "all", "A", "all-namespaces", "json", "oneline", "stat",
	"name-only", "cached", "staged", "hard", "soft", "it", "i", "t", "rm", "d", "p", "u", "x", "n1", "no-color", "color", "no-pager", "dry-run", "wait", "recursive", "follow", "porcelain"}

// whole records a list of arguments that is not written here. What is one argument among others of a
// fixed program does not decide what that does; of a list that callers hand over, they tell.
func (e *engine) whole(call ssa.CallInstruction, sink Sink, program string, s set) {
	sink.List = true
	sink.Of = program
	for h := range s {
		if h.Element && sink.Kind != inShell || h.Safe&sink.Kind == sink.Kind || e.guarded(call, h, sink.Kind) {
			continue
		}
		with := sink
		if h.At != "" || h.Form != Exact || h.fn != call.Parent() {
			with.Program = -1
		}
		e.record(h, with)
	}
}

// A listed is one element of a list of arguments, or a list that is put into it.
type listed struct {
	v      ssa.Value
	spread bool
}

// maxLists bounds the ways in which a list may be put together.
const maxLists = 8

// argumentLists returns the ways in which a list of arguments is put together, as far as the function
// writes it out.
func (e *engine) argumentLists(v ssa.Value, depth int) [][]listed {
	if parts, ok := elements(v); ok {
		list := make([]listed, len(parts))
		for i, part := range parts {
			list[i] = listed{v: part}
		}
		return [][]listed{list}
	}
	switch x := v.(type) {
	case *ssa.Call:
		if b, ok := x.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" && depth < maxDepthOfLists {
			var out [][]listed
			for _, head := range e.argumentLists(x.Call.Args[0], depth+1) {
				for _, tail := range e.argumentLists(x.Call.Args[1], depth+1) {
					if out = append(out, slices.Concat(head, tail)); len(out) >= maxLists {
						return out
					}
				}
			}
			return out
		}
	case *ssa.Phi:
		if depth >= maxDepthOfLists {
			break
		}
		var out [][]listed
		for _, edge := range x.Edges {
			if edge != v {
				out = append(out, e.argumentLists(edge, depth+4)...)
			}
		}
		return out[:min(len(out), maxLists)]
	case *ssa.UnOp:
		if one := e.stored(x.X); x.Op == token.MUL && one != nil && depth < maxDepthOfLists {
			return e.argumentLists(one, depth+1)
		}
	}
	return [][]listed{{{v, true}}}
}

const maxDepthOfLists = 40
