package gocode

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/leastagency/leastagency"
)

// heard notes that a value is read out of what a model answered. The way to it is the field or its address.
func (e *engine) heard(fn *ssa.Function, v, way ssa.Value) {
	path := ""
	for range maxPath {
		var x ssa.Value
		switch f := way.(type) {
		case *ssa.FieldAddr:
			x, path = f.X, join(component(f.X.Type(), f.Field), path)
		case *ssa.Field:
			x, path = f.X, join(component(f.X.Type(), f.Field), path)
		default:
			return
		}
		if c, ok := e.callType(x.Type()); ok {
			if strings.EqualFold(path, c.tool) {
				e.add(v, held{fn, Entry{Part: Part{Param: chosen}}})
			} else if rest, ok := cutArguments(path, c.args); ok && rest == "" {
				e.add(v, held{fn, Entry{Part: Part{Param: called}}})
				e.hears[fn] = true
			}
		}
		if field, ok := sdks().answers[typeName(x.Type())]; ok && strings.EqualFold(path, field) {
			e.add(v, held{fn, Entry{Part: Part{Param: answered}}})
		}
		way = x
	}
}

// callType reports whether a type holds a call that a model makes, and which fields tell of it: a type of
// a library, or one of the scanned code with the fields that the APIs have in common.
func (e *engine) callType(t types.Type) (callType, bool) {
	if c, ok := sdks().calls[typeName(t)]; ok {
		return c, true
	}
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	named, ok := t.(*types.Named)
	if !ok || named.Obj().Pkg() == nil || !e.ours(named.Obj().Pkg()) {
		return callType{}, false
	}
	s, ok := named.Underlying().(*types.Struct)
	if !ok {
		return callType{}, false
	}
	c := callType{}
	for i := range s.NumFields() {
		raw := s.Field(i).Type()
		switch name, _ := tagName(s.Tag(i)); {
		case name == "name" && isText(raw):
			c.tool = name
		case (name == "arguments" || name == "input") && (isText(raw) || isOpen(raw)):
			c.args = name
		}
	}
	// "input" is a word of many: beside a name it stands in other structures too.
	return c, c.tool != "" && c.args != "" && (c.args == "arguments" || strings.Contains(named.Obj().Name(), "Call") || strings.Contains(named.Obj().Name(), "ToolUse"))
}

// isOpen reports whether a type holds any JSON object.
func isOpen(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Map, *types.Interface:
		return true
	}
	return isType(t, "encoding/json.RawMessage")
}

// answersRun returns the places where what the model says is run as code, without being asked for a tool.
func (f *finder) answersRun() []leastagency.Step {
	var out []leastagency.Step
	for _, fn := range f.funcs {
		for _, s := range f.sums[fn].Sinks {
			if s.Param != answered || s.Kind&(inShell|inCommand|inEval) == 0 || f.inTest(fn.Pos()) {
				continue
			}
			if steps := f.steps(s.Hops); len(steps) > 0 {
				text := strings.TrimSpace("the model's answer reaches " + short(s.Callee) + " " + s.Detail)
				out = append(out, leastagency.Step{At: steps[len(steps)-1].At, Text: text})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b leastagency.Step) int { return a.At.Compare(b.At) })
	return slices.CompactFunc(out, func(a, b leastagency.Step) bool { return a.At == b.At })
}
