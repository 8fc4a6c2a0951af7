package manifest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// openClaw is the configuration of OpenClaw: agents, what they may do on the machine, and the channels
// through which people write to them.
//
// Source: docs/gateway and docs/tools of github.com/openclaw/docs.
func openClaw() []format {
	return []format{{product: "openclaw", title: "OpenClaw", syntax: credential.Braces,
		match: func(p string) bool { return ends(p, "openclaw.json", "clawdbot.json", "moltbot.json", ".json5") },
		is: func(_ *reader, root *node.Node) bool {
			n := 0
			for _, key := range []string{"agents", "channels", "gateway", "tools", "hooks"} {
				if root.Get(key).Is(node.Map) {
					n++
				}
			}
			if root.Get("meta", "lastTouchedVersion") != nil {
				n++
			}
			return n >= 2 && root.Get("configSchema") == nil
		},
		read: func(r *reader, root *node.Node) { claw{r, root}.read() },
	}}
}

type claw struct {
	*reader
	root *node.Node
}

func (c claw) read() {
	agents := c.root.Get("agents")
	var all []*leastagency.Layer
	for _, m := range agents.Get("entries").Each() {
		all = append(all, c.agent(m.Key, m.At, m.Value))
	}
	for _, n := range agents.Get("list").List() {
		if id := n.Get("id"); id.Is(node.String) {
			all = append(all, c.agent(id.Text, id.At, n))
		}
	}
	if len(all) == 0 {
		at := c.File.Whole()
		if m := c.root.Member("agents"); m != nil {
			at = m.At
		}
		all = append(all, c.agent("main", at, nil))
	}
	c.shared(all[0])
	for _, l := range all {
		c.channels(l)
	}
}

// setting returns what an agent says, else what holds for all of them.
func (c claw) setting(own *node.Node, keys ...string) *node.Node {
	if n := own.Get(keys...); n != nil {
		return n
	}
	if n := c.root.Get(append([]string{"agents", "defaults"}, keys...)...); n != nil {
		return n
	}
	if keys[0] == "tools" {
		return c.root.Get(keys...)
	}
	return nil
}

// groups are the names under which tool lists name several tools.
var groups = map[string][]string{"group:runtime": {"exec", "process"}, "group:fs": {"read", "write", "edit", "apply_patch"}, "group:web": {"web_search", "web_fetch"},
	"group:sessions": {"sessions_spawn"}, "group:messaging": {"message"}, "group:ui": {"browser"}, "group:automation": {"cron", "gateway"},
	"group:openclaw": {"web_search", "web_fetch", "sessions_spawn", "message", "browser", "cron", "gateway"}}

// profiles are the base lists; full, which holds when nothing is said, has every tool.
var profiles = map[string][]string{"minimal": {}, "messaging": {"message"}, "coding": {"exec", "read", "write", "apply_patch", "web_search", "web_fetch", "sessions_spawn", "cron"},
	"full": {"exec", "read", "write", "apply_patch", "web_search", "web_fetch", "sessions_spawn", "message", "browser", "cron", "gateway"}}

func (c claw) agent(name string, at leastagency.Span, n *node.Node) *leastagency.Layer {
	l := c.reader.agent(name, at, leastagency.ModeBypass)
	c.Describe(l, n.Get("description"))
	c.instruct(l, c.setting(n, "systemPrompt"))
	l.ToolsSet = true
	profile := c.setting(n, "tools", "profile")
	listed := func(key string) map[string]leastagency.Span {
		out := map[string]leastagency.Span{}
		for _, v := range c.setting(n, "tools", key).Strings() {
			for _, t := range append(groups[v.V], v.V) {
				out[t] = v.At
			}
		}
		return out
	}
	allow, also, deny := listed("allow"), listed("alsoAllow"), listed("deny")
	place := at
	if profile != nil {
		place = profile.At
	}
	for _, t := range profiles["full"] {
		where, in := place, slices.Contains(profiles[cmp.Or(profile.String().V, "full")], t)
		if len(allow) > 0 {
			_, in = allow[t]
			if _, all := allow["*"]; all {
				in = true
			}
		}
		for _, list := range []map[string]leastagency.Span{allow, also} {
			if span, ok := list[t]; ok {
				where, in = span, true
			}
		}
		if _, out := deny[t]; !in || out {
			continue
		}
		c.grant(l, n, t, where)
	}
	c.sandbox(l, n)
	number(&l.Limits.Seconds, c.setting(n, "timeoutSeconds"))
	for _, v := range c.setting(n, "subagents", "allowAgents").Strings() {
		if v.V != "*" {
			l.Delegates = append(l.Delegates, leastagency.Delegate{Name: v.V, At: v.At})
		}
	}
	return l
}

// grant adds a tool. Commands run on the machine without a question unless a mode says otherwise.
func (c claw) grant(l *leastagency.Layer, n *node.Node, name string, at leastagency.Span) {
	if name != "exec" {
		c.tool(l, name, at)
		return
	}
	mode, older, ask := c.setting(n, "tools", "exec", "mode"), c.setting(n, "tools", "exec", "security"), c.setting(n, "tools", "exec", "ask")
	if is(mode, "deny") || is(older, "deny") {
		return
	}
	if stated := cmp.Or(mode, older); stated != nil {
		at = stated.At
	}
	t := c.kind(l, name, at, leastagency.ActionShell)
	switch {
	case is(mode, "ask") || is(ask, "always"):
		c.gate(l, t, leastagency.Ask, cmp.Or(mode, ask).At)
	case is(mode, "allowlist", "auto") || is(older, "allowlist"):
		t.Effects = nil // commands that a list in another file names
	}
}

func (c claw) sandbox(l *leastagency.Layer, n *node.Node) {
	mode := c.setting(n, "sandbox", "mode")
	if mode == nil {
		return
	}
	s := &leastagency.Sandbox{At: mode.At, Enabled: leastagency.ValueAt(!is(mode, "off"), mode.At), FailClosed: leastagency.ValueAt(true, mode.At), Retry: leastagency.ValueAt(false, mode.At)}
	l.Sandbox = s
	if is(mode, "non-main") {
		s.Weakened = append(s.Weakened, leastagency.ValueAt("non-main", mode.At))
	}
	if elevated := c.setting(n, "tools", "elevated"); leastagency.Is(elevated.Get("enabled").Bool(), true) {
		s.Weakened = append(s.Weakened, leastagency.ValueAt("tools.elevated", elevated.Get("enabled").At))
	}
	if network := c.setting(n, "sandbox", "docker", "network"); network.Is(node.String) && !is(network, "none") {
		s.OpenNetwork = leastagency.ValueAt(true, network.At)
	}
	for _, bind := range c.setting(n, "sandbox", "docker", "binds").List() {
		if source, _, _ := strings.Cut(bind.String().V, ":"); source != "" {
			s.Mounts = append(s.Mounts, leastagency.ValueAt(source, bind.At))
		}
	}
}

// shared reads what the agents have in common.
func (c claw) shared(l *leastagency.Layer) {
	c.Env(l, c.root.Get("env", "vars"))
	for _, m := range c.root.Get("env").Each() {
		c.Variable(l, m.Key, m.Value)
	}
	c.Servers(l, mcpserver.Dialect{Syntax: c.Syntax, Disabled: []string{"disabled", "enabled"}}, c.root.Get("mcp", "servers"))
	c.secrets(l, c.root.Get("channels"), "botToken", "token", "appToken", "signingSecret", "appPassword", "accessToken", "webhookSecret")
	c.secrets(l, c.root.Get("hooks"), "token")
	c.secrets(l, c.root.Get("models"), "apiKey")
	for _, m := range c.root.Get("skills", "entries").Each() {
		c.Credential(l, "apiKey", m.Value.Get("apiKey"))
		c.Env(l, m.Value.Get("env"))
	}
	gateway := c.root.Get("gateway")
	c.secrets(l, gateway.Get("auth"), "token", "password")
	bind, auth := gateway.Get("bind"), gateway.Get("auth", "mode")
	switch {
	case is(auth, "none") && (bind != nil && !is(bind, "loopback") || is(gateway.Get("tailscale", "mode"), "serve", "funnel")):
		l.Triggers = append(l.Triggers, &leastagency.Trigger{At: auth.At, Name: "requests to the gateway", Unauthenticated: true})
	case leastagency.Is(gateway.Get("controlUi", "dangerouslyDisableDeviceAuth").Bool(), true):
		l.Triggers = append(l.Triggers, &leastagency.Trigger{At: gateway.Get("controlUi", "dangerouslyDisableDeviceAuth").At, Name: "the control page", Unauthenticated: true})
	}
	for _, origin := range gateway.Get("controlUi", "allowedOrigins").Strings() {
		if origin.V == "*" {
			c.Switch(l, leastagency.SwitchAnyOrigin, "allowedOrigins", origin.At)
		}
	}
}

// channels adds the ways by which people whom nobody has let in start an agent.
func (c claw) channels(l *leastagency.Layer) {
	for _, m := range c.root.Get("channels").Each() {
		if leastagency.Is(m.Value.Get("enabled").Bool(), false) || m.Key == "defaults" {
			continue
		}
		dm := first(m.Value, "dmPolicy")
		if dm == nil {
			dm = m.Value.Get("dm", "policy")
		}
		for _, policy := range []*node.Node{dm, m.Value.Get("groupPolicy")} {
			if is(policy, "open") {
				c.stranger(l, &leastagency.Trigger{At: policy.At, Name: "messages on " + m.Key}, "takes messages of anybody")
				break
			}
		}
	}
	for _, preset := range c.root.Get("hooks", "presets").Strings() {
		if preset.V == "gmail" && leastagency.Is(c.root.Get("hooks", "enabled").Bool(), true) {
			c.stranger(l, &leastagency.Trigger{At: preset.At, Name: "mail"}, "brings mail that anybody can send")
		}
	}
}
