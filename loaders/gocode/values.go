package gocode

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

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
			return root, join(path, component(x.X.Type(), x.Field))
		case *ssa.IndexAddr:
			v = x.X
		case *ssa.FreeVar:
			if e.bound[x] == nil {
				return v, ""
			}
			v = e.bound[x]
		case *ssa.UnOp: // what a variable or field points to is as good as in it
			if x.Op != token.MUL || !refers(x.Type()) {
				return v, ""
			}
			v = x.X
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

// refers reports whether a value of the type is a reference to what it holds.
func refers(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Map, *types.Chan:
		return true
	}
	return false
}

func fieldName(t types.Type, i int) string {
	if f, _ := structField(t, i); f != nil {
		return f.Name()
	}
	return "?"
}

// component returns what a field is called in a path: as JSON calls it, which is what the model sees
// and what a map of the same arguments has for a key.
func component(t types.Type, i int) string {
	f, tag := structField(t, i)
	if f == nil {
		return "?"
	}
	if name, ok := tagName(tag); ok {
		return strings.ReplaceAll(name, ".", "_")
	}
	return f.Name()
}

func structField(t types.Type, i int) (*types.Var, string) {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if s, ok := t.Underlying().(*types.Struct); ok && i < s.NumFields() {
		return s.Field(i), s.Tag(i)
	}
	return nil, ""
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

func mixed(h *held) { h.At, h.Form, h.URL, h.Element = "", Mixed, NoPiece, false }

func joined(h *held) { h.At, h.Form, h.URL = "", max(h.Form, Joined), NoPiece }

// values follows one instruction.
func (e *engine) values(fn *ssa.Function, instr ssa.Instruction) {
	switch v := instr.(type) {
	case *ssa.Store:
		root, path := e.addr(v.Addr)
		_, element := v.Addr.(*ssa.IndexAddr)
		element = element && isText(v.Val.Type())
		for h := range into(e.get(v.Val), path) {
			if carries(v.Val.Type()) {
				h.Element = h.Element || element
				e.put(root, h)
			}
		}
	case *ssa.Send:
		root, path := e.addr(v.Chan)
		for h := range into(e.get(v.X), path) {
			e.put(root, h)
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
		e.heard(fn, v, v.X)
	case *ssa.Field:
		e.addAll(v, project(e.get(v.X), component(v.X.Type(), v.Field)))
		e.heard(fn, v, v)
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
