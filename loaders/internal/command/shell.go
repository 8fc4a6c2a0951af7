package command

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/leastagency/leastagency"
)

// text reads the whole command line.
func (a *analysis) text(text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	stmts, rest := a.parse(text)
	a.define(stmts)
	if rest == "" && swallows(stmts) {
		a.cmd.SwallowsFailure = true
	}
	s := &shellText{analysis: a, at: a.cmd.At}
	if a.open {
		s.end = endOfLast(stmts)
	}
	s.stmts(stmts)
	if rest != "" {
		a.cmd.Incomplete = true
		a.cmd.SwallowsFailure = a.cmd.SwallowsFailure || swallowsText(rest)
		a.rough(rest)
	}
	a.finish()
}

// inner reads shell text that stands inside a command line.
func (a *analysis) inner(text string, at leastagency.Span, open bool, wrappers []string) flow {
	if a.nesting >= maxNesting {
		a.cmd.Incomplete = true
		return flow{}
	}
	a.nesting++
	folder := a.folder
	defer func() { a.nesting--; a.folder = folder }()
	stmts, rest := a.parse(text)
	a.define(stmts)
	s := &shellText{analysis: a, at: at, wrappers: wrappers}
	if open {
		s.end = endOfLast(stmts)
	}
	out := s.stmts(stmts)
	if rest != "" {
		a.cmd.Incomplete = true
	}
	return out
}

// parse returns the statements that the parser understands and the text behind them.
func (a *analysis) parse(text string) (stmts []*syntax.Stmt, rest string) {
	if len(text) > maxText {
		a.cmd.Incomplete = true
		text = text[:maxText]
		text = text[:max(strings.LastIndexByte(text, '\n')+1, 0)]
	}
	text = maskTemplates(text)
	if err := checkBrackets(text); err != nil {
		return nil, text
	}
	end := uint(0)
	err := parseShell(text, func(s *syntax.Stmt) {
		stmts = append(stmts, s)
		end = s.End().Offset()
	})
	if err != nil {
		return stmts, text[min(int(end), len(text)):]
	}
	return stmts, ""
}

// parseShell guards against mistakes of the parser: whoever wrote the text may have looked for them.
func parseShell(text string, each func(*syntax.Stmt)) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("parse: %v", r)
		}
	}()
	for stmt, err := range syntax.NewParser(syntax.Variant(syntax.LangBash)).StmtsSeq(strings.NewReader(text)) {
		if err != nil {
			return err
		}
		each(stmt)
	}
	return nil
}

// checkBrackets bounds the depth that the recursive parser is led into.
func checkBrackets(text string) error {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '(', '{', '[':
			if depth++; depth > maxBrackets {
				return errors.New("too many open brackets")
			}
		case ')', '}', ']':
			depth = max(0, depth-1)
		}
	}
	if strings.Count(text, "`") > 2*maxBrackets {
		return errors.New("too many substitutions")
	}
	return nil
}

// template stands for what another program or a reader fills in before a shell sees the text.
const template = "__template__"

// maskTemplates replaces what would be read as something that it is not: ${{ … }} of workflows,
// ${/} of editors, and the <placeholder> of instructions.
func maskTemplates(text string) string {
	text = strings.ReplaceAll(text, "${/}", "/")
	var b strings.Builder
	for i := 0; i < len(text); {
		n := 0
		switch {
		case strings.HasPrefix(text[i:], "${{"):
			if n = strings.Index(text[i:], "}}") + len("}}"); n < len("${{}}") {
				return b.String() + text[i:]
			}
		case text[i] == '<' && (i == 0 || text[i-1] != '<'):
			n = placeholder(text[i:])
		}
		if n > 0 {
			b.WriteString("${" + template + "}")
			i += n
			continue
		}
		b.WriteByte(text[i])
		i++
	}
	return b.String()
}

// placeholder returns the length of <some-name> at the start of a text; 0 when it is a redirection.
func placeholder(text string) int {
	const longest = 80
	end := strings.IndexAny(text[:min(len(text), longest)], ">\n")
	if end < 2 || text[end] != '>' || text[1] == '(' || text[1] == ' ' {
		return 0
	}
	if strings.Trim(text[1:end], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-|, ") != "" {
		return 0
	}
	if end+1 < len(text) && strings.IndexByte(" \t\r\n\"'/.:@)", text[end+1]) < 0 {
		return 0
	}
	return end + 1
}

// define notes the functions of a program: their names are no programs.
func (a *analysis) define(stmts []*syntax.Stmt) {
	for _, s := range stmts {
		syntax.Walk(s, func(n syntax.Node) bool {
			if f, ok := n.(*syntax.FuncDecl); ok && f.Name != nil {
				a.functions = append(a.functions, f.Name.Value)
			}
			return true
		})
	}
}

// endOfLast returns where the last command of a program ends.
func endOfLast(stmts []*syntax.Stmt) uint {
	if len(stmts) == 0 || stmts[len(stmts)-1].Cmd == nil {
		return 0
	}
	return stmts[len(stmts)-1].Cmd.End().Offset()
}

// shellText walks one parsed program.
type shellText struct {
	*analysis
	at       leastagency.Span
	wrappers []string
	end      uint // offset at which an open pattern goes on; 0 for none
}

func (s *shellText) stmts(list []*syntax.Stmt) (out flow) {
	for _, stmt := range list {
		f := s.stmt(stmt)
		out.fetches = out.fetches || f.fetches
		out.runs = out.runs || f.runs
		out.files = f.files
	}
	return out
}

// apart reads statements of a subshell: what they change stays there.
func (s *shellText) apart(list []*syntax.Stmt) flow {
	folder := s.folder
	defer func() { s.folder = folder }()
	return s.stmts(list)
}

func (s *shellText) stmt(stmt *syntax.Stmt) flow {
	if stmt == nil {
		return flow{}
	}
	out := s.cmdNode(stmt.Cmd)
	for _, r := range stmt.Redirs {
		s.redirect(r, &out)
	}
	return out
}

func (s *shellText) cmdNode(cmd syntax.Command) flow {
	switch c := cmd.(type) {
	case *syntax.CallExpr:
		return s.call(c)
	case *syntax.BinaryCmd:
		return s.binary(c)
	case *syntax.Subshell:
		return s.apart(c.Stmts)
	case *syntax.Block:
		return s.stmts(c.Stmts)
	case *syntax.IfClause:
		out := flow{}
		for ; c != nil; c = c.Else {
			a, b := s.stmts(c.Cond), s.stmts(c.Then)
			out.fetches = out.fetches || b.fetches
			out.runs = out.runs || a.runs || b.runs
		}
		return out
	case *syntax.WhileClause:
		s.stmts(c.Cond)
		return s.stmts(c.Do)
	case *syntax.ForClause:
		s.substitutions(c.Loop)
		return s.stmts(c.Do)
	case *syntax.CaseClause:
		s.substitutions(c.Word)
		out := flow{}
		for _, item := range c.Items {
			f := s.stmts(item.Stmts)
			out.fetches = out.fetches || f.fetches
			out.runs = out.runs || f.runs
		}
		return out
	case *syntax.FuncDecl:
		return s.apart([]*syntax.Stmt{c.Body})
	case *syntax.TimeClause:
		return s.stmt(c.Stmt)
	case *syntax.CoprocClause:
		return s.stmt(c.Stmt)
	case *syntax.DeclClause:
		for _, assign := range c.Args {
			s.assign(assign)
		}
	case nil:
	default: // tests and arithmetic run nothing but their substitutions
		s.substitutions(cmd)
	}
	return flow{}
}

func (s *shellText) binary(c *syntax.BinaryCmd) flow {
	if c.Op != syntax.Pipe && c.Op != syntax.PipeAll {
		x, y := s.stmt(c.X), s.stmt(c.Y)
		return flow{fetches: x.fetches || y.fetches, runs: x.runs || y.runs}
	}
	folder := s.folder
	x := s.stmt(c.X)
	y := s.stmt(c.Y)
	s.folder = folder
	if y.runs {
		switch {
		case x.fetches:
			s.remoteScript()
		case x.files != "":
			s.script(word{text: x.files})
		default:
			const why = "pipes text into an interpreter"
			s.runner(why)
			s.effect(leastagency.Effect{Capability: leastagency.Execute, Why: why})
		}
	}
	// A filter hands on what comes in; a command that takes no input starts anew, which we cannot tell.
	return flow{fetches: x.fetches || y.fetches}
}

func (s *shellText) call(c *syntax.CallExpr) flow {
	for _, assign := range c.Assigns {
		s.assign(assign)
	}
	if len(c.Args) == 0 {
		return flow{}
	}
	words := make([]word, len(c.Args))
	for i, arg := range c.Args {
		words[i] = s.word(arg)
	}
	if fallback := defaultOf(c.Args[0]); fallback != "" {
		words[0] = word{text: fallback, at: s.at}
	}
	open := s.end > 0 && c.End().Offset() == s.end
	out := s.command(words, open, s.wrappers)
	s.follow(words, &out)
	return out
}

// follow notes what a command means for those behind it.
func (s *shellText) follow(words []word, out *flow) {
	name := base(words[0].text)
	switch {
	case name == "cd" || name == "pushd":
		if len(words) == 2 && !words[1].made {
			s.folder = join(s.folder, words[1].text)
		}
	case name == "cat" && len(words) == 2 && !words[1].made:
		out.files = words[1].text
	case slices.Contains(downloaders[:], name):
		out.fetches = true
		s.fetched = append(s.fetched, downloadedFiles(name, words[1:])...)
	}
}

// downloadedFiles returns the files that a downloader writes.
func downloadedFiles(name string, args []word) (files []string) {
	f, _ := findForm(name, nil)
	words, options := f.positional(args, len(args))
	remoteName := name == "wget"
	for _, o := range options {
		switch o.name {
		case "-o", "--output", "-O", "--output-document", "-OutFile":
			if o.value.text != "" && o.value.text != "-" {
				files = append(files, strings.TrimPrefix(o.value.text, "./"))
				remoteName = false
			} else {
				remoteName = name == "curl"
			}
		case "--remote-name":
			remoteName = true
		}
	}
	if remoteName {
		for _, w := range words {
			if last := path.Base(w.text); isURL(w.text) && last != "" {
				files = append(files, last)
			}
		}
	}
	return files
}

// assign reads an assignment, and remembers a variable that holds something downloaded.
func (s *shellText) assign(assign *syntax.Assign) {
	if assign.Index != nil {
		s.substitutions(assign.Index)
	}
	if assign.Array != nil {
		s.substitutions(assign.Array)
	}
	if assign.Value == nil {
		return
	}
	w := s.word(assign.Value)
	if w.fetched && assign.Name != nil {
		s.fetched = append(s.fetched, "${"+assign.Name.Value+"}")
	}
}

// substitutions reads the commands inside a node that is not a command itself.
func (s *shellText) substitutions(node syntax.Node) (fetched bool) {
	if node == nil {
		return false
	}
	syntax.Walk(node, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst:
			fetched = s.apart(n.Stmts).fetches || fetched
			return false
		case *syntax.ProcSubst:
			fetched = s.apart(n.Stmts).fetches || fetched
			return false
		}
		return true
	})
	return fetched
}

// word tells what a word is without running anything.
func (s *shellText) word(w *syntax.Word) word {
	out := word{at: s.at}
	if w == nil {
		return out
	}
	var b strings.Builder
	s.parts(w.Parts, false, &b, &out)
	out.text = b.String()
	if out.made {
		// What is left of the text would be read as something that it is not.
		if !strings.ContainsAny(out.text, "/ ") {
			out.text = ""
		}
	}
	if slices.Contains(s.fetched, out.text) && isVariable(out.text) {
		out.fetched = true
	}
	return out
}

func (s *shellText) parts(parts []syntax.WordPart, quoted bool, b *strings.Builder, out *word) {
	for _, part := range parts {
		switch p := part.(type) {
		case *syntax.Lit:
			b.WriteString(unescape(p.Value, quoted))
		case *syntax.SglQuoted:
			b.WriteString(p.Value)
		case *syntax.DblQuoted:
			s.parts(p.Parts, true, b, out)
		case *syntax.ParamExp:
			out.fetched = s.substitutions(p) || out.fetched
			name := ""
			if p.Param != nil {
				name = p.Param.Value
			}
			if name == "" || name == template || p.Excl || p.Length {
				out.made = true
				continue
			}
			out.vars = true
			b.WriteString("${" + name + "}")
		case *syntax.ExtGlob:
			if p.Pattern != nil {
				b.WriteString(p.Op.String() + p.Pattern.Value + ")")
			}
		default:
			out.made = true
			out.fetched = s.substitutions(p) || out.fetched
		}
	}
}

// defaultOf returns the constant in ${NAME:-constant} when a word is nothing else.
func defaultOf(w *syntax.Word) string {
	parts := w.Parts
	if len(parts) == 1 {
		if q, ok := parts[0].(*syntax.DblQuoted); ok {
			parts = q.Parts
		}
	}
	if len(parts) != 1 {
		return ""
	}
	p, ok := parts[0].(*syntax.ParamExp)
	if !ok || p.Exp == nil || p.Exp.Op != syntax.DefaultUnsetOrNull && p.Exp.Op != syntax.DefaultUnset {
		return ""
	}
	if p.Exp.Word == nil {
		return ""
	}
	return p.Exp.Word.Lit()
}

// unescape removes the backslashes that a shell removes.
func unescape(s string, quoted bool) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (!quoted || strings.IndexByte("$`\"\\\n", s[i+1]) >= 0) {
			i++
			if s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// redirect reads one redirection of a statement whose flow is out.
func (s *shellText) redirect(r *syntax.Redirect, out *flow) {
	target := s.word(r.Word)
	switch r.Op {
	case syntax.RdrOut, syntax.AppOut, syntax.RdrAll, syntax.AppAll, syntax.RdrClob, syntax.RdrInOut:
		s.writes(target)
		if out.fetches && target.text != "" {
			s.fetched = append(s.fetched, strings.TrimPrefix(target.text, "./"))
			out.fetches = false
		}
	case syntax.RdrIn:
		switch {
		case !out.runs:
		case target.fetched:
			s.remoteScript()
		default:
			s.script(target)
		}
	case syntax.WordHdoc:
		if out.runs {
			s.input(target)
		}
	case syntax.Hdoc, syntax.DashHdoc:
		body := s.word(r.Hdoc)
		if out.runs {
			s.input(body)
		}
	}
	if r.Op != syntax.WordHdoc && r.Op != syntax.Hdoc && r.Op != syntax.DashHdoc {
		return
	}
	out.runs = false
}

// input reads text that is handed to an interpreter.
func (s *shellText) input(w word) {
	switch {
	case w.fetched:
		s.remoteScript()
	case isVariable(w.text) && !w.made:
		s.dynamic()
	case w.text != "":
		s.addInline(w.text)
		last := len(s.cmd.Invocations) - 1
		if last < 0 {
			return
		}
		if f, _ := findForm(s.cmd.Invocations[last].Program, nil); f != nil && f.kind == shell && !w.made {
			s.inner(w.text, w.at, false, append(slices.Clip(s.wrappers), s.cmd.Invocations[last].Program))
		}
	}
}

func (s *shellText) writes(target word) {
	switch {
	case strings.HasPrefix(target.text, "/dev/tcp/"), strings.HasPrefix(target.text, "/dev/udp/"):
		host, _, _ := strings.Cut(target.text[len("/dev/tcp/"):], "/")
		s.host(host)
		s.effect(leastagency.Effect{Capability: leastagency.Send, Reach: leastagency.Reach{Breadth: leastagency.One, Pattern: host}, Why: "sends its output to a host"})
	case strings.HasPrefix(target.text, "/dev/"):
	case target.text != "" && strings.Trim(target.text, "0123456789-") == "": // >&2
	case strings.EqualFold(target.text, "nul"):
	default:
		s.effect(leastagency.Effect{Capability: leastagency.WriteFiles, Reach: leastagency.Reach{Breadth: leastagency.One, Pattern: join(s.folder, target.text)}, Why: "writes its output into a file"})
	}
}

// rough reads text that is no valid program, word by word.
func (a *analysis) rough(text string) {
	if len(text) > maxText {
		text = text[:maxText]
	}
	if powershellFetch(text) {
		a.remoteScript()
	}
	var lines [][]word
	var words []word
	var b strings.Builder
	quote := byte(0)
	started := false
	endWord := func() {
		if started {
			words = append(words, word{text: b.String(), vars: strings.Contains(b.String(), "$"), at: a.cmd.At,
				made: strings.Contains(b.String(), template)})
		}
		b.Reset()
		started = false
	}
	endLine := func() {
		endWord()
		if len(words) > 0 {
			lines = append(lines, words)
		}
		words = nil
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			b.WriteByte(c)
		case (c == '"' || c == '\'') && strings.IndexByte(text[i+1:], c) >= 0:
			quote, started = c, true
		case c == ' ' || c == '\t' || c == '\r':
			endWord()
		case c == '#' && !started:
			i += max(strings.IndexByte(text[i:]+"\n", '\n')-1, 0)
		case c == '\\' && i+1 < len(text) && text[i+1] == '\n':
			i++
			endWord()
		case c == '\n' || c == ';' || c == '|' || c == '&':
			endLine()
		default:
			b.WriteByte(c)
			started = true
		}
	}
	endLine()
	for i, words := range lines {
		for len(words) > 0 && (slices.Contains(keywords[:], words[0].text) || assigns(words[0].text)) {
			words = words[1:]
		}
		if len(words) == 0 || syntax.IsKeyword(words[0].text) {
			continue
		}
		a.command(words, a.open && i == len(lines)-1, nil)
	}
}
