package gocode

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/leastagency/leastagency"
)

// An engine follows what the functions of one package do with their parameters. It looks at the whole
// package at once and at no order of statements, save that a check guards what it dominates.
type engine struct {
	pass    *analysis.Pass
	pkg     *ssa.Package
	funcs   []*ssa.Function
	known   map[string]*leastagency.GoFunc
	clients []leastagency.GoClient

	holds   map[ssa.Value]set
	sums    map[*ssa.Function]*Summary
	checked map[*ssa.BasicBlock]checks // at its start
	softs   map[*ssa.Function][]Soft
	dials   bool // connections are controlled where they are dialled
	bound   map[*ssa.FreeVar]ssa.Value
	made    map[*ssa.Function]*ssa.BasicBlock // where a closure is made
	globals map[*ssa.Global]ssa.Value         // the value that initialises it, where there is exactly one
	hears   map[*ssa.Function]bool            // reads a call that a model makes
	changed bool
}

// A held is an Entry of the parameters of a function of this package.
type held struct {
	fn *ssa.Function
	Entry
}

type set map[held]bool

// rounds bounds the search for a fixpoint; what is not found by then is missed, never invented.
const rounds = 24

func newEngine(pass *analysis.Pass) *engine {
	prog := ssa.NewProgram(pass.Fset, 0)
	for _, p := range imports(pass.Pkg) {
		prog.CreatePackage(p, nil, nil, true)
	}
	pkg := prog.CreatePackage(pass.Pkg, pass.Files, pass.TypesInfo, false)
	pkg.Build()
	e := &engine{pass: pass, pkg: pkg, known: knownFuncs(), holds: map[ssa.Value]set{}, sums: map[*ssa.Function]*Summary{},
		checked: map[*ssa.BasicBlock]checks{}, softs: map[*ssa.Function][]Soft{}, bound: map[*ssa.FreeVar]ssa.Value{}, made: map[*ssa.Function]*ssa.BasicBlock{}, globals: map[*ssa.Global]ssa.Value{}, hears: map[*ssa.Function]bool{}}
	e.clients = leastagency.Builtin().Knowledge.GoClients
	var add func(fn *ssa.Function)
	add = func(fn *ssa.Function) {
		if fn == nil || len(fn.Blocks) == 0 {
			return
		}
		e.funcs = append(e.funcs, fn)
		e.sums[fn] = &Summary{Results: make([][]Entry, fn.Signature.Results().Len())}
		for _, anon := range fn.AnonFuncs {
			add(anon)
		}
	}
	for _, fn := range sourceFuncs(pass) {
		add(prog.FuncValue(fn))
	}
	add(pkg.Func("init"))
	return e
}

// sourceFuncs returns the functions and methods that a package declares, in order.
func sourceFuncs(pass *analysis.Pass) []*types.Func {
	var list []*types.Func
	for _, file := range pass.Files {
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok {
				if fn, ok := pass.TypesInfo.Defs[d.Name].(*types.Func); ok {
					list = append(list, fn)
				}
			}
		}
	}
	return list
}

// knownFuncs returns the functions that are known to act on the world, by their full names.
func knownFuncs() map[string]*leastagency.GoFunc {
	table := leastagency.Builtin().Knowledge.GoFuncs
	known := make(map[string]*leastagency.GoFunc, len(table))
	for i := range table {
		known[table[i].Name] = &table[i]
	}
	return known
}

// imports returns all packages below one, each before those that import it.
func imports(pkg *types.Package) []*types.Package {
	var list []*types.Package
	seen := map[*types.Package]bool{pkg: true}
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		for _, q := range p.Imports() {
			if !seen[q] {
				seen[q] = true
				visit(q)
				list = append(list, q)
			}
		}
	}
	visit(pkg)
	return list
}

// run finds the summaries of all functions.
func (e *engine) run() {
	for _, fn := range e.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				for _, operand := range instr.Operands(nil) {
					if inner, ok := (*operand).(*ssa.Function); ok && inner.Parent() == fn {
						e.made[inner] = b
					}
				}
				switch v := instr.(type) {
				case *ssa.MakeClosure:
					for i, binding := range v.Bindings {
						if inner := v.Fn.(*ssa.Function); i < len(inner.FreeVars) {
							e.bound[inner.FreeVars[i]] = binding
						}
					}
				case *ssa.Store:
					if g, ok := v.Addr.(*ssa.Global); ok {
						if _, twice := e.globals[g]; twice {
							e.globals[g] = nil
						} else {
							e.globals[g] = v.Val
						}
					}
				}
			}
		}
		for i, p := range fn.Params {
			e.add(p, held{fn, Entry{Part: Part{Param: i}}})
		}
	}
	e.fixpoint(e.values)
	e.dials = e.controlsDials()
	for range 3 { // a check may be made by a function, which calls another one
		for _, fn := range e.funcs {
			e.findGuards(fn)
		}
	}
	e.fixpoint(e.effects)
}

func (e *engine) fixpoint(do func(*ssa.Function, ssa.Instruction)) {
	for range rounds {
		e.changed = false
		for _, fn := range e.funcs {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					do(fn, instr)
				}
			}
		}
		if !e.changed {
			return
		}
	}
}
