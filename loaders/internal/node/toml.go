package node

import (
	"bytes"
	"errors"

	"github.com/leastagency/leastagency"
	"github.com/pelletier/go-toml/v2/unstable"
)

// ParseTOML reads TOML. A table stands where its header is, up to its last own value.
func ParseTOML(f *leastagency.File) (*Document, []*leastagency.Problem) {
	s := open(f)
	text := s.text
	if cut := busiest(text, "\n,[{"); cut < len(text) {
		s.tooMany(cut)
		text = text[:1+bytes.LastIndexByte(text[:cut], '\n')]
	}
	r := &tomlReader{source: s, tables: map[*Node]*tomlTable{}, doc: &Document{}}
	r.parser.KeepComments = true
	r.parser.Reset(text)
	root := &Node{Kind: Map, At: s.span(0, len(text))}
	r.here = root
	for r.parser.NextExpression() {
		r.expression(root, r.parser.Expression())
	}
	if err := r.parser.Error(); err != nil {
		r.failed(err)
	}
	if len(root.Members) > 0 {
		r.doc.Root = root
	}
	return r.doc, s.sorted()
}

type tomlReader struct {
	*source
	parser unstable.Parser
	doc    *Document
	here   *Node // the table that keys go into
	level  int   // the depth of that table
	tables map[*Node]*tomlTable
}

// A tomlTable is what must be known of a map while it may still grow.
type tomlTable struct {
	index  map[string]int // of its members
	header bool           // it has had a header of its own
	inline bool           // it was written at once and may not grow
}

func (r *tomlReader) table(n *Node) *tomlTable {
	t := r.tables[n]
	if t == nil {
		t = &tomlTable{index: map[string]int{}}
		r.tables[n] = t
	}
	return t
}

// expression adds one line, or one key with its value, to the tree.
func (r *tomlReader) expression(root *Node, e *unstable.Node) {
	switch e.Kind {
	case unstable.Comment:
		r.comment(e)
		return
	case unstable.KeyValue:
		end := r.keyValue(r.here, e, r.level)
		r.here.At.End = max(r.here.At.End, r.base+end)
	case unstable.Table, unstable.ArrayTable:
		r.header(root, e)
	}
	for next := e.Next(); next != nil; next = next.Next() {
		r.comment(next)
	}
}

// header opens the table that a [header] or [[header]] names.
func (r *tomlReader) header(root *Node, e *unstable.Node) {
	keys := keysOf(e)
	if len(keys) > maxDepth {
		r.tooDeep(int(keys[0].Raw.Offset))
		r.here = r.lost()
		return
	}
	r.level = len(keys)
	in := r.walk(root, keys[:len(keys)-1])
	last := keys[len(keys)-1]
	start := bytes.LastIndexByte(r.text[:keys[0].Raw.Offset], '[')
	if e.Kind == unstable.ArrayTable {
		start--
	}
	end := int(last.Raw.Offset + last.Raw.Length)
	end += 1 + bytes.IndexByte(r.text[end:], ']')
	if e.Kind == unstable.ArrayTable {
		end++
	}
	fresh := &Node{Kind: Map, At: r.span(start, end)}
	r.here = fresh
	have := r.find(in, last)
	switch {
	case e.Kind == unstable.ArrayTable && have == nil:
		r.put(in, last, &Node{Kind: List, At: fresh.At, Items: []*Node{fresh}})
	case e.Kind == unstable.ArrayTable && have.Kind == List && !r.table(have).inline:
		have.Items = append(have.Items, fresh)
		have.At.End = fresh.At.End
	case e.Kind == unstable.Table && have == nil:
		r.table(fresh).header = true
		r.put(in, last, fresh)
	case e.Kind == unstable.Table && have.Kind == Map && !r.table(have).header && !r.table(have).inline:
		r.table(have).header = true
		have.At = fresh.At
		r.here = have
	default: // twice the same table, or a table where a value stands
		r.put(in, last, fresh)
		r.duplicate(in.Members[len(in.Members)-1])
	}
}

// lost returns a table that is in no tree, for keys that can't be placed.
func (r *tomlReader) lost() *Node { return &Node{Kind: Map, At: r.span(0, 0)} }

// walk follows keys into tables, making those that are not there yet. Of an array of tables it takes the last.
func (r *tomlReader) walk(in *Node, keys []*unstable.Node) *Node {
	for _, k := range keys {
		next := r.find(in, k)
		if next.Is(List) && len(next.Items) > 0 {
			next = next.Items[len(next.Items)-1]
		}
		if !next.Is(Map) {
			conflict := next != nil
			start := int(k.Raw.Offset)
			next = &Node{Kind: Map, At: r.span(start, start+int(k.Raw.Length))}
			r.put(in, k, next)
			if conflict {
				r.duplicate(in.Members[len(in.Members)-1])
			}
		}
		in = next
	}
	return in
}

func (r *tomlReader) find(in *Node, k *unstable.Node) *Node {
	i, ok := r.table(in).index[string(k.Data)]
	if !ok {
		return nil
	}
	return in.Members[i].Value
}

func (r *tomlReader) put(in *Node, k *unstable.Node, value *Node) {
	r.table(in).index[string(k.Data)] = len(in.Members)
	start := int(k.Raw.Offset)
	in.Members = append(in.Members, Member{Key: string(k.Data), At: r.span(start, start+int(k.Raw.Length)), Value: value})
}

// keyValue adds a key with its value to a table and returns where the value ends.
func (r *tomlReader) keyValue(in *Node, e *unstable.Node, depth int) int {
	keys := keysOf(e)
	last := keys[len(keys)-1]
	from := r.skip(int(last.Raw.Offset+last.Raw.Length)) + 1 // behind the '='
	depth += len(keys)
	if depth > maxDepth {
		r.tooDeep(int(keys[0].Raw.Offset))
		return from
	}
	in = r.walk(in, keys[:len(keys)-1])
	value, end := r.value(e.Value(), from, depth)
	twice := r.find(in, last) != nil
	r.put(in, last, value)
	if twice {
		r.duplicate(in.Members[len(in.Members)-1])
	}
	return end
}

// value reads the value that stands at or behind from, and returns where it ends. The parser does not
// tell the ends of arrays and inline tables.
func (r *tomlReader) value(e *unstable.Node, from, depth int) (*Node, int) {
	start := r.skip(from)
	switch e.Kind {
	case unstable.Array, unstable.InlineTable:
	default:
		end := int(e.Raw.Offset + e.Raw.Length)
		return r.tomlScalar(e, int(e.Raw.Offset), end), end
	}
	n := &Node{Kind: List}
	if e.Kind == unstable.InlineTable {
		n.Kind = Map
	}
	r.table(n).inline = true
	if depth >= maxDepth {
		r.tooDeep(start)
		return &Node{At: r.span(start, start+1)}, start + 1
	}
	end := start + 1
	for child := e.Child(); child != nil; child = child.Next() {
		switch {
		case child.Kind == unstable.Comment:
			r.comment(child)
		case child.Kind == unstable.KeyValue:
			end = r.keyValue(n, child, depth)
		case n.Kind == List:
			var item *Node
			item, end = r.value(child, end, depth+1)
			n.Items = append(n.Items, item)
		}
	}
	end = min(r.skip(end)+1, len(r.text))
	n.At = r.span(start, end)
	return n, end
}

func (r *tomlReader) tomlScalar(e *unstable.Node, start, end int) *Node {
	switch e.Kind {
	case unstable.Bool:
		return r.scalar(Bool, string(e.Data), start, end, 0)
	case unstable.Integer, unstable.Float:
		return r.scalar(Number, string(r.text[start:end]), start, end, 0)
	case unstable.String:
		quotes := 1
		if raw := r.text[start:end]; len(raw) >= 6 && raw[1] == raw[0] && raw[2] == raw[0] {
			quotes = 3
		}
		return r.scalar(String, string(e.Data), start, end, quotes)
	}
	return r.scalar(String, string(r.text[start:end]), start, end, 0) // dates and times
}

// skip returns the offset behind white space, line ends, comments and commas.
func (r *tomlReader) skip(i int) int {
	for i < len(r.text) {
		switch r.text[i] {
		case ' ', '\t', '\r', '\n', ',':
			i++
		case '#':
			n := bytes.IndexByte(r.text[i:], '\n')
			if n < 0 {
				return len(r.text)
			}
			i += n
		default:
			return i
		}
	}
	return i
}

// comment keeps a comment and those that hang on it.
func (r *tomlReader) comment(e *unstable.Node) {
	if e.Kind != unstable.Comment {
		return
	}
	at := r.span(int(e.Raw.Offset), int(e.Raw.Offset+e.Raw.Length))
	r.doc.Comments = append(r.doc.Comments, Comment{At: at, Text: string(bytes.TrimSpace(bytes.TrimLeft([]byte(at.Text()), "#")))})
	for child := e.Child(); child != nil; child = child.Next() {
		r.comment(child)
	}
}

func (r *tomlReader) failed(err error) {
	start, end := len(r.text), len(r.text)
	if parserErr := (*unstable.ParserError)(nil); errors.As(err, &parserErr) {
		at := r.parser.Range(parserErr.Highlight)
		start, end = int(at.Offset), int(at.Offset+max(1, at.Length))
	}
	r.report(leastagency.ProblemSyntax, start, end, "TOML does not parse: %s: not read from here on", err.Error())
}

func keysOf(e *unstable.Node) []*unstable.Node {
	var keys []*unstable.Node
	for it := e.Key(); it.Next(); {
		if it.Node().Kind == unstable.Key {
			keys = append(keys, it.Node())
		}
	}
	return keys
}
