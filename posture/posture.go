// Package posture holds what a scan found against the controls of the Zero Trust for AI Agents tiers.
// For each control it says whether files show evidence of it, contradict it, or show nothing. It says
// nothing of compliance: what is not visible may well be there, and what is visible may not be enough.
package posture

import (
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/leastagency/leastagency"
)

// A State says what the files show of a control.
type State uint8

const (
	NotVisible State = iota
	Evidence
	Contradicted // by a finding, whatever evidence stands beside it
)

func (s State) String() string {
	return [...]string{"not visible", "evidence", "contradicted here"}[s]
}

// A Row is one control with what was seen of it.
type Row struct {
	leastagency.Control
	State    State
	Evidence []leastagency.Step     // what speaks for it
	Against  []*leastagency.Finding // what speaks against it
}

// Of returns a row for each control, by tier. Findings are those that count, accepted ones among
// them: to accept a finding does not take it away. The tree is read for what no loader reads.
func Of(sys *leastagency.System, findings []*leastagency.Finding, policy *leastagency.Policy, tree fs.FS) []Row {
	seen := collect(sys, policy, tree)
	var rows []Row
	for _, control := range policy.Knowledge.Controls {
		row := Row{Control: control, Evidence: seen[control.ID]}
		for _, f := range findings {
			if slices.Contains(f.Rule.Controls, control.ID) {
				row.Against = append(row.Against, f)
			}
		}
		switch {
		case len(row.Against) > 0:
			row.State = Contradicted
		case len(row.Evidence) > 0:
			row.State = Evidence
		}
		rows = append(rows, row)
	}
	return rows
}

// evidence is what was seen, by control.
type evidence map[string][]leastagency.Step

func (e evidence) add(control string, at leastagency.Span, text string) {
	step := leastagency.Step{At: at, Text: text}
	if !at.IsZero() && at.File.Role == leastagency.RoleWorking && !slices.Contains(e[control], step) {
		e[control] = append(e[control], step)
	}
}

func collect(sys *leastagency.System, policy *leastagency.Policy, tree fs.FS) evidence {
	e := evidence{}
	for _, a := range sys.Agents {
		e.boundaries(a)
	}
	for _, layer := range sys.Layers {
		e.layer(layer)
	}
	for _, d := range policy.Declarations {
		e.add("BL-F", d.At, "the policy declares what "+leastagency.Quote(d.Agent)+" may have")
	}
	e.owners(sys, tree)
	e.pipeline(tree)
	return e
}

// boundaries counts what is hard, and approvals where the control asks for a person.
func (e evidence) boundaries(a *leastagency.Agent) {
	for _, b := range a.Boundaries {
		switch {
		case b.Kind == leastagency.BoundaryApproval:
			e.add("OF-A", b.At, b.Text)
		case b.Hardness != leastagency.Hard:
		case b.Kind == leastagency.BoundarySandbox:
			e.add("RB-E", b.At, b.Text)
		case b.Kind == leastagency.BoundaryDeny || b.Kind == leastagency.BoundaryAbsence:
			e.add("PM-F", b.At, b.Text)
		case b.Kind == leastagency.BoundaryHook:
			e.add("PM-E", b.At, b.Text)
		}
	}
}

func (e evidence) layer(layer *leastagency.Layer) {
	if layer.ToolsSet && len(layer.Tools) > 0 && (layer.Kind == leastagency.KindSubagent || layer.Kind == leastagency.KindManifest) {
		e.add("PS-F", layer.Tools[0].At, "a list of tools of its own")
	}
	if layer.Limits.Turns.Set {
		e.add("AD-F", layer.Limits.Turns.At, "its turns are limited")
	}
	if layer.Limits.Seconds.Set {
		e.add("AD-F", layer.Limits.Seconds.At, "its time is limited")
	}
	for _, c := range layer.AllCredentials() {
		switch {
		case c.Source == leastagency.SourceSessionLogin:
			e.add("AU-F", c.At, "the client signs in for each session")
		case c.Lifetime == leastagency.Expiring || c.Lifetime == leastagency.Federated:
			e.add("AU-F", c.At, "credential "+leastagency.Quote(c.Name)+" is "+c.Lifetime.String())
		}
	}
	for _, s := range layer.Servers {
		if s.Disabled {
			continue
		}
		name := "server " + leastagency.Quote(s.Name)
		e.add("PS-F", s.ReadOnly, name+" is told to change nothing")
		e.add("PS-F", s.Filtered, name+" offers named tools only")
		if s.Command == nil {
			continue
		}
		for _, artifact := range s.Command.Artifacts {
			if artifact.Pin == leastagency.Digested {
				e.add("CI-E", artifact.At, name+" is pinned by its content")
			}
		}
	}
}

// owners looks for the file in which code hosts keep who must review a change.
func (e evidence) owners(sys *leastagency.System, tree fs.FS) {
	for _, name := range []string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"} {
		file := read(tree, name)
		if file == nil {
			continue
		}
		file.Role = leastagency.RoleWorking // also in docs
		told := map[string]bool{}
		for n := file.Lines(); n >= 1; n-- { // the last line that matches a file counts
			fields := strings.Fields(string(file.Line(n)))
			if len(fields) == 0 || strings.HasPrefix(fields[0], "#") || strings.HasPrefix(fields[0], "[") {
				continue
			}
			for _, layer := range sys.Layers {
				config := layer.At.File.Real
				if told[config] || !owns(fields[0], config) {
					continue
				}
				told[config] = true
				if len(fields) > 1 && !strings.HasPrefix(fields[1], "#") { // a line without owners takes them away
					start := file.LineStart(n)
					e.add("CI-F", file.Span(start, start+len(file.Line(n))), "owners review changes of agent configuration")
				}
			}
		}
		return // the first one there is in force
	}
}

// owns reports whether a pattern of a CODEOWNERS file holds a path.
func owns(pattern, file string) bool {
	anchored := strings.Contains(strings.TrimSuffix(pattern, "/"), "/")
	pattern = strings.TrimPrefix(pattern, "/")
	if !anchored {
		pattern = "**/" + pattern
	}
	if strings.HasSuffix(pattern, "/") {
		pattern += "**"
	}
	for _, p := range []string{pattern, pattern + "/**"} {
		if ok, err := doublestar.Match(p, file); ok && err == nil {
			return true
		}
	}
	return false
}

// pipeline looks for workflows that run this check.
func (e evidence) pipeline(tree fs.FS) {
	files := []string{".gitlab-ci.yml", "azure-pipelines.yml", ".pre-commit-config.yaml"}
	for _, pattern := range []string{".github/workflows/*.yml", ".github/workflows/*.yaml"} {
		found, _ := fs.Glob(tree, pattern)
		files = append(files, found...)
	}
	for _, name := range files {
		file := read(tree, name)
		if file == nil {
			continue
		}
		for n := range file.Lines() {
			line := string(file.Line(n + 1))
			code, _, _ := strings.Cut(line, " #")
			if i := strings.Index(code, "leastagency"); i >= 0 && !strings.HasPrefix(strings.TrimSpace(code), "#") && runs(code) {
				start := file.LineStart(n+1) + i
				e.add("GV-A", file.Span(start, start+len("leastagency")), path.Base(name)+" runs this check")
			}
		}
	}
}

// runs reports whether a line of a workflow uses the action, installs the hook or starts the command.
func runs(line string) bool {
	line = strings.TrimLeft(strings.TrimSpace(line), "- ")
	return strings.HasPrefix(line, "uses:") || strings.HasPrefix(line, "repo:") || strings.Contains(line, "leastagency scan")
}

// read returns a file of the tree; nil when it is not there or is too large.
func read(tree fs.FS, name string) *leastagency.File {
	in, err := tree.Open(name)
	if err != nil {
		return nil
	}
	defer in.Close()
	if info, err := in.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(in, leastagency.MaxFileSize+1))
	if err != nil || len(data) > leastagency.MaxFileSize {
		return nil
	}
	return leastagency.NewFile(name, data)
}
