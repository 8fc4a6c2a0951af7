package claude

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/nearest"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// A sandboxKey is one key of the sandbox block.
type sandboxKey struct {
	block, key string
	scope      leastagency.Scope // the lowest that can set it: ScopeUser and ScopeManaged bar repositories
	read       func(r *reader, s *leastagency.Sandbox, m node.Member, name string)
}

// sandboxKeys are all keys of the block. Those without a reader say nothing that the model has a word for.
var sandboxKeys = []sandboxKey{
	{"", "enabled", 0, flag(func(s *leastagency.Sandbox) *leastagency.Value[bool] { return &s.Enabled })},
	{"", "failIfUnavailable", 0, flag(func(s *leastagency.Sandbox) *leastagency.Value[bool] { return &s.FailClosed })},
	{"", "allowUnsandboxedCommands", 0, flag(func(s *leastagency.Sandbox) *leastagency.Value[bool] { return &s.Retry })},
	{"", "autoAllowBashIfSandboxed", 0, flag(func(s *leastagency.Sandbox) *leastagency.Value[bool] { return &s.AutoAllow })},
	{"", "excludedCommands", 0, excluded},
	{"", "enabledPlatforms", 0, nil},
	{"", "ignoreViolations", 0, nil},
	{"", "enableWeakerNestedSandbox", 0, weakened},
	{"", "enableWeakerNetworkIsolation", 0, weakened},
	{"", "allowAppleEvents", leastagency.ScopeUser, weakened},
	{"", "ripgrep", leastagency.ScopeUser, nil},
	{"", "bwrapPath", leastagency.ScopeManaged, nil},
	{"", "socatPath", leastagency.ScopeManaged, nil},
	{"", "filesystem", 0, nil},
	{"", "network", 0, nil},
	{"", "credentials", 0, nil},
	{"filesystem", "allowWrite", 0, paths(func(s *leastagency.Sandbox) *[]leastagency.Value[string] { return &s.Writable })},
	{"filesystem", "denyWrite", 0, paths(func(s *leastagency.Sandbox) *[]leastagency.Value[string] { return &s.Unwritable })},
	{"filesystem", "denyRead", 0, paths(func(s *leastagency.Sandbox) *[]leastagency.Value[string] { return &s.Unreadable })},
	{"filesystem", "allowRead", 0, paths(func(s *leastagency.Sandbox) *[]leastagency.Value[string] { return &s.Readable })},
	{"filesystem", "disabled", leastagency.ScopeUser, weakened},
	{"filesystem", "allowManagedReadPathsOnly", leastagency.ScopeManaged, nil},
	{"credentials", "files", 0, hiddenFiles},
	{"credentials", "envVars", 0, nil},
	{"credentials", "allowPlaintextInject", leastagency.ScopeUser, weakened},
	{"credentials", "awsPairs", leastagency.ScopeUser, nil},
	{"credentials", "sigv4", leastagency.ScopeUser, nil},
	{"network", "allowedDomains", 0, hosts},
	{"network", "deniedDomains", 0, paths(func(s *leastagency.Sandbox) *[]leastagency.Value[string] { return &s.DeniedHosts })},
	{"network", "strictAllowlist", leastagency.ScopeUser, nil},
	{"network", "allowManagedDomainsOnly", leastagency.ScopeManaged, nil},
	{"network", "allowUnixSockets", 0, paths(func(s *leastagency.Sandbox) *[]leastagency.Value[string] { return &s.Sockets })},
	{"network", "allowAllUnixSockets", 0, weakened},
	{"network", "allowLocalBinding", 0, nil},
	{"network", "allowMachLookup", 0, nil},
	{"network", "httpProxyPort", 0, nil},
	{"network", "socksProxyPort", 0, nil},
	{"network", "tlsTerminate", leastagency.ScopeUser, nil},
}

func keysOf(block string) []string {
	var out []string
	for _, k := range sandboxKeys {
		if k.block == block {
			out = append(out, k.key)
		}
	}
	return out
}

// sandbox reads the wall around shell commands.
func (r *reader) sandbox(l *leastagency.Layer, block *node.Node) {
	if !r.Typed(block, "sandbox", node.Map) {
		return
	}
	s := &leastagency.Sandbox{At: block.At, FailKey: "failIfUnavailable"}
	l.Sandbox = s
	r.sandboxBlock(l, s, block, "")
	for _, name := range []string{"filesystem", "network", "credentials"} {
		if inner := block.Get(name); inner != nil && r.Typed(inner, "sandbox."+name, node.Map) {
			r.sandboxBlock(l, s, inner, name)
		}
	}
}

func (r *reader) sandboxBlock(l *leastagency.Layer, s *leastagency.Sandbox, block *node.Node, name string) {
	title := strings.TrimSuffix("sandbox."+name, ".")
	for _, m := range block.Each() {
		i := slices.IndexFunc(sandboxKeys, func(k sandboxKey) bool { return k.block == name && k.key == m.Key })
		if i < 0 {
			r.strayKey(m, title)
			continue
		}
		k := sandboxKeys[i]
		switch {
		case k.scope == leastagency.ScopeManaged && r.Scope != leastagency.ScopeManaged:
			r.Problem(m.At, leastagency.ProblemUnknownKey, "%q counts in managed settings only: here it does nothing", title+"."+m.Key)
		case k.scope == leastagency.ScopeUser && r.Scope != leastagency.ScopeManaged && r.Scope != leastagency.ScopeUser:
			r.Problem(m.At, leastagency.ProblemUnknownKey, "%q counts in user and managed settings only: here it does nothing", title+"."+m.Key)
		case k.read != nil:
			k.read(r, s, m, title+"."+m.Key)
		case m.Key == "strictAllowlist" || m.Key == "allowManagedDomainsOnly" || m.Key == "allowManagedReadPathsOnly":
			if leastagency.Is(r.Bool(m.Value, title+"."+m.Key), true) {
				l.Switches = append(l.Switches, &leastagency.Switch{Kind: leastagency.SwitchHardening, Name: title + "." + m.Key, At: m.Value.At})
			}
		}
	}
}

// strayKey reports a key that is unknown at its place, and where it belongs when it is known elsewhere.
func (r *reader) strayKey(m node.Member, title string) {
	if strings.HasPrefix(m.Key, "$") || strings.HasPrefix(m.Key, "_") || strings.HasPrefix(m.Key, "//") {
		return
	}
	for _, k := range sandboxKeys {
		if k.key == m.Key {
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Claude Code reads no %s in %q: it belongs into %q", leastagency.Quote(m.Key), title, strings.TrimSuffix("sandbox."+k.block, "."))
			return
		}
	}
	hint := ""
	if near := nearest.Key(m.Key, keysOf(strings.TrimPrefix(strings.TrimPrefix(title, "sandbox"), "."))); near != "" {
		hint = "; did you mean " + leastagency.Quote(near) + "?"
	}
	r.Problem(m.At, leastagency.ProblemUnknownKey, "Claude Code knows no %s in %q, so it protects nothing%s", leastagency.Quote(m.Key), title, hint)
}

func flag(field func(*leastagency.Sandbox) *leastagency.Value[bool]) func(*reader, *leastagency.Sandbox, node.Member, string) {
	return func(r *reader, s *leastagency.Sandbox, m node.Member, name string) {
		*field(s) = r.Bool(m.Value, name)
	}
}

func paths(field func(*leastagency.Sandbox) *[]leastagency.Value[string]) func(*reader, *leastagency.Sandbox, node.Member, string) {
	return func(r *reader, s *leastagency.Sandbox, m node.Member, name string) {
		*field(s) = append(*field(s), r.Strings(m.Value, name)...)
	}
}

func hosts(r *reader, s *leastagency.Sandbox, m node.Member, name string) {
	s.HostsSet = m.Value.Is(node.List)
	s.Hosts = append(s.Hosts, r.Strings(m.Value, name)...)
}

func weakened(r *reader, s *leastagency.Sandbox, m node.Member, name string) {
	if leastagency.Is(r.Bool(m.Value, name), true) {
		s.Weakened = append(s.Weakened, leastagency.ValueAt(strings.TrimPrefix(name, "sandbox."), m.Value.At))
	}
}

// excluded reads the commands that run outside. They are patterns like those of shell rules: a
// program's name alone is that command line without arguments, and nothing else.
func excluded(r *reader, s *leastagency.Sandbox, m node.Member, name string) {
	if !r.Typed(m.Value, name, node.List) {
		return
	}
	for _, item := range m.Value.List() {
		if !r.Typed(item, name, node.String) {
			continue
		}
		rule := &leastagency.Rule{At: item.At, Text: item.Text, Decision: leastagency.Allow}
		g := grammar{reader: r, decision: leastagency.Ask, at: item.At}
		switch words := strings.TrimSpace(item.Text); words {
		case "":
			rule.Inert = "an empty pattern matches no command"
		case "*":
			rule.Action = leastagency.Action{Kind: leastagency.ActionShell}
		default:
			if name, spec, ok := splitRule(words); ok && name == "Bash" {
				words = spec
			}
			rule.Action, rule.Inert = g.shell(words)
		}
		if rule.Inert == "" {
			rule.Effects = g.effects(rule.Action)
		}
		s.Excluded = append(s.Excluded, rule)
	}
}

// hiddenFiles reads the credential files that commands cannot read. Masking counts in user and managed settings only.
func hiddenFiles(r *reader, s *leastagency.Sandbox, m node.Member, name string) {
	if !r.Typed(m.Value, name, node.List) {
		return
	}
	for _, item := range m.Value.List() {
		p := item.Get("path").String()
		mode := item.Get("mode").String()
		switch {
		case !p.Set:
		case mode.V == "deny", mode.V == "mask" && (r.Scope == leastagency.ScopeUser || r.Scope == leastagency.ScopeManaged):
			s.Unreadable = append(s.Unreadable, p)
		case mode.V == "mask":
			r.Problem(mode.At, leastagency.ProblemUnknownKey, `mode "mask" counts in user and managed settings only: here it hides nothing`)
		}
	}
}
