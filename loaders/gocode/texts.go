package gocode

import (
	"go/constant"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// hole stands in a text for what is only known when the program runs.
const hole = "\x00"

// Bounds on the search for texts. What lies beyond is a hole.
const (
	maxTexts = 8
	maxDeep  = 12
)

// Texts are what a field of a structure is set to in the package that declares it, as far as that is written.
type Texts struct{ Values []string }

func (*Texts) AFact() {}

// A writing knows what is written in a package: which values are stored where, the defaults of its flags
// and settings, and who calls whom.
type writing struct {
	stored  map[any][]ssa.Value // by place; see placeOf
	named   map[string][]ssa.Value
	callers map[*ssa.Function][]*ssa.CallCommon
}

func (f *finder) write() {
	f.written = writing{map[any][]ssa.Value{}, map[string][]ssa.Value{}, map[*ssa.Function][]*ssa.CallCommon{}}
	for _, instr := range f.instructions() {
		switch x := instr.(type) {
		case *ssa.Store:
			if at := f.placeOf(x.Addr); at != nil {
				f.written.stored[at] = append(f.written.stored[at], x.Val)
			}
		case ssa.CallInstruction:
			f.writeCall(x.Common())
		}
	}
}

func (f *finder) writeCall(c *ssa.CallCommon) {
	if fn := c.StaticCallee(); fn != nil && f.sums[source(fn)] != nil {
		f.written.callers[source(fn)] = append(f.written.callers[source(fn)], c)
	}
	name, args := calleeName(c), arguments(c)
	if d, ok := flagOf(name); ok && d.value < len(args) {
		if key := constString(args[d.name]); key != "" {
			f.written.named[key] = append(f.written.named[key], args[d.value])
		}
		if d.target >= 0 {
			if at := f.placeOf(args[d.target]); at != nil {
				f.written.stored[at] = append(f.written.stored[at], args[d.value])
			}
		}
	}
}

// A flag tells which arguments of a call declare a flag or a default: the variable (-1 when there is
// none), its name and its value.
type flag struct{ target, name, value int }

// flagOf reads the names by which the flag libraries call their functions: StringVarP takes a variable
// and a shorthand.
func flagOf(name string) (flag, bool) {
	if strings.HasSuffix(name, "viper.SetDefault") || name == "(*github.com/spf13/viper.Viper).SetDefault" {
		first := strings.Count(name, "(")
		return flag{-1, first, first + 1}, true
	}
	var kind string
	first := 0
	for _, pkg := range []string{"flag.", "github.com/spf13/pflag."} {
		if k, ok := strings.CutPrefix(name, pkg); ok {
			kind = k
		}
		if k, ok := strings.CutPrefix(name, "(*"+pkg+"FlagSet)."); ok {
			kind, first = k, 1
		}
	}
	short := 0
	if k, ok := strings.CutSuffix(kind, "P"); ok {
		kind, short = k, 1
	}
	d := flag{-1, first, first + 1 + short}
	if k, ok := strings.CutSuffix(kind, "Var"); ok {
		kind, d = k, flag{first, first + 1, first + 2 + short}
	}
	return d, kind == "String" || strings.HasPrefix(kind, "Int") || strings.HasPrefix(kind, "Uint")
}

// placeOf returns what stands for a piece of memory all over the package: a variable, or the field of a
// structure, whichever value of its type that belongs to.
func (f *finder) placeOf(addr ssa.Value) any {
	switch x := addr.(type) {
	case *ssa.Alloc, *ssa.Global:
		return x
	case *ssa.FreeVar:
		if f.bound[x] != nil {
			return f.placeOf(f.bound[x])
		}
	case *ssa.FieldAddr:
		if v := fieldVar(x.X.Type(), x.Field); v != nil {
			return v
		}
	}
	return nil
}

func fieldVar(t types.Type, i int) *types.Var {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if s, ok := t.Underlying().(*types.Struct); ok && i < s.NumFields() {
		return s.Field(i)
	}
	return nil
}

// A scope is a call that is being looked into: what its parameters are.
type scope struct {
	fn   *ssa.Function
	call *ssa.CallCommon
	up   *scope
}

// texts returns the texts that a value may be, at most maxTexts. A flag, a setting and a variable of the
// environment are their defaults; what is only known at run time is a hole.
func (f *finder) texts(v ssa.Value) []string { return f.textsIn(v, nil, 0) }

func (f *finder) textsIn(v ssa.Value, in *scope, depth int) []string {
	if depth > maxDeep {
		return []string{hole}
	}
	union := func(values []ssa.Value) []string {
		var out []string
		for _, e := range values {
			if e != v {
				out = append(out, f.textsIn(e, in, depth+1)...)
			}
		}
		return bounded(out)
	}
	switch x := v.(type) {
	case *ssa.Const:
		if x.Value == nil {
			return []string{hole}
		}
		if x.Value.Kind() == constant.String {
			return []string{constant.StringVal(x.Value)}
		}
		return []string{x.Value.ExactString()}
	case *ssa.MakeInterface:
		return f.textsIn(x.X, in, depth+1)
	case *ssa.ChangeType:
		return f.textsIn(x.X, in, depth+1)
	case *ssa.Convert:
		return f.textsIn(x.X, in, depth+1)
	case *ssa.Phi:
		return union(x.Edges)
	case *ssa.BinOp:
		if x.Op == token.ADD {
			return product(f.textsIn(x.X, in, depth+1), f.textsIn(x.Y, in, depth+1))
		}
	case *ssa.UnOp:
		if x.Op == token.MUL {
			return f.textsAt(x.X, union, in, depth)
		}
	case *ssa.Field:
		if at := fieldVar(x.X.Type(), x.Field); at != nil {
			return f.textsOf(at, x.X.Type(), x.Field, union)
		}
	case *ssa.Parameter:
		if in != nil && in.fn == x.Parent() {
			return f.textsIn(arguments(in.call)[slices.Index(in.fn.Params, x)], in.up, depth+1)
		}
		var values []ssa.Value
		for _, call := range f.written.callers[x.Parent()] {
			if i := slices.Index(x.Parent().Params, x); i < len(arguments(call)) {
				values = append(values, arguments(call)[i])
			}
		}
		return union(values)
	case *ssa.Extract:
		if call, ok := x.Tuple.(*ssa.Call); ok {
			return f.textsOfCall(call, x.Index, in, depth)
		}
	case *ssa.Call:
		return f.textsOfCall(x, 0, in, depth)
	}
	return []string{hole}
}

// textsAt returns the texts in a piece of memory.
func (f *finder) textsAt(addr ssa.Value, union func([]ssa.Value) []string, in *scope, depth int) []string {
	switch x := addr.(type) {
	case *ssa.FieldAddr:
		if at := fieldVar(x.X.Type(), x.Field); at != nil {
			return f.textsOf(at, x.X.Type(), x.Field, union)
		}
	case *ssa.Call: // what flag.String returns
		if d, ok := flagOf(calleeName(&x.Call)); ok && d.target < 0 && d.value < len(x.Call.Args) {
			return f.textsIn(x.Call.Args[d.value], in, depth+1)
		}
		return []string{hole}
	case *ssa.UnOp: // a pointer in a variable
		if one := f.engine.stored(x.X); one != nil && x.Op == token.MUL {
			return f.textsAt(one, union, in, depth+1)
		}
	case *ssa.Phi, *ssa.Parameter, *ssa.Extract:
		return []string{hole}
	}
	return union(f.written.stored[f.placeOf(addr)])
}

// textsOf returns the texts of a field: those that are stored in it, the default in its tag, and what
// the package that declares it says.
func (f *finder) textsOf(at *types.Var, t types.Type, field int, union func([]ssa.Value) []string) []string {
	out := union(f.written.stored[at])
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	tag := reflect.StructTag(t.Underlying().(*types.Struct).Tag(field))
	for _, key := range []string{"default", "envDefault", "env-default"} {
		if text, ok := tag.Lookup(key); ok {
			out = append(out, text)
		}
	}
	fact := new(Texts)
	if at.Pkg() != nil && at.Pkg() != f.pass.Pkg && f.pass.ImportObjectFact(at, fact) {
		out = append(out, fact.Values...)
	}
	return bounded(out)
}

// textsOfCall returns the texts that a call may return.
func (f *finder) textsOfCall(call *ssa.Call, index int, in *scope, depth int) []string {
	args := arguments(&call.Call)
	arg := func(i int) []string { return f.textsIn(args[i], in, depth+1) }
	switch name := calleeName(&call.Call); name {
	case "fmt.Sprintf":
		parts, ok := elements(args[1])
		if format := constString(args[0]); ok && format != "" {
			return f.formatted(format, parts, in, depth)
		}
	case "net.JoinHostPort":
		return product(arg(0), product([]string{":"}, arg(1)))
	case "strconv.Itoa", "strconv.FormatInt", "strings.TrimSpace", "strings.ToLower", "cmp.Or":
		if name != "cmp.Or" {
			return arg(0)
		}
		if parts, ok := elements(args[0]); ok && len(parts) > 0 {
			return f.textsIn(parts[len(parts)-1], in, depth+1)
		}
	default:
		if i := strings.LastIndex(name, ".Get"); i >= 0 && len(args) > 0 && len(args) <= 2 { // a flag or setting, by its name
			if defaults := f.written.named[constString(args[len(args)-1])]; len(defaults) > 0 {
				var out []string
				for _, v := range defaults {
					out = append(out, f.textsIn(v, nil, depth+1)...)
				}
				return bounded(out)
			}
		}
	}
	fn := call.Call.StaticCallee()
	if fn == nil || f.sums[source(fn)] == nil {
		return []string{hole}
	}
	fn = source(fn)
	for up := in; up != nil; up = up.up {
		if up.fn == fn {
			return []string{hole}
		}
	}
	var out []string
	for _, ret := range returns(fn, index) {
		out = append(out, f.textsIn(ret, &scope{fn, &call.Call, in}, depth+1)...)
	}
	return bounded(out)
}

// formatted fills in the verbs of a format.
func (f *finder) formatted(format string, parts []ssa.Value, in *scope, depth int) []string {
	out := []string{""}
	for _, part := range parts {
		at := strings.IndexByte(format, '%')
		if at < 0 {
			break
		}
		verb := at + 1
		for verb < len(format) && strings.IndexByte("+-# 0123456789.[]", format[verb]) >= 0 {
			verb++
		}
		texts := []string{hole}
		if verb < len(format) && strings.IndexByte("sdv", format[verb]) >= 0 {
			texts = f.textsIn(part, in, depth+1)
		}
		out = product(product(out, []string{format[:at]}), texts)
		format = format[min(verb+1, len(format)):]
	}
	return product(out, []string{format})
}

// returns lists what a function returns as its result of the given number.
func returns(fn *ssa.Function, index int) []ssa.Value {
	var out []ssa.Value
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(ret.Results) {
			out = append(out, ret.Results[index])
		}
	}
	return out
}

// product joins every text of one list with every text of another.
func product(a, b []string) []string {
	var out []string
	for _, x := range a {
		for _, y := range b {
			out = append(out, x+y)
		}
	}
	return bounded(out)
}

// bounded drops repeated texts and those beyond the bound; no text at all is a hole.
func bounded(texts []string) []string {
	var out []string
	for _, t := range texts {
		if !slices.Contains(out, t) && len(out) < maxTexts {
			out = append(out, t)
		}
	}
	if len(out) == 0 {
		return []string{hole}
	}
	return out
}

// exportTexts tells other packages what the fields of this one are set to that make up addresses.
func (f *finder) exportTexts() {
	for at, values := range f.written.stored {
		field, ok := at.(*types.Var)
		if !ok || field.Pkg() != f.pass.Pkg || !field.IsField() || !partOfAddress(field.Name()) {
			continue
		}
		var texts []string
		for _, v := range values {
			texts = append(texts, f.texts(v)...)
		}
		texts = slices.DeleteFunc(bounded(texts), func(t string) bool { return strings.Contains(t, hole) })
		if slices.Sort(texts); len(texts) > 0 {
			f.pass.ExportObjectFact(field, &Texts{texts})
		}
	}
}

// partOfAddress reports whether a field's name says that it holds an address or a part of one.
func partOfAddress(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"addr", "host", "port", "listen", "bind"}, func(word string) bool { return strings.Contains(name, word) })
}
