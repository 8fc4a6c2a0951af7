package codex

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.starlark.net/syntax"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

const (
	maxRules        = 1 << 12 // calls of one file
	maxAlternatives = 64      // commands that one call stands for
)

var decisions = map[string]leastagency.Decision{"allow": leastagency.Allow, "prompt": leastagency.Ask, "forbidden": leastagency.Deny}

// rulesFile reads command rules. The file is a Starlark program; it is parsed and never run, so that
// only calls with literal arguments are understood, and others are reported.
func (r *reader) rulesFile() {
	var dialect syntax.FileOptions // the strictest one; nothing is evaluated

	l := r.layer(leastagency.KindSession, "", r.File.Whole())
	if !utf8.Valid(r.File.Data) {
		r.Problem(r.File.Whole(), leastagency.ProblemEncoding, "not UTF-8: Codex does not load these rules")
	}
	text := strings.ToValidUTF8(string(r.File.Data), "\uFFFD")
	file, err := dialect.Parse(r.File.Path, text, 0)
	if err != nil {
		at := r.File.Whole()
		if e, ok := err.(syntax.Error); ok {
			at = r.span(e.Pos, e.Pos)
			file, _ = dialect.Parse(r.File.Path, before(text, int(e.Pos.Line)), 0)
			err = fmt.Errorf("%s", e.Msg)
		}
		r.Problem(at, leastagency.ProblemSyntax, "not a file of rules from here on: %s", err)
	}
	if file == nil {
		return
	}
	calls := 0
	for _, statement := range file.Stmts {
		call, ok := called(statement)
		if !ok {
			continue
		}
		if calls++; calls > maxRules {
			r.Problem(r.spanOf(call), leastagency.ProblemLimit, "more than %d rules: not read from here on", maxRules)
			break
		}
		r.call(l, call)
	}
}

// before returns the text in front of the statement that a line belongs to.
func before(text string, line int) string {
	lines := strings.SplitAfter(text, "\n")
	end := min(line-1, len(lines)-1)
	for end > 0 && !startsCall(lines[end]) {
		end--
	}
	return strings.Join(lines[:max(end, 0)], "")
}

func startsCall(line string) bool {
	return strings.HasPrefix(line, "prefix_rule") || strings.HasPrefix(line, "host_executable")
}

func called(s syntax.Stmt) (*syntax.CallExpr, bool) {
	if e, ok := s.(*syntax.ExprStmt); ok {
		call, ok := e.X.(*syntax.CallExpr)
		return call, ok
	}
	return nil, false
}

// span turns two positions of the parser, which count characters, into a place of the file.
func (r *reader) span(from, to syntax.Position) leastagency.Span {
	offset := func(p syntax.Position) int {
		line := r.File.Line(int(p.Line))
		i := 0
		for n := int32(1); n < p.Col && i < len(line); n++ {
			_, size := utf8.DecodeRune(line[i:])
			i += size
		}
		return r.File.LineStart(int(p.Line)) + i
	}
	start := offset(from)
	return r.File.Span(start, max(start, offset(to)))
}

func (r *reader) spanOf(n syntax.Node) leastagency.Span { return r.span(n.Span()) }

// call reads one prefix_rule.
func (r *reader) call(l *leastagency.Layer, call *syntax.CallExpr) {
	if name, ok := call.Fn.(*syntax.Ident); !ok || name.Name != "prefix_rule" {
		return // host_executable and the like say nothing about what may run
	}
	decision := leastagency.Allow // what an omitted decision means
	var pattern, match, notMatch syntax.Expr
	for i, arg := range call.Args {
		name, value := "pattern", arg
		if b, ok := arg.(*syntax.BinaryExpr); ok && b.Op == syntax.EQ {
			if id, ok := b.X.(*syntax.Ident); ok {
				name, value = id.Name, b.Y
			}
		} else if i > 0 {
			continue
		}
		switch name {
		case "pattern":
			pattern = value
		case "match":
			match = value
		case "not_match":
			notMatch = value
		case "decision":
			word, ok := literal(value)
			d, known := decisions[word]
			if !ok || !known {
				r.Problem(r.spanOf(value), leastagency.ProblemType, "a decision is \"allow\", \"prompt\" or \"forbidden\": Codex does not load rules with another%s", reading.Meant(word, keys(decisions)))
				return
			}
			decision = d
		}
	}
	words, ok := r.words(pattern)
	if !ok {
		at := r.spanOf(call)
		if pattern != nil {
			at = r.spanOf(pattern)
		}
		kind := leastagency.ProblemType
		if decision == leastagency.Allow {
			kind = leastagency.ProblemIgnored
		}
		r.Problem(at, kind, "a pattern is a list of words and of lists of words, written out: this rule was not understood")
		return
	}
	r.examples(words, match, true)
	r.examples(words, notMatch, false)
	r.prefixes(l, words, r.spanOf(pattern), decision)
}

// examples checks the command lines that a rule states as its own tests. When one fails, Codex loads
// no rule of the file.
func (r *reader) examples(words [][]word, list syntax.Expr, want bool) {
	l, ok := list.(*syntax.ListExpr)
	if !ok {
		return
	}
	for _, e := range l.List {
		var argv []string
		line, ok := literal(e)
		if inner, isList := e.(*syntax.ListExpr); isList {
			for _, item := range inner.List {
				w, _ := literal(item)
				argv = append(argv, w)
			}
		} else if ok && !strings.ContainsAny(line, "'\"\\#") { // what quotes mean is for the product to say
			argv = strings.Fields(line)
		}
		if len(argv) > 0 && begins(words, argv) != want {
			says := "does not match its pattern"
			if !want {
				says = "matches its pattern, and should not"
			}
			r.Problem(r.spanOf(e), leastagency.ProblemType, "the example %s %s: Codex loads no rule of this file", leastagency.Quote(strings.Join(argv, " ")), says)
		}
	}
}

// begins reports whether a command line starts with the words of a pattern.
func begins(words [][]word, argv []string) bool {
	if len(argv) < len(words) {
		return false
	}
	for i, alternatives := range words {
		if !slices.ContainsFunc(alternatives, func(w word) bool { return w.text == argv[i] }) {
			return false
		}
	}
	return true
}

// A word is one alternative at one position of a pattern.
type word struct {
	text string
	at   leastagency.Span
}

// words reads a pattern: at each position a word, or a list of alternatives.
func (r *reader) words(e syntax.Expr) ([][]word, bool) {
	list, ok := e.(*syntax.ListExpr)
	if !ok || len(list.List) == 0 {
		return nil, false
	}
	var out [][]word
	for _, item := range list.List {
		items := []syntax.Expr{item}
		if inner, ok := item.(*syntax.ListExpr); ok {
			items = inner.List
		}
		var alternatives []word
		for _, e := range items {
			text, ok := literal(e)
			if !ok {
				return nil, false
			}
			alternatives = append(alternatives, word{text, r.spanOf(e)})
		}
		if len(alternatives) == 0 {
			return nil, false
		}
		out = append(out, alternatives)
	}
	return out, true
}

func literal(e syntax.Expr) (string, bool) {
	l, ok := e.(*syntax.Literal)
	if !ok {
		return "", false
	}
	s, ok := l.Value.(string)
	return s, ok
}

// prefixes adds a rule for every command that a pattern stands for. Each is shown at the alternative
// that makes it, or at the whole pattern.
func (r *reader) prefixes(l *leastagency.Layer, words [][]word, at leastagency.Span, d leastagency.Decision) {
	type prefix struct {
		words []string
		at    leastagency.Span
	}
	out := []prefix{{at: at}}
	for _, alternatives := range words {
		if len(out)*len(alternatives) > maxAlternatives {
			r.Problem(at, leastagency.ProblemLimit, "the pattern stands for more than %d commands: what follows was not told apart", maxAlternatives)
			break
		}
		var next []prefix
		for _, p := range out {
			for _, w := range alternatives {
				where := p.at
				if len(alternatives) > 1 {
					where = w.at
				}
				next = append(next, prefix{append(slices.Clone(p.words), w.text), where})
			}
		}
		out = next
	}
	for _, p := range out {
		r.prefix(l, p.words, p.at, d)
	}
}

// prefix adds one rule: every command line that starts with the words, word by word.
func (r *reader) prefix(l *leastagency.Layer, words []string, at leastagency.Span, d leastagency.Decision) {
	text := strings.Join(words, " ")
	rule := &leastagency.Rule{At: at, Text: r.Sys.Knowledge.Redact(text), Decision: d}
	rule.Action = leastagency.Action{Kind: leastagency.ActionShell, Pattern: rule.Text, Open: true}
	r.Secrets(l, text, at)
	switch {
	case strings.ContainsAny(words[0], " \t"):
		rule.Inert = "its first word is compared with the name of the program, and no program is called " + leastagency.Quote(words[0])
	case slices.Contains(words, "*") || slices.Contains(words, "**"):
		rule.Inert = "words are compared as they are, and \"*\" is no wildcard: what follows a prefix is free anyway"
	default:
		rule.Action.Command = command.Pattern(text, true, at, r.Sys.Knowledge)
		if rule.Action.Command != nil {
			rule.Effects = rule.Action.Command.Effects
		}
	}
	l.Rules = append(l.Rules, rule)
	if d == leastagency.Allow && rule.Inert == "" { // what a rule allows runs outside
		if l.Sandbox == nil {
			l.Sandbox = &leastagency.Sandbox{At: at}
		}
		l.Sandbox.Excluded = append(l.Sandbox.Excluded, rule)
	}
}

// requiredRules reads the rules of an administrator, which are written as tables and can only forbid or ask.
func (r *reader) requiredRules(l *leastagency.Layer, list *node.Node) {
	for _, n := range list.List() {
		var words [][]word
		for _, item := range n.Get("pattern").List() {
			tokens := []*node.Node{item.Get("token")}
			if any := item.Get("any_of"); any != nil {
				tokens = any.List()
			}
			var alternatives []word
			for _, t := range tokens {
				if s := t.String(); s.Set {
					alternatives = append(alternatives, word{s.V, s.At})
				}
			}
			if len(alternatives) > 0 {
				words = append(words, alternatives)
			}
		}
		d, ok := choice(r, n.Get("decision"), "decision", "the requirement is refused", map[string]leastagency.Decision{"prompt": leastagency.Ask, "forbidden": leastagency.Deny})
		if ok && len(words) > 0 {
			r.prefixes(l, words, n.Get("pattern").At, d)
		}
	}
}
