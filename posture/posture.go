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

// boundaries counts what is hard, and what judges or asks where the control wants just that.
func (e evidence) boundaries(a *leastagency.Agent) {
	for _, b := range a.Boundaries {
		switch {
		case b.Kind == leastagency.BoundaryApproval:
			e.add("OF-A", b.At, b.Text)
		case b.Kind == leastagency.BoundaryClassifier:
			e.add("IV-A", b.At, b.Text)
		case b.Hardness != leastagency.Hard:
		case b.Kind == leastagency.BoundarySandbox:
			e.add("RB-E", b.At, b.Text)
		case b.Kind == leastagency.BoundaryDeny || b.Kind == leastagency.BoundaryAbsence:
			e.add("PM-F", b.At, b.Text)
		case b.Kind == leastagency.BoundaryHook:
			e.add("PM-E", b.At, b.Text)
		case b.Kind == leastagency.BoundaryReceiver:
			e.add("RB-F", b.At, b.Text)
		}
	}
}

func (e evidence) layer(layer *leastagency.Layer) {
	if layer.ToolsSet && len(layer.Tools) > 0 && (layer.Kind == leastagency.KindSubagent || layer.Kind == leastagency.KindManifest) {
		e.add("PS-F", layer.Tools[0].At, "a list of tools of its own")
	}
	if leastagency.Is(layer.Mode, leastagency.ModeDenyRest) || leastagency.Is(layer.Mode, leastagency.ModeContained) {
		e.add("PM-F", layer.Mode.At, "what no rule allows is refused")
	}
	if layer.Kind == leastagency.KindManifest && layer.Description.V != "" {
		e.add("BL-F", layer.Description.At, "what "+leastagency.Quote(layer.Name)+" is for is written down")
	}
	for _, limit := range []struct {
		of   leastagency.Value[int]
		text string
	}{{layer.Limits.Turns, "its turns are limited"}, {layer.Limits.Seconds, "its time is limited"}, {layer.Limits.Depth, "how deep it may delegate is limited"}} {
		if limit.of.Set {
			e.add("AD-F", limit.of.At, limit.text)
		}
	}
	for _, d := range layer.Delegates {
		if d.Typed {
			e.add("IV-F", d.At, "what it hands to "+leastagency.Quote(d.Name)+" has a fixed form")
		}
	}
	for _, in := range layer.Inputs {
		if in.Tamed != "" {
			e.add("IV-A", in.At, leastagency.Quote(in.Name)+": "+in.Tamed)
		}
	}
	for _, t := range layer.Triggers {
		for _, g := range t.Gates {
			if g.Holds {
				e.add("RB-F", g.At, "who may start it is checked by "+g.Text)
			}
		}
	}
	for _, p := range layer.Powers {
		if p.Holder != "" {
			e.add("ID-F", p.At, "it acts as "+leastagency.Quote(p.Holder))
		}
	}
	for _, s := range layer.Switches {
		switch s.Kind {
		case leastagency.SwitchHardening:
			e.add("PM-F", s.At, leastagency.Quote(s.Name)+" takes authority away")
		case leastagency.SwitchTelemetryTarget:
			e.add("AL-F", s.At, leastagency.Quote(s.Name)+" names where its trace goes")
			e.add("AL-A", s.At, leastagency.Quote(s.Name)+" names where its trace goes")
		}
	}
	e.credentials(layer)
	for _, c := range layer.Commands {
		e.pinned("a command", c)
	}
	for _, s := range layer.Servers {
		if !s.Disabled {
			e.server(s)
		}
	}
}

// credentials counts those that do not live on.
func (e evidence) credentials(layer *leastagency.Layer) {
	for _, c := range layer.AllCredentials() {
		name := "credential " + leastagency.Quote(c.Name)
		switch {
		case c.Source == leastagency.SourceSessionLogin:
			e.add("AU-F", c.At, "the client signs in for each session")
		case c.Source == leastagency.SourceHelper:
			e.add("AU-F", c.At, name+" is fetched when it is needed")
		case c.Lifetime == leastagency.Expiring || c.Lifetime == leastagency.Federated:
			e.add("AU-F", c.At, name+" is "+c.Lifetime.String())
		}
		if c.Lifetime == leastagency.Federated {
			e.add("PS-A", c.At, name+" is made out for one run and expires by itself")
		}
	}
}

func (e evidence) server(s *leastagency.Server) {
	name := "server " + leastagency.Quote(s.Name)
	e.add("PS-F", s.ReadOnly, name+" is told to change nothing")
	e.add("PS-F", s.Filtered, name+" offers named tools only")
	for _, end := range s.Endpoints {
		if end.Asks == leastagency.Present {
			e.add("RB-F", end.At, name+" asks its clients who they are")
		}
	}
	e.pinned(name, s.Command)
}

// pinned counts code that is named by its content.
func (e evidence) pinned(who string, c *leastagency.Command) {
	if c == nil {
		return
	}
	for _, artifact := range c.Artifacts {
		if artifact.Pin != leastagency.Digested {
			continue
		}
		e.add("CI-E", artifact.At, who+" is pinned by its content")
		if artifact.Ecosystem == "image" {
			e.add("CI-A", artifact.At, who+" runs an image that cannot change")
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
