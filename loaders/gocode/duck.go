package gocode

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/leastagency/leastagency"
)

// Agents that use no library for it, or one that asks for an interface, describe a tool by methods or
// fields of their own. What tells such a type from others is that it describes itself to a model, by a
// name, a purpose and a schema, and takes its arguments as text.

// ducks adds the tools that are types with methods.
func (f *finder) ducks() {
	scope := f.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || tn.IsAlias() || types.IsInterface(tn.Type()) || f.inTest(tn.Pos()) {
			continue
		}
		methods := types.NewMethodSet(types.NewPointer(tn.Type()))
		d, schema, ok := f.selfDescribed(tn, methods)
		if !ok {
			continue
		}
		var t *leastagency.Tool
		for _, exec := range [...]string{"InvokableRun", "StreamableRun", "StreamableCall", "Call", "Execute", "Run", "Invoke", "Callback", "Handle"} {
			fn := f.method(methods, exec)
			if fn == nil || f.handled[fn] || fn.Signature.Results().Len() == 0 || isError(fn.Signature.Results().At(0).Type()) {
				continue
			}
			if !takesRequest(fn) && (!takesText(fn.Signature) || !schema && exec != "Call") {
				continue
			}
			f.handled[fn] = true
			if t == nil {
				if t = f.newTool(d, fn, fn.Pos()); t == nil {
					break
				}
				f.server.Tools = append(f.server.Tools, t)
			}
			f.deeds(t, fn)
		}
	}
}

// selfDescribed returns what the methods of a type say of it, where they describe a tool. The schema is
// false when nothing but a name and a purpose is there.
func (f *finder) selfDescribed(tn *types.TypeName, methods *types.MethodSet) (d description, schema, ok bool) {
	for _, whole := range [...]string{"Info", "Declaration", "Definition", "GetMcpTool", "ToolInfo"} {
		if fn := f.method(methods, whole); fn != nil {
			for _, v := range returned(fn) {
				if d = f.describe(v, 0); d.name != "" {
					return d, true, true
				}
			}
		}
	}
	name, about := f.method(methods, "Name"), f.method(methods, "Description")
	if name == nil || about == nil {
		return d, false, false
	}
	d = description{name: tn.Name(), named: tn.Pos()}
	for _, v := range returned(name) {
		if text := constString(v); text != "" {
			d.setName(v, name.Pos())
		}
	}
	for _, v := range returned(about) {
		d.about = constString(v)
	}
	for m := range methods.Methods() {
		schema = schema || speaksOfSchema(m.Obj().Name())
	}
	return d, schema, true
}

// speaksOfSchema reports whether a method or field tells the form of the arguments.
func speaksOfSchema(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"schema", "parameters", "params", "definition", "argspec"}, func(w string) bool { return strings.Contains(name, w) })
}

// method returns a method that a type declares itself.
func (f *finder) method(methods *types.MethodSet, name string) *ssa.Function {
	sel := methods.Lookup(f.pass.Pkg, name)
	if sel == nil {
		return nil
	}
	obj, ok := sel.Obj().(*types.Func)
	if !ok || obj.Pkg() != f.pass.Pkg {
		return nil
	}
	fn := f.pkg.Prog.FuncValue(obj.Origin())
	if f.sums[fn] == nil {
		return nil
	}
	return fn
}

// returned returns the first result of each return statement.
func returned(fn *ssa.Function) []ssa.Value {
	var out []ssa.Value
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && len(ret.Results) > 0 {
			out = append(out, ret.Results[0])
		}
	}
	return out
}

// takesText reports whether the first parameter that is no context holds arguments as a model writes them.
func takesText(sig *types.Signature) bool {
	for i := range sig.Params().Len() {
		if t := sig.Params().At(i).Type(); !isContext(t) {
			return isText(t) || isData(t)
		}
	}
	return false
}

// isText reports whether a type holds JSON that is not decoded yet, or a text.
func isText(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.String
	case *types.Slice:
		b, ok := u.Elem().Underlying().(*types.Basic)
		return ok && b.Kind() == types.Byte
	}
	return false
}

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// ownPair takes a structure of the scanned code that holds a handler beside what describes it.
func (f *finder) ownPair(alloc *ssa.Alloc) {
	s, ok := alloc.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
	if !ok {
		return
	}
	var handler string
	var named, described, schema bool
	for field := range s.Fields() {
		name := field.Name()
		sig, isFunc := field.Type().Underlying().(*types.Signature)
		switch {
		case isFunc && handler == "" && takesText(sig) && sig.Results().Len() > 0 && !isError(sig.Results().At(0).Type()):
			handler = name
		case name == "Name":
			named = true
		case name == "Description" || name == "Desc":
			described = true
		}
		schema = schema || speaksOfSchema(name)
	}
	if handler == "" || !named || !described || !schema {
		f.shapedPair(alloc, s)
		return
	}
	fields := f.fields(alloc)
	if h, ok := fields[handler]; ok {
		f.handlers(f.literal(alloc), h.value, h.pos)
	}
}

// shapedPair takes a structure with a handler of a library's signature and a tool of the same library.
func (f *finder) shapedPair(alloc *ssa.Alloc, s *types.Struct) {
	var handler, tool string
	for field := range s.Fields() {
		if sig, ok := field.Type().Underlying().(*types.Signature); ok {
			for i := range sig.Params().Len() {
				if _, ok := sdks().requests[typeName(sig.Params().At(i).Type())]; ok {
					handler = field.Name()
				}
			}
		} else if name := typeName(field.Type()); name == goSDK+".Tool" || name == markMCP+".Tool" || name == goMCP+"protocol.Tool" {
			tool = field.Name()
		}
	}
	if handler == "" || tool == "" {
		return
	}
	fields := f.fields(alloc)
	if h, ok := fields[handler]; ok {
		f.handlers(f.describe(fields[tool].value, 0), h.value, h.pos)
	}
}
