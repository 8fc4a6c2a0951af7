package codex

import (
	"fmt"
	"strings"

	"github.com/leastagency/leastagency"
	"github.com/leastagency/leastagency/loaders/internal/effect"
	"github.com/leastagency/leastagency/loaders/internal/node"
	"github.com/leastagency/leastagency/loaders/internal/reading"
)

// A policy tells when a person is asked.
type policy uint8

const (
	policyUnset policy = iota
	untrusted          // before every command that is not known to be harmless
	request            // before a command leaves the sandbox
	never              // never: what does not fit into the sandbox fails
)

var policies = map[string]policy{"untrusted": untrusted, "unless-trusted": untrusted, "on-request": request, "on-failure": request, "never": never}

// An access tells what the sandbox lets commands and edits change.
type access uint8

const (
	accessUnset access = iota
	reads              // nothing
	writes             // the workspace and folders for temporary files
	all                // everything: there is no sandbox
)

var (
	sandboxModes    = map[string]access{"read-only": reads, "workspace-write": writes, "danger-full-access": all}
	builtinProfiles = map[string]access{":read-only": reads, ":workspace": writes, ":danger-full-access": all, ":danger-no-sandbox": all}
)

// mode tells how policy and sandbox decide together. In the sandbox commands and edits pass unasked;
// without one everything does, unless every command is asked for.
func mode(p policy, a access) leastagency.Mode {
	switch {
	case p == untrusted:
		return leastagency.ModeAsk
	case a == all:
		return leastagency.ModeBypass
	case p == never:
		return leastagency.ModeContained
	case a == reads:
		return leastagency.ModeAsk
	}
	return leastagency.ModeAcceptEdits
}

// authority reads who is asked and what the sandbox holds.
func (r *reader) authority(l *leastagency.Layer, t *node.Node) {
	p, at := r.policy(t.Get("approval_policy"))
	w := wall{reader: r, layer: l, table: t, policy: p, at: at}
	a := w.read()
	switch {
	case a == all && p != never && p != untrusted: // there is nothing to ask to leave: the sandbox decides, not the policy
		l.Mode = leastagency.ValueAt(mode(p, a), l.Sandbox.Enabled.At)
	case p != policyUnset:
		l.Mode = leastagency.ValueAt(mode(p, a), at)
	case l.Kind == leastagency.KindSession:
		l.Absent = mode(p, a)
	}
	if l.Mode.V == leastagency.ModeContained && a == reads {
		w.withhold()
	}
	reviewer := t.Get("approvals_reviewer")
	model, ok := choice(r, reviewer, "approvals_reviewer", "a person is asked", map[string]bool{"user": false, "auto_review": true, "guardian_subagent": true})
	if ok && model && p != never && p != untrusted && a != all {
		l.Mode = leastagency.ValueAt(leastagency.ModeClassifier, reviewer.At)
	}
}

// policy reads approval_policy: a name, or a table of what may be asked for.
func (r *reader) policy(n *node.Node) (policy, leastagency.Span) {
	if granular := n.Get("granular"); granular.Is(node.Map) {
		if off := granular.Get("sandbox_approval"); leastagency.Is(off.Bool(), false) {
			return never, off.At // asking to leave the sandbox is refused without a question
		}
		return request, granular.At
	}
	p, _ := choice(r, n, "approval_policy", "Codex does not start with this value", policies)
	if p == policyUnset {
		return p, leastagency.Span{}
	}
	return p, n.At
}

// A wall is the sandbox of one table being read.
type wall struct {
	*reader
	layer  *leastagency.Layer
	table  *node.Node
	policy policy
	at     leastagency.Span // of the policy; zero when none is stated
	seen   int              // profiles that extend each other
}

// read reads the sandbox and tells what it lets change.
func (w *wall) read() access {
	mode, profile := w.table.Get("sandbox_mode"), w.table.Get("default_permissions")
	if p := w.table.Get("permissions"); p != nil {
		w.strayLists(p)
	}
	a, stated := choice(w.reader, mode, "sandbox_mode", "Codex does not start with this value", sandboxModes)
	switch {
	case stated:
		if name := profile.String().V; name != "" && builtinProfiles[name] != all {
			w.Problem(profile.At, leastagency.ProblemUnknownKey, "%q stands in the same file, so that %s is not consulted: what it denies is open", "sandbox_mode", leastagency.Quote("default_permissions"))
		}
		w.enclose(a, mode.At)
		if a == writes {
			w.workspace(w.table.Get("sandbox_workspace_write"))
		}
		return a
	case w.Typed(profile, "default_permissions", node.String):
		a, built := builtinProfiles[profile.Text]
		if built {
			w.enclose(a, profile.At)
			return a
		}
		return w.profile(profile)
	case w.layer.Kind != leastagency.KindSession:
		if extra := w.table.Get("sandbox_workspace_write"); extra != nil {
			w.layer.Sandbox = &leastagency.Sandbox{At: extra.At}
			w.workspace(extra)
		}
		return accessUnset
	}
	at := w.at
	if at.IsZero() {
		at = w.layer.At
	}
	w.enclose(writes, at) // what the product does by itself once the project is trusted
	w.workspace(w.table.Get("sandbox_workspace_write"))
	return writes
}

// enclose states what every sandbox of the product does: where it cannot be built no command runs, and
// leaving it takes an approval. The network is off.
func (w *wall) enclose(a access, at leastagency.Span) {
	s := &leastagency.Sandbox{At: at, Enabled: leastagency.ValueAt(a != all, at)}
	w.layer.Sandbox = s
	if a == all {
		return
	}
	s.FailClosed = leastagency.ValueAt(true, at)
	s.Retry, s.AutoAllow = leastagency.ValueAt(w.policy != never, at), leastagency.ValueAt(w.policy != untrusted, at)
	if !w.at.IsZero() {
		s.Retry.At, s.AutoAllow.At = w.at, w.at
	}
	s.HostsSet = true
}

// withhold adds that nothing is written, where nobody is asked and the sandbox only lets read.
func (w *wall) withhold() {
	at := w.layer.Sandbox.Enabled.At
	action := leastagency.Action{Kind: leastagency.ActionWrite}
	w.layer.Rules = append(w.layer.Rules, &leastagency.Rule{At: at, Text: "read-only sandbox", Decision: leastagency.Deny, Action: action, Implied: true, Effects: effect.Of(action)})
}

// workspace reads the table that widens the sandbox of a workspace.
func (w *wall) workspace(block *node.Node) {
	if !w.Typed(block, "sandbox_workspace_write", node.Map) {
		return
	}
	s := w.layer.Sandbox
	s.Writable = append(s.Writable, w.Strings(block.Get("writable_roots"), "sandbox_workspace_write.writable_roots")...)
	if open := w.Bool(block.Get("network_access"), "sandbox_workspace_write.network_access"); open.V {
		s.Hosts = append(s.Hosts, leastagency.ValueAt("*", open.At))
	}
	w.AllUnknown(block, "sandbox_workspace_write", []string{"writable_roots", "network_access", "exclude_tmpdir_env_var", "exclude_slash_tmp"}...)
}

// strayLists reports what stands under permissions and is no profile: lists of rules belong to other products.
func (w *wall) strayLists(block *node.Node) {
	if !w.Typed(block, "permissions", node.Map) {
		return
	}
	for _, m := range block.Each() {
		if m.Value.Kind != node.Map && m.Value.Kind != node.Invalid {
			w.Problem(m.At, leastagency.ProblemType, "Codex reads profiles under \"permissions\", and %s is none: it protects nothing", leastagency.Quote(m.Key))
		}
	}
}

// profile reads the profile of permissions that default_permissions names.
func (w *wall) profile(name *node.Node) access {
	w.enclose(writes, name.At)
	block := w.table.Get("permissions", name.Text)
	if block == nil {
		w.layer.Sandbox.HostsSet = false // defined elsewhere
		return writes
	}
	return w.rules(name.Text, block)
}

// maxExtends bounds how many profiles may build upon each other.
const maxExtends = 8

// rules reads one profile and those that it extends, and tells what may be changed.
func (w *wall) rules(name string, block *node.Node) access {
	a := reads
	if base := block.Get("extends").String(); base.Set {
		built, known := builtinProfiles[base.V]
		switch w.seen++; {
		case known:
			a = built
		case w.seen < maxExtends:
			if b := w.table.Get("permissions", base.V); b != nil {
				a = w.rules(base.V, b)
			}
		}
	}
	title := "permissions." + name
	w.AllUnknown(block, title, []string{"description", "extends", "filesystem", "network", "workspace_roots"}...)
	for _, m := range block.Get("workspace_roots").Each() {
		if leastagency.Is(m.Value.Bool(), true) {
			w.layer.Sandbox.Writable = append(w.layer.Sandbox.Writable, leastagency.ValueAt(m.Key, m.At))
		}
	}
	if files := block.Get("filesystem"); w.Typed(files, title+".filesystem", node.Map) {
		a = max(a, w.files(files))
	}
	if network := block.Get("network"); w.Typed(network, title+".network", node.Map) {
		w.network(network, title+".network")
	}
	return a
}

// special are the names of folders that a profile speaks of, and the path that each stands for;
// an empty one is the workspace, "-" one that is not worth naming.
var special = map[string]string{":root": "/", ":workspace_roots": "", ":project_roots": "", ":cwd": "", ":tmpdir": "-", ":slash_tmp": "-", ":minimal": "-"}

// files reads what commands may read and write.
func (w *wall) files(block *node.Node) access {
	a := reads
	for _, m := range block.Each() {
		folder, known := special[m.Key]
		if m.Key == "glob_scan_max_depth" || m.Value.Kind == node.Invalid {
			continue
		}
		if !known {
			folder = m.Key
			if strings.HasPrefix(m.Key, ":") {
				w.Problem(m.At, leastagency.ProblemUnknownKey, "Codex knows no folder %s, so it protects nothing%s", leastagency.Quote(m.Key), reading.Meant(m.Key, keys(special)))
				continue
			}
		}
		if m.Value.Is(node.Map) {
			for _, inner := range m.Value.Each() {
				a = max(a, w.path(strings.TrimPrefix(folder+"/"+inner.Key, "/"), known && folder == "", inner))
			}
			continue
		}
		a = max(a, w.path(folder, known && folder == "", m))
	}
	return a
}

// path adds one path with what may be done there; inside says that it lies in the workspace.
func (w *wall) path(p string, inside bool, m node.Member) access {
	s := w.layer.Sandbox
	at := leastagency.ValueAt(p, m.At)
	right, ok := choice(w.reader, m.Value, m.Key, "Codex does not start with this value", map[string]string{"read": "read", "write": "write", "deny": "deny", "none": "deny"})
	switch {
	case !ok:
	case right == "deny":
		s.Unreadable, s.Unwritable = append(s.Unreadable, at), append(s.Unwritable, at)
	case right == "write" && !inside && !strings.HasPrefix(p, "-"):
		s.Writable = append(s.Writable, at)
	case right == "write" && inside:
		return writes
	}
	return reads
}

// network reads which hosts and sockets commands may reach. Nothing listed is nothing allowed, while
// the network as a whole is on: that is every host, for the list is what the proxy enforces.
func (w *wall) network(block *node.Node, title string) {
	s := w.layer.Sandbox
	w.AllUnknown(block, title, []string{"enabled", "proxy_url", "enable_socks5", "socks_url", "enable_socks5_udp", "allow_upstream_proxy",
		"dangerously_allow_non_loopback_proxy", "dangerously_allow_all_unix_sockets", "mode", "domains", "unix_sockets", "allow_local_binding", "mitm"}...)
	enabled := w.Bool(block.Get("enabled"), title+".enabled")
	domains := block.Member("domains")
	proxy := leastagency.Is(w.table.Get("features", "network_proxy").Bool(), true)
	switch {
	case !enabled.V:
	case domains == nil || !proxy:
		s.Hosts = append(s.Hosts, leastagency.ValueAt("*", enabled.At))
		if domains != nil {
			w.Problem(domains.At, leastagency.ProblemUnknownKey, "%q restricts nothing without the proxy that enforces it: \"features.network_proxy\" is not set, and the network is open", title+".domains")
		}
	default:
		for _, m := range domains.Value.Each() {
			allow, ok := choice(w.reader, m.Value, m.Key, "Codex does not start with this value", map[string]bool{"allow": true, "deny": false})
			switch host := leastagency.ValueAt(m.Key, m.At); {
			case ok && allow:
				s.Hosts = append(s.Hosts, host)
			case ok:
				s.DeniedHosts = append(s.DeniedHosts, host)
			}
		}
	}
	for _, m := range block.Get("unix_sockets").Each() {
		if m.Value.String().V == "allow" {
			s.Sockets = append(s.Sockets, leastagency.ValueAt(m.Key, m.At))
		}
	}
	for _, key := range []string{"dangerously_allow_all_unix_sockets", "dangerously_allow_non_loopback_proxy"} {
		if on := w.Bool(block.Get(key), title+"."+key); on.V {
			s.Weakened = append(s.Weakened, leastagency.ValueAt(fmt.Sprintf("%s.%s", title, key), on.At))
		}
	}
}
