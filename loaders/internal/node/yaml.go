package node

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/leastagency/leastagency"
	"go.yaml.in/yaml/v3"
)

// ParseYAML reads every document of a YAML stream. Aliases are resolved: an alias gives the node of
// its anchor, which stands where the anchor is. Merge keys are applied: keys from a merged map
// follow the map's own.
func ParseYAML(f *leastagency.File) ([]*Document, []*leastagency.Problem) {
	s := open(f)
	docs, failed := s.yaml(0, len(s.text))
	if failed != nil {
		s.report(leastagency.ProblemSyntax, failed.start, failed.end, "YAML does not parse: %s", failed.text)
	}
	return docs, s.sorted()
}

// A yamlFailure is where and why YAML does not parse.
type yamlFailure struct {
	start, end int
	text       string
}

// yaml reads text[start:end]. On a syntax error it gives what could be read before it.
func (s *source) yaml(start, end int) ([]*Document, *yamlFailure) {
	r := &yamlReader{source: s, start: start, done: map[*yaml.Node]yamlPart{}}
	s.plainYAML(start, end)
	r.text = s.text[start:end]
	if cut := busiest(r.text, "\n,[{-?"); cut < len(r.text) {
		s.tooMany(start + cut)
		r.text = r.text[:1+bytes.LastIndexByte(r.text[:cut], '\n')]
	}
	r.lines = yamlLines(r.text)
	nodes, failed := r.decode()
	docs := make([]*Document, 0, len(nodes))
	starts := make([]int, 0, len(nodes))
	for _, n := range nodes {
		doc := &Document{}
		starts = append(starts, r.offset(n))
		if part := r.node(n.Content[0], 0); !part.empty() {
			doc.Root = part.node
		}
		docs = append(docs, doc)
	}
	r.comments(func(c Comment) {
		i := sort.SearchInts(starts, c.At.Start-s.base-start+1) - 1
		if len(docs) > 0 {
			doc := docs[max(0, i)]
			doc.Comments = append(doc.Comments, c)
		}
	})
	return docs, failed
}

// standIn takes the place of U+FEFF, which this parser alone refuses inside of a text: it is as wide.
const standIn = "\uf0f0"

// plainYAML replaces the characters that the parser refuses, so that a hidden one can't keep the
// rest of the file from being read. It reports the first that YAML forbids.
func (s *source) plainYAML(start, end int) {
	refused := func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r > '~' && r < '\u00a0' && r != '\u0085' ||
			r == '\ufeff' || r == '\ufffe' || r == '\uffff'
	}
	reported := false
	for i := start; i < end; {
		n := bytes.IndexFunc(s.text[i:end], refused)
		if n < 0 {
			return
		}
		i += n
		r, size := utf8.DecodeRune(s.text[i:end])
		if r == '\ufeff' {
			copy(s.text[i:], standIn)
		} else {
			copy(s.text[i:i+size], "???")
			if !reported {
				s.report(leastagency.ProblemSyntax, i, i+size, "YAML forbids the character %U: strict readers reject the file", r)
				reported = true
			}
		}
		i += size
	}
}

// A yamlReader turns the nodes of go.yaml.in/yaml into ours. That parser tells lines and columns in
// code points of where a node starts; ends are found here, in the text. Offsets count from start.
type yamlReader struct {
	*source
	start int    // offset in source.text of text[0]
	text  []byte // what is parsed
	lines []int  // offsets of line starts

	cursor struct{ line, column, offset int } // the last place that was asked for
	done   map[*yaml.Node]yamlPart            // what anchors stand for
	spent  int                                // nodes that aliases stand for so far
	taken  [][2]int                           // scalars, where '#' is no comment
}

// A yamlPart is a node with what its surroundings need to know.
type yamlPart struct {
	node       *Node
	start, end int // where it stands; of an alias, where the alias stands
	size       int // nodes in it, aliases expanded
	height     int // levels in it, aliases expanded
}

// empty reports whether nothing is written where a value may stand.
func (p yamlPart) empty() bool { return p.node.Kind == Null && p.node.Text == "" }

// node converts a node and all below it.
func (r *yamlReader) node(n *yaml.Node, depth int) yamlPart {
	start := r.offset(n)
	if depth > maxDepth {
		r.tooDeep(r.start + start)
		return r.part(&Node{At: r.at(start, start)}, start, start)
	}
	var p yamlPart
	switch n.Kind {
	case yaml.AliasNode:
		return r.alias(n, start, depth)
	case yaml.ScalarNode:
		p = r.scalarAt(n, start)
	case yaml.SequenceNode:
		p = r.list(n, r.content(start), depth)
	case yaml.MappingNode:
		p = r.mapping(n, r.content(start), depth)
	default:
		p = r.part(&Node{At: r.at(start, start)}, start, start)
	}
	if n.Anchor != "" {
		r.done[n] = p
	}
	return p
}

func (r *yamlReader) part(n *Node, start, end int) yamlPart {
	return yamlPart{node: n, start: start, end: end, size: 1, height: 1}
}

// at returns the place of text[start:end] in the file.
func (r *yamlReader) at(start, end int) leastagency.Span { return r.span(r.start+start, r.start+end) }

// alias gives the node that the anchor stands for, unless all aliases together stand for too much.
func (r *yamlReader) alias(n *yaml.Node, start, depth int) yamlPart {
	end := min(len(r.text), start+1+len(n.Value))
	target, ok := r.done[n.Alias]
	switch {
	case !ok:
		r.limit(r.start+start, r.start+end, "alias stands inside of its own anchor: it has no end")
	case depth+target.height > maxDepth:
		r.tooDeep(r.start + start)
	case r.spent+target.size > maxNodes:
		r.limit(r.start+start, r.start+end, "aliases stand for more than %d values: not expanded from here on", maxNodes)
	default:
		r.spent += target.size
		target.start, target.end = start, end
		return target
	}
	return r.part(&Node{At: r.at(start, end)}, start, end)
}

func (r *yamlReader) list(n *yaml.Node, start, depth int) yamlPart {
	p := r.part(&Node{Kind: List, Items: make([]*Node, 0, len(n.Content))}, start, start)
	p.end = start + 1
	for _, item := range n.Content {
		child := r.node(item, depth+1)
		p.add(child)
		p.node.Items = append(p.node.Items, child.node)
	}
	if r.is(start, '[') {
		p.end = r.closing(p.end, ']')
	}
	p.node.At = r.at(p.start, p.end)
	return p
}

func (r *yamlReader) mapping(n *yaml.Node, start, depth int) yamlPart {
	p := r.part(&Node{Kind: Map, Members: make([]Member, 0, len(n.Content)/2)}, start, start)
	flow := r.is(start, '{') && n.Style&yaml.FlowStyle != 0 && !r.opensKey(n, start)
	if flow {
		p.end++
	}
	var merges []yamlPart
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := r.node(n.Content[i], depth+1)
		if i == 0 && !flow && !r.is(start, '?') {
			p.start, p.end = key.start, key.end
		}
		p.add(key)
		value := r.node(n.Content[i+1], depth+1)
		if value.empty() {
			r.afterKey(&value, key.end)
		}
		if n.Content[i].Tag == "!!merge" && value.mergeable() {
			p.end = max(p.end, value.end)
			merges = append(merges, value)
			continue
		}
		p.add(value)
		p.node.Members = append(p.node.Members, Member{Key: r.key(key), At: r.at(key.start, key.end), Value: value.node})
	}
	r.duplicates(p.node.Members)
	r.merge(&p, merges)
	if flow {
		p.end = r.closing(p.end, '}')
	}
	p.node.At = r.at(p.start, p.end)
	return p
}

// opensKey reports whether the bracket at start belongs to the first key rather than to the map, as in [{a: 1}: b].
func (r *yamlReader) opensKey(n *yaml.Node, start int) bool {
	if len(n.Content) == 0 || n.Content[0].Kind != yaml.MappingNode {
		return false
	}
	saved := r.cursor
	first := r.offset(n.Content[0])
	r.cursor = saved
	return first == start
}

// add counts a child in.
func (p *yamlPart) add(child yamlPart) {
	p.end = max(p.end, child.end)
	p.size += child.size
	p.height = max(p.height, 1+child.height)
}

// mergeable reports whether a merge key may have this value: a map or a list of maps.
func (p yamlPart) mergeable() bool {
	for _, item := range p.node.Items {
		if item.Kind != Map {
			return false
		}
	}
	return p.node.Kind == Map || p.node.Kind == List
}

// merge adds the members of merged maps whose keys the map does not have: the first of them wins.
func (r *yamlReader) merge(p *yamlPart, merges []yamlPart) {
	if len(merges) == 0 {
		return
	}
	have := map[string]bool{}
	for _, m := range p.node.Members {
		have[m.Key] = true
	}
	for _, merged := range merges {
		from := merged.node.Items
		if merged.node.Kind == Map {
			from = []*Node{merged.node}
		}
		for _, source := range from {
			for _, m := range source.Each() {
				if !have[m.Key] {
					have[m.Key] = true
					p.node.Members = append(p.node.Members, m)
				}
			}
		}
		p.size += merged.size
		p.height = max(p.height, merged.height)
	}
}

// key returns the text of a key; of a list or map the beginning of what is written.
func (r *yamlReader) key(key yamlPart) string {
	if key.node.Kind == List || key.node.Kind == Map || key.node.Kind == Invalid {
		return strings.ToValidUTF8(string(r.text[key.start:min(key.end, key.start+maxKey)]), "")
	}
	return key.node.Text
}

// afterKey moves an empty value to behind the colon of its key.
func (r *yamlReader) afterKey(value *yamlPart, keyEnd int) {
	i := keyEnd
	for r.is(i, ' ') || r.is(i, '\t') {
		i++
	}
	if !r.is(i, ':') {
		i = keyEnd - 1
	}
	if value.start == value.end {
		value.start, value.end = i+1, i+1
		value.node.At = r.at(i+1, i+1)
	}
}

// scalarAt reads a scalar whose anchor, tag or first character stands at start.
func (r *yamlReader) scalarAt(n *yaml.Node, start int) yamlPart {
	const blocks = yaml.LiteralStyle | yaml.FoldedStyle
	quotes := 0
	var end int
	switch {
	case n.Style&blocks != 0:
		start = r.content(start)
		header := start
		for header < len(r.text) && !isBreak(r.text, header) {
			header++
		}
		end = r.match(header, n.Value)
		if end == header { // an empty block is its header, without a comment there
			end = start + 1
			for end < header && (r.text[end] == '+' || r.text[end] == '-' || r.text[end] >= '0' && r.text[end] <= '9') {
				end++
			}
		}
		r.taken = append(r.taken, [2]int{header, max(header, end)})
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		start = r.content(start)
		quotes = 1
		end = r.quoted(start)
	case n.Value == "":
		for i := start; r.is(i, '&') || r.is(i, '!'); i = r.blank(i) {
			start = r.property(i)
			i = start
		}
		end = start
	default:
		start = r.content(start)
		end = r.match(start, n.Value)
	}
	if n.Style&blocks == 0 {
		r.taken = append(r.taken, [2]int{start, end})
	}
	node := r.source.scalar(yamlKind(n), n.Value, r.start+start, r.start+end, quotes)
	node.Text = strings.ReplaceAll(node.Text, standIn, "\ufeff")
	return r.part(node, start, end)
}

// yamlKind tells the kind of a scalar from its tag. A tag that is not YAML's own constructs something
// in some readers; here it is a string.
func yamlKind(n *yaml.Node) Kind {
	switch n.ShortTag() {
	case "!!null":
		return Null
	case "!!bool":
		return Bool
	case "!!int", "!!float":
		return Number
	}
	return String
}

// decode parses the text. When it breaks, it parses what stands before, going back further each time
// that breaks too: the parser keeps nothing of a document that it could not finish.
func (r *yamlReader) decode() ([]*yaml.Node, *yamlFailure) {
	docs, _, err := decodeYAML(r.text, len(r.text))
	if err == nil {
		return docs, nil
	}
	at := r.breaks(err)
	const tries = 12
	cut := at.line
	for step, try := 1, 0; cut > 0 && try < tries; try++ {
		if docs, _, err = decodeYAML(r.text[:r.lines[cut]], r.lines[cut]); err == nil {
			break
		}
		if try == 0 && at.opened >= 0 {
			cut = at.opened
			continue
		}
		cut -= step
		step *= 2
	}
	if err != nil {
		docs, cut = nil, 0
	}
	if at.guessed && cut == at.line-1 {
		at.line = cut
	}
	start := r.lines[at.line]
	end := r.lineEnd(start)
	for start < end && blankWidth(r.text[start:]) > 0 {
		start++
	}
	r.text = r.text[:r.lines[cut]]
	return docs, &yamlFailure{r.start + start, r.start + end, at.why}
}

// A yamlBreak is what can be told of the place where the parser gave up, in lines (0-based).
type yamlBreak struct {
	line    int
	guessed bool // it may be the line before
	opened  int  // where the list or map in brackets begins that breaks; -1 when there is none
	why     string
}

// breaks tells where the parser gave up. For most of its errors it names the line. For the others it
// names the line where the surrounding list or map begins; then the line that it read last is near.
func (r *yamlReader) breaks(err error) yamlBreak {
	at := yamlBreak{opened: -1, why: strings.TrimPrefix(err.Error(), "yaml: ")}
	var line int
	if _, err := fmt.Sscanf(at.why, "line %d:", &line); err == nil {
		_, at.why, _ = strings.Cut(at.why, ": ")
		surrounding := strings.HasPrefix(at.why, "did not find expected ") && !strings.HasPrefix(at.why, "did not find expected alpha")
		if !surrounding && !strings.HasPrefix(at.why, "found a tab") {
			at.line = max(0, min(line, len(r.lines))-1)
			return at
		}
		if strings.HasPrefix(at.why, "did not find expected ',' or") {
			at.opened = line
		}
	}
	if strings.HasPrefix(at.why, "unknown anchor") {
		at.why = "alias of an anchor that is not there"
	}
	_, read, _ := decodeYAML(r.text, 1)
	at.line = max(0, sort.SearchInts(r.lines, min(read, len(r.text)))-1)
	at.guessed = at.opened < 0
	at.opened = min(at.opened, at.line)
	return at
}

// decodeYAML parses all documents, reading step bytes at a time, and returns how many bytes the parser took.
func decodeYAML(text []byte, step int) (docs []*yaml.Node, read int, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("yaml: the parser gave up")
		}
	}()
	in := &stepReader{text: text, step: max(1, step)}
	decoder := yaml.NewDecoder(in)
	for {
		doc := new(yaml.Node)
		if err := decoder.Decode(doc); err == io.EOF {
			return docs, in.read, nil
		} else if err != nil {
			return docs, in.read, err
		}
		if len(doc.Content) == 1 {
			docs = append(docs, doc)
		}
	}
}

// A stepReader gives a few bytes at a time, to see how far its reader has come.
type stepReader struct {
	text       []byte
	step, read int
}

func (s *stepReader) Read(p []byte) (int, error) {
	n := copy(p[:min(len(p), s.step)], s.text[s.read:])
	s.read += n
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}
