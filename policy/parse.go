package policy

import (
	"bytes"
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
	"cuelang.org/go/encoding/yaml"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/nearest"
)

//go:embed schema.cue
var schemaSource string

// A Mistake is one thing wrong in a policy file.
type Mistake struct {
	At   leastagency.Span
	Text string
}

// Mistakes are all that is wrong in a policy file, in the order of the file.
type Mistakes []Mistake

// Error returns a line for each mistake, as path:line:column: text.
func (m Mistakes) Error() string {
	var lines []string
	for _, one := range m {
		pos := one.At.From()
		lines = append(lines, fmt.Sprintf("%s:%d:%d: %s", one.At.File.Path, pos.Line, pos.Rune, one.Text))
	}
	return strings.Join(lines, "\n")
}

// evaluation is how long a policy may take. Any that somebody means takes milliseconds; CUE has
// expressions that take for ever.
const evaluation = 10 * time.Second

// Parse reads a policy file. The error is of type Mistakes when the file was read and is wrong: all
// that is wrong is told at once.
func Parse(file *leastagency.File, base *leastagency.Policy) (*Overlay, error) {
	type outcome struct {
		overlay *Overlay
		err     error
	}
	done := make(chan outcome, 1)
	go func() {
		var out outcome
		defer func() {
			if r := recover(); r != nil { // the evaluator's, on input that nobody has thought of
				out = outcome{err: Mistakes{{file.Whole(), fmt.Sprintf("cannot be evaluated: %v", r)}}}
			}
			done <- out
		}()
		out.overlay, out.err = parse(file, base)
	}()
	select {
	case out := <-done:
		return out.overlay, out.err
	case <-time.After(evaluation):
		return nil, Mistakes{{file.Whole(), fmt.Sprintf("takes longer than %v to evaluate", evaluation)}}
	}
}

func parse(file *leastagency.File, base *leastagency.Policy) (*Overlay, error) {
	r := &reader{file: file, base: base}
	tree, err := syntax(file)
	if err != nil {
		r.cueErrors(err)
		return nil, r.sorted()
	}
	r.refuse(tree)
	if len(r.mistakes) > 0 {
		return nil, r.sorted()
	}
	context := cuecontext.New()
	user := context.BuildFile(tree)
	if err := user.Validate(cue.Concrete(true)); err != nil {
		r.cueErrors(err)
		return nil, r.sorted()
	}
	schema := context.CompileString(schemaSource).LookupPath(cue.ParsePath("#Policy"))
	if user.IncompleteKind() == cue.StructKind {
		r.compare(schema, user, "")
	} else if k := user.IncompleteKind(); k != cue.TopKind && k != cue.NullKind { // a file of comments alone says nothing
		r.wrong(file.Whole(), "is a %s, want keys such as failOn, ignore and agents", user.IncompleteKind())
	}
	overlay := r.overlay(user)
	if len(r.mistakes) > 0 {
		return nil, r.sorted()
	}
	if err := schema.Unify(user).Validate(cue.Concrete(true)); err != nil && user.IncompleteKind() == cue.StructKind {
		r.cueErrors(err) // what compare does not know to say in better words
		return nil, r.sorted()
	}
	return overlay, nil
}

// syntax parses the file by its ending. JSON is CUE, so that its errors come with their places.
func syntax(file *leastagency.File) (*ast.File, error) {
	data := bytes.TrimPrefix(file.Data, []byte("\xef\xbb\xbf"))
	switch path.Ext(file.Path) {
	case ".yaml", ".yml":
		return yaml.Extract(file.Path, data)
	}
	return parser.ParseFile(file.Path, data)
}

type reader struct {
	file     *leastagency.File
	base     *leastagency.Policy
	mistakes Mistakes
}

func (r *reader) wrong(at leastagency.Span, format string, args ...any) {
	r.mistakes = append(r.mistakes, Mistake{at, fmt.Sprintf(format, args...)})
}

// sorted returns the mistakes in the order of the file, each once.
func (r *reader) sorted() error {
	slices.SortStableFunc(r.mistakes, func(a, b Mistake) int { return a.At.Compare(b.At) })
	return slices.Compact(r.mistakes)
}

// refuse takes what reaches beyond the file for a mistake: a policy is judged alone.
func (r *reader) refuse(tree *ast.File) {
	ast.Walk(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportDecl:
			r.wrong(r.span(n.Pos()), "a policy imports nothing")
		case *ast.Attribute:
			r.wrong(r.span(n.Pos()), "a policy has no attributes")
		}
		return true
	}, nil)
}

// cueErrors keeps the errors of CUE, each at the place in the file that it speaks of.
func (r *reader) cueErrors(err error) {
	for _, e := range errors.Errors(err) {
		at := e.Position()
		for _, p := range e.InputPositions() {
			if at.Filename() != r.file.Path && p.Filename() == r.file.Path {
				at = p
			}
		}
		span := r.file.Whole()
		if at.IsValid() && at.Filename() == r.file.Path {
			span = r.span(at)
		}
		message, args := e.Msg()
		text := fmt.Sprintf(message, args...)
		if text == "" {
			text = e.Error()
		}
		if told, line := strings.CutPrefix(text, r.file.Path+":"); line { // YAML: the line is in the text alone
			number, rest, _ := strings.Cut(told, ":")
			n, err := strconv.Atoi(number)
			if text = strings.TrimSpace(rest); err == nil && r.file.Line(n) != nil {
				start := r.file.LineStart(n)
				span = r.file.Span(start, start+len(r.file.Line(n)))
			}
		}
		if p := strings.Join(e.Path(), "."); p != "" {
			text = p + ": " + text
		}
		r.wrong(span, "%s", text)
	}
}

// span returns the key or value that starts at a position. CUE does not say where either ends.
func (r *reader) span(pos token.Pos) leastagency.Span {
	if !pos.IsValid() {
		return r.file.Whole()
	}
	line := r.file.Line(pos.Line())
	start := min(max(pos.Column()-1, 0), len(line))
	if bytes.HasPrefix(line, []byte("\xef\xbb\xbf")) {
		start = min(start+3, len(line))
	}
	if start > 0 && start < len(line) && (line[start-1] == '"' || line[start-1] == '\'') {
		start-- // JSON keys are told behind their quote
	}
	end := len(line)
	rest := line[start:]
	if len(rest) > 0 && (rest[0] == '"' || rest[0] == '\'') {
		if n := bytes.IndexByte(rest[1:], rest[0]); n >= 0 {
			end = start + n + 2
		}
	} else if n := bytes.IndexAny(rest, ":,]}#"); n > 0 {
		end = start + len(bytes.TrimRight(rest[:n], " ?!"))
	}
	offset := r.file.LineStart(pos.Line())
	return r.file.Span(offset+start, offset+max(start, len(bytes.TrimRight(line[:end], " \t\r"))))
}

// place returns the key of a value, or the value itself in a list.
func (r *reader) place(v cue.Value) leastagency.Span { return r.span(v.Pos()) }

// compare tells what of a value the schema does not let stand. at names the value in messages.
func (r *reader) compare(schema, user cue.Value, at string) {
	want := schema.IncompleteKind()
	if got := user.IncompleteKind(); got&want == 0 {
		r.wrong(r.place(user), "%sis %s, want %s", prefixed(at), kind(got), kind(want))
		return
	}
	switch want {
	case cue.StructKind:
		r.compareStruct(schema, user, at)
	case cue.ListKind:
		item := schema.LookupPath(cue.MakePath(cue.AnyIndex))
		list, _ := user.List()
		for n := 1; list.Next(); n++ {
			r.compare(item, list.Value(), fmt.Sprintf("%s %d", strings.TrimSuffix(at, "s"), n))
		}
	case cue.StringKind:
		names := alternatives(schema)
		if got, _ := user.String(); len(names) > 0 && !slices.Contains(names, got) {
			r.wrong(r.place(user), "%sgot %s, want one of %s%s", prefixed(at), leastagency.Quote(got), strings.Join(names, ", "), meant(got, names))
		}
	}
}

func (r *reader) compareStruct(schema, user cue.Value, at string) {
	var known []string
	fields, _ := schema.Fields(cue.Optional(true))
	for fields.Next() {
		name := fields.Selector().Unquoted()
		known = append(known, name)
		if fields.Selector().ConstraintType() == cue.RequiredConstraint && !user.LookupPath(cue.MakePath(cue.Str(name))).Exists() {
			r.wrong(r.place(user), "%s%s is missing", prefixed(at), name)
		}
	}
	open := schema.LookupPath(cue.MakePath(cue.AnyString))
	members, _ := user.Fields()
	for members.Next() {
		name := members.Selector().Unquoted()
		member := open
		if slices.Contains(known, name) {
			member = field(schema, name)
		}
		if !member.Exists() {
			r.wrong(r.place(members.Value()), "%sunknown key %s, want one of %s%s", prefixed(at), leastagency.Quote(name), strings.Join(known, ", "), meant(name, known))
			continue
		}
		r.compare(member, members.Value(), name)
	}
}

// field returns what a schema says of a key, whether it must be there or not.
func field(schema cue.Value, name string) cue.Value {
	if v := schema.LookupPath(cue.MakePath(cue.Str(name).Required())); v.Exists() {
		return v
	}
	return schema.LookupPath(cue.MakePath(cue.Str(name).Optional()))
}

// alternatives returns the strings that a schema lets stand; none when it lets any.
func alternatives(schema cue.Value) []string {
	op, parts := cue.Dereference(schema).Expr()
	if op != cue.OrOp {
		return nil
	}
	var names []string
	for _, part := range parts {
		if s, err := part.String(); err == nil {
			names = append(names, s)
		} else {
			names = append(names, alternatives(part)...)
		}
	}
	return names
}

func prefixed(at string) string {
	if at == "" {
		return ""
	}
	return at + ": "
}

func meant(wrong string, names []string) string {
	if best := nearest.Name(wrong, names); best != "" {
		return ": did you mean " + best + "?"
	}
	return ""
}

func kind(k cue.Kind) string {
	switch k {
	case cue.StructKind:
		return "a map"
	case cue.ListKind:
		return "a list"
	case cue.StringKind:
		return "a string"
	case cue.IntKind:
		return "a whole number"
	case cue.BoolKind:
		return "true or false"
	case cue.NullKind:
		return "nothing"
	}
	return "a " + k.String()
}

// Format lays out a policy in CUE as 'cue fmt' does.
func Format(source string) (string, error) {
	out, err := format.Source([]byte(source))
	return string(out), err
}
