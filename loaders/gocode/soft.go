package gocode

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A Soft is a look at a part of a parameter that keeps nobody out: at how it begins, at its first word, or
// for what it must not contain. It excuses nothing, and a finding says that it is there.
type Soft struct {
	Part
	Text string // a clause: "a check of its first word"

	fn *ssa.Function // whose parameter
	at ssa.Instruction
}

// looks notes the soft checks on which a function decides.
func (e *engine) looks(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		switch last := b.Instrs[len(b.Instrs)-1].(type) {
		case *ssa.If:
			e.look(fn, last.Cond)
		case *ssa.Return:
			for _, r := range last.Results {
				if isTruth(r.Type()) {
					e.look(fn, r)
				}
			}
		}
	}
}

func isTruth(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

// look notes what a condition looks at.
func (e *engine) look(fn *ssa.Function, cond ssa.Value) {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			e.look(fn, c.X)
		}
	case *ssa.BinOp:
		for _, pair := range [][2]ssa.Value{{c.X, c.Y}, {c.Y, c.X}} {
			if k, ok := pair[1].(*ssa.Const); ok && k.IsNil() {
				e.look(fn, pair[0])
			} else if constString(pair[1]) != "" {
				e.lookAtWord(fn, pair[0], c)
			}
		}
	case *ssa.Lookup:
		e.lookAtWord(fn, c.Index, c)
	case *ssa.Extract:
		e.look(fn, c.Tuple)
	case *ssa.Call:
		e.lookOf(fn, c)
	}
}

func (e *engine) lookOf(fn *ssa.Function, call *ssa.Call) {
	args := arguments(&call.Call)
	switch name := calleeName(&call.Call); {
	case name == "strings.HasPrefix":
		e.lookAt(fn, args[0], "a check of how it begins", call)
	case name == "slices.Contains":
		e.lookAtWord(fn, args[1], call)
	case strings.HasPrefix(name, "strings.Contains"), strings.HasPrefix(name, "strings.Index"):
		e.lookAt(fn, args[0], "a look for what it contains", call)
	case name == "(*regexp.Regexp).MatchString" && !anchored(e.pattern(args[0])):
		e.lookAt(fn, args[1], "a pattern that does not describe all of it", call)
	default:
		for _, t := range e.targets(&call.Call) {
			for _, s := range t.sum.Softs {
				if s.Param < len(args) {
					for h := range project(e.get(args[s.Param]), s.Path) {
						e.addSoft(fn, h, s.Text, call)
					}
				}
			}
		}
	}
}

// lookAt notes a look at a value.
func (e *engine) lookAt(fn *ssa.Function, v ssa.Value, text string, at ssa.Instruction) {
	for h := range e.get(v) {
		if h.URL == NoPiece {
			e.addSoft(fn, h, text, at)
		}
	}
}

// lookAtWord notes a comparison of one word of a value.
func (e *engine) lookAtWord(fn *ssa.Function, v ssa.Value, at ssa.Instruction) {
	if !isWord(v, 0) {
		return
	}
	for h := range e.get(v) {
		if h.Form == Mixed && h.URL == NoPiece { // an element of a list is whole
			e.addSoft(fn, h, "a check of its first word", at)
		}
	}
}

// isWord reports whether a value is a piece that a text was split into.
func isWord(v ssa.Value, depth int) bool {
	if depth > 4 {
		return false
	}
	switch x := v.(type) {
	case *ssa.UnOp:
		_, ok := x.X.(*ssa.IndexAddr)
		return ok && x.Op == token.MUL
	case *ssa.Extract:
		call, ok := x.Tuple.(*ssa.Call)
		return ok && calleeName(&call.Call) == "strings.Cut" && x.Index == 0
	case *ssa.Call:
		return len(x.Call.Args) > 0 && faithful[calleeName(&x.Call)] && isWord(x.Call.Args[0], depth+1)
	}
	return false
}

// maxSofts bounds the soft checks of one function: a finding names one.
const maxSofts = 8

func (e *engine) addSoft(fn *ssa.Function, h held, text string, at ssa.Instruction) {
	same := func(s Soft) bool { return s.fn == h.fn && s.Part == h.Part && s.Text == text }
	if len(e.softs[fn]) >= maxSofts || slices.ContainsFunc(e.softs[fn], same) {
		return
	}
	s := Soft{Part: h.Part, Text: text, fn: h.fn, at: at}
	e.softs[fn] = append(e.softs[fn], s)
	if h.fn == fn {
		e.sums[fn].Softs = append(e.sums[fn].Softs, s)
	}
}

// softly returns the first soft check that something passes before a call; nil when there is none.
func (e *engine) softly(call ssa.CallInstruction, h held) *Soft {
	var first *Soft
	for block := call.Block(); block != nil; block = e.made[block.Parent()] {
		for i, s := range e.softs[block.Parent()] {
			if s.fn == h.fn && s.Part == h.Part && before(s.at.Block(), block) && (first == nil || s.at.Pos() < first.at.Pos()) {
				first = &e.softs[block.Parent()][i]
			}
		}
	}
	return first
}

// before reports whether a block is run before another one, on every way or in a loop.
func before(a, b *ssa.BasicBlock) bool {
	if a.Dominates(b) {
		return true
	}
	head := a.Idom()
	return head != nil && head.Dominates(b) && slices.ContainsFunc(head.Preds, head.Dominates)
}
