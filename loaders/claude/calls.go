package claude

import (
	"slices"

	"github.com/leastagency/leastagency"
)

// Tool returns what one of the product's own tools does, and the names of the tools whose rules a call
// of it meets: rules for Edit hold for every tool that changes files, those for Read for every reader.
func Tool(name string) (kind leastagency.ActionKind, names []string) {
	t := findTool(name)
	if t == nil {
		return leastagency.ActionUnknown, nil
	}
	names = []string{name}
	for _, group := range groups {
		if slices.Contains(group, name) {
			names = append(names, group[0])
		}
	}
	return t.kind, names
}

// groups are tools, each behind the one whose rules hold for them too.
var groups = [][]string{
	{"Read", "Glob", "Grep", "LS", "NotebookRead"},
	{"Edit", "Write", "MultiEdit", "NotebookEdit"},
	{"Bash", "Monitor"},
	{"Agent", "Task"},
	{"Task", "Agent"},
	{"Skill", "SlashCommand"},
}

// Protected reports whether a path, relative to the folder of work or to the home folder, is one that
// no allow rule lets an agent change.
func Protected(path string) bool { return protected(path) }

// Wrapped returns at which word the command starts that rules are compared with.
func Wrapped(words []string) int {
	i := 0
	for i < len(words)-1 {
		next := i + 1
		options := false
		for next < len(words) && len(words[next]) > 1 && words[next][0] == '-' {
			options = true
			if takesValue(words[i], words[next]) {
				next++
			}
			next++
		}
		switch {
		case words[i] == "xargs" && options, words[i] != "xargs" && !slices.Contains(stripped, words[i]):
			return i
		case words[i] == "timeout":
			next++ // how long
		}
		if next >= len(words) {
			return i
		}
		i = next
	}
	return i
}

// takesValue reports whether the word behind an option of a wrapper belongs to it.
func takesValue(wrapper, option string) bool {
	switch wrapper {
	case "timeout":
		return option == "-k" || option == "-s"
	case "nice":
		return option == "-n"
	case "stdbuf":
		return option == "-i" || option == "-o" || option == "-e"
	}
	return false
}

// ByNameOnly reports whether a command is one that no rule with a wildcard approves.
func ByNameOnly(words []string) bool {
	return slices.Contains(neverByPrefix, words[0]) ||
		words[0] == "find" && slices.ContainsFunc(words, func(w string) bool { return slices.Contains(findActions, w) })
}

var findActions = []string{"-exec", "-execdir", "-ok", "-okdir", "-delete", "-fprint", "-fprint0", "-fprintf", "-fls"}
