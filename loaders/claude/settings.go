package claude

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/nearest"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// modes are the values of permissions.defaultMode and of an agent's permissionMode.
var modes = map[string]leastagency.Mode{
	"default":           leastagency.ModeAsk,
	"manual":            leastagency.ModeAsk,
	"acceptEdits":       leastagency.ModeAcceptEdits,
	"plan":              leastagency.ModePlan,
	"auto":              leastagency.ModeClassifier,
	"dontAsk":           leastagency.ModeDenyRest,
	"bypassPermissions": leastagency.ModeBypass,
}

var modeNames = []string{"default", "manual", "acceptEdits", "plan", "auto", "dontAsk", "bypassPermissions"}

var permissionKeys = []string{"allow", "ask", "deny", "additionalDirectories", "defaultMode", "disableBypassPermissionsMode", "disableAutoMode"}

// securityKeys are the top-level keys that protect or grant: a near-miss of one is worth a word.
var securityKeys = []string{"permissions", "sandbox", "hooks", "env", "disableAllHooks", "allowManagedPermissionRulesOnly", "allowManagedHooksOnly",
	"allowManagedMcpServersOnly", "allowedMcpServers", "deniedMcpServers", "enabledMcpjsonServers", "disabledMcpjsonServers", "enableAllProjectMcpServers",
	"strictKnownMarketplaces", "blockedMarketplaces", "strictPluginOnlyCustomization", "disableSkillShellExecution", "disableAutoMode", "autoMode",
	"allowedHttpHookUrls", "httpHookAllowedEnvVars", "disableSideloadFlags", "disableClaudeAiConnectors", "isolatePeerMachines", "disableRemoteControl"}

// misplaced are keys that stand at the top of the file where nobody reads them.
var misplaced = map[string]string{
	"allow": "permissions.allow", "ask": "permissions.ask", "deny": "permissions.deny", "additionalDirectories": "permissions.additionalDirectories",
	"defaultMode": "permissions.defaultMode", "permissionMode": "permissions.defaultMode", "disableBypassPermissionsMode": "permissions.disableBypassPermissionsMode",
	"allowedTools": "permissions.allow", "disallowedTools": "permissions.deny", "deniedTools": "permissions.deny", "ignorePatterns": "permissions.deny with Read(…)",
	"excludedCommands": "sandbox.excludedCommands", "failIfUnavailable": "sandbox.failIfUnavailable",
	"PreToolUse": "hooks.PreToolUse", "PostToolUse": "hooks.PostToolUse", "UserPromptSubmit": "hooks.UserPromptSubmit",
}

// managedOnly are keys that count in an administrator's file alone, userOnly those that a repository cannot set.
var (
	managedOnly = []string{"allowManagedPermissionRulesOnly", "allowManagedHooksOnly", "allowManagedMcpServersOnly", "allowAllClaudeAiMcps",
		"strictKnownMarketplaces", "allowedMarketplaces", "blockedMarketplaces", "strictPluginOnlyCustomization", "disableCommandPluginSources",
		"disableSideloadFlags", "requiredMinimumVersion", "requiredMaximumVersion", "forceRemoteSettingsRefresh", "parentSettingsBehavior",
		"policyHelper", "sshHostAllowlist", "allowedChannelPlugins", "channelsEnabled", "forceLoginGatewayUrl", "claudeMd",
		"disableBrowserExternalNavigation", "disableMobileSimulatorTools"}
	userOrManaged = []string{"skipAutoPermissionPrompt", "autoMode", "pluginConfigs", "processWrapper", "enableArtifact", "sshConfigs"}
	notProject    = []string{"skipDangerousModePermissionPrompt", "useAutoModeDuringPlan"}
)

// hardening are the keys that take authority away when they are true.
var hardening = []string{"allowManagedPermissionRulesOnly", "allowManagedHooksOnly", "allowManagedMcpServersOnly", "disableSideloadFlags",
	"disableSkillShellExecution", "disableClaudeAiConnectors", "isolatePeerMachines", "disableRemoteControl", "disableWorkflows", "disableArtifact",
	"disableDeepLinkRegistration", "disableCommandPluginSources", "strictPluginOnlyCustomization", "disableBrowserExternalNavigation", "disableMobileSimulatorTools"}

// helpers are the programs that print a credential. They run at the start, without trust where nobody is asked.
var helpers = map[string]string{"apiKeyHelper": "anthropic", "awsAuthRefresh": "aws", "awsCredentialExport": "aws", "gcpAuthRefresh": "google", "otelHeadersHelper": ""}

// shown are settings that run a program whose output is shown.
var shown = []string{"statusLine", "subagentStatusLine", "fileSuggestion"}

// settings reads a settings file of any scope.
func (r *reader) settings() {
	if root := r.StrictObject(); root != nil {
		r.keys(r.Layer(leastagency.KindSession, "", r.File.Whole()), root)
	}
}

// keys reads the keys of settings into a layer.
func (r *reader) keys(l *leastagency.Layer, root *node.Node) {
	for _, m := range root.Each() {
		if r.outOfScope(m) {
			continue
		}
		switch key := m.Key; {
		case key == "permissions":
			r.permissions(l, m.Value)
		case key == "sandbox":
			r.sandbox(l, m.Value)
		case key == "hooks":
			r.hooks(l, m.Value)
		case key == "env":
			r.env(l, m.Value)
		case key == "mcpServers":
			if m.Value.Is(node.Map) && len(m.Value.Members) > 0 {
				r.Problem(m.At, leastagency.ProblemIgnored, "Claude Code reads no servers from settings: they belong into .mcp.json")
			}
		case key == "enabledPlugins" || key == "extraKnownMarketplaces" || key == "additionalMarketplaces" || key == "strictKnownMarketplaces" || key == "allowedMarketplaces":
			// read below, together: a plugin comes from its marketplace
		case key == "autoMode":
			r.autoMode(l, m.Value)
		case key == "policyHelper":
			if p := m.Value.Get("path").String(); p.Set {
				l.Commands = append(l.Commands, command.Exec([]leastagency.Value[string]{p}, p.At, r.Sys.Knowledge))
			}
		case key == "processWrapper":
			r.run(l, m.Value)
		case key == "claudeMd":
			r.Tell(l, reading.Text(leastagency.TextInstructions, m.Value))
		case slices.Contains(shown, key):
			if c := m.Value.Get("command"); c != nil {
				r.run(l, c)
			} else {
				r.run(l, m.Value)
			}
		case isHelper(key):
			if r.run(l, m.Value) {
				l.Credentials = append(l.Credentials, &leastagency.Credential{Name: key, At: m.Value.At, Source: leastagency.SourceHelper, Service: helpers[key]})
				l.Switches = append(l.Switches, &leastagency.Switch{Kind: leastagency.SwitchShellWithoutTrust, Name: key, At: m.Value.At})
			}
		default:
			r.topLevel(l, m)
		}
	}
	r.plugins(l, root)
}

func isHelper(key string) bool { _, ok := helpers[key]; return ok }

// outOfScope reports a key that a file of this scope cannot set.
func (r *reader) outOfScope(m node.Member) bool {
	where := ""
	switch {
	case r.Scope == leastagency.ScopeManaged:
		return false
	case slices.Contains(managedOnly, m.Key):
		where = "managed settings"
	case r.Scope != leastagency.ScopeUser && slices.Contains(userOrManaged, m.Key):
		where = "user and managed settings"
	case r.Scope == leastagency.ScopeProject && slices.Contains(notProject, m.Key):
		where = "user, local and managed settings"
	default:
		return false
	}
	r.Problem(m.At, leastagency.ProblemUnknownKey, "%s counts in %s only: here it does nothing", leastagency.Quote(m.Key), where)
	return true
}

// topLevel reads the switches that have no structure of their own.
func (r *reader) topLevel(l *leastagency.Layer, m node.Member) {
	on := leastagency.Is(m.Value.Bool(), true)
	add := func(kind leastagency.SwitchKind, at leastagency.Span, target string) {
		l.Switches = append(l.Switches, &leastagency.Switch{Kind: kind, Name: m.Key, At: at, Target: target})
	}
	switch key := m.Key; {
	case key == "enableAllProjectMcpServers":
		if leastagency.Is(r.Bool(m.Value, key), true) {
			add(leastagency.SwitchTrustsServers, m.Value.At, "")
		}
	case key == "enabledMcpjsonServers":
		for _, name := range r.Strings(m.Value, key) {
			add(leastagency.SwitchEnablesServer, name.At, name.V)
		}
	case key == "disabledMcpjsonServers":
		for _, name := range r.Strings(m.Value, key) {
			add(leastagency.SwitchHardening, name.At, name.V)
		}
	case key == "deniedMcpServers", key == "allowedMcpServers", key == "blockedMarketplaces":
		// An empty allow list allows nothing, an empty deny list denies nothing.
		if r.Typed(m.Value, key, node.List) && (key == "allowedMcpServers" && r.Scope == leastagency.ScopeManaged || key != "allowedMcpServers" && len(m.Value.List()) > 0) {
			add(leastagency.SwitchHardening, m.At, "")
		}
	case key == "disableAllHooks":
		if leastagency.Is(r.Bool(m.Value, key), true) {
			add(leastagency.SwitchHooksOff, m.Value.At, "")
		}
	case key == "allowedHttpHookUrls", key == "httpHookAllowedEnvVars":
		if r.Typed(m.Value, key, node.List) {
			add(leastagency.SwitchHardening, m.At, "")
		}
	case key == "autoMemoryEnabled":
		if leastagency.Is(r.Bool(m.Value, key), false) {
			add(leastagency.SwitchHardening, m.Value.At, "")
		}
	case key == "skipWebFetchPreflight":
		if on {
			add(leastagency.SwitchSafetyOff, m.Value.At, "")
		}
	case key == "skipDangerousModePermissionPrompt", key == "skipAutoPermissionPrompt":
		if on {
			add(leastagency.SwitchTrustsSelf, m.Value.At, "")
		}
	case key == "disableAutoMode":
		r.disable(l, m)
	case key == "autoMemoryDirectory":
		if dir := m.Value.String(); dir.Set {
			add(leastagency.SwitchConfigHome, dir.At, r.Sys.Knowledge.Redact(dir.V))
		}
	case key == "crossSessionInbound":
		switch m.Value.String().V {
		case "accept":
			l.Triggers = append(l.Triggers, &leastagency.Trigger{At: m.Value.At, Name: "messages of other sessions"})
		case "refuse":
			add(leastagency.SwitchHardening, m.Value.At, "")
		}
	case key == "channelsEnabled":
		if on {
			l.Triggers = append(l.Triggers, &leastagency.Trigger{At: m.Value.At, Name: "messages of channels"})
		}
	case slices.Contains(hardening, key):
		if on || key == "strictPluginOnlyCustomization" && !m.Value.Is(node.Bool) {
			add(leastagency.SwitchHardening, m.Value.At, "")
		} else if slices.Contains(securityKeys, key) {
			r.Typed(m.Value, key, node.Bool)
		}
	case misplaced[key] != "":
		r.Problem(m.At, leastagency.ProblemUnknownKey, "Claude Code reads no %s at the top of its settings: it belongs into %s", leastagency.Quote(key), misplaced[key])
	case !slices.Contains(securityKeys, key):
		if near := nearest.Key(key, securityKeys); near != "" && len(near) > 4 {
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Claude Code knows no setting %s; did you mean %q?", leastagency.Quote(key), near)
		}
	}
}

// permissions reads the block of rules.
func (r *reader) permissions(l *leastagency.Layer, block *node.Node) {
	if !r.Typed(block, "permissions", node.Map) {
		return
	}
	for _, m := range block.Each() {
		switch m.Key {
		case "allow", "ask", "deny":
			if !r.Typed(m.Value, "permissions."+m.Key, node.List) {
				continue
			}
			l.Rules = append(l.Rules, r.rules(l, m.Value, decisions[m.Key], listSettings)...)
		case "additionalDirectories":
			l.Directories = append(l.Directories, r.Strings(m.Value, "permissions."+m.Key)...)
		case "defaultMode":
			l.Mode = r.mode(m.Value, "permissions.defaultMode", r.Scope == leastagency.ScopeProject || r.Scope == leastagency.ScopeLocal)
		case "disableBypassPermissionsMode", "disableAutoMode":
			r.disable(l, m)
		}
	}
	r.AllUnknown(block, "permissions", permissionKeys...)
}

var decisions = map[string]leastagency.Decision{"allow": leastagency.Allow, "ask": leastagency.Ask, "deny": leastagency.Deny}

// mode reads a permission mode. A repository cannot choose the mode in which a model decides.
func (r *reader) mode(n *node.Node, key string, repository bool) leastagency.Value[leastagency.Mode] {
	var none leastagency.Value[leastagency.Mode]
	if !r.Typed(n, key, node.String) {
		return none
	}
	m, ok := modes[n.Text]
	switch {
	case !ok && n.Text == "":
		return none
	case !ok:
		hint := ""
		if near := nearest.Key(n.Text, modeNames); near != "" {
			hint = "; did you mean " + leastagency.Quote(near) + "?"
		}
		r.Problem(n.At, leastagency.ProblemIgnored, "Claude Code has no mode %s: it stays in its default mode%s", leastagency.Quote(n.Text), hint)
		return none
	case m == leastagency.ModeClassifier && repository:
		r.Problem(n.At, leastagency.ProblemIgnored, "mode \"auto\" is ignored in project and local settings, and hides the mode of the user's settings")
		return none
	}
	return leastagency.ValueAt(m, n.At)
}

// disable reads a switch whose only value is "disable".
func (r *reader) disable(l *leastagency.Layer, m node.Member) {
	if m.Value.String().V != "disable" {
		r.Problem(m.Value.At, leastagency.ProblemType, "%s has one value, \"disable\": this one disables nothing", leastagency.Quote(m.Key))
		return
	}
	l.Switches = append(l.Switches, &leastagency.Switch{Kind: leastagency.SwitchHardening, Name: m.Key, At: m.Value.At})
}

// autoMode reads the prose rules of the model that decides. A list without "$defaults" drops the built-in ones.
func (r *reader) autoMode(l *leastagency.Layer, block *node.Node) {
	if !r.Typed(block, "autoMode", node.Map) {
		return
	}
	for _, key := range []string{"soft_deny", "hard_deny"} {
		m := block.Member(key)
		if m == nil || !m.Value.Is(node.List) {
			continue
		}
		if !slices.ContainsFunc(m.Value.Strings(), func(s leastagency.Value[string]) bool { return s.V == "$defaults" }) {
			l.Switches = append(l.Switches, &leastagency.Switch{Kind: leastagency.SwitchSafetyOff, Name: "autoMode." + key, At: m.At})
		}
	}
}

// run adds a command that the configuration itself starts.
func (r *reader) run(l *leastagency.Layer, n *node.Node) bool {
	if strings.TrimSpace(n.String().V) == "" {
		return false
	}
	r.Run(l, n)
	return true
}

// limits are the variables that bound a session.
var limits = map[string]func(*leastagency.Limits) *leastagency.Value[int]{
	"CLAUDE_CODE_MAX_TURNS":                func(l *leastagency.Limits) *leastagency.Value[int] { return &l.Turns },
	"CLAUDE_CODE_MAX_SUBAGENT_SPAWN_DEPTH": func(l *leastagency.Limits) *leastagency.Value[int] { return &l.Depth },
}

// env reads the variables that every process of the session gets. The product replaces nothing in them.
func (r *reader) env(l *leastagency.Layer, block *node.Node) {
	if !r.Typed(block, "env", node.Map) {
		return
	}
	for _, m := range block.Each() {
		value := m.Value.Scalar()
		if !value.Set {
			continue
		}
		variable, c := credential.Classify(m.Key, value, r.syntax, r.Sys.Knowledge)
		if c != nil {
			l.Credentials = append(l.Credentials, c)
			if variable.Plain == "" { // the address is what the variable changes, whatever secret stands in it
				_, address := credential.FromURL(value, credential.None, r.Sys.Knowledge)
				if strings.Contains(address.V, "://") {
					variable.Plain = address.V
				}
			}
		}
		if s := credential.Switch(leastagency.ValueAt(variable, value.At), r.Sys.Knowledge); s != nil {
			s.Target = r.Sys.Knowledge.Redact(s.Target)
			l.Switches = append(l.Switches, s)
		}
		if field := limits[m.Key]; field != nil {
			if n := number(value); n.Set {
				*field(&l.Limits) = n
			}
		}
	}
}

func number(v leastagency.Value[string]) leastagency.Value[int] {
	n := &node.Node{Kind: node.Number, At: v.At, Text: v.V}
	return n.Int()
}
