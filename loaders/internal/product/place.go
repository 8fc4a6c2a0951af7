package product

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// A Place is where a product keeps one kind of file.
type Place[K ~uint8] struct {
	// End is how the path ends, in whole names. "*" stands for a part of a name, "**" for folders.
	End   string
	Kind  K
	Scope leastagency.Scope // ScopeProject becomes ScopeUser below a home folder
}

// Find returns the kind of the first place whose end the path has, zero when there is none, and what the
// path tells: its Root is what stands in front of the end, Below what "**" and the last name stand for.
func Find[K ~uint8](p string, places []Place[K]) (K, reading.Place) {
	dirs := strings.Split(plain(p), "/")
	for _, place := range places {
		from, open := matches(dirs, place.End)
		if from < 0 {
			continue
		}
		at := reading.Place{Scope: place.Scope, Root: reading.Join(dirs[:from]), Below: path.Join(dirs[open:]...)}
		if at.Scope == leastagency.ScopeProject && reading.InHome(dirs[:from]) {
			at.Scope = leastagency.ScopeUser
		}
		return place.Kind, at
	}
	return 0, reading.Place{}
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
	return reading.Plain(p)
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
