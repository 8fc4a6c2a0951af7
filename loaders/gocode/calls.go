package gocode

import (
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// result says what result i of a call holds.
func (e *engine) result(call ssa.CallInstruction, i int, s set) {
	v := call.Value()
	if v == nil {
		return
	}
	results := call.Common().Signature().Results()
	if i >= results.Len() || !carries(results.At(i).Type()) {
		return
	}
	if results.Len() > 1 {
		s = into(s, "#"+strconv.Itoa(i))
	}
	for h := range s {
		e.put(v, h)
	}
}

func (e *engine) results(call ssa.CallInstruction, s set) {
	for i := range call.Common().Signature().Results().Len() {
		e.result(call, i, s)
	}
}

// arguments returns the values of a call, the receiver first, as functions count their parameters.
func arguments(c *ssa.CallCommon) []ssa.Value {
	if c.IsInvoke() {
		return append([]ssa.Value{c.Value}, c.Args...)
	}
	return c.Args
}

// call follows the values through a call.
func (e *engine) call(call ssa.CallInstruction) {
	c := call.Common()
	args := arguments(c)
	if b, ok := c.Value.(*ssa.Builtin); ok {
		e.builtin(call, b.Name(), args)
		return
	}
	if name := calleeName(c); name != "" && e.intrinsic(call, name, args) {
		return
	}
	targets := e.targets(c)
	for _, t := range targets {
		e.substitute(call, t, args)
	}
	if len(targets) == 0 {
		e.unknown(call, args)
	}
}

func (e *engine) builtin(call ssa.CallInstruction, name string, args []ssa.Value) {
	switch name {
	case "append":
		for _, a := range args {
			e.results(call, mapped(e.get(a), func(h *held) { h.At = "" }))
		}
	case "copy":
		root, path := e.addr(args[0])
		for h := range into(e.get(args[1]), path) {
			e.put(root, h)
		}
	}
}

// unknown assumes that a function that nothing is known of mixes all it is given into all it gives,
// and writes it where it gets a pointer to a local variable.
func (e *engine) unknown(call ssa.CallInstruction, args []ssa.Value) {
	all, answer := set{}, func(h *held) { mixed(h) }
	if slices.ContainsFunc(args, func(a ssa.Value) bool { return isType(a.Type(), "context.Context") }) {
		// It waits for somebody: what comes back is an answer, in which others name hosts and files.
		answer = func(h *held) { mixed(h); h.Safe |= inURL | inPath }
	}
	for i, a := range args {
		if isType(a.Type(), "context.Context") {
			continue
		}
		if i > 0 && isType(args[0].Type(), "os.File") {
			continue // what is written into a file does not come back by its name
		}
		maps.Copy(all, mapped(e.get(a), answer))
	}
	e.results(call, all)
	for _, a := range args {
		for _, fn := range e.functions(a, 0) { // a callback sees what its caller was given
			for _, p := range fn.Params {
				e.addAll(p, walked(call, all))
			}
		}
		if root, _ := e.addr(a); pointsToLocal(root) {
			for h := range all {
				e.put(root, h)
			}
		}
	}
}

// walked returns what a callback is given: of a walk through a folder, paths below it.
func walked(call ssa.CallInstruction, all set) set {
	if name := calleeName(call.Common()); !strings.HasPrefix(name, "path/filepath.Walk") && name != "io/fs.WalkDir" {
		return all
	}
	return mapped(all, func(h *held) { h.Form = Joined })
}

func pointsToLocal(v ssa.Value) bool {
	a, ok := v.(*ssa.Alloc)
	if !ok {
		return false
	}
	_, array := a.Type().(*types.Pointer).Elem().Underlying().(*types.Array)
	return !array
}

// substitute follows the values through a call of a known function.
func (e *engine) substitute(call ssa.CallInstruction, t target, args []ssa.Value) {
	for i, entries := range t.sum.Results {
		for _, entry := range entries {
			e.result(call, i, e.actual(call, args, entry))
		}
	}
	for _, out := range t.sum.Outs {
		if out.Into >= len(args) {
			continue
		}
		root, path := e.addr(args[out.Into])
		for h := range into(e.actual(call, args, out.Entry), path) {
			e.put(root, h)
		}
	}
	if t.fn == nil {
		return
	}
	// What a closure holds of the function around it needs no argument.
	for _, b := range t.fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			for i, r := range ret.Results {
				for h := range e.get(r) {
					if h.fn != t.fn {
						e.result(call, i, set{h: true})
					}
				}
			}
		}
	}
	for i, p := range t.fn.Params {
		for h := range e.holds[p] {
			if h.fn == t.fn && h.Param != i && !slices.Contains(t.sum.Outs, Out{i, h.Entry}) && len(t.sum.Outs) < maxSet {
				t.sum.Outs = append(t.sum.Outs, Out{i, h.Entry})
				e.changed = true
			}
		}
	}
}

// actual returns what an entry of a callee's summary is at a call.
func (e *engine) actual(call ssa.CallInstruction, args []ssa.Value, entry Entry) set {
	if entry.Param < 0 { // what it has heard is as good as heard here
		return set{held{call.Parent(), entry}: true}
	}
	if entry.Param >= len(args) {
		return nil
	}
	return mapped(project(e.get(args[entry.Param]), entry.Path), func(h *held) {
		switch {
		case entry.At != "":
			h.At = join(entry.At, h.At)
		case entry.Form != Exact:
			h.At = ""
		}
		h.Form = max(h.Form, entry.Form)
		h.Safe |= entry.Safe
		h.Element = h.Element || entry.Element
		h.URL = max(h.URL, entry.URL)
	})
}
