package gocode

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/leastagency/leastagency"
)

// Agents that talk to a model's API themselves have no registry: they compare the name that the model
// answered, and run what stands behind it. A dispatcher is a function in which that happens.
type dispatcher struct {
	fn     *ssa.Function
	names  map[int]string // the parameters that hold the name of the tool, with the field
	given  map[int]string // and its arguments, as for handlers
	direct bool           // the function reads the model's answer itself
}

// dispatchers adds the tools that functions choose by name, and returns the functions that read the name
// out of a model's answer.
func (f *finder) dispatchers() []*dispatcher {
	list := map[*ssa.Function]*dispatcher{}
	var order []*dispatcher
	note := func(fn *ssa.Function) *dispatcher {
		if list[fn] == nil {
			list[fn] = &dispatcher{fn: fn, names: map[int]string{}, given: map[int]string{}}
			order = append(order, list[fn])
		}
		return list[fn]
	}
	for _, fn := range f.funcs {
		if f.hears[fn] && !f.inTest(fn.Pos()) {
			d := note(fn)
			d.direct, d.names[chosen], d.given[called] = true, "", ""
		}
		for i, p := range fn.Params {
			if fields, ok := sdks().requests[typeName(p.Type())]; ok && !f.inTest(fn.Pos()) {
				d := note(fn)
				d.names[i], d.given[i] = "Params.Name", fields
			}
		}
	}
	for i := 0; i < len(order); i++ { // name and arguments may be handed on together
		d := order[i]
		for _, b := range d.fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if !ok {
					continue
				}
				name, given := -1, []int{}
				for i, a := range arguments(call.Common()) {
					if d.holdsName(f.get(a)) {
						name = i
					} else if d.holdsArguments(f.get(a)) {
						given = append(given, i)
					}
				}
				if name < 0 || len(given) == 0 {
					continue
				}
				for _, t := range f.targets(call.Common()) {
					if t.fn != nil && !f.handled[t.fn] {
						next := note(t.fn)
						next.names[name] = ""
						for _, i := range given {
							next.given[i] = ""
						}
					}
				}
			}
		}
	}
	for _, d := range order {
		f.dispatch(d)
	}
	return slices.DeleteFunc(order, func(d *dispatcher) bool { return !d.direct })
}

func (d *dispatcher) holdsName(s set) bool {
	for h := range s {
		if field, ok := d.names[h.Param]; ok && h.fn == d.fn && h.At == "" && h.Form == Exact && strings.EqualFold(h.Path, field) {
			return true
		}
	}
	return false
}

func (d *dispatcher) holdsArguments(s set) bool {
	for h := range s {
		if fields, ok := d.given[h.Param]; ok && h.fn == d.fn {
			if _, ok := cutArguments(h.Path, fields); ok {
				return true
			}
		}
	}
	return false
}

// dispatch adds the tools whose names a dispatcher compares or looks up.
func (f *finder) dispatch(d *dispatcher) {
	found := false
	for _, b := range d.fn.Blocks {
		for _, instr := range b.Instrs {
			switch x := instr.(type) {
			case *ssa.BinOp:
				if name := constString(x.Y); name != "" && x.Op == token.EQL && d.holdsName(f.get(x.X)) {
					if branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok && branch.Cond == x {
						f.branch(d, name, x.Pos(), b.Succs[0])
						found = true
					}
				}
			case *ssa.Lookup:
				if d.holdsName(f.get(x.Index)) {
					found = f.table(x.X) || found
				}
			}
		}
	}
	if found && takesRequest(d.fn) {
		f.chooses[d.fn] = true
	}
}

// branch adds the tool whose name leads to a block.
func (f *finder) branch(d *dispatcher, name string, pos token.Pos, to *ssa.BasicBlock) {
	var blocks []*ssa.BasicBlock
	for _, b := range d.fn.Blocks {
		if to.Dominates(b) {
			blocks = append(blocks, b)
		}
	}
	sum := f.within(d.fn, blocks)
	if t := f.newTool(description{name: name, named: pos}, nil, token.NoPos); t != nil && !sum.empty() {
		f.does(t, sum)
		f.flows(t, sum, d.given)
		f.server.Tools = append(f.server.Tools, t)
	}
}

// within returns what some blocks of a function do.
func (f *finder) within(fn *ssa.Function, blocks []*ssa.BasicBlock) *Summary {
	whole := f.sums[fn]
	part := &Summary{Results: whole.Results}
	f.sums[fn] = part
	for _, b := range blocks {
		for _, instr := range b.Instrs {
			f.effects(fn, instr)
		}
	}
	f.sums[fn] = whole
	part.Results = nil
	return part
}

// table adds the tools of a map from names to handlers.
func (f *finder) table(m ssa.Value) bool {
	found := false
	for _, u := range f.entries(m) {
		name := constString(u.Key)
		for _, fn := range f.handlerFuncs(u.Value, 0) {
			if name != "" && !f.handled[fn] {
				f.handled[fn], found = true, true
				f.tool(description{name: name, named: u.Pos()}, fn, u.Pos())
			}
		}
	}
	return found
}

// entries returns what a map that is made once is filled with.
func (e *engine) entries(m ssa.Value) []*ssa.MapUpdate {
	if load, ok := m.(*ssa.UnOp); ok && load.Op == token.MUL {
		m = e.stored(load.X)
	}
	made, ok := m.(*ssa.MakeMap)
	if !ok {
		return nil
	}
	var out []*ssa.MapUpdate
	for _, ref := range *made.Referrers() {
		if u, ok := ref.(*ssa.MapUpdate); ok && u.Map == made {
			out = append(out, u)
		}
	}
	return out
}

// rest adds a tool for what a function does with the model's arguments whatever their name: that which no
// other tool tells of.
func (f *finder) rest(d *dispatcher) {
	told := func(s Sink) bool {
		steps := f.steps(s.Hops)
		return len(steps) == 0 || slices.ContainsFunc(f.server.Tools, func(t *leastagency.Tool) bool {
			return slices.ContainsFunc(t.Flows, func(flow *leastagency.Flow) bool { return flow.At == steps[len(steps)-1].At })
		})
	}
	left := &Summary{}
	for _, s := range f.sums[d.fn].Sinks {
		if s.Param == called && !told(s) {
			left.Sinks = append(left.Sinks, s)
		}
	}
	if len(left.Sinks) == 0 {
		return
	}
	name, _, _ := strings.Cut(d.fn.Name(), "$")
	if t := f.newTool(description{name: name, named: d.fn.Pos()}, d.fn, token.NoPos); t != nil {
		f.flows(t, left, d.given)
		f.server.Tools = append(f.server.Tools, t)
	}
}
