package mcp

import (
	"path"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
)

// A client is one product's file of MCP servers.
type client struct {
	product string
	path    string // how the file's path ends, in whole names; "*" stands for a part of one
	scope   leastagency.Scope
	keys    [][]string // where the map of servers stands, the first that is there
	dialect mcpserver.Dialect
	strict  bool // no comments and no trailing commas
	bare    bool // in a plugin the map may stand without its key
	shared  bool // the file is about other things too
}

var (
	mcpServers = [][]string{{"mcpServers"}}

	claudeCode = mcpserver.Dialect{Syntax: credential.Braces, Helpers: true}
	cursor     = mcpserver.Dialect{Syntax: credential.EnvBraces, Shell: true}
	vscode     = mcpserver.Dialect{Syntax: credential.InputBraces}
	windsurf   = mcpserver.Dialect{Syntax: credential.EnvBraces, Disabled: []string{"disabled"}, Excluded: []string{"disabledTools"}, Approved: []string{"alwaysAllow"}}
	devin      = mcpserver.Dialect{Syntax: credential.Any, Disabled: []string{"disabled"}, Excluded: []string{"disabledTools"}}
	desktop    = mcpserver.Dialect{Syntax: credential.None}
	cline      = mcpserver.Dialect{Syntax: credential.EnvBraces, Disabled: []string{"disabled"}, Approved: []string{"autoApprove", "alwaysAllow"}}
	roo        = mcpserver.Dialect{Syntax: credential.EnvBraces, Disabled: []string{"disabled"}, Approved: []string{"alwaysAllow"}, Excluded: []string{"disabledTools"}}
	amazon     = mcpserver.Dialect{Syntax: credential.EitherBraces, Disabled: []string{"disabled"}, Approved: []string{"autoApprove"}, Excluded: []string{"disabledTools"}}
	junie      = mcpserver.Dialect{Syntax: credential.Any, Disabled: []string{"enabled", "disabled"}}
	copilot    = mcpserver.Dialect{Syntax: credential.Copilot, Included: []string{"tools"}}
)

// clients are told by path, the longer ends first where one is part of the other.
var clients = []client{
	{product: "claude-code", path: "managed-mcp.json", scope: leastagency.ScopeManaged, keys: mcpServers, dialect: claudeCode, strict: true},
	{product: "copilot", path: ".github/mcp.json", scope: leastagency.ScopeProject, keys: mcpServers, dialect: copilot},
	{product: "copilot", path: ".copilot/mcp-config.json", scope: leastagency.ScopeUser, keys: mcpServers, dialect: copilot},
	{product: "claude-code", path: ".mcp.json", scope: leastagency.ScopeProject, keys: mcpServers, dialect: claudeCode, strict: true, bare: true},
	{product: "cursor", path: ".cursor/mcp.json", scope: leastagency.ScopeProject, keys: mcpServers, dialect: cursor},
	{product: "vscode", path: ".vscode/mcp.json", scope: leastagency.ScopeProject, keys: [][]string{{"servers"}}, dialect: vscode},
	{product: "vscode", path: "Code/User/mcp.json", scope: leastagency.ScopeUser, keys: [][]string{{"servers"}}, dialect: vscode},
	{product: "vscode", path: ".vscode/settings.json", scope: leastagency.ScopeProject, keys: [][]string{{"mcp", "servers"}, {"mcp.servers"}}, dialect: vscode, shared: true},
	{product: "vscode", path: "*.code-workspace", scope: leastagency.ScopeProject, keys: [][]string{{"settings", "mcp", "servers"}, {"settings", "mcp.servers"}, {"mcp", "servers"}}, dialect: vscode, shared: true},
	{product: "windsurf", path: ".codeium/windsurf/mcp_config.json", scope: leastagency.ScopeUser, keys: mcpServers, dialect: windsurf},
	{product: "windsurf", path: ".codeium/mcp_config.json", scope: leastagency.ScopeUser, keys: mcpServers, dialect: windsurf},
	{product: "windsurf", path: ".windsurf/mcp_config.json", scope: leastagency.ScopeProject, keys: mcpServers, dialect: windsurf},
	{product: "windsurf", path: ".windsurf/mcp.json", scope: leastagency.ScopeProject, keys: mcpServers, dialect: windsurf},
	{product: "devin", path: ".devin/mcp_config.json", scope: leastagency.ScopeProject, keys: mcpServers, dialect: devin},
	{product: "devin", path: ".devin/config.json", scope: leastagency.ScopeProject, keys: mcpServers, dialect: devin, shared: true},
	{product: "devin", path: ".devin/config.local.json", scope: leastagency.ScopeLocal, keys: mcpServers, dialect: devin, shared: true},
	{product: "devin", path: ".config/devin/config.json", scope: leastagency.ScopeUser, keys: mcpServers, dialect: devin, shared: true},
	{product: "claude-desktop", path: "claude_desktop_config.json", scope: leastagency.ScopeUser, keys: mcpServers, dialect: desktop, strict: true},
	{product: "claude-desktop", path: "claude-desktop-config.json", scope: leastagency.ScopeUser, keys: mcpServers, dialect: desktop, strict: true},
	{product: "cline", path: "cline_mcp_settings.json", scope: leastagency.ScopeUser, keys: mcpServers, dialect: cline},
	{product: "roo", path: ".roo/mcp.json", scope: leastagency.ScopeProject, keys: mcpServers, dialect: roo},
	{product: "roo", path: "mcp_settings.json", scope: leastagency.ScopeUser, keys: mcpServers, dialect: roo},
	{product: "kiro", path: ".kiro/settings/mcp.json", scope: leastagency.ScopeProject, keys: mcpServers, dialect: amazon},
	{product: "junie", path: ".junie/mcp/mcp.json", scope: leastagency.ScopeProject, keys: mcpServers, dialect: junie},
	{product: "amazon-q", path: ".amazonq/mcp.json", scope: leastagency.ScopeProject, keys: mcpServers, dialect: amazon},
	{product: "amazon-q", path: ".aws/amazonq/mcp.json", scope: leastagency.ScopeUser, keys: mcpServers, dialect: amazon},
}

// anyClient reads what no known client does. Every key that some client honours counts.
var anyClient = client{product: "mcp", dialect: mcpserver.Dialect{
	Syntax:   credential.Any,
	Disabled: []string{"disabled", "enabled"},
	Approved: []string{"autoApprove", "alwaysAllow", "autoapprove"},
	Trust:    []string{"trust"},
	Included: []string{"includeTools", "enabledTools", "enabled_tools", "allowedTools", "tools"},
	Excluded: []string{"excludeTools", "disabledTools", "disabled_tools"},
	Shell:    true,
}}

// clientOf returns the client whose file it is by its path; nil when none is known.
func clientOf(p string) *client {
	p = plain(p)
	for i := range clients {
		end := clients[i].path
		if p == end || strings.HasSuffix(p, "/"+end) || end[0] == '*' && strings.HasSuffix(p, end[1:]) {
			return &clients[i]
		}
	}
	return nil
}

// plain is the path without what marks a file as an example of another.
func plain(p string) string {
	for _, mark := range []string{".example", ".sample", ".template", ".dist", ".tmpl", ".bak"} {
		p = strings.TrimSuffix(p, mark)
	}
	dir, base := path.Split(p)
	for _, mark := range []string{".example.json", ".sample.json", ".template.json"} {
		if stem, ok := strings.CutSuffix(base, mark); ok && stem != "" {
			base = stem + ".json"
		}
	}
	return dir + base
}

// home is the folder for which a client's file is in force: the one that holds the client's own folder.
func (c *client) home(p string) string {
	if c.scope == leastagency.ScopeManaged {
		return "."
	}
	dir := path.Dir(p)
	for range strings.Count(c.path, "/") {
		dir = path.Dir(dir)
	}
	return dir
}

// project is the folder to which a file of an unknown client belongs: the one it lies in, or the one that
// holds the hidden folder it lies in.
func project(p string) string {
	dir := path.Dir(p)
	for i, name := 0, ""; i < len(dir); i += len(name) + 1 {
		name, _, _ = strings.Cut(dir[i:], "/")
		if len(name) > 1 && name[0] == '.' {
			return path.Clean(dir[:i])
		}
	}
	return dir
}

// others are folders whose files belong to the loaders of their products.
var others = [...]string{".claude", ".claude-plugin", ".gemini", ".qwen", ".codex", ".opencode", ".zed", ".config/zed", ".kiro/agents", ".kiro/hooks", ".amazonq/cli-agents", ".aws/amazonq/cli-agents", ".continue", ".amp", ".config/amp"}

// words are what the names of configurations of unknown clients are made of.
var words = [...]string{"mcp", "server", "claude", "agent", "plugin", "extension", "setting", "config", "manifest", "tool", "cursor", "windsurf", "cline", "client"}

// match proposes a file by its path.
func match(p string) bool {
	lower := strings.ToLower(p)
	for _, folder := range others {
		if strings.HasPrefix(lower, folder+"/") || strings.Contains(lower, "/"+folder+"/") {
			return false
		}
	}
	if clientOf(p) != nil {
		return true
	}
	base := path.Base(plain(lower))
	switch base {
	case "package.json":
		return true
	case "package-lock.json", "tsconfig.json", "jsconfig.json", ".claude.json", "opencode.json", "opencode.jsonc", "gemini-extension.json", "qwen-extension.json", "devcontainer.json",
		"crush.json", ".crush.json", "roo-code-settings.json":
		return false
	}
	if isYAML(base) {
		return strings.Contains(base, "mcp")
	}
	if !strings.HasSuffix(base, ".json") && !strings.HasSuffix(base, ".jsonc") {
		return false
	}
	return speaksOf(lower, words[:]...) || strings.Contains(lower, "mcp") || strings.Contains(lower, "agent")
}

func isYAML(p string) bool { return strings.HasSuffix(p, ".yaml") || strings.HasSuffix(p, ".yml") }

// speaksOf reports whether the name of a file or of the folder it lies in holds one of the words.
func speaksOf(p string, words ...string) bool {
	p = strings.ToLower(p)
	near := path.Base(path.Dir(p)) + "/" + path.Base(p)
	for _, word := range words {
		if strings.Contains(near, word) {
			return true
		}
	}
	return false
}
