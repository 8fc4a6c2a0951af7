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
		r, found := sdks().registrars[v.in.name(x.Fun)]
		shift := 0
		if !found {
			r, found = method(v.in, x, sdks().registrars)
			shift = 1 // the receiver counts, and is no argument here
		}
		handler := argument(v, x, r.Handler-shift)
		if !found || handler.expr == nil {
			return
		}
		t := s.describe(argument(v, x, r.Tool-shift), 0)
		if t == nil {
			t = &leastagency.Tool{At: v.in.span(x.Fun)}
		}
		s.said(t, v, x, r, shift)
		s.tool(t, handler)
	case *ast.CompositeLit:
		name := v.in.name(x.Type)
		i := slices.IndexFunc(pairs[:], func(p pairing) bool { return p.name == name })
		if i < 0 {
			return
		}
		fields := s.fields(v)
		about := v
		if pairs[i].tool != "" {
			about = fields[pairs[i].tool]
		}
		if h, ok := fields[pairs[i].handler]; ok {
			s.tool(s.describe(about, 0), h)
		}
	}
}

// argument returns an argument of a call; none when there are not as many.
func argument(v value, call *ast.CallExpr, i int) value {
	if i < 0 || i >= len(call.Args) {
		return value{}
	}
	return value{v.in, call.Args[i], v.body}
}

// said adds what the arguments of a registrar or maker say of a tool, and the options behind them.
func (s *sketch) said(t *leastagency.Tool, v value, call *ast.CallExpr, r roles, shift int) {
	if name, ok := s.text(argument(v, call, r.Name-shift)); ok {
		t.Name, t.At = name, v.in.span(call.Args[r.Name-shift])
	}
	if about, ok := s.text(argument(v, call, r.About-shift)); ok {
		t.Description = described(about, t.At)
	}
	for _, a := range call.Args {
		option, ok := a.(*ast.CallExpr)
		if !ok || len(option.Args) != 1 {
			continue
		}
		arg := value{v.in, option.Args[0], v.body}
		switch sdks().options[v.in.name(option.Fun)] {
		case "name":
			if name, ok := s.text(arg); ok {
				t.Name = name
			}
		case "about":
			if about, ok := s.text(arg); ok {
				t.Description = described(about, t.At)
			}
		case "readOnly":
			t.ReadOnly = s.truth(arg)
		case "destructive":
			t.Destructive = s.truth(arg)
		case "annotations":
			s.annotations(t, arg)
		}
	}
}

func described(about string, at leastagency.Span) *leastagency.Text {
	return &leastagency.Text{Kind: leastagency.TextDescription, At: at, Body: about}
}

// describe returns what a value says of a tool: a structure, or a function that makes or returns one.
func (s *sketch) describe(v value, depth int) *leastagency.Tool {
	if v.expr == nil || depth > 4 {
		return nil
	}
	v = s.resolve(v)
	if call, ok := v.expr.(*ast.CallExpr); ok {
		if r, ok := sdks().makers[v.in.name(call.Fun)]; ok {
			t := &leastagency.Tool{At: v.in.span(call.Fun)}
			s.said(t, v, call, r, 0)
			return t
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
	for _, key := range []string{"Description", "Desc"} {
		if about, ok := s.text(fields[key]); ok {
			t.Description = described(about, t.At)
		}
	}
	if a, ok := fields["Annotations"]; ok {
		s.annotations(t, a)
	}
	return t
}

// annotations reads the structure in which a tool says how it behaves.
func (s *sketch) annotations(t *leastagency.Tool, v value) {
	hints := s.fields(v)
	t.ReadOnly = s.truth(hints["ReadOnlyHint"])
	t.Destructive = s.truth(hints["DestructiveHint"])
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
		t = &leastagency.Tool{At: handler.in.span(handler.expr)}
	}
	if t.Name == "" {
		if t.Name = nameOf(handler.expr); t.Name == "" {
			return
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

// listen finds where the package waits for calls of tools over the network. Whether it asks who calls is not
// to be seen.
func (s *sketch) listen() {
	serves := false
	for _, in := range s.files {
		s.each(in, func(v value) {
			if call, ok := v.expr.(*ast.CallExpr); ok {
				_, makes := handlersHTTP[in.name(call.Fun)]
				l, listens := method(in, call, listeners)
				serves = serves || makes || listens && l.serves != ""
			}
		})
	}
	if !serves {
		return
	}
	opens := func(v value) {
		if text, ok := s.text(v); ok {
			s.server.Endpoints = append(s.server.Endpoints, &leastagency.Endpoint{At: v.in.span(v.expr), Reach: reachOf([]string{text})})
		}
	}
	for _, in := range s.files {
		s.each(in, func(v value) {
			switch x := v.expr.(type) {
			case *ast.CallExpr:
				l, found := listeners[in.name(x.Fun)]
				if !found {
					if l, found = method(in, x, listeners); found {
						l.address--
					}
				}
				if found {
					opens(argument(v, x, l.address))
				}
			case *ast.CompositeLit:
				if in.name(x.Type) == "net/http.Server" {
					opens(s.fields(v)["Addr"])
				}
			}
		})
	}
}
