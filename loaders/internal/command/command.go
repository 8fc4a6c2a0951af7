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
		a.effect(leastagency.Execute, leastagency.Reach{}, "runs a script that it has just downloaded")
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
	f, depth := findForm(name, args)
	a.hosts(name, f, args)
	if f == nil {
		a.file(program.text)
		return a.invoke(name, nil, args, open, wrappers)
	}
	title := name
	for _, n := range f.names {
		if first, _, _ := strings.Cut(n, " "); first == name && strings.Count(n, " ") == depth && f.startsWith(args, strings.Fields(n)[1:]) {
			title = n
		}
	}
	l := launch{analysis: a, form: f, name: name, title: title, args: args, open: open, wrappers: wrappers}
	l.options, l.rest = f.split(args, depth)
	return l.run()
}

// anything is the command of a pattern that matches every command line.
func (a *analysis) anything(wrappers []string) flow {
	a.record("", nil, true, wrappers)
	a.runner("runs any command")
	a.effect(leastagency.Execute, leastagency.Reach{Breadth: leastagency.Machine}, "runs any command")
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
		a.effect(leastagency.Execute, leastagency.Reach{Pattern: folder}, why)
	default:
		// "npm*" is npm with anything behind it, besides programs that nobody has thought of.
		a.command([]word{{text: strings.TrimRight(name, "*")}}, true, wrappers)
	}
	return flow{}
}

// A launch is one command whose form is known.
type launch struct {
	*analysis
	form        *form
	name, title string
	args        []word
	options     []option
	rest        []word // what it starts, with the arguments of that
	open        bool
	wrappers    []string
}

func (l *launch) run() flow {
	f := l.form
	if l.has(f.query) {
		l.record(l.name, l.args, l.open, l.wrappers)
		return flow{}
	}
	if len(l.rest) > 0 && f.tools != "" && listed(f.tools, l.rest[0].text) {
		return l.start(l.rest)
	}
	outer := l.folder
	defer func() { l.folder = outer }()
	if dir, ok := l.value(f.folder); ok && dir.text != "" && !dir.made {
		l.folder = join(l.folder, dir.text)
	}
	for _, o := range l.options {
		if listed(f.with, o.name) && f.with != "" {
			l.artifact(f.ecosystem, o.value, false)
		}
	}
	switch f.kind {
	case wrap:
		return l.wrap()
	case reach:
		l.self()
		l.start(l.rest)
		return flow{}
	case fetch:
		return l.fetch()
	case install:
		for _, w := range l.rest {
			if !strings.HasPrefix(w.text, "-") {
				l.artifact(f.ecosystem, w, false)
			}
		}
		return l.self()
	case image:
		return l.image()
	case module:
		return l.module()
	case remote:
		return l.remote()
	case script, shell:
		return l.interpret()
	case windows:
		return l.windows()
	}
	l.nested()
	return l.self()
}

// self records the launcher as the program that runs.
func (l *launch) self() flow {
	return l.invoke(l.name, l.form, l.args, l.open, l.wrappers)
}

// start runs words as the command that the launcher starts.
func (l *launch) start(words []word) flow {
	wrappers := append(slices.Clip(l.wrappers), l.title)
	if !l.form.joined {
		return l.command(words, l.open, wrappers)
	}
	if len(words) == 0 {
		return flow{}
	}
	return l.program(words, wrappers)
}

// program reads words as shell text, as ssh and eval do.
func (l *launch) program(words []word, wrappers []string) flow {
	var text []string
	constant := true
	for _, w := range words {
		text = append(text, w.text)
		constant = constant && !w.made
		if w.fetched {
			l.remoteScript()
		}
	}
	if len(words) == 1 && !words[0].made && isVariable(words[0].text) {
		l.dynamic()
	}
	if !constant {
		return flow{}
	}
	return l.inner(strings.Join(text, " "), words[0].at, l.open, wrappers)
}

func (l *launch) wrap() flow {
	f := l.form
	l.nested()
	if code, ok := l.value(f.code); ok {
		return l.program([]word{code}, append(slices.Clip(l.wrappers), l.title))
	}
	if m, ok := l.value(f.module); ok {
		return l.start(append([]word{{text: "python", at: m.at}, {text: "-m", at: m.at}, m}, l.rest...))
	}
	if l.has("-m --module") && f.module != "" {
		return l.start(append([]word{{text: "python"}, {text: "-m"}}, l.rest...))
	}
	if len(l.rest) == 0 {
		return l.self()
	}
	if f.ecosystem == "pypi" && (l.has("--script -s --gui-script") || looksLikeFile(l.rest[0].text) || isURL(l.rest[0].text)) {
		if isURL(l.rest[0].text) {
			l.artifact("url", l.rest[0], false)
			return l.self()
		}
		return l.start(append([]word{{text: "python", at: l.rest[0].at}}, l.rest...))
	}
	return l.start(l.rest)
}

// nested reads the commands that stand behind options such as find's -exec.
func (l *launch) nested() {
	if l.form.exec == "" {
		return
	}
	for i, w := range l.args {
		if !listed(l.form.exec, w.text) {
			continue
		}
		end := len(l.args)
		for j := i + 1; j < len(l.args); j++ {
			if t := l.args[j].text; t == ";" || t == "+" {
				end = j
				break
			}
		}
		l.command(l.args[i+1:end], false, append(slices.Clip(l.wrappers), l.title))
	}
}

func (l *launch) fetch() flow {
	f := l.form
	local := l.has(f.local)
	named := false
	for _, o := range l.options {
		if f.source != "" && listed(f.source, o.name) {
			l.artifact(f.ecosystem, o.value, local)
			named = true
		}
	}
	if code, ok := l.value(f.code); ok {
		return l.program([]word{code}, append(slices.Clip(l.wrappers), l.title))
	}
	if len(l.rest) == 0 {
		return l.self()
	}
	program := l.rest[0]
	if !named {
		if isLocal(program.text) {
			return l.start(l.rest)
		}
		name := l.artifact(f.ecosystem, program, local)
		if name == "" {
			return l.self()
		}
		program.text = binary(name)
	}
	return l.start(append([]word{program}, l.rest[1:]...))
}

// binary names the program that a package brings.
func binary(name string) string {
	for _, b := range binaries {
		if b.name == name {
			return b.program
		}
	}
	return path.Base(name)
}

func (l *launch) image() flow {
	out := l.self()
	if len(l.rest) == 0 {
		return out
	}
	l.artifact("image", l.rest[0], false)
	inner := l.rest[1:]
	if entry, ok := l.value("--entrypoint"); ok && entry.text != "" {
		inner = append([]word{entry}, inner...)
	}
	if len(inner) == 0 {
		return out
	}
	// What stands behind the image are arguments of its entry point, unless it is a program we know.
	name := base(inner[0].text)
	if f, _ := findForm(name, inner[1:]); f != nil || len(l.known(name)) > 0 {
		l.command(inner, l.open, append(slices.Clip(l.wrappers), l.title))
	}
	return out
}

func (l *launch) module() flow {
	if len(l.rest) == 0 {
		return l.self()
	}
	target := l.rest[0]
	if !strings.Contains(target.text, "@") || isLocal(target.text) {
		for _, w := range l.rest { // go run a.go b.go -flag
			if w.text == "" || strings.HasPrefix(w.text, "-") || w.text != target.text && !strings.HasSuffix(w.text, ".go") {
				break
			}
			l.script(w)
		}
		return l.self()
	}
	name := l.artifact("go", target, false)
	if name == "" {
		return l.self()
	}
	program := target
	program.text = moduleProgram(name)
	return l.start(append([]word{program}, l.rest[1:]...))
}

// moduleProgram names the program that the go command builds from a package.
func moduleProgram(name string) string {
	last := path.Base(name)
	if len(last) > 1 && last[0] == 'v' && strings.Trim(last[1:], "0123456789") == "" {
		last = path.Base(path.Dir(name))
	}
	return last
}

func (l *launch) remote() flow {
	if len(l.rest) == 0 {
		return l.self()
	}
	target := l.rest[0]
	switch {
	case strings.HasPrefix(target.text, "npm:"):
		spec := target
		spec.text = strings.TrimPrefix(target.text, "npm:")
		l.artifact("npm", spec, false)
	case strings.HasPrefix(target.text, "jsr:"):
		spec := target
		spec.text = strings.TrimPrefix(target.text, "jsr:")
		l.artifact("jsr", spec, false)
	case isURL(target.text):
		l.artifact("url", target, false)
	case looksLikeFile(target.text):
		l.script(target)
	}
	return l.self()
}

func (l *launch) interpret() flow {
	f := l.form
	if words, ok := l.moduleWords(); ok {
		l.record(l.name, l.args, false, l.wrappers)
		l.title += " " + f.module
		return l.start(words)
	}
	out := l.self()
	for _, o := range l.options { // node --require ./x
		if listed("-r --require --import --loader --experimental-loader --preload", o.name) && isPath(o.value.text) {
			l.script(o.value)
		}
	}
	if code, ok := l.value(f.code); ok {
		l.inline(code)
		return flow{}
	}
	if l.name == "deno" && len(l.rest) > 0 { // deno eval CODE
		l.inline(l.rest[0])
		return flow{}
	}
	if len(l.rest) == 0 || l.rest[0].text == "-" || l.has("-s") && f.kind == shell {
		if !l.open {
			out.runs = true
		}
		return out
	}
	first := l.rest[0]
	switch {
	case first.fetched:
		l.remoteScript()
	case first.made:
	case isURL(first.text):
		l.artifact("url", first, false)
	case !f.loose || looksLikeFile(first.text):
		l.script(first)
	}
	return flow{}
}

// moduleWords returns the module that python -m names, with its arguments.
func (l *launch) moduleWords() ([]word, bool) {
	if l.form.kind != script || l.form.module == "" {
		return nil, false
	}
	for i := 0; i < len(l.args); {
		options, n := l.form.option(l.args[i:])
		if n == 0 {
			return nil, false
		}
		i += n
		if last := options[len(options)-1]; last.name == l.form.module && last.value.text != "" {
			return append([]word{last.value}, l.args[i:]...), true
		} else if last.name == "-c" {
			return nil, false
		}
	}
	return nil, false
}

// inline keeps program text that stands on the command line.
func (l *launch) inline(code word) {
	if code.fetched {
		l.remoteScript()
	}
	if isVariable(code.text) && !code.made {
		l.dynamic()
		return
	}
	if code.text == "" {
		return
	}
	l.addInline(code.text)
	if l.form.kind == shell && !code.made {
		l.cmd.Invocations = l.cmd.Invocations[:max(0, len(l.cmd.Invocations)-1)]
		l.inner(code.text, code.at, false, append(slices.Clip(l.wrappers), l.title))
		return
	}
	l.urls(code.text)
}

func (l *launch) windows() flow {
	var words []word
	for i, w := range l.args {
		text := strings.ToLower(w.text)
		switch {
		case l.name == "iex" || l.name == "invoke-expression":
			words = l.args
		case text == "-file" || text == "-f":
			if l.name != "cmd" && i+1 < len(l.args) {
				l.self()
				l.script(l.args[i+1])
				return flow{}
			}
		case listed(l.form.code, text):
			words = l.args[i+1:]
		}
		if words != nil {
			break
		}
	}
	if slices.ContainsFunc(words, func(w word) bool { return w.fetched }) {
		l.remoteScript()
	}
	if len(words) == 0 {
		out := l.self()
		out.runs = !l.open && !slices.ContainsFunc(l.rest, func(w word) bool { return isPath(w.text) })
		if l.name != "cmd" && !out.runs && len(l.rest) > 0 {
			l.script(l.rest[0])
		}
		return out
	}
	// One word is program text, several are a command as it stands.
	if len(words) == 1 && strings.Contains(words[0].text, " ") {
		l.self()
		l.addInline(words[0].text)
		l.urls(words[0].text)
		if powershellFetch(words[0].text) {
			l.remoteScript()
		}
		if l.name == "cmd" {
			return l.inner(words[0].text, words[0].at, l.open, append(slices.Clip(l.wrappers), l.title))
		}
		return flow{}
	}
	if l.name != "cmd" {
		var text []string
		for _, w := range words {
			text = append(text, w.text)
		}
		if powershellFetch(strings.Join(text, " ")) {
			l.remoteScript()
		}
	}
	return l.start(words)
}

// has reports whether one of the options in a list is given.
func (l *launch) has(list string) bool {
	return list != "" && slices.ContainsFunc(l.options, func(o option) bool { return listed(list, o.name) })
}

// value returns the value of the first given option in a list.
func (l *launch) value(list string) (word, bool) {
	if list == "" {
		return word{}, false
	}
	for _, o := range l.options {
		if listed(list, o.name) && (o.value.text != "" || o.value.made) {
			return o.value, true
		}
	}
	return word{}, false
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
	a.effect(leastagency.Execute, leastagency.Reach{}, why)
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
