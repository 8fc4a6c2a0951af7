package gocode

import (
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
	program := strings.TrimSuffix(path.Base(strings.ReplaceAll(constString(name), `\`, "/")), ".exe")
	list, written := elements(args)
	if !written {
		if slices.Contains(shells, program) {
			sink.Kind, sink.Detail = inShell, "among the arguments of "+program
		} else {
			sink.Kind, sink.Detail = inCommand, "as the whole list of arguments"
		}
		if p, ok := name.(*ssa.Parameter); ok && p.Parent() == call.Parent() {
			e.open(call, sink, p, e.get(args))
			return
		}
		e.sink(call, sink, e.get(args))
		return
	}
	flags := interpreters[program]
	code, ended := false, false
	for _, arg := range list {
		text := constString(arg)
		switch {
		case code:
			s := sink
			s.Kind, s.Detail = inShell, "as code for "+program
			e.sink(call, s, e.get(arg))
		case slices.Contains(flags, text):
			code = true
		case text == "--":
			ended = true
		case slices.Contains(shells, text): // sh inside docker exec, ssh, env
			flags = interpreters[text]
			program = text
		case !ended && slices.Contains(optionRunners, program):
			s := sink
			s.Kind, s.Detail = inOption, "as an argument of "+program+", which takes it for an option when it begins with \"-\""
			e.sink(call, s, e.get(arg))
		}
	}
}

// open records an argument list whose program the callers name.
func (e *engine) open(call ssa.CallInstruction, sink Sink, program *ssa.Parameter, s set) {
	index := slices.Index(program.Parent().Params, program)
	for h := range s {
		if h.Safe&sink.Kind == sink.Kind || e.guarded(call, h, sink.Kind) {
			continue
		}
		with := sink
		if h.fn == program.Parent() && h.At == "" && h.Form == Exact {
			with.Program = index
		}
		e.record(h, with)
	}
}
