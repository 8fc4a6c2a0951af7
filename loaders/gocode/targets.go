package gocode

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A target is a function that a call may run, with what is known of it.
type target struct {
	fn  *ssa.Function // nil outside the package
	sum *Summary
}

// maxTargets bounds how many methods an interface call is followed into.
const maxTargets = 8

func (e *engine) targets(c *ssa.CallCommon) []target {
	if c.IsInvoke() {
		return e.implementers(c)
	}
	var out []target
	for _, fn := range e.functions(c.Value, 0) {
		if t, ok := e.target(fn); ok {
			out = append(out, t)
		}
	}
	return out
}

func (e *engine) target(fn *ssa.Function) (target, bool) {
	if fn = source(fn); e.sums[fn] != nil {
		return target{fn, e.sums[fn]}, true
	}
	if obj, ok := fn.Object().(*types.Func); ok {
		return e.foreign(obj)
	}
	return target{}, false
}

// foreign returns the summary of a function of another package or of one with the given object.
func (e *engine) foreign(obj *types.Func) (target, bool) {
	obj = obj.Origin()
	if obj.Pkg() == e.pass.Pkg {
		fn := e.pkg.Prog.FuncValue(obj)
		return target{fn, e.sums[fn]}, e.sums[fn] != nil
	}
	sum := new(Summary)
	if e.pass.ImportObjectFact(obj, sum) || obj.Pkg() != nil && e.analysed(obj.Pkg()) && e.ours(obj.Pkg()) {
		return target{nil, sum}, true // no fact is nothing to tell
	}
	return target{}, false
}

// analysed reports whether a package of the module told what its functions do.
// Where modules are not known, a package may be anybody's.
func (e *engine) analysed(p *types.Package) bool {
	return e.pass.Module != nil && e.pass.Module.Path != "" && e.pass.ImportPackageFact(p, new(Manner))
}

// source returns the function as it is written: generic, and without the wrapper of a method value.
func source(fn *ssa.Function) *ssa.Function {
	if o := fn.Origin(); o != nil {
		return o
	}
	if obj, ok := fn.Object().(*types.Func); ok && fn.Synthetic != "" {
		if f := fn.Prog.FuncValue(obj.Origin()); f != nil {
			return f
		}
	}
	return fn
}

// functions returns the functions that a value may be.
func (e *engine) functions(v ssa.Value, depth int) []*ssa.Function {
	if depth > 8 {
		return nil
	}
	switch x := v.(type) {
	case *ssa.Function:
		return []*ssa.Function{x}
	case *ssa.MakeClosure:
		return []*ssa.Function{x.Fn.(*ssa.Function)}
	case *ssa.ChangeType:
		return e.functions(x.X, depth+1)
	case *ssa.MakeInterface:
		return e.functions(x.X, depth+1)
	case *ssa.FreeVar:
		if e.bound[x] != nil {
			return e.functions(e.bound[x], depth+1)
		}
	case *ssa.Phi:
		var out []*ssa.Function
		for _, edge := range x.Edges {
			out = append(out, e.functions(edge, depth+1)...)
		}
		return out
	case *ssa.UnOp:
		if x.Op == token.MUL {
			if one := e.stored(x.X); one != nil {
				return e.functions(one, depth+1)
			}
		}
	case *ssa.Extract:
		if look, ok := x.Tuple.(*ssa.Lookup); ok && x.Index == 0 {
			return e.functions(look, depth+1)
		}
	case *ssa.Lookup:
		var out []*ssa.Function
		for _, u := range e.entries(x.X) {
			out = append(out, e.functions(u.Value, depth+1)...)
		}
		return out
	}
	return nil
}

// stored returns the only value that is ever stored in a variable; nil when there are several.
func (e *engine) stored(addr ssa.Value) ssa.Value {
	if f, ok := addr.(*ssa.FreeVar); ok && e.bound[f] != nil {
		addr = e.bound[f]
	}
	switch a := addr.(type) {
	case *ssa.Global:
		return e.globals[a]
	case *ssa.Alloc:
		var one ssa.Value
		for _, ref := range *a.Referrers() {
			if s, ok := ref.(*ssa.Store); ok && s.Addr == a {
				if one != nil {
					return nil
				}
				one = s.Val
			}
		}
		return one
	}
	return nil
}

// implementers returns the methods that an interface call may run, of the types of this package and
// of those it imports from the same module.
func (e *engine) implementers(c *ssa.CallCommon) []target {
	iface, ok := c.Value.Type().Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	if named, ok := types.Unalias(c.Value.Type()).(*types.Named); !ok || named.Obj().Pkg() == nil || !e.ours(named.Obj().Pkg()) {
		return nil // what others declare, half the world implements
	}
	var out []target
	for _, p := range append([]*types.Package{e.pass.Pkg}, e.pass.Pkg.Imports()...) {
		if !e.ours(p) {
			continue
		}
		for _, name := range p.Scope().Names() {
			tn, ok := p.Scope().Lookup(name).(*types.TypeName)
			if !ok || tn.IsAlias() || types.IsInterface(tn.Type()) {
				continue
			}
			t := types.Type(types.NewPointer(tn.Type()))
			if named, ok := tn.Type().(*types.Named); !ok || named.TypeParams().Len() > 0 || !types.Implements(t, iface) {
				continue
			}
			obj, _, _ := types.LookupFieldOrMethod(t, false, c.Method.Pkg(), c.Method.Name())
			if method, ok := obj.(*types.Func); ok {
				if found, ok := e.foreign(method); ok {
					out = append(out, found)
				}
			}
		}
	}
	if len(out) > maxTargets {
		return nil
	}
	return out
}

// ours reports whether a package belongs to the module at hand.
func (e *engine) ours(p *types.Package) bool {
	if p == e.pass.Pkg {
		return true
	}
	if m := e.pass.Module; m != nil && m.Path != "" {
		return p.Path() == m.Path || strings.HasPrefix(p.Path(), m.Path+"/")
	}
	return !standard(p.Path())
}
