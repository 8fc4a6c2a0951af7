package gocode

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
)

// secrets finds the credentials that are written into the code of an agent or a server: texts that have
// the shape of one, and those that are given to what is called a key or a token.
func (f *finder) secrets() {
	if !f.agentic() {
		return
	}
	for _, file := range f.pass.Files {
		if f.inTest(file.FileStart) {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				switch key := n.Key.(type) {
				case *ast.Ident:
					f.secret(key.Name, n.Value)
				case *ast.BasicLit:
					f.secret(f.constant(key), n.Value)
				}
			case *ast.ValueSpec:
				for i, name := range n.Names {
					if i < len(n.Values) {
						f.secret(name.Name, n.Values[i])
					}
				}
			case *ast.AssignStmt:
				for i, left := range n.Lhs {
					if i < len(n.Rhs) {
						f.secret(lastName(left), n.Rhs[i])
					}
				}
			case *ast.CallExpr:
				f.secretArguments(n)
			case *ast.BasicLit:
				f.secret("", n)
			}
			return true
		})
	}
	slices.SortFunc(f.layer.Credentials, func(a, b *leastagency.Credential) int { return a.At.Compare(b.At) })
}

// secretArguments looks at what a call is given by the names that its parameters have, and at the value of a header.
func (f *finder) secretArguments(call *ast.CallExpr) {
	sig, ok := f.pass.TypesInfo.TypeOf(call.Fun).(*types.Signature)
	if !ok {
		return
	}
	for i, arg := range call.Args {
		switch {
		case i == 1 && len(call.Args) == 2 && f.constant(call.Args[0]) != "": // a header, a variable of the environment
			f.secret(f.constant(call.Args[0]), arg)
		case i < sig.Params().Len():
			f.secret(sig.Params().At(i).Name(), arg)
		}
	}
}

// secret adds what a value is by its name, where it is written out and a credential.
func (f *finder) secret(name string, value ast.Expr) {
	lit, ok := value.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return
	}
	if strings.EqualFold(name, "key") { // of a map, far more often than of a door
		name = ""
	}
	at := f.span(lit.Pos(), lit.End())
	_, c := credential.Classify(name, leastagency.ValueAt(f.constant(lit), at), credential.None, f.knowledge())
	if c == nil || c.Source != leastagency.SourceLiteral {
		return
	}
	for _, old := range f.layer.Credentials {
		if old.At == c.At {
			return
		}
	}
	if c.Name == "" {
		c.Name = "a text"
	}
	f.layer.Credentials = append(f.layer.Credentials, c)
}

// constant returns the text of an expression; empty when it is none or not constant.
func (f *finder) constant(e ast.Expr) string {
	if v := f.pass.TypesInfo.Types[e].Value; v != nil && v.Kind() == constant.String {
		return constant.StringVal(v)
	}
	return ""
}

func lastName(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	}
	return ""
}

// agentic reports whether the package belongs to an agent or a server: it offers tools, or talks to a
// model or to servers by one of the libraries.
func (f *finder) agentic() bool {
	return len(f.layer.Servers) > 0 || len(f.layer.Commands) > 0 || slices.ContainsFunc(f.pass.Pkg.Imports(), func(p *types.Package) bool {
		return slices.ContainsFunc(agents, func(a string) bool { return p.Path() == a || strings.HasPrefix(p.Path(), a+"/") })
	})
}
