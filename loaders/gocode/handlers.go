package gocode

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/leastagency/leastagency"
)

// registration takes a call that makes a handler callable.
func (f *finder) registration(call ssa.CallInstruction) {
	if f.inTest(call.Pos()) {
		return
	}
	args := arguments(call.Common())
	for _, r := range f.registersOf(call.Common()) {
		if r.Handler < len(args) {
			f.handlers(f.said(call, r), args[r.Handler], call.Pos())
		}
	}
}

// said returns what the arguments of a registrar or maker say of the tool.
func (f *finder) said(call ssa.CallInstruction, r roles) description {
	args := arguments(call.Common())
	var d description
	if r.Tool >= 0 && r.Tool < len(args) {
		d = f.describe(args[r.Tool], 0)
	}
	if r.Name >= 0 && r.Name < len(args) {
		d.setName(args[r.Name], call.Pos())
	}
	if r.About >= 0 && r.About < len(args) {
		d.about = constString(args[r.About])
	}
	if call.Common().Signature().Variadic() && len(args) > 0 {
		f.options(&d, args[len(args)-1])
	}
	return d
}

// pair takes a structure that holds a tool and its handler.
func (f *finder) pair(alloc *ssa.Alloc) {
	if f.inTest(alloc.Pos()) {
		return
	}
	i := slices.IndexFunc(pairs[:], func(p pairing) bool { return p.name == typeName(alloc.Type()) })
	if i < 0 {
		f.ownPair(alloc)
		return
	}
	fields := f.fields(alloc)
	h, ok := fields[pairs[i].handler]
	if !ok {
		return
	}
	var d description
	if t, ok := fields[pairs[i].tool]; ok {
		d = f.describe(t.value, 0)
	} else {
		d = f.literal(alloc)
	}
	f.handlers(d, h.value, h.pos)
}

// handlers adds a tool for a handler value: a function, a closure, a method, or what a factory returns.
func (f *finder) handlers(d description, v ssa.Value, at token.Pos) {
	found := f.handlerFuncs(v, 0)
	for _, fn := range found {
		switch {
		case f.chooses[fn]: // a branch of it is the tool
			f.named(d, at)
		case f.wraps[fn], d.name == "" && f.handled[fn]: // the function inside is, or it is known by its name
		default:
			f.handled[fn] = true
			if old := f.nameless[fn]; old != nil { // a wrapper that does not tell the name
				f.server.Tools = slices.DeleteFunc(f.server.Tools, func(t *leastagency.Tool) bool { return t == old })
			}
			before := len(f.server.Tools)
			f.tool(d, fn, at)
			if d.name == "" && len(f.server.Tools) > before {
				f.nameless[fn] = f.server.Tools[before]
			}
		}
	}
	if len(found) == 0 && d.name != "" && f.param(v, 0) == nil {
		f.tool(d, nil, at)
	}
}

// named completes a tool that a dispatcher chooses by its name.
func (f *finder) named(d description, at token.Pos) {
	said := f.newTool(d, nil, at)
	if said == nil {
		return
	}
	for _, t := range f.server.Tools {
		if t.Name == said.Name {
			t.Description, t.ReadOnly, t.Destructive = said.Description, said.ReadOnly, said.Destructive
			return
		}
	}
	f.server.Tools = append(f.server.Tools, said)
}

// handlerFuncs returns the functions that a handler value may be, those behind adapters and factories included.
func (f *finder) handlerFuncs(v ssa.Value, depth int) []*ssa.Function {
	if depth > 6 {
		return nil
	}
	var out []*ssa.Function
	for _, fn := range f.functions(v, 0) {
		out = append(out, source(fn))
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
		return f.handlerFuncs(x.X, depth+1)
	case *ssa.MakeInterface:
		return f.handlerFuncs(x.X, depth+1)
	case *ssa.UnOp:
		if one := f.stored(x.X); one != nil {
			return f.handlerFuncs(one, depth+1)
		}
	case *ssa.Call:
		for _, a := range x.Call.Args { // what is wrapped
			if _, isFunc := a.Type().Underlying().(*types.Signature); isFunc {
				out = append(out, f.handlerFuncs(a, depth+1)...)
			}
		}
		if len(out) > 0 {
			return out
		}
		for _, fn := range f.functions(x.Call.Value, 0) {
			for _, b := range source(fn).Blocks {
				if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(ret.Results) {
					out = append(out, f.handlerFuncs(ret.Results[index], depth+1)...)
				}
			}
		}
	}
	return out
}

// handlerShaped reports whether a function takes a tool call and returns its result.
func (f *finder) handlerShaped(fn *ssa.Function) bool {
	sig := fn.Signature
	if sig.Results().Len() < 2 || f.inTest(fn.Pos()) || !slices.Contains(results[:], typeName(sig.Results().At(0).Type())) {
		return false
	}
	return takesRequest(fn)
}

// takesRequest reports whether one of the parameters of a function is a tool call.
func takesRequest(fn *ssa.Function) bool {
	params := fn.Signature.Params()
	for i := range params.Len() {
		if _, ok := sdks().requests[typeName(params.At(i).Type())]; ok {
			return true
		}
	}
	return false
}

// given returns the parameters in which a handler gets what the model chose, each with the fields of it
// that hold it. Receivers count. Of a function that is only shaped like a handler, not everything beside
// the request need be the model's: helpers take a client or a store there.
func (f *finder) given(fn *ssa.Function) map[int]string {
	out := map[int]string{}
	sig := fn.Signature
	first := 0
	if sig.Recv() != nil {
		first = 1
	}
	for i := range sig.Params().Len() {
		t := sig.Params().At(i).Type()
		fields, request := sdks().requests[typeName(t)]
		own, call := f.callType(t)
		switch {
		case request:
			out[first+i] = fields
		case call:
			out[first+i] = own.args
		case isContext(t) || sig.Variadic() && i == sig.Params().Len()-1 || hasMethods(t):
		case f.handled[fn] || isData(t):
			out[first+i] = ""
		}
	}
	return out
}

// hasMethods reports whether a type is an interface that no JSON can be decoded into.
func hasMethods(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && i.NumMethods() > 0
}

// isContext reports whether a type is a context, with whatever a library adds to it.
func isContext(t types.Type) bool {
	methods := types.NewMethodSet(t)
	return methods.Lookup(nil, "Deadline") != nil && methods.Lookup(nil, "Done") != nil
}

// isData reports whether a type is one that arguments are decoded into, by value.
func isData(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for i := range u.NumFields() {
			if _, ok := tagName(u.Tag(i)); ok {
				return true
			}
		}
	case *types.Map:
		return true
	}
	return false
}
