// Package pattern reads the patterns with which products narrow permissions (regular expressions,
// globs over whole command lines, raw prefixes) as what they let through: words of a command line, and
// paths in gitignore syntax.
package pattern

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// Bounds of what one expression is taken apart into. Beyond them it is open.
const (
	maxBranches = 32
	maxLength   = 512
	maxDepth    = 24
	maxExpr     = 4 << 10
)

// A Match is what a pattern matches: one of Texts, in which "*" stands for anything.
type Match struct {
	Texts []string
	// Start and End say that nothing may stand in front of the texts, or behind them.
	Start, End bool
}

// Any reports whether the pattern matches every text.
func (m Match) Any() bool {
	return slices.ContainsFunc(m.Texts, func(t string) bool { return strings.Trim(t, "* ") == "" })
}

// Regexp takes a regular expression apart that is searched for in a text. It is not ok for one that
// does not compile.
func Regexp(expr string) (m Match, ok bool) {
	if len(expr) > maxExpr {
		return Match{Texts: []string{"*"}}, true
	}
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return Match{}, false
	}
	e := expander{}
	branches := e.expand(re, 0)
	m = Match{Start: true, End: true}
	for _, b := range branches {
		m.Start = m.Start && b.start
		m.End = m.End && b.end
		m.Texts = append(m.Texts, b.text)
	}
	return m, true
}

// A branch is one way through an expression.
type branch struct {
	text       string
	start, end bool // anchored there
}

type expander struct{ steps int }

// expand returns the ways through an expression. What is not a constant is "*".
func (e *expander) expand(re *syntax.Regexp, depth int) []branch {
	if e.steps++; depth > maxDepth || e.steps > 10*maxBranches*maxDepth {
		return []branch{{text: "*"}}
	}
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpNoWordBoundary:
		return []branch{{}}
	case syntax.OpWordBoundary:
		return []branch{{}}
	case syntax.OpBeginLine, syntax.OpBeginText:
		return []branch{{start: true}}
	case syntax.OpEndLine, syntax.OpEndText:
		return []branch{{end: true}}
	case syntax.OpLiteral:
		return []branch{{text: literal(re)}}
	case syntax.OpCapture:
		return e.expand(re.Sub[0], depth+1)
	case syntax.OpCharClass:
		if spaces(re) {
			return []branch{{text: " "}}
		}
		if c, few := letters(re); few {
			return c
		}
		return []branch{{text: "*"}}
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		sub := re.Sub[0]
		switch {
		case spaces(sub) && re.Op != syntax.OpQuest:
			return []branch{{text: " "}}
		case re.Op == syntax.OpQuest:
			return append(e.expand(sub, depth+1), branch{})
		case re.Op == syntax.OpRepeat && re.Min == 1 && re.Max == 1:
			return e.expand(sub, depth+1)
		}
		return []branch{{text: "*"}}
	case syntax.OpAlternate:
		var out []branch
		for _, sub := range re.Sub {
			out = append(out, e.expand(sub, depth+1)...)
		}
		return bounded(out)
	case syntax.OpConcat:
		out := []branch{{}}
		for i, sub := range re.Sub {
			var next []branch
			for _, tail := range e.expand(sub, depth+1) {
				for _, head := range out {
					next = append(next, branch{
						text:  join(head.text, tail.text),
						start: head.start || i == 0 && tail.start,
						end:   tail.end,
					})
				}
			}
			out = bounded(next)
		}
		return out
	}
	return []branch{{text: "*"}}
}

func literal(re *syntax.Regexp) string {
	text := string(re.Rune)
	if re.Flags&syntax.FoldCase != 0 {
		text = strings.ToLower(text)
	}
	return text
}

// join puts two parts together; a star takes in another.
func join(a, b string) string {
	if strings.HasSuffix(a, "*") && strings.HasPrefix(b, "*") {
		b = b[1:]
	}
	if len(a)+len(b) > maxLength {
		return a + "*"
	}
	return a + b
}

// bounded cuts a list of ways that grows too long to its common beginning.
func bounded(list []branch) []branch {
	if len(list) <= maxBranches {
		return list
	}
	common := list[0]
	for _, b := range list[1:] {
		n := 0
		for n < len(common.text) && n < len(b.text) && common.text[n] == b.text[n] {
			n++
		}
		common.text = common.text[:n]
		common.start = common.start && b.start
	}
	common.end = false
	common.text = join(common.text, "*")
	return []branch{common}
}

// spaces reports whether an expression matches white space and little else.
func spaces(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral:
		return strings.TrimSpace(string(re.Rune)) == ""
	case syntax.OpCharClass:
		return len(re.Rune) > 0 && len(re.Rune) <= 12 && slices.Contains(re.Rune, ' ') && !slices.ContainsFunc(re.Rune, func(r rune) bool { return r > ' ' && r < 0x80 })
	case syntax.OpCapture:
		return spaces(re.Sub[0])
	}
	return false
}

// letters returns the single characters of a small class such as [iu].
func letters(re *syntax.Regexp) (out []branch, few bool) {
	for i := 0; i+1 < len(re.Rune); i += 2 {
		for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
			if len(out) == 4 {
				return nil, false
			}
			out = append(out, branch{text: string(r)})
		}
	}
	return out, len(out) > 0
}

// Glob takes a pattern apart in which "*" and "?" stand for any text and the whole text is compared.
func Glob(text string) Match {
	if len(text) > maxExpr {
		text = text[:maxExpr] + "*"
	}
	start, end := !strings.HasPrefix(text, "*"), !strings.HasSuffix(text, "*")
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '*', '?':
			if !strings.HasSuffix(b.String(), "*") {
				b.WriteByte('*')
			}
		case '[':
			if j := strings.IndexByte(text[i:], ']'); j > 0 {
				b.WriteByte('*')
				i += j
				continue
			}
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	out := b.String()
	if !start {
		out = strings.TrimPrefix(out, "*")
	}
	if !end {
		out = strings.TrimSuffix(out, "*")
	}
	return Match{Texts: []string{out}, Start: start, End: end}
}

// Prefix is a pattern behind which anything may follow, in the middle of a word too.
func Prefix(text string) Match { return Match{Texts: []string{text}, Start: true} }

// Command returns the command line that the pattern lets run, as command.Pattern reads it, and whether
// anything may follow. A guard is a rule that stops what it matches: for such a rule it does not
// matter what stands in front, while a rule that allows lets every program through that only mentions
// the text.
func (m Match) Command(guard bool) (words string, open bool) {
	var lines []string
	for _, text := range m.Texts {
		text = strings.TrimSpace(text)
		if !m.Start && !guard {
			text = strings.TrimSpace("* " + text)
		}
		if i := strings.Index(text, "*"); i > 0 && text[i-1] != ' ' && i < len(text)-1 && text[i+1] != ' ' {
			text = text[:i+1] // a word with an open middle: what follows it is anybody's guess
		}
		if !m.End && !strings.HasSuffix(text, "*") {
			text = strings.TrimSpace(text + " *")
		}
		if !slices.Contains(lines, text) {
			lines = append(lines, text)
		}
	}
	if len(lines) == 1 {
		words = lines[0]
		if rest, star := strings.CutSuffix(words, " *"); star {
			return rest, true
		}
		if words == "*" {
			return "", true
		}
		return words, strings.HasSuffix(words, "*")
	}
	open = slices.ContainsFunc(lines, func(l string) bool { return strings.HasSuffix(l, "*") })
	return strings.Join(lines, "\n"), open
}

// Paths returns the files of the pattern in gitignore syntax, where a path that starts with "/" is one
// of the disk and is written with two.
func (m Match) Paths() []string {
	var out []string
	for _, text := range m.Texts {
		text = strings.ReplaceAll(strings.TrimSpace(text), "*", "**")
		text = strings.ReplaceAll(text, "****", "**")
		if strings.Trim(text, "*") == "" {
			text = ""
		}
		switch {
		case m.Start && strings.HasPrefix(text, "/"):
			text = "/" + text
		case !m.Start && strings.HasPrefix(text, "/"):
			text = "**" + text
		case !m.Start && text != "":
			text = "**/*" + text
		}
		switch {
		case text == "": // every file
		case !m.End && strings.HasSuffix(text, "/"):
			text += "**"
		case !m.End && !strings.HasSuffix(text, "*"):
			text += "*"
		}
		text = segments(text)
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// segments turns stars that cross folders into segments of their own.
func segments(text string) string {
	parts := strings.Split(text, "/")
	for i, p := range parts {
		if p != "**" && strings.Contains(p, "**") {
			parts[i] = strings.ReplaceAll(p, "**", "*")
		}
	}
	return strings.Join(parts, "/")
}

// Hosts returns the hosts of the addresses that the pattern matches, "*" for any.
func (m Match) Hosts() []string {
	var out []string
	for _, text := range m.Texts {
		scheme, rest, ok := strings.Cut(text, "://")
		if !ok {
			rest = text
		}
		host := rest
		if i := strings.IndexAny(rest, "/?#"); i >= 0 {
			host = rest[:i]
		}
		whole := len(host) < len(rest) || m.End // nothing can follow the host that would make it another
		if !m.Start && !ok || strings.Contains(scheme, "*") && !ok || host == "" || !whole || strings.Trim(host, "*.") == "" {
			host = "*"
		}
		if !slices.Contains(out, host) {
			out = append(out, host)
		}
	}
	return out
}

// Domains are the hosts of the pattern as effects are told from them, "domain:" in front; the empty text
// is every host. One that is found anywhere in an address is found behind a question mark too, so as an
// approval it names no host; as a guard it does.
func (m Match) Domains(guard bool) []string {
	var out []string
	for _, h := range m.Hosts() {
		if h == "*" && !guard {
			return []string{""}
		}
		out = append(out, "domain:"+h)
	}
	return out
}

// Compiles reports whether an expression is one that Go reads; what other dialects add does not count
// as broken.
func Compiles(expr string) bool {
	for _, mark := range []string{"(?=", "(?!", "(?<=", "(?<!", `\1`, `\2`, `\u`, `\/`} {
		if strings.Contains(expr, mark) {
			return true
		}
	}
	_, err := regexp.Compile(expr)
	return err == nil
}
