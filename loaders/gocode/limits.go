package gocode

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/ssa"

	"github.com/leastagency/leastagency"
)

// limits finds where the package hands the work to a model again and again, and what ends that.
func (f *finder) limits() {
	var loops []loop
	for _, fn := range f.funcs {
		if f.inTest(fn.Pos()) || f.sums[fn].Marks&callsModel == 0 {
			continue
		}
		for _, l := range naturalLoops(fn) {
			if marks := f.looped(l); marks&callsModel != 0 {
				loops = append(loops, l)
				f.sums[fn].Marks |= loopsModel
			}
		}
	}
	f.spread()
	for _, l := range loops {
		if marks := f.looped(l); marks&hearsCalls != 0 && f.turns(l) && !f.bounded(l) {
			f.layer.Runs = append(f.layer.Runs, &leastagency.Run{At: f.placeOfLoop(l), Name: l.head.Parent().RelString(f.pass.Pkg), Loop: true,
				Limits: leastagency.Limits{Open: "a bound of the loop"}})
		}
	}
	for _, instr := range f.instructions() {
		alloc, ok := instr.(*ssa.Alloc)
		if !ok {
			continue
		}
		name, ok := limitFields[typeName(alloc.Type())]
		if !ok {
			continue
		}
		run := &leastagency.Run{At: f.place(alloc.Pos()), Name: short(typeName(alloc.Type()))}
		if limit, set := f.fields(alloc)[name]; !set {
			run.Limits.Open = name
		} else if n := status(limit.value); n > 0 {
			run.Limits.Turns = leastagency.ValueAt(int(n), f.place(limit.pos))
		}
		f.layer.Runs = append(f.layer.Runs, run)
	}
	f.layer.Runs = slices.DeleteFunc(f.layer.Runs, func(r *leastagency.Run) bool { return r.At.IsZero() })
	slices.SortStableFunc(f.layer.Runs, func(a, b *leastagency.Run) int { return a.At.Compare(b.At) })
}

// A loop is a natural loop: the blocks from which control comes back to its head.
type loop struct {
	head   *ssa.BasicBlock
	blocks map[*ssa.BasicBlock]bool
}

// placeOfLoop returns the place of the statement that a loop is.
func (f *finder) placeOfLoop(l loop) leastagency.Span {
	first := token.NoPos
	for b := range l.blocks {
		for _, instr := range b.Instrs {
			if p := instr.Pos(); p.IsValid() && (!first.IsValid() || p < first) {
				first = p
			}
		}
	}
	for _, file := range f.pass.Files {
		if file.FileStart > first || first > file.FileEnd {
			continue
		}
		nodes, _ := astutil.PathEnclosingInterval(file, first, first)
		for _, n := range nodes {
			switch n := n.(type) {
			case *ast.ForStmt:
				return f.span(n.For, n.Body.Lbrace)
			case *ast.RangeStmt:
				return f.span(n.For, n.Body.Lbrace)
			}
		}
	}
	return f.place(first)
}

func naturalLoops(fn *ssa.Function) []loop {
	byHead := map[*ssa.BasicBlock]loop{}
	var order []*ssa.BasicBlock
	for _, b := range fn.Blocks {
		for _, head := range b.Succs {
			if !head.Dominates(b) {
				continue
			}
			if byHead[head].blocks == nil {
				byHead[head] = loop{head, map[*ssa.BasicBlock]bool{head: true}}
				order = append(order, head)
			}
			work := []*ssa.BasicBlock{b}
			for len(work) > 0 {
				at := work[len(work)-1]
				work = work[:len(work)-1]
				if !byHead[head].blocks[at] {
					byHead[head].blocks[at] = true
					work = append(work, at.Preds...)
				}
			}
		}
	}
	var out []loop
	for _, head := range order {
		out = append(out, byHead[head])
	}
	return out
}

// looped returns the marks of what a loop does and calls.
func (f *finder) looped(l loop) Marks {
	var marks Marks
	if f.hears[l.head.Parent()] {
		marks |= hearsCalls
	}
	for b := range l.blocks {
		for _, instr := range b.Instrs {
			marks |= f.lookedAt(instr) & callsModel
			if call, ok := instr.(ssa.CallInstruction); ok {
				for _, t := range f.targets(call.Common()) {
					marks |= t.sum.Marks
				}
			}
		}
	}
	return marks
}

// turns reports whether each turn of a loop asks the model once: what it calls does not go on by itself,
// and no loop inside does.
func (f *finder) turns(l loop) bool {
	for b := range l.blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			for _, t := range f.targets(call.Common()) {
				if t.sum.Marks&loopsModel != 0 && t.fn != l.head.Parent() {
					return false
				}
			}
		}
	}
	return !slices.ContainsFunc(naturalLoops(l.head.Parent()), func(inner loop) bool {
		return inner.head != l.head && l.blocks[inner.head] && f.looped(inner)&callsModel != 0
	})
}

// bounded reports whether something ends a loop, or holds it up until somebody wants more of it: a count,
// a deadline, something to wait for.
func (f *finder) bounded(l loop) bool {
	for _, b := range l.head.Parent().Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok && !l.blocks[b] && deadlines[calleeName(call.Common())] {
				return true
			}
		}
	}
	nested := map[*ssa.BasicBlock]bool{}
	for _, inner := range naturalLoops(l.head.Parent()) {
		if inner.head != l.head && l.blocks[inner.head] {
			for b := range inner.blocks {
				nested[b] = true
			}
		}
	}
	for b := range l.blocks {
		for _, instr := range b.Instrs {
			switch x := instr.(type) {
			case *ssa.BinOp:
				if !nested[b] && (x.Op == token.LSS || x.Op == token.LEQ || x.Op == token.GTR || x.Op == token.GEQ) && (counts(x.X) || counts(x.Y)) {
					return true
				}
			case *ssa.UnOp:
				if x.Op == token.ARROW && !nested[b] && !isDone(x.X) {
					return true
				}
			case *ssa.Select:
				if x.Blocking && !nested[b] && slices.ContainsFunc(x.States, func(s *ssa.SelectState) bool { return s.Dir == types.RecvOnly && !isDone(s.Chan) }) {
					return true
				}
			case ssa.CallInstruction:
				name := calleeName(x.Common())
				if !nested[b] && asksPerson[name[strings.LastIndexByte(name, '.')+1:]] && !strings.Contains(name, "strings.") {
					return true
				}
			}
		}
	}
	return false
}

// counts reports whether a value is a number that the program changes: a variable rather than a length.
func counts(v ssa.Value) bool {
	b, ok := v.Type().Underlying().(*types.Basic)
	if !ok || b.Info()&types.IsNumeric == 0 {
		return false
	}
	switch x := v.(type) {
	case *ssa.Phi, *ssa.UnOp, *ssa.Parameter:
		return true
	case *ssa.BinOp:
		return counts(x.X) || counts(x.Y)
	case *ssa.Convert:
		return counts(x.X)
	}
	return false
}

// isDone reports whether a channel is that of a context.
func isDone(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	return ok && strings.HasSuffix(calleeName(&call.Call), ".Done")
}

var deadlines = map[string]bool{"context.WithTimeout": true, "context.WithDeadline": true, "context.WithTimeoutCause": true, "time.After": true}

// asksPerson are methods that wait for somebody's next words.
var asksPerson = map[string]bool{"Scan": true, "ReadString": true, "ReadLine": true, "Readline": true, "Scanln": true, "ReadMessage": true, "ReadJSON": true, "Prompt": true}

// limitFields are the fields of libraries' structures that bound the turns of an agent, where none is no bound.
var limitFields = map[string]string{
	anthropic + ".BetaToolRunnerParams":                           "MaxIterations",
	"google.golang.org/adk/agent/workflowagents/loopagent.Config": "MaxIterations",
}

// modelCalls ask a model once.
var modelCalls = map[string]bool{
	openai + ".ChatCompletionService.New":                                       true,
	openai + ".ChatCompletionService.NewStreaming":                              true,
	openai + "/responses.ResponseService.New":                                   true,
	openai + "/responses.ResponseService.NewStreaming":                          true,
	anthropic + ".MessageService.New":                                           true,
	anthropic + ".MessageService.NewStreaming":                                  true,
	anthropic + ".BetaMessageService.New":                                       true,
	anthropic + ".BetaMessageService.NewStreaming":                              true,
	"github.com/sashabaranov/go-openai.Client.CreateChatCompletion":             true,
	"github.com/sashabaranov/go-openai.Client.CreateChatCompletionStream":       true,
	"google.golang.org/genai.Models.GenerateContent":                            true,
	"google.golang.org/genai.Models.GenerateContentStream":                      true,
	"google.golang.org/genai.Chat.SendMessage":                                  true,
	"google.golang.org/genai.Chat.Send":                                         true,
	"github.com/google/generative-ai-go/genai.ChatSession.SendMessage":          true,
	"github.com/google/generative-ai-go/genai.GenerativeModel.GenerateContent":  true,
	"github.com/ollama/ollama/api.Client.Chat":                                  true,
	"github.com/tmc/langchaingo/llms.Model.GenerateContent":                     true,
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime.Client.Converse":       true,
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime.Client.ConverseStream": true,
	fantasy + ".LanguageModel.Generate":                                         true,
	fantasy + ".LanguageModel.Stream":                                           true,
	"github.com/cloudwego/eino/components/model.BaseChatModel.Generate":         true,
}
