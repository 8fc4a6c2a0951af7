package gemini

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/nearest"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// modes are the values of the approval mode. Gemini CLI takes yolo from its command line only.
var modes = map[string]leastagency.Mode{
	"default": leastagency.ModeAsk, "plan": leastagency.ModePlan, "auto_edit": leastagency.ModeAcceptEdits, "auto-edit": leastagency.ModeAcceptEdits,
	"autoEdit": leastagency.ModeAcceptEdits, "auto": leastagency.ModeClassifier, "yolo": leastagency.ModeBypass,
}

// dialect is how both write servers. An extension's server is never trusted.
var (
	dialect          = mcpserver.Dialect{Syntax: credential.Dollar, Trust: []string{"trust"}, Included: []string{"includeTools"}, Excluded: []string{"excludeTools"}}
	extensionDialect = mcpserver.Dialect{Syntax: credential.Dollar, Included: []string{"includeTools"}, Excluded: []string{"excludeTools"}}
	agentDialect     = mcpserver.Dialect{Syntax: credential.Dollar, Trust: []string{"trust"}, Included: []string{"include_tools"}, Excluded: []string{"exclude_tools"}}
)

// blocks are the top-level keys, those that protect with the keys inside that do.
var blocks = map[string][]string{
	"general": nil, "output": nil, "ui": nil, "ide": nil, "privacy": nil, "telemetry": nil, "billing": nil, "model": nil, "agents": nil, "context": nil, "advanced": nil,
	"experimental": nil, "extensions": nil, "skills": nil, "hooks": nil, "admin": nil, "mcpServers": nil, "policyPaths": nil, "adminPolicyPaths": nil, "contextManagement": nil,
	"tools": {"sandbox", "sandboxAllowedPaths", "sandboxNetworkAccess", "sandboxImage", "shell", "core", "allowed", "confirmationRequired", "exclude", "disabled", "visible", "approvalMode",
		"autoAccept", "discoveryCommand", "callCommand", "useRipgrep", "useBuiltinRipgrep", "truncateToolOutputThreshold", "truncateToolOutputLines", "toolOutputBatchBudget",
		"enableToolOutputTruncation", "enableMessageBusIntegration", "enableHooks", "disableLLMCorrection", "webSearch", "toolSearch", "computerUse", "experimental"},
	"mcp": {"serverCommand", "allowed", "excluded", "toolIdleTimeoutMs", "autoAllowInHeadless"},
	"security": {"toolSandboxing", "disableYoloMode", "disableAlwaysAllow", "enablePermanentToolApproval", "autoAddToPolicyByDefault", "blockGitExtensions", "allowedExtensions",
		"folderTrust", "environmentVariableRedaction", "auth", "enableConseca", "allowedHttpHookUrls", "allowPrivateNetworkHooks", "allowedInsecureVoiceBaseUrls"},
	"permissions": {"allow", "ask", "deny", "autoMode"},
	"hooksConfig": {"enabled", "disabled", "notifications"},
}

// protecting are the top-level keys of which a near-miss is worth a word.
var protecting = []string{"tools", "security", "permissions", "mcpServers", "hooks", "hooksConfig", "policyPaths"}

// moved are keys that stood at the top of older settings, and where they are read today.
var moved = map[string]string{
	"coreTools": "tools.core", "excludeTools": "tools.exclude", "allowedTools": "tools.allowed", "sandbox": "tools.sandbox", "autoAccept": "tools.autoAccept",
	"approvalMode": "general.defaultApprovalMode", "defaultApprovalMode": "general.defaultApprovalMode", "allowMCPServers": "mcp.allowed", "excludeMCPServers": "mcp.excluded",
	"mcpServerCommand": "mcp.serverCommand", "toolDiscoveryCommand": "tools.discoveryCommand", "toolCallCommand": "tools.callCommand", "folderTrust": "security.folderTrust.enabled",
	"maxSessionTurns": "model.maxSessionTurns", "disableYoloMode": "security.disableYoloMode", "excludedProjectEnvVars": "advanced.excludedEnvVars",
}

// hardening are the keys that take authority away when they are true.
var hardening = [][]string{{"security", "disableYoloMode"}, {"security", "disableAlwaysAllow"}, {"security", "blockGitExtensions"}, {"security", "environmentVariableRedaction", "enabled"}}

// loosening are the keys that save questions when they are true.
var loosening = [][]string{{"security", "enablePermanentToolApproval"}, {"security", "autoAddToPolicyByDefault"}, {"security", "allowPrivateNetworkHooks"}}

// settings reads a settings file of any scope.
func (r *reader) settings() {
	if root := r.Object(); root != nil {
		r.keys(root)
		r.into(r.layer(leastagency.KindSession, "", r.File.Whole()), root)
	}
}

// into reads the values of settings into a layer.
func (r *reader) into(l *leastagency.Layer, root *node.Node) {
	r.mode(l, root)
	r.toolLists(l, root)
	r.sandbox(l, root)
	d := dialect
	if r.inline {
		d.Syntax = credential.Any
	}
	r.servers(l, root.Get("mcpServers"), d)
	r.switches(l, root)
	r.hooks(l, root)
	r.paths(l, root)
	r.environment(l, root.Get("env"))
	for _, key := range [][]string{{"mcp", "serverCommand"}, {"tools", "discoveryCommand"}, {"tools", "callCommand"}} {
		r.Run(l, root.Get(key...))
	}
	r.context(l, root.Get("context"))
	if turns := root.Get("model", "maxSessionTurns").Int(); turns.V > 0 {
		l.Limits.Turns = turns
	}
}

// keys reports the keys that the product does not read: dotted ones, those of older settings, and
// misspelt ones in the blocks that protect.
func (r *reader) keys(root *node.Node) {
	var top []string
	for key := range blocks {
		top = append(top, key)
	}
	slices.Sort(top)
	for _, m := range root.Each() {
		if block, rest, dotted := strings.Cut(m.Key, "."); dotted && slices.Contains(top, block) {
			r.Problem(m.At, leastagency.ProblemUnknownKey, "%s reads no dotted keys, so this does nothing: write %s inside %s", r.Title, leastagency.Quote(rest), leastagency.Quote(block))
			continue
		}
		if known := blocks[m.Key]; known != nil {
			if r.Typed(m.Value, m.Key, node.Map) {
				r.Unknown(m.Value, m.Key, known...)
			}
		}
		where := moved[m.Key]
		switch near := nearest.Key(m.Key, protecting); {
		case where != "" && r.gemini():
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Gemini CLI no longer reads %s at the top of its settings: it belongs into %s", leastagency.Quote(m.Key), leastagency.Quote(where))
		case where == "" && near != "" && near != m.Key && !slices.Contains(top, m.Key):
			r.Problem(m.At, leastagency.ProblemUnknownKey, "%s has no key %s; did you mean %s?", r.Title, leastagency.Quote(m.Key), leastagency.Quote(near))
		}
	}
	if !r.gemini() {
		return
	}
	if m := root.Member("admin"); m != nil && r.scope != leastagency.ScopeManaged || m != nil && m.Value.Is(node.Map) {
		r.Problem(m.At, leastagency.ProblemUnknownKey, `Gemini CLI takes "admin" from its management service only: in a file it does nothing`)
	}
	if m := root.Member("permissions"); m != nil {
		r.Problem(m.At, leastagency.ProblemUnknownKey, `Gemini CLI reads no "permissions": its rules stand in policies/*.toml and in "tools"`)
	}
	if m := root.Get("tools").Member("approvalMode"); m != nil {
		r.Problem(m.At, leastagency.ProblemUnknownKey, `Gemini CLI reads its approval mode from "general.defaultApprovalMode"`)
	}
}

// mode reads how the session decides what no rule decides.
func (r *reader) mode(l *leastagency.Layer, root *node.Node) {
	n := root.Get("general", "defaultApprovalMode")
	if !r.gemini() {
		if n = root.Get("tools", "approvalMode"); n == nil {
			n = root.Get("approvalMode")
		}
	}
	if n == nil || n.Is(node.Null) || !r.Typed(n, "approval mode", node.String) {
		return
	}
	m, known := modes[n.Text]
	switch {
	case !known || r.gemini() && (m == leastagency.ModeClassifier || n.Text == "auto-edit" || n.Text == "autoEdit"):
		r.Problem(n.At, leastagency.ProblemType, "%s knows no approval mode %s", r.Title, leastagency.Quote(n.Text))
	case r.gemini() && m == leastagency.ModeBypass:
		r.Problem(n.At, leastagency.ProblemIgnored, `mode "yolo" counts on the command line of Gemini CLI only: here everything is asked for as by default`)
	default:
		l.Mode = leastagency.ValueAt(m, n.At)
	}
}

// toolLists reads the lists of tools and servers.
func (r *reader) toolLists(l *leastagency.Layer, root *node.Node) {
	tools, mcp := root.Get("tools"), root.Get("mcp")
	if !r.gemini() {
		r.permissions(l, r.Strings(root.Get("permissions", "allow"), "permissions.allow"), leastagency.Allow)
		r.permissions(l, r.Strings(root.Get("permissions", "ask"), "permissions.ask"), leastagency.Ask)
		r.permissions(l, r.Strings(root.Get("permissions", "deny"), "permissions.deny"), leastagency.Deny)
		r.list(l, r.Strings(tools.Get("disabled"), "tools.disabled"), leastagency.Deny, 0)
		for key, name := range map[string]string{"allowedTools": "allowed", "excludeTools": "exclude"} { // moved there when the product starts
			if n := root.Get(key); n != nil && tools.Get(name) == nil {
				r.list(l, r.Strings(n, key), map[string]leastagency.Decision{"allowed": leastagency.Allow, "exclude": leastagency.Deny}[name], 0)
			}
		}
	} else {
		core := r.Strings(tools.Get("core"), "tools.core")
		r.list(l, core, leastagency.Allow, coreTool)
		if m := tools.Member("core"); m != nil && m.Value.Is(node.List) {
			l.Rules = append(l.Rules, &leastagency.Rule{At: m.At, Text: "tools.core", Decision: leastagency.Deny, Priority: notCoreTool, Implied: true, Action: leastagency.Action{Kind: leastagency.ActionAny}})
		}
		r.list(l, r.Strings(tools.Get("confirmationRequired"), "tools.confirmationRequired"), leastagency.Ask, confirmedTool)
		r.serverRules(l, "mcp.allowed", mcp, leastagency.Allow, allowedServer)
	}
	r.list(l, r.Strings(tools.Get("allowed"), "tools.allowed"), leastagency.Allow, allowedTool)
	r.list(l, r.Strings(tools.Get("exclude"), "tools.exclude"), leastagency.Deny, excludedTool)
	r.serverRules(l, "mcp.excluded", mcp, leastagency.Deny, excludedServer)
	confirm(l)
}

// confirm turns what the lists allow into a question where another list of the same file asks for it.
func confirm(l *leastagency.Layer) {
	for _, ask := range l.Rules {
		for _, r := range l.Rules {
			if ask.Priority == confirmedTool && r.Decision == leastagency.Allow && r.Inert == "" && ask.Inert == "" && r.Priority < ask.Priority && r.Action.Kind == ask.Action.Kind &&
				toolOf(r.Text) == toolOf(ask.Text) {
				r.Decision = leastagency.Ask
			}
		}
	}
}

// toolOf is the name in front of the brackets.
func toolOf(entry string) string {
	name, _, _ := strings.Cut(entry, "(")
	return strings.Replace(name, "ShellTool", "run_shell_command", 1)
}

// sandbox reads the wall around the product: a container or profile that it starts itself in, without
// which it does not start. The network is open unless it is said not to be.
func (r *reader) sandbox(l *leastagency.Layer, root *node.Node) {
	tools := root.Get("tools")
	n, network, paths := tools.Get("sandbox"), tools.Get("sandboxNetworkAccess"), tools.Get("sandboxAllowedPaths").Strings()
	if n == nil && !r.gemini() {
		n = root.Get("sandbox")
	}
	each := root.Get("security", "toolSandboxing").Bool()
	enabled := n.Bool()
	switch {
	case n.Is(node.String):
		enabled = leastagency.ValueAt(n.Text != "" && n.Text != "false" && n.Text != "0", n.At)
	case n.Is(node.Map):
		enabled = n.Get("enabled").Bool()
		paths = append(paths, n.Get("allowedPaths").Strings()...)
		if n.Get("networkAccess") != nil {
			network = n.Get("networkAccess")
		}
	}
	if !enabled.Set && !each.Set {
		return
	}
	s := &leastagency.Sandbox{At: enabled.At, Enabled: enabled, Writable: paths}
	if !leastagency.Is(enabled, true) && leastagency.Is(each, true) { // around each tool, and a tool may ask for more
		s.At, s.Enabled, s.AutoAllow = each.At, each, leastagency.ValueAt(false, each.At)
		l.Sandbox = s
		return
	}
	s.FailClosed, s.Retry, s.AutoAllow = leastagency.ValueAt(true, enabled.At), leastagency.ValueAt(false, enabled.At), leastagency.ValueAt(false, enabled.At)
	if !leastagency.Is(network.Bool(), false) && leastagency.Is(enabled, true) {
		s.OpenNetwork = leastagency.ValueAt(true, enabled.At)
		if network.Bool().Set {
			s.OpenNetwork.At = network.At
		}
	}
	l.Sandbox = s
}

// servers reads a map of MCP servers.
func (r *reader) servers(l *leastagency.Layer, n *node.Node, d mcpserver.Dialect) {
	found := d.Read(n, r.Sys)
	l.Servers = append(l.Servers, found...)
	l.Switches = append(l.Switches, mcpserver.Switches(found, r.Sys.Knowledge)...)
}

// switches reads the keys without a structure of their own.
func (r *reader) switches(l *leastagency.Layer, root *node.Node) {
	add := func(kind leastagency.SwitchKind, at leastagency.Span, target string, keys ...string) {
		l.Switches = append(l.Switches, &leastagency.Switch{Kind: kind, Name: strings.Join(keys, "."), At: at, Target: target})
	}
	on := func(keys []string, want bool, kind leastagency.SwitchKind) {
		if n := root.Get(keys...); leastagency.Is(n.Bool(), want) {
			add(kind, n.At, "", keys...)
		}
	}
	for _, keys := range hardening {
		on(keys, true, leastagency.SwitchHardening)
	}
	for _, keys := range loosening {
		if n := root.Get(keys...); keys[1] == "allowPrivateNetworkHooks" && r.project() {
			if leastagency.Is(n.Bool(), true) {
				r.Problem(n.At, leastagency.ProblemIgnored, `"security.allowPrivateNetworkHooks" counts in user and system settings only`)
			}
			continue
		}
		on(keys, true, leastagency.SwitchSafetyOff)
	}
	if n := root.Get("security", "folderTrust", "enabled"); n != nil && r.project() {
		kind := leastagency.ProblemUnknownKey
		if leastagency.Is(n.Bool(), false) {
			kind = leastagency.ProblemIgnored
		}
		r.Problem(n.At, kind, `"security.folderTrust.enabled" counts in user and system settings only: whether a folder is trusted is asked before its settings are read`)
	} else if r.gemini() {
		on([]string{"security", "folderTrust", "enabled"}, false, leastagency.SwitchSafetyOff)
	}
	on([]string{"hooksConfig", "enabled"}, false, leastagency.SwitchHooksOff)
	if !r.gemini() {
		on([]string{"disableAllHooks"}, true, leastagency.SwitchHooksOff)
	}
	on([]string{"telemetry", "enabled"}, false, leastagency.SwitchTelemetryOff)
	address := func(kind leastagency.SwitchKind, keys ...string) {
		v := root.Get(keys...).String()
		if !v.Set || strings.TrimSpace(v.V) == "" {
			return
		}
		found, masked := credential.FromURL(v, credential.Dollar, r.Sys.Knowledge)
		l.Credentials = append(l.Credentials, found...)
		if host := hostOf(masked.V); host != "" && !(kind == leastagency.SwitchTelemetryTarget && credential.Loopback(host)) {
			add(kind, v.At, bare(masked.V), keys...)
		}
	}
	address(leastagency.SwitchTelemetryTarget, "telemetry", "otlpEndpoint")
	if !r.gemini() {
		address(leastagency.SwitchEndpoint, "security", "auth", "baseUrl")
		address(leastagency.SwitchProxy, "proxy")
		for _, keys := range [][]string{{"security", "auth", "apiKey"}, {"advanced", "tavilyApiKey"}} {
			if _, c := credential.Classify(keys[len(keys)-1], root.Get(keys...).String(), credential.Dollar, r.Sys.Knowledge); c != nil {
				l.Credentials = append(l.Credentials, c)
			}
		}
	}
}

// hostOf is the host of an address without its port.
func hostOf(address string) string {
	_, rest, found := strings.Cut(address, "://")
	if !found {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	host = host[strings.LastIndexByte(host, '@')+1:]
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:i]
	}
	if strings.ContainsAny(host, "${}") {
		return ""
	}
	return host
}

// bare is an address without user information, query and fragment.
func bare(address string) string {
	if i := strings.IndexAny(address, "?#"); i >= 0 {
		address = address[:i]
	}
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		return address
	}
	host, below, slash := strings.Cut(rest, "/")
	address = scheme + "://" + host[strings.LastIndexByte(host, '@')+1:]
	if slash {
		address += "/" + below
	}
	return address
}

// paths reads further policies. Those of a project take the place of the user's own, and are as strong
// as these.
func (r *reader) paths(l *leastagency.Layer, root *node.Node) {
	if !r.gemini() {
		return
	}
	for _, key := range []string{"policyPaths", "adminPolicyPaths"} {
		tier := tierUser
		if key == "adminPolicyPaths" {
			tier = tierAdmin
		}
		for _, p := range r.Strings(root.Get(key), key) {
			if r.project() {
				l.Switches = append(l.Switches, &leastagency.Switch{Kind: leastagency.SwitchConfigHome, Name: key, At: p.At, Target: p.V})
			}
			if full := path.Join(r.root, p.V); strings.HasSuffix(full, ".toml") && !strings.HasPrefix(p.V, "/") && !strings.HasPrefix(p.V, "~") && full != ".." && !strings.HasPrefix(full, "../") {
				if f := r.Sys.Open(full); f != nil {
					other := *r
					other.File = f
					doc, problems := node.ParseTOML(f)
					r.Sys.Problems = append(r.Sys.Problems, problems...)
					rules := doc.Root.Get("rule").List()
					other.policies(l, rules, tier, other.refused(rules))
				}
			}
		}
	}
}

// environment reads variables for the credentials and switches among them.
func (r *reader) environment(l *leastagency.Layer, n *node.Node) {
	for _, m := range n.Each() {
		r.variable(l, m.Key, m.Value.Scalar(), credential.Dollar)
	}
}

func (r *reader) variable(l *leastagency.Layer, name string, value leastagency.Value[string], syntax credential.Syntax) {
	if !value.Set {
		return
	}
	v, c := credential.Classify(name, value, syntax, r.Sys.Knowledge)
	if c != nil {
		l.Credentials = append(l.Credentials, c)
	}
	if s := credential.Switch(leastagency.ValueAt(v, value.At), r.Sys.Knowledge); s != nil {
		s.Target = r.Sys.Knowledge.Redact(s.Target)
		l.Switches = append(l.Switches, s)
	}
}

// context reads which files are loaded as instructions, and which folders belong to the workspace.
func (r *reader) context(l *leastagency.Layer, n *node.Node) {
	l.Directories = append(l.Directories, n.Get("includeDirectories").Strings()...)
	if r.scope != leastagency.ScopeProject {
		return
	}
	for _, name := range texts(n.Get("fileName")) {
		if name.V == r.product.memory || strings.Contains(name.V, "..") || strings.HasPrefix(name.V, "/") {
			continue
		}
		if f := r.Sys.Open(path.Join(r.root, name.V)); f != nil {
			other := *r
			other.File = f
			other.memory(l)
		}
	}
}
