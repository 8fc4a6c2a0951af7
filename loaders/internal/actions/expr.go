package actions

import (
	"strings"
)

// An Expr is a node of an expression. Offsets are those of the text it was read from.
type Expr struct {
	Op         Op
	Text       string // of a literal its value, of a path its parts in lower case joined by dots, of a call the function in lower case
	Args       []*Expr
	Start, End int
}

// An Op tells what an expression node is.
type Op uint8

const (
	OpUnknown Op = iota
	OpString
	OpNumber
	OpWord // true, false, null
	OpPath
	OpCall
	OpNot
	OpAnd
	OpOr
	OpEqual
	OpUnequal
	OpOrder // < > <= >=
)

const (
	maxExpr  = 1 << 15 // bytes of one expression
	maxLevel = 60
)

// ParseExpr reads an expression without its marks, which stands at an offset of some text; nil when it is none.
func ParseExpr(text string, offset int) *Expr {
	if len(text) > maxExpr {
		return nil
	}
	p := &exprParser{text: text, base: offset}
	p.next()
	e := p.or()
	if p.failed || p.kind != 0 {
		return nil
	}
	return e
}

// An exprParser reads expressions by recursive descent.
type exprParser struct {
	text       string
	base, i    int
	kind       byte // of the token: 0 end, 's' string, 'n' number, 'w' word, else an operator's first byte
	value      string
	start, end int
	level      int
	failed     bool
}

func (p *exprParser) next() {
	for p.i < len(p.text) && strings.IndexByte(" \n\t\r", p.text[p.i]) >= 0 {
		p.i++
	}
	p.start = p.i
	defer func() { p.end = p.i }()
	if p.i >= len(p.text) {
		p.kind = 0
		return
	}
	c := p.text[p.i]
	switch {
	case c == '\'':
		p.kind = 's'
		var b strings.Builder
		for p.i++; p.i < len(p.text); p.i++ {
			if p.text[p.i] == '\'' {
				if p.i+1 < len(p.text) && p.text[p.i+1] == '\'' {
					p.i++
				} else {
					break
				}
			}
			b.WriteByte(p.text[p.i])
		}
		if p.i >= len(p.text) {
			p.failed = true
			return
		}
		p.i++
		p.value = b.String()
	case letter(c):
		for p.i < len(p.text) && (letter(p.text[p.i]) || p.text[p.i] == '-' || digit(p.text[p.i])) {
			p.i++
		}
		p.kind, p.value = 'w', p.text[p.start:p.i]
	case digit(c) || c == '-' || c == '+':
		for p.i++; p.i < len(p.text) && (digit(p.text[p.i]) || letter(p.text[p.i]) || p.text[p.i] == '.'); p.i++ {
		}
		p.kind, p.value = 'n', p.text[p.start:p.i]
	default:
		p.kind = c
		p.i++
		if p.i < len(p.text) && (c == '&' || c == '|' || c == '=') {
			if p.text[p.i] != c {
				p.failed = true
			}
			p.i++
		} else if p.i < len(p.text) && (c == '!' || c == '<' || c == '>') && p.text[p.i] == '=' {
			p.i++
		}
		p.value = p.text[p.start:p.i]
	}
}

func letter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }

func (p *exprParser) make(op Op, text string, start int, args ...*Expr) *Expr {
	return &Expr{Op: op, Text: text, Args: args, Start: p.base + start, End: p.base + p.end}
}

// binary joins operands that next reads while the token is the operator.
func (p *exprParser) binary(operand func() *Expr, ops map[string]Op) *Expr {
	if p.level++; p.level > maxLevel {
		p.failed = true
		return nil
	}
	defer func() { p.level-- }()
	left := operand()
	for !p.failed {
		op, ok := ops[p.value]
		if !ok || p.kind == 's' || p.kind == 'w' || p.kind == 0 {
			break
		}
		p.next()
		right := operand()
		if right == nil || left == nil {
			p.failed = true
			return nil
		}
		left = &Expr{Op: op, Args: []*Expr{left, right}, Start: left.Start, End: right.End}
	}
	return left
}

var (
	orOps      = map[string]Op{"||": OpOr}
	andOps     = map[string]Op{"&&": OpAnd}
	compareOps = map[string]Op{"==": OpEqual, "!=": OpUnequal, "<": OpOrder, ">": OpOrder, "<=": OpOrder, ">=": OpOrder}
)

func (p *exprParser) or() *Expr      { return p.binary(p.and, orOps) }
func (p *exprParser) and() *Expr     { return p.binary(p.compare, andOps) }
func (p *exprParser) compare() *Expr { return p.binary(p.unary, compareOps) }

func (p *exprParser) unary() *Expr {
	if p.failed {
		return nil
	}
	start := p.start
	if p.kind == '!' && p.value == "!" {
		if p.level++; p.level > maxLevel {
			p.failed = true
			return nil
		}
		defer func() { p.level-- }()
		p.next()
		inner := p.unary()
		if inner == nil {
			p.failed = true
			return nil
		}
		return &Expr{Op: OpNot, Args: []*Expr{inner}, Start: p.base + start, End: inner.End}
	}
	return p.primary()
}

func (p *exprParser) primary() *Expr {
	start := p.start
	switch p.kind {
	case '(':
		p.next()
		e := p.or()
		if p.kind != ')' || e == nil {
			p.failed = true
			return nil
		}
		e.Start, e.End = p.base+start, p.base+p.end
		p.next()
		return p.postfix(e)
	case 's', 'n':
		op := OpString
		if p.kind == 'n' {
			op = OpNumber
		}
		e := p.make(op, p.value, start)
		p.next()
		return e
	case 'w':
		name := strings.ToLower(p.value)
		e := p.make(OpPath, name, start)
		if name == "true" || name == "false" || name == "null" {
			e.Op = OpWord
		}
		p.next()
		if p.kind == '(' && p.value == "(" {
			e.Op = OpCall
			p.next()
			for p.kind != ')' && !p.failed && p.kind != 0 {
				e.Args = append(e.Args, p.or())
				if p.kind == ',' {
					p.next()
				} else if p.kind != ')' {
					p.failed = true
				}
			}
			if p.kind != ')' || len(e.Args) > 64 {
				p.failed = true
				return nil
			}
			e.End = p.base + p.end
			p.next()
		}
		return p.postfix(e)
	}
	p.failed = true
	return nil
}

// postfix reads ".name", ".*" and "['name']" behind a value.
func (p *exprParser) postfix(e *Expr) *Expr {
	for !p.failed && (p.kind == '.' || p.kind == '[') {
		part := ""
		if p.kind == '.' {
			p.next()
			part = strings.ToLower(p.value)
			if p.kind != 'w' && p.kind != '*' {
				p.failed = true
				return nil
			}
		} else {
			p.next()
			index := p.or()
			if p.kind != ']' || index == nil {
				p.failed = true
				return nil
			}
			part = "*"
			if index.Op == OpString {
				part = strings.ToLower(index.Text)
			}
		}
		if e.Op == OpPath {
			e.Text += "." + part
		}
		e.End = p.base + p.end
		p.next()
	}
	return e
}

// Paths calls yield for every path of an expression.
func (e *Expr) Paths(yield func(*Expr)) {
	if e == nil {
		return
	}
	if e.Op == OpPath {
		yield(e)
	}
	for _, a := range e.Args {
		a.Paths(yield)
	}
}

// Values calls yield for every path whose value may become a part of what the expression gives: not for
// those that only decide.
func (e *Expr) Values(yield func(*Expr)) {
	if e == nil {
		return
	}
	switch e.Op {
	case OpPath:
		yield(e)
	case OpOr:
		e.Args[0].Values(yield)
		e.Args[1].Values(yield)
	case OpAnd:
		e.Args[1].Values(yield)
	case OpCall:
		switch e.Text {
		case "format", "join", "tojson", "fromjson":
			for _, a := range e.Args {
				a.Values(yield)
			}
		}
	}
}

// A Hole is an expression inside of a text, with its marks.
type Hole struct {
	Start, End int
	Expr       *Expr // nil when it cannot be read
}

// Holes finds the expressions of a text.
func Holes(text string) []Hole {
	var out []Hole
	for i := 0; i < len(text) && len(out) < 4096; {
		start := strings.Index(text[i:], "${{")
		if start < 0 {
			break
		}
		start += i
		end, quoted := -1, false
		for j := start + 3; j < len(text)-1 && j-start < maxExpr; j++ {
			if text[j] == '\'' {
				quoted = !quoted
			}
			if !quoted && text[j] == '}' && text[j+1] == '}' {
				end = j
				break
			}
		}
		if end < 0 {
			i = start + 3
			continue
		}
		out = append(out, Hole{start, end + 2, ParseExpr(text[start+3:end], start+3)})
		i = end + 2
	}
	return out
}

// Condition reads the text of an "if". A text with something around its marks is no condition: it is
// filled in and, being a text, always true.
func Condition(text string) (e *Expr, always bool) {
	if !strings.Contains(text, "${{") {
		return ParseExpr(text, 0), false
	}
	holes := Holes(text)
	if len(holes) == 1 && holes[0].Start == 0 && holes[0].End == len(text) {
		return holes[0].Expr, false
	}
	if len(holes) == 1 && strings.TrimSpace(text[:holes[0].Start]) == "" && text[holes[0].End:] == "" {
		return holes[0].Expr, false
	}
	return nil, len(holes) > 0
}
