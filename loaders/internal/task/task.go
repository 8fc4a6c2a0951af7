// Package task finds the shell texts of a tree: script files, targets of Makefiles, recipes of justfiles,
// tasks of Taskfiles and scripts of package.json; and those of them that a command line leads to.
//
// Each text keeps its places in the file, and is what a shell would be given: the marks of the format
// around it are gone, and its variables are filled in where the file says with what.
package task

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/place"
)

// A Script is one shell text.
type Script struct {
	File   *leastagency.File
	Task   string // the target, recipe or task; empty for a script that is a whole file
	Text   place.Text
	Folder string // in which it runs, relative to the scanned root
}

// Name is the file, and the task in it.
func (s Script) Name() string {
	if s.Task == "" {
		return s.File.Path
	}
	return s.File.Path + ":" + s.Task
}

// A format is how a file holds shell texts.
type format uint8

const (
	formatNone format = iota
	formatShell
	formatMake
	formatJust
	formatTaskfile
	formatPackage
	formatPerhaps // a program without an ending: its first line tells
)

func formatOf(p string) format {
	base := strings.ToLower(path.Base(p))
	switch ext := path.Ext(base); {
	case base == "makefile" || base == "gnumakefile" || ext == ".mk":
		return formatMake
	case base == "justfile" || base == ".justfile" || ext == ".just":
		return formatJust
	case slices.Contains([]string{"taskfile.yml", "taskfile.yaml", "taskfile.dist.yml", "taskfile.dist.yaml"}, base):
		return formatTaskfile
	case base == "package.json":
		return formatPackage
	case slices.Contains([]string{".sh", ".bash", ".zsh", ".command"}, ext):
		return formatShell
	case ext == "" && slices.Contains(folders[:], path.Base(path.Dir(p))):
		return formatPerhaps
	}
	return formatNone
}

// folders are those in which people put programs without an ending.
var folders = [...]string{"bin", "script", "scripts", "tools", "tool", "hack", "ci", ".ci", "libexec", "docker", ".devcontainer", "hooks", ".husky"}

// Proposed reports whether a path may be a file with shell texts.
func Proposed(p string) bool { return formatOf(p) != formatNone }

// most bounds the texts of one file.
const most = 1000

// Read returns the shell texts of a file.
func Read(f *leastagency.File) []Script {
	r := &reader{file: f}
	switch formatOf(f.Path) {
	case formatShell, formatPerhaps:
		r.shell(formatOf(f.Path) == formatPerhaps)
	case formatMake:
		r.makefile()
	case formatJust:
		r.justfile()
	case formatTaskfile:
		r.taskfile()
	case formatPackage:
		r.pkg()
	}
	return r.out
}

type reader struct {
	file *leastagency.File
	out  []Script
}

func (r *reader) add(task string, text place.Text) {
	if len(r.out) < most && strings.TrimSpace(text.Text) != "" {
		r.out = append(r.out, Script{File: r.file, Task: task, Text: text, Folder: path.Dir(r.file.Path)})
	}
}

// shells are the programs that read the language which we read.
var shells = [...]string{"sh", "bash", "zsh", "dash", "ksh", "ash"}

// interpreter returns the program that the first line of a script names; empty when it names none.
func interpreter(text []byte) string {
	rest, ok := bytes.CutPrefix(text, []byte("#!"))
	if !ok {
		return ""
	}
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	for word := range strings.FieldsSeq(string(line)) {
		if name := path.Base(word); name != "env" && !strings.HasPrefix(word, "-") {
			return name
		}
	}
	return ""
}

// shell reads a script that is a file of its own. A script runs where whoever starts it is: at the root, most likely.
func (r *reader) shell(needed bool) {
	if program := interpreter(r.file.Data); program == "" && needed || program != "" && !slices.Contains(shells[:], program) {
		return
	}
	text := string(r.file.Data)
	r.add("", place.TextOf(&node.Node{Kind: node.String, At: r.file.Span(0, len(text)), Text: text, Raw: true}))
}

// Shell returns a file as a shell script, whatever its name; nothing for one in another language.
func Shell(f *leastagency.File) []Script {
	r := &reader{file: f}
	r.shell(false)
	return r.out
}

// taskfile reads the tasks of taskfile.dev.
func (r *reader) taskfile() {
	docs, _ := node.ParseYAML(r.file)
	for _, doc := range docs {
		for _, m := range doc.Root.Get("tasks").Each() {
			var lines []place.Text
			for _, n := range append(m.Value.Get("cmds").List(), m.Value.Get("cmd"), m.Value) {
				if n.Is(node.Map) {
					n = n.Get("cmd")
				}
				if n.Is(node.String) {
					lines = append(lines, place.TextOf(n))
				}
			}
			for _, n := range m.Value.List() {
				lines = append(lines, place.TextOf(n))
			}
			r.add(m.Key, place.Lines(lines...))
		}
	}
}

// pkg reads the scripts of a package of Node.js.
func (r *reader) pkg() {
	doc, _ := node.ParseJSON(r.file)
	for _, m := range doc.Root.Get("scripts").Each() {
		r.add(m.Key, place.TextOf(m.Value))
	}
}
