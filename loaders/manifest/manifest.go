// Package manifest reads the files in which frameworks and platforms declare agents: one layer of
// [leastagency.KindManifest] for each agent of a file, with what the file says of its tools, servers,
// credentials, limits and walls.
//
// A path proposes a format and the content of a document decides: names such as agents.yaml or
// agent.json mean many things. Each format has a file of its own here. What a format cannot say is
// left unknown, because gates can live in code; what it could say and does not has the framework's
// own default. Nothing that a manifest names is imported, started or fetched.
package manifest

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/product"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// A format is one family of manifests.
type format struct {
	product string // id of its layers
	title   string // its name in messages
	syntax  credential.Syntax
	// match proposes a file by its path in lower case.
	match func(p string) bool
	// marks are words of which one stands in every file of the format: others are not even parsed.
	marks []string
	// is decides by the content of a document, which is a map or a list.
	is func(r *reader, root *node.Node) bool
	// lenient says that the product reads YAML that is not quite YAML, so that a break is no problem.
	lenient bool
	// read adds what the document states.
	read func(r *reader, root *node.Node)
}

// formats are asked in this order; a document belongs to the first that recognises it. The more
// telling the mark of a format, the earlier it stands.
func formats() []format {
	return slices.Concat(
		declared(),
		exported(),
		neutral(), // a shape that many files have, so it comes last
	)
}

// Loader returns the loader of agent manifests.
func Loader() leastagency.Loader {
	all := formats()
	return leastagency.Loader{
		Name: "manifest",
		Match: func(p string) bool {
			return slices.ContainsFunc(all, func(f format) bool { return f.match(strings.ToLower(p)) })
		},
		Named: func(p string) bool { return ownName.MatchString(strings.ToLower(path.Base(p))) },
		Load:  func(f *leastagency.File, sys *leastagency.System) { load(all, f, sys) },
	}
}

// ownName are names that hardly anything but a manifest of agents has.
var ownName = lazy.Compile(`(^|[^a-z])(agents?|agency|agentcore|cagent|langgraph|openclaw|clawdbot|moltbot|smithery|crew|declarativeagent|mcs)([^a-z]|$)`)

// load reads the documents of a file, each as the first format that recognises it. A file of none of
// the formats is not ours: it has neither layers nor problems.
func load(all []format, f *leastagency.File, sys *leastagency.System) {
	p := strings.ToLower(f.Path)
	all = slices.DeleteFunc(slices.Clone(all), func(of format) bool { return !of.match(p) || !of.marked(f) })
	if len(all) == 0 {
		return
	}
	docs, problems := parse(f)
	ours := false
	for _, doc := range docs {
		if !doc.Root.Is(node.Map) && !doc.Root.Is(node.List) {
			continue
		}
		for _, of := range all {
			r := of.reader(f, sys, docs)
			if of.is(r, doc.Root) {
				of.read(r, doc.Root)
				ours = ours || !of.lenient
				break
			}
		}
	}
	if ours {
		sys.Problems = append(sys.Problems, problems...)
	}
}

// parse reads the documents of a file by its ending. JSON is read with comments and trailing commas,
// as most frameworks do.
func parse(f *leastagency.File) ([]*node.Document, []*leastagency.Problem) {
	p := strings.ToLower(f.Path)
	read := node.ParseJSONC
	switch path.Ext(p) {
	case ".json", ".jsonc", ".json5":
		if isJSON5(p) {
			read = node.ParseJSON5
		}
	case ".toml":
		read = node.ParseTOML
	default:
		return parseYAML(f)
	}
	doc, problems := read(f)
	if doc == nil {
		return nil, problems
	}
	return []*node.Document{doc}, problems
}

func (of format) marked(f *leastagency.File) bool {
	return len(of.marks) == 0 || slices.ContainsFunc(of.marks, func(mark string) bool { return bytes.Contains(f.Data, []byte(mark)) })
}

func (of format) reader(f *leastagency.File, sys *leastagency.System, docs []*node.Document) *reader {
	r := reading.Reader{Product: of.product, Title: of.title, File: f, Sys: sys, Place: reading.Place{Scope: leastagency.ScopeProject, Root: path.Dir(f.Path)}}
	return &reader{docs: docs, Reader: product.Reader{Reader: r, Syntax: of.syntax}}
}

// A reader reads one document of a file.
type reader struct {
	product.Reader
	docs []*node.Document // all of the file
}

// agent starts the layer of an agent. Mode is what decides on a tool that no rule speaks of, where
// the format says nothing: ModeBypass where the framework calls every tool that it is given, ModeAsk
// where it asks, ModeUnknown where the gate lives in code.
func (r *reader) agent(name string, at leastagency.Span, mode leastagency.Mode) *leastagency.Layer {
	l := r.Layer(leastagency.KindManifest, name, at)
	l.Absent = mode
	return l
}

// instruct adds the instructions of an agent.
func (r *reader) instruct(l *leastagency.Layer, n *node.Node) {
	r.Tell(l, reading.Text(leastagency.TextInstructions, n))
}

// delegate adds an agent that another one may hand work to.
func (r *reader) delegate(l *leastagency.Layer, n *node.Node) {
	if name := n.String(); name.Set && name.V != "" {
		l.Delegates = append(l.Delegates, leastagency.Delegate{Name: name.V, At: name.At})
	}
}

// open returns the root of another file of the tree, parsed by its ending; nil when there is none.
// The path is relative to the folder of the file.
func (r *reader) open(p string) *node.Node { return r.openAt(path.Join(path.Dir(r.File.Path), p)) }

// openAt is open for a path relative to the scanned root.
func (r *reader) openAt(p string) *node.Node {
	f := r.Sys.Open(p)
	if f == nil {
		return nil
	}
	docs, _ := parse(f)
	if len(docs) == 0 {
		return nil
	}
	return docs[0].Root
}

// ends reports whether a path ends in one of the endings of data files.
func ends(p string, endings ...string) bool {
	return slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(p, e) })
}
