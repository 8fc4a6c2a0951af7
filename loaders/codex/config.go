package codex

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/nearest"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/effect"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// securityKeys are the top-level keys that protect or grant: a near-miss of one is worth a word.
var securityKeys = []string{"approval_policy", "approvals_reviewer", "sandbox_mode", "sandbox_workspace_write", "default_permissions", "permissions",
	"shell_environment_policy", "mcp_servers", "hooks", "features", "web_search", "projects", "profiles", "agents", "apps"}

// otherKeys are further keys of the product that lie near a security key.
var otherKeys = []string{"feature", "agent", "app", "profile", "project", "permission", "hook", "history", "model", "tools", "notify", "notice", "plugins"}

// misplaced are keys of older clients and of other products that Codex skips, and what does the work.
var misplaced = map[string]string{"sandbox": "sandbox_mode", "sandbox_permissions": "permissions", "approval_mode": "approval_policy", "ask_for_approval": "approval_policy",
	"approvalPolicy": "approval_policy", "sandboxMode": "sandbox_mode"}

// config reads config.toml of any scope.
func (r *reader) config() {
	root := r.toml()
	if root == nil {
		return
	}
	l := r.layer(leastagency.KindSession, "", r.File.Whole())
	r.settings(l, root)
	r.agents(l, root.Get("agents"))
	r.plugins(l, root)
	if r.Scope == leastagency.ScopeProject {
		r.skipped(root)
	} else {
		r.ownKeys(l, root)
		r.profiles(root.Get("profiles"))
	}
	for _, m := range root.Each() {
		switch instead := misplaced[m.Key]; {
		case instead != "":
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Codex knows no %s, so it protects nothing: %q does", leastagency.Quote(m.Key), instead)
		case m.Key == "mcpServers" || m.Key == "mcp-servers":
			r.Problem(m.At, leastagency.ProblemIgnored, `Codex reads its servers from "mcp_servers" and starts none of these`)
		case !slices.Contains(securityKeys, m.Key) && !slices.Contains(otherKeys, m.Key):
			if near := nearest.Key(m.Key, securityKeys); len(near) > 4 {
				r.Problem(m.At, leastagency.ProblemUnknownKey, "Codex knows no setting %s; did you mean %q?", leastagency.Quote(m.Key), near)
			}
		}
	}
}

// settings reads what a session, a profile and a role state alike.
func (r *reader) settings(l *leastagency.Layer, t *node.Node) {
	r.authority(l, t)
	r.search(l, t)
	r.servers(l, t.Get("mcp_servers"))
	r.apps(l, t.Get("apps"))
	r.environment(l, t.Get("shell_environment_policy"))
	r.features(l, t.Get("features"))
	r.hooks(l, t.Member("hooks"))
	r.Tell(l, reading.Text(leastagency.TextInstructions, t.Get("developer_instructions")))
	r.Tell(l, reading.Text(leastagency.TextInstructions, t.Get("instructions")))
	r.Tell(l, reading.Text(leastagency.TextPrompt, t.Get("compact_prompt")))
	r.Tell(l, reading.Text(leastagency.TextPrompt, t.Get("auto_review", "policy")))
	r.instructionsFile(l, t.Get("model_instructions_file"))
}

// instructionsFile reads the file that takes the place of the product's own instructions.
func (r *reader) instructionsFile(l *leastagency.Layer, n *node.Node) {
	if f := r.open(n.String().V); f != nil {
		l.Texts = append(l.Texts, &leastagency.Text{Kind: leastagency.TextInstructions, At: f.Span(0, len(f.Data)), Body: string(f.Data), Raw: true})
	}
}

// search reads how the web is searched. "cached" answers from an index and opens no page, so it
// brings in no text that somebody has written for this session.
func (r *reader) search(l *leastagency.Layer, t *node.Node) {
	n := t.Get("web_search")
	if n == nil { // the flag of older clients
		if old := t.Get("features", "web_search_request"); leastagency.Is(old.Bool(), true) {
			r.searchRule(l, "web_search_request = true", old.At, leastagency.Allow, true)
		}
		return
	}
	if _, ok := choice(r, n, "web_search", "the default stays", map[string]bool{"disabled": true, "cached": true, "live": true}); ok {
		decision := leastagency.Allow
		if n.Text == "disabled" {
			decision = leastagency.Deny
		}
		r.searchRule(l, "web_search = "+n.Text, n.At, decision, n.Text != "cached")
	}
}

func (r *reader) searchRule(l *leastagency.Layer, text string, at leastagency.Span, d leastagency.Decision, live bool) {
	rule := &leastagency.Rule{At: at, Text: text, Decision: d, Action: leastagency.Action{Kind: leastagency.ActionSearch}}
	if live {
		rule.Effects = effect.Of(rule.Action)
	}
	l.Rules = append(l.Rules, rule)
}

// environment reads which variables commands get. Codex replaces nothing in them.
func (r *reader) environment(l *leastagency.Layer, block *node.Node) {
	if !r.Typed(block, "shell_environment_policy", node.Map) {
		return
	}
	for _, m := range block.Get("set").Each() {
		r.variable(l, m.Key, m.Value.Scalar())
	}
	for _, key := range []string{"exclude", "include_only"} {
		if list := block.Member(key); list != nil && len(r.Strings(list.Value, "shell_environment_policy."+key)) > 0 {
			l.Switches = append(l.Switches, &leastagency.Switch{Kind: leastagency.SwitchHardening, Name: "shell_environment_policy." + key, At: list.At})
		}
	}
	known := []string{"inherit", "ignore_default_excludes", "exclude", "set", "include_only", "experimental_use_profile"}
	r.AllUnknown(block, "shell_environment_policy", known...)
	if n := block.Get("inherit"); n != nil {
		choice(r, n, "shell_environment_policy.inherit", "Codex does not start with this value", map[string]bool{"all": true, "core": true, "none": true})
	}
}

// variable reads one variable of an environment.
func (r *reader) variable(l *leastagency.Layer, name string, value leastagency.Value[string]) {
	if !value.Set {
		return
	}
	v, c := credential.Classify(name, value, credential.None, r.Sys.Knowledge)
	if c != nil {
		l.Credentials = append(l.Credentials, c)
	}
	if s := credential.Switch(leastagency.ValueAt(v, value.At), r.Sys.Knowledge); s != nil {
		s.Target = r.Sys.Knowledge.Redact(s.Target)
		l.Switches = append(l.Switches, s)
	}
}

// features reads the flags that turn a guard off.
func (r *reader) features(l *leastagency.Layer, block *node.Node) {
	if !r.Typed(block, "features", node.Map) {
		return
	}
	for _, key := range []string{"hooks", "codex_hooks"} {
		if off := block.Get(key); leastagency.Is(off.Bool(), false) {
			l.Switches = append(l.Switches, &leastagency.Switch{Kind: leastagency.SwitchHooksOff, Name: "features." + key, At: off.At})
		}
	}
}

// skipped reports the keys that Codex does not read in a project's file, where somebody relies on
// them for protection. Keys whose loss harms nobody (notify, model_provider) are none of ours.
func (r *reader) skipped(root *node.Node) {
	for _, m := range root.Get("profiles").Each() {
		switch p := m.Value; {
		case strict(p):
			r.Problem(m.At, leastagency.ProblemUnknownKey, "Codex skips profiles in a project file: the stricter profile %s protects nobody here", leastagency.Quote(m.Key))
		case p.Get("approval_policy") != nil || p.Get("sandbox_mode") != nil:
			r.Problem(m.At, leastagency.ProblemIgnored, "Codex skips profiles in a project file: profile %s changes nothing here", leastagency.Quote(m.Key))
		}
	}
	for _, m := range root.Get("projects").Each() {
		if level := m.Value.Get("trust_level"); level.String().V == "untrusted" {
			r.Problem(level.At, leastagency.ProblemUnknownKey, "Codex skips \"projects\" in a project file: nothing is kept from being trusted here")
		}
	}
	if m := root.Member("otel"); m != nil && m.Value.Get("exporter") != nil && m.Value.Get("exporter").String().V != "none" {
		r.Problem(m.At, leastagency.ProblemUnknownKey, "Codex skips \"otel\" in a project file: no trace of what it does is sent from here")
	}
}

// strict reports whether a profile states something that takes authority away.
func strict(profile *node.Node) bool {
	for _, line := range []struct{ key, value string }{{"sandbox_mode", "read-only"}, {"default_permissions", ":read-only"}, {"approval_policy", "untrusted"}, {"web_search", "disabled"}} {
		if profile.Get(line.key).String().V == line.value {
			return true
		}
	}
	return false
}

// ownKeys reads the keys that count in a person's or administrator's file alone.
func (r *reader) ownKeys(l *leastagency.Layer, root *node.Node) {
	if argv := root.Get("notify").Strings(); len(argv) > 0 {
		l.Commands = append(l.Commands, command.Exec(argv, root.Get("notify").At, r.Sys.Knowledge))
	}
	for _, key := range []string{"openai_base_url", "chatgpt_base_url", "experimental_realtime_ws_base_url"} {
		r.endpoint(l, key, root.Get(key))
	}
	for _, m := range root.Get("model_providers").Each() {
		r.provider(l, m.Value)
	}
	r.telemetry(l, root.Get("otel"))
}

func (r *reader) endpoint(l *leastagency.Layer, name string, n *node.Node) {
	address := n.String()
	if !address.Set {
		return
	}
	found, masked := credential.FromURL(address, credential.None, r.Sys.Knowledge)
	l.Credentials = append(l.Credentials, found...)
	l.Switches = append(l.Switches, &leastagency.Switch{Kind: leastagency.SwitchEndpoint, Name: name, At: address.At, Target: r.Sys.Knowledge.Redact(masked.V)})
}

// provider reads where a model is reached and how the client signs in there.
func (r *reader) provider(l *leastagency.Layer, p *node.Node) {
	r.endpoint(l, "base_url", p.Get("base_url"))
	add := func(c *leastagency.Credential) {
		if c != nil {
			l.Credentials = append(l.Credentials, c)
		}
	}
	if key := p.Get("env_key").String(); key.Set {
		_, c := r.named(key)
		add(c)
	}
	if token := p.Get("experimental_bearer_token").String(); token.Set {
		_, c := credential.Classify("experimental_bearer_token", token, credential.None, r.Sys.Knowledge)
		add(c)
	}
	for _, m := range p.Get("http_headers").Each() {
		_, c := credential.Classify(m.Key, m.Value.String(), credential.None, r.Sys.Knowledge)
		add(c)
	}
	for _, m := range p.Get("env_http_headers").Each() {
		if name := m.Value.String(); name.Set {
			_, c := r.named(name)
			add(c)
		}
	}
	if program := p.Get("auth", "command").String(); program.Set {
		argv := append([]leastagency.Value[string]{program}, p.Get("auth", "args").Strings()...)
		l.Commands = append(l.Commands, command.Exec(argv, program.At, r.Sys.Knowledge))
		add(&leastagency.Credential{Name: "auth.command", At: program.At, Source: leastagency.SourceHelper, Kind: "token that a program prints"})
	}
}

// telemetry reads where the trace of what the client does is sent.
func (r *reader) telemetry(l *leastagency.Layer, otel *node.Node) {
	for _, m := range otel.Get("exporter").Each() {
		if address := m.Value.Get("endpoint").String(); address.Set {
			found, masked := credential.FromURL(address, credential.None, r.Sys.Knowledge)
			l.Credentials = append(l.Credentials, found...)
			l.Switches = append(l.Switches, &leastagency.Switch{Kind: leastagency.SwitchTelemetryTarget, Name: "otel", At: address.At, Target: r.Sys.Knowledge.Redact(masked.V)})
		}
		for _, header := range m.Value.Get("headers").Each() {
			if _, c := credential.Classify(header.Key, header.Value.String(), credential.None, r.Sys.Knowledge); c != nil {
				l.Credentials = append(l.Credentials, c)
			}
		}
	}
}

// profiles reads the named sets of values that a person chooses from when a session starts.
func (r *reader) profiles(block *node.Node) {
	for _, m := range block.Each() {
		if m.Value.Is(node.Map) {
			r.settings(r.layer(leastagency.KindSubagent, m.Key, m.At), m.Value)
		}
	}
}

// profileFile reads <name>.config.toml, which is laid over the user's config.toml.
func (r *reader) profileFile() {
	root := r.toml()
	if root == nil {
		return
	}
	l := r.layer(leastagency.KindSubagent, r.name, r.File.Whole())
	r.settings(l, root)
	r.ownKeys(l, root)
}

// open returns a file of the tree that the configuration names, relative to the folder it lies in.
func (r *reader) open(p string) *leastagency.File {
	if p == "" || strings.HasPrefix(p, "/") || strings.HasPrefix(p, "~") || strings.ContainsAny(p, "$\\") {
		return nil
	}
	return r.Sys.Open(r.home + "/" + p)
}
