// Package gocode turns Go packages into layers of the model: the tools that they offer a model, what
// the code behind each really does, and where the arguments that the model chooses end up.
//
// It works as analyzers of go/analysis, one package at a time. What a package needs to know of others
// travels as facts, so that the same code runs under go vet, in other drivers, and over a whole tree.
package gocode

import (
	"go/token"
	"go/types"
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
	FactTypes:  []analysis.Fact{new(Summary), new(Manner), new(Texts)},
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
	f := &finder{engine: e, program: program, files: map[string]*leastagency.File{}}
	f.find()
	for _, fn := range e.funcs {
		if obj, ok := fn.Object().(*types.Func); ok && fn.Synthetic == "" && !e.sums[fn].empty() {
			pass.ExportObjectFact(obj, portable(e.sums[fn]))
		}
	}
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
