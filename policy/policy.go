// Package policy reads a policy file (leastagency.cue, .yaml or .json) and applies it to what is
// built in. It is the only package that runs CUE: nothing of it runs unless there is such a file.
//
// A policy file may raise and lower severities, ignore findings until a day, add what is known of
// servers and commands, add combinations, and declare what agents may have. What is fixed in
// rules.cue it may neither lower nor ignore, and what is built in it may add to and not replace.
package policy

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/leastagency/leastagency"
)

// Names are the policy files that are looked for at the root of what is scanned, the first one wins.
var Names = [...]string{"leastagency.cue", "leastagency.yaml", "leastagency.yml", "leastagency.json"}

// maxSize is far above any policy that somebody writes.
const maxSize = 1 << 20 // bytes

// An Overlay is a policy file as read, without a mistake.
type Overlay struct {
	File         *leastagency.File
	FailOn       leastagency.Value[leastagency.Severity]
	Severities   map[string]leastagency.Severity // by rule
	Ignores      []*leastagency.Ignore
	NoInline     bool // no comment accepts a finding
	Servers      []leastagency.KnownServer
	Commands     []leastagency.KnownCommand
	Combinations []Combination
	Declarations []leastagency.Declaration // nil when agents are not spoken of
}

// A Combination is one that the policy adds.
type Combination struct {
	leastagency.Combination
	Title    string
	Severity leastagency.Severity
}

// Find reads the policy file at the root of a tree; nil when there is none. See Parse for the error.
func Find(fsys fs.FS, base *leastagency.Policy) (*Overlay, error) {
	for _, name := range Names {
		in, err := fsys.Open(name)
		if err != nil {
			if _, there := fs.Lstat(fsys, name); there == nil { // a link out of the root, or no right to read
				return nil, fmt.Errorf("%s: cannot be opened", name)
			}
			continue
		}
		defer in.Close()
		return Read(name, in, base)
	}
	return nil, nil
}

// Read reads a policy file of a name, whose ending tells its format.
func Read(name string, in io.Reader, base *leastagency.Policy) (*Overlay, error) {
	data, err := io.ReadAll(io.LimitReader(in, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > maxSize {
		return nil, fmt.Errorf("%s: larger than %d MiB", name, maxSize>>20)
	}
	return Parse(leastagency.NewFile(name, data), base)
}

// Apply returns the policy with the overlay over it. The base stays as it is.
func (o *Overlay) Apply(base *leastagency.Policy) *leastagency.Policy {
	p := *base
	p.Rules = slices.Clone(base.Rules)
	for i := range p.Rules {
		if s, set := o.Severities[p.Rules[i].ID]; set {
			p.Rules[i].Severity = s
		}
	}
	p.Combinations = slices.Clone(base.Combinations)
	for _, c := range o.Combinations {
		p.Combinations = append(p.Combinations, c.Combination)
		p.Rules = append(p.Rules, leastagency.RuleInfo{ID: "combination/" + c.Name, Title: c.Title, Severity: c.Severity,
			Why: "The policy of this repository forbids that one session holds these together.", Remedy: "Take one of the legs away, or split the work between two sessions"})
	}
	slices.SortFunc(p.Combinations, func(a, b leastagency.Combination) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(p.Rules, func(a, b leastagency.RuleInfo) int { return strings.Compare(a.ID, b.ID) })
	knowledge := *base.Knowledge
	knowledge.Servers = slices.Concat(base.Knowledge.Servers, o.Servers)
	knowledge.Commands = slices.Concat(base.Knowledge.Commands, o.Commands)
	slices.SortStableFunc(knowledge.Commands, func(a, b leastagency.KnownCommand) int { return strings.Compare(a.Program, b.Program) })
	p.Knowledge = &knowledge
	p.Declarations = o.Declarations
	p.NoInline = base.NoInline || o.NoInline
	return &p
}

// Filter moves the findings that the overlay ignores to report.Ignored. A finding whose entry has
// expired stays, and says so; the entry is a problem of its own. Where everything of the root was
// judged, so is an entry that nothing matches.
func (o *Overlay) Filter(r *leastagency.Report, today time.Time, everything bool) {
	used := map[*leastagency.Ignore]bool{}
	r.Findings = slices.DeleteFunc(r.Findings, func(f *leastagency.Finding) bool {
		for _, ignore := range o.Ignores {
			if !matches(ignore, f) {
				continue
			}
			used[ignore] = true
			if ignore.Expired(today) {
				f.Also(ignore.At, "ignored until %s", ignore.Expires.Format(time.DateOnly))
				continue
			}
			r.Ignored = append(r.Ignored, &leastagency.Ignored{Finding: f, By: ignore})
			return true
		}
		return false
	})
	for _, ignore := range o.Ignores {
		text := ""
		switch {
		case ignore.Expired(today):
			text = fmt.Sprintf("this entry for %s expired on %s: mend the finding, or renew the entry with its reason", ignore.Rule, ignore.Expires.Format(time.DateOnly))
		case everything && !used[ignore]:
			text = fmt.Sprintf("nothing matches this entry for %s in %s: remove it", ignore.Rule, leastagency.Quote(ignore.Path))
		default:
			continue
		}
		r.System.Problems = append(r.System.Problems, &leastagency.Problem{At: ignore.At, Kind: leastagency.ProblemPolicy, Text: text})
	}
}

func matches(i *leastagency.Ignore, f *leastagency.Finding) bool {
	if i.Rule != f.Rule.ID || f.Rule.Fixed {
		return false
	}
	for _, path := range []string{f.At.File.Real, f.At.File.Path} {
		if ok, err := doublestar.Match(i.Path, path); ok && err == nil {
			return true
		}
	}
	return false
}

// FailsOn reports whether a finding fails the run by the overlay's threshold. What is fixed fails from
// high on, whatever the threshold.
func (o *Overlay) FailsOn(f *leastagency.Finding) bool {
	threshold := cmp.Or(o.FailOn.V, leastagency.High)
	if f.Rule.Fixed {
		threshold = min(threshold, leastagency.High)
	}
	return f.Severity >= threshold
}
