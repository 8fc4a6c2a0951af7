package gocode

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// registration takes a call that makes a handler callable.
func (f *finder) registration(call ssa.CallInstruction) {
	c := call.Common()
	r, ok := registrars[calleeName(c)]
	args := arguments(c)
	if !ok || r.handler >= len(args) || f.inTest(call.Pos()) {
		return
	}
	var d description
	if r.tool >= 0 {
		d = f.describe(args[r.tool], 0)
	}
	if r.name >= 0 {
		d.name, d.named = constString(args[r.name]), call.Pos()
	}
	if r.about >= 0 {
		d.about = constString(args[r.about])
	}
	f.handlers(d, args[r.handler], r.typed, call.Pos())
}

// pair takes a structure that holds a tool and its handler.
func (f *finder) pair(alloc *ssa.Alloc) {
	p, ok := pairs[typeName(alloc.Type())]
	if !ok || f.inTest(alloc.Pos()) {
		return
	}
	fields := f.fields(alloc)
	if h, ok := fields[p.handler]; ok {
		var d description
		if t, ok := fields[p.tool]; ok {
			d = f.describe(t.value, 0)
		}
		f.handlers(d, h.value, -1, h.pos)
	}
}

// handlers adds a tool for a handler value: a function, a closure, a method, or what a factory returns.
func (f *finder) handlers(d description, v ssa.Value, typed int, at token.Pos) {
	found := f.handlerFuncs(v, typed, 0)
	for _, h := range found {
		f.handled[h.fn] = true
		f.tool(d, h.fn, h.typed, at)
	}
	if len(found) == 0 && d.name != "" {
		f.tool(d, nil, -1, at)
	}
}

type handler struct {
	fn    *ssa.Function
	typed int
}

// handlerFuncs returns the functions that a handler value may be, those behind adapters and factories included.
func (f *finder) handlerFuncs(v ssa.Value, typed, depth int) []handler {
	if depth > 6 {
		return nil
	}
	var out []handler
	for _, fn := range f.functions(v, 0) {
		out = append(out, handler{source(fn), typed})
	}
	if len(out) > 0 {
		return out
	}
	index := 0
	if x, ok := v.(*ssa.Extract); ok {
		v, index = x.Tuple, x.Index
	}
	switch x := v.(type) {
	case *ssa.ChangeType:
		return f.handlerFuncs(x.X, typed, depth+1)
	case *ssa.UnOp:
		if one := f.stored(x.X); one != nil {
			return f.handlerFuncs(one, typed, depth+1)
		}
	case *ssa.Call:
		if t, ok := adapters[calleeName(&x.Call)]; ok {
			typed = t
		}
		for _, a := range x.Call.Args { // what is wrapped
			if _, isFunc := a.Type().Underlying().(*types.Signature); isFunc {
				out = append(out, f.handlerFuncs(a, typed, depth+1)...)
			}
		}
		for _, fn := range f.functions(x.Call.Value, 0) {
			for _, b := range source(fn).Blocks {
				if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(ret.Results) {
					out = append(out, f.handlerFuncs(ret.Results[index], typed, depth+1)...)
				}
			}
		}
	}
	return out
}

// handlerShaped reports whether a function takes a tool call and returns its result.
func (f *finder) handlerShaped(fn *ssa.Function) bool {
	sig := fn.Signature
	if sig.Results().Len() < 2 || f.inTest(fn.Pos()) || !results[typeName(sig.Results().At(0).Type())] {
		return false
	}
	return requestParam(fn) >= 0
}

// requestParam returns the parameter in which a call arrives, -1 when there is none.
func requestParam(fn *ssa.Function) int {
	return slices.IndexFunc(fn.Params, func(p *ssa.Parameter) bool { return requests[typeName(p.Type())] != "" })
}
