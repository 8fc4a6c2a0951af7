package vscode

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/nearest"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// A reach tells which files a setting is taken from.
type reach uint8

const (
	anywhere reach = iota // also from a folder or workspace, once it is trusted
	machines              // from user settings and those of the machine, inside a container too
	users                 // from user settings alone
)

// A setting is one key that concerns agents. One without a reader says nothing that the model has a word for.
type setting struct {
	key     string
	reach   reach
	widens  bool // ignoring it costs no protection
	renamed string
	read    func(r *reader, m node.Member)
}

var settings = []setting{
	{key: "chat.tools.global.autoApprove", reach: machines, widens: true, read: global},
	{key: "chat.tools.autoApprove", widens: true, renamed: "chat.tools.global.autoApprove"},
	{key: "chat.autoReply", reach: machines, widens: true},
	{key: "chat.permissions.default", widens: true, read: permissionLevel},
	{key: "chat.defaultConfiguration", widens: true, read: defaultConfiguration},
	{key: "chat.autopilot.enabled"},
	{key: "chat.tools.terminal.enableAutoApprove", read: offHardens},
	{key: "chat.tools.terminal.autoApprove", read: terminal},
	{key: "chat.agent.terminal.autoApprove", read: terminal}, // the old name, still merged into the new one
	{key: "chat.agent.terminal.allowList", widens: true, renamed: "chat.tools.terminal.autoApprove"},
	{key: "chat.agent.terminal.denyList", renamed: "chat.tools.terminal.autoApprove"},
	{key: "github.copilot.chat.agent.terminal.allowList", widens: true, renamed: "chat.tools.terminal.autoApprove"},
	{key: "github.copilot.chat.agent.terminal.denyList", renamed: "chat.tools.terminal.autoApprove"},
	{key: "chat.tools.terminal.ignoreDefaultAutoApproveRules", read: onUnsafe},
	{key: "chat.tools.terminal.autoApproveWorkspaceNpmScripts", read: offHardens},
	{key: "chat.tools.terminal.blockDetectedFileWrites", read: blockedWrites},
	{key: "chat.tools.terminal.autoReplyToPrompts", read: onUnsafe},
	{key: "chat.tools.terminal.terminalProfile.linux", read: profile},
	{key: "chat.tools.terminal.terminalProfile.osx", read: profile},
	{key: "chat.tools.terminal.terminalProfile.windows", read: profile},
	{key: "chat.tools.edits.autoApprove", reach: users, read: edits},
	{key: "chat.tools.urls.autoApprove", read: urls},
	{key: "chat.tools.eligibleForAutoApproval", read: eligible},
	{key: "chat.agent.sandbox.enabled", read: sandboxed},
	{key: "chat.agent.sandbox.enabledWindows", read: sandboxed},
	{key: "chat.agent.sandbox.allowNetwork", widens: true}, // read with the switch
	{key: "chat.agent.sandbox.allowUnsandboxedCommands", read: sandboxFlag(func(s *leastagency.Sandbox) *leastagency.Value[bool] { return &s.Retry })},
	{key: "chat.agent.sandbox.allowAutoApprove", read: sandboxFlag(func(s *leastagency.Sandbox) *leastagency.Value[bool] { return &s.AutoAllow })},
	{key: "chat.agent.sandbox.retryWithAllowNetworkRequests"},
	{key: "chat.agent.sandbox.fileSystem.linux", read: sandboxFiles},
	{key: "chat.agent.sandbox.fileSystem.mac", read: sandboxFiles},
	{key: "chat.agent.sandbox.fileSystem.windows", read: sandboxFiles},
	{key: "chat.agent.sandbox.advanced.runtime", read: sandboxRuntime},
	{key: "chat.agent.networkFilter", read: onHardens},
	{key: "chat.agent.allowedNetworkDomains", read: allowedDomains},
	{key: "chat.agent.deniedNetworkDomains", read: deniedDomains},
	{key: "chat.agent.maxRequests", read: turns},
	{key: "chat.mcp.access", read: servedFrom},
	{key: "chat.useHooks", read: hooksOff},
	{key: "chat.hookFilesLocations"}, {key: "chat.useClaudeHooks"}, {key: "chat.useCustomAgentHooks"},
	{key: "chat.plugins.marketplaces", reach: users, widens: true, read: marketplaces},
	{key: "chat.pluginLocations", reach: machines, widens: true},
	{key: "github.copilot.chat.codeGeneration.instructions", read: instructions},
	{key: "github.copilot.chat.testGeneration.instructions", read: instructions},
	{key: "github.copilot.chat.commitMessageGeneration.instructions", read: instructions},
	{key: "github.copilot.chat.pullRequestDescriptionGeneration.instructions", read: instructions},
	{key: "github.copilot.chat.reviewSelection.instructions", read: instructions},
	{key: "github.copilot.chat.otel.otlpEndpoint", read: points(leastagency.SwitchTelemetryTarget)},
	{key: "github.copilot.chat.byok.ollamaEndpoint", read: points(leastagency.SwitchEndpoint)},
	{key: "http.proxy", read: points(leastagency.SwitchProxy)},
	{key: "http.proxyStrictSSL", read: offIs(leastagency.SwitchTLSOff)},
	{key: "terminal.integrated.env.linux", read: environment},
	{key: "terminal.integrated.env.osx", read: environment},
	{key: "terminal.integrated.env.windows", read: environment},
	{key: "terminal.integrated.profiles.linux", read: profiles},
	{key: "terminal.integrated.profiles.osx", read: profiles},
	{key: "terminal.integrated.profiles.windows", read: profiles},
	{key: "terminal.integrated.automationProfile.linux", read: profile},
	{key: "terminal.integrated.automationProfile.osx", read: profile},
	{key: "terminal.integrated.automationProfile.windows", read: profile},
	{key: "task.allowAutomaticTasks", reach: users, widens: true},
	{key: "security.workspace.trust.enabled", reach: users, widens: true, read: offIs(leastagency.SwitchSafetyOff)},
}

// families start the keys among which a misspelt one is worth a word.
var families = []string{"chat.tools.", "chat.agent.", "chat.permissions."}

// settings reads an object of settings.
func (r *reader) settings(root *node.Node) {
	r.settled = map[string]node.Member{}
	for _, m := range root.Each() {
		r.settled[m.Key] = m
	}
	for _, m := range root.Each() {
		i := slices.IndexFunc(settings, func(s setting) bool { return s.key == m.Key })
		switch {
		case i >= 0:
			r.setting(settings[i], m)
		case slices.Contains(programs, m.Key):
			r.program(m.Key, m.Value)
		default:
			r.stranger(m)
		}
	}
	r.claudeCode()
}

func (r *reader) setting(s setting, m node.Member) {
	where := ""
	switch {
	case s.renamed != "":
		r.Problem(m.At, unread(s.widens), "VS Code reads no %s any more: it is called %q", leastagency.Quote(m.Key), s.renamed)
		return
	case r.Scope == leastagency.ScopeUser:
	case s.reach == users:
		where = "user settings"
	case s.reach == machines && r.kind != kindContainer:
		where = "settings of the user and the machine"
	}
	if where != "" {
		// Leaving out a grant costs nothing, and a list of edits that are to be asked for is lost.
		widens := s.widens || s.key == "chat.tools.edits.autoApprove" && !slices.ContainsFunc(m.Value.Each(), func(e node.Member) bool { return leastagency.Is(e.Value.Bool(), false) })
		r.Problem(m.At, unread(widens), "%s counts in %s only: in the file of a project VS Code does not read it", leastagency.Quote(m.Key), where)
		return
	}
	if s.read != nil && !m.Value.Is(node.Null) {
		s.read(r, m)
	}
}

// stranger reports a key that looks like a control and is none.
func (r *reader) stranger(m node.Member) {
	if !slices.ContainsFunc(families, func(f string) bool { return strings.HasPrefix(m.Key, f) }) {
		return
	}
	for _, s := range settings {
		if strings.EqualFold(s.key, strings.Replace(m.Key, "sandboxFileSystem", "sandbox.fileSystem", 1)) && s.read != nil {
			s.read(r, m) // the letter case of some keys has changed
			return
		}
	}
	known := make([]string, len(settings))
	for i, s := range settings {
		known[i] = s.key
	}
	if near := nearest.Key(m.Key, known); near != "" {
		r.Problem(m.At, unread(settings[slices.Index(known, near)].widens), "VS Code knows no setting %s; did you mean %q?", leastagency.Quote(m.Key), near)
	}
}

func global(r *reader, m node.Member) {
	if r.Typed(m.Value, m.Key, node.Bool) && leastagency.Is(m.Value.Bool(), true) {
		r.layer.Mode = leastagency.ValueAt(leastagency.ModeBypass, m.Value.At)
	}
}

// levels are the permission levels that new sessions start with.
var levels = map[string]leastagency.Mode{
	"default": leastagency.ModeAcceptEdits, "autoApprove": leastagency.ModeBypass, "autopilot": leastagency.ModeBypass,
	"manual": leastagency.ModeAcceptEdits, "assisted": leastagency.ModeClassifier, "allowAll": leastagency.ModeBypass,
}

func permissionLevel(r *reader, m node.Member) { r.level(m.Key, m.Value) }

func defaultConfiguration(r *reader, m node.Member) {
	r.level(m.Key+".approvals", m.Value.Get("approvals"))
}

func (r *reader) level(key string, n *node.Node) {
	if !r.Typed(n, key, node.String) {
		return
	}
	mode, known := levels[n.Text]
	if !known {
		r.Problem(n.At, leastagency.ProblemIgnored, "VS Code has no permission level %s in %q: sessions start with the default one", leastagency.Quote(n.Text), key)
		return
	}
	if r.layer.Mode.V != leastagency.ModeBypass {
		r.layer.Mode = leastagency.ValueAt(mode, n.At)
	}
}

func offHardens(r *reader, m node.Member) {
	if r.Typed(m.Value, m.Key, node.Bool) && leastagency.Is(m.Value.Bool(), false) {
		r.add(leastagency.SwitchHardening, m.Key, m.Value.At, "")
	}
}

func onHardens(r *reader, m node.Member) {
	if r.Typed(m.Value, m.Key, node.Bool) && leastagency.Is(m.Value.Bool(), true) {
		r.add(leastagency.SwitchHardening, m.Key, m.Value.At, "")
	}
}

func onUnsafe(r *reader, m node.Member) {
	if leastagency.Is(m.Value.Bool(), true) {
		r.add(leastagency.SwitchSafetyOff, m.Key, m.Value.At, "")
	}
}

func offIs(kind leastagency.SwitchKind) func(*reader, node.Member) {
	return func(r *reader, m node.Member) {
		if leastagency.Is(m.Value.Bool(), false) {
			r.add(kind, m.Key, m.Value.At, "")
		}
	}
}

func points(kind leastagency.SwitchKind) func(*reader, node.Member) {
	return func(r *reader, m node.Member) {
		if address := m.Value.String(); address.V != "" {
			found, masked := credential.FromURL(address, credential.InputBraces, r.Sys.Knowledge)
			r.layer.Credentials = append(r.layer.Credentials, found...)
			r.add(kind, m.Key, address.At, masked.V)
		}
	}
}

func blockedWrites(r *reader, m node.Member) {
	switch m.Value.String().V {
	case "never":
		r.add(leastagency.SwitchSafetyOff, m.Key, m.Value.At, "")
	case "all":
		r.add(leastagency.SwitchHardening, m.Key, m.Value.At, "")
	}
}

func hooksOff(r *reader, m node.Member) {
	if leastagency.Is(m.Value.Bool(), false) {
		r.add(leastagency.SwitchHooksOff, m.Key, m.Value.At, "")
	}
}

func turns(r *reader, m node.Member) { r.layer.Limits.Turns = m.Value.Int() }

// servedFrom reads which servers may be used at all.
func servedFrom(r *reader, m node.Member) {
	if v := m.Value.String().V; v == "none" || v == "registry" {
		r.add(leastagency.SwitchHardening, m.Key, m.Value.At, "")
	}
}

func marketplaces(r *reader, m node.Member) {
	for _, source := range m.Value.Strings() {
		found, masked := credential.FromURL(source, credential.None, r.Sys.Knowledge)
		r.layer.Credentials = append(r.layer.Credentials, found...)
		a := leastagency.Artifact{At: source.At, Ecosystem: "github", Name: r.Sys.Knowledge.Redact(masked.V), Pin: leastagency.Unpinned}
		switch {
		case strings.HasPrefix(source.V, "file:"):
			a.Ecosystem, a.Pin = "", leastagency.LocalCode
		case strings.Contains(source.V, ":"):
			a.Ecosystem = "git"
		}
		r.layer.Plugins = append(r.layer.Plugins, &leastagency.Plugin{Name: a.Name, At: source.At, Source: a, Enabled: true, Market: true})
	}
}

// instructions reads a list of {text} or {file}.
func instructions(r *reader, m node.Member) {
	for _, item := range m.Value.List() {
		r.Tell(r.layer, reading.Text(leastagency.TextInstructions, item.Get("text")))
	}
}

// claudeCode reads the settings of the extension for Claude Code, which has sessions of its own. The
// mode in which a conversation starts is taken from user settings and those of the machine.
func (r *reader) claudeCode() {
	m, set := r.settled["claudeCode.initialPermissionMode"]
	if !set || m.Value.String().V != "bypassPermissions" {
		return
	}
	allowed, _ := r.settled["claudeCode.allowDangerouslySkipPermissions"]
	switch {
	case r.Scope != leastagency.ScopeUser && r.kind != kindContainer:
		r.Problem(m.At, leastagency.ProblemIgnored, "%s counts in settings of the user and the machine only: in the file of a project it is not read", leastagency.Quote(m.Key))
	case allowed.Value != nil && leastagency.Is(allowed.Value.Bool(), true):
		r.Sys.Layers = append(r.Sys.Layers, &leastagency.Layer{Product: "claude-code", Kind: leastagency.KindSession, Scope: r.Scope, Root: r.Root, At: m.At,
			Absent: leastagency.ModeAsk, Mode: leastagency.ValueAt(leastagency.ModeBypass, m.Value.At)})
	}
}
