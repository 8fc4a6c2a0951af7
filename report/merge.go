package report

import (
	"path"
	"slices"

	"github.com/leastagency/leastagency"
)

// A Part is the outcome of one root among several.
type Part struct {
	Prefix string // of the paths of this root, without a slash at its end; empty or "." for none
	Report *leastagency.Report
}

// Merge returns one report of several roots, with paths that tell them apart. The parts stay as
// they are. Layers are left behind: they say what is in force for paths of their own root.
func Merge(parts ...Part) *leastagency.Report {
	merged := &leastagency.Report{System: &leastagency.System{}, Loaded: map[string]int{}}
	for _, part := range parts {
		m := mover{prefix: path.Clean(part.Prefix), files: map[*leastagency.File]*leastagency.File{}}
		r := part.Report
		merged.Findings = append(merged.Findings, m.findings(r.Findings)...)
		merged.Baselined = append(merged.Baselined, m.findings(r.Baselined)...)
		merged.Earlier = append(merged.Earlier, m.findings(r.Earlier)...)
		for _, f := range r.Ignored {
			by := *f.By
			by.At = m.span(by.At)
			merged.Ignored = append(merged.Ignored, &leastagency.Ignored{Finding: m.finding(f.Finding), By: &by})
		}
		for _, p := range r.System.Problems {
			moved := *p
			moved.At = m.span(p.At)
			if moved.Path != "" {
				moved.Path = path.Join(m.prefix, moved.Path)
			}
			merged.System.Problems = append(merged.System.Problems, &moved)
		}
		for _, a := range r.System.Agents {
			moved := *a
			moved.At = m.span(a.At)
			moved.Root = path.Join(m.prefix, a.Root)
			moved.Chains = m.chains(a.Chains)
			merged.System.Agents = append(merged.System.Agents, &moved)
		}
		for _, at := range r.Secrets {
			merged.Secrets = append(merged.Secrets, m.span(at))
		}
		for name, n := range r.Loaded {
			merged.Loaded[name] += n
		}
		merged.Files += r.Files
		merged.Packages += r.Packages
	}
	return merged
}

// A mover gives the files of one root their longer paths.
type mover struct {
	prefix string
	files  map[*leastagency.File]*leastagency.File
}

func (m *mover) findings(list []*leastagency.Finding) (moved []*leastagency.Finding) {
	for _, f := range list {
		moved = append(moved, m.finding(f))
	}
	return moved
}

func (m *mover) finding(f *leastagency.Finding) *leastagency.Finding {
	moved := *f
	moved.At = m.span(f.At)
	moved.Steps = m.steps(f.Steps)
	moved.Related = m.steps(f.Related)
	if f.Fix != nil {
		fix := *f.Fix
		fix.Edits = slices.Clone(fix.Edits)
		for i := range fix.Edits {
			fix.Edits[i].At = m.span(fix.Edits[i].At)
		}
		moved.Fix = &fix
	}
	return &moved
}

func (m *mover) chains(chains []*leastagency.Chain) []*leastagency.Chain {
	var list []*leastagency.Chain
	for _, c := range chains {
		moved := *c
		moved.Steps = m.steps(c.Steps)
		list = append(list, &moved)
	}
	return list
}

func (m *mover) steps(steps []leastagency.Step) []leastagency.Step {
	moved := slices.Clone(steps)
	for i := range moved {
		moved[i].At = m.span(moved[i].At)
	}
	return moved
}

func (m *mover) span(at leastagency.Span) leastagency.Span {
	if at.File == nil || m.prefix == "." {
		return at
	}
	file := m.files[at.File]
	if file == nil {
		file = leastagency.NewFile(path.Join(m.prefix, at.File.Path), at.File.Data)
		file.Real = path.Join(m.prefix, at.File.Real)
		file.Role = at.File.Role // told from where it lies below its root
		m.files[at.File] = file
	}
	at.File = file
	return at
}
