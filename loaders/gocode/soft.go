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
				e.lookAt(fn, pair[0], Mixed, "a check of its first word", c)
			}
		}
	case *ssa.Lookup:
		e.lookAt(fn, c.Index, Mixed, "a check of its first word", c)
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
		e.lookAt(fn, args[0], Exact, "a check of how it begins", call)
	case name == "slices.Contains":
		e.lookAt(fn, args[1], Mixed, "a check of its first word", call)
	case strings.HasPrefix(name, "strings.Contains"), strings.HasPrefix(name, "strings.Index"):
		e.lookAt(fn, args[0], Exact, "a look for what it contains", call)
	case name == "(*regexp.Regexp).MatchString" && !anchored(e.pattern(args[0])):
		e.lookAt(fn, args[1], Exact, "a pattern that does not describe all of it", call)
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

// lookAt notes a look at a value that is as the model wrote it, or at one that was made of it, whichever
// the look is soft for.
func (e *engine) lookAt(fn *ssa.Function, v ssa.Value, least Form, text string, at ssa.Instruction) {
	for h := range e.get(v) {
		if h.Form >= least && h.URL == NoPiece {
			e.addSoft(fn, h, text, at)
		}
	}
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
