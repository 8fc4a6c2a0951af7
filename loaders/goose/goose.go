// Package goose reads the files of Goose into layers of the model: its configuration with the mode and
// the extensions, tool permissions, secrets that are kept in a file, and recipes.
//
// Sources: the product's documentation (documentation/docs/guides/config-files.md, recipes) and its
// source (crates/goose/src/config/permission.rs, agents/extension.rs).
package goose

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/product"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

type kind uint8

const (
	kindNone kind = iota
	kindConfig
	kindPermission
	kindSecrets
	kindRecipe
)

var places = []product.Place[kind]{
	{End: ".config/goose/config.yaml", Kind: kindConfig, Scope: leastagency.ScopeUser},
	{End: ".config/goose/permission.yaml", Kind: kindPermission, Scope: leastagency.ScopeUser},
	{End: ".config/goose/secrets.yaml", Kind: kindSecrets, Scope: leastagency.ScopeUser},
	{End: "goose/config.yaml", Kind: kindConfig, Scope: leastagency.ScopeUser},
	{End: "goose/permission.yaml", Kind: kindPermission, Scope: leastagency.ScopeUser},
	{End: "goose/secrets.yaml", Kind: kindSecrets, Scope: leastagency.ScopeUser},
	{End: ".goose/recipes/**/*", Kind: kindRecipe, Scope: leastagency.ScopeProject},
	{End: "goose/recipes/**/*", Kind: kindRecipe, Scope: leastagency.ScopeUser},
	{End: "recipes/**/*", Kind: kindRecipe, Scope: leastagency.ScopeProject},
	{End: "*recipe*", Kind: kindRecipe, Scope: leastagency.ScopeProject},
}

// Loader returns the loader of Goose's files.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "goose", Match: match, Load: load}
}

func match(p string) bool {
	switch path.Ext(strings.TrimSuffix(p, ".tmpl")) {
	case ".yaml", ".yml", ".json":
		return (strings.Contains(p, "goose") || strings.Contains(p, "recipe")) && kindOf(p) != kindNone
	}
	return false
}

func kindOf(p string) kind {
	k, _ := product.Find(p, places)
	return k
}

func load(f *leastagency.File, sys *leastagency.System) {
	k, at := product.Find(f.Path, places)
	r := &reader{product.Reader{Reader: reading.Reader{Product: "goose", Title: "Goose", File: f, Sys: sys, Place: at}, Syntax: credential.Dollar}}
	switch k {
	case kindConfig:
		r.config()
	case kindPermission:
		r.permission()
	case kindSecrets:
		r.secrets()
	case kindRecipe:
		r.recipe()
	}
}

type reader struct{ product.Reader }

// modes are the values of GOOSE_MODE. In a chat no tool runs.
var modes = map[string]leastagency.Mode{"auto": leastagency.ModeBypass, "approve": leastagency.ModeAsk, "smart_approve": leastagency.ModeClassifier, "chat": leastagency.ModeDenyRest}

var modeNames = []string{"auto", "approve", "smart_approve", "chat"}

// config reads config.yaml. Its keys are those of the environment; without a mode the product asks nobody.
func (r *reader) config() {
	root := r.YAML()
	if root == nil || !ours(root) {
		return
	}
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	l.Absent = leastagency.ModeBypass
	l.Order = leastagency.HighestPriority
	for _, m := range root.Each() {
		switch m.Key {
		case "GOOSE_MODE":
			if mode, ok := modes[m.Value.String().V]; ok {
				l.Mode = leastagency.ValueAt(mode, m.Value.At)
			} else {
				r.Problem(m.Value.At, leastagency.ProblemType, "Goose has no mode %s: it stays in auto, which asks nobody%s", leastagency.Quote(m.Value.Text), reading.Meant(m.Value.Text, modeNames))
			}
		case "GOOSE_MAX_TURNS":
			l.Limits.Turns = m.Value.Int()
		case "GOOSE_ALLOWLIST":
			if m.Value.String().V != "" {
				r.Switch(l, leastagency.SwitchHardening, m.Key, m.Value.At)
			}
		case "SECURITY_PROMPT_ENABLED":
			if leastagency.Is(m.Value.Bool(), true) {
				r.Switch(l, leastagency.SwitchHardening, m.Key, m.Value.At)
			}
		case "SECURITY_PROMPT_CLASSIFIER_ENDPOINT", "otel_exporter_otlp_endpoint":
			r.Endpoint(l, leastagency.SwitchTelemetryTarget, m.Key, m.Value)
		case "GOOSE_RECIPE_GITHUB_REPO":
			if repo := m.Value.String(); repo.V != "" {
				l.Plugins = append(l.Plugins, &leastagency.Plugin{Name: "recipes", At: m.At, Enabled: true, Market: true,
					Source: leastagency.Artifact{At: repo.At, Ecosystem: "github", Name: repo.V, Pin: leastagency.Unpinned}})
			}
		case "extensions":
			r.extensions(l, m.Value)
		default:
			r.Variable(l, m.Key, m.Value)
		}
	}
	r.Misspelt(root, "GOOSE_MODE", "GOOSE_ALLOWLIST", "SECURITY_PROMPT_ENABLED", "extensions")
}

// ours reports whether a file is the product's configuration and not that of another thing of its name.
func ours(root *node.Node) bool {
	for _, m := range root.Each() {
		if strings.HasPrefix(m.Key, "GOOSE_") || m.Key == "extensions" && m.Value.Is(node.Map) {
			return true
		}
	}
	return false
}

// dialect is how the product writes servers, once their keys are those of others.
var dialect = mcpserver.Dialect{Syntax: credential.Dollar, Disabled: []string{"enabled"}, Included: []string{"available_tools"}}

// names are the product's words for what others call otherwise.
var names = map[string]string{"cmd": "command", "envs": "env", "uri": "url"}

// refused are the variables that the product takes from no extension.
var refused = []string{"PATH", "PATHEXT", "LD_LIBRARY_PATH", "LD_PRELOAD", "LD_AUDIT", "DYLD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES", "DYLD_FRAMEWORK_PATH",
	"PYTHONPATH", "PYTHONHOME", "NODE_OPTIONS", "RUBYOPT", "GEM_PATH", "GEM_HOME", "CLASSPATH", "GO111MODULE", "GOROOT"}

// extensions reads the map of extensions of the configuration, or the list of a recipe.
func (r *reader) extensions(l *leastagency.Layer, n *node.Node) {
	if n.Is(node.List) {
		for _, item := range n.List() {
			if name := item.Get("name").String(); name.Set {
				r.extension(l, node.Member{Key: name.V, At: name.At, Value: item})
			}
		}
		return
	}
	for _, m := range n.Each() {
		r.extension(l, m)
	}
}

func (r *reader) extension(l *leastagency.Layer, m node.Member) {
	if !m.Value.Is(node.Map) {
		return
	}
	entry := &node.Node{Kind: node.Map, At: m.Value.At}
	for _, field := range m.Value.Members {
		if other := names[field.Key]; other != "" {
			field.Key = other
		}
		entry.Members = append(entry.Members, field)
	}
	kind := m.Value.Get("type").String().V
	found := dialect.Read(&node.Node{Kind: node.Map, At: m.Value.At, Members: []node.Member{{Key: m.Key, At: m.At, Value: entry}}}, r.Sys)
	for _, s := range found {
		switch kind {
		case "builtin", "platform", "frontend":
			s.Transport = leastagency.InProcess
		case "inline_python":
			r.inline(s, m.Value)
		case "sse":
			s.Disabled = true
			r.Problem(m.At, leastagency.ProblemIgnored, "Goose no longer speaks SSE: it does not start server %s", leastagency.Quote(m.Key))
		}
		for _, key := range m.Value.Get("env_keys").Strings() {
			s.Env = append(s.Env, leastagency.ValueAt(leastagency.Variable{Name: key.V, References: []string{key.V}}, key.At))
			if credential.Secret(key.V) {
				_, c := credential.Classify(key.V, leastagency.ValueAt("${"+key.V+"}", key.At), credential.Dollar, r.Sys.Knowledge)
				if c != nil {
					s.Credentials = append(s.Credentials, c)
				}
			}
		}
		if len(m.Value.Get("env_keys").Strings()) > 0 {
			s.Unauthenticated = false
		}
	}
	l.Servers = append(l.Servers, found...)
	for _, w := range mcpserver.Switches(found, r.Sys.Knowledge) {
		if !slices.Contains(refused, w.Name) {
			l.Switches = append(l.Switches, w)
		}
	}
}

// inline reads an extension whose program stands in the file. It is run with the packages that it names.
func (r *reader) inline(s *leastagency.Server, n *node.Node) {
	code := n.Get("code")
	if !code.Is(node.String) {
		return
	}
	s.Transport = leastagency.Stdio
	argv := []leastagency.Value[string]{leastagency.ValueAt("uv", code.At), leastagency.ValueAt("run", code.At)}
	for _, d := range n.Get("dependencies").Strings() {
		argv = append(argv, leastagency.ValueAt("--with", d.At), d)
	}
	argv = append(argv, leastagency.ValueAt("python", code.At), leastagency.ValueAt("-c", code.At), code.String())
	s.Command = command.Exec(argv, code.At, r.Sys.Knowledge)
	s.Credentials = append(s.Credentials, credential.FromText(code.Text, code.At, r.Sys.Knowledge)...)
}

// The priorities of a tool's permissions: what is never allowed stays so, and what is always allowed is
// not asked for.
const (
	byAsk = 1 + iota
	byAllow
	byDeny
)

// permission reads permission.yaml. The modes in which nobody is asked do not consult it.
func (r *reader) permission() {
	root := r.YAML()
	user := root.Get("user")
	if !user.Is(node.Map) {
		return
	}
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	l.Absent, l.Order = leastagency.ModeBypass, leastagency.HighestPriority
	inert := r.unasked()
	for _, list := range []struct {
		key      string
		says     leastagency.Decision
		priority int
	}{{"never_allow", leastagency.Deny, byDeny}, {"always_allow", leastagency.Allow, byAllow}, {"ask_before", leastagency.Ask, byAsk}} {
		for _, item := range r.List(user.Get(list.key), list.key) {
			rule := r.Rule(l, item.At, item.Text, list.says, action(item.Text))
			rule.Priority = list.priority
			if inert != "" {
				rule.Inert, rule.Effects = inert, nil
			}
			l.Rules = append(l.Rules, rule)
		}
	}
	r.Unknown(user, "user", "always_allow", "ask_before", "never_allow")
}

// unasked says why no permission is consulted: the configuration beside the file sets the mode in which
// nobody is asked, or none, which is the same.
func (r *reader) unasked() string {
	f := r.Sys.Open(path.Join(path.Dir(r.File.Path), "config.yaml"))
	if f == nil {
		return ""
	}
	docs, _ := node.ParseYAML(f)
	if len(docs) == 0 {
		return ""
	}
	switch mode := docs[0].Root.Get("GOOSE_MODE").String(); {
	case mode.V == "auto":
		return "in mode auto, which config.yaml sets, Goose consults no permissions"
	case !mode.Set:
		return "config.yaml sets no GOOSE_MODE, so the mode is auto, in which Goose consults no permissions"
	}
	return ""
}

// tools are the product's own, with the name of their extension in front and without.
var tools = map[string]leastagency.ActionKind{
	"developer__shell": leastagency.ActionShell, "shell": leastagency.ActionShell, "computercontroller__automation_script": leastagency.ActionShell, "computercontroller__computer_control": leastagency.ActionShell,
	"developer__text_editor": leastagency.ActionWrite, "text_editor": leastagency.ActionWrite, "write": leastagency.ActionWrite, "edit": leastagency.ActionWrite, "developer__write": leastagency.ActionWrite, "developer__edit": leastagency.ActionWrite,
	"developer__read_file": leastagency.ActionRead, "tree": leastagency.ActionRead, "developer__tree": leastagency.ActionRead, "developer__analyze": leastagency.ActionRead, "developer__image_processor": leastagency.ActionRead, "read_image": leastagency.ActionRead,
	"computercontroller__web_scrape": leastagency.ActionFetch, "computercontroller__web_search": leastagency.ActionSearch,
	"delegate": leastagency.ActionSpawn, "subagent__execute_task": leastagency.ActionSpawn, "dynamic_task__create_task": leastagency.ActionSpawn,
	"todo__todo_write": leastagency.ActionOther, "todo__todo_read": leastagency.ActionOther, "load": leastagency.ActionSkill,
}

// action is what the name of a tool stands for: one of the product's own, or "extension__tool".
func action(name string) leastagency.Action {
	if k, ok := tools[name]; ok {
		return leastagency.Action{Kind: k}
	}
	if server, tool, ok := strings.Cut(name, "__"); ok {
		return leastagency.Action{Kind: leastagency.ActionServer, Server: server, Tool: tool}
	}
	return leastagency.Action{}
}

// secrets reads the file in which secrets lie in plain text where there is no keyring.
func (r *reader) secrets() {
	root := r.YAML()
	if root == nil {
		return
	}
	l := r.Layer(leastagency.KindSession, "", r.File.Whole())
	r.Syntax = credential.None
	for _, m := range root.Each() {
		r.Credential(l, m.Key, m.Value)
	}
}
