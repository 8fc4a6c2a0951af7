// Package command reads what a command line can do: the programs behind wrappers, the packages they
// fetch, the files and hosts they touch, and from what is known of programs, the effects.
//
// What is not constant stays visible as far as it can be told: a variable is written ${NAME} in
// arguments and files, and a word that a substitution makes is the empty string.
package command

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/leastagency/leastagency"
)

// Limits on one command line, which is hostile text. Beyond them it is Incomplete.
const (
	maxText        = 64 << 10 // bytes
	maxWords       = 4 << 10  // arguments of Exec
	maxBrackets    = 100      // open brackets at one place: the parser is recursive
	maxNesting     = 8        // shell text inside shell text
	maxInvocations = 1 << 10
	maxEffects     = 1 << 10
)

// Parse reads text as a shell program (bash).
func Parse(text string, at leastagency.Span, k *leastagency.Knowledge) *leastagency.Command {
	a := newAnalysis(text, at, k)
	a.text(text)
	return a.cmd
}

// Exec reads a program and its arguments that are started without a shell. The spans of argv are
// kept: an Artifact is placed at the argument that names it.
func Exec(argv []leastagency.Value[string], at leastagency.Span, k *leastagency.Knowledge) *leastagency.Command {
	var quoted []string
	var words []word
	for _, arg := range argv[:min(len(argv), maxWords)] {
		arg.V = strings.ReplaceAll(arg.V, "${/}", "/")
		q, err := syntax.Quote(arg.V, syntax.LangBash)
		if err != nil {
			q = "''" // a NUL byte or invalid UTF-8: no program can be started with it
		}
		quoted = append(quoted, q)
		words = append(words, word{text: arg.V, vars: strings.Contains(arg.V, "${"), at: arg.At})
	}
	// Some files hold the whole line in place of the program, and some clients split it.
	if len(words) == 1 && strings.Contains(words[0].text, " ") && !strings.ContainsAny(strings.Fields(words[0].text + " .")[0], `/\`) {
		all := words[0]
		words = nil
		for field := range strings.FieldsSeq(all.text) {
			words = append(words, word{text: field, vars: strings.Contains(field, "${"), at: all.at})
		}
	}
	a := newAnalysis(strings.Join(quoted, " "), at, k)
	a.cmd.Incomplete = len(argv) > maxWords
	a.command(words, false, nil)
	a.finish()
	return a.cmd
}

// Pattern reads the beginning of a command line behind which anything may follow (open), as permission
// rules write it: "git push" open is every command that starts with these words. A "*" word inside
// stands for any argument. The effects are those of every command line that the pattern matches.
func Pattern(words string, open bool, at leastagency.Span, k *leastagency.Knowledge) *leastagency.Command {
	a := newAnalysis(words, at, k)
	a.pattern = true
	a.open = open
	if strings.TrimSpace(words) == "" && open {
		a.anything(nil)
	}
	a.text(words)
	return a.cmd
}

// An analysis collects what one command line can do.
type analysis struct {
	knowledge *leastagency.Knowledge
	cmd       *leastagency.Command

	ownCode bool // the reason for Runner speaks of the project's own code
	pattern bool // stars stand for any words
	open    bool // the last command of the text is open
	nesting int
	folder  string // where the line has changed to, as written; empty for where it started

	functions []string // that the line defines itself
	fetched   []string // variables and files that hold something downloaded
}

func newAnalysis(text string, at leastagency.Span, k *leastagency.Knowledge) *analysis {
	if k == nil {
		k = &leastagency.Knowledge{}
	}
	return &analysis{knowledge: k, cmd: &leastagency.Command{At: at, Text: text}}
}

// finish draws the conclusions that need the whole line.
func (a *analysis) finish() {
	for _, file := range a.cmd.Files {
		if slices.Contains(a.fetched, strings.TrimPrefix(file, "./")) {
			a.remoteScript()
		}
	}
	if a.cmd.RemoteScript {
		a.effect(leastagency.Effect{Capability: leastagency.Execute, Why: "runs a script that it has just downloaded"})
	}
}

// A word is one argument as far as it can be told without running anything.
type word struct {
	text    string // variables as ${NAME}; without what substitutions make
	vars    bool   // holds variables
	made    bool   // holds the output of a substitution
	fetched bool   // holds something downloaded
	at      leastagency.Span
}

func (w word) constant() bool { return !w.vars && !w.made }

// A flow tells what a command means for its neighbours in a pipeline.
type flow struct {
	fetches bool   // prints something downloaded
	runs    bool   // runs what comes in
	files   string // the only file that it prints
}

// command reads one command whose words are known. Wrappers are the launchers in front of it.
func (a *analysis) command(words []word, open bool, wrappers []string) flow {
	if len(words) == 0 {
		return flow{}
	}
	if len(a.cmd.Invocations) >= maxInvocations || len(wrappers) > maxNesting*4 {
		a.cmd.Incomplete = true
		return flow{}
	}
	if a.pattern {
		if i := slices.IndexFunc(words, func(w word) bool { return w.text == "*" }); i >= 0 {
			words, open = words[:i], true
		}
		if len(words) == 0 {
			return a.anything(wrappers)
		}
		if strings.HasSuffix(words[0].text, "*") {
			return a.anyOf(words[0].text, wrappers)
		}
	}
	program, args := words[0], words[1:]
	name := base(program.text)
	if program.made || strings.Contains(name, "${") || slices.Contains(a.functions, name) {
		if !slices.Contains(a.functions, name) {
			a.invoke("", nil, args, open, wrappers)
		}
		if program.fetched {
			a.remoteScript()
		}
		return flow{}
	}
	f, title := findForm(name, args)
	a.hosts(name, f, args)
	if f == nil {
		a.file(program.text)
		return a.invoke(name, nil, args, open, wrappers)
	}
	l := launch{analysis: a, form: f, name: name, title: title, args: args, open: open, wrappers: wrappers}
	l.options, l.rest = f.split(args, strings.Count(title, " "))
	return l.run()
}

// anything is the command of a pattern that matches every command line.
func (a *analysis) anything(wrappers []string) flow {
	a.record("", nil, true, wrappers)
	a.runner("runs any command")
	a.effect(leastagency.Effect{Capability: leastagency.Execute, Reach: leastagency.Reach{Breadth: leastagency.Machine}, Why: "runs any command"})
	return flow{}
}

// anyOf is the command of a pattern that leaves a part of the program's name open.
func (a *analysis) anyOf(program string, wrappers []string) flow {
	folder, name := path.Split(program)
	switch {
	case folder != "":
		a.record("", nil, true, wrappers)
		why := "runs any program of the folder " + leastagency.Quote(path.Clean(folder))
		a.runner(why)
		a.effect(leastagency.Effect{Capability: leastagency.Execute, Reach: leastagency.Reach{Pattern: folder}, Why: why})
	default:
		// "npm*" is npm with anything behind it, besides programs that nobody has thought of.
		a.command([]word{{text: strings.TrimRight(name, "*")}}, true, wrappers)
	}
	return flow{}
}

// script records a local file that runs as a program.
func (a *analysis) script(w word) {
	if w.text == "" || w.made || w.text == "-" || strings.HasPrefix(w.text, "/dev/") || isVariable(w.text) {
		return
	}
	file := join(a.folder, w.text)
	if !slices.Contains(a.cmd.Files, file) {
		a.cmd.Files = append(a.cmd.Files, file)
	}
}

// file records the program itself where it is a file of a folder that people write to.
func (a *analysis) file(program string) {
	if !isPath(program) {
		return
	}
	for _, folder := range systemFolders {
		if strings.HasPrefix(strings.ReplaceAll(program, `\`, "/"), folder) && !strings.HasPrefix(program, "/usr/local/share/") {
			return
		}
	}
	a.script(word{text: program})
}

func (a *analysis) addInline(text string) {
	if a.cmd.Inline != "" {
		a.cmd.Inline += "\n"
	}
	a.cmd.Inline += text
}

func (a *analysis) remoteScript() { a.cmd.RemoteScript = true }

// dynamic says that the line runs text that it does not hold itself.
func (a *analysis) dynamic() {
	const why = "runs the text of a variable as a program"
	a.runner(why)
	a.effect(leastagency.Effect{Capability: leastagency.Execute, Why: why})
}

// runner keeps the first reason, unless that speaks of the project's own code and this one of any.
func (a *analysis) runner(why string) { a.runnerWithin(why, leastagency.BreadthUnknown) }

func (a *analysis) runnerWithin(why string, within leastagency.Breadth) {
	if a.cmd.Runner == "" || a.ownCode && within != leastagency.Project {
		a.cmd.Runner, a.ownCode = why, within == leastagency.Project
	}
}

// base returns the name under which a program is known, whatever folder it lies in.
func base(program string) string {
	name := program[strings.LastIndexAny(program, `/\`)+1:]
	for _, suffix := range []string{".exe", ".cmd", ".bat", ".EXE", ".ps1"} {
		name = strings.TrimSuffix(name, suffix)
	}
	lower := strings.ToLower(name)
	for _, versioned := range []string{"python", "pypy", "pip", "ruby", "php", "lua", "perl", "node"} {
		if rest, ok := strings.CutPrefix(lower, versioned); ok && rest != "" && strings.Trim(rest, "0123456789.") == "" {
			return versioned
		}
	}
	if strings.HasPrefix(lower, "invoke-") || lower == "iex" || lower == "iwr" || lower == "irm" || lower == "powershell" || lower == "cmd" {
		return lower
	}
	return name
}

// isPath reports whether a program is named by its place rather than searched for.
func isPath(s string) bool {
	return isLocal(s) || strings.Contains(s, "/") && !strings.HasPrefix(s, "@") && !strings.Contains(s, ":")
}

// isLocal reports whether a word can only be a place on this machine, where "a/b" may be a package too.
func isLocal(s string) bool {
	return s != "" && strings.IndexByte("./~$%", s[0]) >= 0 && strings.ContainsAny(s, `/\`) || strings.Contains(s, `\`) || s == "."
}

// looksLikeFile reports whether a word names a script rather than a task or package.
func looksLikeFile(s string) bool {
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "/") || strings.HasPrefix(s, "~") || strings.HasPrefix(s, "$") {
		return strings.Contains(s, "/") || s == "."
	}
	switch path.Ext(s) {
	case ".py", ".pyw", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx", ".sh", ".jar", ".dll", ".dart", ".csx", ".swift":
		return !isURL(s)
	}
	return false
}

func isURL(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}

// isVariable reports whether a word is nothing but one variable.
func isVariable(s string) bool {
	return strings.HasPrefix(s, "${") && strings.IndexByte(s, '}') == len(s)-1
}

// join names a file that is written relative to a folder.
func join(folder, file string) string {
	if folder == "" || path.IsAbs(file) || strings.HasPrefix(file, "~") || strings.HasPrefix(file, "$") || strings.HasPrefix(file, "%") {
		return file
	}
	return path.Join(folder, file)
}
