package gocode

import (
	"go/constant"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

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
		return canonical(c.Method.FullName())
	}
	if fn := c.StaticCallee(); fn != nil {
		return funcName(fn)
	}
	return ""
}

func funcName(fn *ssa.Function) string {
	if obj, ok := fn.Object().(*types.Func); ok {
		return canonical(obj.Origin().FullName())
	}
	return ""
}

// canonical leaves major versions out of the package path in a name: the tables hold for all of them.
func canonical(name string) string {
	for from := 0; ; {
		i := strings.Index(name[from:], "/v")
		if i < 0 {
			return name
		}
		i += from
		end := i + 2
		for end < len(name) && '0' <= name[end] && name[end] <= '9' {
			end++
		}
		if end > i+2 && (end == len(name) || name[end] == '/' || name[end] == '.') {
			name = name[:i] + name[end:]
		} else {
			from = end
		}
	}
}

// typeName returns the full name of a named type or of what a pointer to one points to.
func typeName(t types.Type) string {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	if n, ok := t.(*types.Named); ok && n.Obj().Pkg() != nil {
		return canonical(n.Obj().Pkg().Path()) + "." + n.Obj().Name()
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
