package command

import (
	"path"
	"slices"
	"strings"
)

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
	// uv run: a file is a script, whatever its name with --script.
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
	for _, o := range l.options { // node --require ./x
		if listed("-r --require --import --loader --experimental-loader --preload", o.name) && isPath(o.value.text) {
			l.script(o.value)
		}
	}
	if code, ok := l.code(); ok {
		return l.inline(code)
	}
	out := l.self()
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

// code returns the program text that stands on the command line.
func (l *launch) code() (word, bool) {
	if l.form.text && len(l.rest) > 0 {
		return l.rest[0], true
	}
	return l.value(l.form.code)
}

// inline reads program text. Where it is shell text, its commands are what runs.
func (l *launch) inline(code word) flow {
	if code.fetched {
		l.remoteScript()
	}
	if code.made || isVariable(code.text) {
		l.self()
		if !code.made {
			l.dynamic()
		}
		return flow{}
	}
	l.addInline(code.text)
	if l.form.kind == shell {
		return l.inner(code.text, code.at, false, append(slices.Clip(l.wrappers), l.title))
	}
	l.urls(code.text)
	l.self()
	return flow{}
}

// windows reads cmd.exe and PowerShell.
func (l *launch) windows() flow {
	words, file := l.windowsWords()
	switch {
	case file.text != "":
		l.self()
		l.script(file)
		return flow{}
	case len(words) == 0:
		out := l.self()
		out.runs = !l.open && len(l.rest) == 0
		return out
	}
	if slices.ContainsFunc(words, func(w word) bool { return w.fetched }) {
		l.remoteScript()
	}
	var texts []string
	for _, w := range words {
		texts = append(texts, w.text)
	}
	text := strings.Join(texts, " ")
	if l.name != "cmd" && powershellFetch(text) {
		l.remoteScript()
	}
	if len(words) > 1 || !strings.Contains(text, " ") {
		return l.start(words) // a command as it stands
	}
	l.self()
	l.addInline(text)
	l.urls(text)
	if l.name == "cmd" {
		return l.inner(text, words[0].at, l.open, append(slices.Clip(l.wrappers), l.title))
	}
	return flow{}
}

// windowsWords returns the words of the program text, or the script that runs instead.
func (l *launch) windowsWords() (words []word, file word) {
	if l.form.code == "" {
		return l.args, word{}
	}
	for i, w := range l.args {
		switch text := strings.ToLower(w.text); {
		case !l.form.slash && (text == "-file" || text == "-f") && i+1 < len(l.args):
			return nil, l.args[i+1]
		case listed(l.form.code, text):
			return l.args[i+1:], word{}
		}
	}
	if !l.form.slash && len(l.rest) > 0 {
		return nil, l.rest[0]
	}
	return nil, word{}
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
