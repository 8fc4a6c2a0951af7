// Package instructions reads the files of prose that coding agents take for their owner's orders, and
// that belong to no product's own loader: AGENTS.md, which most of them read, and the rule files of
// products that keep little else in a repository.
//
// A file that several products read is one layer. It has the name of its main reader and lists the
// others, whose sessions it joins where they are set up.
//
// Sources: the list of readers at agents.md, the documentation of each product, and the defaults in the
// source of those that are open (Crush, Goose, Qwen Code, Zed).
package instructions

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// Loader returns the loader of instruction files.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "instructions", Match: match, Load: load}
}

// A file is whose a path is, and how it is in force.
type file struct {
	product string
	kind    leastagency.Kind
	also    []string // other products that read it
	place   reading.Place
	aider   bool // a configuration that names the files to read
}

// agents are the readers of AGENTS.md besides Codex. Claude Code is none, and Gemini CLI and Aider read it only when told to.
var agents = []string{"amazon-q", "amp", "cline", "copilot", "crush", "cursor", "devin", "goose", "junie", "kiro", "opencode", "qwen", "roo", "vscode", "warp", "windsurf", "zed"}

// names are files that are told by their name alone.
var names = map[string]file{
	"AGENTS.md":          {product: "codex", also: agents},
	"AGENTS.override.md": {product: "codex"},
	".clinerules":        {product: "cline", also: []string{"zed"}},
	".roorules":          {product: "roo"},
	".goosehints":        {product: "goose"},
	".goosehints.local":  {product: "goose"},
	".rules":             {product: "zed"},
	"WARP.md":            {product: "warp"},
	"CRUSH.md":           {product: "crush"},
	"AmazonQ.md":         {product: "amazon-q"},
	".aider.conf.yml":    {product: "aider", aider: true},
}

// folders are those in which every file with one of the endings counts. A "*" stands for the rest of a name.
var folders = []struct {
	parent, name string // ".kiro", "steering": all that lies in .kiro/steering
	product      string
	kind         leastagency.Kind
	endings      []string
}{
	{".clinerules", "workflows", "cline", leastagency.KindCommand, []string{".md"}},
	{".clinerules", "", "cline", leastagency.KindSession, []string{".md", ".txt"}},
	{".roo", "rules", "roo", leastagency.KindSession, []string{".md", ".txt"}},
	{".roo", "rules-*", "roo", leastagency.KindSession, []string{".md", ".txt"}},
	{".kiro", "steering", "kiro", leastagency.KindSession, []string{".md"}},
	{".amazonq", "rules", "amazon-q", leastagency.KindSession, []string{".md"}},
}

// single are files of one name in a product's own folder.
var single = map[string]string{"guidelines.md": "junie", "AGENTS.md": "junie"}

// users are folders of a home folder in which AGENTS.md is read by one product, whatever the project;
// where the product has a loader of its own that reads it there, none is named.
var users = []struct{ folder, product string }{
	{".codex", "codex"}, {".config/opencode", "opencode"}, {".config/amp", "amp"}, {".config/devin", ""}, {".config/crush", "crush"}, {".config/goose", "goose"},
}

// skipped are folders in .clinerules that hold no rules.
var skipped = []string{"hooks", "skills"}

func match(p string) bool {
	_, ok := fileOf(p)
	return ok
}

func fileOf(p string) (file, bool) {
	base := path.Base(p)
	if strings.HasPrefix(base, ".roorules-") {
		return file{product: "roo", kind: leastagency.KindSession, place: here(p)}, true
	}
	if at, ok := reading.Below(p, ".junie"); ok && single[at.Below] != "" {
		return file{product: "junie", kind: leastagency.KindSession, place: at}, true
	}
	if f, ok := names[base]; ok {
		f.kind, f.place = leastagency.KindSession, here(p)
		if base == "AGENTS.md" || base == "AGENTS.override.md" || base == ".goosehints" {
			for _, u := range users {
				if at, ok := reading.Below(p, u.folder); ok && at.Below == base {
					at.Scope = leastagency.ScopeUser
					return file{product: u.product, kind: leastagency.KindSession, place: at}, u.product != ""
				}
			}
		}
		return f, true
	}
	if !strings.Contains(p, ".clinerules/") && !strings.Contains(p, ".roo/") && !strings.Contains(p, ".kiro/") && !strings.Contains(p, ".amazonq/") {
		return file{}, false
	}
	for _, f := range folders {
		at, ok := reading.Below(p, f.parent)
		if !ok || !slices.Contains(f.endings, path.Ext(base)) {
			continue
		}
		first, rest, nested := strings.Cut(at.Below, "/")
		switch {
		case f.name == "" && !(nested && slices.Contains(skipped, first)):
		case !nested:
			continue
		case f.name == first, strings.HasSuffix(f.name, "*") && strings.HasPrefix(first, strings.TrimSuffix(f.name, "*")):
			at.Below = rest
		default:
			continue
		}
		return file{product: f.product, kind: f.kind, place: at}, true
	}
	return file{}, false
}

// here is the place of a file that is in force where it lies.
func here(p string) reading.Place {
	at := reading.Place{Scope: leastagency.ScopeProject, Root: path.Dir(p), Below: path.Base(p)}
	if strings.HasSuffix(p, ".local") {
		at.Scope = leastagency.ScopeLocal
	}
	return at
}

func load(f *leastagency.File, sys *leastagency.System) {
	is, _ := fileOf(f.Path)
	r := &reader{reading.Reader{Product: is.product, Title: is.product, File: f, Sys: sys, Place: is.place}}
	if is.aider {
		r.aider()
		return
	}
	head, body := r.Markdown()
	if body == nil {
		return
	}
	name := ""
	if is.kind == leastagency.KindCommand {
		name = strings.ReplaceAll(strings.TrimSuffix(r.Below, path.Ext(r.Below)), "/", ":")
	}
	l := r.Layer(is.kind, name, f.Whole())
	l.AlsoReadBy = is.also
	r.Describe(l, head.Get("description"))
	r.Tell(l, body)
}

// read are files that the loaders of other products read.
var read = []string{"CLAUDE.md", "GEMINI.md", "QWEN.md", "copilot-instructions.md", ".cursorrules", ".windsurfrules"}

// A reader reads one file.
type reader struct{ reading.Reader }

// aider reads a configuration of Aider: the files that it reads as conventions, its keys, and the
// commands that it runs behind every change. It changes files unasked.
func (r *reader) aider() {
	docs, problems := node.ParseYAML(r.File)
	r.Sys.Problems = append(r.Sys.Problems, problems...)
	if len(docs) == 0 || !docs[0].Root.Is(node.Map) {
		return
	}
	root := docs[0].Root
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	l.Absent = leastagency.ModeAcceptEdits
	reads := root.Get("read").Strings()
	if one := root.Get("read").String(); one.Set {
		reads = []leastagency.Value[string]{one}
	}
	for _, name := range reads {
		p := path.Join(r.Root, name.V)
		if path.IsAbs(name.V) || p == ".." || strings.HasPrefix(p, "../") || slices.Contains(read, path.Base(p)) || match(p) {
			continue
		}
		if f := r.Sys.Open(p); f != nil {
			r.Tell(l, (&reading.Reader{File: f, Sys: r.Sys}).Whole())
		}
	}
	r.Run(l, root.Get("test-cmd"))
	r.Run(l, root.Get("lint-cmd"))
	for _, m := range root.Each() {
		if !m.Value.Is(node.String) || !credential.Secret(m.Key) {
			continue
		}
		if _, c := credential.Classify(m.Key, m.Value.String(), credential.None, r.Sys.Knowledge); c != nil {
			l.Credentials = append(l.Credentials, c)
		}
	}
}
