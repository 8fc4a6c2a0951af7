package gocode

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A guard says that a part of a parameter was checked before any block that the given one dominates.
type guard struct {
	block   *ssa.BasicBlock
	fn      *ssa.Function // whose parameter
	checked Checked
}

// guarded reports whether something was checked before a call.
func (e *engine) guarded(call ssa.CallInstruction, h held, kind Kinds) bool {
	for block := call.Block(); block != nil; block = e.made[block.Parent()] { // what guards the making of a closure guards what it does
		for _, g := range e.guards[block.Parent()] {
			if g.fn == h.fn && g.checked.Part == h.Part && g.checked.Against&kind == kind && g.block.Dominates(block) {
				return true
			}
		}
	}
	return false
}

// findGuards finds the checks of one function, and what callers may conclude from its result.
func (e *engine) findGuards(fn *ssa.Function) {
	e.guards[fn] = nil
	for _, b := range fn.Blocks {
		branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		for i, truth := range []bool{true, false} {
			if next := b.Succs[i]; len(next.Preds) == 1 {
				for _, g := range e.holdsWhen(branch.Cond, truth, 0) {
					g.block = next
					e.guards[fn] = append(e.guards[fn], g)
				}
			}
		}
	}
	e.sums[fn].Checks = e.concluded(fn)
}

// concluded returns what holds of the parameters whenever a function returns true or a nil error.
func (e *engine) concluded(fn *ssa.Function) []Checked {
	results := fn.Signature.Results()
	if results.Len() == 0 {
		return nil
	}
	last := results.Len() - 1
	isError := types.Identical(results.At(last).Type(), types.Universe.Lookup("error").Type())
	if b, ok := results.At(last).Type().Underlying().(*types.Basic); !isError && (!ok || b.Kind() != types.Bool) {
		return nil
	}
	var all []Checked
	first := true
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		var here []Checked
		for _, g := range e.guards[fn] {
			if g.fn == fn && g.block.Dominates(b) {
				here = append(here, g.checked)
			}
		}
		v := ret.Results[last]
		switch k, constant := v.(*ssa.Const); {
		case constant && !isError && k.Value != nil && k.Value.String() == "false", isError && fails(v, b):
			continue
		case constant:
		case isError:
			for _, g := range e.checkedBy(v) {
				if g.fn == fn {
					here = append(here, g.checked)
				}
			}
		default:
			for _, g := range e.holdsWhen(v, true, 0) {
				if g.fn == fn {
					here = append(here, g.checked)
				}
			}
		}
		if first {
			all, first = here, false
		} else {
			all = slices.DeleteFunc(all, func(c Checked) bool { return !slices.Contains(here, c) })
		}
	}
	return slices.Compact(all)
}

// fails reports whether an error that is returned in a block is certainly one.
func fails(v ssa.Value, b *ssa.BasicBlock) bool {
	switch x := v.(type) {
	case *ssa.MakeInterface:
		return true
	case *ssa.Call:
		name := calleeName(&x.Call)
		if name == "fmt.Errorf" || name == "errors.New" {
			return true
		}
	case *ssa.UnOp:
		if g, ok := x.X.(*ssa.Global); ok && strings.HasPrefix(strings.ToLower(g.Name()), "err") {
			return true
		}
	}
	if v.Referrers() == nil {
		return false
	}
	for _, ref := range *v.Referrers() {
		compare, ok := ref.(*ssa.BinOp)
		if !ok || compare.Op != token.NEQ {
			continue
		}
		for _, use := range *compare.Referrers() {
			if branch, ok := use.(*ssa.If); ok && len(branch.Block().Succs[0].Preds) == 1 && branch.Block().Succs[0].Dominates(b) {
				return true
			}
		}
	}
	return false
}

// holdsWhen returns what a condition says of parameters when it has the given truth.
func (e *engine) holdsWhen(cond ssa.Value, truth bool, depth int) []guard {
	if depth > 8 {
		return nil
	}
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			return e.holdsWhen(c.X, !truth, depth+1)
		}
	case *ssa.BinOp:
		if c.Op != token.EQL && c.Op != token.NEQ || truth != (c.Op == token.EQL) {
			return nil
		}
		for _, pair := range [][2]ssa.Value{{c.X, c.Y}, {c.Y, c.X}} {
			if k, ok := pair[1].(*ssa.Const); ok && k.IsNil() {
				return e.checkedBy(pair[0])
			}
			if e.apart(pair[0], pair[1]) && len(e.get(pair[0])) > 0 {
				return e.compared(pair[0], everywhere, Exact)
			}
		}
	case *ssa.Lookup: // a map of what is allowed to true
		if truth && e.apart(c.Index, c.X) {
			return e.compared(c.Index, everywhere, Exact)
		}
	case *ssa.Extract:
		if look, ok := c.Tuple.(*ssa.Lookup); ok && truth && c.Index == 1 && e.apart(look.Index, look.X) {
			return e.compared(look.Index, everywhere, Exact)
		}
		if truth {
			return e.checkedBy(c)
		}
	case *ssa.Call:
		return e.called(c, truth)
	}
	return nil
}

// called returns what the result of a check made by a call says.
func (e *engine) called(call *ssa.Call, truth bool) []guard {
	args := arguments(&call.Call)
	switch name := calleeName(&call.Call); {
	case name == "slices.Contains" && truth && len(args) == 2 && e.apart(args[1], args[0]):
		return e.compared(args[1], everywhere, Exact)
	case name == "path/filepath.IsLocal" && truth, name == "io/fs.ValidPath" && truth:
		return e.compared(args[0], inPath, Joined)
	case name == "strings.HasPrefix" && len(args) == 2:
		prefix := constString(args[1])
		switch {
		case truth && (endsInSeparator(args[1]) || !endsInConstant(args[1]) && e.apart(args[0], args[1])):
			// A folder that is not written here may well end in a separator: nothing can be said against it.
			return e.compared(args[0], inPath, Joined)
		case !truth && strings.HasPrefix(prefix, "..") && isCallOf(args[0], "path/filepath.Rel"):
			return e.compared(args[0], inPath, Joined)
		case !truth && prefix == "-":
			return e.compared(args[0], inOption, Exact)
		}
	case name == "(*regexp.Regexp).MatchString" && truth && len(args) == 2 && anchored(e.pattern(args[0])):
		return e.compared(args[1], everywhere, Exact)
	case name == "regexp.MatchString" && len(args) == 2 && anchored(constString(args[0])):
		return e.compared(args[1], everywhere, Exact)
	default:
		if truth {
			return e.checkedBy(call)
		}
	}
	return nil
}

// checkedBy returns what a function that returned a nil error or true has checked.
func (e *engine) checkedBy(v ssa.Value) []guard {
	if x, ok := v.(*ssa.Extract); ok {
		v = x.Tuple
	}
	call, ok := v.(*ssa.Call)
	if !ok || call.Call.IsInvoke() {
		return nil
	}
	fn := call.Call.StaticCallee()
	if fn == nil {
		return nil
	}
	t, ok := e.target(fn)
	if !ok {
		return nil
	}
	var out []guard
	for _, c := range t.sum.Checks {
		if c.Param < 0 || c.Param >= len(call.Call.Args) {
			continue
		}
		for h := range project(e.get(call.Call.Args[c.Param]), c.Path) {
			if h.At == "" && h.Form <= Joined {
				out = append(out, guard{fn: h.fn, checked: Checked{h.Part, c.Against}})
			}
		}
	}
	return out
}

// compared returns the guards of a value that stands for itself: a piece of it says nothing of the rest,
// save for a URL's host.
func (e *engine) compared(v ssa.Value, kinds Kinds, form Form) []guard {
	var out []guard
	for h := range e.get(v) {
		if h.At != "" || h.Form > form || h.URL == OtherPiece {
			continue
		}
		part, against := h.Part, kinds
		if h.URL == Host {
			against = inURL
			part.Path = strings.TrimSuffix(part.Path, "Host")
			part.Path = strings.TrimSuffix(part.Path, ".")
		}
		out = append(out, guard{fn: h.fn, checked: Checked{part, against}})
	}
	return out
}

// apart reports whether a value is compared with something that comes from elsewhere: what the model
// chooses is not checked by what the model chooses.
func (e *engine) apart(v, against ssa.Value) bool {
	for a := range e.get(v) {
		for b := range e.get(against) {
			if a.fn == b.fn && a.Param == b.Param {
				return false
			}
		}
	}
	return true
}

func endsInSeparator(v ssa.Value) bool {
	suffix, ok := constSuffix(v)
	return ok && (strings.HasSuffix(suffix, "/") || strings.HasSuffix(suffix, `\`))
}

func endsInConstant(v ssa.Value) bool {
	_, ok := constSuffix(v)
	return ok
}

func isCallOf(v ssa.Value, name string) bool {
	if x, ok := v.(*ssa.Extract); ok {
		v = x.Tuple
	}
	call, ok := v.(*ssa.Call)
	return ok && calleeName(&call.Call) == name
}

// pattern returns the pattern of a regular expression that is compiled once, where it is constant.
func (e *engine) pattern(v ssa.Value) string {
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		v = e.stored(load.X)
	}
	if call, ok := v.(*ssa.Call); ok && strings.HasPrefix(calleeName(&call.Call), "regexp.MustCompile") && len(call.Call.Args) == 1 {
		return constString(call.Call.Args[0])
	}
	return ""
}

// anchored reports whether a pattern describes the whole text by what may stand in it, and lets it
// neither begin with a dash nor climb out of a folder.
func anchored(pattern string) bool {
	body, from := strings.CutPrefix(pattern, "^")
	body, to := strings.CutSuffix(body, "$")
	if !from || !to || body == "" || strings.Contains(body, "[^") || strings.Contains(body, "|") {
		return false
	}
	if strings.HasPrefix(body, "[") && strings.Contains(body[:strings.Index(body+"]", "]")], "-]") {
		return false
	}
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '\\':
			i++
			if i < len(body) && strings.IndexByte("SDWs", body[i]) >= 0 {
				return false
			}
		case '.':
			if !strings.Contains(body[:i], "[") || strings.LastIndex(body[:i], "[") < strings.LastIndex(body[:i], "]") {
				return false
			}
			if strings.Contains(body, "/") {
				return false
			}
		}
	}
	return true
}
