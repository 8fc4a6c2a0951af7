package gocode

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// registersOf returns how a call makes handlers callable: as a library's registrar, or as a function of
// the scanned code that hands them on to one.
func (e *engine) registersOf(c *ssa.CallCommon) []roles {
	if r, ok := sdks().registrars[calleeName(c)]; ok {
		return []roles{r}
	}
	if c.IsInvoke() {
		return nil
	}
	fn := c.StaticCallee()
	if fn == nil {
		return nil
	}
	if t, ok := e.target(fn); ok {
		return t.sum.Registers
	}
	return nil
}

// inferRegistrars finds the functions that hand a handler among their parameters on to a registrar, or
// call it from within a handler of their own.
func (f *finder) inferRegistrars() {
	for f.changed = true; f.changed; {
		f.changed = false
		for _, fn := range f.funcs {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					if call, ok := instr.(ssa.CallInstruction); ok {
						f.handsOn(call)
						f.callsBack(fn, call)
					}
				}
			}
		}
	}
}

// handsOn notes a call of a registrar whose handler is a parameter of the function around it.
func (f *finder) handsOn(call ssa.CallInstruction) {
	args := arguments(call.Common())
	for _, r := range f.registersOf(call.Common()) {
		if r.Handler >= len(args) {
			continue
		}
		if p := f.param(args[r.Handler], 0); p != nil {
			d := f.said(call, r)
			tool := -1
			if r.Tool >= 0 && r.Tool < len(args) {
				tool = f.paramOf(p.Parent(), args[r.Tool])
			}
			f.register(p, roles{Tool: tool, Name: f.paramOf(p.Parent(), d.nameValue), About: -1})
		}
	}
}

// callsBack notes a handler that only decodes the arguments and calls a function that was given to the
// function around it.
func (f *finder) callsBack(fn *ssa.Function, call ssa.CallInstruction) {
	if fn.Parent() == nil || !takesRequest(fn) || len(f.sums[fn].Results) == 0 {
		return
	}
	c := call.Common()
	callee, reflective := c.Value, calleeName(c) == "(reflect.Value).Call"
	switch {
	case reflective:
		callee = c.Args[0]
	case c.StaticCallee() != nil || c.IsInvoke() || !f.passesRequest(fn, c):
		return
	}
	p := f.param(callee, 0)
	if p == nil || p.Parent() == fn {
		return
	}
	f.wraps[fn] = true
	f.register(p, roles{Tool: -1, Name: paramNamed(p.Parent(), "name"), About: paramNamed(p.Parent(), "desc")})
}

// passesRequest reports whether a call hands something on that the enclosing function was given.
func (f *finder) passesRequest(fn *ssa.Function, c *ssa.CallCommon) bool {
	return slices.ContainsFunc(c.Args, func(a ssa.Value) bool {
		for h := range f.get(a) {
			if h.fn == fn && h.Param >= 0 && !isContext(fn.Params[h.Param].Type()) {
				return true
			}
		}
		return false
	})
}

func (f *finder) register(p *ssa.Parameter, r roles) {
	fn := p.Parent()
	r.Handler = slices.Index(fn.Params, p)
	sum := f.sums[fn]
	if sum == nil || slices.ContainsFunc(sum.Registers, func(old roles) bool { return old.Handler == r.Handler }) {
		return
	}
	sum.Registers = append(sum.Registers, r)
	f.changed = true
}

// paramNamed returns the first text parameter of a function whose name contains a word, -1 when there is none.
func paramNamed(fn *ssa.Function, word string) int {
	return slices.IndexFunc(fn.Params, func(p *ssa.Parameter) bool {
		return strings.Contains(strings.ToLower(p.Name()), word) && p.Type().Underlying().String() == "string"
	})
}

// paramOf returns which parameter of a function a value is, -1 when it is none.
func (e *engine) paramOf(fn *ssa.Function, v ssa.Value) int {
	if v == nil {
		return -1
	}
	return slices.Index(fn.Params, e.param(v, 0))
}

// param returns the parameter of this function, or of one around it, that a value is; nil when it is none.
func (e *engine) param(v ssa.Value, depth int) *ssa.Parameter {
	if depth > 8 {
		return nil
	}
	switch x := v.(type) {
	case *ssa.Parameter:
		return x
	case *ssa.ChangeType:
		return e.param(x.X, depth+1)
	case *ssa.MakeInterface:
		return e.param(x.X, depth+1)
	case *ssa.ChangeInterface:
		return e.param(x.X, depth+1)
	case *ssa.FreeVar:
		if e.bound[x] != nil {
			return e.param(e.bound[x], depth+1)
		}
	case *ssa.Alloc:
		if one := e.stored(x); one != nil {
			return e.param(one, depth+1)
		}
	case *ssa.UnOp:
		if x.Op == token.MUL {
			return e.param(x.X, depth+1)
		}
	case *ssa.Call:
		if calleeName(&x.Call) == "reflect.ValueOf" || isAdapter(&x.Call) {
			return e.param(x.Call.Args[0], depth+1)
		}
	}
	return nil
}

func isAdapter(c *ssa.CallCommon) bool { return slices.Contains(adapters[:], calleeName(c)) }
