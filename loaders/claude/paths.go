package claude

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// A kind is what a path says a file is. The content decides whether it really is.
type kind uint8

const (
	kindNone           kind = iota
	kindSettings            // .claude/settings.json, settings.local.json, managed-settings.json and its drop-ins
	kindPluginSettings      // settings.json beside a plugin manifest
	kindState               // ~/.claude.json
	kindAgent               // agents/**/*.md
	kindSkill               // **/SKILL.md
	kindCommand             // commands/**/*.md
	kindStyle               // output-styles/**/*.md
	kindRule                // .claude/rules/**/*.md
	kindMemory              // CLAUDE.md, CLAUDE.local.md, agent memories
	kindPlugin              // .claude-plugin/plugin.json
	kindMarket              // .claude-plugin/marketplace.json
	kindHooks               // hooks/hooks.json
	kindServers             // .lsp.json
	kindMonitors            // monitors/*.json
	kindLaunch              // .claude/launch.json
)

// A place is what the path of a file tells.
type place struct {
	kind   kind
	scope  leastagency.Scope
	root   string // folder for which the file is in force; "." for the top
	below  string // the path below the configuration folder or below agents, commands, skills
	inHome bool   // lies in a folder called .claude, or in one that is copied or linked there
}

// configFolders are the names under which a configuration folder is kept; all but the first stand
// in trees of dot files that are copied or linked into a home folder.
var configFolders = []string{".claude", "dot_claude", "private_dot_claude", "exact_dot_claude", "private_exact_dot_claude"}

// configs are parents of a folder "claude" that is a configuration folder without a dot.
var configs = []string{"config", ".config", "dot_config", "dotfiles", ".dotfiles", "stow"}

// foreign are folders of other products: what lies there is not in force in Claude Code.
var foreign = []string{".agents", ".codex", ".codex-plugin", ".continue", ".cursor", ".gemini", ".github", ".kiro", ".opencode", ".qwen", ".roo", ".rulesync", ".vscode", ".windsurf", ".zed"}

// proseNames are files about a folder rather than of it.
var proseNames = []string{"readme.md", "agents.md", "claude.md", "gemini.md", "license.md", "changelog.md", "contributing.md"}

// placeOf tells what a path is, without looking at the file.
func placeOf(p string) place {
	dirs := strings.Split(p, "/")
	base := dirs[len(dirs)-1]
	dirs = dirs[:len(dirs)-1]
	parent := ""
	if len(dirs) > 0 {
		parent = dirs[len(dirs)-1]
	}
	if i := managedFolder(dirs); i >= 0 {
		return managedPlace(dirs, i, base)
	}
	config := configFolder(dirs)
	at := place{scope: leastagency.ScopeProject, root: reading.Join(dirs)}
	if config >= 0 {
		at.root, at.inHome = reading.Join(dirs[:config]), true
		at.below = reading.Join(append(slices.Clone(dirs[config+1:]), base))
		if userFolder(dirs, config) {
			at.scope = leastagency.ScopeUser
			for config > 0 && slices.Contains(configs[:3], dirs[config-1]) {
				config--
			}
			at.root = reading.Join(dirs[:config])
		}
	} else if reading.InHome(dirs) && (base == ".claude.json" || strings.HasSuffix(base, "dot_claude.json")) {
		at.scope = leastagency.ScopeUser
	}
	markdown := strings.HasSuffix(base, ".md")
	switch {
	case parent == ".claude-plugin" && (base == "plugin.json" || base == "marketplace.json"):
		at.kind, at.scope, at.root = kindPlugin, leastagency.ScopePlugin, reading.Join(dirs[:len(dirs)-1])
		if base == "marketplace.json" {
			at.kind = kindMarket
		}
		return at
	case base == "SKILL.md":
		at.kind = kindSkill
		if at.inHome {
			at.below = strings.TrimPrefix(at.below, "skills/")
			return at
		}
		return at.underFolder(dirs, "skills", base)
	case base == "CLAUDE.md" || base == "CLAUDE.local.md":
		at.kind = kindMemory
		if at.inHome && at.below != base {
			at.root = reading.Join(dirs)
		}
		if base == "CLAUDE.local.md" && at.scope == leastagency.ScopeProject {
			at.scope = leastagency.ScopeLocal
		}
		return at
	case base == ".claude.json" || base == "dot_claude.json" || base == "private_dot_claude.json":
		at.kind, at.scope = kindState, leastagency.ScopeUser
		return at
	}
	if at.inHome {
		first, _, nested := strings.Cut(at.below, "/")
		switch {
		case at.below == "settings.json":
			at.kind = kindSettings
		case at.below == "settings.local.json":
			at.kind, at.scope = kindSettings, leastagency.ScopeLocal
		case at.below == "launch.json":
			at.kind = kindLaunch
		case nested && markdown && first == "agents":
			at.kind = kindAgent
		case nested && markdown && first == "commands":
			at.kind = kindCommand
		case nested && markdown && first == "rules":
			at.kind = kindRule
		case nested && markdown && first == "output-styles":
			at.kind = kindStyle
		case nested && markdown && (first == "agent-memory" || first == "agent-memory-local"):
			at.kind = kindMemory
		case at.below == "hooks/hooks.json":
			at.kind = kindHooks
		}
		if at.kind != kindNone || first != "plugins" && first != "skills" {
			if at.kind == kindAgent || at.kind == kindCommand || at.kind == kindRule || at.kind == kindStyle {
				at.below = strings.TrimPrefix(at.below, first+"/")
			}
			return at
		}
	}
	if slices.ContainsFunc(dirs, func(d string) bool { return slices.Contains(foreign, d) }) {
		return place{}
	}
	at.scope, at.inHome = leastagency.ScopeUnknown, false
	switch {
	case base == "settings.json" && len(dirs) > 0 && !strings.HasPrefix(parent, "."):
		at.kind, at.scope = kindPluginSettings, leastagency.ScopePlugin
	case base == "hooks.json" && parent == "hooks":
		at.kind, at.scope, at.root = kindHooks, leastagency.ScopePlugin, reading.Join(dirs[:len(dirs)-1])
	case base == ".lsp.json":
		at.kind, at.scope = kindServers, leastagency.ScopePlugin
	case parent == "monitors" && base == "monitors.json":
		at.kind, at.scope, at.root = kindMonitors, leastagency.ScopePlugin, reading.Join(dirs[:len(dirs)-1])
	case markdown && !slices.Contains(proseNames, strings.ToLower(base)) && !strings.HasSuffix(base, ".agent.md"): // which is Copilot's
		for _, folder := range []struct {
			name string
			kind kind
		}{{"agents", kindAgent}, {"commands", kindCommand}, {"output-styles", kindStyle}} {
			if slices.Contains(dirs, folder.name) {
				at.kind = folder.kind
				return at.underFolder(dirs, folder.name, base)
			}
		}
		return place{}
	default:
		return place{}
	}
	return at
}

// underFolder sets the root to what lies above the last folder of that name, and below to the rest.
func (at place) underFolder(dirs []string, name, base string) place {
	at.scope, at.inHome = leastagency.ScopeUnknown, false
	for i := len(dirs) - 1; i >= 0; i-- {
		if dirs[i] == name {
			at.root, at.below = reading.Join(dirs[:i]), reading.Join(append(slices.Clone(dirs[i+1:]), base))
			return at
		}
	}
	at.root, at.below = reading.Join(dirs[:max(0, len(dirs)-1)]), reading.Join(append(slices.Clone(dirs[max(0, len(dirs)-1):]), base))
	return at
}

// managedFolder returns the index of a folder that an administrator fills; -1 when there is none.
func managedFolder(dirs []string) int {
	for i := len(dirs) - 1; i >= 0; i-- {
		if dirs[i] == "ClaudeCode" || dirs[i] == "claude-code" && i > 0 && dirs[i-1] == "etc" {
			return i
		}
	}
	return -1
}

func managedPlace(dirs []string, i int, base string) place {
	below := path.Join(append(slices.Clone(dirs[i+1:]), base)...)
	at := place{scope: leastagency.ScopeManaged, below: below}
	for i > 0 && slices.Contains([]string{"etc", "Library", "Application Support", "Program Files", "ProgramData"}, dirs[i-1]) {
		i--
	}
	at.root = reading.Join(dirs[:i])
	switch {
	case below == "managed-settings.json", strings.HasPrefix(below, "managed-settings.d/") && strings.HasSuffix(base, ".json"):
		at.kind = kindSettings
	case below == "CLAUDE.md":
		at.kind = kindMemory
	default:
		at.kind = kindNone
	}
	return at
}

// configFolder returns the index of the innermost configuration folder; -1 when there is none.
func configFolder(dirs []string) int {
	for i := len(dirs) - 1; i >= 0; i-- {
		if slices.Contains(configFolders, dirs[i]) || dirs[i] == "claude" && i > 0 && slices.Contains(configs, dirs[i-1]) {
			return i
		}
	}
	return -1
}

// userFolder reports whether the configuration folder is that of a home folder.
func userFolder(dirs []string, config int) bool {
	if dirs[config] != ".claude" {
		return true
	}
	if config > 0 && (dirs[config-1] == "claude" || dirs[config-1] == "claude-code") {
		return true // a package of links: claude/.claude
	}
	return reading.InHome(dirs[:config])
}

// pluginRoot returns the nearest folder at or above dir that holds a plugin manifest, and the manifest.
func (r *reader) pluginRoot(dir string) (string, *leastagency.File) {
	for range 8 {
		if f := r.Sys.Open(path.Join(dir, ".claude-plugin/plugin.json")); f != nil {
			return dir, f
		}
		if dir == "." || dir == "/" {
			break
		}
		dir = path.Dir(dir)
	}
	return "", nil
}

// adopt finds out whose a file outside of any configuration folder is: that of the plugin it lies
// in, or nobody's that can be told.
func (r *reader) adopt() {
	if r.inHome || r.Scope == leastagency.ScopeManaged {
		return
	}
	root, manifest := r.pluginRoot(path.Dir(r.File.Path))
	if manifest == nil {
		root = pluginsFolder(r.File.Path) // its manifest may be the entry of a marketplace
	}
	if root != "" && r.Root == root { // what lies deeper, a translation or a sample, is no part of it
		r.Scope = leastagency.ScopePlugin
		return
	}
	if manifest == nil && r.Sys.Open(path.Join(r.Root, ".claude-plugin/marketplace.json")) != nil {
		r.Scope = leastagency.ScopePlugin
		return
	}
	r.loose = true
}

// pluginsFolder returns the folder below the last folder called plugins; empty when the path has none.
func pluginsFolder(p string) string {
	dirs := strings.Split(path.Dir(p), "/")
	for i := len(dirs) - 2; i >= 0; i-- {
		if dirs[i] == "plugins" {
			return reading.Join(dirs[:i+2])
		}
	}
	return ""
}
