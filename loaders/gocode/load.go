package gocode

import (
	"context"
	"errors"
	"fmt"
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
	return sys, len(list), analyse(root, list, sys)
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

// analyse adds what the packages state to the system. Those that do not type-check are problems.
func analyse(root string, list []*packages.Package, sys *leastagency.System) error {
	sound := slices.DeleteFunc(slices.Clone(list), func(p *packages.Package) bool {
		text := broken(root, p)
		if text != "" {
			sys.Problems = append(sys.Problems, &leastagency.Problem{Path: relative(root, p.Dir), Kind: leastagency.ProblemUnreadable, Text: "the Go package " + text})
		}
		return text != ""
	})
	graph, err := checker.Analyze([]*analysis.Analyzer{Analyzer}, sound, nil)
	if err != nil {
		return err
	}
	layers := map[string]*leastagency.Layer{} // by package
	for _, action := range graph.Roots {
		program, ok := action.Result.(*Program)
		if !ok {
			sys.Problems = append(sys.Problems, &leastagency.Problem{Path: relative(root, action.Package.Dir), Kind: leastagency.ProblemUnreadable,
				Text: fmt.Sprintf("the Go package could not be analysed: %v", action.Err)})
			continue
		}
		if program.Layer == nil {
			continue
		}
		for file := range program.files {
			file.Path = relative(root, filepath.FromSlash(file.Path))
			file.Real, file.Role = file.Path, leastagency.RoleOf(file.Path)
		}
		layers[action.Package.ID] = program.Layer
		sys.Layers = append(sys.Layers, program.Layer)
	}
	sys.Programs = append(sys.Programs, programs(root, list, layers)...)
	return nil
}

// programs returns the main packages, each with the servers of all packages that it is made of.
func programs(root string, list []*packages.Package, layers map[string]*leastagency.Layer) []*leastagency.Program {
	var out []*leastagency.Program
	for _, main := range list {
		if main.Name != "main" {
			continue
		}
		program := &leastagency.Program{Path: main.PkgPath, Folder: relative(root, main.Dir)}
		packages.Visit([]*packages.Package{main}, nil, func(p *packages.Package) {
			if layer := layers[p.ID]; layer != nil {
				program.Servers = append(program.Servers, layer.Servers...)
			}
		})
		out = append(out, program)
	}
	return out
}

// broken says why a package can't be analysed; empty for one that can. A file that a link brings in from
// outside the root is none of its own.
func broken(root string, p *packages.Package) string {
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
