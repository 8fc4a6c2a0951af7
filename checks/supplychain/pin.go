package supplychain

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
)

// pin returns the fix that writes the version of the lock file behind the name of a package; nil where no lock
// file has it, or more than the name and a version stands at its place.
func pin(f fetched) *leastagency.Fix {
	if !f.Locked.Set {
		return nil
	}
	at, found := naming(f.Artifact.At, f.Name)
	if !found {
		return nil
	}
	text := at.Text()
	rest := text[len(f.Name):]
	if extras := strings.IndexByte(rest, ']'); strings.HasPrefix(rest, "[") && extras > 0 {
		rest = rest[extras+1:]
	}
	named := text[:len(text)-len(rest)]
	if rest != "" && (rest[0] != '@' || strings.ContainsAny(rest, " ,;/:")) {
		return nil
	}
	spec := named + "@" + f.Locked.V
	if f.Ecosystem == "pypi" && required(f, at) {
		spec = named + "==" + f.Locked.V
	}
	return &leastagency.Fix{Text: "run " + spec, Edits: []leastagency.Edit{{At: at, New: spec}}}
}

// naming returns the one word at a place, which may be a whole command line, that starts with a name.
func naming(at leastagency.Span, name string) (one leastagency.Span, found bool) {
	text := at.Text()
	const ends = " \t\r\n\"'"
	for start := 0; start < len(text); {
		n := strings.IndexAny(text[start:], ends)
		if n < 0 {
			n = len(text) - start
		}
		if rest, ok := strings.CutPrefix(text[start:start+n], name); ok && (rest == "" || rest[0] == '@' || rest[0] == '[') {
			if found {
				return one, false
			}
			one, found = at.File.Span(at.Start+start, at.Start+start+n), true
		}
		start += n + 1
	}
	return one, found
}

// required reports whether a package is named as a requirement of Python, which takes another form than a
// command of uvx does: behind an option, and for other programs than uvx.
func required(f fetched, at leastagency.Span) bool {
	for _, call := range f.Command.Invocations {
		for _, program := range slices.Concat(call.Wrappers, []string{call.Program}) {
			if strings.HasPrefix(program, "pip") {
				return true
			}
		}
	}
	before := string(at.File.Data[max(0, at.Start-24):at.Start])
	before = strings.TrimRight(before, "\"', =\t\r\n")
	for _, option := range []string{"--from", "--with", "--spec"} {
		if strings.HasSuffix(before, option) {
			return true
		}
	}
	return false
}
