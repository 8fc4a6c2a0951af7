// Package gemini reads the files of Gemini CLI, and of Qwen Code, which descends from it: settings of
// every scope, policies, trusted folders, extensions, commands, sub-agents, hooks and memory.
//
// The two share most keys and differ in how they decide. Gemini CLI numbers its rules, and the lists
// of its settings are rules with numbers of their own; Qwen Code has lists of rules of which the
// strictest counts. Sources: the settings schema, policy engine and documentation of both products.
package gemini

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// A product is one of the two.
type product struct {
	id, title string
	folder    string   // of a project or a person
	system    []string // folders of an administrator
	memory    string   // the name of its instruction files
	manifest  string   // of its extensions
	absent    leastagency.Mode
	order     leastagency.RuleOrder
	variable  string // of the project's folder in hooks
}

var products = []product{
	{id: "gemini", title: "Gemini CLI", folder: ".gemini", system: []string{"etc/gemini-cli", "Library/Application Support/GeminiCli", "ProgramData/gemini-cli"}, memory: "GEMINI.md",
		manifest: "gemini-extension.json", absent: leastagency.ModeAsk, order: leastagency.HighestPriority, variable: "GEMINI_PROJECT_DIR"},
	{id: "qwen", title: "Qwen Code", folder: ".qwen", system: []string{"etc/qwen-code", "Library/Application Support/QwenCode", "ProgramData/qwen-code"}, memory: "QWEN.md",
		manifest: "qwen-extension.json", absent: leastagency.ModeClassifier, order: leastagency.Strictest, variable: "QWEN_PROJECT_DIR"},
}

// Loader returns the loader of both products' files.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "gemini", Match: match, Load: load}
}

func match(p string) bool {
	_, place := placeOf(p)
	return place.kind != kindNone
}

// A kind is what a path says a file is. The content decides whether it really is.
type kind uint8

const (
	kindNone      kind = iota
	kindSettings       // settings.json, system-defaults.json
	kindTrust          // trustedFolders.json
	kindPolicy         // policies/*.toml
	kindCommand        // commands/**/*.toml, and *.md of Qwen Code
	kindAgent          // agents/*.md
	kindVariables      // .gemini/.env
	kindMemory         // GEMINI.md
	kindExtension      // gemini-extension.json
	kindHooks          // hooks/hooks.json of an extension
)

// A place is what the path of a file tells.
type place struct {
	kind      kind
	scope     leastagency.Scope
	root      string
	name      string // path below commands or agents without its ending
	extension bool   // belongs to an extension: a manifest in root must bear it out
}

// placeOf tells whose file it is and what.
func placeOf(p string) (*product, place) {
	for i := range products {
		if at := products[i].place(p); at.kind != kindNone {
			return &products[i], at
		}
	}
	return nil, place{}
}

func (p *product) place(file string) place {
	plain := reading.Plain(file)
	dirs := strings.Split(plain, "/")
	dirs, base := dirs[:len(dirs)-1], path.Base(plain)
	if base == p.manifest {
		return place{kind: kindExtension, scope: leastagency.ScopePlugin, root: path.Dir(file)}
	}
	if at, ok := reading.Below(plain, p.folder); ok {
		below := strings.Split(at.Below, "/")
		if below[0] == "extensions" && len(below) > 2 {
			return extension(below[2:], reading.Join(append(dirs[:len(dirs)-len(below)+1:len(dirs)-len(below)+1], below[:2]...)), false)
		}
		k, name := kindOf(below, at.Scope == leastagency.ScopeUser)
		if base == p.memory {
			k = kindMemory
		}
		return place{kind: k, scope: at.Scope, root: at.Root, name: name}
	}
	for _, folder := range p.system {
		if before, below, found := cutFolder(plain, folder); found {
			k, name := kindOf(strings.Split(below, "/"), true)
			scope := leastagency.ScopeManaged
			if below == "system-defaults.json" {
				scope = leastagency.ScopePlugin // every other file overrules it
			}
			return place{kind: k, scope: scope, root: before, name: name}
		}
	}
	if base == p.memory {
		return place{kind: kindMemory, scope: leastagency.ScopeProject, root: path.Dir(file)}
	}
	for i := len(dirs) - 1; i >= 0 && p.id == "gemini"; i-- { // of Qwen Code's extensions the manifest tells the folders
		if dirs[i] == "commands" || dirs[i] == "policies" || dirs[i] == "hooks" {
			return extension(append(slices.Clone(dirs[i:]), base), reading.Join(dirs[:i]), true)
		}
	}
	return place{}
}

// cutFolder cuts a path around a folder.
func cutFolder(p, folder string) (before, below string, found bool) {
	if below, found = strings.CutPrefix(p, folder+"/"); found {
		return ".", below, true
	}
	before, below, found = strings.Cut(p, "/"+folder+"/")
	return before, below, found
}

// kindOf tells what a file is by where it lies in the product's folder.
func kindOf(below []string, own bool) (k kind, name string) {
	base := below[len(below)-1]
	ext := path.Ext(base)
	name = strings.TrimSuffix(path.Join(below[min(1, len(below)-1):]...), ext)
	switch {
	case len(below) == 1:
		switch base {
		case "settings.json", "system-defaults.json":
			return kindSettings, ""
		case ".env":
			return kindVariables, ""
		case "trustedFolders.json":
			if own {
				return kindTrust, ""
			}
		}
	case below[0] == "policies" && len(below) == 2 && ext == ".toml":
		return kindPolicy, name
	case below[0] == "commands" && (ext == ".toml" || ext == ".md"):
		return kindCommand, name
	case below[0] == "agents" && len(below) == 2 && ext == ".md":
		return kindAgent, name
	}
	return kindNone, ""
}

// extension tells what a file of an extension is. Doubted says that only a manifest in root makes it one.
func extension(below []string, root string, doubted bool) place {
	k, name := kindOf(below, false)
	if len(below) == 2 && below[0] == "hooks" && below[1] == "hooks.json" {
		k, name = kindHooks, ""
	}
	switch k {
	case kindPolicy, kindCommand, kindHooks:
		if k == kindCommand && path.Ext(below[len(below)-1]) != ".toml" {
			break
		}
		return place{kind: k, scope: leastagency.ScopePlugin, root: root, name: name, extension: doubted}
	}
	return place{}
}

func load(f *leastagency.File, sys *leastagency.System) {
	p, at := placeOf(f.Path)
	r := &reader{product: p, place: at, Reader: reading.Reader{Product: p.id, Title: p.title, File: f, Sys: sys, Place: reading.Place{Scope: at.scope, Root: at.root}}}
	if at.extension && r.Sys.Open(path.Join(at.root, p.manifest)) == nil {
		return
	}
	switch at.kind {
	case kindSettings:
		r.settings()
	case kindTrust:
		r.trust()
	case kindPolicy:
		r.policyFile()
	case kindCommand:
		r.command()
	case kindAgent:
		r.agent()
	case kindVariables:
		r.variables()
	case kindMemory:
		r.memoryFile()
	case kindExtension:
		r.manifest()
	case kindHooks:
		r.hooksFile()
	}
}

// A reader reads one file.
type reader struct {
	reading.Reader
	place
	product *product
	inline  bool // another file carries the settings, and fills in references of its own before
}

// layer starts a layer of the file and adds it to the system.
func (r *reader) layer(kind leastagency.Kind, name string, at leastagency.Span) *leastagency.Layer {
	l := r.Layer(kind, name, at)
	l.Absent, l.Order = r.product.absent, r.product.order
	return l
}

// gemini reports whether the file is Gemini CLI's own; what it decides otherwise is Qwen Code's.
func (r *reader) gemini() bool { return r.product.id == "gemini" }

// project reports whether the file is part of a repository.
func (r *reader) project() bool { return r.scope == leastagency.ScopeProject }

// trust reads trustedFolders.json of a person: a folder that is trusted may bring settings, servers,
// hooks and commands.
func (r *reader) trust() {
	root := r.Object()
	var l *leastagency.Layer
	for _, m := range root.Each() {
		level := m.Value.String().V
		if level != "TRUST_FOLDER" && level != "TRUST_PARENT" {
			continue
		}
		dir := path.Clean(strings.ReplaceAll(m.Key, `\`, "/"))
		if level == "TRUST_PARENT" {
			dir = path.Dir(dir)
		}
		if !wide(dir) {
			continue
		}
		if l == nil {
			l = r.layer(leastagency.KindSession, "", r.File.Whole())
		}
		l.Switches = append(l.Switches, &leastagency.Switch{Kind: leastagency.SwitchTrustsServers, Name: m.Key, At: m.At, Target: dir})
	}
}

// wide reports whether a folder holds all projects of a person.
func wide(dir string) bool {
	parts := strings.Split(strings.Trim(dir, "/"), "/")
	return dir == "/" || dir == "~" || dir == "." || strings.HasSuffix(dir, ":") || len(parts) <= 2 && (parts[0] == "home" || parts[0] == "Users" || parts[0] == "root") ||
		len(parts) == 3 && strings.HasSuffix(parts[0], ":") && parts[1] == "Users"
}

// text returns the value of a string that must be there.
func text(n *node.Node, keys ...string) leastagency.Value[string] { return n.Get(keys...).String() }
