package manifest

import (
	"cmp"
	"path"
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
		match: isJSON5,
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
		read: func(r *reader, root *node.Node) {
			parts := including{r, 100}
			claw{r, parts.whole(root, path.Dir(r.File.Path), 0)}.read()
		},
	}}
}

// isJSON5 reports whether a file is read as JSON5: by its ending, or as the configuration of OpenClaw
// under one of the names that it had.
func isJSON5(p string) bool {
	return ends(p, "openclaw.json", "clawdbot.json", "moltbot.json", ".json5")
}

// An including reads the files that a configuration includes, and no more of them than left.
type including struct {
	*reader
	left int
}

// whole puts the files that a tree includes in their places: of several, and of what stands beside
// them, the later counts.
func (i *including) whole(n *node.Node, folder string, depth int) *node.Node {
	const deepest = 10 // as the product has it
	if n == nil || depth > deepest {
		return n
	}
	out := *n
	out.Members, out.Items = nil, nil
	for _, item := range n.Items {
		out.Items = append(out.Items, i.whole(item, folder, depth))
	}
	var own []node.Member
	for _, m := range n.Each() {
		if m.Key != "$include" {
			own = append(own, node.Member{Key: m.Key, At: m.At, Value: i.whole(m.Value, folder, depth)})
			continue
		}
		for _, name := range texts(m.Value) {
			if i.left--; i.left < 0 {
				break
			}
			p := path.Join(folder, name.V)
			if part := i.whole(i.openAt(p), path.Dir(p), depth+1); part.Is(node.Map) {
				out.Members = deeper(out.Members, part.Members)
			}
		}
	}
	out.Members = deeper(out.Members, own)
	return &out
}

// deeper merges maps: of a key in both the second value counts, and maps are merged themselves.
func deeper(under, over []node.Member) []node.Member {
	for _, m := range over {
		i := slices.IndexFunc(under, func(u node.Member) bool { return u.Key == m.Key })
		switch {
		case i < 0:
			under = append(under, m)
		case under[i].Value.Is(node.Map) && m.Value.Is(node.Map):
			merged := *m.Value
			merged.Members = deeper(slices.Clone(under[i].Value.Members), m.Value.Members)
			under[i].Value = &merged
		default:
			under[i] = m
		}
	}
	return under
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
	"group:sessions": {"sessions_spawn"}, "group:messaging": {"message"}, "group:ui": {"browser"}, "group:automation": {"cron", "gateway"}, "bash": {"exec"},
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
	allow, also, deny := c.listed(n, "allow"), c.listed(n, "alsoAllow"), c.listed(n, "deny")
	if at, ok := allow["write"]; ok {
		allow["apply_patch"] = at // a denial of one does not go for the other
	}
	place := at
	if profile != nil {
		place = profile.At
	}
	for _, t := range profiles["full"] {
		where, in := place, slices.Contains(profiles[cmp.Or(profile.String().V, "full")], t)
		if len(allow) > 0 {
			_, in = allow[t]
		}
		for _, list := range []map[string]leastagency.Span{allow, also} {
			if span, ok := list[t]; ok {
				where, in = span, true
			}
		}
		if _, out := deny[t]; !in || out || c.off(n, t) {
			continue
		}
		c.grant(l, n, t, where)
	}
	c.sandbox(l, n)
	number(&l.Limits.Seconds, c.setting(n, "timeoutSeconds"))
	number(&l.Limits.Depth, c.setting(n, "subagents", "maxSpawnDepth"))
	for _, v := range c.setting(n, "subagents", "allowAgents").Strings() {
		for _, m := range c.root.Get("agents", "entries").Each() { // "*" is each of them
			if v.V == "*" && m.Key != name {
				l.Delegates = append(l.Delegates, leastagency.Delegate{Name: m.Key, At: v.At})
			}
		}
		if v.V != "*" {
			l.Delegates = append(l.Delegates, leastagency.Delegate{Name: v.V, At: v.At})
		}
	}
	return l
}

// listed are the tools that a list names, by themselves, as groups, or with "*" in the name.
func (c claw) listed(n *node.Node, key string) map[string]leastagency.Span {
	out := map[string]leastagency.Span{}
	for _, v := range c.setting(n, "tools", key).Strings() {
		name := strings.ToLower(v.V)
		out[name] = v.At
		for _, t := range groups[name] {
			out[t] = v.At
		}
		for _, t := range profiles["full"] {
			if like([]string{name}, t) {
				out[t] = v.At
			}
		}
	}
	return out
}

// off reports whether a switch of its own takes a tool away.
func (c claw) off(n *node.Node, tool string) bool {
	switches := map[string][]string{"web_search": {"tools", "web", "search", "enabled"}, "web_fetch": {"tools", "web", "fetch", "enabled"}, "apply_patch": {"tools", "exec", "applyPatch", "enabled"}}
	keys, ok := switches[tool]
	return ok && leastagency.Is(c.setting(n, keys...).Bool(), false)
}

// grant adds a tool. Commands run on the machine without a question unless a mode says otherwise.
func (c claw) grant(l *leastagency.Layer, n *node.Node, name string, at leastagency.Span) {
	if name != "exec" {
		t := c.tool(l, name, at)
		if c.setting(n, "tools", "profile") == nil && c.setting(n, "tools", "allow") == nil {
			t.Unless = "tools.profile"
		}
		if inside := c.setting(n, "tools", "fs", "workspaceOnly"); leastagency.Is(inside.Bool(), true) && slices.Contains(groups["group:fs"], name) {
			t.Effects = slices.DeleteFunc(t.Effects, func(e leastagency.Effect) bool { return e.Capability == leastagency.ReadSecret })
			for i := range t.Effects {
				t.Effects[i].Reach.Breadth = leastagency.Project
			}
		}
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
	if mode == nil && older == nil && ask == nil {
		t.Unless = "tools.exec.mode"
	}
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
	switch network := c.setting(n, "sandbox", "docker", "network"); {
	case network.Is(node.String) && !is(network, "none"):
		s.OpenNetwork = leastagency.ValueAt(true, network.At)
	case is(c.setting(n, "sandbox", "backend"), "docker", "podman") || c.setting(n, "sandbox", "backend") == nil:
		s.HostsSet = true // none is the default of these
	}
	for _, key := range []string{"seccompProfile", "apparmorProfile"} {
		if profile := c.setting(n, "sandbox", "docker", key); is(profile, "unconfined") {
			s.Weakened = append(s.Weakened, leastagency.ValueAt(key+" unconfined", profile.At))
		}
	}
	if host := c.setting(n, "sandbox", "browser", "allowHostControl"); leastagency.Is(host.Bool(), true) {
		s.Weakened = append(s.Weakened, leastagency.ValueAt("browser.allowHostControl", host.At))
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
	c.secrets(l, c.root.Get("tools", "web"), "apiKey")
	c.installs(l)
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

// installs adds the packages that plugins and hooks were installed from, as the configuration records it.
func (c claw) installs(l *leastagency.Layer) {
	for _, list := range []*node.Node{c.root.Get("plugins", "installs"), c.root.Get("hooks", "internal", "installs")} {
		for _, m := range list.Each() {
			spec := m.Value.Get("spec")
			if !is(m.Value.Get("source"), "npm") || !spec.Is(node.String) {
				continue
			}
			a := leastagency.Artifact{At: spec.At, Ecosystem: "npm", Name: spec.Text, Pin: leastagency.Unpinned}
			if i := strings.LastIndexByte(spec.Text, '@'); i > 0 {
				a.Name, a.Version = spec.Text[:i], spec.Text[i+1:]
				if strings.Trim(a.Version, "0123456789.") == "" {
					a.Pin = leastagency.Versioned
				}
			}
			l.Plugins = append(l.Plugins, &leastagency.Plugin{Name: m.Key, At: m.At, Source: a, Enabled: true})
		}
	}
}

// channels adds the ways by which people whom nobody has let in start an agent.
func (c claw) channels(l *leastagency.Layer) {
	for _, m := range c.root.Get("channels").Each() {
		if leastagency.Is(m.Value.Get("enabled").Bool(), false) || m.Key == "defaults" {
			continue
		}
		places := []*node.Node{m.Value}
		for _, account := range m.Value.Get("accounts").Each() {
			places = append(places, account.Value)
		}
		for _, place := range places {
			if at := anybody(place); at != nil {
				c.stranger(l, &leastagency.Trigger{At: at.At, Name: "messages on " + m.Key}, "takes messages of anybody")
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

// anybody is where a channel lets everybody in: its groups, or direct messages whose list of senders
// names all of them. Nobody has to be paired who is on that list.
func anybody(channel *node.Node) *node.Node {
	if groups := channel.Get("groupPolicy"); is(groups, "open") {
		return groups
	}
	policy, from := first(channel, "dmPolicy"), first(channel, "allowFrom")
	if policy == nil {
		policy = channel.Get("dm", "policy")
	}
	if from == nil {
		from = channel.Get("dm", "allowFrom")
	}
	switch {
	case is(policy, "open"):
		return policy
	case is(policy, "disabled"):
		return nil
	}
	for _, item := range from.List() {
		if is(item, "*") {
			return item
		}
	}
	return nil
}
