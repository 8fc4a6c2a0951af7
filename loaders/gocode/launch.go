package gocode

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/agentcli"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

// unwritten stands in a command line for an argument that is only known when the program runs.
const unwritten = "${value}"

// launch finds the agents and MCP servers that the package starts, and the servers that it calls.
func (f *finder) launch() {
	for _, instr := range f.instructions() {
		switch x := instr.(type) {
		case *ssa.Call:
			f.launchCall(x)
		case *ssa.Alloc:
			name := typeName(x.Type())
			if url, ok := clientTypes[name]; ok {
				f.client(f.fields(x)[url])
			}
			if name == goSDK+".CommandTransport" {
				if call, ok := f.fields(x)["Command"].value.(*ssa.Call); ok {
					f.process(call)
				}
			}
		}
	}
}

func (f *finder) launchCall(call *ssa.Call) {
	name := calleeName(&call.Call)
	args := arguments(&call.Call)
	if i, ok := starts[name]; ok && i+1 < len(args) {
		if c := f.commandLine(call, args[i], args[i+1]); c != nil && len(agentcli.Starts(place.Text{Node: &node.Node{Text: c.Text, At: c.At}}, c)) > 0 {
			f.layer.Commands = append(f.layer.Commands, c)
		}
		return
	}
	if i, ok := stdioClients[name]; ok && i+2 < len(args) {
		f.started(f.commandLine(call, args[i], args[i+2]))
		return
	}
	if i, ok := urlClients[name]; ok && i < len(args) {
		f.client(field{args[i], call.Pos()})
	}
}

// process adds the MCP server behind a call that makes its process.
func (f *finder) process(call *ssa.Call) {
	args := arguments(&call.Call)
	if i, ok := starts[calleeName(&call.Call)]; ok && i+1 < len(args) {
		f.started(f.commandLine(call, args[i], args[i+1]))
	}
}

// started adds an MCP server that the package starts as a process.
func (f *finder) started(c *leastagency.Command) {
	if c == nil {
		return
	}
	name := "mcp"
	if n := len(c.Invocations); n > 0 && c.Invocations[n-1].Program != "" {
		name = c.Invocations[n-1].Program
	}
	if n := len(c.Artifacts); n > 0 {
		name = c.Artifacts[n-1].Name
	}
	f.layer.Servers = append(f.layer.Servers, &leastagency.Server{Name: name, At: c.At, Transport: leastagency.Stdio, Command: c})
}

// client adds an MCP server that the package calls at a fixed address.
func (f *finder) client(address field) {
	if address.value == nil {
		return
	}
	texts := f.texts(address.value)
	at := f.place(address.pos)
	if len(texts) != 1 || strings.Contains(texts[0], hole) || !strings.Contains(texts[0], "://") || at.IsZero() {
		return
	}
	s := &leastagency.Server{At: at, Transport: leastagency.HTTP}
	s.Credentials, s.URL = credential.FromURL(leastagency.ValueAt(texts[0], at), credential.None, f.knowledge())
	_, host, _ := strings.Cut(s.URL.V, "://")
	s.Name, _, _ = strings.Cut(host, "/")
	f.layer.Servers = append(f.layer.Servers, s)
}

func (f *finder) knowledge() *leastagency.Knowledge { return leastagency.Builtin().Knowledge }

// commandLine reads a program with its arguments, as far as they are written; nil when not even the program is.
func (f *finder) commandLine(call *ssa.Call, program, args ssa.Value) *leastagency.Command {
	names := f.texts(program)
	at := f.place(call.Pos())
	if len(names) != 1 || strings.Contains(names[0], hole) || at.IsZero() {
		return nil
	}
	argv := []leastagency.Value[string]{leastagency.ValueAt(names[0], f.placeOr(program.Pos(), at))}
	list, _ := f.list(args, 0)
	for _, a := range list {
		text := unwritten
		if texts := f.texts(a); len(texts) == 1 && !strings.Contains(texts[0], hole) {
			text = texts[0]
		}
		argv = append(argv, leastagency.ValueAt(text, f.placeOr(a.Pos(), at)))
	}
	return command.Exec(argv, at, f.knowledge())
}

func (f *finder) placeOr(pos token.Pos, otherwise leastagency.Span) leastagency.Span {
	if at := f.place(pos); !at.IsZero() {
		return at
	}
	return otherwise
}

// list returns the elements of a slice that are there in any case, in order, and whether those are all:
// what is appended under a condition is left out.
func (f *finder) list(v ssa.Value, depth int) ([]ssa.Value, bool) {
	if depth > maxDeep {
		return nil, false
	}
	if parts, ok := elements(v); ok {
		return parts, true
	}
	switch x := v.(type) {
	case *ssa.Call:
		if b, ok := x.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" {
			head, whole := f.list(x.Call.Args[0], depth+1)
			tail, all := f.list(x.Call.Args[1], depth+1)
			return slices.Concat(head, tail), whole && all
		}
		if fn := x.Call.StaticCallee(); fn != nil && f.sums[source(fn)] != nil {
			if rets := returns(source(fn), 0); len(rets) == 1 {
				return f.list(rets[0], depth+1)
			}
		}
	case *ssa.Phi:
		return f.common(x, depth)
	case *ssa.UnOp:
		if stored := f.written.stored[f.placeOf(x.X)]; x.Op == token.MUL && len(stored) == 1 {
			return f.list(stored[0], depth+1)
		}
	case *ssa.Parameter:
		if calls := f.written.callers[x.Parent()]; len(calls) == 1 {
			if i := slices.Index(x.Parent().Params, x); i < len(arguments(calls[0])) {
				return f.list(arguments(calls[0])[i], depth+1)
			}
		}
	}
	return nil, false
}

// common returns what the lists that meet at a place begin with in common.
func (f *finder) common(phi *ssa.Phi, depth int) ([]ssa.Value, bool) {
	var out []ssa.Value
	first, whole := true, true
	for _, edge := range phi.Edges {
		if depth+4 > maxDeep {
			return nil, false
		}
		one, all := f.list(edge, depth+4) // loops come back here
		if whole = whole && all; first {
			out, first = one, false
			continue
		}
		n := 0
		for n < len(out) && n < len(one) && out[n] == one[n] {
			n++
		}
		whole = whole && n == len(out) && n == len(one)
		out = out[:n]
	}
	return out, whole
}
