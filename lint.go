package leastagency

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Loader turns files of one product or format family into layers of the model.
type Loader struct {
	Name string
	// Match proposes the loader by path; Load decides by content.
	Match func(path string) bool
	// Named tells of a path that Match proposes whether it alone makes the file the loader's, so that
	// a file too large to look into is worth a word. Nil is true of all.
	Named func(path string) bool
	// Load adds what the file states to the system. A broken file gives what could be read and a
	// Problem at the break. Load is called for several files at once, each with a System of its own.
	Load func(*File, *System)
}

// A TreeLoader turns what only several files say together into layers of the model: the packages of
// a Go module.
type TreeLoader struct {
	Name string
	// Match proposes by path the files that it wants to know of. They are not read for it.
	Match func(path string) bool
	// Load adds what the tree states to the system, in which the layers of all loaders stand already, and
	// returns how many packages it read. What it could not read is a Problem; an error fails the run.
	Load func(ctx context.Context, paths []string, sys *System) (packages int, err error)
}

// An Inference derives fields of the model from what the loaders stated. It judges nothing.
type Inference struct {
	Name string
	Run  func(*System, *Policy)
}

// A Check judges the model for one rule. It changes nothing.
type Check struct {
	Rule string
	Run  func(*Pass)
	// Last says that it judges the comments that ignore findings, which is when all others have found theirs.
	Last bool
}

// A Pass is one check at work on one system.
type Pass struct {
	*System
	Policy *Policy

	rule     *RuleInfo
	findings []*Finding
	ignores  *ignores
}

// Accepted reports whether a comment accepts what the check says of a place. Checks that make one finding
// of several places ask, so that one that is accepted does not hide the others.
func (p *Pass) Accepted(at Span) bool { return p.ignores.of(p.rule.ID, at) != nil }

// Reportf adds a finding at a place. A finding without a place cannot be built: it panics, because
// that is a mistake of the check and not of what is checked. Secret-shaped words are masked.
func (p *Pass) Reportf(at Span, format string, args ...any) *Finding {
	if at.IsZero() {
		panic(fmt.Sprintf("%s: finding without a place: "+format, append([]any{p.rule.ID}, args...)...))
	}
	f := &Finding{Rule: p.rule, Severity: p.rule.Severity, Confidence: Declared, At: at,
		Message: p.Policy.Knowledge.Redact(fmt.Sprintf(format, args...))}
	if at.File.Role == RoleTemplate && f.Severity > Low {
		f.Severity--
	}
	p.findings = append(p.findings, f)
	return f
}

// A Linter is a list of steps: load, infer, check.
type Linter struct {
	Loaders    []Loader
	Trees      []TreeLoader // run after Loaders, one after another
	Inferences []Inference
	Checks     []Check
	Policy     *Policy
	Today      time.Time // on which what is ignored until a day is weighed; zero where nothing expires
}

// A Report is the outcome of one run.
type Report struct {
	Findings []*Finding // sorted by place
	Ignored  []*Ignored // those that a comment or the policy file accepts
	// Baselined are findings that a baseline accepts, Earlier those that were there at the revision that the
	// run compares with. Both are counted and not shown.
	Baselined, Earlier []*Finding

	System   *System
	Files    int            // files read
	Packages int            // packages of code read
	Loaded   map[string]int // files recognised, by loader
	Secrets  []Span         // literal credentials, to be masked wherever source is shown
}

// Limits on what is read. They are far above any real configuration file.
const (
	MaxFileSize = 8 << 20 // bytes; larger files are reported and not read
	maxEntries  = 1 << 20 // directory entries; a larger tree is an error
	maxDepth    = 64      // nested folders
)

// Lint reads the tree, infers and checks. The error means that the run itself failed; whatever is
// wrong with the files is in the report.
func (l *Linter) Lint(ctx context.Context, fsys fs.FS) (*Report, error) {
	sys, report, err := l.load(ctx, fsys)
	if err != nil {
		return nil, err
	}
	if err := l.judge(ctx, sys, report); err != nil {
		return nil, err
	}
	return report, nil
}

// Judge infers and checks what somebody else has loaded: the model of a Go package in its build.
func (l *Linter) Judge(ctx context.Context, sys *System) (*Report, error) {
	report := &Report{System: sys}
	return report, l.judge(ctx, sys, report)
}

func (l *Linter) judge(ctx context.Context, sys *System, report *Report) (err error) {
	for _, inference := range l.Inferences {
		if err := ctx.Err(); err != nil {
			return err
		}
		inference.Run(sys, l.Policy)
	}
	comments := &ignores{policy: l.Policy, today: l.Today, byFile: map[string][]*Ignore{}}
	for _, f := range sys.files() {
		comments.read(f)
	}
	first, last := l.split()
	found, err := l.check(ctx, sys, first, comments)
	if err != nil {
		return err
	}
	for _, f := range found { // in Go code, files of which no loader knows
		comments.read(f.At.File)
	}
	report.Findings, report.Ignored = comments.apply(found, func(rule string) bool {
		return slices.ContainsFunc(first, func(c Check) bool { return c.Rule == rule })
	})
	sys.Ignores = comments.sorted()
	if found, err = l.check(ctx, sys, last, comments); err != nil {
		return err
	}
	report.Findings = append(report.Findings, found...)
	slices.SortStableFunc(report.Findings, compareFindings)
	report.Findings = mergeShared(sys, report.Findings)
	for _, layer := range sys.Layers {
		for _, c := range layer.AllCredentials() {
			if c.Source == SourceLiteral || c.Source == SourceDefault {
				report.Secrets = append(report.Secrets, c.At)
			}
		}
	}
	return nil
}

// split returns the checks that judge the model and those that judge its comments.
func (l *Linter) split() (first, last []Check) {
	for _, c := range l.Checks {
		if c.Last {
			last = append(last, c)
		} else {
			first = append(first, c)
		}
	}
	return first, last
}

// check runs checks, several at a time, and returns their findings sorted, each once: they only read the model.
func (l *Linter) check(ctx context.Context, sys *System, checks []Check, comments *ignores) ([]*Finding, error) {
	passes := make([]*Pass, len(checks))
	for i, check := range checks {
		rule := l.Policy.Rule(check.Rule)
		if rule == nil {
			return nil, fmt.Errorf("check %q has no entry in rules.cue", check.Rule)
		}
		passes[i] = &Pass{System: sys, Policy: l.Policy, rule: rule, ignores: comments}
	}
	failed := make([]any, len(passes)) // what a check panicked with, to go on in the caller's goroutine
	inParallel(len(passes), func(i int) {
		defer func() { failed[i] = recover() }()
		if ctx.Err() == nil {
			checks[i].Run(passes[i])
		}
	})
	var findings []*Finding
	for i, pass := range passes {
		if failed[i] != nil {
			panic(fmt.Sprintf("check %s: %v", checks[i].Rule, failed[i]))
		}
		findings = append(findings, pass.findings...)
	}
	slices.SortStableFunc(findings, compareFindings)
	findings = slices.CompactFunc(findings, func(a, b *Finding) bool { return compareFindings(a, b) == 0 })
	return findings, ctx.Err()
}

// inParallel calls do for every number below n, as many at a time as there are processors.
func inParallel(n int, do func(int)) {
	var wait sync.WaitGroup
	next := make(chan int)
	for range min(n, max(1, runtime.GOMAXPROCS(0))) {
		wait.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wait.Wait()
}

// mergeShared makes one finding of those that say the same of several files of one root: a server
// that six clients share is wrong once, in six places.
func mergeShared(sys *System, findings []*Finding) []*Finding {
	root := map[*File]string{}
	for _, layer := range sys.Layers {
		if layer.Kind == KindSession && len(layer.Servers) > 0 {
			root[layer.At.File] = layer.Root
		}
	}
	type cause struct{ rule, message, root string }
	first := map[cause]*Finding{}
	return slices.DeleteFunc(findings, func(f *Finding) bool {
		in, shared := root[f.At.File]
		if !shared {
			return false
		}
		c := cause{f.Rule.ID, f.Message, in}
		one := first[c]
		if one == nil {
			first[c] = f
			return false
		}
		if one.At.File == f.At.File {
			return false
		}
		one.Also(f.At, "the same here")
		for _, step := range f.Related {
			one.Also(step.At, "%s", step.Text)
		}
		return true
	})
}

// AllCredentials returns the layer's own credentials and those of its servers.
func (l *Layer) AllCredentials() []*Credential {
	all := slices.Clone(l.Credentials)
	for _, s := range l.Servers {
		all = append(all, s.Credentials...)
	}
	return all
}

// AllCredentials returns what an agent authenticates with, those of its servers included, each once.
func (a *Agent) AllCredentials() (all []*Credential) {
	add := func(list []*Credential) {
		for _, c := range list {
			if !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	}
	for _, l := range a.Layers {
		add(l.Credentials)
	}
	for _, s := range a.Servers {
		add(s.Credentials)
	}
	return all
}

// load walks the tree once and lets every proposed loader read its files, several at a time.
func (l *Linter) load(ctx context.Context, fsys fs.FS) (*System, *Report, error) {
	tree := &tree{fsys: fsys, files: map[string]*File{}}
	seen := make([][]string, len(l.Trees))
	paths, problems, err := tree.walk(ctx, func(p string) bool {
		for i, t := range l.Trees {
			if t.Match(p) {
				seen[i] = append(seen[i], p)
			}
		}
		return l.proposes(p)
	})
	if err != nil {
		return nil, nil, err
	}
	parts := make([]part, len(paths))
	inParallel(len(paths), func(i int) {
		if ctx.Err() == nil {
			parts[i] = l.loadFile(tree, paths[i])
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}

	sys := &System{Problems: problems, Knowledge: l.Policy.Knowledge, open: tree.open, read: tree.all}
	report := &Report{System: sys, Loaded: map[string]int{}}
	for _, p := range parts {
		sys.Layers = append(sys.Layers, p.sys.Layers...)
		sys.Problems = append(sys.Problems, p.sys.Problems...)
		for _, name := range p.by {
			report.Loaded[name]++
		}
	}
	for i, t := range l.Trees {
		slices.Sort(seen[i])
		packages, err := t.Load(ctx, slices.Compact(seen[i]), sys)
		if err != nil {
			return nil, nil, err
		}
		report.Packages += packages
	}
	report.Files = len(tree.files)
	slices.SortStableFunc(sys.Layers, func(a, b *Layer) int { return a.At.Compare(b.At) })
	slices.SortStableFunc(sys.Problems, compareProblems)
	sys.Problems = slices.CompactFunc(sys.Problems, func(a, b *Problem) bool { return compareProblems(a, b) == 0 })
	return sys, report, nil
}

// A part is what one file gave, and the loaders that recognised it.
type part struct {
	sys System
	by  []string
}

func (l *Linter) loadFile(tree *tree, p string) (out part) {
	out.sys = System{Knowledge: l.Policy.Knowledge, open: tree.open}
	file, problem := tree.read(p)
	if problem != nil {
		if problem.Kind != ProblemLimit || slices.ContainsFunc(l.Loaders, func(loader Loader) bool { return loader.Match(p) && (loader.Named == nil || loader.Named(p)) }) {
			out.sys.Problems = append(out.sys.Problems, problem)
		}
		return out
	}
	for _, loader := range l.Loaders {
		if !loader.Match(p) {
			continue
		}
		before := len(out.sys.Layers) + len(out.sys.Problems)
		loader.Load(file, &out.sys)
		if len(out.sys.Layers)+len(out.sys.Problems) > before {
			out.by = append(out.by, loader.Name)
		}
	}
	return out
}

func (l *Linter) proposes(p string) bool {
	return slices.ContainsFunc(l.Loaders, func(loader Loader) bool { return loader.Match(p) })
}

func compareProblems(a, b *Problem) int {
	if c := a.At.Compare(b.At); c != 0 {
		return c
	}
	if c := strings.Compare(a.Path, b.Path); c != 0 {
		return c
	}
	if a.Kind != b.Kind {
		return int(a.Kind) - int(b.Kind)
	}
	return strings.Compare(a.Text, b.Text)
}

// skipped are folders that hold other people's code or build products.
var skipped = [...]string{".git", ".hg", ".svn", ".jj", "node_modules", "bower_components", "vendor", ".venv", "venv",
	"site-packages", "__pycache__", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".gradle", ".terraform",
	".next", ".nuxt", ".svelte-kit", ".turbo", ".parcel-cache", "Pods", "DerivedData", "target"}

// A tree reads files of the scanned root, each at most once.
type tree struct {
	fsys  fs.FS
	mu    sync.Mutex
	files map[string]*File
}

// walk returns the paths that some loader wants, sorted. Links are followed only inside the root:
// fsys itself must refuse the others, as os.Root does. A folder reached twice is read once.
func (t *tree) walk(ctx context.Context, wanted func(string) bool) (paths []string, problems []*Problem, err error) {
	entries := 0
	var visit func(dir string, depth int, links []string) error
	visit = func(dir string, depth int, links []string) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if depth > maxDepth {
			problems = append(problems, &Problem{Path: dir, Kind: ProblemLimit, Text: fmt.Sprintf("folders nest deeper than %d; what lies below was not read", maxDepth)})
			return nil
		}
		list, err := fs.ReadDir(t.fsys, dir)
		if err != nil {
			if dir == "." {
				return fmt.Errorf("read the root: %w", err)
			}
			problems = append(problems, &Problem{Path: dir, Kind: ProblemUnreadable, Text: "folder could not be read: " + cause(err)})
		}
		if entries += len(list); entries > maxEntries {
			return fmt.Errorf("more than %d files and folders under the root: scan a folder of it", maxEntries)
		}
		for _, entry := range list {
			p := path.Join(dir, entry.Name())
			if len(p) > 4096 || strings.ContainsRune(p, 0) {
				continue
			}
			isDir, below := entry.IsDir(), links
			if entry.Type()&fs.ModeSymlink != 0 {
				info, err := fs.Stat(t.fsys, p)
				if err != nil {
					if wanted(p) || strings.HasPrefix(entry.Name(), ".") { // a folder of an agent's is hidden by habit
						problems = append(problems, &Problem{Path: p, Kind: ProblemUnreadable, Text: "link was not followed: " + cause(err)})
					}
					continue
				}
				if isDir = info.IsDir(); isDir {
					real := t.resolve(p)
					if inside(p, real) || inside(real, p) || slices.Contains(links, real) || real == p {
						continue // a loop, or a folder that is walked anyway
					}
					below = append(slices.Clone(links), real)
					if len(below) > 4 {
						problems = append(problems, &Problem{Path: p, Kind: ProblemLimit, Text: "more than 4 links lead here; what lies behind was not read"})
						continue
					}
				} else if !info.Mode().IsRegular() {
					continue
				}
			} else if !isDir && !entry.Type().IsRegular() {
				continue
			}
			switch {
			case isDir && !slices.Contains(skipped[:], entry.Name()):
				if err := visit(p, depth+1, below); err != nil {
					return err
				}
			case !isDir && wanted(p):
				paths = append(paths, p)
			}
		}
		return nil
	}
	if err := visit(".", 0, nil); err != nil {
		return nil, nil, err
	}
	slices.Sort(paths)
	return paths, problems, nil
}

// inside reports whether p lies in or below folder dir.
func inside(p, dir string) bool {
	return dir == "." || p == dir || strings.HasPrefix(p, dir+"/")
}

// resolve follows the links in a path as far as the file system tells; it returns p itself otherwise.
func (t *tree) resolve(p string) string {
	real := ""
	parts := strings.Split(p, "/")
	for hops := 0; len(parts) > 0; {
		next := path.Join(real, parts[0])
		parts = parts[1:]
		target, err := fs.ReadLink(t.fsys, next)
		if err != nil {
			real = next
			continue
		}
		if hops++; hops > 40 || path.IsAbs(target) {
			return p
		}
		parts = append(strings.Split(path.Join(path.Dir(next), target), "/"), parts...)
		real = ""
	}
	return path.Clean(real)
}

// read returns the file, or the problem that kept it from being read.
func (t *tree) read(p string) (*File, *Problem) {
	t.mu.Lock()
	file, seen := t.files[p]
	t.mu.Unlock()
	if seen {
		return file, nil
	}
	in, err := t.fsys.Open(p)
	if err != nil {
		return nil, &Problem{Path: p, Kind: ProblemUnreadable, Text: "could not be opened: " + cause(err)}
	}
	defer in.Close()
	if info, err := in.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, &Problem{Path: p, Kind: ProblemUnreadable, Text: "not a regular file"}
	}
	data, err := io.ReadAll(io.LimitReader(in, MaxFileSize+1))
	if err != nil {
		return nil, &Problem{Path: p, Kind: ProblemUnreadable, Text: "could not be read: " + cause(err)}
	}
	if len(data) > MaxFileSize {
		return nil, &Problem{Path: p, Kind: ProblemLimit, Text: fmt.Sprintf("larger than %d MiB; not evaluated", MaxFileSize>>20)}
	}
	file = NewFile(p, data)
	file.Real = t.resolve(p)
	t.mu.Lock()
	defer t.mu.Unlock()
	if first, seen := t.files[p]; seen {
		return first, nil
	}
	t.files[p] = file
	return file, nil
}

// all returns the files that were read so far, by path.
func (t *tree) all() []*File {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := slices.Collect(maps.Values(t.files))
	slices.SortFunc(list, func(a, b *File) int { return strings.Compare(a.Path, b.Path) })
	return list
}

func (t *tree) open(p string) *File {
	p = path.Clean(p)
	if !fs.ValidPath(p) {
		return nil
	}
	file, problem := t.read(p)
	if problem != nil {
		return nil
	}
	return file
}

// cause strips the path from an error: the problem already names it.
func cause(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}
