// Package kiro reads the files of Kiro and of Amazon Q Developer, whose agents it goes on with, into
// layers of the model: agents as JSON and as Markdown, permissions, and hooks. Their server lists are
// those of package mcp, their steering files those of package instructions.
//
// Sources: aws/amazon-q-developer-cli (docs/agent-format.md, built-in-tools.md, hooks.md,
// crates/chat-cli/src/cli/agent) and kiro.dev/docs (permissions, hooks, custom agents).
package kiro

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/product"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

type kind uint8

const (
	kindNone kind = iota
	kindAgent
	kindMarkdown
	kindPermissions
	kindHooks
	kindLegacyHook
	kindAmazonAgent
)

var places = []product.Place[kind]{
	{End: ".kiro/agents/**/*.json", Kind: kindAgent, Scope: leastagency.ScopeProject},
	{End: ".kiro/agents/**/*.md", Kind: kindMarkdown, Scope: leastagency.ScopeProject},
	{End: ".amazonq/cli-agents/*.json", Kind: kindAmazonAgent, Scope: leastagency.ScopeProject},
	{End: ".aws/amazonq/cli-agents/*.json", Kind: kindAmazonAgent, Scope: leastagency.ScopeUser},
	{End: ".kiro/settings/permissions.yaml", Kind: kindPermissions, Scope: leastagency.ScopeProject},
	{End: ".kiro/workspace-roots/*/permissions.yaml", Kind: kindPermissions, Scope: leastagency.ScopeUser},
	{End: ".kiro/hooks/**/*.json", Kind: kindHooks, Scope: leastagency.ScopeProject},
	{End: ".kiro/hooks/**/*.kiro.hook", Kind: kindLegacyHook, Scope: leastagency.ScopeProject},
}

// Loader returns the loader of Kiro's and Amazon Q's files.
func Loader() leastagency.Loader {
	return leastagency.Loader{Name: "kiro", Match: match, Load: load}
}

func match(p string) bool {
	return (strings.Contains(p, "kiro/") || strings.Contains(p, "amazonq/")) && kindOf(p) != kindNone
}

func kindOf(p string) kind {
	k, _ := product.Find(p, places)
	return k
}

func load(f *leastagency.File, sys *leastagency.System) {
	k, at := product.Find(f.Path, places)
	r := &reader{product.Reader{Reader: reading.Reader{Product: "kiro", Title: "Kiro", File: f, Sys: sys, Place: at}, Syntax: credential.EitherBraces}}
	switch k {
	case kindAmazonAgent:
		r.Product, r.Title = "amazon-q", "Amazon Q"
		r.agentFile()
	case kindAgent:
		r.agentFile()
	case kindMarkdown:
		r.markdown()
	case kindPermissions:
		r.permissionsFile()
	case kindHooks:
		r.hooksFile()
	case kindLegacyHook:
		r.legacyHook()
	}
}

type reader struct{ product.Reader }

// dialect is how the products write servers.
var dialect = mcpserver.Dialect{Syntax: credential.EitherBraces, Disabled: []string{"disabled"}, Approved: []string{"autoApprove"}, Excluded: []string{"disabledTools"}}

// marks are keys by which a JSON file in the folder of agents is one.
var marks = []string{"prompt", "tools", "allowedTools", "toolsSettings", "mcpServers", "resources", "hooks", "description"}

// agentFile reads an agent in JSON.
func (r *reader) agentFile() {
	root := r.Object()
	for _, mark := range marks {
		if root.Get(mark) != nil {
			l := r.agent(root)
			// Without a list an agent in JSON has no tools at all.
			l.ToolsSet = true
			return
		}
	}
}

// markdown reads an agent in Markdown, whose text is its prompt.
func (r *reader) markdown() {
	head, body := r.Markdown()
	if head == nil {
		return
	}
	l := r.agent(head)
	l.ToolsSet = head.Get("tools") != nil
	l.NoToolList = !l.ToolsSet // what an agent without tags has is the product's to say
	r.Tell(l, body)
	list := head.Get("permissions")
	if list.Is(node.Map) {
		list = list.Get("rules")
	}
	r.permissions(l, list)
}

// agent reads what both forms of an agent have in common.
func (r *reader) agent(n *node.Node) *leastagency.Layer {
	name, at := strings.TrimSuffix(r.Below, path.Ext(r.Below)), r.File.Whole()
	if own := n.Get("name").String(); own.Set && own.V != "" {
		name, at = own.V, own.At
	}
	l := r.Layer(leastagency.KindSubagent, name, at)
	l.Absent, l.Order = leastagency.ModeAsk, leastagency.HighestPriority
	r.Describe(l, n.Get("description"))
	r.prompt(l, n.Get("prompt"))
	r.tools(l, n)
	listed := r.allowed(l, n.Get("allowedTools"))
	r.settings(l, n.Get("toolsSettings"), listed)
	r.Servers(l, dialect, n.Get("mcpServers"))
	r.hooks(l, n.Get("hooks"))
	r.resources(l, n.Get("resources"))
	r.Misspelt(n, "tools", "allowedTools", "toolsSettings", "excludedTools", "permissions", "mcpServers", "includeMcpJson", "useLegacyMcpJson", "toolAliases", "resources", "description", "welcomeMessage")
	return l
}

// prompt reads the prompt of an agent, which may stand in a file of its own.
func (r *reader) prompt(l *leastagency.Layer, n *node.Node) {
	file, ok := strings.CutPrefix(n.String().V, "file://")
	if !ok {
		r.Tell(l, reading.Text(leastagency.TextInstructions, n))
		return
	}
	r.include(l, path.Dir(r.File.Path), file)
}

// include adds the text of a file of the tree.
func (r *reader) include(l *leastagency.Layer, folder, file string) {
	p := path.Join(folder, file)
	if file == "" || strings.HasPrefix(file, "/") || strings.HasPrefix(file, "~") || p == ".." || strings.HasPrefix(p, "../") {
		return
	}
	if f := r.Sys.Open(p); f != nil {
		r.Tell(l, (&reading.Reader{File: f, Sys: r.Sys}).Whole())
	}
}

// read are files that the loaders of instructions read.
var read = []string{"AGENTS.md", "README.md", "CLAUDE.md", "AmazonQ.md", "GEMINI.md"}

// resources reads the files that an agent always has before it.
func (r *reader) resources(l *leastagency.Layer, n *node.Node) {
	for _, item := range n.Strings() {
		file, ok := strings.CutPrefix(item.V, "file://")
		if !ok || strings.ContainsAny(file, "*?[") || strings.Contains(file, "/steering/") || strings.Contains(file, "/rules/") {
			continue
		}
		known := false
		for _, name := range read {
			known = known || path.Base(file) == name
		}
		if !known {
			r.include(l, r.Root, file)
		}
	}
}
