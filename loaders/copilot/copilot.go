// Package copilot reads the files of GitHub Copilot: custom agents and chat modes, prompts,
// instructions, hooks, and the settings of its command line, of a user, a repository and an administrator.
//
// The semantics are those of docs.github.com/copilot/reference (custom agents, hooks, the
// configuration folder of the command line, managed settings). Most of these files are read by the
// command line, by the cloud agent, which asks nobody and works in a sandbox of its own, and by VS
// Code: their layers say so. The servers of .github/mcp.json belong to package mcp.
package copilot

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// product is the name under which the layers are joined into sessions.
const product = "copilot"

// Loader returns the loader of Copilot's files.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "copilot", Match: func(p string) bool { return placeOf(p).kind != kindNone }, Load: load}
}

// A kind is what a path says a file is.
type kind uint8

const (
	kindNone         kind = iota
	kindInstructions      // copilot-instructions.md, *.instructions.md
	kindAgent             // .github/agents/*.md, *.agent.md, *.chatmode.md
	kindPrompt            // *.prompt.md
	kindHooks             // .github/hooks/*.json, ~/.copilot/hooks/*.json, policy.d/*.json
	kindLooseHooks        // hooks.json of a plugin or a collection, if it is of this format
	kindRepository        // .github/copilot/settings.json, settings.local.json
	kindUser              // ~/.copilot/settings.json, config.json
	kindApprovals         // ~/.copilot/permissions-config.json
	kindManaged           // managed-settings.json
	kindSetup             // .github/workflows/copilot-setup-steps.yml
)

// A place is what the path of a file tells.
type place struct {
	kind  kind
	scope leastagency.Scope
	root  string // folder for which the file is in force
	loose bool   // lies in no folder from which the product takes it
}

// foreign are folders of other products: what lies there follows their formats.
var foreign = []string{".agents", ".claude", ".claude-plugin", ".codex", ".codex-plugin", ".cursor", ".gemini", ".kiro", ".opencode", ".qwen", ".roo", ".windsurf"}

func placeOf(p string) place {
	dirs := strings.Split(p, "/")
	base := dirs[len(dirs)-1]
	dirs = dirs[:len(dirs)-1]
	above := func(i int) string { return path.Join(append([]string{"."}, dirs[:max(0, i)]...)...) }
	if i := slices.Index(dirs, "github-copilot"); i > 0 && dirs[i-1] == "etc" || slices.Contains(dirs, "GitHubCopilot") {
		i = max(i, slices.Index(dirs, "GitHubCopilot"))
		switch rest := path.Join(append(slices.Clone(dirs[i+1:]), base)...); {
		case rest == "managed-settings.json":
			return place{kind: kindManaged, scope: leastagency.ScopeManaged, root: "."}
		case strings.HasPrefix(rest, "policy.d/") && strings.HasSuffix(base, ".json"):
			return place{kind: kindHooks, scope: leastagency.ScopeManaged, root: "."}
		}
		return place{}
	}
	named := place{scope: leastagency.ScopeProject, kind: markdownKind(base)}
	for i := len(dirs) - 1; i >= 0; i-- {
		below := path.Join(append(slices.Clone(dirs[i+1:]), base)...)
		folder, _, nested := strings.Cut(below, "/")
		switch dirs[i] {
		case ".github":
			named.root = above(i)
			switch {
			case below == "copilot-instructions.md":
				named.kind = kindInstructions
			case folder == "agents" && nested && strings.HasSuffix(base, ".md") && !strings.EqualFold(base, "README.md"):
				named.kind = kindAgent
			case folder == "hooks" && path.Dir(below) == "hooks" && strings.HasSuffix(base, ".json"):
				named.kind = kindHooks
			case below == "copilot/settings.json":
				named.kind = kindRepository
			case below == "copilot/settings.local.json":
				named.kind, named.scope = kindRepository, leastagency.ScopeLocal
			case below == "workflows/copilot-setup-steps.yml" || below == "workflows/copilot-setup-steps.yaml":
				named.kind = kindSetup
			case named.kind == kindNone && base == "hooks.json":
				return place{kind: kindLooseHooks, scope: leastagency.ScopePlugin, root: above(len(dirs)), loose: true}
			}
			return named
		case ".copilot":
			named.scope, named.root = leastagency.ScopeUser, above(i)
			switch {
			case below == "settings.json" || below == "config.json":
				named.kind = kindUser
			case below == "permissions-config.json":
				named.kind = kindApprovals
			case below == "copilot-instructions.md":
				named.kind = kindInstructions
			case folder == "agents" && nested && strings.HasSuffix(base, ".md"):
				named.kind = kindAgent
			case folder == "hooks" && nested && strings.HasSuffix(base, ".json"):
				named.kind = kindHooks
			}
			return named
		}
		if slices.Contains(foreign, dirs[i]) {
			return place{}
		}
	}
	named.root, named.loose = above(len(dirs)), true
	if base == "hooks.json" {
		named.kind, named.scope = kindLooseHooks, leastagency.ScopePlugin
		if len(dirs) > 0 && dirs[len(dirs)-1] == "hooks" {
			named.root = above(len(dirs) - 1)
		}
	}
	return named
}

// markdownKind tells a file by the last words of its name.
func markdownKind(base string) kind {
	for end, k := range map[string]kind{".instructions.md": kindInstructions, ".agent.md": kindAgent, ".chatmode.md": kindAgent, ".prompt.md": kindPrompt} {
		if strings.HasSuffix(base, end) && base != end {
			return k
		}
	}
	return kindNone
}

// load reads the file as what its path says it is.
func load(f *leastagency.File, sys *leastagency.System) {
	r := newReader(f, sys, placeOf(f.Path))
	switch r.kind {
	case kindInstructions:
		r.instructions()
	case kindAgent:
		r.agent()
	case kindPrompt:
		r.prompt()
	case kindHooks:
		r.hooksFile()
	case kindLooseHooks:
		r.looseHooks()
	case kindRepository:
		r.repository()
	case kindUser:
		r.user()
	case kindApprovals:
		r.approvals()
	case kindManaged:
		r.managed()
	case kindSetup:
		r.setup()
	}
}

// A reader reads one file.
type reader struct {
	reading.Reader
	kind  kind
	loose bool // lies in no folder from which the product takes it
}

func newReader(f *leastagency.File, sys *leastagency.System, at place) *reader {
	return &reader{kind: at.kind, loose: at.loose,
		Reader: reading.Reader{Product: product, Title: "Copilot", NullIsNone: true, File: f, Sys: sys, Place: reading.Place{Scope: at.scope, Root: at.root}}}
}

// layer starts a layer as the product decides by itself.
func (r *reader) layer(kind leastagency.Kind, name string, at leastagency.Span) *leastagency.Layer {
	l := r.Layer(kind, name, at)
	l.Absent, l.Order = leastagency.ModeAsk, leastagency.Strictest
	return l
}

// add adds a switch.
func (r *reader) add(l *leastagency.Layer, kind leastagency.SwitchKind, name string, at leastagency.Span, target string) {
	l.Switches = append(l.Switches, &leastagency.Switch{Kind: kind, Name: name, At: at, Target: r.Sys.Knowledge.Redact(target)})
}
