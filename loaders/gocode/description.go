package gocode

import (
	"go/constant"
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// A description is what a registration says of a tool.
type description struct {
	name, about           string
	nameValue             ssa.Value
	named                 token.Pos
	readOnly, destructive *hint
}

func (d *description) setName(v ssa.Value, pos token.Pos) {
	d.name, d.nameValue, d.named = constString(v), v, pos
}

type hint struct {
	value bool
	pos   token.Pos
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
		if r, ok := sdks().makers[calleeName(&x.Call)]; ok {
			return f.said(x, r)
		}
		for _, fn := range f.functions(x.Call.Value, 0) {
			for _, b := range source(fn).Blocks {
				ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
				if !ok || index >= len(ret.Results) {
					continue
				}
				d := f.describe(ret.Results[index], depth+1)
				if i := f.paramOf(source(fn), d.nameValue); d.name == "" && i >= 0 && i < len(x.Call.Args) {
					d.setName(x.Call.Args[i], x.Pos())
				}
				if d.name != "" {
					return d
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
		d.setName(name.value, name.pos)
	}
	for _, key := range []string{"Description", "Desc"} {
		if about, ok := fields[key]; ok {
			d.about = constString(about.value)
		}
	}
	if a, ok := fields["Annotations"]; ok {
		f.annotations(&d, a.value)
	}
	return d
}

// annotations reads the structure in which a tool says how it behaves.
func (f *finder) annotations(d *description, v ssa.Value) {
	if load, ok := v.(*ssa.UnOp); ok {
		v = load.X
	}
	hints := f.fields(v)
	d.readOnly = f.hint(hints["ReadOnlyHint"])
	d.destructive = f.hint(hints["DestructiveHint"])
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

// options reads what the options of a registrar or maker say.
func (f *finder) options(d *description, list ssa.Value) {
	options, _ := elements(list)
	for _, o := range options {
		option, ok := o.(*ssa.Call)
		if !ok || len(option.Call.Args) == 0 {
			continue
		}
		arg := field{option.Call.Args[0], option.Pos() + 1} // behind the bracket
		switch sdks().options[calleeName(&option.Call)] {
		case "name":
			d.setName(arg.value, option.Pos())
		case "about":
			d.about = constString(arg.value)
		case "readOnly":
			d.readOnly = f.hint(arg)
		case "destructive":
			d.destructive = f.hint(arg)
		case "annotations":
			f.annotations(d, arg.value)
		}
	}
}
