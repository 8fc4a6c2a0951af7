package gocode

import (
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leastagency/leastagency"
)

// An engine follows what the functions of one package do with their parameters. It looks at the whole
// package at once and at no order of statements, save that a check guards what it dominates.
type engine struct {
	pass  *analysis.Pass
	pkg   *ssa.Package
	funcs []*ssa.Function
	known map[string]*leastagency.GoFunc

	holds   map[ssa.Value]set
	sums    map[*ssa.Function]*Summary
	guards  map[*ssa.Function][]guard
	bound   map[*ssa.FreeVar]ssa.Value
	made    map[*ssa.Function]*ssa.BasicBlock // where a closure is made
	globals map[*ssa.Global]ssa.Value         // the value that initialises it, where there is exactly one
	changed bool
}

// A held is an Entry of the parameters of a function of this package.
type held struct {
	fn *ssa.Function
	Entry
}

type set map[held]bool

// rounds bounds the search for a fixpoint; what is not found by then is missed, never invented.
const rounds = 24

func newEngine(pass *analysis.Pass) *engine {
	prog := ssa.NewProgram(pass.Fset, 0)
	for _, p := range imports(pass.Pkg) {
		prog.CreatePackage(p, nil, nil, true)
	}
	pkg := prog.CreatePackage(pass.Pkg, pass.Files, pass.TypesInfo, false)
	pkg.Build()
	e := &engine{pass: pass, pkg: pkg, known: map[string]*leastagency.GoFunc{}, holds: map[ssa.Value]set{}, sums: map[*ssa.Function]*Summary{},
		guards: map[*ssa.Function][]guard{}, bound: map[*ssa.FreeVar]ssa.Value{}, made: map[*ssa.Function]*ssa.BasicBlock{}, globals: map[*ssa.Global]ssa.Value{}}
	table := leastagency.Builtin().Knowledge.GoFuncs
	for i := range table {
		e.known[table[i].Name] = &table[i]
	}
	var add func(fn *ssa.Function)
	add = func(fn *ssa.Function) {
		if fn == nil || len(fn.Blocks) == 0 {
			return
		}
		e.funcs = append(e.funcs, fn)
		e.sums[fn] = &Summary{Results: make([][]Entry, fn.Signature.Results().Len())}
		for _, anon := range fn.AnonFuncs {
			add(anon)
		}
	}
	for _, fn := range sourceFuncs(pass) {
		add(prog.FuncValue(fn))
	}
	add(pkg.Func("init"))
	return e
}

// imports returns all packages below one, each before those that import it.
func imports(pkg *types.Package) []*types.Package {
	var list []*types.Package
	seen := map[*types.Package]bool{pkg: true}
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		for _, q := range p.Imports() {
			if !seen[q] {
				seen[q] = true
				visit(q)
				list = append(list, q)
			}
		}
	}
	visit(pkg)
	return list
}

// run finds the summaries of all functions.
func (e *engine) run() {
	for _, fn := range e.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				for _, operand := range instr.Operands(nil) {
					if inner, ok := (*operand).(*ssa.Function); ok && inner.Parent() == fn {
						e.made[inner] = b
					}
				}
				switch v := instr.(type) {
				case *ssa.MakeClosure:
					for i, binding := range v.Bindings {
						if inner := v.Fn.(*ssa.Function); i < len(inner.FreeVars) {
							e.bound[inner.FreeVars[i]] = binding
						}
					}
				case *ssa.Store:
					if g, ok := v.Addr.(*ssa.Global); ok {
						if _, twice := e.globals[g]; twice {
							e.globals[g] = nil
						} else {
							e.globals[g] = v.Val
						}
					}
				}
			}
		}
		for i, p := range fn.Params {
			e.add(p, held{fn, Entry{Part: Part{Param: i}}})
		}
	}
	e.fixpoint(e.values)
	for range 3 { // a check may be made by a function, which calls another one
		for _, fn := range e.funcs {
			e.findGuards(fn)
		}
	}
	e.fixpoint(e.effects)
}

func (e *engine) fixpoint(do func(*ssa.Function, ssa.Instruction)) {
	for range rounds {
		e.changed = false
		for _, fn := range e.funcs {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					do(fn, instr)
				}
			}
		}
		if !e.changed {
			return
		}
	}
}

// add says that a value holds something, unless its type has no room for text.
func (e *engine) add(v ssa.Value, h held) {
	if v == nil || !carries(v.Type()) {
		return
	}
	e.put(v, h)
}

func (e *engine) put(v ssa.Value, h held) {
	s := e.holds[v]
	if s == nil {
		s = set{}
		e.holds[v] = s
	}
	if !s[h] && len(s) < maxSet {
		s[h] = true
		e.changed = true
	}
}

func (e *engine) addAll(v ssa.Value, s set) {
	for h := range s {
		e.add(v, h)
	}
}

// carries reports whether a value of the type can hold a text of the model's choice.
func carries(t types.Type) bool {
	if t == nil {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsNumeric|types.IsBoolean) == 0
	case *types.Interface:
		return !types.Identical(t, types.Universe.Lookup("error").Type())
	case *types.Pointer:
		if b, ok := u.Elem().Underlying().(*types.Basic); ok {
			return b.Info()&(types.IsNumeric|types.IsBoolean) == 0
		}
	}
	return true
}

// addr returns the value that stands for a piece of memory, and the path inside it.
func (e *engine) addr(v ssa.Value) (ssa.Value, string) {
	for range 32 {
		switch x := v.(type) {
		case *ssa.FieldAddr:
			root, path := e.addr(x.X)
			return root, join(path, fieldName(x.X.Type(), x.Field))
		case *ssa.IndexAddr:
			v = x.X
		case *ssa.FreeVar:
			if e.bound[x] == nil {
				return v, ""
			}
			v = e.bound[x]
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.Slice:
			if _, array := x.X.Type().Underlying().(*types.Pointer); !array {
				return v, ""
			}
			v = x.X
		default:
			return v, ""
		}
	}
	return v, ""
}

func fieldName(t types.Type, i int) string {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if s, ok := t.Underlying().(*types.Struct); ok && i < s.NumFields() {
		return s.Field(i).Name()
	}
	return "?"
}

// get returns what a value holds.
func (e *engine) get(v ssa.Value) set {
	switch v.(type) {
	case *ssa.FieldAddr, *ssa.IndexAddr, *ssa.FreeVar, *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.ChangeType:
		root, path := e.addr(v)
		return project(e.holds[root], path)
	case *ssa.Slice:
		if root, path := e.addr(v); root != v {
			return project(e.holds[root], path)
		}
	}
	return e.holds[v]
}

// project returns what the part of a value under a path holds.
func project(s set, path string) set {
	for path != "" && len(s) > 0 {
		var first string
		first, path = step(path)
		out := set{}
		for h := range s {
			switch head, rest := step(h.At); {
			case h.At == "":
				if h.Form == Exact {
					h.Path = join(h.Path, first)
				}
				out[h] = true
			case head == first:
				h.At = rest
				out[h] = true
			}
		}
		s = out
	}
	return s
}

// into returns what holds when a value is stored under a path.
func into(s set, path string) set {
	if path == "" {
		return s
	}
	out := set{}
	for h := range s {
		h.At = join(path, h.At)
		out[h] = true
	}
	return out
}

// mapped returns the set with a change made to every member.
func mapped(s set, change func(*held)) set {
	out := make(set, len(s))
	for h := range s {
		change(&h)
		out[h] = true
	}
	return out
}

func mixed(h *held)  { h.At, h.Form, h.URL = "", Mixed, NoPiece }
func joined(h *held) { h.At, h.Form, h.URL = "", max(h.Form, Joined), NoPiece }

// values follows one instruction.
func (e *engine) values(fn *ssa.Function, instr ssa.Instruction) {
	switch v := instr.(type) {
	case *ssa.Store:
		root, path := e.addr(v.Addr)
		for h := range into(e.get(v.Val), path) {
			if carries(v.Val.Type()) {
				e.put(root, h)
			}
		}
	case *ssa.MapUpdate:
		root, path := e.addr(v.Map)
		if key := constString(v.Key); key != "" {
			path = join(path, strings.ReplaceAll(key, ".", "_"))
		}
		for h := range into(e.get(v.Value), path) {
			e.put(root, h)
		}
	case *ssa.UnOp:
		if v.Op != token.MUL {
			e.addAll(v, e.get(v.X))
			return
		}
		root, path := e.addr(v.X)
		e.addAll(v, piece(v.X, project(e.holds[root], path)))
	case *ssa.Field:
		e.addAll(v, project(e.get(v.X), fieldName(v.X.Type(), v.Field)))
	case *ssa.Index:
		e.addAll(v, e.get(v.X))
	case *ssa.Lookup:
		s := e.get(v.X)
		if key := constString(v.Index); key != "" {
			s = project(s, strings.ReplaceAll(key, ".", "_"))
		}
		e.addAll(v, s)
	case *ssa.Extract:
		e.extract(v)
	case *ssa.Phi:
		for _, edge := range v.Edges {
			e.addAll(v, e.get(edge))
		}
	case *ssa.Convert:
		e.addAll(v, e.get(v.X))
	case *ssa.MultiConvert:
		e.addAll(v, e.get(v.X))
	case *ssa.TypeAssert:
		e.addAll(v, e.get(v.X))
	case *ssa.SliceToArrayPointer:
		e.addAll(v, e.get(v.X))
	case *ssa.Range:
		e.addAll(v, e.get(v.X))
	case *ssa.Next:
		e.addAll(v, mapped(e.get(v.Iter), func(h *held) { h.At = "" }))
	case *ssa.Slice:
		if root, _ := e.addr(v); root == v {
			s := e.get(v.X)
			if b, ok := v.X.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
				s = mapped(s, mixed)
			}
			e.addAll(v, s)
		}
	case *ssa.BinOp:
		if v.Op == token.ADD {
			change := mixed
			if text := constString(v.Y); text == "/" || text == `\\` { // a folder's name, to be compared as one
				change = joined
			}
			e.addAll(v, mapped(e.get(v.X), change))
			e.addAll(v, mapped(e.get(v.Y), behind(constSuffix(v.X))))
		}
	case *ssa.Return:
		sum := e.sums[fn]
		for i, r := range v.Results {
			if !carries(r.Type()) {
				continue
			}
			for h := range e.get(r) {
				if h.fn == fn && !slices.Contains(sum.Results[i], h.Entry) && len(sum.Results[i]) < maxSet {
					sum.Results[i] = append(sum.Results[i], h.Entry)
					e.changed = true
				}
			}
		}
	case ssa.CallInstruction:
		e.call(v)
	}
}

// behind returns the change of a text that stands behind a constant: it chooses no host when one
// stands before it, and is no option when anything does.
func behind(text string, known bool) func(*held) {
	return func(h *held) {
		mixed(h)
		if !known || text != "" && !strings.HasSuffix(text, "://") {
			h.Safe |= inURL
		}
		if known && text != "" && text != "-" {
			h.Safe |= inOption
		}
		if known && text == "/" {
			h.Form = Joined // "/" + x, to be cleaned
		}
	}
}

// constSuffix returns the constant that a text ends in.
func constSuffix(v ssa.Value) (string, bool) {
	if c, ok := v.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.String {
		return constant.StringVal(c.Value), true
	}
	if b, ok := v.(*ssa.BinOp); ok && b.Op == token.ADD {
		return constSuffix(b.Y)
	}
	return "", false
}

// piece marks the fields of a parsed URL.
func piece(addr ssa.Value, s set) set {
	f, ok := addr.(*ssa.FieldAddr)
	if !ok || !isType(f.X.Type(), "net/url.URL") {
		return s
	}
	return mapped(s, func(h *held) {
		if h.URL = OtherPiece; fieldName(f.X.Type(), f.Field) == "Host" {
			h.URL = Host
		}
	})
}

func (e *engine) extract(v *ssa.Extract) {
	switch t := v.Tuple.(type) {
	case *ssa.Call:
		e.addAll(v, project(e.holds[t], "#"+strconv.Itoa(v.Index)))
	case *ssa.Next:
		if v.Index > 0 {
			e.addAll(v, e.holds[t])
		}
	default: // a value and whether it is there
		if v.Index == 0 {
			e.addAll(v, e.holds[t])
		}
	}
}

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
	all := set{}
	for _, a := range args {
		if isType(a.Type(), "context.Context") {
			continue
		}
		maps.Copy(all, mapped(e.get(a), mixed))
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
	if e.pass.ImportObjectFact(obj, sum) {
		return target{nil, sum}, true
	}
	return target{}, false
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

// substitute follows the values through a call of a known function.
func (e *engine) substitute(call ssa.CallInstruction, t target, args []ssa.Value) {
	for i, entries := range t.sum.Results {
		for _, entry := range entries {
			e.result(call, i, e.actual(args, entry))
		}
	}
	for _, out := range t.sum.Outs {
		if out.Into >= len(args) {
			continue
		}
		root, path := e.addr(args[out.Into])
		for h := range into(e.actual(args, out.Entry), path) {
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
func (e *engine) actual(args []ssa.Value, entry Entry) set {
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
		h.URL = max(h.URL, entry.URL)
	})
}

// hop names the place of a call.
func (e *engine) hop(pos token.Pos, text string) Hop {
	p := e.pass.Fset.Position(pos)
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
	if known := e.known[name]; known != nil {
		e.knownCall(fn, call, known, args)
		return
	}
	for _, a := range args { // a callback does what it does for whoever hands it over
		if _, registers := registrars[name]; registers {
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
			if sink.Param < len(args) {
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
	if c := openFile(known.Name, args); c != leastagency.CapabilityUnknown {
		e.addCap(fn, Cap{Capability: c, Callee: known.Name, Why: "opens a file"}, here)
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
			e.sink(call, Sink{Kind: kind, Callee: known.Name, Program: -1, Hops: []Hop{here}}, e.get(args[i]))
		}
	}
}

var sinkNames = map[string]Kinds{"shell": inShell, "command": inCommand, "query": inQuery, "path": inPath, "url": inURL, "eval": inEval}

// openFile tells what a call of os.OpenFile lets happen, where its flags are constant.
func openFile(name string, args []ssa.Value) leastagency.Capability {
	if name != "os.OpenFile" || len(args) < 2 {
		return leastagency.CapabilityUnknown
	}
	if c, ok := args[1].(*ssa.Const); ok && c.Int64()&3 == 0 {
		return leastagency.ReadPrivate
	}
	return leastagency.WriteFiles
}

// sink records that what a value holds reaches a sink, unless a check or its form rules that out.
func (e *engine) sink(call ssa.CallInstruction, sink Sink, s set) {
	for h := range s {
		if h.Safe&sink.Kind == sink.Kind || sink.Kind == inURL && h.URL == OtherPiece || e.guarded(call, h, sink.Kind) {
			continue
		}
		e.record(h, sink)
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
	if sink.Program < 0 || sink.Program >= len(args) {
		e.sink(call, sink, project(e.get(args[sink.Param]), sink.Path))
		return
	}
	program := args[sink.Program]
	sink.Program = -1
	e.arguments(call, sink, program, args[sink.Param])
}

// short drops the path of a package from a function's name.
func short(name string) string {
	head := ""
	for strings.HasPrefix(name, "(") || strings.HasPrefix(name, "*") {
		head, name = head+name[:1], name[1:]
	}
	return head + name[strings.LastIndex(name, "/")+1:]
}

// calleeName returns the full name of the function or method that a call names; empty for a value.
func calleeName(c *ssa.CallCommon) string {
	if c.IsInvoke() {
		return c.Method.FullName()
	}
	if fn := c.StaticCallee(); fn != nil {
		return funcName(fn)
	}
	return ""
}

func funcName(fn *ssa.Function) string {
	if obj, ok := fn.Object().(*types.Func); ok {
		return obj.Origin().FullName()
	}
	return ""
}

// typeName returns the full name of a named type or of what a pointer to one points to.
func typeName(t types.Type) string {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok && n.Obj().Pkg() != nil {
		return n.Obj().Pkg().Path() + "." + n.Obj().Name()
	}
	return ""
}

func isType(t types.Type, name string) bool { return typeName(t) == name }

func constString(v ssa.Value) string {
	if m, ok := v.(*ssa.MakeInterface); ok {
		v = m.X
	}
	if c, ok := v.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.String {
		return constant.StringVal(c.Value)
	}
	return ""
}
