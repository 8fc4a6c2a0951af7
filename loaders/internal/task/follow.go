package task

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

// Bounds on what one command line may make us read.
const (
	maxDepth   = 3
	maxScripts = 32
)

// A Led is a script of the tree that a command line leads to, with the places from which it is started.
type Led struct {
	Script
	Parsed *leastagency.Command
	Way    []leastagency.Step
}

// Follow returns the scripts of the tree that a shell text leads to, and those that these lead to.
// Folder is where the text runs, relative to the scanned root.
func Follow(sys *leastagency.System, text place.Text, parsed *leastagency.Command, folder string) []Led {
	f := &follower{sys: sys, seen: map[string]bool{}}
	f.follow(text, parsed, folder, nil)
	return f.out
}

type follower struct {
	sys  *leastagency.System
	seen map[string]bool
	out  []Led
}

func (f *follower) follow(text place.Text, parsed *leastagency.Command, folder string, way []leastagency.Step) {
	if len(way) >= maxDepth {
		return
	}
	for _, file := range parsed.Files {
		f.scripts(text, file, folder, inTree(folder, file), func(s Script) bool { return s.Task == "" }, way)
	}
	for _, call := range parsed.Invocations {
		r := runnerOf(call)
		if r == nil {
			continue
		}
		words, in := r.words(call.Args)
		for _, file := range r.files {
			if p := inTree(folder, path.Join(in, file)); p != "" {
				f.scripts(text, call.Program, folder, p, func(s Script) bool { return slices.Contains(words, s.Task) }, way)
			}
		}
	}
}

// scripts adds those of a file that are meant.
func (f *follower) scripts(from place.Text, word, folder, p string, meant func(Script) bool, way []leastagency.Step) {
	if p == "" || !Proposed(p) && path.Ext(p) != "" || len(f.out) >= maxScripts {
		return
	}
	file := f.sys.Open(p)
	if file == nil {
		return
	}
	list := Read(file)
	if !Proposed(p) { // named as a program, wherever it lies
		r := &reader{file: file}
		r.shell(true)
		list = r.out
	}
	for _, s := range list {
		if !meant(s) || f.seen[s.Name()] || len(f.out) >= maxScripts {
			continue
		}
		f.seen[s.Name()] = true
		if s.Task == "" {
			s.Folder = folder
		}
		steps := append(slices.Clip(way), leastagency.Step{At: from.Find(path.Base(word)), Text: "it starts " + leastagency.Quote(s.Name())})
		led := Led{Script: s, Parsed: command.Parse(s.Text.Text, s.Text.At, f.sys.Knowledge), Way: steps}
		f.out = append(f.out, led)
		f.follow(s.Text, led.Parsed, s.Folder, steps)
	}
}

// roots are variables that hold the folder of the checkout.
var roots = [...]string{"${GITHUB_WORKSPACE}", "${CI_PROJECT_DIR}", "${WORKSPACE}", "${BUILD_SOURCESDIRECTORY}", "${CIRCLE_WORKING_DIRECTORY}", "${PWD}", "${CURDIR}", "${ROOT}", "${REPO_ROOT}"}

// inTree returns a file that a command line names as a path of the tree; empty when it lies elsewhere or
// is not constant.
func inTree(folder, file string) string {
	for _, root := range roots {
		if rest, ok := strings.CutPrefix(file, root+"/"); ok {
			folder, file = ".", rest
		}
	}
	if rest, ok := strings.CutPrefix(file, "${"); ok { // ${SCRIPT_DIR}/x is beside the script
		name, rest, _ := strings.Cut(rest, "}/")
		if !strings.Contains(strings.ToLower(name), "dir") || rest == "" {
			return ""
		}
		file = rest
	}
	if path.IsAbs(file) || strings.HasPrefix(file, "~") || strings.ContainsAny(file, "$*\\") {
		return ""
	}
	p := path.Join(folder, file)
	if p == ".." || strings.HasPrefix(p, "../") {
		return ""
	}
	return p
}

// A runner is a program that starts named tasks of a file.
type runner struct {
	programs []string
	files    []string
	sub      string // word in front of the task
	short    []string
	folder   []string // options that name its folder
	values   []string // further options that take a value
}

var runners = [...]runner{
	{programs: []string{"make", "gmake"}, files: []string{"Makefile", "makefile", "GNUmakefile"}, folder: []string{"-C", "--directory"}, values: []string{"-f", "--file", "--makefile", "-I", "-o", "-W", "-j"}},
	{programs: []string{"just"}, files: []string{"justfile", "Justfile", ".justfile"}, folder: []string{"-d", "--working-directory"}, values: []string{"-f", "--justfile"}},
	{programs: []string{"task", "go-task"}, files: []string{"Taskfile.yml", "Taskfile.yaml", "Taskfile.dist.yml"}, folder: []string{"-d", "--dir"}, values: []string{"-t", "--taskfile"}},
	{programs: []string{"npm", "pnpm", "yarn", "bun"}, files: []string{"package.json"}, sub: "run", short: []string{"test", "start", "t"}, folder: []string{"--prefix", "-C", "--dir", "--cwd"}, values: []string{"-w", "--workspace", "--filter", "-F"}},
}

func runnerOf(call leastagency.Invocation) *runner {
	for i := range runners {
		if slices.Contains(runners[i].programs, call.Program) {
			return &runners[i]
		}
	}
	return nil
}

// words returns the names of tasks on a command line, and the folder whose file holds them.
func (r *runner) words(args []string) (words []string, folder string) {
	for i := 0; i < len(args); i++ {
		name, value, joined := strings.Cut(args[i], "=")
		switch {
		case args[i] == "--":
			i = len(args)
		case slices.Contains(r.folder, name) && joined:
			folder = value
		case slices.Contains(r.folder, name) && i+1 < len(args):
			i++
			folder = args[i]
		case slices.Contains(r.values, name):
			if !joined {
				i++
			}
		case strings.HasPrefix(args[i], "-") || joined:
		default:
			words = append(words, args[i])
		}
	}
	if r.sub == "" || len(words) == 0 {
		return words, folder
	}
	switch {
	case words[0] == r.sub || words[0] == "run-script":
		return words[1:min(2, len(words))], folder
	case slices.Contains(r.short, words[0]) || call(words[0]):
		return words[:1], folder
	}
	return nil, folder
}

// call reports whether a word may be a script that yarn, pnpm and bun start by its name alone.
func call(word string) bool {
	return !slices.Contains([]string{"install", "i", "ci", "add", "remove", "exec", "dlx", "x", "publish", "audit", "init", "create", "link", "pack", "outdated", "update", "upgrade", "view", "config"}, word)
}

var scriptWord = lazy.Compile(`[A-Za-z0-9_./-]+\.(?:sh|bash|zsh)\b|(?:\./)?(?:[A-Za-z0-9_.-]+/)*(?:` + `bin|scripts?|tools?|hack|ci|\.ci|libexec)/[A-Za-z0-9_-]+`)

// folderWord recognises where a program is told to work.
var folderWord = lazy.Compile(`(?:-C|--prefix|--dir|--cwd|--directory|working-directory:|\bcd)[ =]+["']?([A-Za-z0-9_./-]+)`)

// Leads reports whether a text names a file of the tree for which wanted holds: a script, or one whose
// tasks a program starts that it names. It parses nothing, and spares nearly every file the parser.
func Leads(sys *leastagency.System, text []byte, wanted func([]byte) bool) bool {
	return leads(sys, text, wanted, map[string]bool{}, 0)
}

func leads(sys *leastagency.System, text []byte, wanted func([]byte) bool, seen map[string]bool, depth int) bool {
	look := func(p string) bool {
		if p == "" || seen[p] || len(seen) > 4*maxScripts {
			return false
		}
		seen[p] = true
		f := sys.Open(p)
		return f != nil && (wanted(f.Data) || depth+1 < maxDepth && leads(sys, f.Data, wanted, seen, depth+1))
	}
	for _, m := range scriptWord.Get().FindAll(text, 4*maxScripts) {
		if look(inTree(".", strings.TrimPrefix(string(m), "/"))) {
			return true
		}
	}
	dirs := []string{"."}
	for _, m := range folderWord.Get().FindAllSubmatch(text, maxScripts) {
		if dir := inTree(".", string(m[1])); dir != "" && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	for _, r := range runners {
		if !slices.ContainsFunc(r.programs, func(p string) bool { return bytes.Contains(text, []byte(p+" ")) }) {
			continue
		}
		for _, dir := range dirs {
			if slices.ContainsFunc(r.files, func(file string) bool { return look(path.Join(dir, file)) }) {
				return true
			}
		}
	}
	return false
}
