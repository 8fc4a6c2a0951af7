package gocode

import (
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A guard says that a part of a parameter was checked.
type guard struct {
	fn      *ssa.Function // whose parameter
	checked Checked
}

// A subject is what a check speaks of.
type subject struct {
	fn *ssa.Function
	Part
}

// checks are what has been checked at a point of a function, and against what.
type checks map[subject]Kinds

func (c checks) add(list []guard) {
	for _, g := range list {
		c[subject{g.fn, g.checked.Part}] |= g.checked.Against
	}
}

// both returns what holds in either case; nil stands for a case that is not known yet.
func both(a, b checks) checks {
	if a == nil {
		return b
	}
	out := checks{}
	for s, kinds := range a {
		if kinds &= b[s]; kinds != 0 {
			out[s] = kinds
		}
	}
	return out
}

// guarded reports whether something was checked before a call.
func (e *engine) guarded(call ssa.CallInstruction, h held, kind Kinds) bool {
	for block := call.Block(); block != nil; block = e.made[block.Parent()] { // what guards the making of a closure guards what it does
		if e.checked[block][subject{h.fn, h.Part}]&kind == kind {
			return true
		}
	}
	return kind == inURL && e.dials
}

// findGuards finds what is checked at the start of every block of a function, on whatever way it is
// reached, and what callers may conclude from its result.
func (e *engine) findGuards(fn *ssa.Function) {
	everywhere := e.ranges(fn)
	for _, b := range fn.Blocks {
		delete(e.checked, b)
	}
	for again, left := true, len(fn.Blocks)+rounds; again && left > 0; left-- {
		again = false
		for i, b := range fn.Blocks {
			var in checks
			for _, p := range b.Preds {
				if e.checked[p] != nil {
					in = both(in, e.along(p, b, 0))
				}
			}
			if i == 0 || b == fn.Recover {
				in = checks{}
			}
			if in == nil {
				continue // not reached yet
			}
			in.add(everywhere)
			if old, ok := e.checked[b]; !ok || !maps.Equal(old, in) {
				e.checked[b], again = in, true
			}
		}
	}
	e.sums[fn].Checks = e.concluded(fn)
	e.looks(fn)
}

// along returns what holds on the way from a block to one that follows it.
func (e *engine) along(from, to *ssa.BasicBlock, depth int) checks {
	out := maps.Clone(e.checked[from])
	if branch, ok := from.Instrs[len(from.Instrs)-1].(*ssa.If); ok && from.Succs[0] != from.Succs[1] {
		out.add(e.holdsWhen(branch.Cond, to == from.Succs[0], depth))
	}
	return out
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
		for s, kinds := range e.checked[b] {
			if s.fn == fn {
				here = append(here, Checked{s.Part, kinds})
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
			all = slices.DeleteFunc(all, func(c Checked) bool {
				return !slices.ContainsFunc(here, func(h Checked) bool { return h.Part == c.Part && h.Against&c.Against == c.Against })
			})
		}
	}
	slices.SortFunc(all, compareChecks)
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
	case *ssa.Phi:
		return e.flag(c, truth, depth)
	case *ssa.BinOp:
		if call, ok := c.X.(*ssa.Call); ok && c.Op == token.NEQ && truth && calleeName(&call.Call) == "net.ParseIP" {
			return e.compared(call.Call.Args[0], everywhere, Exact)
		}
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
	case name == "strings.EqualFold" && truth:
		for i := range args {
			if e.apart(args[i], args[1-i]) && len(e.get(args[i])) > 0 {
				return e.compared(args[i], everywhere, Exact)
			}
		}
	case name == "strings.HasSuffix" && truth && strings.HasPrefix(constString(args[1]), "."):
		return e.hosts(args[0])
	case name == "path/filepath.IsLocal" && truth, name == "io/fs.ValidPath" && truth:
		return e.compared(args[0], inPath, Joined)
	case name == "strings.HasPrefix" && len(args) == 2:
		prefix := constString(args[1])
		_, rest, url := strings.Cut(prefix, "://")
		switch {
		case truth && url && strings.Contains(rest, "/"): // up to the end of the host
			return e.compared(args[0], inURL, Exact)
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
	if slices.Contains(parsers[:], funcName(fn)) {
		return e.compared(call.Call.Args[len(call.Call.Args)-1], everywhere, Exact)
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

// parsers return an error for every text that is not the number, address or name that their last argument should be.
var parsers = [...]string{"strconv.Atoi", "strconv.ParseBool", "net/netip.ParseAddr", "net/netip.ParsePrefix", "net.ParseMAC", "time.ParseDuration",
	"github.com/google/uuid.Parse", "github.com/google/uuid.Validate", "github.com/gofrs/uuid.FromString"}

// flag returns what a truth value says that was set on the way: in a loop over what is allowed.
func (e *engine) flag(phi *ssa.Phi, truth bool, depth int) []guard {
	var all checks
	for i, edge := range phi.Edges {
		from := phi.Block().Preds[i]
		if k, ok := edge.(*ssa.Const); ok && (k.Value == nil || constant.BoolVal(k.Value) != truth) {
			continue
		} else if e.checked[from] == nil {
			continue // not reached yet
		} else if here := e.along(from, phi.Block(), depth+4); ok { // a flag may depend on another one, and on itself
			all = both(all, here)
		} else {
			here.add(e.holdsWhen(edge, truth, depth+4))
			all = both(all, here)
		}
	}
	var out []guard
	for s, kinds := range all {
		out = append(out, guard{s.fn, Checked{s.Part, kinds}})
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
			part = whole(part)
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
