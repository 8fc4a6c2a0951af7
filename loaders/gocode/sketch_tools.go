package gocode

import (
	"go/ast"
	"slices"

	"github.com/leastagency/leastagency"
)

// node looks at one expression for a tool that it makes callable.
func (s *sketch) node(v value) {
	switch x := v.expr.(type) {
	case *ast.CallExpr:
		r, found := registrars[v.in.name(x.Fun)]
		shift := 0
		if !found {
			r, found = method(v.in, x, registrars)
			shift = 1 // the receiver counts, and is no argument here
		}
		arg := func(i int) value {
			if i -= shift; i < 0 || i >= len(x.Args) {
				return value{}
			}
			return value{v.in, x.Args[i], v.body}
		}
		if !found || arg(r.handler).expr == nil {
			return
		}
		t := s.describe(arg(r.tool), 0)
		if name, ok := s.text(arg(r.name)); ok {
			t = &leastagency.Tool{Name: name, At: v.in.span(x.Fun)}
			if about, ok := s.text(arg(r.about)); ok {
				t.Description = described(about, t.At)
			}
		}
		s.tool(t, arg(r.handler))
	case *ast.CompositeLit:
		if p, ok := pairs[v.in.name(x.Type)]; ok {
			fields := s.fields(v)
			if h, ok := fields[p.handler]; ok {
				s.tool(s.describe(fields[p.tool], 0), h)
			}
		}
	}
}

func described(about string, at leastagency.Span) *leastagency.Text {
	return &leastagency.Text{Kind: leastagency.TextDescription, At: at, Body: about}
}

// describe returns what a value says of a tool: a structure, options, or a function that returns one of them.
func (s *sketch) describe(v value, depth int) *leastagency.Tool {
	if v.expr == nil || depth > 4 {
		return nil
	}
	v = s.resolve(v)
	if call, ok := v.expr.(*ast.CallExpr); ok {
		if v.in.name(call.Fun) == newTool {
			return s.options(v, call)
		}
		for _, result := range s.returned(call.Fun) {
			if t := s.describe(result, depth+1); t != nil {
				return t
			}
		}
		return nil
	}
	fields := s.fields(v)
	name, ok := s.text(fields["Name"])
	if !ok {
		return nil
	}
	t := &leastagency.Tool{Name: name, At: v.in.span(fields["Name"].expr)}
	if about, ok := s.text(fields["Description"]); ok {
		t.Description = described(about, t.At)
	}
	if a, ok := fields["Annotations"]; ok {
		hints := s.fields(a)
		t.ReadOnly = s.truth(hints["ReadOnlyHint"])
		t.Destructive = s.truth(hints["DestructiveHint"])
	}
	return t
}

// options reads the options of mark3labs' NewTool.
func (s *sketch) options(v value, call *ast.CallExpr) *leastagency.Tool {
	if len(call.Args) == 0 {
		return nil
	}
	name, ok := s.text(value{v.in, call.Args[0], v.body})
	if !ok {
		return nil
	}
	t := &leastagency.Tool{Name: name, At: v.in.span(call.Args[0])}
	for _, a := range call.Args[1:] {
		option, ok := a.(*ast.CallExpr)
		if !ok || len(option.Args) != 1 {
			continue
		}
		arg := value{v.in, option.Args[0], v.body}
		switch v.in.name(option.Fun) {
		case readOnlyOption:
			t.ReadOnly = s.truth(arg)
		case destructiveHint:
			t.Destructive = s.truth(arg)
		case describeOption:
			if about, ok := s.text(arg); ok {
				t.Description = described(about, t.At)
			}
		}
	}
	return t
}

// truth returns a constant truth value, also through a helper that makes a pointer of it.
func (s *sketch) truth(v value) leastagency.Value[bool] {
	if v.expr == nil {
		return leastagency.Value[bool]{}
	}
	at := v.in.span(v.expr)
	v = s.resolve(v)
	if call, ok := v.expr.(*ast.CallExpr); ok && len(call.Args) == 1 {
		v = s.resolve(value{v.in, call.Args[0], v.body})
	}
	if id, ok := v.expr.(*ast.Ident); ok && (id.Name == "true" || id.Name == "false") {
		return leastagency.ValueAt(id.Name == "true", at)
	}
	return leastagency.Value[bool]{}
}

// returned returns what a function of the package returns.
func (s *sketch) returned(fun ast.Expr) []value {
	fn, ok := s.function(fun)
	if !ok {
		return nil
	}
	var out []value
	ast.Inspect(fn.body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			for _, r := range n.Results {
				out = append(out, value{fn.in, r, fn.body})
			}
		}
		return true
	})
	return out
}

// function returns the function of the package that an expression names.
func (s *sketch) function(fun ast.Expr) (function, bool) {
	name := selected(fun)
	if id, ok := fun.(*ast.Ident); ok {
		name = id.Name
	}
	fn, ok := s.funcs[name]
	return fn, ok && !fn.twice && fn.body != nil
}

// tool adds a tool with what its handler does.
func (s *sketch) tool(t *leastagency.Tool, handler value) {
	bodies := s.bodies(handler, 0)
	if t == nil {
		if t = (&leastagency.Tool{Name: selected(handler.expr), At: handler.in.span(handler.expr)}); t.Name == "" {
			id, ok := handler.expr.(*ast.Ident)
			if !ok {
				return
			}
			t.Name = id.Name
		}
	}
	if slices.ContainsFunc(s.server.Tools, func(o *leastagency.Tool) bool { return o.At == t.At }) {
		return
	}
	start := leastagency.Step{At: t.At, Text: "the model calls tool " + leastagency.Quote(t.Name)}
	for _, fn := range bodies {
		s.deeds(t, fn, []leastagency.Step{start}, map[*ast.BlockStmt]bool{})
	}
	s.server.Tools = append(s.server.Tools, t)
}

// bodies returns the functions that a handler value may be, those that are wrapped included.
func (s *sketch) bodies(v value, depth int) []function {
	if v.expr == nil || depth > 4 {
		return nil
	}
	v = s.resolve(v)
	switch x := v.expr.(type) {
	case *ast.FuncLit:
		return []function{{in: v.in, body: x.Body}}
	case *ast.CallExpr:
		var out []function
		for _, a := range x.Args {
			out = append(out, s.bodies(value{v.in, a, v.body}, depth+1)...)
		}
		for _, r := range s.returned(x.Fun) {
			out = append(out, s.bodies(r, depth+1)...)
		}
		return out
	default:
		if fn, ok := s.function(x); ok {
			return []function{fn}
		}
	}
	return nil
}

// deeds adds what a function does by the names that it calls.
func (s *sketch) deeds(t *leastagency.Tool, fn function, way []leastagency.Step, visited map[*ast.BlockStmt]bool) {
	if visited[fn.body] || len(way) > maxHops {
		return
	}
	visited[fn.body] = true
	ast.Inspect(fn.body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		name := fn.in.name(call.Fun)
		if known := s.known[name]; known != nil {
			step := leastagency.Step{At: fn.in.span(call.Fun), Text: "calls " + short(name)}
			for _, c := range known.Can {
				if !leastagency.Has(t.Effects, c) {
					t.Effects = append(t.Effects, leastagency.Effect{Capability: c, Why: known.Why, Confidence: leastagency.Inferred})
					t.Does = append(t.Does, leastagency.Deed{Capability: c, Why: known.Why, Way: append(slices.Clone(way), step)})
				}
			}
			return true
		}
		if inner, ok := s.function(call.Fun); ok && name == "" {
			step := leastagency.Step{At: fn.in.span(call.Fun), Text: "calls " + nameOf(call.Fun)}
			s.deeds(t, inner, append(slices.Clone(way), step), visited)
		}
		return true
	})
}

func nameOf(fun ast.Expr) string {
	if id, ok := fun.(*ast.Ident); ok {
		return id.Name
	}
	return selected(fun)
}

// listen finds the constant address at which the package serves MCP. Whether somebody is asked who he is
// shows in the names of what the package calls.
func (s *sketch) listen() {
	serves := false
	for _, in := range s.files {
		s.each(in, func(v value) {
			call, ok := v.expr.(*ast.CallExpr)
			if !ok {
				return
			}
			_, starts := method(in, call, starters)
			serves = serves || starts || handlersHTTP[in.name(call.Fun)]
			s.server.Asks = s.server.Asks || soundsLikeAuth(nameOf(call.Fun))
		})
	}
	if !serves {
		return
	}
	address := func(v value) {
		if text, ok := s.text(v); ok && text != "" && !s.server.Listen.Set {
			s.server.Listen = leastagency.ValueAt(text, v.in.span(v.expr))
		}
	}
	for _, in := range s.files {
		s.each(in, func(v value) {
			switch x := v.expr.(type) {
			case *ast.CallExpr:
				i, found := listeners[in.name(x.Fun)]
				if !found {
					if i, found = method(in, x, starters); found {
						i--
					}
				}
				if found && i < len(x.Args) {
					address(value{in, x.Args[i], v.body})
				}
			case *ast.CompositeLit:
				if in.name(x.Type) == "net/http.Server" {
					if addr, ok := s.fields(v)["Addr"]; ok {
						address(addr)
					}
				}
			}
		})
	}
}
