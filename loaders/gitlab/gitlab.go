// Package gitlab reads GitLab CI files of which a job runs an agent, by its command line or by a script
// of the tree. Each place that starts one gives a layer of the agent's product: which pipelines hold the
// job, whose text its prompt takes up, which tools and variables it has, and how long it may run.
//
// What other files include is read where it stands, and templates of the same file where they are
// extended. Files that run no agent give nothing.
package gitlab

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/agentcli"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/place"
	"github.com/leastagency/leastagency/loaders/internal/task"
)

// Loader returns the loader of GitLab CI files.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "gitlab", Match: match, Load: load}
}

func match(p string) bool {
	if ext := path.Ext(p); ext != ".yml" && ext != ".yaml" {
		return false
	}
	base := strings.TrimSuffix(path.Base(p), path.Ext(p))
	return base == ".gitlab-ci" || strings.HasSuffix(base, ".gitlab-ci") || strings.Contains("/"+p, "/.gitlab/ci/") || strings.Contains("/"+p, "/.gitlab-ci/")
}

// Bounds on what one file may make us read.
const (
	maxJobs  = 256
	maxDepth = 8  // templates upon templates
	maxFound = 64 // agents of one file
)

// keywords are keys of a file that are no jobs.
var keywords = [...]string{"default", "include", "stages", "variables", "workflow", "spec", "image", "services", "cache", "before_script", "after_script", "pages"}

func load(f *leastagency.File, sys *leastagency.System) {
	if !agentcli.Mentioned(f.Data) && !task.Leads(sys, f.Data, agentcli.Mentioned) {
		return // spares nearly every file the parser
	}
	docs, problems := node.ParseYAML(f)
	r := &reader{file: f, sys: sys}
	for _, doc := range docs {
		r.root = doc.Root
		for i, m := range doc.Root.Each() {
			if i < maxJobs && m.Value.Is(node.Map) && !strings.HasPrefix(m.Key, ".") && !slices.Contains(keywords[:], m.Key) {
				r.job(m)
			}
		}
	}
	if r.found > 0 {
		sys.Problems = append(sys.Problems, problems...)
	}
}

type reader struct {
	file  *leastagency.File
	sys   *leastagency.System
	root  *node.Node
	found int
}

// get returns a key of a job: its own, that of the templates it extends, or the default of the file.
func (r *reader) get(job *node.Node, key string, depth int) *node.Node {
	if n := job.Get(key); n != nil || depth > maxDepth {
		return n
	}
	bases := append(job.Get("extends").Strings(), job.Get("extends").String())
	for i := len(bases) - 1; i >= 0; i-- { // the last one wins
		if base := r.root.Get(bases[i].V); bases[i].Set && base != nil {
			if n := r.get(base, key, depth+1); n != nil {
				return n
			}
		}
	}
	if depth > 0 {
		return nil
	}
	if n := r.root.Get("default", key); n != nil {
		return n
	}
	return r.root.Get(key)
}

// lines adds the lines of a script, which may be lists in lists.
func lines(out []place.Text, n *node.Node, depth int) []place.Text {
	if n.Is(node.String) {
		return append(out, place.TextOf(n))
	}
	for _, item := range n.List() {
		if depth < maxDepth {
			out = lines(out, item, depth+1)
		}
	}
	return out
}

func (r *reader) job(m node.Member) {
	script := place.Lines(lines(lines(nil, r.get(m.Value, "before_script", 0), 0), r.get(m.Value, "script", 0), 0)...)
	if script.Text == "" {
		return
	}
	parsed := command.Parse(script.Text, script.At, r.sys.Knowledge)
	for _, start := range agentcli.Starts(script, parsed) {
		r.layer(m, start, nil, script)
	}
	for _, led := range task.Follow(r.sys, script, parsed, r.folder()) {
		for _, start := range agentcli.Starts(led.Text, led.Parsed) {
			r.layer(m, start, led.Way, script, led.Text)
		}
	}
}

// folder is where the jobs of the file run.
func (r *reader) folder() string {
	dir, _, _ := strings.Cut("/"+path.Dir(r.file.Path)+"/", "/.gitlab")
	return path.Join(".", strings.TrimPrefix(dir, "/"))
}

func (r *reader) layer(m node.Member, start agentcli.Start, way []leastagency.Step, scripts ...place.Text) {
	if r.found++; r.found > maxFound {
		return
	}
	name := "gitlab/" + m.Key
	if slices.ContainsFunc(r.sys.Layers, func(l *leastagency.Layer) bool { return l.Name == name && l.Kind == leastagency.KindJob }) {
		name += fmt.Sprintf("/%d", r.found)
	}
	l := &leastagency.Layer{Product: start.Product, Kind: leastagency.KindJob, Name: name, Scope: leastagency.ScopeProject, Root: r.folder(), At: start.At, NoToolList: true, Way: way}
	agentcli.Reader{Layer: l, Sys: r.sys, Syntax: credential.Dollar}.Read(start)
	for _, script := range scripts {
		if brought := agentcli.Brings(script, l.Product, r.sys.Knowledge); len(brought) > 0 {
			l.Commands = append(l.Commands, &leastagency.Command{At: brought[0].At, Text: "install", Artifacts: brought})
		}
	}
	for _, block := range []*node.Node{r.get(m.Value, "variables", 1), r.root.Get("variables")} {
		for _, v := range block.Each() {
			value := v.Value
			if value.Is(node.Map) {
				value = value.Get("value")
			}
			if _, c := credential.Classify(v.Key, value.Scalar(), credential.Dollar, r.sys.Knowledge); c != nil {
				l.Credentials = append(l.Credentials, c)
			}
		}
	}
	r.limits(l, m)
	l.Triggers = r.triggers(m)
	for _, script := range scripts {
		inputs(l, script)
	}
	r.sys.Layers = append(r.sys.Layers, l)
}
