package gocode

import (
	"go/ast"
	"go/token"
	"path/filepath"

	"golang.org/x/tools/go/ast/astutil"

	"github.com/leastagency/leastagency"
)

// place returns the place of the call, field or function name at a position, as narrow as a reader wants.
func (f *finder) place(pos token.Pos) leastagency.Span {
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
			case *ast.CompositeLit:
				if n.Lbrace == pos && n.Type != nil {
					return f.span(n.Type.Pos(), n.Type.End())
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

// file returns the source file of a position.
func (f *finder) file(pos token.Pos) (*leastagency.File, *token.File) {
	t := f.pass.Fset.File(pos)
	if t == nil {
		return nil, nil
	}
	if known, ok := f.files[t.Name()]; ok {
		return known, t
	}
	data, err := f.pass.ReadFile(t.Name())
	if err != nil {
		return nil, nil
	}
	file := leastagency.NewFile(filepath.ToSlash(t.Name()), data)
	file.Role = leastagency.RoleWorking
	f.files[t.Name()] = file
	f.program.files[file] = t
	return file, t
}

// span returns the place of a syntax node.
func (f *finder) span(from, to token.Pos) leastagency.Span {
	file, t := f.file(from)
	if file == nil || !to.IsValid() {
		return leastagency.Span{}
	}
	return file.Span(t.Offset(from), t.Offset(to))
}
