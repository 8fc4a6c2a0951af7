package leastagency

import (
	"cmp"
	"slices"
	"strings"
)

// A Change is what fixes make of one file.
type Change struct {
	File  *File
	Edits []Edit // by place; no two meet
}

// Fixes returns what the fixes of findings make of their files, by where the bytes of these lie, and whose they
// are. A fix is applied whole or not at all: one that meets an earlier one in the same bytes is left for a
// later run. Findings come in their order, so that the same findings make the same changes.
func Fixes(findings []*Finding) (changes []*Change, fixed []*Finding) {
	byFile := map[string]*Change{}
	for _, f := range findings {
		if f.Fix == nil || len(f.Fix.Edits) == 0 {
			continue
		}
		added := map[string][]Edit{}
		for _, e := range f.Fix.Edits {
			var there []Edit
			if c := byFile[e.At.File.Real]; c != nil {
				there = c.Edits
			}
			if meets(e, there) || meets(e, added[e.At.File.Real]) {
				added = nil
				break
			}
			if isSame := func(other Edit) bool { return same(e, other) }; !slices.ContainsFunc(there, isSame) {
				added[e.At.File.Real] = append(added[e.At.File.Real], e)
			}
		}
		if added == nil {
			continue
		}
		for name, edits := range added {
			if byFile[name] == nil {
				byFile[name] = &Change{File: edits[0].At.File}
			}
			byFile[name].Edits = append(byFile[name].Edits, edits...)
		}
		fixed = append(fixed, f)
	}
	for _, c := range byFile {
		slices.SortFunc(c.Edits, func(a, b Edit) int { return cmp.Or(a.At.Start-b.At.Start, a.At.End-b.At.End) })
		changes = append(changes, c)
	}
	slices.SortFunc(changes, func(a, b *Change) int { return strings.Compare(a.File.Real, b.File.Real) })
	return changes, fixed
}

// Apply returns the file with the edits made.
func (c *Change) Apply() []byte { return c.Between(0, len(c.File.Data)) }

// Between returns what the edits make of the bytes [start, end) of the file. No edit may cross these ends.
func (c *Change) Between(start, end int) []byte {
	var out []byte
	for _, e := range c.Edits {
		if e.At.Start < start || e.At.End > end {
			continue
		}
		out = append(out, c.File.Data[start:e.At.Start]...)
		out = append(out, e.New...)
		start = e.At.End
	}
	return append(out, c.File.Data[start:end]...)
}

// meets reports whether an edit shares bytes with others, or a place to insert. Equal edits may be one.
func meets(e Edit, others []Edit) bool {
	return slices.ContainsFunc(others, func(other Edit) bool {
		if same(e, other) {
			return false
		}
		return e.At.Start < other.At.End && other.At.Start < e.At.End || e.At.Start == other.At.Start || e.At.End == other.At.End
	})
}

func same(a, b Edit) bool {
	return a.At.Start == b.At.Start && a.At.End == b.At.End && a.New == b.New
}
