package product

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// A Place is where a product keeps one kind of file.
type Place[K ~uint8] struct {
	// End is how the path ends, in whole names. "*" stands for a part of a name, "**" for folders.
	End   string
	Kind  K
	Scope leastagency.Scope // ScopeProject becomes ScopeUser below a home folder
}

// homes are folders that say that what lies below them belongs into a home folder.
var homes = []string{"home", "Users", "dotfiles", ".dotfiles", "dot-files", "chezmoi", "stow"}

// A Found is what the path of a file tells.
type Found[K ~uint8] struct {
	Kind  K
	Scope leastagency.Scope
	Root  string // what stands in front of the place's end; "." for nothing
	Below string // what "**" and the last name stand for
}

// Find returns the first place whose end the path has; its Kind is zero when there is none.
func Find[K ~uint8](p string, places []Place[K]) Found[K] {
	dirs := strings.Split(plain(p), "/")
	for _, place := range places {
		if from, open := matches(dirs, place.End); from >= 0 {
			f := Found[K]{Kind: place.Kind, Scope: place.Scope, Root: join(dirs[:from]), Below: path.Join(dirs[open:]...)}
			if f.Scope == leastagency.ScopeProject && slices.ContainsFunc(dirs[:from], func(d string) bool { return slices.Contains(homes, d) }) {
				f.Scope = leastagency.ScopeUser
			}
			if f.Scope == leastagency.ScopeManaged {
				f.Root = strings.TrimSuffix(strings.TrimSuffix(f.Root, "/etc"), "/")
				if f.Root == "etc" || f.Root == "" {
					f.Root = "."
				}
			}
			return f
		}
	}
	return Found[K]{}
}

// plain is the path as it is in force: without the marks of a tree that is copied into a home folder,
// and without what marks a file as an example of another.
func plain(p string) string {
	if strings.Contains(p, "dot_") {
		parts := strings.Split(p, "/")
		for i, part := range parts {
			for _, mark := range []string{"private_", "exact_", "readonly_"} {
				part = strings.TrimPrefix(part, mark)
			}
			if rest, ok := strings.CutPrefix(part, "dot_"); ok {
				parts[i] = "." + rest
			}
		}
		p = strings.Join(parts, "/")
	}
	for _, mark := range []string{".example", ".sample", ".template", ".dist", ".tmpl"} {
		p = strings.TrimSuffix(p, mark)
		for _, ext := range []string{".json", ".jsonc", ".yaml", ".yml"} {
			if stem, ok := strings.CutSuffix(p, mark+ext); ok && !strings.HasSuffix(stem, "/") {
				p = stem + ext
			}
		}
	}
	return p
}

// matches returns the index of the first name that the end covers, and of the first that it leaves
// open; -1 when the path ends otherwise.
func matches(dirs []string, end string) (from, open int) {
	names := strings.Split(end, "/")
	star := slices.Index(names, "**")
	if star < 0 {
		from = len(dirs) - len(names)
		if from < 0 || !equal(dirs[from:], names) {
			return -1, 0
		}
		return from, len(dirs) - 1
	}
	head, tail := names[:star], names[star+1:]
	if len(dirs) < len(head)+len(tail) || !equal(dirs[len(dirs)-len(tail):], tail) {
		return -1, 0
	}
	for from = len(dirs) - len(tail) - len(head); from >= 0; from-- {
		if equal(dirs[from:from+len(head)], head) {
			return from, from + len(head)
		}
	}
	return -1, 0
}

func equal(dirs, names []string) bool {
	for i, name := range names {
		if strings.ContainsAny(name, "*") {
			if ok, err := path.Match(name, dirs[i]); !ok || err != nil {
				return false
			}
		} else if dirs[i] != name {
			return false
		}
	}
	return true
}

func join(dirs []string) string {
	if len(dirs) == 0 {
		return "."
	}
	return path.Join(dirs...)
}
