package gocode

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/ssa"

	"github.com/leastagency/leastagency"
)

// A finder turns what the engine knows into the tools of a package.
type finder struct {
	*engine
	program *Program
	files   map[string]*leastagency.File
	server  *leastagency.Server
	handled map[*ssa.Function]bool
}

// A description is what a registration says of a tool.
type description struct {
	name, about           string
	named                 token.Pos
	readOnly, destructive *hint
}

type hint struct {
	value bool
	pos   token.Pos
}

func (f *finder) find() {
	f.handled = map[*ssa.Function]bool{}
	f.server = &leastagency.Server{Name: path.Base(f.pass.Pkg.Path()), Transport: leastagency.InProcess}
	for _, fn := range f.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok {
					f.registration(call)
				}
				if alloc, ok := instr.(*ssa.Alloc); ok {
					f.pair(alloc)
				}
			}
		}
	}
	// A function with a handler's signature is one, wherever it is registered.
	for _, fn := range f.funcs {
		if !f.handled[fn] && f.handlerShaped(fn) && !strings.HasPrefix(fn.Synthetic, "package") {
			name := fn.Name()
			f.tool(description{name: name, named: fn.Pos()}, fn, -1, token.NoPos)
		}
	}
	f.listen()
	if len(f.server.Tools) == 0 && !f.server.Listen.Set {
		return
	}
	if f.server.At.IsZero() {
		f.server.At = f.server.Listen.At
	}
	if len(f.server.Tools) > 0 {
		f.server.At = f.server.Tools[0].At
	}
	if f.server.At.IsZero() {
		return
	}
	f.program.Layer = &leastagency.Layer{Product: "go", Kind: leastagency.KindProgram, Name: f.pass.Pkg.Path(), Scope: leastagency.ScopeProject,
		Root: ".", At: f.server.At, Servers: []*leastagency.Server{f.server}}
}

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

func (f *finder) inTest(pos token.Pos) bool {
	return strings.HasSuffix(f.pass.Fset.Position(pos).Filename, "_test.go")
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

// tool adds a tool to the program.
func (f *finder) tool(d description, fn *ssa.Function, typed int, at token.Pos) {
	place := f.call(d.named)
	if place.IsZero() {
		place = f.call(at)
	}
	if place.IsZero() && fn != nil {
		place = f.call(fn.Pos())
	}
	if place.IsZero() {
		return
	}
	t := &leastagency.Tool{Name: d.name, At: place}
	if t.Name == "" && fn != nil {
		t.Name = fn.Name()
	}
	if d.about != "" {
		t.Description = &leastagency.Text{Kind: leastagency.TextDescription, At: place, Body: d.about}
	}
	if d.readOnly != nil {
		t.ReadOnly = leastagency.ValueAt(d.readOnly.value, f.call(d.readOnly.pos))
	}
	if d.destructive != nil {
		t.Destructive = leastagency.ValueAt(d.destructive.value, f.call(d.destructive.pos))
	}
	if fn != nil {
		f.deeds(t, fn, typed)
	}
	f.server.Tools = append(f.server.Tools, t)
}

// deeds fills in what a tool's handler does.
func (f *finder) deeds(t *leastagency.Tool, fn *ssa.Function, typed int) {
	sum := f.sums[fn]
	if sum == nil {
		found, ok := f.target(fn)
		if !ok {
			return
		}
		sum = found.sum
	}
	start := leastagency.Step{At: t.At, Text: "the model calls tool " + leastagency.Quote(t.Name)}
	for _, c := range sum.Caps {
		why := c.Why
		if why == "" {
			why = "calls " + short(c.Callee)
		}
		t.Effects = append(t.Effects, leastagency.Effect{Capability: c.Capability, Why: why, Confidence: leastagency.Inferred})
		t.Does = append(t.Does, leastagency.Deed{Capability: c.Capability, Why: why, Way: append([]leastagency.Step{start}, f.steps(c.Hops)...)})
	}
	receiver := 0
	if fn.Signature.Recv() != nil {
		receiver = 1
	}
	request := requestParam(fn)
	if f.sums[fn] == nil && request >= 0 {
		return // the package that holds the handler tells of its flows
	}
	if typed >= 0 {
		typed += receiver
	} else if request >= 0 && len(fn.Params) > request+1 {
		typed = request + 1 // a typed handler that is registered elsewhere
	}
	for _, s := range sum.Sinks {
		argument := ""
		switch {
		case s.Param == request && request >= 0:
			rest, ok := strings.CutPrefix(s.Path, requests[typeName(fn.Params[request].Type())])
			if !ok {
				continue
			}
			argument, _ = step(strings.TrimPrefix(rest, "."))
		case s.Param == typed && typed >= 0:
			argument = jsonName(fn, typed, s.Path)
		default:
			continue
		}
		f.flow(t, start, argument, s)
	}
	slices.SortStableFunc(t.Flows, func(a, b *leastagency.Flow) int { return a.At.Compare(b.At) })
}

func (f *finder) flow(t *leastagency.Tool, start leastagency.Step, argument string, s Sink) {
	steps := f.steps(s.Hops)
	at := start.At
	if len(steps) > 0 {
		at = steps[len(steps)-1].At
	}
	kind := sinkKinds[s.Kind]
	for _, old := range t.Flows {
		if old.Sink == kind && old.At == at && old.Argument == argument {
			return
		}
	}
	t.Flows = append(t.Flows, &leastagency.Flow{Argument: argument, Sink: kind, At: at, Callee: short(s.Callee), Detail: s.Detail,
		Way: append([]leastagency.Step{start}, steps...)})
}

// steps returns the places of a way. What lies in another package is told at the call that leads there.
func (f *finder) steps(hops []Hop) []leastagency.Step {
	var out []leastagency.Step
	for _, h := range hops {
		if at := f.call(h.pos); !at.IsZero() {
			out = append(out, leastagency.Step{At: at, Text: h.Text})
		} else if len(out) > 0 {
			out[len(out)-1].Text += ", which in " + h.Place + " " + h.Text
		}
	}
	return out
}

// jsonName returns the name that the model knows a field of the typed argument by.
func jsonName(fn *ssa.Function, param int, path string) string {
	first, _ := step(path)
	if first == "" || param >= len(fn.Params) {
		return ""
	}
	t := fn.Params[param].Type()
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if s, ok := t.Underlying().(*types.Struct); ok {
		for i := range s.NumFields() {
			if s.Field(i).Name() == first {
				if name, ok := tagName(s.Tag(i)); ok {
					return name
				}
			}
		}
	}
	return first
}

func tagName(tag string) (string, bool) {
	_, rest, ok := strings.Cut(tag, `json:"`)
	if !ok {
		return "", false
	}
	name := rest[:strings.IndexAny(rest+`",`, `",`)]
	return name, name != "" && name != "-"
}

// call returns the place of the call, field or function name at a position, as narrow as a reader wants.
func (f *finder) call(pos token.Pos) leastagency.Span {
	if !pos.IsValid() {
		return leastagency.Span{}
	}
	for _, file := range f.pass.Files {
		if file.FileStart > pos || pos > file.FileEnd {
			continue
		}
		nodes, _ := astutil.PathEnclosingInterval(file, pos, pos+1)
		for _, n := range nodes {
			switch n := n.(type) {
			case *ast.CallExpr:
				if n.Lparen == pos || n.Fun.Pos() <= pos && pos <= n.Lparen {
					return f.span(n.Fun.Pos(), n.Fun.End())
				}
			case *ast.KeyValueExpr:
				return f.span(n.Value.Pos(), n.Value.End())
			case *ast.FuncLit:
				return f.span(n.Pos(), n.Type.End())
			case *ast.FuncDecl:
				return f.span(n.Name.Pos(), n.Name.End())
			case ast.Expr:
				if n.Pos() == pos {
					return f.span(n.Pos(), n.End())
				}
			}
		}
		return f.span(pos, pos+1)
	}
	return leastagency.Span{}
}

type field struct {
	value ssa.Value
	pos   token.Pos
}

// fields returns what a structure's fields are set to, where that is written once.
func (f *finder) fields(alloc ssa.Value) map[string]field {
	out := map[string]field{}
	refs := alloc.Referrers()
	if g, ok := alloc.(*ssa.Global); ok {
		refs = f.initial(g)
	}
	if refs == nil {
		return out
	}
	for _, ref := range *refs {
		addr, ok := ref.(*ssa.FieldAddr)
		if !ok || addr.X != alloc {
			continue
		}
		for _, use := range *addr.Referrers() {
			if s, ok := use.(*ssa.Store); ok && s.Addr == addr {
				name := fieldName(alloc.Type(), addr.Field)
				out[name] = field{s.Val, s.Pos()}
			}
		}
		if _, set := out[fieldName(alloc.Type(), addr.Field)]; !set { // a structure inside
			out[fieldName(alloc.Type(), addr.Field)] = field{addr, addr.Pos()}
		}
	}
	return out
}

// initial returns the uses of a package variable in the code that initialises it.
func (f *finder) initial(g *ssa.Global) *[]ssa.Instruction {
	var out []ssa.Instruction
	if init := f.pkg.Func("init"); init != nil {
		for _, b := range init.Blocks {
			for _, instr := range b.Instrs {
				if a, ok := instr.(*ssa.FieldAddr); ok && a.X == g {
					out = append(out, a)
				}
			}
		}
	}
	return &out
}

// describe returns what a tool value says, through variables, factories and options.
func (f *finder) describe(v ssa.Value, depth int) description {
	if depth > 6 || v == nil {
		return description{}
	}
	index := 0
	if x, ok := v.(*ssa.Extract); ok {
		v, index = x.Tuple, x.Index
	}
	switch x := v.(type) {
	case *ssa.Alloc, *ssa.FieldAddr, *ssa.Global:
		if one := f.stored(v); one != nil {
			return f.describe(one, depth+1)
		}
		return f.literal(v)
	case *ssa.UnOp:
		if x.Op == token.MUL {
			return f.describe(x.X, depth+1)
		}
	case *ssa.ChangeType:
		return f.describe(x.X, depth+1)
	case *ssa.Call:
		if calleeName(&x.Call) == newTool {
			return f.options(x)
		}
		for _, fn := range f.functions(x.Call.Value, 0) {
			for _, b := range source(fn).Blocks {
				if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(ret.Results) {
					if d := f.describe(ret.Results[index], depth+1); d.name != "" {
						return d
					}
				}
			}
		}
	}
	return description{}
}

func (f *finder) literal(v ssa.Value) description {
	var d description
	fields := f.fields(v)
	if name, ok := fields["Name"]; ok {
		d.name, d.named = constString(name.value), name.pos
	}
	d.about = constString(fields["Description"].value)
	if a, ok := fields["Annotations"]; ok {
		hints := f.fields(a.value)
		if load, ok := a.value.(*ssa.UnOp); ok {
			hints = f.fields(load.X)
		}
		d.readOnly = f.hint(hints["ReadOnlyHint"])
		d.destructive = f.hint(hints["DestructiveHint"])
	}
	return d
}

// hint returns a constant truth value, also behind a pointer or a helper that makes one.
func (f *finder) hint(v field) *hint {
	if v.value == nil {
		return nil
	}
	value := v.value
	if call, ok := value.(*ssa.Call); ok && len(call.Call.Args) == 1 {
		value = call.Call.Args[0]
	}
	if a, ok := value.(*ssa.Alloc); ok {
		value = f.stored(a)
	}
	if c, ok := value.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.Bool {
		return &hint{constant.BoolVal(c.Value), v.pos}
	}
	return nil
}

// options reads the options of mark3labs' NewTool.
func (f *finder) options(call *ssa.Call) description {
	args := call.Call.Args
	d := description{name: constString(args[0]), named: call.Pos()}
	if len(args) < 2 {
		return d
	}
	list, _ := elements(args[1])
	for _, o := range list {
		option, ok := o.(*ssa.Call)
		if !ok || len(option.Call.Args) == 0 {
			continue
		}
		arg := field{option.Call.Args[0], option.Pos()}
		switch calleeName(&option.Call) {
		case readOnlyOption:
			d.readOnly = f.hint(arg)
		case destructiveHint:
			d.destructive = f.hint(arg)
		case describeOption:
			d.about = constString(arg.value)
		}
	}
	return d
}

// listen finds the address at which the package serves MCP, and whether it asks who calls.
func (f *finder) listen() {
	serves := false
	for _, fn := range f.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if !ok {
					continue
				}
				name := calleeName(call.Common())
				serves = serves || handlersHTTP[name]
				if _, starts := starters[name]; starts {
					serves = true
				}
				f.server.Asks = f.server.Asks || asksWho(call.Common(), name)
			}
		}
	}
	if !serves {
		return
	}
	for _, fn := range f.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch x := instr.(type) {
				case ssa.CallInstruction:
					name := calleeName(x.Common())
					i, ok := starters[name]
					if j, also := listeners[name]; also {
						i, ok = j, true
					}
					if args := arguments(x.Common()); ok && i < len(args) {
						f.address(args[i], x.Pos())
					}
				case *ssa.Alloc:
					if isType(x.Type(), "net/http.Server") {
						if addr, ok := f.fields(x)["Addr"]; ok {
							f.address(addr.value, addr.pos)
						}
					}
				}
			}
		}
	}
}

// address notes a constant address; one that is made at run time says nothing.
func (f *finder) address(v ssa.Value, pos token.Pos) {
	if text := constString(v); text != "" && !f.server.Listen.Set && !f.inTest(pos) {
		f.server.Listen = leastagency.ValueAt(text, f.call(pos))
	}
}

// asksWho reports whether a call looks like one that finds out who a client is: the name of a function
// that speaks of authentication, or a look at the header that carries it.
func asksWho(c *ssa.CallCommon, name string) bool {
	base := name[strings.LastIndexAny(name, "./)")+1:]
	words := strings.ToLower(strings.Join(strings.FieldsFunc(base, func(r rune) bool { return !unicode.IsLetter(r) }), ""))
	for _, w := range []string{"auth", "bearer", "apikey", "verifytoken", "checktoken", "validatetoken", "jwt", "mtls"} {
		if strings.Contains(words, w) {
			return true
		}
	}
	for _, a := range c.Args {
		switch key := strings.ToLower(constString(a)); key {
		case "authorization", "x-api-key", "x-auth-token":
			return true
		}
	}
	return name == "crypto/subtle.ConstantTimeCompare"
}
