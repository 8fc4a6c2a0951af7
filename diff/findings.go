package diff

import (
	"path"
	"slices"

	"github.com/leastagency/leastagency"
)

// Findings parts the findings of the later report into those that the earlier one has not, and those
// that it has: the same by their fingerprint, or moved. A finding has moved when it is gone from where it
// was, and stands now in a file that is read for the same; one with several places may have lost some of
// them, one with a witness may be shown by another one, and a combination in one session by whichever
// grants make it. Of equal findings as many are known as there were. Gone are those of the earlier report
// that the later one has not, with more places neither.
func Findings(before, after *leastagency.Report) (fresh, known, gone []*leastagency.Finding) {
	were := map[string][]*leastagency.Finding{}
	for _, f := range before.Findings {
		print := f.Fingerprint()
		were[print] = append(were[print], f)
	}
	stayed := map[*leastagency.Finding]bool{}
	for _, f := range after.Findings {
		if same := were[f.Fingerprint()]; len(same) > 0 {
			were[f.Fingerprint()] = same[1:]
			stayed[same[0]], stayed[f] = true, true
		}
	}
	gone = slices.DeleteFunc(slices.Clone(before.Findings), func(f *leastagency.Finding) bool { return stayed[f] })
	was, is := purposes(before.System), purposes(after.System)
	take := func(f *leastagency.Finding, same func(b *leastagency.Finding) bool) bool {
		i := slices.IndexFunc(gone, func(b *leastagency.Finding) bool {
			if b.Rule.ID != f.Rule.ID || b.Severity != f.Severity || b.At.File.Role != f.At.File.Role {
				return false
			}
			before, after := was[b.At.File], is[f.At.File]
			return same(b) && meet(b.At.File, before, f.At.File, after) || f.Rule.Family() == "combination" && oneSession(before, after)
		})
		if i >= 0 {
			gone = slices.Delete(gone, i, i+1)
		}
		return i >= 0
	}
	for _, f := range after.Findings {
		if stayed[f] || take(f, func(b *leastagency.Finding) bool { return covers(b, f) }) {
			known = append(known, f)
			continue
		}
		fresh = append(fresh, f)
		take(f, func(b *leastagency.Finding) bool { return covers(f, b) }) // it has more places now
	}
	return fresh, known, gone
}

// covers reports whether a finding says the same as another one, or speaks of all that the other one speaks
// of and has several places or a witness: how many there are, and which witness was found first, changes
// its words.
func covers(f, other *leastagency.Finding) bool {
	if f.Message == other.Message {
		return true
	}
	all := places(f)
	return len(all)+len(f.Steps) > 1 && !slices.ContainsFunc(places(other), func(text string) bool { return !slices.Contains(all, text) })
}

// places returns what stands where a finding points to.
func places(f *leastagency.Finding) []string {
	all := []string{f.At.Text()}
	for _, step := range f.Related {
		all = append(all, step.At.Text())
	}
	return all
}

// A purpose is what a file is read for.
type purpose struct {
	product, root, name string
	scope               leastagency.Scope
	kind                leastagency.Kind
}

func purposes(sys *leastagency.System) map[*leastagency.File][]purpose {
	all := map[*leastagency.File][]purpose{}
	for _, l := range sys.Layers {
		all[l.At.File] = append(all[l.At.File], purpose{l.Product, l.Root, l.Name, l.Scope, l.Kind})
	}
	return all
}

// meet reports whether two files, of two times, are read for the same. Those that are read for nothing by
// themselves, as scripts that a hook runs, must lie in one folder.
func meet(before *leastagency.File, was []purpose, after *leastagency.File, is []purpose) bool {
	if len(was)+len(is) == 0 {
		return path.Dir(before.Path) == path.Dir(after.Path)
	}
	return slices.ContainsFunc(was, func(p purpose) bool { return slices.Contains(is, p) })
}

// oneSession reports whether a session reads files of both purposes.
func oneSession(was, is []purpose) bool {
	return slices.ContainsFunc(was, func(p purpose) bool {
		return slices.ContainsFunc(is, func(q purpose) bool { return p.product == q.product && p.root == q.root })
	})
}
