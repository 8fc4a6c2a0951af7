package gocode

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
)

// A sketch is what the syntax of a package tells, where its types are not to be had: the tools that it
// registers under their own names, what it says of them, and what their handlers call by name. It follows
// no argument.
type sketch struct {
	sys    *leastagency.System
	files  []*sketched
	funcs  map[string]function // functions, and methods whose name no other has
	vars   map[string]value    // variables of the package with the value that initialises them
	known  map[string]*leastagency.GoFunc
	server *leastagency.Server
}

// A sketched is one file of a sketch.
type sketched struct {
	file    *leastagency.File
	syntax  *ast.File
	pos     *token.File
	imports map[string]string // path by the name that the file knows it by
}

type function struct {
	in    *sketched
	body  *ast.BlockStmt
	twice bool
}

// A value is an expression with the file it stands in and the function around it.
type value struct {
	in   *sketched
	expr ast.Expr
	body *ast.BlockStmt // nil outside of functions
}

// sketchPackage adds what the syntax of a package's files says to the system.
func sketchPackage(sys *leastagency.System, sources []string, importPath, folder string) *part {
	s := &sketch{sys: sys, funcs: map[string]function{}, vars: map[string]value{}, known: knownFuncs(),
		server: &leastagency.Server{Name: path.Base(importPath), Transport: leastagency.InProcess}}
	p := &part{path: importPath, folder: folder}
	for _, src := range sources {
		file := sys.Open(src)
		if file == nil {
			continue
		}
		fset := token.NewFileSet()
		syntax, err := parser.ParseFile(fset, src, file.Data, parser.SkipObjectResolution)
		if syntax == nil {
			continue
		}
		if err != nil {
			sys.Problems = append(sys.Problems, syntaxProblem(file, err))
		}
		in := &sketched{file: file, syntax: syntax, pos: fset.File(syntax.FileStart), imports: importNames(syntax)}
		s.files = append(s.files, in)
		p.name = syntax.Name.Name
		for _, target := range in.imports {
			p.imports = append(p.imports, target)
		}
	}
	if !slices.ContainsFunc(s.files, func(f *sketched) bool { return speaksOfTools(f.imports) }) {
		return p
	}
	s.declare()
	for _, in := range s.files {
		s.each(in, s.node)
	}
	s.listen()
	switch {
	case len(s.server.Tools) > 0:
		s.server.At = s.server.Tools[0].At
	case len(s.server.Endpoints) > 0:
		s.server.At = s.server.Endpoints[0].At
	default:
		return p
	}
	p.layer = layerOf(importPath)
	p.layer.At, p.layer.Servers = s.server.At, []*leastagency.Server{s.server}
	sys.Layers = append(sys.Layers, p.layer)
	return p
}

// speaksOfTools reports whether a file imports a library with which tools are registered or served.
func speaksOfTools(imports map[string]string) bool {
	for _, target := range imports {
		if slices.ContainsFunc(agents, func(a string) bool { return target == a || strings.HasPrefix(target, a+"/") }) {
			return true
		}
	}
	return false
}

// syntaxProblem says where a file stops being Go.
func syntaxProblem(file *leastagency.File, err error) *leastagency.Problem {
	p := &leastagency.Problem{At: file.Whole(), Kind: leastagency.ProblemSyntax, Text: "not valid Go from here on"}
	if list, ok := errors.AsType[scanner.ErrorList](err); ok && len(list) > 0 {
		start := file.LineStart(list[0].Pos.Line)
		p.At = file.Span(list[0].Pos.Offset, start+len(file.Line(list[0].Pos.Line)))
		p.Text += ": " + list[0].Msg
	}
	return p
}

var majorVersion = lazy.Compile(`^v[0-9]+$`)

// importNames returns the paths that a file imports by the names that it may know them by. A path does not
// tell the name of its package for sure: "go-" in front and a version behind are left out by habit.
func importNames(f *ast.File) map[string]string {
	out := map[string]string{}
	for _, spec := range f.Imports {
		target, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if spec.Name != nil {
			out[spec.Name.Name] = target
			continue
		}
		base := path.Base(target)
		if majorVersion.MatchString(base) && path.Dir(target) != "." {
			base = path.Base(path.Dir(target))
		}
		base, _, _ = strings.Cut(base, ".v")
		for _, name := range []string{base, strings.TrimPrefix(base, "go-"), strings.TrimSuffix(base, "-go"), strings.ReplaceAll(base, "-", "")} {
			if _, taken := out[name]; !taken {
				out[name] = target
			}
		}
	}
	return out
}

// declare notes the functions and variables of the package.
func (s *sketch) declare() {
	for _, in := range s.files {
		for _, decl := range in.syntax.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				_, twice := s.funcs[d.Name.Name]
				s.funcs[d.Name.Name] = function{in, d.Body, twice}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok {
						for i, name := range v.Names {
							if i < len(v.Values) {
								s.vars[name.Name] = value{in: in, expr: v.Values[i]}
							}
						}
					}
				}
			}
		}
	}
}

// each calls do for every expression of a file, with the body of the function that it stands in.
func (s *sketch) each(in *sketched, do func(value)) {
	for _, decl := range in.syntax.Decls {
		var body *ast.BlockStmt
		if fn, ok := decl.(*ast.FuncDecl); ok {
			body = fn.Body
		}
		ast.Inspect(decl, func(n ast.Node) bool {
			if expr, ok := n.(ast.Expr); ok {
				do(value{in, expr, body})
			}
			return true
		})
	}
}

// span returns the place of a node.
func (f *sketched) span(n ast.Node) leastagency.Span {
	return f.file.Span(f.pos.Offset(n.Pos()), f.pos.Offset(n.End()))
}

// name returns the full name of what an expression names in another package: "os/exec.Command".
func (f *sketched) name(expr ast.Expr) string {
	switch x := expr.(type) {
	case *ast.IndexExpr:
		return f.name(x.X)
	case *ast.IndexListExpr:
		return f.name(x.X)
	case *ast.ParenExpr:
		return f.name(x.X)
	case *ast.StarExpr:
		return f.name(x.X)
	case *ast.SelectorExpr:
		if x, ok := x.X.(*ast.Ident); ok && f.imports[x.Name] != "" {
			return canonical(f.imports[x.Name] + "." + selected(expr))
		}
	}
	return ""
}

func selected(expr ast.Expr) string {
	if x, ok := expr.(*ast.SelectorExpr); ok {
		return x.Sel.Name
	}
	return ""
}

// method returns the entry of a table for a method call, told by its name and by what the file imports.
func method[T any](f *sketched, call *ast.CallExpr, table map[string]T) (entry T, found bool) {
	sel := selected(call.Fun)
	if sel == "" || f.name(call.Fun) != "" {
		return entry, false
	}
	for name, e := range table {
		rest, ok := strings.CutSuffix(name, ")."+sel)
		if !ok {
			continue
		}
		rest = strings.TrimLeft(rest, "(*")
		target := rest[:max(0, strings.LastIndexByte(rest, '.'))]
		for _, imported := range f.imports {
			if canonical(imported) == target {
				return e, true
			}
		}
	}
	return entry, false
}

// resolve follows a name to the value that the function around or the package gives it once.
func (s *sketch) resolve(v value) value {
	for range 6 {
		switch x := v.expr.(type) {
		case *ast.UnaryExpr:
			v.expr = x.X
		case *ast.ParenExpr:
			v.expr = x.X
		case *ast.StarExpr:
			v.expr = x.X
		case *ast.Ident:
			local := assigned(v.body, x.Name)
			if local == nil {
				global, ok := s.vars[x.Name]
				if !ok {
					return v
				}
				v = global
				continue
			}
			v.expr = local
		default:
			return v
		}
	}
	return v
}

// assigned returns the value that a function gives a variable, when there is exactly one.
func assigned(body *ast.BlockStmt, name string) ast.Expr {
	if body == nil {
		return nil
	}
	var one ast.Expr
	times := 0
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if id, ok := left.(*ast.Ident); ok && id.Name == name && len(n.Rhs) == len(n.Lhs) {
					one = n.Rhs[i]
					times++
				}
			}
		case *ast.ValueSpec:
			for i, id := range n.Names {
				if id.Name == name && i < len(n.Values) {
					one = n.Values[i]
					times++
				}
			}
		}
		return true
	})
	if times != 1 {
		return nil
	}
	return one
}

// text returns a constant text, pieces of it added up; false when it is none.
func (s *sketch) text(v value) (string, bool) {
	if v.expr == nil {
		return "", false
	}
	switch x := s.resolve(v).expr.(type) {
	case *ast.BasicLit:
		if x.Kind == token.STRING {
			text, err := strconv.Unquote(x.Value)
			return text, err == nil
		}
	case *ast.BinaryExpr:
		left, ok := s.text(value{v.in, x.X, v.body})
		right, also := s.text(value{v.in, x.Y, v.body})
		return left + right, ok && also && x.Op == token.ADD
	}
	return "", false
}

// fields returns the fields of a structure that is written out.
func (s *sketch) fields(v value) map[string]value {
	v = s.resolve(v)
	lit, ok := v.expr.(*ast.CompositeLit)
	if !ok {
		return nil
	}
	out := map[string]value{}
	for _, elt := range lit.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); ok {
				out[key.Name] = value{v.in, kv.Value, v.body}
			}
		}
	}
	return out
}
