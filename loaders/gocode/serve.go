package gocode

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leastagency/leastagency"
)

// Served is what an HTTP handler is to a model: whether calls of tools come in by it, and what is
// looked at before they are answered. It is part of a summary where a function makes the handler or is it.
type Served struct {
	Tools        bool
	Asks, Origin leastagency.Presence
}

// either returns what is sure of a handler that is one or the other.
func either(a, b Served) Served {
	switch {
	case !a.Tools:
		return b
	case !b.Tools:
		return a
	}
	if a.Asks != b.Asks {
		a.Asks = leastagency.PresenceUnknown
	}
	if a.Origin != b.Origin {
		a.Origin = leastagency.PresenceUnknown
	}
	return a
}

// behind returns what a handler is behind a function that looks at something first.
func (s Served) behind(heeds Marks) Served {
	after := func(p leastagency.Presence, looks Marks) leastagency.Presence {
		switch {
		case heeds&looks != 0:
			return leastagency.Present
		case heeds&(heedsUnknown|heedsSome) != 0 && p == leastagency.Missing:
			return leastagency.PresenceUnknown
		}
		return p
	}
	s.Asks, s.Origin = after(s.Asks, heedsClient), after(s.Origin, heedsOrigin)
	return s
}

// served tells what a handler value is.
func (f *finder) served(v ssa.Value) Served { return f.servedIn(v, map[ssa.Value]bool{}) }

func (f *finder) servedIn(v ssa.Value, seen map[ssa.Value]bool) Served {
	if v == nil || seen[v] || len(seen) > 200 {
		return Served{}
	}
	seen[v] = true
	union := func(values []ssa.Value) Served {
		var s Served
		for _, e := range values {
			s = either(s, f.servedIn(e, seen))
		}
		return s
	}
	if fns := f.functions(v, 0); len(fns) > 0 {
		var s Served
		for _, fn := range fns {
			if t, ok := f.target(fn); ok {
				if t.fn != nil {
					s = either(s, f.servedBy(t.fn, seen))
				} else {
					s = either(s, t.sum.Served)
				}
			} else if recv, ok := v.(*ssa.MakeClosure); ok && fn.Name() == "ServeHTTP$bound" && len(recv.Bindings) > 0 {
				s = either(s, f.servedIn(recv.Bindings[0], seen))
			}
		}
		return s
	}
	if s, ok := f.endpointType(v, seen); ok {
		return s
	}
	switch x := v.(type) {
	case *ssa.MakeInterface:
		return f.servedIn(x.X, seen)
	case *ssa.ChangeInterface:
		return f.servedIn(x.X, seen)
	case *ssa.ChangeType:
		return f.servedIn(x.X, seen)
	case *ssa.TypeAssert:
		return f.servedIn(x.X, seen)
	case *ssa.Phi:
		return union(x.Edges)
	case *ssa.UnOp:
		if x.Op == token.MUL {
			return union(f.written.stored[f.placeOf(x.X)])
		}
	case *ssa.Extract:
		if call, ok := x.Tuple.(*ssa.Call); ok {
			return f.servedCall(call, x.Index, seen)
		}
	case *ssa.Call:
		return f.servedCall(x, 0, seen)
	case *ssa.Alloc:
		return union(f.written.stored[x])
	case *ssa.Parameter:
		var values []ssa.Value
		for _, call := range f.written.callers[x.Parent()] {
			if i := slices.Index(x.Parent().Params, x); i < len(arguments(call)) {
				values = append(values, arguments(call)[i])
			}
		}
		return union(values)
	}
	return Served{}
}

// endpointType tells what a value is by its type: the SDKs' own handlers, and routers by their routes.
func (f *finder) endpointType(v ssa.Value, seen map[ssa.Value]bool) (Served, bool) {
	name := typeName(v.Type())
	if call, ok := v.(*ssa.Call); ok && handlersHTTP[calleeName(&call.Call)] != "" {
		name = handlersHTTP[calleeName(&call.Call)]
	}
	if _, ok := endpointTypes[name]; ok {
		return f.endpoint(v, name), true
	}
	if routerTypes[name] {
		var s Served
		for _, r := range f.routes {
			if r.router == name {
				s = either(s, r.Served)
			}
		}
		return s, true
	}
	return Served{}, false
}

// endpoint tells what an SDK's handler is by itself. Where anything in the module asks who a client is,
// that may happen behind the handler, and nothing is sure.
func (f *finder) endpoint(v ssa.Value, name string) Served {
	s := Served{Tools: true, Asks: leastagency.Missing, Origin: leastagency.Missing}
	if f.asksSomewhere() {
		s.Asks = leastagency.PresenceUnknown
	}
	if protection := endpointTypes[name]; protection != "" && f.declares(protection) && !f.switchesOff(v, protection) {
		s.Origin = leastagency.Present
	}
	return s
}

// switchesOff reports whether the call that makes a handler sets an option: a field, or a function that
// takes whether to.
func (f *finder) switchesOff(v ssa.Value, option string) bool {
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	for _, a := range flat(&call.Call) {
		if set, ok := a.(*ssa.Call); ok && calleeName(&set.Call) == option {
			return f.sets(field{value: set.Call.Args[0]})
		}
		if alloc, ok := a.(*ssa.Alloc); ok && f.sets(f.fields(alloc)[option[strings.LastIndexByte(option, '.')+1:]]) {
			return true
		}
	}
	return false
}

// sets reports whether a value is written as true.
func (f *finder) sets(v field) bool {
	h := f.hint(v)
	return h != nil && h.value
}

// asksSomewhere reports whether code behind a handler may ask who a client is: whatever does in the
// package, or in those of the module that it imports, and does not stand in front of handlers.
func (f *finder) asksSomewhere() bool {
	return f.asksBehind || slices.ContainsFunc(f.pass.AllPackageFacts(), func(fact analysis.PackageFact) bool {
		manner, ok := fact.Fact.(*Manner)
		return ok && manner.Asks && f.ours(fact.Package)
	})
}

// declares reports whether a version of a library is in use that has a function or a field: "path.Type.Field".
func (f *finder) declares(what string) bool {
	slash := strings.LastIndexByte(what, '/')
	pkg, name, _ := strings.Cut(what[slash+1:], ".")
	name, field, _ := strings.Cut(name, ".")
	for _, p := range imports(f.pass.Pkg) {
		if p.Path() != what[:slash+1]+pkg {
			continue
		}
		obj := p.Scope().Lookup(name)
		if obj == nil || field == "" {
			return obj != nil
		}
		found, _, _ := types.LookupFieldOrMethod(obj.Type(), true, p, field)
		return found != nil
	}
	return false
}

// servedBy tells what a function of the package is that answers requests, or that makes who does.
func (f *finder) servedBy(fn *ssa.Function, seen map[ssa.Value]bool) Served {
	var s Served
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			c := call.Common()
			if name := calleeName(c); strings.HasSuffix(name, ").ServeHTTP") || strings.HasSuffix(name, ".Handler).ServeHTTP") {
				s = either(s, f.servedIn(arguments(c)[0], seen))
				continue
			}
			if t, ok := f.servesFor(c); ok {
				s = either(s, t)
			}
		}
	}
	return s.behind(f.sums[fn].Marks)
}

// servesFor tells what a call hands its request on to.
func (f *finder) servesFor(c *ssa.CallCommon) (Served, bool) {
	if !slices.ContainsFunc(arguments(c), func(a ssa.Value) bool { return requestTypes[typeName(a.Type())] }) {
		return Served{}, false
	}
	for _, t := range f.targets(c) {
		if t.sum.Served.Tools {
			return t.sum.Served, true
		}
	}
	return Served{}, false
}

// servedCall tells what a call returns: a handler behind what looks at requests first, or what the callee makes.
func (f *finder) servedCall(call *ssa.Call, index int, seen map[ssa.Value]bool) Served {
	var s Served
	for _, a := range arguments(&call.Call) {
		if handlerLike(a.Type()) {
			s = either(s, f.servedIn(a, seen))
		}
	}
	if s.Tools {
		return s.behind(f.middleware(&call.Call))
	}
	for _, t := range f.targets(&call.Call) {
		if t.fn == nil {
			s = either(s, t.sum.Served)
			continue
		}
		for _, ret := range returns(t.fn, index) {
			s = either(s, f.servedIn(ret, seen))
		}
	}
	return s
}

// handlerLike reports whether a value of the type may answer requests.
func handlerLike(t types.Type) bool {
	name := typeName(t)
	if _, ok := endpointTypes[name]; ok {
		return true
	}
	if sig, ok := t.Underlying().(*types.Signature); ok {
		return aboutRequests(sig)
	}
	return requestTypes[name] && name != "net/http.Request" && name != "net/http.ResponseWriter" || routerTypes[name]
}

// A route is one way that a router leads to a handler by which tools are called.
type route struct {
	Served
	router string // its type
}

// findRoutes finds the routes of the package. The middlewares of a router stand before all of its routes.
func (f *finder) findRoutes() {
	before := map[string]Marks{}
	var found []route
	for _, instr := range f.instructions() {
		call, ok := instr.(ssa.CallInstruction)
		if !ok || f.inTest(call.Pos()) {
			continue
		}
		c := call.Common()
		args := flat(c)
		name := calleeName(c)
		router := ""
		if strings.HasPrefix(name, "net/http.Handle") {
			router = "net/http.ServeMux"
		} else if len(args) > 0 && c.Signature().Recv() != nil {
			router = typeName(args[0].Type())
			args = args[1:]
		}
		if !routerTypes[router] {
			continue
		}
		var s Served
		heeds := heedsNothing
		for _, a := range args {
			if !handlerLike(a.Type()) {
				continue
			}
			if one := f.served(a); one.Tools {
				s = either(s, one)
			} else {
				heeds |= f.heedsOf(a)
			}
		}
		switch {
		case s.Tools:
			found = append(found, route{s.behind(heeds), router})
		case precedes[name[strings.LastIndexByte(name, '.')+1:]]:
			before[router] |= heeds
		}
	}
	for i := range found {
		if heeds := before[found[i].router]; heeds != heedsNothing {
			found[i].Served = found[i].behind(heeds)
		}
	}
	f.routes = found
}

// precedes are the methods of routers whose handlers stand before those of other routes.
var precedes = map[string]bool{"Use": true, "Pre": true, "With": true, "Group": true}

// flat returns the arguments of a call, with the elements of a variadic one.
func flat(c *ssa.CallCommon) []ssa.Value {
	args := arguments(c)
	if !c.Signature().Variadic() || len(args) == 0 {
		return args
	}
	last, _ := elements(args[len(args)-1])
	return slices.Concat(args[:len(args)-1], last)
}
