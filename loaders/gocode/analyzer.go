// Package gocode turns Go packages into layers of the model: the tools that they offer a model, what
// the code behind each really does, and where the arguments that the model chooses end up.
//
// It works as analyzers of go/analysis, one package at a time. What a package needs to know of others
// travels as facts, so that the same code runs under go vet, in other drivers, and over a whole tree.
package gocode

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/leastagency/leastagency"
)

// Analyzer finds the tools of a package. Its result is a *Program; it reports nothing itself.
var Analyzer = &analysis.Analyzer{
	Name:       "agenttools",
	Doc:        "find the tools that a package offers a model, and what they do with its arguments",
	Run:        run,
	FactTypes:  []analysis.Fact{new(Summary)},
	ResultType: reflect.TypeFor[*Program](),
}

// A Program is what one package holds for a model.
type Program struct {
	Layer *leastagency.Layer // nil when it offers nothing

	files map[*leastagency.File]*token.File
}

// Range returns the place of a span in the file set of the package.
func (p *Program) Range(s leastagency.Span) (start, end token.Pos) {
	f := p.files[s.File]
	if f == nil {
		return token.NoPos, token.NoPos
	}
	size := f.Size()
	return f.Pos(min(s.Start, size)), f.Pos(min(max(s.Start, s.End), size))
}

func run(pass *analysis.Pass) (any, error) {
	program := &Program{files: map[*leastagency.File]*token.File{}}
	if !relevant(pass) {
		return program, nil
	}
	e := newEngine(pass)
	e.run()
	for _, fn := range e.funcs {
		if obj, ok := fn.Object().(*types.Func); ok && fn.Synthetic == "" && !e.sums[fn].empty() {
			pass.ExportObjectFact(obj, portable(e.sums[fn]))
		}
	}
	f := &finder{engine: e, program: program, files: map[string]*leastagency.File{}}
	f.find()
	return program, nil
}

// relevant reports whether a package is worth its time: code of the module at hand. What other modules
// do stands behind their interfaces, and the standard library is known by data.
func relevant(pass *analysis.Pass) bool {
	if m := pass.Module; m != nil && m.Path != "" {
		return m.Version == "" && len(pass.Files) > 0
	}
	return !standard(pass.Pkg.Path()) && len(pass.Files) > 0
}

// standard reports whether a package path is one of the standard library.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return slices.Contains(standardRoots[:], first)
}

var standardRoots = [...]string{"archive", "bufio", "builtin", "bytes", "cmp", "compress", "container", "context", "crypto", "database", "debug", "embed",
	"encoding", "errors", "expvar", "flag", "fmt", "go", "hash", "html", "image", "index", "internal", "io", "iter", "log", "maps", "math", "mime", "net", "os", "path",
	"plugin", "reflect", "regexp", "runtime", "simd", "slices", "sort", "strconv", "strings", "structs", "sync", "syscall", "testing", "text", "time", "unicode", "unique", "unsafe", "vendor", "weak"}

// portable returns the summary in an order that is the same from run to run.
func portable(s *Summary) *Summary {
	for _, r := range s.Results {
		slices.SortFunc(r, compareEntries)
	}
	slices.SortFunc(s.Outs, func(a, b Out) int {
		if a.Into != b.Into {
			return a.Into - b.Into
		}
		return compareEntries(a.Entry, b.Entry)
	})
	slices.SortFunc(s.Sinks, compareSinks)
	slices.SortFunc(s.Caps, func(a, b Cap) int { return int(a.Capability) - int(b.Capability) })
	slices.SortFunc(s.Checks, func(a, b Checked) int {
		if c := compareParts(a.Part, b.Part); c != 0 {
			return c
		}
		return int(a.Against) - int(b.Against)
	})
	return s
}

func compareParts(a, b Part) int {
	if a.Param != b.Param {
		return a.Param - b.Param
	}
	return strings.Compare(a.Path, b.Path)
}

func compareEntries(a, b Entry) int {
	if c := compareParts(a.Part, b.Part); c != 0 {
		return c
	}
	if c := strings.Compare(a.At, b.At); c != 0 {
		return c
	}
	return int(a.Form) - int(b.Form) + 4*(int(a.Safe)-int(b.Safe)) + 1024*(int(a.URL)-int(b.URL))
}

func compareSinks(a, b Sink) int {
	if c := compareParts(a.Part, b.Part); c != 0 {
		return c
	}
	if a.Kind != b.Kind {
		return int(a.Kind) - int(b.Kind)
	}
	key := func(s Sink) string {
		text := s.Callee + s.Detail
		for _, h := range s.Hops {
			text += h.Place + h.Text
		}
		return text
	}
	return strings.Compare(key(a), key(b))
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

// file returns the source file of a position.
func (f *finder) file(pos token.Pos) (*leastagency.File, *token.File) {
	t := f.pass.Fset.File(pos)
	if t == nil {
		return nil, nil
	}
	if known, ok := f.files[t.Name()]; ok {
		return known, t
	}
	data, err := f.pass.ReadFile(t.Name())
	if err != nil {
		return nil, nil
	}
	file := leastagency.NewFile(filepath.ToSlash(t.Name()), data)
	file.Role = leastagency.RoleWorking
	f.files[t.Name()] = file
	f.program.files[file] = t
	return file, t
}

// span returns the place of a syntax node.
func (f *finder) span(from, to token.Pos) leastagency.Span {
	file, t := f.file(from)
	if file == nil || !to.IsValid() {
		return leastagency.Span{}
	}
	return file.Span(t.Offset(from), t.Offset(to))
}
