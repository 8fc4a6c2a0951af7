package copilot

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/lazy"
	"github.com/leastagency/leastagency/internal/nearest"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/effect"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// shared are the keys that the file of a repository may set; all others in it are ignored without a word.
var shared = []string{"companyAnnouncements", "contextTier", "deniedUrls", "disableAllHooks", "disabledMcpServers", "disabledSkills", "effortLevel",
	"enabledPlugins", "extraKnownMarketplaces", "hooks", "includeCoAuthoredBy", "mergeStrategy", "model", "respectGitignore"}

// protecting are the keys of a user or an administrator that keep something back.
var protecting = []string{"sandbox", "permissions", "deniedUrls", "disabledMcpServers", "disabledSkills", "hooks", "allowedMcpServers", "deniedMcpServers", "strictKnownMarketplaces", "remoteControl"}

// repository reads .github/copilot/settings.json.
func (r *reader) repository() {
	root := r.Object()
	if root == nil {
		return
	}
	l := r.layer(leastagency.KindSession, "", r.File.Whole())
	for _, m := range root.Each() {
		if slices.Contains(shared, m.Key) || strings.HasPrefix(m.Key, "$") {
			continue
		}
		kind := leastagency.ProblemIgnored
		if slices.Contains(protecting, m.Key) {
			kind = leastagency.ProblemUnknownKey
		}
		if near := nearest.Key(m.Key, shared); near != "" {
			if slices.Contains(protecting, near) {
				kind = leastagency.ProblemUnknownKey
			}
			r.Problem(m.At, kind, "Copilot knows no setting %s; did you mean %q?", leastagency.Quote(m.Key), near)
		} else if kind == leastagency.ProblemUnknownKey || slices.Contains([]string{"allowedUrls", "mcpServers", "statusLine", "storeTokenPlaintext"}, m.Key) {
			r.Problem(m.At, kind, "%s is ignored in the settings of a repository: it counts in those of the user and of an administrator", leastagency.Quote(m.Key))
		}
	}
	r.common(l, root)
}

// user reads ~/.copilot/settings.json.
func (r *reader) user() {
	root := r.Object()
	if root == nil {
		return
	}
	l := r.layer(leastagency.KindSession, "", r.File.Whole())
	r.common(l, root)
	l.Rules = append(l.Rules, r.requests(root.Get("allowedUrls"), "allowedUrls", leastagency.Allow)...)
	r.bypass(l, root.Get("permissions"))
	for _, m := range root.Get("permissions").Each() {
		if m.Key == "allow" || m.Key == "ask" || m.Key == "deny" {
			kind := leastagency.ProblemUnknownKey
			if m.Key == "allow" {
				kind = leastagency.ProblemIgnored
			}
			r.Problem(m.At, kind, "%q counts in managed settings only: here it does nothing", "permissions."+m.Key)
		}
	}
	r.sandbox(l, root.Get("sandbox"))
	if b := root.Get("storeTokenPlaintext").Bool(); b.V {
		r.add(l, leastagency.SwitchSafetyOff, "storeTokenPlaintext", b.At, "")
	}
	if proxy := root.Get("proxyUrl").String(); proxy.V != "" {
		found, masked := credential.FromURL(proxy, credential.None, r.Sys.Knowledge)
		l.Credentials = append(l.Credentials, found...)
		r.add(l, leastagency.SwitchProxy, "proxyUrl", proxy.At, masked.V)
	}
	r.Run(l, root.Get("statusLine", "command"))
	l.Limits.Depth = root.Get("subagents", "maxDepth").Int()
}

// common reads what the settings of users and of repositories share.
func (r *reader) common(l *leastagency.Layer, root *node.Node) {
	l.Rules = append(l.Rules, r.requests(root.Get("deniedUrls"), "deniedUrls", leastagency.Deny)...)
	if b := root.Get("disableAllHooks").Bool(); b.V {
		r.add(l, leastagency.SwitchHooksOff, "disableAllHooks", b.At, "")
	}
	for _, name := range root.Get("disabledMcpServers").Strings() {
		r.add(l, leastagency.SwitchHardening, "disabledMcpServers", name.At, name.V)
	}
	if hooks := root.Get("hooks"); hooks != nil {
		r.hooks(l, hooks)
	}
	r.plugins(l, root)
}

// managed reads the settings of an administrator.
func (r *reader) managed() {
	root := r.Object()
	if root == nil {
		return
	}
	l := r.layer(leastagency.KindSession, "", r.File.Whole())
	permissions := root.Get("permissions")
	r.bypass(l, permissions)
	for _, key := range []string{"deny", "ask", "allow"} {
		list := overridable(permissions.Get(key))
		if !r.Typed(list, "permissions."+key, node.List) {
			continue
		}
		for _, item := range list.List() {
			if r.Typed(item, "permissions."+key, node.String) {
				l.Rules = append(l.Rules, r.rule(item, decisions[key]))
			}
		}
	}
	r.sandbox(l, root.Get("sandbox"))
	for _, key := range []string{"allowedMcpServers", "deniedMcpServers", "strictKnownMarketplaces"} {
		if m := root.Member(key); m != nil && overridable(m.Value).Is(node.List) && (key != "deniedMcpServers" || len(overridable(m.Value).Items) > 0) {
			r.add(l, leastagency.SwitchHardening, key, m.At, "")
		}
	}
	if endpoint := root.Get("telemetry", "endpoint").String(); endpoint.V != "" {
		r.add(l, leastagency.SwitchTelemetryTarget, "telemetry.endpoint", endpoint.At, endpoint.V)
	}
	r.environment(l, root.Get("telemetry", "headers"), credential.None)
	r.plugins(l, root)
}

var decisions = map[string]leastagency.Decision{"allow": leastagency.Allow, "ask": leastagency.Ask, "deny": leastagency.Deny}

// overridable takes the wrapping off a value that teams may replace.
func overridable(n *node.Node) *node.Node {
	if inner := n.Get("overridable"); inner != nil {
		return inner
	}
	return n
}

// bypass reads whether the flags that ask nobody are kept from working.
func (r *reader) bypass(l *leastagency.Layer, permissions *node.Node) {
	m := permissions.Member("disableBypassPermissionsMode")
	if m == nil {
		return
	}
	switch value := overridable(m.Value).String(); value.V {
	case "disable", "allow-auto-only":
		r.add(l, leastagency.SwitchHardening, "permissions."+m.Key, value.At, "")
	default:
		r.Problem(m.Value.At, leastagency.ProblemType, "%q is \"disable\" or \"allow-auto-only\": this value disables nothing", "permissions."+m.Key)
	}
}

// rule reads one rule of an administrator.
func (r *reader) rule(n *node.Node, d leastagency.Decision) *leastagency.Rule {
	rule := &leastagency.Rule{At: n.At, Text: r.Sys.Knowledge.Redact(n.Text), Decision: d}
	name, spec, bracket := strings.Cut(strings.TrimSpace(n.Text), "(")
	spec, closed := strings.CutSuffix(spec, ")")
	a := &rule.Action
	switch {
	case !bracket || !closed:
		rule.Inert = "a rule is written Selector(pattern)"
	case name == "Shell" || name == "Bash" || name == "PowerShell":
		a.Kind = leastagency.ActionShell
		words, open := strings.CutSuffix(strings.TrimSpace(spec), "*")
		if words = strings.TrimSpace(words); words == "" && open {
			break
		}
		a.Pattern, a.Open = r.Sys.Knowledge.Redact(words), open
		a.Command = command.Pattern(words, open, n.At, r.Sys.Knowledge)
	case name == "Read" || name == "Edit" || name == "Write":
		a.Kind = leastagency.ActionRead
		if name != "Read" {
			a.Kind = leastagency.ActionWrite
		}
		if strings.HasPrefix(spec, "/") && !strings.HasPrefix(spec, "//") {
			spec = "." + spec // one slash is the workspace
		}
		a.Pattern, a.Open = spec, strings.HasSuffix(spec, "*")
	case name == "Domain":
		*a = host(spec)
	default:
		rule.Inert = "Copilot knows the selectors Shell, Read, Edit and Domain, and none of this name"
	}
	if rule.Inert == "" {
		rule.Effects = effect.Of(*a)
	}
	return rule
}

// host returns the requests to a host, written as a URL, a name or a pattern.
func host(pattern string) leastagency.Action {
	_, name, schemed := strings.Cut(pattern, "://")
	if !schemed {
		name = pattern
	}
	name, _, _ = strings.Cut(name, "/")
	name = strings.ToLower(name[strings.LastIndexByte(name, '@')+1:])
	a := leastagency.Action{Kind: leastagency.ActionFetch}
	if strings.Trim(name, "*.:") != "" {
		a.Pattern, a.Open = "domain:"+name, strings.Contains(name, "*")
	}
	return a
}

// requests reads a list of URLs.
func (r *reader) requests(n *node.Node, key string, d leastagency.Decision) []*leastagency.Rule {
	if !r.Typed(n, key, node.List) {
		return nil
	}
	var out []*leastagency.Rule
	for _, item := range n.Strings() {
		a := host(item.V)
		out = append(out, &leastagency.Rule{At: item.At, Text: r.Sys.Knowledge.Redact(item.V), Decision: d, Action: a, Effects: effect.Of(a)})
	}
	return out
}

// sandbox reads the wall around commands, servers and tools. Commands inside are asked for as outside.
func (r *reader) sandbox(l *leastagency.Layer, n *node.Node) {
	if !r.Typed(n, "sandbox", node.Map) {
		return
	}
	s := &leastagency.Sandbox{At: n.At, Enabled: n.Get("enabled").Bool(), Retry: n.Get("allowBypass").Bool()}
	l.Sandbox = s
	if s.Enabled.Set {
		s.AutoAllow = leastagency.ValueAt(false, s.Enabled.At)
	}
	if r.Scope == leastagency.ScopeManaged {
		s.FailClosed = n.Get("failIfUnavailable").Bool()
	}
	files, network := n.Get("userPolicy", "filesystem"), n.Get("userPolicy", "network")
	s.Writable = files.Get("readwritePaths").Strings()
	s.Readable = files.Get("readonlyPaths").Strings()
	s.Unreadable = files.Get("deniedPaths").Strings()
	s.Unwritable = slices.Clone(s.Unreadable)
	s.Hosts = network.Get("allowedHosts").Strings()
	s.DeniedHosts = network.Get("blockedHosts").Strings()
	s.HostsSet = len(s.Hosts) > 0 || leastagency.Is(network.Get("allowOutbound").Bool(), false)
	if b := n.Get("userPolicy", "seatbelt", "keychainAccess").Bool(); b.V {
		s.Weakened = append(s.Weakened, leastagency.ValueAt("keychainAccess", b.At))
	}
	for _, m := range n.Each() {
		if near := nearest.Key(m.Key, sandboxKeys); !slices.Contains(sandboxKeys, m.Key) && near != "" {
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Copilot knows no %s in \"sandbox\", so it protects nothing; did you mean %q?", leastagency.Quote(m.Key), near)
		}
	}
}

var sandboxKeys = []string{"enabled", "allowBypass", "auth", "userPolicy", "failIfUnavailable", "addCurrentWorkingDirectory", "sandboxMcpServers", "sandboxLspServers", "gitAuth", "ghAuth", "allowDevToolAccess"}

// approvals reads what a person has approved once and for all, by folder.
func (r *reader) approvals() {
	root := r.Object()
	for _, location := range root.Get("locations").Each() {
		l := r.layer(leastagency.KindSession, "", location.At)
		l.Directories = location.Value.Get("allowed_directories").Strings()
		for _, item := range location.Value.Get("tool_approvals").List() {
			r.approval(l, item)
		}
	}
}

func (r *reader) approval(l *leastagency.Layer, n *node.Node) {
	kind := n.Get("kind").String()
	allow := func(at leastagency.Span, text string, a leastagency.Action) {
		l.Rules = append(l.Rules, &leastagency.Rule{At: at, Text: r.Sys.Knowledge.Redact(text), Decision: leastagency.Allow, Action: a, Effects: effect.Of(a)})
	}
	switch kind.V {
	case "commands":
		for _, id := range n.Get("commandIdentifiers").Strings() {
			words, open := strings.CutSuffix(id.V, ":*")
			r.Secrets(l, id.V, id.At)
			allow(id.At, id.V, leastagency.Action{Kind: leastagency.ActionShell, Pattern: r.Sys.Knowledge.Redact(words), Open: open, Command: command.Pattern(words, open, id.At, r.Sys.Knowledge)})
		}
	case "read":
		allow(kind.At, kind.V, leastagency.Action{Kind: leastagency.ActionRead, Pattern: "**"}) // paths outside are still asked for
	case "write":
		allow(kind.At, kind.V, leastagency.Action{Kind: leastagency.ActionWrite, Pattern: "**", Open: true})
	case "mcp":
		server, tool := n.Get("serverName").String(), n.Get("toolName").String()
		if server.Set {
			allow(server.At, server.V+"/"+tool.V, leastagency.Action{Kind: leastagency.ActionServer, Server: server.V, Tool: tool.V})
		}
	}
}

var commitHash = lazy.Compile(`^[0-9a-fA-F]{40}$`)

// plugins reads what is enabled and the marketplaces that it comes from.
func (r *reader) plugins(l *leastagency.Layer, root *node.Node) {
	for _, m := range root.Get("extraKnownMarketplaces").Each() {
		l.Plugins = append(l.Plugins, &leastagency.Plugin{Name: m.Key, At: m.At, Market: true, Enabled: true,
			Updates: leastagency.Is(m.Value.Get("autoUpdate").Bool(), true), Source: r.source(l, m.Value.Get("source"), m.At)})
	}
	for _, m := range root.Get("enabledPlugins").Each() {
		l.Plugins = append(l.Plugins, &leastagency.Plugin{Name: m.Key, At: m.At, Enabled: !leastagency.Is(m.Value.Bool(), false), Source: leastagency.Artifact{At: m.At, Name: m.Key}})
	}
	for _, item := range root.Get("strictKnownMarketplaces").List() {
		a := r.source(l, item, item.At)
		l.Plugins = append(l.Plugins, &leastagency.Plugin{Name: a.Name, At: item.At, Market: true, Allowlist: true, Source: a})
	}
}

// source reads where a marketplace comes from.
func (r *reader) source(l *leastagency.Layer, n *node.Node, at leastagency.Span) leastagency.Artifact {
	a := leastagency.Artifact{At: at}
	for _, way := range []struct{ key, ecosystem string }{{"repo", "github"}, {"url", "git"}, {"package", "npm"}, {"path", ""}} {
		v := n.Get(way.key).String()
		if !v.Set || a.Name != "" {
			continue
		}
		found, masked := credential.FromURL(v, credential.None, r.Sys.Knowledge)
		l.Credentials = append(l.Credentials, found...)
		a.At, a.Name, a.Ecosystem, a.Pin = v.At, r.Sys.Knowledge.Redact(masked.V), way.ecosystem, leastagency.Unpinned
		if way.key == "path" && n.Get("source").String().V != "git" {
			a.Pin = leastagency.LocalCode
		}
	}
	if a.Version = n.Get("ref").String().V; commitHash.MatchString(a.Version) {
		a.Pin = leastagency.Digested
	}
	return a
}

// setup reads the workflow that prepares the machine of the cloud agent: it runs one job, by name.
func (r *reader) setup() {
	docs, problems := node.ParseYAML(r.File)
	r.Sys.Problems = append(r.Sys.Problems, problems...)
	for _, doc := range docs {
		jobs := doc.Root.Member("jobs")
		if jobs == nil || !jobs.Value.Is(node.Map) {
			continue
		}
		if jobs.Value.Get("copilot-setup-steps") == nil && len(jobs.Value.Members) > 0 {
			r.Problem(jobs.Value.Members[0].At, leastagency.ProblemIgnored, "the cloud agent runs the job \"copilot-setup-steps\" only: what this one prepares is missing when it works")
		}
	}
}
