package opencode

import (
	"path"
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/internal/nearest"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/mcpserver"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// dialect is how the product writes servers.
var dialect = mcpserver.Dialect{Syntax: credential.CurlyEnv, Disabled: []string{"enabled"}}

// topLevel are the keys of the configuration: the product refuses a file with others.
var topLevel = []string{"$schema", "theme", "keybinds", "tui", "shell", "logLevel", "server", "command", "skills", "reference", "watcher", "snapshot",
	"plugin", "share", "autoshare", "autoupdate", "disabled_providers", "enabled_providers", "model", "small_model", "default_agent", "username", "mode", "agent",
	"provider", "mcp", "formatter", "lsp", "instructions", "layout", "permission", "tools", "attachment", "json_response", "enterprise", "tool_output", "compaction",
	"experimental"}

// misplaced are keys of other products, and what this one calls them.
var misplaced = map[string]string{"permissions": "permission", "mcpServers": "mcp", "mcp_servers": "mcp", "agents": "agent", "commands": "command", "plugins": "plugin", "providers": "provider", "instruction": "instructions", "rules": "instructions"}

// config reads opencode.json.
func (r *reader) config() {
	doc, problems := node.ParseJSONC(r.File)
	r.Sys.Problems = append(r.Sys.Problems, problems...)
	root := doc.Root
	if !root.Is(node.Map) || path.Base(r.File.Path) == "config.json" && !ours(root) {
		return
	}
	l := r.layer(leastagency.KindSession, "", r.File.Whole())
	for _, m := range root.Get("mcp").Each() {
		r.servers = append(r.servers, toolName(m.Key))
	}
	r.switches(l, root.Get("tools"))
	r.permission(l, root.Get("permission"))
	for _, m := range root.Each() {
		switch key, v := m.Key, m.Value; key {
		case "mcp":
			r.mcp(l, v)
		case "agent", "mode":
			for _, a := range v.Each() {
				r.agent(a.Key, a.At, a.Value, key == "mode")
			}
		case "command":
			for _, c := range v.Each() {
				r.command(c.Key, c.At, c.Value, c.Value.Get("template"))
			}
		case "provider":
			r.providers(l, v, root)
		case "plugin":
			r.plugins(l, v)
		case "instructions":
			r.instructions(l, v)
		case "skills":
			for _, u := range v.Get("urls").Strings() {
				r.remote(l, u)
			}
		case "share", "autoshare":
			r.share(l, m)
		case "server":
			r.server(l, v)
		case "formatter", "lsp":
			for _, tool := range v.Each() {
				if c := r.argv(tool.Value.Get("command")); c != nil && !leastagency.Is(tool.Value.Get("disabled").Bool(), true) {
					l.Commands = append(l.Commands, c)
				}
				r.environment(l, tool.Value.Get("environment"))
				r.environment(l, tool.Value.Get("env"))
			}
		case "experimental":
			r.hooks(l, v.Get("hook"))
		default:
			r.unknown(m)
		}
	}
}

// ours reports whether an object looks like this product's configuration.
func ours(root *node.Node) bool {
	return strings.Contains(root.Get("$schema").String().V, "opencode") || root.Get("permission") != nil || root.Get("mcp") != nil || root.Get("agent") != nil || root.Get("provider") != nil
}

// unknown reports a key that the product does not have. It does not start with such a file.
func (r *reader) unknown(m node.Member) {
	if slices.Contains(topLevel, m.Key) || strings.HasPrefix(m.Key, "$") {
		return
	}
	near := misplaced[m.Key]
	if near == "" {
		near = nearest.Key(m.Key, topLevel)
	}
	if near != "" {
		r.Problem(m.At, leastagency.ProblemUnknownKey, "opencode has no key %s; did you mean %s?", leastagency.Quote(m.Key), leastagency.Quote(near))
	}
}

// toolName is a server's name as its tools carry it.
func toolName(server string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' {
			return c
		}
		return '_'
	}, server)
}

// mcp reads the servers. An entry that only enables or disables speaks of a server of another file.
func (r *reader) mcp(l *leastagency.Layer, n *node.Node) {
	own := *n
	own.Members = nil
	for _, m := range n.Each() {
		if m.Value.Is(node.Map) && m.Value.Get("command") == nil && m.Value.Get("url") == nil {
			continue
		}
		if env := m.Value.Member("env"); env != nil && m.Value.Get("environment") == nil {
			r.Problem(env.At, leastagency.ProblemUnknownKey, `opencode reads the variables of a server from "environment", not from "env"`)
		}
		own.Members = append(own.Members, m)
	}
	if n.Is(node.Map) && len(own.Members) == 0 {
		return
	}
	l.Servers = dialect.Read(&own, r.Sys)
	l.Switches = append(l.Switches, mcpserver.Switches(l.Servers, r.Sys.Knowledge)...)
}

// builtin are the providers that the product knows by itself: an address for one of them moves its traffic.
var builtin = []string{"anthropic", "openai", "google", "google-vertex", "google-vertex-anthropic", "azure", "amazon-bedrock", "github-copilot", "openrouter", "opencode",
	"groq", "mistral", "xai", "deepseek", "cohere", "togetherai", "fireworks-ai", "cerebras", "vercel", "huggingface", "moonshotai", "zai"}

// providers reads the model providers: keys, addresses, and packages that speak for them.
func (r *reader) providers(l *leastagency.Layer, n, root *node.Node) {
	for _, m := range n.Each() {
		id, options := m.Key, m.Value.Get("options")
		for _, o := range options.Each() {
			switch value := o.Value.String(); {
			case o.Key == "baseURL" || o.Key == "endpoint" || o.Key == "enterpriseUrl":
				found, masked := credential.FromURL(value, credential.CurlyEnv, r.Sys.Knowledge)
				l.Credentials = append(l.Credentials, found...)
				if value.Set && !strings.Contains(value.V, "{env:") && (slices.Contains(builtin, id) || chosen(root, id)) {
					l.Switches = append(l.Switches, &leastagency.Switch{Kind: leastagency.SwitchEndpoint, Name: "provider." + id + "." + o.Key, At: value.At, Target: bare(masked.V)})
				}
			case o.Key == "headers":
				r.environment(l, o.Value)
			case value.Set:
				if _, c := credential.Classify(id+"_"+o.Key, value, credential.CurlyEnv, r.Sys.Knowledge); c != nil {
					c.Name = o.Key
					l.Credentials = append(l.Credentials, c)
				}
			}
		}
		if npm := m.Value.Get("npm").String(); npm.Set && !strings.HasPrefix(npm.V, "@ai-sdk/") && !strings.HasPrefix(npm.V, "@openrouter/") {
			l.Plugins = append(l.Plugins, r.plugin(l, npm))
		}
	}
}

// chosen reports whether a model of the provider is the one that sessions use.
func chosen(root *node.Node, provider string) bool {
	return strings.HasPrefix(root.Get("model").String().V, provider+"/") || strings.HasPrefix(root.Get("small_model").String().V, provider+"/")
}

// bare is an address without user information, query and fragment.
func bare(address string) string {
	if i := strings.IndexAny(address, "?#"); i >= 0 {
		address = address[:i]
	}
	if scheme, rest, ok := strings.Cut(address, "://"); ok {
		host, path, slash := strings.Cut(rest, "/")
		host = host[strings.LastIndexByte(host, '@')+1:]
		if address = scheme + "://" + host; slash {
			address += "/" + path
		}
	}
	return address
}

// environment reads variables or headers for the credentials and switches among them.
func (r *reader) environment(l *leastagency.Layer, n *node.Node) {
	for _, m := range n.Each() {
		value := m.Value.Scalar()
		v, c := credential.Classify(m.Key, value, credential.CurlyEnv, r.Sys.Knowledge)
		if c != nil {
			l.Credentials = append(l.Credentials, c)
		}
		if s := credential.Switch(leastagency.ValueAt(v, value.At), r.Sys.Knowledge); s != nil && value.Set {
			l.Switches = append(l.Switches, s)
		}
	}
}

// plugins reads the code that the product fetches and runs when it starts.
func (r *reader) plugins(l *leastagency.Layer, n *node.Node) {
	for _, item := range n.List() {
		spec := item.String()
		if list := item.List(); len(list) > 0 { // with its options behind it
			spec = list[0].String()
		}
		if spec.Set && spec.V != "" {
			l.Plugins = append(l.Plugins, r.plugin(l, spec))
		}
	}
}

// plugin reads one package or path. A package is also a command that the product starts: it installs
// the package and runs what is in it.
func (r *reader) plugin(l *leastagency.Layer, spec leastagency.Value[string]) *leastagency.Plugin {
	a := leastagency.Artifact{At: spec.At, Name: spec.V, Pin: leastagency.LocalCode}
	switch {
	case strings.HasPrefix(spec.V, "file:"), strings.HasPrefix(spec.V, "."), strings.HasPrefix(spec.V, "/"), strings.HasPrefix(spec.V, "~"), strings.HasPrefix(spec.V, "{"):
	case strings.Contains(spec.V, "://") || strings.HasPrefix(spec.V, "git@") || strings.HasPrefix(spec.V, "github:"):
		found, masked := credential.FromURL(spec, credential.CurlyEnv, r.Sys.Knowledge)
		l.Credentials = append(l.Credentials, found...)
		a.Ecosystem, a.Pin = "git", leastagency.Unpinned
		a.Name, a.Version, _ = strings.Cut(masked.V, "#")
		if len(a.Version) == 40 && strings.Trim(a.Version, "0123456789abcdef") == "" {
			a.Pin = leastagency.Digested
		}
	default:
		a.Ecosystem, a.Pin = "npm", leastagency.Unpinned
		if at := strings.LastIndexByte(spec.V, '@'); at > 0 {
			a.Name, a.Version = spec.V[:at], spec.V[at+1:]
			if exact(a.Version) {
				a.Pin = leastagency.Versioned
			}
		}
	}
	if a.Pin != leastagency.LocalCode {
		l.Commands = append(l.Commands, &leastagency.Command{At: spec.At, Text: "bun add " + a.Name, Artifacts: []leastagency.Artifact{a}})
	}
	return &leastagency.Plugin{Name: a.Name, At: spec.At, Enabled: true, Source: a}
}

// exact reports whether a version is one that no other release can take the place of.
func exact(version string) bool {
	core, _, _ := strings.Cut(version, "-")
	core, _, _ = strings.Cut(core, "+")
	parts := strings.Split(core, ".")
	return len(parts) == 3 && !slices.ContainsFunc(parts, func(p string) bool { return p == "" || strings.Trim(p, "0123456789") != "" })
}

// instructions reads the list of files and addresses that are loaded as the owner's orders.
func (r *reader) instructions(l *leastagency.Layer, n *node.Node) {
	for _, item := range n.Strings() {
		if strings.HasPrefix(item.V, "https://") || strings.HasPrefix(item.V, "http://") {
			r.remote(l, item)
			continue
		}
		f := r.open(r.Root, item.V)
		if f == nil {
			f = r.open(path.Dir(r.File.Path), item.V)
		}
		if f != nil {
			r.Tell(l, reading.Body(f.Span(0, len(f.Data))))
		}
	}
}

// remote adds instructions that are fetched whenever a session starts.
func (r *reader) remote(l *leastagency.Layer, address leastagency.Value[string]) {
	found, masked := credential.FromURL(address, credential.CurlyEnv, r.Sys.Knowledge)
	l.Credentials = append(l.Credentials, found...)
	l.Texts = append(l.Texts, &leastagency.Text{Kind: leastagency.TextInstructions, At: address.At, Imports: []leastagency.Value[string]{masked}})
}

// share reads whether conversations are published under a link that needs no sign-in.
func (r *reader) share(l *leastagency.Layer, m node.Member) {
	switch {
	case m.Value.String().V == "auto" || m.Key == "autoshare" && leastagency.Is(m.Value.Bool(), true):
		l.Rules = append(l.Rules, &leastagency.Rule{At: m.Value.At, Text: m.Key + ": " + m.Value.Text, Decision: leastagency.Allow,
			Action: leastagency.Action{Kind: leastagency.ActionOther},
			Effects: []leastagency.Effect{{Capability: leastagency.Send, Reach: leastagency.Reach{Breadth: leastagency.Everything},
				Why: "publishes every conversation, and what was read in it, under a link that needs no sign-in", Confidence: leastagency.Declared}}})
	case m.Value.String().V == "disabled":
		l.Switches = append(l.Switches, &leastagency.Switch{Kind: leastagency.SwitchHardening, Name: m.Key, At: m.Value.At})
	}
}

// server reads where the product listens when it is started as a service. It asks for no password
// unless a variable sets one.
func (r *reader) server(l *leastagency.Layer, n *node.Node) {
	host := n.Get("hostname").String()
	switch {
	case host.V == "0.0.0.0" || host.V == "::":
		l.Triggers = append(l.Triggers, &leastagency.Trigger{At: host.At, Name: "requests of the network", Untrusted: true})
	case !host.Set && leastagency.Is(n.Get("mdns").Bool(), true): // then it listens everywhere
		l.Triggers = append(l.Triggers, &leastagency.Trigger{At: n.Get("mdns").At, Name: "requests of the network", Untrusted: true})
	}
	for _, origin := range n.Get("cors").Strings() {
		if origin.V == "*" {
			l.Triggers = append(l.Triggers, &leastagency.Trigger{At: origin.At, Name: "requests of any page in the user's browser", Untrusted: true})
		}
	}
}

// hooks reads the commands that run behind an edit or at the end of a session.
func (r *reader) hooks(l *leastagency.Layer, n *node.Node) {
	add := func(event node.Member, list *node.Node) {
		for _, h := range list.List() {
			if c := r.argv(h.Get("command")); c != nil {
				l.Hooks = append(l.Hooks, &leastagency.Hook{At: h.At, Event: leastagency.ValueAt(event.Key, event.At), All: true, Kind: leastagency.HookCommand, Command: c})
				r.environment(l, h.Get("environment"))
			}
		}
	}
	for _, event := range n.Each() {
		add(event, event.Value)
		for _, files := range event.Value.Each() {
			add(event, files.Value)
		}
	}
}

// shell finds the commands whose output is pasted into a prompt: !`command`.
func (r *reader) shell(l *leastagency.Layer, t *leastagency.Text) {
	const most = 200
	if t == nil {
		return
	}
	for i := 0; len(l.Commands) < most; {
		start := strings.Index(t.Body[i:], "!`")
		if start < 0 {
			return
		}
		start += i + 2
		end := strings.IndexByte(t.Body[start:], '`')
		if end < 0 {
			return
		}
		if line := t.Body[start : start+end]; strings.TrimSpace(line) != "" {
			l.Commands = append(l.Commands, command.Parse(line, t.Span(start, start+end), r.Sys.Knowledge))
		}
		i = start + end + 1
	}
}
