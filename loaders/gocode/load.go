package gocode

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/leastagency/leastagency"
)

// timeout bounds one run of the go command, which compiles what the packages import when nobody has yet.
const timeout = 10 * time.Minute

// Load reads the packages of the Go module in a folder, and returns what they state with the number of
// packages. A package that is not understood is a Problem. The error means that there are no packages to
// be had.
func Load(ctx context.Context, dir string) (*leastagency.System, int, error) {
	root, err := rootOf(dir)
	if err != nil {
		return nil, 0, err
	}
	sys := &leastagency.System{}
	list, err := unit{dir: ".", modules: []string{"."}}.list(ctx, root)
	if err != nil {
		return nil, 0, err
	}
	_, unsound, err := analyse(root, list, sys)
	for _, b := range unsound {
		sys.Problems = append(sys.Problems, &leastagency.Problem{Path: relative(root, b.Dir), Kind: leastagency.ProblemUnreadable, Text: "the Go package " + b.why})
	}
	return sys, len(list), err
}

// environment is what the go command is started with: it downloads nothing, chooses no other toolchain,
// runs neither a C compiler nor a version control system, and starts no program that flags or another
// driver of packages would name. A non-empty GOFLAGS hides what "go env -w" has set; so do the patterns
// that match no module, without which modules called private would be fetched past GOPROXY.
func environment(work string) []string {
	return append(os.Environ(), "GOTOOLCHAIN=local", "GOFLAGS=-buildvcs=false", "CGO_ENABLED=0", "GO111MODULE=on", "GOWORK="+work,
		"GOPROXY=off", "GOPRIVATE=none", "GONOPROXY=none", "GOVCS=*:off", "GOAUTH=off", "GOPACKAGESDRIVER=off")
}

// errNoGo says that there is no go command to ask.
var errNoGo = errors.New("the go command is not on PATH")

// available reports whether there is a go command that does not itself belong to what is read.
func available(root string) error {
	file, err := exec.LookPath("go")
	if err != nil {
		return errNoGo
	}
	if real, err := filepath.EvalSymlinks(file); err == nil {
		file = real
	}
	if inside(root, file) {
		return fmt.Errorf("the go command on PATH is %s: it would run what is scanned", relative(root, file))
	}
	return nil
}

// list asks the go command for the packages of the unit, with types and syntax.
func (u unit) list(ctx context.Context, root string) ([]*packages.Package, error) {
	if err := available(root); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	work := "off"
	if u.work != "" {
		work = filepath.Join(root, filepath.FromSlash(u.work))
	}
	config := &packages.Config{
		Context: ctx,
		Dir:     filepath.Join(root, filepath.FromSlash(u.dir)),
		Env:     environment(work),
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedTypes |
			packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedModule | packages.NeedExportFile,
	}
	list, err := packages.Load(config, u.patterns()...)
	if err != nil {
		return nil, fmt.Errorf("list the Go packages: %s", firstLine(err.Error(), root))
	}
	return slices.DeleteFunc(list, func(p *packages.Package) bool { return len(p.GoFiles) == 0 && len(p.Errors) == 0 }), nil
}

// A part is a package as far as others build on it.
type part struct {
	path, name, folder string
	imports            []string
	layer              *leastagency.Layer // nil when it states nothing
}

// A broken is a package that can't be analysed.
type broken struct {
	*packages.Package
	why string
}

// analyse adds what the packages state to the system, and returns them apart from those that it could not
// analyse.
func analyse(root string, list []*packages.Package, sys *leastagency.System) (parts []*part, unsound []broken, err error) {
	var sound []*packages.Package
	for _, p := range list {
		if why := unfit(root, p); why != "" {
			unsound = append(unsound, broken{p, why})
		} else {
			sound = append(sound, p)
		}
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{unbreakable()}, sound, nil)
	if err != nil {
		return nil, nil, err
	}
	for _, action := range graph.Roots {
		p := action.Package
		program, ok := action.Result.(*Program)
		if !ok {
			unsound = append(unsound, broken{p, fmt.Sprintf("could not be analysed: %v", action.Err)})
			continue
		}
		one := &part{path: p.PkgPath, name: p.Name, folder: relative(root, p.Dir), imports: slices.Collect(maps.Keys(p.Imports)), layer: program.Layer}
		parts = append(parts, one)
		if program.Layer == nil {
			continue
		}
		for file := range program.files {
			file.Path = relative(root, filepath.FromSlash(file.Path))
			file.Real, file.Role = file.Path, leastagency.RoleOf(file.Path)
		}
		sys.Layers = append(sys.Layers, program.Layer)
	}
	return parts, unsound, nil
}

// unbreakable returns the analyzer as one that fails where it would crash: one package must not take the
// others along.
func unbreakable() *analysis.Analyzer {
	a := *Analyzer
	a.Run = func(pass *analysis.Pass) (result any, err error) {
		defer func() {
			if r := recover(); r != nil {
				result, err = nil, fmt.Errorf("internal error, please report it: %v", r)
			}
		}()
		return run(pass)
	}
	return &a
}

// programs returns the main packages, each with the servers of all packages that it is made of.
func programs(parts []*part) []*leastagency.Program {
	byPath := map[string]*part{}
	for _, p := range parts {
		byPath[p.path] = p
	}
	var out []*leastagency.Program
	for _, main := range parts {
		if main.name != "main" {
			continue
		}
		program := &leastagency.Program{Path: main.path, Folder: main.folder}
		seen := map[*part]bool{}
		var visit func(p *part)
		visit = func(p *part) {
			if p == nil || seen[p] {
				return
			}
			seen[p] = true
			if p.layer != nil {
				program.Servers = append(program.Servers, p.layer.Servers...)
			}
			for _, path := range p.imports {
				visit(byPath[path])
			}
		}
		visit(main)
		slices.SortStableFunc(program.Servers, func(a, b *leastagency.Server) int { return a.At.Compare(b.At) })
		out = append(out, program)
	}
	return out
}

// unfit says why a package can't be analysed; empty for one that can. A file that a link brings in from
// outside the root is none of its own.
func unfit(root string, p *packages.Package) string {
	for _, path := range slices.Sorted(maps.Keys(p.Imports)) {
		if q := p.Imports[path]; len(q.Errors) > 0 && len(q.GoFiles) == 0 {
			return fmt.Sprintf("imports %s, which is not in the module cache: %q fetches what go.mod requires", path, "go mod download")
		}
	}
	if len(p.Errors) > 0 {
		return "does not type-check: " + firstLine(p.Errors[0].Msg, root)
	}
	if p.IllTyped {
		return "does not type-check"
	}
	for _, file := range slices.Concat(p.GoFiles, p.CompiledGoFiles) {
		if real, err := filepath.EvalSymlinks(file); err != nil || !inside(root, real) {
			return "has a file that leads out of the root: " + filepath.Base(file)
		}
	}
	return ""
}

// firstLine returns the first line of a message of the go command, with paths as reports show them.
func firstLine(text, root string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	return strings.ReplaceAll(text, root+string(filepath.Separator), "")
}

// relative returns a path as reports show it.
func relative(dir, path string) string {
	rel, err := filepath.Rel(dir, path)
	if err != nil {
		return filepath.ToSlash(filepath.Base(path))
	}
	return filepath.ToSlash(rel)
}

func inside(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}
