package claude

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/effect"
)

// ownFiles are the files that steer this product and that its edit tools change for no allow rule.
var ownFiles = []string{".claude/settings.json", ".mcp.json", ".git/hooks/pre-commit", ".vscode/tasks.json", "~/.claude/settings.json", "~/.claude.json", "~/.bashrc",
	".claude/CLAUDE.md", ".claude/rules/x.md", "~/.claude/CLAUDE.md", "~/.claude/rules/x.md"}

// effects returns what an action lets happen.
func (g grammar) effects(a leastagency.Action) []leastagency.Effect {
	if g.decision == leastagency.Allow {
		return effect.Of(a, ownFiles...)
	}
	return effect.Of(a)
}

// protectedFolders and protectedFiles are what no allow rule lets an agent change.
var (
	protectedFolders = []string{".git", ".vscode", ".idea", ".husky", ".cargo", ".devcontainer", ".yarn", ".mvn", ".claude"}
	protectedFiles   = []string{".gitconfig", ".gitmodules", ".bashrc", ".bash_profile", ".bash_login", ".bash_aliases", ".bash_logout", ".zshrc", ".zprofile",
		".zshenv", ".zlogin", ".zlogout", ".profile", ".envrc", ".npmrc", ".yarnrc", ".yarnrc.yml", ".pnp.cjs", ".pnp.loader.mjs", ".pnpmfile.cjs", "bunfig.toml",
		".bunfig.toml", ".bazelrc", ".bazelversion", ".bazeliskrc", ".pre-commit-config.yaml", "lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml",
		"gradle-wrapper.properties", "maven-wrapper.properties", ".devcontainer.json", ".ripgreprc", "pyrightconfig.json", ".mcp.json", ".claude.json"}
)

// protected reports whether every file of a pattern is one that the client protects.
func protected(pattern string) bool {
	segments := strings.Split(strings.TrimSuffix(pattern, "/"), "/")
	for i, s := range segments {
		if s == ".claude" && i+1 < len(segments) && segments[i+1] == "worktrees" {
			return false
		}
		if slices.Contains(protectedFolders, s) || s == ".config" && i+1 < len(segments) && segments[i+1] == "git" {
			return true
		}
	}
	return slices.Contains(protectedFiles, segments[len(segments)-1])
}

// absoluteLooking reports whether a path names a folder of the disk that no project has at its top.
func absoluteLooking(spec string) bool {
	for _, top := range []string{"/Users/", "/home/", "/root/", "/etc/", "/private/", "/Volumes/", "/proc/", "/var/"} {
		if strings.HasPrefix(spec, top) {
			return true
		}
	}
	return false
}
