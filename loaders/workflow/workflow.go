// Package workflow reads GitHub Actions workflows and composite actions that run an agent, by an action
// or by its command line. Each place that starts one gives a layer of the agent's product: who can start
// the job and what checks them, whose text reaches the prompt and on what way, which tools, token, secrets
// and walls the agent has, how long it may run, and what is done with its answer.
//
// A workflow that calls another one of the tree, or a composite action of the tree, is read through it:
// what the caller says of triggers, permissions and inputs counts for the agent inside. Files that run no
// agent give nothing.
//
// One file of this package speaks of one thing: workflow.go of files and jobs, agent.go of what starts
// an agent, product.go of its inputs and flags, trigger.go and gate.go of who starts it, input.go, called.go
// and checkout.go of whose text it reads, answer.go of what is done with its answer.
package workflow

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/actions"
	"github.com/leastagency/leastagency/loaders/internal/agentcli"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/task"
)

// Loader returns the loader of workflows and composite actions.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "workflow", Match: match, Load: load}
}

func match(p string) bool {
	ext := path.Ext(p)
	if ext != ".yml" && ext != ".yaml" || strings.HasSuffix(p, ".lock.yml") {
		return false
	}
	base := strings.TrimSuffix(path.Base(p), ext)
	return base == "action" || strings.HasSuffix("/"+path.Dir(p), "/.github/workflows")
}

// Bounds on what one file may make us read.
const (
	maxJobs  = 256
	maxSteps = 1024 // of all jobs
	maxCalls = 3    // workflows and actions that lie between a trigger and an agent
	maxFound = 64   // agents of one file
)

// calls are how a file uses a workflow or action of its tree.
var calls = [][]byte{[]byte("uses: ./"), []byte("uses: './"), []byte(`uses: "./`)}

func load(f *leastagency.File, sys *leastagency.System) {
	if !agentcli.Mentioned(f.Data) && !namesAction(f.Data) && !slices.ContainsFunc(calls, func(c []byte) bool { return bytes.Contains(f.Data, c) }) &&
		!task.Leads(sys, f.Data, agentcli.Mentioned) {
		return
	}
	doc, problems := parse(f)
	r := &reader{sys: sys, root: rootOf(f.Path), left: maxFound}
	if doc.Get("jobs") != nil {
		r.workflow(f, doc)
	} else if doc.Get("runs", "steps") != nil {
		r.action(f, doc)
	}
	if r.found || len(problems) > 0 && doc == nil && bytes.Contains(f.Data, []byte("uses:")) && namesAction(f.Data) {
		sys.Problems = append(problems, sys.Problems...)
	}
}

func parse(f *leastagency.File) (*node.Node, []*leastagency.Problem) {
	docs, problems := node.ParseYAML(f)
	for _, d := range docs {
		if d.Root.Is(node.Map) {
			return d.Root, problems
		}
	}
	return nil, problems
}

// rootOf returns the folder whose repository the file is a part of.
func rootOf(p string) string {
	dir := path.Dir(p)
	if i := strings.Index("/"+dir+"/", "/.github/"); i >= 0 {
		return path.Join(".", ("/" + dir)[:i])
	}
	return dir
}

// A reader reads one file, and those that it calls.
type reader struct {
	sys   *leastagency.System
	root  string
	found bool
	left  int
	steps int
}

// A flow is a workflow, or a composite action, with what was said of it where it is called.
type flow struct {
	file   *leastagency.File
	doc    *node.Node
	name   string // of the file, without its end
	events []actions.Event
	caller *job // that calls this workflow; nil for one that events start
	depth  int
	jobs   map[string]*job
}

// A job is one job of a flow.
type job struct {
	*flow
	id    string
	at    leastagency.Span
	n     *node.Node
	steps []*step
	of    *step // that calls the composite action whose steps these are; else nil
	from  int   // the first step of that action: those before it are the caller's
}

// A step is one step of a job or composite action.
type step struct {
	n      *node.Node
	id     string
	looked bool
	found  []*agent
}

func (r *reader) workflow(f *leastagency.File, doc *node.Node) {
	fl := &flow{file: f, doc: doc, name: stem(f.Path), events: actions.Events(doc.Get("on"))}
	r.flow(fl)
}

func stem(p string) string {
	base := path.Base(p)
	return strings.TrimSuffix(base, path.Ext(base))
}

// flow reads all jobs of a workflow, whoever calls it.
func (r *reader) flow(fl *flow) {
	fl.jobs = map[string]*job{}
	for i, m := range fl.doc.Get("jobs").Each() {
		if i == maxJobs {
			break
		}
		j := &job{flow: fl, id: m.Key, at: m.At, n: m.Value}
		r.addSteps(j, m.Value.Get("steps"))
		fl.jobs[m.Key] = j
	}
	for _, m := range fl.doc.Get("jobs").Each() {
		if j := fl.jobs[m.Key]; j != nil {
			r.job(j)
		}
	}
}

func (r *reader) job(j *job) {
	if called := r.open(j.n.Get("uses").String().V, j.depth); called != nil {
		if doc, _ := parse(called); doc.Get("jobs") != nil {
			r.flow(&flow{file: called, doc: doc, name: stem(called.Path), events: j.events, caller: j, depth: j.depth + 1})
		}
	}
	r.walk(j)
}

// walk looks at the steps of a job, and into composite actions of the tree.
func (r *reader) walk(j *job) {
	for i, s := range j.steps {
		if i < j.from {
			continue
		}
		if r.left <= 0 {
			return
		}
		for _, a := range r.agents(s) {
			r.left--
			r.found = true
			r.layer(j, i, a)
		}
		if inner := r.composite(j, s); inner != nil {
			r.walk(inner)
		}
	}
}

// composite returns the steps of a composite action of the tree as a job of its own; nil when the step uses none.
func (r *reader) composite(j *job, s *step) *job {
	called := r.open(s.n.Get("uses").String().V, j.depth)
	if called == nil {
		return nil
	}
	doc, _ := parse(called)
	fl := *j.flow
	fl.depth++
	fl.file = called
	inner := &job{flow: &fl, id: j.id, at: j.at, n: j.n, of: s, steps: slices.Clone(j.steps[:slices.Index(j.steps, s)])}
	inner.from = len(inner.steps)
	r.addSteps(inner, doc.Get("runs", "steps"))
	return inner
}

// addSteps adds the steps of a list, up to what one file may have.
func (r *reader) addSteps(j *job, list *node.Node) {
	for _, n := range list.List() {
		if r.steps++; r.steps > maxSteps {
			return
		}
		j.steps = append(j.steps, &step{n: n, id: n.Get("id").Scalar().V})
	}
}

// open returns the workflow or action of the tree that a "uses" names; nil when it names none.
func (r *reader) open(uses string, depth int) *leastagency.File {
	rest, local := strings.CutPrefix(uses, "./")
	if !local || depth >= maxCalls || strings.ContainsAny(rest, "$\\") {
		return nil
	}
	rest, _, _ = strings.Cut(rest, "@")
	p := path.Join(r.root, rest)
	if p == ".." || strings.HasPrefix(p, "../") {
		return nil
	}
	if ext := path.Ext(p); ext == ".yml" || ext == ".yaml" {
		return r.sys.Open(p)
	}
	for _, name := range []string{"action.yml", "action.yaml"} {
		if f := r.sys.Open(path.Join(p, name)); f != nil {
			return f
		}
	}
	return nil
}

// action reads a composite action by itself: who starts it is not visible here.
func (r *reader) action(f *leastagency.File, doc *node.Node) {
	fl := &flow{file: f, doc: doc, name: actionName(f), jobs: map[string]*job{}}
	j := &job{flow: fl, id: "action", at: f.Whole(), n: &node.Node{}}
	if n := doc.Member("runs"); n != nil {
		j.at = n.At
	}
	r.addSteps(j, doc.Get("runs", "steps"))
	r.walk(j)
}

// actionName is the name of the folder of an action.
func actionName(f *leastagency.File) string {
	if name := path.Base(path.Dir(f.Path)); name != "." {
		return name
	}
	return "action"
}

// with returns an input of a step, whatever its case.
func (s *step) with(name string) *node.Node {
	for _, m := range s.n.Get("with").Each() {
		if strings.EqualFold(m.Key, name) {
			return m.Value
		}
	}
	return nil
}

// problem reports a control of an agent that does nothing.
func (r *reader) problem(at leastagency.Span, kind leastagency.ProblemKind, format string, args ...any) {
	r.sys.Problems = append(r.sys.Problems, &leastagency.Problem{At: at, Kind: kind, Text: fmt.Sprintf(format, args...)})
}

// layer states what one step of a job is for its agent.
func (r *reader) layer(j *job, index int, a *agent) {
	name := j.name + "/" + j.id
	if j.of != nil { // as it is called where it is read by itself
		name = actionName(j.file) + "/action"
	}
	if first := slices.IndexFunc(j.steps[j.from:], func(s *step) bool { return len(r.agents(s)) > 0 }); index != j.from+first || a != a.step.found[0] {
		name += fmt.Sprintf("/%d", index-j.from+1)
	}
	l := &leastagency.Layer{Product: a.product, Kind: leastagency.KindJob, Name: name, Scope: leastagency.ScopeProject, Root: r.root, At: a.at, NoToolList: true, Way: a.way}
	x := &scene{reader: r, job: j, agent: a, layer: l, index: index, cli: agentcli.Reader{Layer: l, Sys: r.sys, Syntax: credential.Expression}}
	if slices.ContainsFunc(x.conditions(), tried.never) {
		return
	}
	r.sys.Layers = append(r.sys.Layers, l)
	x.limits()
	x.credentials()
	a.read(x)
	x.environment()
	x.powers()
	x.triggers()
	x.inputs()
	x.answers()
	x.code()
}

// A scene is an agent in its job: what the parts of a layer are read from.
type scene struct {
	*reader
	job   *job
	agent *agent
	layer *leastagency.Layer
	index int // of the step
	cli   agentcli.Reader
}

// limits reads the time that the job or step may take.
func (x *scene) limits() {
	for _, n := range []*node.Node{x.agent.step.n.Get("timeout-minutes"), x.job.n.Get("timeout-minutes")} {
		if minutes := n.Int(); minutes.Set && !x.layer.Limits.Seconds.Set {
			x.layer.Limits.Seconds = leastagency.ValueAt(minutes.V*60, minutes.At)
		}
	}
}

// permissions returns the block that gives the job's token its scopes; nil when none is written, and
// whether it is written for all jobs.
func (j *job) permissions() (n *node.Node, shared bool) {
	if n = j.n.Get("permissions"); n != nil {
		return n, false
	}
	if n = j.doc.Get("permissions"); n != nil {
		return n, true
	}
	return nil, false
}

// powers reads what the token may change. A called workflow has no more than its caller.
func (x *scene) powers() {
	n, shared := x.job.permissions()
	list := actions.Permissions(n)
	for up := x.job.caller; up != nil; up = up.caller {
		above, aboveShared := up.permissions()
		if above == nil {
			continue
		}
		bound := actions.Permissions(above)
		if n == nil {
			n, list, shared = above, bound, aboveShared
			continue
		}
		list = slices.DeleteFunc(list, func(p *leastagency.Power) bool {
			return !slices.ContainsFunc(bound, func(b *leastagency.Power) bool { return b.Name == p.Name || b.Admin })
		})
	}
	for _, p := range list {
		p.Shared = shared && len(x.job.jobs) > 1
	}
	x.layer.Powers = append(x.layer.Powers, list...)
	x.agent.token(x, list)
}
