package manifest

import (
	"path"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/effect"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// relatives are the assistants that are built like OpenClaw: one agent, its tools on the machine where
// it runs, and channels through which people write to it. Their files lie in folders of their own
// names. None of them asks before a tool, except where zeroclaw supervises.
//
// Sources: nanobot/config/schema.py of github.com/HKUDS/nanobot, config/config.example.json of
// github.com/sipeed/picoclaw, and crates/zeroclaw-config/src/schema.rs of github.com/zeroclaw-labs/zeroclaw.
func relatives() []format {
	in := func(folder, file string) func(string) bool {
		return func(p string) bool { return path.Base(p) == file && path.Base(path.Dir(p)) == folder }
	}
	bot := func(_ *reader, root *node.Node) bool {
		return root.Get("agents", "defaults").Is(node.Map) || root.Get("tools").Is(node.Map)
	}
	return []format{
		{product: "nanobot", title: "nanobot", syntax: credential.Any, match: in(".nanobot", "config.json"), is: bot, read: func(r *reader, root *node.Node) {
			r.assist(root, assistant{tools: root.Get("tools"), on: "enable", inside: first(root.Get("tools"), "restrictToWorkspace", "restrict_to_workspace"),
				turns: first(root.Get("agents", "defaults"), "maxToolIterations", "max_tool_iterations"), channels: root.Get("channels"), from: []string{"allowFrom", "allow_from"}})
		}},
		{product: "picoclaw", title: "picoclaw", syntax: credential.Any, match: in(".picoclaw", "config.json"), is: bot, read: func(r *reader, root *node.Node) {
			r.assist(root, assistant{tools: root.Get("tools"), on: "enabled", inside: root.Get("agents", "defaults", "restrict_to_workspace"), kept: true,
				turns: root.Get("agents", "defaults", "max_tool_iterations"), channels: first(root, "channel_list", "channels"), from: []string{"allow_from"}})
		}},
		{product: "zeroclaw", title: "zeroclaw", syntax: credential.Any, match: in(".zeroclaw", "config.toml"),
			is: func(_ *reader, root *node.Node) bool {
				return first(root, "risk_profiles", "runtime_profiles", "autonomy").Is(node.Map)
			}, read: (*reader).zeroClaw},
	}
}

// An assistant is where one of them keeps what they all have.
type assistant struct {
	tools    *node.Node
	on       string     // the switch of a tool
	inside   *node.Node // the switch that keeps file tools and commands in the workspace
	kept     bool       // they are kept there when nothing is said
	turns    *node.Node
	channels *node.Node
	from     []string // keys of the list of senders
}

func (r *reader) assist(root *node.Node, b assistant) {
	at := r.File.Whole()
	if m := root.Member("agents"); m != nil {
		at = m.At
	}
	l := r.agent(r.Product, at, leastagency.ModeBypass)
	l.ToolsSet = true
	inside := b.kept
	if v := b.inside.Bool(); v.Set {
		inside = v.V
	}
	place := at
	if b.inside != nil {
		place = b.inside.At
	}
	if on := b.tools.Get("exec", b.on); !leastagency.Is(on.Bool(), false) {
		if on != nil {
			r.kind(l, "exec", on.At, leastagency.ActionShell)
		} else {
			r.kind(l, "exec", place, leastagency.ActionShell).Unless = "tools.exec." + b.on
		}
	}
	for _, kind := range []leastagency.ActionKind{leastagency.ActionRead, leastagency.ActionWrite} {
		t := r.kind(l, kind.String()+"_file", place, kind)
		if inside {
			t.Action.Pattern, t.Action.Open = "./**", true
			t.Effects = effect.Of(t.Action)
		}
	}
	if !leastagency.Is(b.tools.Get("web", b.on).Bool(), false) {
		r.kind(l, "web_fetch", place, leastagency.ActionFetch)
	}
	number(&l.Limits.Turns, b.turns)
	for _, servers := range []*node.Node{first(b.tools, "mcpServers", "mcp_servers"), b.tools.Get("mcp", "servers")} {
		r.Servers(l, mcpserver.Dialect{Syntax: r.Syntax, Disabled: []string{"disabled", "enabled"}, Included: []string{"enabledTools", "enabled_tools"}}, servers)
	}
	r.secrets(l, root, "apiKey", "api_key", "token", "botToken", "bot_token", "appToken", "app_token", "app_secret", "appSecret", "client_secret", "access_token", "password")
	for _, keys := range root.Get("model_list").List() {
		for _, key := range keys.Get("api_keys").List() {
			r.Credential(l, "api_key", key)
		}
	}
	for _, m := range b.channels.Each() {
		if leastagency.Is(m.Value.Get("enabled").Bool(), false) {
			continue
		}
		for _, sender := range first(m.Value, b.from...).Strings() {
			if sender.V == "*" {
				r.stranger(l, &leastagency.Trigger{At: sender.At, Name: "messages on " + m.Key}, "takes messages of anybody")
				break
			}
		}
	}
}

// zeroClaw reads what each risk profile lets an agent do; older files have one, in the table autonomy.
func (r *reader) zeroClaw(root *node.Node) {
	profiles := root.Get("risk_profiles").Each()
	if m := root.Member("autonomy"); m != nil {
		profiles = append(profiles, *m)
	}
	for _, m := range profiles {
		r.zeroProfile(root, m)
	}
	if len(profiles) == 0 {
		l := r.agent("zeroclaw", r.File.Whole(), leastagency.ModeUnknown)
		l.NoToolList = true
	}
	l := r.Sys.Layers[len(r.Sys.Layers)-1]
	r.secrets(l, root, "api_key", "bot_token", "token", "app_token", "password")
	if open := root.Get("gateway", "require_pairing"); leastagency.Is(open.Bool(), false) && leastagency.Is(root.Get("gateway", "allow_public_bind").Bool(), true) {
		l.Triggers = append(l.Triggers, &leastagency.Trigger{At: open.At, Name: "requests to the gateway", Unauthenticated: true})
	}
}

func (r *reader) zeroProfile(root *node.Node, m node.Member) {
	p := m.Value
	l := r.agent(m.Key, m.At, leastagency.ModeAsk)
	l.ToolsSet = true
	level := p.Get("level")
	switch {
	case is(level, "full"):
		l.Mode = leastagency.ValueAt(leastagency.ModeBypass, level.At)
	case is(level, "readonly", "read_only"):
		l.Mode = leastagency.ValueAt(leastagency.ModePlan, level.At)
	}
	allowed := p.Get("allowed_commands")
	if !is(level, "readonly", "read_only") {
		if allowed.Is(node.List) {
			for _, word := range allowed.Strings() {
				a := leastagency.Action{Kind: leastagency.ActionShell, Pattern: word.V, Open: true, Command: command.Pattern(word.V, true, word.At, r.Sys.Knowledge)}
				if word.V == "*" {
					a = leastagency.Action{Kind: leastagency.ActionShell}
				}
				l.Tools = append(l.Tools, r.Rule(l, word.At, word.V, leastagency.Allow, a))
			}
		} else {
			r.kind(l, "shell", m.At, leastagency.ActionShell)
		}
	}
	for _, tool := range p.Get("auto_approve").Strings() {
		r.gate(l, r.tool(l, tool.V, tool.At), leastagency.Allow, tool.At)
	}
	for _, tool := range p.Get("always_ask").Strings() {
		r.gate(l, r.tool(l, tool.V, tool.At), leastagency.Ask, tool.At)
	}
	if on := p.Get("sandbox_enabled"); on.Is(node.Bool) {
		l.Sandbox = &leastagency.Sandbox{At: on.At, Enabled: on.Bool(), AutoAllow: leastagency.ValueAt(false, on.At), OpenNetwork: leastagency.ValueAt(true, on.At)}
	}
	run := root.Get("runtime_profiles", m.Key)
	number(&l.Limits.Turns, first(run, "max_tool_iterations"))
	number(&l.Limits.Turns, root.Get("agent", "max_tool_iterations"))
	number(&l.Limits.Depth, run.Get("max_delegation_depth"))
}
