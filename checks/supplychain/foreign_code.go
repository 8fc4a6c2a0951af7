package supplychain

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/checks/internal/each"
)

// ForeignCode finds shared files that start code from outside the reviewed tree: homes, temporary
// folders, neighbouring checkouts. Each kind of place is one finding per file.
var ForeignCode = leastagency.Check{Rule: "supplychain/foreign-code", Run: func(p *leastagency.Pass) {
	type key struct {
		file  *leastagency.File
		where string
	}
	told := map[key]*leastagency.Finding{}
	for s := range each.Start(p) {
		if !each.Shared(s.Layer) {
			continue
		}
		at, where, file := s.Command.At, "", ""
		for _, f := range s.Command.Files {
			if where = elsewhere(f); where != "" {
				file = f
				if s.Server != nil {
					at = each.Argument(s.Server, f)
				}
				break
			}
		}
		if where == "" && s.Server != nil && s.Server.Directory.Set {
			file, at, where = s.Server.Directory.V, s.Server.Directory.At, elsewhere(s.Server.Directory.V)
		}
		if where == "" || inTree(p, file) || p.Accepted(at) {
			continue
		}
		k := key{at.File, where}
		switch f := told[k]; {
		case f == nil:
			told[k] = p.Reportf(at, "%s runs code from %s, %s: no review of this repository covers it", s.Who, leastagency.Quote(file), where)
		default:
			f.Also(at, "%s runs %s", s.Who, leastagency.Quote(file))
		}
	}
}}

// inTree reports whether a path of a person's home ends in one of a file of this tree: it is a checkout
// of the same repository, such as "~/dotfiles/bin/hook.sh". A name alone is too little to say so.
func inTree(p *leastagency.Pass, file string) bool {
	parts := strings.Split(strings.Trim(strings.ReplaceAll(file, `\`, "/"), "/"), "/")
	for i := 1; i < len(parts)-1; i++ {
		if p.Open(path.Join(parts[i:]...)) != nil {
			return true
		}
	}
	return false
}

// roots are the names of the project's own folder at the start of a path.
var roots = []string{"${workspaceFolder}", "${CLAUDE_PROJECT_DIR}", "$CLAUDE_PROJECT_DIR", "${CLAUDE_PLUGIN_ROOT}", "$CLAUDE_PLUGIN_ROOT", "${CLAUDE_PLUGIN_DATA}", "${PWD}", "$PWD", "$(pwd)"}

// homes begin paths in a person's home.
var homes = []string{"~/", "$HOME/", "${HOME}/", "${userHome}/", "${env:HOME}/", "/home/", "/Users/", "/root/", "C:/Users/", "c:/Users/", "%USERPROFILE%/"}

// temps begin paths that every program of the machine may write.
var temps = []string{"/tmp/", "/var/tmp/", "/private/tmp/", "$TMPDIR/", "${TMPDIR}/", "/dev/shm/"}

// elsewhere says in which foreign place a path lies; empty for the project itself and the system's folders.
func elsewhere(file string) string {
	file = strings.ReplaceAll(file, `\`, "/")
	for _, prefix := range temps {
		if strings.HasPrefix(file, prefix) {
			return "a temporary folder that any program may write"
		}
	}
	for _, prefix := range homes {
		if strings.HasPrefix(file, prefix) {
			return "a person's home"
		}
	}
	for _, root := range roots {
		if rest, ok := strings.CutPrefix(file, root); ok {
			file = strings.TrimPrefix(rest, "/")
		}
	}
	if clean := path.Clean(file); clean == ".." || strings.HasPrefix(clean, "../") {
		return "outside this repository"
	}
	return ""
}
