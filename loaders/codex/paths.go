package codex

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// A kind is what a path says a file is.
type kind uint8

const (
	kindNone         kind = iota
	kindConfig            // config.toml, managed_config.toml
	kindProfile           // <name>.config.toml beside a user's config.toml
	kindRole              // agents/*.toml
	kindHooks             // hooks.json
	kindRules             // rules/*.rules
	kindRequirements      // requirements.toml
	kindPlugin            // .codex-plugin/plugin.json
)

// A place is what the path of a file tells.
type place struct {
	kind  kind
	scope leastagency.Scope
	root  string // folder for which the file is in force; "." for the top
	home  string // the configuration folder itself
	name  string // of a profile
}

// configFolders are the names under which a configuration folder is kept; all but the first stand
// in trees of dot files that are copied or linked into a home folder.
var configFolders = []string{".codex", "dot_codex", "private_dot_codex", "exact_dot_codex"}

// configs are parents of a folder "codex" that is a configuration folder without a dot.
var configs = []string{"config", ".config", "dot_config", "dotfiles", ".dotfiles", "stow"}

// placeOf tells what a path is, without looking at the file. It is asked of every file of a tree.
func placeOf(p string) place {
	dir, base := path.Split(p)
	base = plain(base)
	if !strings.HasSuffix(base, ".toml") && !strings.HasSuffix(base, ".json") && !strings.HasSuffix(base, ".rules") {
		return place{}
	}
	dirs := strings.Split(strings.TrimSuffix(dir, "/"), "/")
	if base == "plugin.json" && dirs[len(dirs)-1] == ".codex-plugin" {
		return place{kind: kindPlugin, scope: leastagency.ScopePlugin, root: reading.Join(dirs[:len(dirs)-1])}
	}
	i := configFolder(dirs)
	if i < 0 {
		return place{}
	}
	at := place{scope: leastagency.ScopeProject, root: reading.Join(dirs[:i]), home: reading.Join(dirs[:i+1])}
	machine := i > 0 && dirs[i-1] == "etc" || slices.Contains(dirs[:i], "ProgramData")
	switch {
	case machine:
		at.scope = leastagency.ScopeUser // the machine's defaults give way to everything else
		for i > 0 && slices.Contains([]string{"etc", "OpenAI", "ProgramData"}, dirs[i-1]) {
			i--
		}
		at.root = reading.Join(dirs[:i])
	case userFolder(dirs, i):
		at.scope = leastagency.ScopeUser
		for i > 0 && slices.Contains(configs[:3], dirs[i-1]) {
			i--
		}
		at.root = reading.Join(dirs[:i])
	}
	below := strings.TrimPrefix(reading.Join(append(slices.Clone(dirs), base)), at.home+"/")
	first, rest, nested := strings.Cut(below, "/")
	switch {
	case below == "config.toml":
		at.kind = kindConfig
	case below == "managed_config.toml":
		at.kind, at.scope = kindConfig, leastagency.ScopeManaged
	case below == "requirements.toml" && at.scope == leastagency.ScopeUser:
		at.kind, at.scope = kindRequirements, leastagency.ScopeManaged
	case below == "hooks.json":
		at.kind = kindHooks
	case !nested && strings.HasSuffix(base, ".config.toml") && at.scope == leastagency.ScopeUser:
		at.kind, at.name = kindProfile, strings.TrimSuffix(base, ".config.toml")
	case first == "agents" && strings.HasSuffix(rest, ".toml"):
		at.kind = kindRole
	case first == "rules" && strings.HasSuffix(rest, ".rules"):
		at.kind = kindRules
	}
	return at
}

// plain is the name of a file without what marks it as an example of another.
func plain(base string) string {
	for _, mark := range []string{".example", ".sample", ".template", ".dist", ".tmpl"} {
		base = strings.TrimSuffix(base, mark)
		if stem, ok := strings.CutSuffix(base, mark+".toml"); ok {
			return stem + ".toml"
		}
	}
	return base
}

// configFolder returns the index of the innermost configuration folder; -1 when there is none.
func configFolder(dirs []string) int {
	for i := len(dirs) - 1; i >= 0; i-- {
		switch d := dirs[i]; {
		case slices.Contains(configFolders, d),
			d == "codex" && i > 0 && (dirs[i-1] == "etc" || slices.Contains(configs, dirs[i-1])),
			d == "Codex" && i > 0 && dirs[i-1] == "OpenAI":
			return i
		}
	}
	return -1
}

// userFolder reports whether the configuration folder is that of a home folder.
func userFolder(dirs []string, i int) bool {
	return dirs[i] != ".codex" || i > 0 && dirs[i-1] == "codex" || // a package of links: codex/.codex
		reading.InHome(dirs[:i])
}
