package workspace

import (
	"slices"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/command"
	"github.com/leastagency/leastagency/loaders/internal/credential"
	"github.com/leastagency/leastagency/loaders/internal/node"
)

// lifecycle are the commands of a container in the order in which they run. The first runs on the
// host, before there is a container.
var lifecycle = []string{"initializeCommand", "onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand", "postAttachCommand"}

// container reads a devcontainer.json (containers.dev/implementors/json_reference). It says what an
// agent that works inside could reach, and not that agents work there: its wall is never taken as on.
func (r *reader) container() {
	doc, problems := node.ParseJSONC(r.file)
	r.sys.Problems = append(r.sys.Problems, problems...)
	root := doc.Root
	if !root.Is(node.Map) {
		return
	}
	r.sys.Layers = append(r.sys.Layers, r.layer)
	r.starts(lifecycle[0], root)
	r.environment(root.Get("containerEnv"))
	r.environment(root.Get("remoteEnv"))
	if !r.agentInside(root) {
		return
	}
	for _, key := range lifecycle[1:] {
		r.starts(key, root)
	}
	s := &leastagency.Sandbox{At: r.file.Whole()}
	r.mounts(s, root)
	r.powers(s, root)
	if len(s.Mounts)+len(s.Weakened) > 0 {
		r.layer.Sandbox = s
	}
}

// starts reads a command of the lifecycle: a line, a list of words, or an object of either that run side by side.
func (r *reader) starts(key string, root *node.Node) {
	m := root.Member(key)
	if m == nil {
		return
	}
	forms := []*node.Node{m.Value}
	if m.Value.Is(node.Map) {
		forms = nil
		for _, side := range m.Value.Each() {
			forms = append(forms, side.Value)
		}
	}
	for _, n := range forms {
		var c *leastagency.Command
		switch {
		case n.Is(node.String) && strings.TrimSpace(n.Text) != "":
			c = command.Parse(n.Text, n.Inner(), r.sys.Knowledge)
		case n.Is(node.List) && len(n.Strings()) > 0:
			c = command.Exec(n.Strings(), n.At, r.sys.Knowledge)
		default:
			continue
		}
		if r.sys.Knowledge != nil {
			r.layer.Credentials = append(r.layer.Credentials, credential.FromText(c.Text, n.Inner(), r.sys.Knowledge)...)
		}
		r.layer.Hooks = append(r.layer.Hooks, &leastagency.Hook{At: c.At, Event: leastagency.ValueAt(key, m.At), All: true, Kind: leastagency.HookCommand, Command: c})
	}
}

// environment reads the variables of the container. A home of configurations inside it is as good as
// any, unless it lies in the project.
func (r *reader) environment(n *node.Node) {
	for _, m := range n.Each() {
		value := m.Value.Scalar()
		if !value.Set || m.Key == "PATH" {
			continue
		}
		variable, c := credential.Classify(m.Key, value, credential.Any, r.sys.Knowledge)
		if c != nil {
			r.layer.Credentials = append(r.layer.Credentials, c)
		}
		s := credential.Switch(leastagency.ValueAt(variable, value.At), r.sys.Knowledge)
		if s == nil || s.Kind == leastagency.SwitchConfigHome && !strings.Contains(value.V, "orkspace") {
			continue
		}
		s.Target = r.sys.Knowledge.Redact(s.Target)
		r.layer.Switches = append(r.layer.Switches, s)
	}
}

// extensions are the beginnings of extensions that bring an agent, in lower case.
var extensions = []string{"anthropic.claude-code", "github.copilot", "saoudrizwan.claude-dev", "rooveterinaryinc.", "kilocode.", "openai.chatgpt", "google.geminicodeassist",
	"google.gemini-cli", "continue.continue", "sourcegraph.amp", "sourcegraph.cody", "augment.", "codeium.", "amazonwebservices.amazon-q", "sst-dev.opencode"}

// configurations are files beside the container that set agents of the project up. Instructions alone tell
// neither where nor whether one works.
var configurations = []string{".claude/settings.json", ".mcp.json", ".vscode/mcp.json", ".cursor/mcp.json", ".codex/config.toml", ".gemini/settings.json", "opencode.json"}

// agentInside reports whether anything says that agents work in the container or in its project: what
// a container shares matters here for agents only.
func (r *reader) agentInside(root *node.Node) bool {
	inside := root.Get("customizations", "vscode")
	for _, e := range inside.Get("extensions").Strings() {
		if slices.ContainsFunc(extensions, func(x string) bool { return strings.HasPrefix(strings.ToLower(e.V), x) }) {
			return true
		}
	}
	if inside.Get("mcp") != nil {
		return true
	}
	for _, f := range root.Get("features").Each() {
		if slices.ContainsFunc([]string{"claude-code", "copilot-cli", "/codex", "gemini-cli", "opencode"}, func(w string) bool { return strings.Contains(f.Key, w) }) {
			return true
		}
	}
	return slices.ContainsFunc(configurations, func(c string) bool { return r.sys.Open(joined(r.layer.Root, c)) != nil })
}

func joined(root, p string) string {
	if root == "." {
		return p
	}
	return root + "/" + p
}

// mounts reads the folders and sockets of the host that the container sees.
func (r *reader) mounts(s *leastagency.Sandbox, root *node.Node) {
	add := func(source string, at leastagency.Span) {
		source = strings.NewReplacer("${localEnv:HOME}", "~", "${localEnv:USERPROFILE}", "", "${env:HOME}", "~").Replace(source)
		seen := slices.ContainsFunc(s.Mounts, func(m leastagency.Value[string]) bool { return m.V == source })
		if source != "" && !seen && !strings.HasPrefix(source, "${localWorkspaceFolder") {
			s.Mounts = append(s.Mounts, leastagency.ValueAt(source, at))
		}
	}
	for _, m := range append(root.Get("mounts").List(), root.Get("workspaceMount")) {
		fields := map[string]string{}
		for _, e := range m.Each() {
			fields[e.Key] = e.Value.String().V
		}
		for field := range strings.SplitSeq(m.String().V, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
			fields[name] = value
		}
		source := fields["source"] + fields["src"]
		if fields["type"] == "bind" || fields["type"] == "" && strings.ContainsAny(source, "/~$") {
			add(source, m.At)
		}
	}
	args := root.Get("runArgs").Strings()
	for i, a := range args {
		name, value, joint := strings.Cut(a.V, "=")
		if !joint && i+1 < len(args) {
			value = args[i+1].V
		}
		switch name {
		case "-v", "--volume":
			if source, _, bind := strings.Cut(value, ":"); bind && strings.ContainsAny(source, "/~") {
				add(source, a.At)
			}
		case "--mount":
			for field := range strings.SplitSeq(value, ",") {
				if key, source, _ := strings.Cut(field, "="); (key == "source" || key == "src") && strings.Contains(value, "type=bind") {
					add(source, a.At)
				}
			}
		}
	}
	for _, f := range root.Get("features").Each() {
		if strings.Contains(f.Key, "docker-outside-of-docker") || strings.Contains(f.Key, "docker-from-docker") {
			add("/var/run/docker.sock", f.At)
		}
	}
}

// powers reads what takes the wall of the container away.
func (r *reader) powers(s *leastagency.Sandbox, root *node.Node) {
	weak := func(what string, at leastagency.Span) {
		if !slices.ContainsFunc(s.Weakened, func(w leastagency.Value[string]) bool { return w.V == what }) {
			s.Weakened = append(s.Weakened, leastagency.ValueAt(what, at))
		}
	}
	if b := root.Get("privileged").Bool(); b.V {
		weak("privileged", b.At)
	}
	for _, c := range root.Get("capAdd").Strings() {
		if strong(c.V) {
			weak("capAdd "+c.V, c.At)
		}
	}
	args := root.Get("runArgs").Strings()
	for i, a := range args {
		name, value, joint := strings.Cut(a.V, "=")
		if !joint && i+1 < len(args) {
			value = args[i+1].V
		}
		switch name {
		case "--privileged":
			if value != "false" || !joint {
				weak(name, a.At)
			}
		case "--pid", "--ipc", "--userns", "--uts", "--network", "--net":
			if value == "host" {
				weak(name+"=host", a.At)
			}
		case "--cap-add":
			if strong(value) {
				weak(name+"="+value, a.At)
			}
		}
	}
}

// strong reports whether a capability of the kernel lets a process out of its container. Those for
// debuggers and firewalls do not.
func strong(capability string) bool {
	switch strings.TrimPrefix(strings.ToUpper(capability), "CAP_") {
	case "ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "DAC_READ_SEARCH":
		return true
	}
	return false
}
