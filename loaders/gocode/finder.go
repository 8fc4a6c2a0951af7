package gocode

import (
	"go/token"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/leastagency/leastagency"
)

// A finder turns what the engine knows into the tools of a package.
type finder struct {
	*engine
	program  *Program
	files    map[string]*leastagency.File
	layer    *leastagency.Layer
	server   *leastagency.Server                 // that the package is
	handled  map[*ssa.Function]bool              // registered
	chooses  map[*ssa.Function]bool              // handlers that choose by name what they do
	wraps    map[*ssa.Function]bool              // handlers that only hand the arguments on to a function that they were given
	nameless map[*ssa.Function]*leastagency.Tool // registered without a name
	written  writing
	routes   []route // to handlers by which tools are called
	// asksBehind says that something looks at who a client is that does not stand in front of handlers.
	asksBehind bool
}

func (f *finder) find() {
	f.handled, f.wraps, f.chooses = map[*ssa.Function]bool{}, map[*ssa.Function]bool{}, map[*ssa.Function]bool{}
	f.nameless = map[*ssa.Function]*leastagency.Tool{}
	f.inferRegistrars()
	f.server = &leastagency.Server{Name: path.Base(f.pass.Pkg.Path()), Transport: leastagency.InProcess}
	loops := f.dispatchers()
	for _, fn := range f.funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok {
					f.registration(call)
				}
				if alloc, ok := instr.(*ssa.Alloc); ok {
					f.pair(alloc)
				}
			}
		}
	}
	f.ducks()
	// A function with a handler's signature is one, wherever it is registered.
	for _, fn := range f.funcs {
		if !f.handled[fn] && !f.wraps[fn] && !f.chooses[fn] && f.handlerShaped(fn) && !strings.HasPrefix(fn.Synthetic, "package") {
			name := fn.Name()
			f.tool(description{name: name, named: fn.Pos()}, fn, token.NoPos)
		}
	}
	for _, d := range loops {
		f.rest(d)
	}
	f.listen()
	f.layer = layerOf(f.pass.Pkg.Path())
	f.layer.Answers = f.answersRun()
	switch {
	case len(f.server.Tools) > 0:
		f.server.At = f.server.Tools[0].At
	case len(f.server.Endpoints) > 0:
		f.server.At = f.server.Endpoints[0].At
	}
	if !f.server.At.IsZero() {
		f.layer.Servers = append(f.layer.Servers, f.server)
	}
	f.launch()
	f.secrets()
	f.limits()
	if f.layer.At = first(f.layer); !f.layer.At.IsZero() {
		f.program.Layer = f.layer
	}
}

// layerOf returns the layer of a package, which states nothing yet.
func layerOf(path string) *leastagency.Layer {
	return &leastagency.Layer{Product: "go", Kind: leastagency.KindProgram, Name: path, Scope: leastagency.ScopeProject, Root: "."}
}

// first returns the place of what a layer holds first; none when it holds nothing.
func first(layer *leastagency.Layer) leastagency.Span {
	switch {
	case len(layer.Servers) > 0:
		return layer.Servers[0].At
	case len(layer.Commands) > 0:
		return layer.Commands[0].At
	case len(layer.Runs) > 0:
		return layer.Runs[0].At
	case len(layer.Answers) > 0:
		return layer.Answers[0].At
	case len(layer.Credentials) > 0:
		return layer.Credentials[0].At
	case len(layer.Switches) > 0:
		return layer.Switches[0].At
	}
	return leastagency.Span{}
}

func (f *finder) inTest(pos token.Pos) bool {
	return strings.HasSuffix(f.pass.Fset.PositionFor(pos, false).Filename, "_test.go")
}

// tool adds a tool to the program, with what its handler does.
func (f *finder) tool(d description, fn *ssa.Function, at token.Pos) {
	t := f.newTool(d, fn, at)
	if t == nil {
		return
	}
	if fn != nil {
		f.deeds(t, fn)
	}
	f.server.Tools = append(f.server.Tools, t)
}

// newTool returns a tool as it is described; nil when it has no place.
func (f *finder) newTool(d description, fn *ssa.Function, at token.Pos) *leastagency.Tool {
	place := f.place(d.named)
	if place.IsZero() {
		place = f.place(at)
	}
	if place.IsZero() && fn != nil {
		place = f.place(fn.Pos())
	}
	if place.IsZero() {
		return nil
	}
	t := &leastagency.Tool{Name: d.name, At: place}
	if t.Name == "" && fn != nil {
		t.Name = fn.Name()
	}
	if d.about != "" {
		t.Description = &leastagency.Text{Kind: leastagency.TextDescription, At: place, Body: d.about}
	}
	if d.readOnly != nil {
		t.ReadOnly = leastagency.ValueAt(d.readOnly.value, f.place(d.readOnly.pos))
	}
	if d.destructive != nil {
		t.Destructive = leastagency.ValueAt(d.destructive.value, f.place(d.destructive.pos))
	}
	return t
}

// deeds fills in what a tool's handler does.
func (f *finder) deeds(t *leastagency.Tool, fn *ssa.Function) {
	sum := f.sums[fn]
	if sum == nil {
		found, ok := f.target(fn)
		if !ok {
			return
		}
		sum = found.sum
	}
	f.does(t, sum)
	if f.sums[fn] == nil && takesRequest(fn) {
		return // the package that holds the handler tells of its flows
	}
	f.flows(t, sum, f.given(fn))
}

// does fills in what code that a summary tells of can do.
func (f *finder) does(t *leastagency.Tool, sum *Summary) {
	for _, c := range sum.Caps {
		if slices.ContainsFunc(t.Does, func(d leastagency.Deed) bool { return d.Capability == c.Capability }) {
			continue // another method of the same tool does it too
		}
		why := c.Why
		if why == "" {
			why = "calls " + short(c.Callee)
		}
		t.Effects = append(t.Effects, leastagency.Effect{Capability: c.Capability, Why: why, Confidence: leastagency.Inferred})
		t.Does = append(t.Does, leastagency.Deed{Capability: c.Capability, Why: why, Way: append([]leastagency.Step{start(t)}, f.steps(c.Hops)...)})
	}
}

// flows fills in where what the model chose ends up. It stands in the given parameters, under the fields
// that are named.
func (f *finder) flows(t *leastagency.Tool, sum *Summary, given map[int]string) {
	for _, s := range sum.Sinks {
		if fields, ok := given[s.Param]; ok {
			if rest, ok := cutArguments(s.Path, fields); ok {
				argument, _ := step(rest)
				f.flow(t, argument, s)
			}
		}
	}
	slices.SortStableFunc(t.Flows, func(a, b *leastagency.Flow) int { return a.At.Compare(b.At) })
}

func start(t *leastagency.Tool) leastagency.Step {
	return leastagency.Step{At: t.At, Text: "the model calls tool " + leastagency.Quote(t.Name)}
}

func (f *finder) flow(t *leastagency.Tool, argument string, s Sink) {
	steps := f.steps(s.Hops)
	at := t.At
	if len(steps) > 0 {
		at = steps[len(steps)-1].At
	}
	kind := sinkKinds[s.Kind]
	for _, old := range t.Flows {
		if old.Sink == kind && old.At == at && old.Argument == argument {
			return
		}
	}
	detail := s.Detail
	if s.Soft != "" {
		detail = strings.TrimPrefix(detail+", past "+s.Soft, ", ")
	}
	t.Flows = append(t.Flows, &leastagency.Flow{Argument: argument, Sink: kind, At: at, Callee: short(s.Callee), Detail: detail,
		Way: append([]leastagency.Step{start(t)}, steps...)})
}

// steps returns the places of a way. What lies in another package is told at the call that leads there.
func (f *finder) steps(hops []Hop) []leastagency.Step {
	var out []leastagency.Step
	for _, h := range hops {
		if at := f.place(h.pos); !at.IsZero() {
			out = append(out, leastagency.Step{At: at, Text: h.Text})
		} else if len(out) > 0 {
			out[len(out)-1].Text += ", which in " + h.Place + " " + h.Text
		}
	}
	return out
}

func tagName(tag string) (string, bool) {
	_, rest, ok := strings.Cut(tag, `json:"`)
	if !ok {
		return "", false
	}
	name := rest[:strings.IndexAny(rest+`",`, `",`)]
	return name, name != "" && name != "-"
}
