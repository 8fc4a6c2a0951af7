package gocode

import (
	"go/token"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/leastagency/leastagency"
)

// hop names the place of a call.
func (e *engine) hop(pos token.Pos, text string) Hop {
	p := e.pass.Fset.PositionFor(pos, false) // not what a //line comment claims
	return Hop{Text: text, Place: filepath.Base(p.Filename) + ":" + strconv.Itoa(p.Line), pos: pos}
}

// effects finds what a call lets happen, and which parameters decide about it.
func (e *engine) effects(fn *ssa.Function, instr ssa.Instruction) {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return
	}
	c := call.Common()
	args := arguments(c)
	name := calleeName(c)
	for _, a := range args { // a callback does what it does for whoever hands it over
		if len(e.registersOf(c)) > 0 {
			break
		}
		for _, callback := range e.functions(a, 0) {
			if t, ok := e.target(callback); ok {
				for _, cap := range t.sum.Caps {
					e.addCap(fn, cap, e.hop(call.Pos(), "hands a callback to "+short(name)))
				}
			}
		}
	}
	if known := e.known[name]; known != nil {
		e.knownCall(fn, call, known, args)
		return
	}
	if cap := e.clientCap(c, name); cap.Capability != leastagency.CapabilityUnknown {
		e.addCap(fn, cap, e.hop(call.Pos(), "calls "+short(name)))
		return
	}
	for _, t := range e.targets(c) {
		short := short(name)
		if t.fn != nil {
			short = t.fn.RelString(e.pass.Pkg)
		}
		through := e.hop(call.Pos(), "calls "+short)
		for _, cap := range t.sum.Caps {
			e.addCap(fn, cap, through)
		}
		for _, sink := range t.sum.Sinks {
			if 0 <= sink.Param && sink.Param < len(args) {
				e.passSink(call, sink, args, through)
			}
		}
	}
}

func (e *engine) addCap(fn *ssa.Function, cap Cap, through Hop) {
	sum := e.sums[fn]
	if slices.ContainsFunc(sum.Caps, func(c Cap) bool { return c.Capability == cap.Capability }) || len(cap.Hops) >= maxHops {
		return
	}
	cap.Hops = append([]Hop{through}, cap.Hops...)
	sum.Caps = append(sum.Caps, cap)
	e.changed = true
}

func (e *engine) knownCall(fn *ssa.Function, call ssa.CallInstruction, known *leastagency.GoFunc, args []ssa.Value) {
	here := e.hop(call.Pos(), "calls "+short(known.Name))
	for _, c := range known.Can {
		e.addCap(fn, Cap{Capability: c, Callee: known.Name, Why: known.Why}, here)
	}
	if c, why := said(known, args); c != leastagency.CapabilityUnknown {
		e.addCap(fn, Cap{Capability: c, Callee: known.Name, Why: why}, here)
	}
	if len(known.Args) == 0 {
		return
	}
	if known.Sink == "exec" {
		if i := known.Args[0]; i+1 < len(args) {
			e.program(call, Sink{Callee: known.Name, Program: -1, Hops: []Hop{here}}, args[i], args[i+1])
		}
		return
	}
	kind := sinkNames[known.Sink]
	for _, i := range known.Args {
		if i < len(args) {
			e.sink(call, Sink{Kind: kind, Callee: known.Name, Detail: known.As, Program: -1, Hops: []Hop{here}}, e.get(args[i]))
		}
	}
}

var sinkNames = map[string]Kinds{"shell": inShell, "command": inCommand, "query": inQuery, "path": inPath, "url": inURL, "eval": inEval}

// sink records that what a value holds reaches a sink, unless a check or its form rules that out.
func (e *engine) sink(call ssa.CallInstruction, sink Sink, s set) {
	for h := range s {
		if h.Safe&sink.Kind == sink.Kind || sink.Kind == inQuery && h.At != "" || sink.Kind == inURL && h.URL == OtherPiece || e.guarded(call, h, sink.Kind) {
			continue
		}
		here := sink
		if soft := e.softly(call, h); soft != nil && sink.Soft == "" && sink.Kind != inOption {
			here.Soft = soft.Text
			here.Hops = append([]Hop{e.hop(soft.at.Pos(), "goes past "+soft.Text)}, sink.Hops...)
		}
		e.record(h, here)
	}
}

func (e *engine) record(h held, sink Sink) {
	sink.Part = h.Part
	sum := e.sums[h.fn]
	if len(sum.Sinks) >= maxSinks || len(sink.Hops) > maxHops {
		return
	}
	same := func(s Sink) bool {
		return s.Part == sink.Part && s.Kind == sink.Kind && s.Callee == sink.Callee && s.Program == sink.Program &&
			s.Hops[len(s.Hops)-1].Place == sink.Hops[len(sink.Hops)-1].Place
	}
	if !slices.ContainsFunc(sum.Sinks, same) {
		sum.Sinks = append(sum.Sinks, sink)
		e.changed = true
	}
}

// passSink records at a call what the callee does with an argument.
func (e *engine) passSink(call ssa.CallInstruction, sink Sink, args []ssa.Value, through Hop) {
	sink.Hops = append([]Hop{through}, sink.Hops...)
	switch {
	case !sink.List:
		e.sink(call, sink, project(e.get(args[sink.Param]), sink.Path))
	case sink.Path != "":
		e.whole(call, sink, sink.Of, project(e.get(args[sink.Param]), sink.Path))
	case sink.Program >= 0 && sink.Program < len(args):
		e.arguments(call, sink, args[sink.Program], args[sink.Param])
	default:
		e.list(call, sink, sink.Of, args[sink.Param])
	}
}
